// From password to session, and every way in which it does not get there.

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { startPortal } from './fixture.mjs';
import { claimsOf, signer } from './fake-edge.mjs';

let portal;
before(async () => { portal = await startPortal(); });
after(() => portal.close());
afterEach(() => { portal.edge.bend = {}; });

const finish = (browser) => browser.post('/login/second-factor', { 'pbx-2fa-response': `assertion-${Math.random()}` });
const hasSession = (browser) => browser.cookies.has('qaller_session');

test('the password leads to the element, in a page of the same address', async () => {
  const browser = portal.browser();
  const response = await browser.login('an');
  assert.equal(response.status, 200);
  assert.match(await response.text(), /<pbx-2fa ticket="ticket-\d+" lang="nl-BE">/);
  const opened = portal.edge.opened.at(-1);
  assert.deepEqual({ ...opened, nonce: '' }, {
    subject: 'an', origin: portal.origin, purpose: 'login', locale: 'nl-BE', nonce: '', return_to: `${portal.origin}/login/return`,
    profile: { display_name: 'An Peeters', mobile: '+32470123401', app: { registered: true, device_token: 'simulated-phone-an' } },
  });
  assert.match(opened.nonce, /^[\w-]{43}$/);
});

test('beside the element stands a form that takes the same ticket to the login without script', async () => {
  const page = await (await portal.browser().login('an')).text();
  const [, ticket] = page.match(/<pbx-2fa ticket="([^"]+)"/);
  assert.ok(page.includes(`<form id="plain-login" method="post" action="${portal.edge.url}/plain"><input type="hidden" name="ticket" value="${ticket}"></form>`));
  assert.match(page, /<pbx-2fa [^>]*>.*<button [^>]*form="plain-login">.*<\/pbx-2fa>/s);
});

test('the login without script ends with a post from pbx-2fa, without cookies, and a GET with them', async () => {
  const browser = portal.browser();
  await browser.post('/login', { user: 'an', password: 'welkom-2fa', next: '/calls' });
  const cookies = browser.cookies;
  browser.cookies = new Map();
  const kept = await browser.post('/login/return', { 'pbx-2fa-response': 'a.b.c' }, { origin: portal.edge.url, 'sec-fetch-site': 'cross-site' });
  assert.deepEqual([kept.status, kept.headers.get('location'), [...browser.cookies.keys()]], [303, '/login/return', ['qaller_response']]);
  browser.cookies = new Map([...cookies, ...browser.cookies]);
  const response = await browser.get('/login/return', { 'sec-fetch-site': 'cross-site' });
  assert.deepEqual([response.status, response.headers.get('location')], [303, '/calls']);
  assert.ok(hasSession(browser) && !browser.cookies.has('qaller_response'));
});

test('a response that another page brings is not kept, nor one that is no token', async () => {
  for (const origin of ['https://evil.example', 'null', undefined]) {
    const browser = portal.browser();
    const response = await browser.post('/login/return', { 'pbx-2fa-response': 'a.b.c' }, origin ? { origin } : {});
    assert.deepEqual([response.status, browser.cookies.size], [403, 0], origin);
  }
  const browser = portal.browser();
  await browser.post('/login/return', { 'pbx-2fa-response': 'a; Path=/' }, { origin: portal.edge.url });
  assert.equal(browser.cookies.size, 0);
  assert.equal((await browser.get('/login/return')).status, 401);
});

test('a wrong password and an unknown user get the same answer', async () => {
  const answers = [];
  for (const [user, password] of [['an', 'wrong'], ['zz', 'wrong'], ['zz', 'welkom-2fa']]) {
    const response = await portal.browser().login(user, password);
    answers.push([response.status, (await response.text()).replaceAll(`value="${user}"`, '')]);
  }
  assert.equal(answers[0][0], 401);
  assert.deepEqual(answers[1], answers[0]);
  assert.deepEqual(answers[2], answers[0]);
});

test('a page that is loaded again gets a fresh ticket of the same transaction, or a new one where that is gone', async () => {
  const browser = portal.browser();
  await browser.login('an');
  const before = portal.edge.opened.length;
  assert.match(await (await browser.get('/login')).text(), /ticket="fresh-txn_/);
  assert.equal(portal.edge.opened.length, before);
  for (const [problem, status] of [['not-found', 404], ['expired', 410]]) {
    portal.edge.bend.ticket = () => ({ problem, status });
    assert.match(await (await browser.get('/login')).text(), /ticket="ticket-/);
  }
  assert.equal(portal.edge.opened.length, before + 2);
  assert.equal(new Set(portal.edge.opened.map(({ nonce }) => nonce)).size, portal.edge.opened.length);
});

test('a redeemed second factor makes a new session, and ends the pre-auth one', async () => {
  const browser = portal.browser();
  await browser.post('/login', { user: 'an', password: 'welkom-2fa', next: '/calls' });
  const preAuth = browser.cookies.get('qaller_preauth');
  const response = await finish(browser);
  assert.equal(response.headers.get('location'), '/calls');
  assert.match(response.headers.getSetCookie()[0], /^qaller_session=[\w-]{43}; Path=\/; Max-Age=28800; HttpOnly; SameSite=Lax$/);
  assert.equal(browser.cookies.has('qaller_preauth'), false);
  const other = portal.browser();
  other.cookies.set('qaller_preauth', preAuth);
  assert.equal((await finish(other)).status, 401);
});

test('a form that is sent twice at once makes one session', async () => {
  const browser = portal.browser();
  await browser.login('an');
  const send = () => browser.post('/login/second-factor', { 'pbx-2fa-response': 'the-same' });
  const [one, two] = await Promise.all([send(), send()]);
  assert.equal(one.headers.getSetCookie()[0], two.headers.getSetCookie()[0]);
  assert.equal(portal.edge.redemptions.filter((assertion) => assertion === 'the-same').length, 1);
});

test('a redemption without the pre-auth session of its browser is refused, and asks pbx-2fa nothing', async () => {
  const before = portal.edge.redemptions.length;
  const browser = portal.browser();
  assert.equal((await finish(browser)).status, 401);
  assert.equal(portal.edge.redemptions.length, before);
  assert.equal(hasSession(browser), false);
});

const bends = {
  'another transaction': (answer) => ({ ...answer, transaction: 'txn_other' }),
  'another nonce': (answer) => ({ ...answer, nonce: 'A'.repeat(43) }),
  'another subject': (answer) => ({ ...answer, subject: 'bert' }),
  'another purpose': (answer) => ({ ...answer, purpose: 'manage' }),
  'no session token': ({ session_token: _, ...answer }) => answer,
  'a session token of another key': (answer) => ({ ...answer, session_token: signer().token(claimsOf(portal.edge.url, 'an')) }),
  'a session token of another user': (answer) => ({ ...answer, session_token: portal.edge.keys.token(claimsOf(portal.edge.url, 'bert')) }),
  'already redeemed': () => ({ problem: 'already-redeemed', status: 409 }),
  'taken back meanwhile': () => ({ problem: 'not-found', status: 404 }),
  'expired': () => ({ problem: 'expired', status: 410 }),
  'locked': () => ({ problem: 'locked', status: 423, retryAfter: 90 }),
  'a problem that is not known': () => ({ problem: 'something-new', status: 422 }),
  'unavailable': () => ({ problem: 'unavailable', status: 503 }),
  'an answer that is no answer': () => ({}),
};

for (const [what, bend] of Object.entries(bends)) {
  test(`${what}: no session, and a sentence that says what to do`, async () => {
    const browser = portal.browser();
    await browser.login('an');
    portal.edge.bend.redeem = bend;
    const response = await finish(browser);
    assert.ok(response.status >= 400, String(response.status));
    assert.match(await response.text(), /<div class="notice error" role="alert">/);
    assert.equal(hasSession(browser), false);
    assert.equal((await browser.get('/api/extensions')).status, 401);
  });
}

test('pbx-2fa down: nobody gets in, and the page says so', async () => {
  portal.edge.bend.open = () => ({ problem: 'unavailable', status: 503 });
  const browser = portal.browser();
  const response = await browser.login('an');
  assert.equal(response.status, 503);
  assert.match(await response.text(), /Inloggen kan even niet/);
  assert.equal((await browser.get('/api/extensions')).status, 401);
  portal.edge.bend = {};
  assert.match(await (await browser.get('/login')).text(), /<pbx-2fa /);
});

test('a retry of a redemption carries the same idempotency key, another assertion another', async () => {
  const browser = portal.browser();
  await browser.login('an');
  portal.edge.bend.redeem = () => ({ problem: 'unavailable', status: 503 });
  for (const assertion of ['one', 'one', 'two']) await browser.post('/login/second-factor', { 'pbx-2fa-response': assertion });
  const keys = portal.edge.requests.filter(({ path }) => path.endsWith('/redeem')).slice(-3).map(({ idempotencyKey }) => idempotencyKey);
  assert.equal(keys[0], keys[1]);
  assert.notEqual(keys[1], keys[2]);
});

test('a login leads to a page of the portal, wherever the form asks to go', async () => {
  for (const next of ['https://evil.example', '//evil.example', '/login', '/api/extensions']) {
    const browser = portal.browser();
    await browser.post('/login', { user: 'an', password: 'welkom-2fa', next });
    assert.equal((await finish(browser)).headers.get('location'), '/extensions');
  }
});

test('saved numbers are what the next transaction tells', async () => {
  const browser = portal.browser();
  await browser.login('chris');
  await finish(browser);
  assert.equal((await browser.post('/settings', { name: 'Chris', mobile: '02 555 01 03', landline: '', language: 'nl' })).status, 422);
  assert.equal((await browser.post('/settings', { name: 'Chris', mobile: '0470/12.34.03', landline: '+32 (0)2 555 01 03', language: 'en' })).status, 303);
  await browser.get('/security');
  const { profile, purpose, locale } = portal.edge.opened.at(-1);
  assert.deepEqual({ purpose, locale }, { purpose: 'manage', locale: 'en' });
  assert.deepEqual(profile, { display_name: 'Chris', mobile: '+32470123403', landline: '+3225550103', app: { registered: false } });
});

test('no log line holds a secret', () => {
  assert.ok(portal.logged.length > 0);
  assert.doesNotMatch(portal.logged.join('\n'), /pbx2fa_|assertion-|ticket-|welkom-2fa|\+32/);
});
