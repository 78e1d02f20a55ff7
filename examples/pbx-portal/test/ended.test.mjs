// Sessions end where pbx-2fa says so, and everywhere at once where the user does.

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { CLIENT_ID, claimsOf } from './fake-edge.mjs';
import { startPortal, webhookHeaders } from './fixture.mjs';

let portal;
before(async () => { portal = await startPortal(); });
after(() => portal.close());
afterEach(() => {
  portal.edge.bend = {};
  portal.edge.revoked.length = 0;
});

let last = 0;

/** A browser with a completed login, and the token of its session. */
async function loggedIn(user) {
  const browser = portal.browser();
  last += 1;
  const token = portal.edge.keys.token({ ...claimsOf(portal.edge.url, user), jti: `jti-${last}` });
  portal.edge.bend.redeem = (answer) => ({ ...answer, session_token: token });
  await browser.login(user);
  await browser.post('/login/second-factor', { 'pbx-2fa-response': `assertion-${last}` });
  assert.equal(await isIn(browser), true);
  return { browser, token };
}

const isIn = async (browser) => (await browser.get('/api/extensions')).status === 200;

async function tell(type, { subject = 'an', clientId = CLIENT_ID, key } = {}) {
  last += 1;
  const data = { client_id: clientId, subject, sequence: last, at: Math.floor(Date.now() / 1000), type, actor: { type: 'portal' } };
  const body = JSON.stringify({ type, timestamp: new Date().toISOString(), data });
  const headers = webhookHeaders(body, { id: `evt_${last}`, ...(key && { key }) });
  return (await fetch(`${portal.origin}/webhooks/pbx-2fa`, { method: 'POST', body, headers })).status;
}

const asked = () => portal.edge.requests.filter(({ path }) => path === '/v1/sessions/introspect').length;

for (const type of ['sessions.revoked', 'account.reset', 'authenticator.removed']) {
  test(`${type}: the sessions that pbx-2fa ended end here, and no other`, async () => {
    const [gone, kept, somebody] = [await loggedIn('an'), await loggedIn('an'), await loggedIn('gert')];
    for (const { token } of [gone, somebody]) portal.edge.ended.add(token);
    assert.equal(await tell(type), 204);
    assert.deepEqual(await Promise.all([gone, kept, somebody].map(({ browser }) => isIn(browser))), [false, true, true]);
  });
}

test('a session that cannot be asked about ends too', async () => {
  const { browser } = await loggedIn('an');
  portal.edge.bend.introspect = () => ({ problem: 'unavailable', status: 503 });
  assert.equal(await tell('sessions.revoked'), 204);
  assert.equal(await isIn(browser), false);
});

test('an answer that is no answer keeps nobody in', async () => {
  for (const answer of [{}, { active: 'true' }, { active: 1 }]) {
    const { browser } = await loggedIn('an');
    portal.edge.bend.introspect = () => answer;
    await tell('sessions.revoked');
    assert.equal(await isIn(browser), false);
  }
});

test('other news, of another tenant or forged, ends nothing and asks nothing', async () => {
  const { browser, token } = await loggedIn('hilde');
  portal.edge.ended.add(token);
  const before = asked();
  for (const type of ['account.unlocked', 'authenticator.bound', 'authenticator.disabled', 'second_factor.failed']) {
    assert.equal(await tell(type, { subject: 'hilde' }), 204);
  }
  assert.equal(await tell('sessions.revoked', { subject: 'hilde', clientId: 'another' }), 204);
  assert.equal(await tell('sessions.revoked', { subject: 'hilde', key: Buffer.alloc(32) }), 401);
  assert.equal(asked(), before);
  assert.equal(await isIn(browser), true);
});

test('"log out everywhere" ends all sessions of the user, here and with pbx-2fa, and nobody else\'s', async () => {
  const [here, there, somebody] = [await loggedIn('an'), await loggedIn('an'), await loggedIn('gert')];
  assert.match(await (await here.browser.get('/security')).text(), /<form class="everywhere" method="post" action="\/logout\/everywhere">/);
  const response = await here.browser.post('/logout/everywhere', {});
  assert.equal(response.headers.get('location'), '/login?out=everywhere');
  assert.deepEqual(portal.edge.revoked, ['an']);
  assert.equal(here.browser.cookies.has('qaller_session'), false);
  assert.deepEqual(await Promise.all([here, there, somebody].map(({ browser }) => isIn(browser))), [false, false, true]);
  assert.match(await (await here.browser.get('/login?out=everywhere')).text(), /Je bent overal afgemeld\./);
});

test('where pbx-2fa cannot be asked, nobody is told that they were logged out', async () => {
  const { browser } = await loggedIn('an');
  portal.edge.bend.revoke = () => ({ problem: 'unavailable', status: 503 });
  const response = await browser.post('/logout/everywhere', {});
  assert.equal(response.headers.get('location'), '/security?still-in');
  assert.match(await (await browser.get('/security?still-in')).text(), /role="alert">.*Je bent nog overal ingelogd/s);
  assert.equal(await isIn(browser), true);
});

test('another site logs nobody out', async () => {
  const { browser } = await loggedIn('an');
  const response = await browser.post('/logout/everywhere', {}, { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' });
  assert.equal(response.status, 403);
  assert.deepEqual(portal.edge.revoked, []);
  assert.equal(await isIn(browser), true);
});
