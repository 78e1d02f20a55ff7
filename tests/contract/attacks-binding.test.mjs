// Attacks on what belongs to what, each under its number in the threat model: codes, tickets, assertions and accounts that
// are used where they do not belong.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import { SignJWT, UnsecuredJWT, generateKeyPair } from "jose";
import { Page, Portal } from "../support/clients.mjs";
import { expectStatus, send } from "../support/http.mjs";
import { assertProblem, problemOf } from "../support/problems.mjs";
import { atOnce } from "../support/raw.mjs";
import { totp, wrongCode } from "../support/totp.mjs";
import { ORIGIN, World } from "../support/world.mjs";

const MOBILE = "+32470123456";
const profile = { mobile: MOBILE };

let world;
before(async () => (world = await World.begin()));
after(() => world?.end());

const newPage = (secret) => new Page({ edge: world.stack.edge, origin: ORIGIN, secret });
const part = (jwt, n) => JSON.parse(Buffer.from(jwt.split(".")[n], "base64url"));
const encoded = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Two codes that differ, so that the one is never right for the other. */
async function twoPages(first, second) {
  const codes = [await world.code(first), await world.code(second)];
  assert.notEqual(codes[0], codes[1], "one chance in a million: run again");
  return codes;
}

test("T8: a code is right for its own user alone, and a foreign secret counts nothing against the victim", async () => {
  const [victim, attacker] = [await world.appPage(), await world.appPage()];
  const [victims, attackers] = await twoPages(victim, attacker);
  assertProblem(await attacker.attempt(victims, victim.view.challenge.id), "not-found");
  assertProblem(await attacker.attempt(attackers, victim.view.challenge.id), "not-found");
  assertProblem(await victim.attempt(attackers), "code-invalid");
  for (const extra of [{ subject: victim.subject }, { user: "carlos" }, { tenant: "contract" }, { client_id: "contract" }]) {
    const json = { challenge: attacker.view.challenge.id, code: attackers, ...extra };
    assertProblem(await attacker.call("POST", "/attempts", json), "invalid-request");
  }
  assert.equal(expectStatus(await victim.look(), 200).body.challenge.attempts_left, 4, "only the code on the victim's page counted");
  expectStatus(await victim.attempt(victims), 200);
  expectStatus(await attacker.attempt(attackers), 200);
});

test("T8: nor is it right in another transaction of the same user", async () => {
  const first = await world.appPage();
  const second = await world.appPage(first.subject);
  const [one, two] = await twoPages(first, second);
  assertProblem(await second.attempt(one, first.view.challenge.id), "not-found");
  assertProblem(await second.attempt(one), "code-invalid");
  expectStatus(await first.attempt(one), 200);
  expectStatus(await second.attempt(two), 200);
});

test("T9: a code of one purpose or one authenticator is wrong for every other", async () => {
  const login = await world.appPage(undefined, { profile });
  const loginCode = await world.code(login);
  const manager = await world.portal.page(login.subject, { purpose: "manage" });
  expectStatus(await manager.challenge(), 200);
  const stepUpCode = await world.code(manager);
  const app = login.view.challenge.authenticator;
  expectStatus(await login.challenge(login.authenticator("mobile").id), 200);
  const calledCode = await world.code(login);
  assert.equal(new Set([loginCode, stepUpCode, calledCode]).size, 3, "one chance in a million: run again");
  assertProblem(await login.attempt(loginCode), "code-invalid");
  assertProblem(await manager.attempt(loginCode), "code-invalid");
  expectStatus(await login.challenge(app), 200);
  assertProblem(await login.attempt(stepUpCode), "code-invalid");
  expectStatus(await manager.attempt(stepUpCode), 200);
  expectStatus(await manager.enroll({ kind: "landline", number: "+3225551234" }), 200);
  const enrolled = (await world.receiver.message(login.subject, { number: 4 })).data;
  assert.equal(enrolled.purpose, "enroll");
  assertProblem(await login.attempt(enrolled.code), "code-invalid");
  for (const code of [loginCode, stepUpCode, calledCode]) assertProblem(await manager.confirm(code), "code-invalid");
  expectStatus(await manager.confirm(enrolled.code), 200);
  expectStatus(await login.attempt(loginCode), 200);
});

test("T13: only what this service signed, for this transaction, is an assertion", async () => {
  const page = await world.verified();
  const { assertion } = page.view;
  const [header, claims] = [part(assertion, 0), part(assertion, 1)];
  const [, payload, signature] = assertion.split(".");
  const { privateKey } = await generateKeyPair("ES256");
  const { body: jwks } = await send(world.stack.edge, "GET", "/.well-known/jwks.json");
  const withPublicKey = `${encoded({ ...header, alg: "HS256" })}.${payload}`;
  const forged = {
    unsigned: new UnsecuredJWT(claims).encode(),
    "unsigned, with our header": `${encoded({ ...header, alg: "none" })}.${payload}.`,
    "without its signature": `${encoded(header)}.${payload}.`,
    "signed by another key": await new SignJWT(claims).setProtectedHeader(header).sign(privateKey),
    "with its key in the header": await new SignJWT(claims).setProtectedHeader({ ...header, jwk: jwks.keys[0] }).sign(privateKey),
    "signed with the public key as a secret": `${withPublicKey}.${createHmac("sha256", JSON.stringify(jwks.keys[0])).update(withPublicKey).digest("base64url")}`,
    "of another type": `${encoded({ ...header, typ: "JWT" })}.${payload}.${signature}`,
    "with a longer life": `${encoded(header)}.${encoded({ ...claims, exp: claims.exp + 600 })}.${signature}`,
    "for another user": `${encoded(header)}.${encoded({ ...claims, sub: "admin" })}.${signature}`,
    "with a signature of nothing but zeros": `${encoded(header)}.${payload}.${Buffer.alloc(64).toString("base64url")}`,
    "with a changed signature": assertion.replace(/.$/, (c) => (c === "A" ? "E" : "A")).replace(/..$/, "AA"),
    "as JSON": JSON.stringify({ payload, protected: encoded(header), signature }),
    "the view itself": JSON.stringify(page.view),
  };
  for (const [what, made] of Object.entries(forged)) {
    assert.equal(problemOf(await world.portal.redeem(page.transaction, made)), "not-found", what);
  }
  const { session_token: session } = expectStatus(await world.portal.redeem(page.transaction, assertion), 200).body;
  assertProblem(await world.portal.redeem(page.transaction, session), "not-found");
});

test("T15: a login's proof changes no methods", async () => {
  const page = await world.appPage(undefined, { profile });
  const code = await world.code(page);
  const mobile = page.authenticator("mobile").id;
  const changes = () => [page.setPrimary(mobile), page.remove(mobile), page.enroll({ kind: "totp" })];
  for (const answer of await Promise.all(changes())) assertProblem(answer, "step-up-required");
  expectStatus(await page.attempt(code), 200);
  for (const answer of await Promise.all(changes())) assertProblem(answer, "step-up-required");
  const { body } = expectStatus(await world.portal.subject(page.subject), 200);
  assert.deepEqual(body.authenticators.map((a) => [a.kind, a.primary]), [["app", true], ["mobile", false]]);
});

test("T16: what is not confirmed is no authenticator, and five wrong codes end it", async () => {
  const page = await world.portal.page(world.user());
  expectStatus(await page.enroll({ kind: "totp" }), 200);
  const { id, totp: { secret } } = page.view.enrollment;
  assert.deepEqual(page.view.authenticators, []);
  assertProblem(await page.challenge(), "not-found");
  const elsewhere = await world.portal.page(page.subject);
  assertProblem(await elsewhere.confirm(await totp(secret), id), "not-found");
  const near = await Promise.all([-1, 0, 1].map((steps) => totp(secret, { steps })));
  for (const left of [4, 3, 2, 1, 0]) {
    assert.equal(assertProblem(await page.confirm(wrongCode(...near), id), "code-invalid").attempts_left, left);
  }
  assert.notEqual((await page.confirm(await totp(secret), id)).status, 200);
  assert.deepEqual(expectStatus(await world.portal.subject(page.subject), 200).body.authenticators, []);
});

test("T26: what any site can make a browser send starts nothing", async () => {
  const page = await world.appPage();
  await world.code(page);
  const { ticket } = expectStatus(await world.portal.open(world.portal.request(page.subject)), 201).body;
  const form = `ticket=${encodeURIComponent(ticket)}`;
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", undefined]) {
    for (const body of [form, JSON.stringify({ ticket })]) {
      const headers = { origin: ORIGIN, ...(type ? { "content-type": type } : {}) };
      assertProblem(await send(world.stack.edge, "POST", "/v1/session", { headers, body }), "unsupported-media-type");
    }
  }
  for (const path of ["/challenges", "/attempts", "/finish", "/enrollments", "/primary"]) {
    assertProblem(await page.call("GET", path), "method-not-allowed");
  }
  assert.equal(await world.sent(page.subject), 1);
  expectStatus(await newPage().exchange(ticket), 200);
});

test("T27: a ticket that is handed in twice ends the transaction for both pages", async () => {
  const page = await world.appPage();
  const code = await world.code(page);
  const thief = newPage();
  assertProblem(await thief.exchange(page.ticket), "ticket-used");
  assertProblem(await page.attempt(code), "unauthorized");
  assertProblem(await thief.exchange(page.ticket), "ticket-used");
  assertProblem(await world.portal.ticket(page.transaction), "not-found");
  assert.equal(await world.sent(page.subject), 1);
});

test("T27: of 50 exchanges at the same moment one succeeds at most, and no page goes on", async () => {
  const request = world.portal.request(world.user(), { profile: { app: { registered: true } } });
  const { ticket } = expectStatus(await world.portal.open(request), 201).body;
  const exchange = { method: "POST", path: "/v1/session", headers: { origin: ORIGIN }, json: { ticket } };
  const answers = await atOnce(world.stack.edge, Array(50).fill(exchange));
  const taken = answers.filter((answer) => answer.status === 200);
  assert.equal(taken.length, 1);
  assertProblem(await newPage(taken[0].body.secret).look(), "unauthorized");
  await world.receiver.message(request.subject);
  assert.equal(await world.sent(request.subject), 1);
});

test("T28: an assertion does not fit another login", async () => {
  const [one, two] = [await world.verified(), await world.verified()];
  assertProblem(await world.portal.redeem(one.transaction, two.view.assertion), "not-found");
  assertProblem(await world.portal.redeem(two.transaction, one.view.assertion), "not-found");
  for (const page of [one, two]) {
    const { body } = expectStatus(await world.portal.redeem(page.transaction, page.view.assertion), 200);
    assert.deepEqual([body.nonce, body.subject], [page.nonce, page.subject]);
  }
});

test("T31: an assertion is redeemed once, by its own tenant, in its own deployment", async () => {
  const [page, other, elsewhere] = [await world.verified(), await world.tenant("t31-other"), await World.begin()];
  try {
    const foreign = await elsewhere.verified(page.subject);
    assertProblem(await other.redeem(page.transaction, page.view.assertion), "not-found");
    assertProblem(await world.portal.redeem(page.transaction, foreign.view.assertion), "not-found");
    assertProblem(await world.portal.redeem(foreign.transaction, foreign.view.assertion), "not-found");
    const stranger = new Portal({ edge: world.stack.edge, apiKey: elsewhere.portal.apiKey, origin: ORIGIN });
    assertProblem(await stranger.redeem(page.transaction, page.view.assertion), "unauthorized");
    expectStatus(await world.portal.redeem(page.transaction, page.view.assertion), 200);
    assertProblem(await world.portal.redeem(page.transaction, page.view.assertion), "already-redeemed");
  } finally {
    await elsewhere.end();
  }
});

test("T33: a tenant reaches nothing of another, though it names the same user", async () => {
  const page = await world.verified();
  const other = await world.tenant("t33-other");
  for (const answer of [await other.ticket(page.transaction), await other.redeem(page.transaction, page.view.assertion), await other.subject(page.subject)]) {
    assertProblem(answer, "not-found");
  }
  const theirs = await world.appPage(page.subject, { portal: other });
  assert.notEqual(theirs.authenticator("app").id, page.authenticator("app").id);
  assertProblem(await page.challenge(theirs.authenticator("app").id), "challenge-dead");
  expectStatus(await page.look(), 200);
  expectStatus(await world.portal.redeem(page.transaction, page.view.assertion), 200);
});

test("T34: twenty openings at the same moment with one key are one, and so are redemptions", async () => {
  const request = world.portal.request(world.user(), { profile: { app: { registered: true }, ...profile } });
  const headers = { authorization: `Bearer ${world.portal.apiKey}`, "idempotency-key": "t34" };
  const opened = await atOnce(world.stack.edge, Array(20).fill({ method: "POST", path: "/v1/transactions", headers, json: request }));
  assert.equal(new Set(opened.map((answer) => expectStatus(answer, 201).body.transaction)).size, 1);
  assertProblem(await world.portal.open({ ...request, nonce: "B".repeat(32) }, "t34"), "idempotency-mismatch");
  const page = newPage();
  Object.assign(page, { subject: request.subject });
  expectStatus(await page.exchange(opened[7].body.ticket), 200);
  expectStatus(await page.attempt(await world.code(page)), 200);
  const path = `/v1/transactions/${opened[0].body.transaction}/redeem`;
  const redeemed = await atOnce(world.stack.edge, Array(20).fill({ method: "POST", path, headers, json: { assertion: page.view.assertion } }));
  assert.equal(new Set(redeemed.map((answer) => part(expectStatus(answer, 200).body.session_token, 1).sid)).size, 1);
  assert.equal(await world.sent(request.subject), 1);
});
