// The gateway delivers what is signed, once, and nothing else.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';

import { CLIENT_ID } from './fake-edge.mjs';
import { startPortal, webhookHeaders } from './fixture.mjs';

let portal;
before(async () => { portal = await startPortal(); });
after(() => portal.close());

let last = 0;
const now = () => Math.floor(Date.now() / 1000);

function event({ type = 'code.push', ...changes } = {}) {
  last += 1;
  const data = {
    challenge: `chl_${last}`, client_id: CLIENT_ID, subject: 'an', portal_name: 'Qaller Telecom', locale: 'nl-BE', purpose: 'login', code: '007081', expires_at: now() + 300, ...changes,
  };
  return { id: data.challenge, body: JSON.stringify({ type, timestamp: new Date().toISOString(), data }) };
}

const post = (body, headers) => fetch(`${portal.origin}/webhooks/pbx-2fa`, { method: 'POST', body, headers });
const inbox = async (user = 'an') => (await fetch(`${portal.origin}/phone/messages?user=${user}`)).json();

test('a push arrives on the phone of its user, code and all', async () => {
  const { id, body } = event();
  assert.equal((await post(body, webhookHeaders(body, { id }))).status, 204);
  const { kind, number, code, challenge, locale, script, text } = (await inbox()).at(-1);
  assert.deepEqual({ kind, number, code, challenge, locale, script }, { kind: 'push', number: null, code: '007081', challenge: id, locale: 'nl-BE', script: [] });
  assert.equal(text.title, 'Code om in te loggen');
  assert.deepEqual(await inbox('bert'), []);
});

test('a call arrives with its number and script, in the language of the message', async () => {
  const { id, body } = event({ type: 'code.call', subject: 'dina', locale: 'en', purpose: 'enroll', number: '+32470123404', line: 'mobile', script: ['Your code is', '0, 0, 7'] });
  assert.equal((await post(body, webhookHeaders(body, { id }))).status, 204);
  const { kind, number, script, text } = (await inbox('dina')).at(-1);
  assert.deepEqual({ kind, number, script }, { kind: 'call', number: '+32470123404', script: ['Your code is', '0, 0, 7'] });
  assert.equal(text.title, 'Code to confirm');
});

test('what the phone does with a call is passed on, and nothing else', async () => {
  const call = event({ type: 'code.call', subject: 'dina', number: '+32470123404', line: 'mobile', script: ['0'] });
  const push = event({ subject: 'dina' });
  for (const { id, body } of [call, push]) assert.equal((await post(body, webhookHeaders(body, { id }))).status, 204);
  const tell = async (challenge, delivery, { user = 'dina', origin = portal.origin } = {}) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', origin };
    return (await fetch(`${portal.origin}/phone/deliveries?user=${user}`, { method: 'POST', headers, body: new URLSearchParams({ challenge, delivery }) })).status;
  };
  assert.equal(await tell(call.id, 'ringing'), 204);
  assert.equal(await tell(call.id, 'no_answer'), 204);
  assert.equal(await tell(call.id, 'sent'), 400);
  assert.equal(await tell(push.id, 'ringing'), 400, 'a push message');
  assert.equal(await tell(call.id, 'ringing', { user: 'an' }), 400, 'somebody else');
  assert.equal(await tell(call.id, 'ringing', { origin: 'https://elsewhere.example' }), 403);
  assert.deepEqual(portal.edge.reported, [['PUT', 'dina', call.id, 'ringing'], ['PUT', 'dina', call.id, 'no_answer']]);
  portal.edge.bend.report = () => ({ problem: 'not-found', status: 404 });
  assert.equal(await tell(call.id, 'answered'), 204, 'the code was used meanwhile');
  delete portal.edge.bend.report;
});

test('the same webhook is accepted twice and delivered once', async () => {
  const { id, body } = event();
  const before = (await inbox()).length;
  for (let turn = 0; turn < 2; turn += 1) assert.equal((await post(body, webhookHeaders(body, { id }))).status, 204);
  assert.equal((await inbox()).length, before + 1);
});

test('one right signature among several is enough', async () => {
  const { id, body } = event();
  const headers = webhookHeaders(body, { id });
  headers['webhook-signature'] = `v1,${randomBytes(32).toString('base64')} v1a,AAAA ${headers['webhook-signature']}`;
  assert.equal((await post(body, headers)).status, 204);
});

const forged = {
  'another key': (body, id) => webhookHeaders(body, { id, key: randomBytes(32) }),
  'another body': (body, id) => webhookHeaders(`${body} `, { id }),
  'another id': (body, id) => ({ ...webhookHeaders(body, { id }), 'webhook-id': 'chl_other' }),
  'another time': (body, id) => ({ ...webhookHeaders(body, { id }), 'webhook-timestamp': String(now() - 1) }),
  'six minutes old': (body, id) => webhookHeaders(body, { id, timestamp: now() - 360 }),
  'six minutes ahead': (body, id) => webhookHeaders(body, { id, timestamp: now() + 360 }),
  'a time that is no number': (body, id) => webhookHeaders(body, { id, timestamp: 'now' }),
  'no signature': (body, id) => ({ ...webhookHeaders(body, { id }), 'webhook-signature': '' }),
  'another version of signature': (body, id) => {
    const headers = webhookHeaders(body, { id });
    return { ...headers, 'webhook-signature': headers['webhook-signature'].replace('v1,', 'v2,') };
  },
};

for (const [what, headersOf] of Object.entries(forged)) {
  test(`${what}: refused, and nothing is delivered`, async () => {
    const { id, body } = event();
    const before = await inbox();
    assert.equal((await post(body, headersOf(body, id))).status, 401);
    assert.deepEqual(await inbox(), before);
  });
}

const undeliverable = {
  'another tenant': { client_id: 'another' },
  'an unknown user': { subject: 'zz' },
  'a code that is no code': { code: '12345' },
  'a call to what is no number': { type: 'code.call', number: '1555,,9#', script: [] },
  'an unknown type': { type: 'code.fax' },
};

for (const [what, changes] of Object.entries(undeliverable)) {
  test(`${what}: refused though signed, also when sent again`, async () => {
    const { id, body } = event(changes);
    for (let turn = 0; turn < 2; turn += 1) assert.equal((await post(body, webhookHeaders(body, { id }))).status, 422);
  });
}

test('what has expired is accepted and not delivered', async () => {
  const { id, body } = event({ expires_at: now() - 1 });
  const before = (await inbox()).length;
  assert.equal((await post(body, webhookHeaders(body, { id }))).status, 204);
  assert.equal((await inbox()).length, before);
});

test('a body that is too large is refused', async () => {
  const body = 'a'.repeat(70_000);
  assert.equal((await post(body, webhookHeaders(body))).status, 413);
});

test('a phone that is open hears of a message at once', async () => {
  const aborter = new AbortController();
  const stream = await fetch(`${portal.origin}/phone/events?user=hilde`, { signal: aborter.signal });
  const reader = stream.body.pipeThrough(new TextDecoderStream()).getReader();
  assert.match((await reader.read()).value, /^event: inbox\ndata: \[\]\n\n$/);
  const { id, body } = event({ subject: 'hilde' });
  await post(body, webhookHeaders(body, { id }));
  assert.match((await reader.read()).value, /^event: message\ndata: .*"code":"007081"/);
  aborter.abort();
});
