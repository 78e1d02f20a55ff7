// Nothing behind the login answers before the second factor.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { ROUTES } from '../src/portal.mjs';
import { startPortal } from './fixture.mjs';

const OPEN = ['GET /login', 'POST /login', 'POST /login/second-factor', 'GET /login/return', 'POST /login/return', 'POST /login/cancel', 'POST /logout', 'POST /webhooks/pbx-2fa', 'GET /phone', 'GET /phone/messages', 'GET /phone/events', 'POST /phone/deliveries'];

let portal;
before(async () => { portal = await startPortal(); });
after(() => portal.close());

const nameOf = ({ method, path }) => `${method} ${path}`;
const guarded = ROUTES.filter(({ access }) => access === 'session');

test('what is open without a session is exactly this list', () => {
  const open = ROUTES.filter(({ access, path }) => access !== 'session' && !path.startsWith('/assets/')).map(nameOf);
  assert.deepEqual(open.sort(), OPEN.toSorted());
  assert.ok(ROUTES.every(({ access }) => ['public', 'session', 'edge', 'signature'].includes(access)));
  assert.ok(guarded.length >= 7);
});

const browsers = {
  'nobody': async () => portal.browser(),
  'the password alone': async () => {
    const browser = portal.browser();
    assert.equal((await browser.login('an')).status, 200);
    assert.ok(browser.cookies.has('qaller_preauth'));
    return browser;
  },
  'the pre-auth cookie under the name of a session': async () => {
    const browser = portal.browser();
    await browser.login('an');
    browser.cookies.set('qaller_session', browser.cookies.get('qaller_preauth'));
    return browser;
  },
  'an invented session': async () => {
    const browser = portal.browser();
    browser.cookies.set('qaller_session', 'A'.repeat(43));
    return browser;
  },
};

for (const [who, browserOf] of Object.entries(browsers)) {
  let made = null;
  for (const route of guarded) {
    test(`${who}: ${nameOf(route)} is refused`, async () => {
      const browser = await (made ??= browserOf());
      const response = route.method === 'GET' ? await browser.get(route.path) : await browser.post(route.path, { name: 'x', mobile: '0470999999' });
      if (route.path.startsWith('/api/')) {
        assert.equal(response.status, 401);
        assert.equal(response.headers.get('content-type'), 'application/json');
      } else {
        assert.equal(response.status, 303);
        assert.match(response.headers.get('location'), /^\/login/);
      }
      assert.equal(portal.edge.opened.every(({ purpose }) => purpose === 'login'), true);
    });
  }
}

test('an unknown API path says nothing without a session either', async () => {
  assert.equal((await portal.browser().get('/api/unknown')).status, 401);
});

test('with a completed second factor they answer, and after logging out no longer', async () => {
  const browser = portal.browser();
  await browser.login('gert');
  assert.equal((await browser.post('/login/second-factor', { 'pbx-2fa-response': 'assertion' })).headers.get('location'), '/extensions');
  for (const { path } of guarded.filter(({ method, path }) => method === 'GET' && path !== '/')) assert.equal((await browser.get(path)).status, 200, path);
  const kept = new Map(browser.cookies);
  await browser.post('/logout', {});
  browser.cookies = kept;
  assert.equal((await browser.get('/extensions')).status, 303);
});

test('a POST from another site is refused', async () => {
  const browser = portal.browser();
  for (const headers of [{}, { origin: 'https://evil.example' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site', origin: portal.origin }, { 'sec-fetch-site': 'same-site' }]) {
    assert.equal((await browser.post('/login', { user: 'an', password: 'welkom-2fa' }, headers)).status, 403);
  }
  assert.equal(browser.cookies.size, 0);
});

test('only pages with the element may load and call pbx-2fa; no page allows inline code', async () => {
  const browser = portal.browser();
  const login = (await browser.get('/login')).headers.get('content-security-policy');
  assert.match(login, new RegExp(`script-src 'self' ${portal.edge.url} 'wasm-unsafe-eval';`));
  const phone = (await browser.get('/phone')).headers.get('content-security-policy');
  assert.match(phone, /script-src 'self';/);
  for (const policy of [login, phone]) assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'|\*/);
});
