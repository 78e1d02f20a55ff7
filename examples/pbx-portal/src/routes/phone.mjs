// The vendor's gateway and the simulated phone that it delivers to.

import { Refusal, empty, json, page, readBody, readForm } from '../http.mjs';
import { UndeliverableMessage, isNews } from '../gateway.mjs';
import { followNews } from '../news.mjs';
import { Refused } from '../pbx2fa.mjs';
import { InvalidWebhook, verifyWebhook } from '../webhook.mjs';
import { notificationWords } from '../words/index.mjs';
import { phonePage } from '../views/phone.mjs';

const WEBHOOK_LIMIT = 64 * 1024;
const HEARTBEAT_MS = 15_000;
const CALL_STATES = ['ringing', 'answered', 'declined', 'no_answer'];

export const phoneRoutes = [
  { method: 'POST', path: '/webhooks/pbx-2fa', access: 'signature', handle: receive },
  { method: 'GET', path: '/phone', access: 'public', handle: showPhone },
  { method: 'GET', path: '/phone/messages', access: 'public', handle: async (ctx) => json(ctx.gateway.inbox(userOf(ctx).id)) },
  { method: 'GET', path: '/phone/events', access: 'public', handle: follow },
  { method: 'POST', path: '/phone/deliveries', access: 'public', handle: report },
];

async function receive(ctx) {
  const body = await readBody(ctx.req, WEBHOOK_LIMIT);
  const now = Math.floor(Date.now() / 1000);
  try {
    const { id, event } = verifyWebhook({ headers: ctx.req.headers, body, key: ctx.config.webhookKey, now });
    if (ctx.delivered.has(id)) return empty();
    if (isNews(event)) {
      await followNews(ctx, event);
      return empty();
    }
    ctx.gateway.deliver(event, {
      clientId: ctx.config.pbx2fa.clientId,
      isUser: (subject) => ctx.users.find(subject) !== null,
      words: notificationWords,
      now,
    });
    ctx.delivered.add(id, now);
    return empty();
  } catch (error) {
    if (error instanceof InvalidWebhook) return json({ error: error.message }, { status: 401 });
    if (error instanceof UndeliverableMessage) return json({ error: error.message }, { status: 422 });
    throw error;
  }
}

async function showPhone(ctx) {
  return page(phonePage(ctx, ctx.users.all(), userOf(ctx)));
}

/** Server-sent events: first everything there is (`inbox`), then each message as it comes (`message`). */
async function follow(ctx) {
  const { id } = userOf(ctx);
  return {
    status: 200,
    headers: { 'content-type': 'text/event-stream' },
    cookies: [],
    stream: (res) => {
      const send = (event, data) => res.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
      send('inbox', ctx.gateway.inbox(id));
      const stop = ctx.gateway.listen(id, (message) => send('message', message));
      const heartbeat = setInterval(() => res.write(':\n\n'), HEARTBEAT_MS);
      res.on('close', () => {
        clearInterval(heartbeat);
        stop();
      });
    },
  };
}

/** What the phone does with a call, passed on as a real exchange would. */
async function report(ctx) {
  const form = await readForm(ctx.req);
  const { id } = userOf(ctx);
  const message = ctx.gateway.inbox(id).find(({ kind, challenge }) => kind === 'call' && challenge === form.get('challenge'));
  if (!message || !CALL_STATES.includes(form.get('delivery'))) throw new Refusal(400, 'error.badRequest');
  try {
    await ctx.pbx2fa.report(id, message.challenge, form.get('delivery'));
  } catch (error) {
    // The person may be through already, and the code forgotten.
    if (!(error instanceof Refused && error.problem === 'not-found')) throw error;
  }
  return empty();
}

function userOf(ctx) {
  const user = ctx.users.find(ctx.url.searchParams.get('user') ?? ctx.users.all()[0].id);
  if (!user) throw new Refusal(404, 'error.notFound');
  return user;
}
