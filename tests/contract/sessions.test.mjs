// Sessions that have begun: whether one is alive, and every way in which it ends. jose says what is in a token; the worker says
// whether it still counts.
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { readdir } from "node:fs/promises";
import { after, before, suite, test } from "node:test";
import { SignJWT, createLocalJWKSet, decodeProtectedHeader, jwtVerify } from "jose";
import { expectStatus, send } from "../support/http.mjs";
import { assertProblem } from "../support/problems.mjs";
import { readStored } from "../support/stored.mjs";
import { keyOf } from "../support/stored/rules.mjs";
import { totp, wrongCode } from "../support/totp.mjs";
import { until } from "../support/wait.mjs";
import { World } from "../support/world.mjs";

const MOBILE = "+32470123456";
const profile = { mobile: MOBILE };
const NOBODY = "A".repeat(32);

let world;
let keys;
before(async () => {
  world = await World.begin();
  keys = createLocalJWKSet(expectStatus(await send(world.stack.edge, "GET", "/.well-known/jwks.json"), 200).body);
});
after(() => world?.end());

const seconds = () => Math.floor(Date.now() / 1000);
/** What ends at a moment ends what was proven in the same second too, so what has to live begins in a later one. */
async function nextSecond() {
  const now = seconds();
  await until("the next second", () => seconds() > now);
}

async function read(token, { portal = world.portal, algorithm = "ES256" } = {}) {
  const options = { algorithms: [algorithm], issuer: world.stack.edge, audience: portal.clientId, typ: "pbx-2fa-session+jwt" };
  return (await jwtVerify(token, keys, options)).payload;
}

/** A completed login by one of the user's methods: its token, and what jose reads in it. */
async function session(subject, { kind = "app", portal = world.portal, ...how } = {}) {
  const page = await world.appPage(subject, { portal, profile });
  if (kind !== "app") expectStatus(await page.challenge(page.authenticator(kind).id), 200);
  expectStatus(await page.attempt(await world.code(page)), 200);
  const { session_token: token } = expectStatus(await portal.redeem(page.transaction, page.view.assertion), 200).body;
  return { token, page, claims: await read(token, { portal, ...how }) };
}

const introspect = async (token, portal = world.portal) => expectStatus(await portal.introspect(token), 200).body;
const isActive = async (of, portal) => (await introspect(of.token, portal)).active;
const actives = (sessions) => Promise.all(sessions.map((s) => isActive(s)));

async function assertInactive(token, what, portal) {
  const answer = await (portal ?? world.portal).introspect(token);
  expectStatus(answer, 200);
  assert.equal(answer.text, '{"active":false}', what);
}

suite("a session that is alive", () => {
  test("is answered with the claims that jose reads in its token", async () => {
    const { token, claims } = await session();
    assert.deepEqual(await introspect(token), { active: true, ...claims });
    assert.match(claims.sid, /^[\w-]{32}$/);
  });

  test("is so under EdDSA too", async () => {
    const portal = await world.tenant("sessions-eddsa", { policy: { signature: "EdDSA" } });
    const { token, claims } = await session(undefined, { portal, algorithm: "EdDSA" });
    assert.deepEqual(await introspect(token, portal), { active: true, ...claims });
  });

  test("says nothing to anybody else: another tenant, a page, a browser", async () => {
    const { token } = await session();
    const other = await world.tenant("sessions-other");
    await assertInactive(token, "another tenant", other);
    const from = (headers) => world.portal.call("POST", "/v1/sessions/introspect", { token }, headers);
    assertProblem(await from({ origin: world.portal.origin }), "browser-not-allowed", [token]);
    assertProblem(await from({ authorization: `Bearer ${token}` }), "unauthorized", [token]);
  });

  test("is asked about without a trace: the account stays as it is, to the letter", async () => {
    const of = await session();
    const key = keyOf({ client_id: world.portal.clientId, subject: of.claims.sub });
    const row = async () => (await readStored(world.stack.owners)).rows.find((r) => r.key === key).state;
    const before = await row();
    for (let n = 0; n < 20; n += 1) assert.equal(await isActive(of), true);
    assert.equal(await row(), before);
    const { events } = expectStatus(await world.portal.events(of.claims.sub), 200).body;
    assert.equal(events.at(-1).type, "login.completed");
  });
});

suite("what is no living session", () => {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

  test("T29: forged, changed and unsigned tokens are inactive", async () => {
    const { token, claims } = await session();
    const [header, body, signature] = token.split(".");
    const { kid } = decodeProtectedHeader(token);
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const own = (more) => new SignJWT(claims).setProtectedHeader({ alg: "ES256", typ: "pbx-2fa-session+jwt", kid, ...more }).sign(privateKey);
    const head = (more) => part({ ...decodeProtectedHeader(token), ...more });
    const wrong = {
      "somebody else's subject": `${header}.${part({ ...claims, sub: "bea" })}.${signature}`,
      "a later end": `${header}.${part({ ...claims, exp: claims.exp + 1 })}.${signature}`,
      "another session": `${header}.${part({ ...claims, sid: NOBODY })}.${signature}`,
      "a signature with a changed bit": `${header}.${body}.${signature.replace(/^./, (c) => (c === "A" ? "B" : "A"))}`,
      "no signature": `${header}.${body}.`,
      "alg none": `${head({ alg: "none" })}.${body}.`,
      "alg HS256": `${head({ alg: "HS256" })}.${body}.${signature}`,
      "a key of its own under our kid": await own(),
      "a key of its own in the header": await own({ jwk: publicKey.export({ format: "jwk" }) }),
      "an unknown kid": await own({ kid: "other" }),
      "nothing": "",
      "two parts": `${header}.${body}`,
      "four parts": `${token}.${signature}`,
      "padding": `${token}=`,
      "space around it": ` ${token}`,
      "a long text": "A".repeat(12_000),
      "its sid": claims.sid,
    };
    for (const [what, made] of Object.entries(wrong)) await assertInactive(made, what);
    assert.equal(await isActive({ token }), true, "and it harms nothing");
  });

  test("T31: tokens of one tenant are inactive at another, both ways, for the same subject", async () => {
    const portal = await world.tenant("sessions-twin");
    const subject = world.user("twin");
    const [here, there] = [await session(subject), await session(subject, { portal })];
    await assertInactive(here.token, "here", portal);
    await assertInactive(there.token, "there");
    expectStatus(await portal.revoke(subject, here.claims.sid), 200);
    expectStatus(await portal.revoke(subject), 200);
    assert.equal(await isActive(here), true, "another tenant ends nothing here");
    assert.equal(await isActive(there, portal), false);
  });

  test("an assertion is no session, and a session token no assertion", async () => {
    const page = await world.verified(undefined, { profile });
    await assertInactive(page.view.assertion, "an assertion");
    const { token } = await session();
    assertProblem(await world.portal.redeem(page.transaction, token), "not-found", [token]);
    const { session_token: redeemed } = expectStatus(await world.portal.redeem(page.transaction, page.view.assertion), 200).body;
    await assertInactive(page.view.assertion, "a redeemed assertion");
    assert.equal(await isActive({ token: redeemed }), true);
  });

  test("a token of the algorithm that the tenant has left is inactive", async () => {
    const portal = await world.tenant("sessions-moves");
    const { token } = await session(undefined, { portal });
    const moved = world.settings({ policy: { signature: "EdDSA" } });
    expectStatus(await world.operator.call("PUT", portal.clientId, moved), 200);
    await until("the change is known", async () => !(await isActive({ token }, portal)));
  });

  test("no account is made and none is opened for what nobody signed, nor for a subject that nobody knows", async () => {
    const apart = await World.begin({ owners: "per-account" });
    try {
      const files = async () => (await readdir(apart.stack.owners, { recursive: true })).filter((name) => !/-(wal|shm)$/.test(name)).sort();
      const page = await apart.verified(undefined, { profile });
      const { session_token: token } = expectStatus(await apart.portal.redeem(page.transaction, page.view.assertion), 200).body;
      const [header, body, signature] = token.split(".");
      const before = await files();
      const claims = JSON.parse(Buffer.from(body, "base64url"));
      for (let n = 0; n < 50; n += 1) {
        const made = `${header}.${part({ ...claims, sub: `guess-${n}` })}.${signature}`;
        assert.deepEqual(expectStatus(await apart.portal.introspect(made), 200).body, { active: false });
      }
      assert.deepEqual(await files(), before);
      assertProblem(await apart.portal.revoke(apart.user("nobody")), "not-found");
      const stored = await readStored(apart.stack.owners);
      assert.deepEqual(stored.rows.map((r) => r.key), [keyOf({ client_id: "contract", subject: page.subject })]);
    } finally {
      await apart.end();
    }
  });
});

suite("revoking", () => {
  test("ends the one that is named, at once and for good, and no other of the subject", async () => {
    const first = await session();
    const { sub } = first.claims;
    const second = await session(sub);
    const status = expectStatus(await world.portal.revoke(sub, first.claims.sid), 200).body;
    assert.deepEqual(status, expectStatus(await world.portal.subject(sub), 200).body);
    await assertInactive(first.token, "the one");
    assert.equal(await isActive(second), true);
    await world.stack.killWorker("SIGKILL");
    await world.stack.startAgain();
    assert.deepEqual(await actives([first, second]), [false, true]);
  });

  test("ends all that there are, and none that begins later; nor those of somebody else", async () => {
    const [first, somebody] = [await session(), await session()];
    const { sub } = first.claims;
    const second = await session(sub);
    expectStatus(await world.portal.revoke(sub), 200);
    assert.deepEqual(await actives([first, second, somebody]), [false, false, true]);
    await nextSecond();
    assert.equal(await isActive(await session(sub)), true);
    assert.deepEqual(await actives([first, second]), [false, false]);
  });

  test("of what is revoked already, or of what nobody knows, is no error and ends nothing else", async () => {
    const of = await session();
    const { sub, sid } = of.claims;
    for (const which of [NOBODY, NOBODY]) expectStatus(await world.portal.revoke(sub, which), 200);
    assert.equal(await isActive(of), true);
    for (const which of [sid, sid]) expectStatus(await world.portal.revoke(sub, which), 200);
    const { events, intact } = expectStatus(await world.portal.events(sub), 200).body;
    const revoked = events.filter((e) => e.type === "sessions.revoked");
    assert.deepEqual(revoked.map((e) => [e.sid, e.actor]), [[NOBODY, { type: "portal" }], [sid, { type: "portal" }]]);
    assert.equal(intact, true);
  });

  test("is told to the portal, with the session or without", async () => {
    const { claims: { sub, sid } } = await session();
    expectStatus(await world.portal.revoke(sub, sid), 200);
    expectStatus(await world.portal.revoke(sub), 200);
    const news = () => world.receiver.news.filter((n) => n.type === "sessions.revoked" && n.data.subject === sub);
    await until("both pieces of news", () => news().length === 2);
    const told = news().sort((a, b) => a.data.sequence - b.data.sequence);
    assert.deepEqual(told.map((n) => n.data.sid), [sid, undefined]);
  });

  test("many one by one ends a session too many rather than one too few", async () => {
    const first = await session();
    const { sub, sid } = first.claims;
    const second = await session(sub);
    expectStatus(await world.portal.revoke(sub, sid), 200);
    const madeUp = (n) => String(n).padEnd(32, "A");
    for (let n = 10; n < 25; n += 1) expectStatus(await world.portal.revoke(sub, madeUp(n)), 200);
    assert.deepEqual(await actives([first, second]), [false, true], "sixteen fit");
    expectStatus(await world.portal.revoke(sub, madeUp(25)), 200);
    assert.deepEqual(await actives([first, second]), [false, false], "the oldest two became all before");
    await nextSecond();
    assert.equal(await isActive(await session(sub)), true);
  });

  test("also ends a login that was proven, and not yet redeemed", async () => {
    const page = await world.verified(undefined, { profile });
    expectStatus(await world.portal.revoke(page.subject), 200);
    assertProblem(await world.portal.redeem(page.transaction, page.view.assertion), "not-found");
  });
});

suite("a session ends with what proved it", () => {
  /** One by the app and one by a call. */
  async function two(portal = world.portal) {
    const app = await session(undefined, { portal });
    const call = await session(app.claims.sub, { kind: "mobile", portal });
    return { app, call, sub: app.claims.sub };
  }

  test("where the help desk takes it away, and whatever policy says; the others live", async () => {
    const portal = await world.tenant("sessions-keeps", { policy: { removal_ends_sessions: false } });
    for (const at of [world.portal, portal]) {
      const { app, call, sub } = await two(at);
      expectStatus(await at.help(sub, `authenticators/${app.page.authenticator("app").id}`), 200);
      assert.deepEqual([await isActive(app, at), await isActive(call, at)], [false, true]);
    }
  });

  for (const ends of [true, false]) {
    test(`where the user or the profile removes it, ${ends ? "by default" : "not where the tenant says so"}`, async () => {
      const portal = ends ? world.portal : await world.tenant("sessions-stay", { policy: { removal_ends_sessions: false } });
      const manager = await world.manager(undefined, { portal, profile });
      expectStatus(await manager.enroll({ kind: "totp" }), 200);
      const { secret } = manager.view.enrollment.totp;
      expectStatus(await manager.confirm(await totp(secret)), 200);
      const login = await portal.page(manager.subject);
      expectStatus(await login.challenge(login.authenticator("totp").id), 200);
      expectStatus(await login.attempt(await totp(secret, { steps: 1 })), 200);
      const { session_token: token } = expectStatus(await portal.redeem(login.transaction, login.view.assertion), 200).body;
      const app = await session(manager.subject, { portal });
      expectStatus(await manager.remove(login.authenticator("totp").id), 200);
      assert.deepEqual([await isActive({ token }, portal), await isActive(app, portal)], [!ends, true]);
      await portal.page(manager.subject, { profile: { app: { registered: false } } });
      assert.equal(await isActive(app, portal), !ends);
    });
  }

  test("and all of them where the help desk begins anew", async () => {
    const { app, call, sub } = await two();
    expectStatus(await world.portal.help(sub, "reset"), 200);
    assert.deepEqual(await actives([app, call]), [false, false]);
  });

  test("but not where it is disabled by wrong codes, which anybody with the password could give", async () => {
    const { app, call, sub } = await two();
    const disabled = async () => (await world.portal.subject(sub)).body.authenticators.some((a) => a.kind === "app" && a.disabled_at);
    for (let turn = 0; turn < 8 && !(await disabled()); turn += 1) {
      const page = await world.appPage(sub, { profile });
      const code = await world.code(page);
      for (let n = 0; n < 5; n += 1) {
        await page.attempt(wrongCode(code));
        expectStatus(await world.portal.help(sub, "unlock"), 200);
      }
    }
    assert.ok(await disabled());
    assert.deepEqual(await actives([app, call]), [true, true]);
  });
});
