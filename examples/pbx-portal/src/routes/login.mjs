// From password to session. The password makes a pre-auth session; only a redeemed second factor makes a session.

import { page, readForm, redirect } from '../http.mjs';
import { Refused, Unavailable } from '../pbx2fa.mjs';
import { kidOf } from '../jwks.mjs';
import { InvalidToken, verifySessionToken } from '../session-token.mjs';
import { PreAuthSession, Session } from '../sessions.mjs';
import { profileOf } from '../users.mjs';
import { isLanguage, tagOf, translator } from '../words/index.mjs';
import { downStep, loginPage, passwordStep, secondFactorStep } from '../views/login.mjs';

/** Where a login may lead; anything else leads to the first of them. */
const DESTINATIONS = ['/extensions', '/calls', '/security', '/settings'];
const destination = (path) => (DESTINATIONS.includes(path) ? path : DESTINATIONS[0]);

/** Where the login without script ends. */
const RETURN = '/login/return';

export const loginRoutes = [
  { method: 'GET', path: '/login', access: 'public', handle: showLogin },
  { method: 'POST', path: '/login', access: 'public', handle: checkPassword },
  { method: 'POST', path: '/login/second-factor', access: 'public', handle: checkSecondFactor },
  { method: 'POST', path: RETURN, access: 'edge', handle: keepResponse },
  { method: 'GET', path: RETURN, access: 'public', handle: takeResponse },
  { method: 'POST', path: '/login/cancel', access: 'public', handle: cancel },
  { method: 'POST', path: '/logout', access: 'public', handle: logout },
];

async function showLogin(ctx) {
  if (ctx.session) return redirect(DESTINATIONS[0]);
  if (ctx.preAuth) return secondFactor(ctx, ctx.preAuth);
  const query = ctx.url.searchParams;
  const message = query.has('out') ? { kind: 'done', key: query.get('out') === 'everywhere' ? 'login.out.everywhere' : 'login.out' } : null;
  return passwordPage(ctx, { user: query.get('user') ?? '', next: query.get('next') ?? '', message });
}

async function checkPassword(ctx) {
  const form = await readForm(ctx.req);
  const name = (form.get('user') ?? '').trim().toLowerCase().slice(0, 64);
  const next = destination(form.get('next'));
  const user = await ctx.users.authenticate(name, (form.get('password') ?? '').slice(0, 256));
  if (!user) return passwordPage(ctx, { user: name, next, message: { kind: 'error', key: 'login.wrong' } }, { status: 401 });

  const preAuth = new PreAuthSession(user, next);
  ctx.preAuths.end(ctx.cookies.get(ctx.preAuths.cookieName));
  const cookies = [ctx.keep(ctx.preAuths, ctx.preAuths.begin(preAuth))];
  return secondFactor(ctx, preAuth, { cookies });
}

async function checkSecondFactor(ctx) {
  return check(ctx, (await readForm(ctx.req)).get('pbx-2fa-response') ?? '');
}

/**
 * The page without script posts the response here from pbx-2fa's own address, and where that is another site, the browser
 * keeps this portal's `SameSite` cookies to itself. They come along with the GET that it is sent on to; the response waits in a
 * cookie of its own for that moment. It is good for one login only, which the pre-auth session knows.
 */
async function keepResponse(ctx) {
  const response = (await readForm(ctx.req)).get('pbx-2fa-response') ?? '';
  return redirect(RETURN, { cookies: [ctx.keepResponse(/^[\w.-]{1,2048}$/.test(response) ? response : '')] });
}

async function takeResponse(ctx) {
  const answer = await check(ctx, ctx.cookies.get(ctx.responseCookie) ?? '');
  answer.cookies.push(ctx.keepResponse(''));
  return answer;
}

async function check(ctx, assertion) {
  const { preAuth } = ctx;
  if (!preAuth) return passwordPage(ctx, { message: { kind: 'error', key: 'login.expired' } }, { status: 401 });
  if (!assertion || !preAuth.transaction) return secondFactor(ctx, preAuth, { status: 400, message: { key: 'second.missing' } });

  try {
    preAuth.completion ??= complete(ctx, preAuth, assertion);
    const name = await preAuth.completion;
    ctx.sessions.end(ctx.cookies.get(ctx.sessions.cookieName));
    return redirect(preAuth.next, { cookies: [ctx.keep(ctx.sessions, name), ctx.drop(ctx.preAuths)] });
  } catch (error) {
    preAuth.completion = null;
    return refused(ctx, preAuth, error);
  }
}

/** Redeems the assertion and begins the session. Everything that the redeemed answer says must be what was asked for. */
async function complete(ctx, preAuth, assertion) {
  const { user, transaction } = preAuth;
  const redeemed = await ctx.pbx2fa.redeem(transaction.id, assertion);
  const matches = redeemed.transaction === transaction.id
    && redeemed.nonce === transaction.nonce
    && redeemed.subject === user.id
    && redeemed.purpose === 'login';
  if (!matches) throw new Mismatch();

  const now = Date.now() / 1000;
  const token = redeemed.session_token;
  const { issuer, clientId: audience } = ctx.config.pbx2fa;
  const claims = verifySessionToken(token, { keys: await ctx.jwks.keys(kidOf(token)), issuer, audience, now });
  if (claims.sub !== user.id) throw new Mismatch();

  ctx.preAuths.end(ctx.cookies.get(ctx.preAuths.cookieName));
  const session = new Session(user, { token, method: methodOf(redeemed.acr), since: new Date() });
  return ctx.sessions.begin(session, claims.exp);
}

class Mismatch extends Error {}

/** Every way in which a second factor is not accepted, in words; none of them makes a session. */
function refused(ctx, preAuth, error) {
  const restart = (status, key) => {
    ctx.preAuths.end(ctx.cookies.get(ctx.preAuths.cookieName));
    return passwordPage(ctx, { message: { kind: 'error', key } }, { status, cookies: [ctx.drop(ctx.preAuths)] });
  };
  if (error instanceof Mismatch) return restart(403, 'second.mismatch');
  if (error instanceof Unavailable || error instanceof InvalidToken) return down(ctx, error);
  if (!(error instanceof Refused)) throw error;
  switch (error.problem) {
    case 'already-redeemed': return restart(409, 'second.used');
    // Taken back meanwhile, with the method that proved it or with all sessions: the login begins anew.
    case 'not-found': return restart(403, 'second.refused');
    case 'expired': return secondFactor(ctx, preAuth, { status: 410, message: { key: 'second.expired' } });
    case 'locked':
    case 'account-throttled': return secondFactor(ctx, preAuth, { status: 429, message: waitMessage(error) });
    default: return secondFactor(ctx, preAuth, { status: 403, message: { key: 'second.refused' } });
  }
}

/** Shows the element with a ticket of the session's transaction; opens one where there is none, or none that lives. */
async function secondFactor(ctx, preAuth, { status = 200, message = null, cookies = [] } = {}) {
  const words = inLanguageOf(ctx, preAuth.user);
  try {
    const ticket = await ticketFor(ctx, preAuth, words.lang);
    return page(loginPage(words, secondFactorStep(words, preAuth.user, ticket, message)), { status, cookies, headers: ctx.widgetHeaders });
  } catch (error) {
    if (error instanceof Refused && ['locked', 'account-throttled'].includes(error.problem)) {
      return passwordPage(ctx, { message: { kind: 'error', ...waitMessage(error) } }, { status: 429, cookies });
    }
    if (error instanceof Unavailable || error instanceof Refused) return down(words, error, cookies);
    throw error;
  }
}

async function ticketFor(ctx, preAuth, lang) {
  if (preAuth.transaction) {
    try {
      return await ctx.pbx2fa.ticket(preAuth.transaction.id);
    } catch (error) {
      if (!(error instanceof Refused && ['not-found', 'expired'].includes(error.problem))) throw error;
    }
  }
  const { user } = preAuth;
  const { id, nonce, ticket } = await ctx.pbx2fa.open({
    subject: user.id, origin: ctx.config.origin, purpose: 'login', locale: tagOf(lang), profile: profileOf(user),
    returnTo: ctx.config.origin + RETURN,
  });
  preAuth.transaction = { id, nonce };
  return ticket;
}

function down(ctx, error, cookies = []) {
  ctx.log(error.message);
  return page(loginPage(ctx, downStep(ctx)), { status: 503, cookies, headers: { ...ctx.widgetHeaders, 'retry-after': '30' } });
}

const waitMessage = ({ retryAfter }) => ({ key: 'second.wait', values: { minutes: Math.max(1, Math.ceil((retryAfter ?? 60) / 60)) } });

const passwordPage = (ctx, values, { status = 200, cookies = [] } = {}) =>
  page(loginPage(ctx, passwordStep(ctx, ctx.users.all(), values)), { status, cookies, headers: ctx.widgetHeaders });

/** The language that the browser chose, or else the user's own. */
function inLanguageOf(ctx, user) {
  if (ctx.chosenLanguage || !isLanguage(user.language)) return ctx;
  return { ...ctx, lang: user.language, t: translator(user.language) };
}

function methodOf(acr) {
  const name = String(acr).replace('urn:pbx-2fa:', '');
  return ['app', 'pstn', 'totp'].includes(name) ? name : 'other';
}

async function cancel(ctx) {
  ctx.preAuths.end(ctx.cookies.get(ctx.preAuths.cookieName));
  return redirect('/login', { cookies: [ctx.drop(ctx.preAuths)] });
}

async function logout(ctx) {
  ctx.preAuths.end(ctx.cookies.get(ctx.preAuths.cookieName));
  ctx.sessions.end(ctx.cookies.get(ctx.sessions.cookieName));
  return redirect('/login?out', { cookies: [ctx.drop(ctx.preAuths), ctx.drop(ctx.sessions)] });
}
