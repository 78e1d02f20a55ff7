// What time ends, by a clock that the suite sets: lives of tickets, codes, transactions, assertions, waits and proofs.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { ahead, at } from "../support/clock.mjs";
import { Page } from "../support/clients.mjs";
import { expectStatus } from "../support/http.mjs";
import { DIST_TEST } from "../support/paths.mjs";
import { assertProblem } from "../support/problems.mjs";
import { totp, wrongCode } from "../support/totp.mjs";
import { ORIGIN, World } from "../support/world.mjs";

const profile = { mobile: "+32470123456" };
/** Far enough from a border that a slow machine stays on the same side. */
const BEFORE = 5;

let world;
before(async () => (world = await World.begin({ dist: DIST_TEST })));
afterEach(() => ahead(world, 0));
after(() => world?.end());

test("T1: the wait grows with every further wrong code, and its end brings no dead code back", async () => {
  const page = await world.appPage(undefined, { profile });
  const code = await world.code(page);
  for (let i = 0; i < 5; i += 1) assertProblem(await page.attempt(wrongCode(code)), "code-invalid");
  const mobile = page.authenticator("mobile").id;
  await ahead(world, 30 - BEFORE);
  assertProblem(await page.challenge(mobile), "account-throttled");
  await ahead(world, 31);
  assertProblem(await page.attempt(code), "challenge-dead");
  expectStatus(await page.challenge(mobile), 200);
  const called = await world.code(page);
  assertProblem(await page.attempt(wrongCode(called)), "code-invalid");
  const { retry_after: wait } = assertProblem(await page.attempt(called), "account-throttled");
  assert.ok(wait > 55 && wait <= 60, `${wait} s`);
  await ahead(world, 92);
  expectStatus(await page.attempt(called), 200);
  assert.equal(page.view.state, "verified", "a right code ends the wait");
});

test("T10: after a new code the old one is wrong, and used attempts stay used", async () => {
  const page = await world.appPage();
  const first = await world.code(page);
  const old = page.view.challenge.id;
  assertProblem(await page.attempt(wrongCode(first)), "code-invalid");
  await ahead(world, 31);
  expectStatus(await page.challenge(), 200);
  const second = await world.code(page);
  assert.notEqual(first, second, "one chance in a million: run again");
  assert.equal(page.view.challenge.attempts_left, 4);
  assertProblem(await page.attempt(first, old), "not-found");
  assert.equal(assertProblem(await page.attempt(first), "code-invalid").attempts_left, 3);
  expectStatus(await page.attempt(second), 200);
});

test("T10: codes are sent at growing distances, and three in a transaction", async () => {
  const page = await world.appPage();
  await ahead(world, 31);
  expectStatus(await page.challenge(), 200);
  assert.equal(page.view.challenge.resend_at, page.view.server_time + 60);
  await ahead(world, 92);
  expectStatus(await page.challenge(), 200);
  assert.equal(page.view.challenge.resend_at, undefined);
  await ahead(world, 300);
  assertProblem(await page.challenge(), "send-throttled");
  assert.equal(await world.sent(page.subject), 3);
});

test("T19: a person who answers nothing is sent five codes in ten minutes, whatever is opened", async () => {
  const subject = world.user("bombed");
  for (let i = 0; i < 5; i += 1) await world.code(await world.appPage(subject));
  const sixth = await world.appPage(subject);
  assert.deepEqual([sixth.view.challenge.delivery, sixth.view.challenge.attempts_left], ["throttled", 0]);
  assertProblem(await sixth.challenge(), "send-throttled");
  assert.equal(await world.sent(subject), 5);
});

test("T11: a code is accepted until its end, and not at it", async () => {
  const [page, late] = [await world.appPage(), await world.appPage()];
  const [code, lateCode] = [await world.code(page), await world.code(late)];
  await at(world, page.view.challenge.expires_at - BEFORE);
  expectStatus(await page.attempt(code), 200);
  await at(world, late.view.challenge.expires_at);
  assertProblem(await late.attempt(lateCode), "expired");
});

test("T11: a transaction ends ten minutes after it was opened, for every call", async () => {
  const user = await world.totpUser();
  const page = await world.portal.page(user.subject);
  const end = page.view.expires_at;
  await at(world, end - BEFORE);
  expectStatus(await page.look(), 200);
  await at(world, end);
  const code = await totp(user.secret, { now: end });
  const calls = [page.look(), page.attempt(code), page.challenge(), page.finish(), page.enroll({ kind: "totp" })];
  for (const answer of await Promise.all(calls)) assertProblem(answer, "expired");
  assertProblem(await world.portal.ticket(page.transaction), "expired");
});

test("T11: a ticket lives 120 seconds", async () => {
  const opened = async () => expectStatus(await world.portal.open(world.portal.request(world.user())), 201).body;
  const [one, two] = [await opened(), await opened()];
  const exchange = (ticket) => new Page({ edge: world.stack.edge, origin: ORIGIN }).exchange(ticket);
  await at(world, one.expires_at - BEFORE);
  expectStatus(await exchange(one.ticket), 200);
  await at(world, two.expires_at);
  assertProblem(await exchange(two.ticket), "expired");
});

test("T11: an assertion that was not redeemed in 60 seconds is worth nothing", async () => {
  const [page, late] = [await world.verified(), await world.verified()];
  const end = ({ view }) => JSON.parse(Buffer.from(view.assertion.split(".")[1], "base64url")).exp;
  await at(world, end(page) - BEFORE);
  expectStatus(await world.portal.redeem(page.transaction, page.view.assertion), 200);
  await at(world, end(late));
  assertProblem(await world.portal.redeem(late.transaction, late.view.assertion), "expired");
  assertProblem(await late.look(), "expired");
});

test("T12: an account that waits out wrong codes redeems nothing", async () => {
  const page = await world.verified(undefined, { profile });
  const other = await world.appPage(page.subject, { profile });
  const code = await world.code(other);
  for (let i = 0; i < 5; i += 1) assertProblem(await other.attempt(wrongCode(code)), "code-invalid");
  assertProblem(await world.portal.redeem(page.transaction, page.view.assertion), "account-throttled");
  await ahead(world, 31);
  expectStatus(await world.portal.redeem(page.transaction, page.view.assertion), 200);
});

test("T15: five minutes after the step-up, changes need a new code", async () => {
  const { subject } = await world.appPage(undefined, { profile });
  const manager = await world.manager(subject, { profile });
  const mobile = manager.authenticator("mobile").id;
  await ahead(world, 300 - BEFORE);
  expectStatus(await manager.setPrimary(mobile), 200);
  await ahead(world, 301);
  assertProblem(await manager.setPrimary(mobile), "step-up-required");
  assert.ok(manager.view && expectStatus(await manager.look(), 200).body.actions.includes("step_up"));
});

test("T7: an authenticator app whose clock is one step off is understood, two steps off is not", async () => {
  for (const [steps, status] of [[-1, 200], [1, 200], [-2, 422], [2, 422]]) {
    await ahead(world, 0);
    const user = await world.totpUser();
    // In the middle of a step, long after the one that set it up.
    const now = (Math.floor(Date.now() / 30_000) + 10) * 30 + 10;
    const page = await world.portal.page(user.subject);
    await at(world, now);
    expectStatus(await page.attempt(await totp(user.secret, { now, steps })), status);
  }
});

test("a session is alive until its token expires; one that was revoked is so at no moment of that time", async () => {
  const portal = await world.tenant("clock-sessions", { policy: { session_lifetime: 86_400 } });
  const begin = async () => {
    const page = await world.verified(undefined, { portal, profile });
    const { session_token: token } = expectStatus(await portal.redeem(page.transaction, page.view.assertion), 200).body;
    return { token, subject: page.subject };
  };
  const [kept, revoked] = [await begin(), await begin()];
  expectStatus(await portal.revoke(revoked.subject), 200);
  for (const [seconds, alive] of [[0, true], [43_200, true], [86_400 - 60, true], [86_401, false]]) {
    await ahead(world, seconds);
    // A command that forgets what time has ended.
    for (const { subject } of [kept, revoked]) expectStatus(await portal.help(subject, "unlock"), 200);
    const active = async ({ token }) => expectStatus(await portal.introspect(token), 200).body.active;
    assert.deepEqual([await active(kept), await active(revoked)], [alive, false], `after ${seconds} s`);
  }
});
