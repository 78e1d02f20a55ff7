// Attacks on the code itself, each under its number in the threat model: guessing, racing, resetting counters, replaying.
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { after, before, test } from "node:test";
import { expectStatus, send } from "../support/http.mjs";
import { assertProblem, problemOf } from "../support/problems.mjs";
import { atOnce } from "../support/raw.mjs";
import { totp, wrongCode } from "../support/totp.mjs";
import { World } from "../support/world.mjs";

const MOBILE = "+32470123456";

let world;
before(async () => (world = await World.begin()));
after(() => world?.end());

const attempts = (page, codes) =>
  codes.map((code) => ({
    method: "POST",
    path: "/v1/session/attempts",
    headers: { origin: page.origin, authorization: `Bearer ${page.secret}` },
    json: { challenge: page.view.challenge.id, code },
  }));

const tally = (answers) => answers.map(problemOf).reduce((count, name) => ({ ...count, [name]: (count[name] ?? 0) + 1 }), {});

async function assertNoAssertion(page) {
  assert.equal(expectStatus(await page.look(), 200).body.assertion, undefined);
}

test("T1: after five wrong codes the right one is refused too", async () => {
  const page = await world.appPage();
  const code = await world.code(page);
  for (const left of [4, 3, 2, 1, 0]) {
    assert.equal(assertProblem(await page.attempt(wrongCode(code)), "code-invalid", [code]).attempts_left, left);
  }
  assert.ok(["challenge-dead", "account-throttled"].includes(problemOf(await page.attempt(code))));
  await assertNoAssertion(page);
  assert.equal(page.view.state, "locked");
  assert.ok(page.view.locked_until > page.view.server_time);
});

test("T2: of 200 wrong codes at the same moment at most five are looked at", async () => {
  const page = await world.appPage();
  const code = await world.code(page);
  const wrong = Array.from({ length: 201 }, (_, i) => String(100_000 + i * 37)).filter((guess) => guess !== code).slice(0, 200);
  const answers = await atOnce(page.edge, attempts(page, wrong));
  const { "code-invalid": looked = 0, "challenge-dead": dead = 0, "account-throttled": throttled = 0, ...others } = tally(answers);
  assert.deepEqual(others, {});
  assert.ok(looked >= 1 && looked <= 5, `${looked} were looked at`);
  assert.equal(looked + dead + throttled, 200);
  assert.notEqual((await page.attempt(code)).status, 200);
  await assertNoAssertion(page);
});

test("T2: the right code among 200 counts only where it is one of the first five", async () => {
  const page = await world.appPage(undefined, { profile: { mobile: MOBILE } });
  const code = await world.code(page);
  const guesses = Array.from({ length: 201 }, (_, i) => String(200_000 + i * 41)).filter((guess) => guess !== code).slice(0, 199);
  guesses.splice(150, 0, code);
  const { 200: right = 0, "code-invalid": looked = 0 } = tally(await atOnce(page.edge, attempts(page, guesses)));
  assert.ok(right + looked <= 5, `${right} right and ${looked} wrong ones were looked at`);
  if (right === 0) await assertNoAssertion(page);
});

test("T3: of 100 right codes at the same moment one is accepted, and of 100 redemptions one", async () => {
  const page = await world.appPage(undefined, { profile: { mobile: MOBILE } });
  const code = await world.code(page);
  const answers = await atOnce(page.edge, attempts(page, Array(100).fill(code)));
  assert.deepEqual(tally(answers), { 200: 1, "challenge-dead": 99 });
  const { assertion } = answers.find((answer) => answer.status === 200).body;
  const redeem = {
    method: "POST",
    path: `/v1/transactions/${page.transaction}/redeem`,
    headers: { authorization: `Bearer ${world.portal.apiKey}` },
    json: { assertion },
  };
  assert.deepEqual(tally(await atOnce(page.edge, Array(100).fill(redeem))), { 200: 1, "already-redeemed": 99 });
});

test("T3: of 50 finishes at the same moment all show one jti, and put the back-up off once", async () => {
  const portal = await world.tenant("t3-finish", { policy: { backup: { skips: 2 } } });
  const page = await world.appPage(undefined, { portal });
  expectStatus(await page.attempt(await world.code(page)), 200);
  const headers = { origin: page.origin, authorization: `Bearer ${page.secret}` };
  const answers = await atOnce(page.edge, Array(50).fill({ method: "POST", path: "/v1/session/finish", headers, json: {} }));
  const jtis = answers.map((answer) => JSON.parse(Buffer.from(answer.body.assertion.split(".")[1], "base64url")).jti);
  assert.equal(new Set(jtis).size, 1);
  const next = await world.appPage(page.subject, { portal });
  expectStatus(await next.attempt(await world.code(next)), 200);
  assert.deepEqual(next.view.backup, { required: false, skips_left: 1 });
});

test("T4: the count goes on in new transactions, with new tickets, codes and methods", async () => {
  const subject = world.user("t4");
  const profile = { mobile: MOBILE };
  const first = await world.appPage(subject, { profile });
  const code = await world.code(first);
  for (let i = 0; i < 3; i += 1) assertProblem(await first.attempt(wrongCode(code)), "code-invalid");
  const second = await world.appPage(subject, { profile });
  expectStatus(await second.challenge(second.authenticator("mobile").id), 200);
  const called = await world.code(second);
  for (let i = 0; i < 2; i += 1) assertProblem(await second.attempt(wrongCode(called)), "code-invalid");
  const { retry_after: wait } = assertProblem(await second.attempt(called), "account-throttled");
  assert.ok(wait >= 28 && wait <= 30, `${wait} s`);
  assertProblem(await first.attempt(code), "account-throttled");
  const sent = await world.sent(subject);
  const third = await world.appPage(subject, { profile });
  assert.equal(third.view.state, "locked");
  assertProblem(await third.challenge(), "account-throttled");
  assert.equal(await world.sent(subject), sent, "nothing is sent to somebody who must wait");
  const { body } = expectStatus(await world.portal.subject(subject), 200);
  assert.ok(body.throttled_until > third.view.server_time);
});

test("T6: a code of an authenticator app is right once", async () => {
  const user = await world.totpUser();
  const page = await world.portal.page(user.subject);
  const challenge = page.view.challenge.id;
  assertProblem(await page.attempt(user.used), "code-invalid");
  const next = await user.next();
  expectStatus(await page.attempt(next), 200);
  const again = await world.portal.page(user.subject);
  assertProblem(await again.attempt(next), "code-invalid");
  assertProblem(await page.attempt(next, challenge), "challenge-dead");
});

test("T6: nor twice at the same moment, in two transactions", async () => {
  const user = await world.totpUser();
  const pages = [await world.portal.page(user.subject), await world.portal.page(user.subject)];
  const code = await user.next();
  const answers = await atOnce(world.stack.edge, pages.flatMap((page) => attempts(page, Array(10).fill(code))));
  assert.equal(tally(answers)[200], 1);
});

test("T7: codes of an authenticator app from further away than one step are wrong", async () => {
  const user = await world.totpUser();
  const page = await world.portal.page(user.subject);
  const near = await Promise.all([-1, 0, 1, 2].map((steps) => totp(user.secret, { steps })));
  for (const steps of [-4, 4]) {
    const code = await totp(user.secret, { steps });
    if (!near.includes(code)) assertProblem(await page.attempt(code), "code-invalid");
  }
  expectStatus(await page.attempt(await user.next()), 200);
});

test("T36: 2,000 requests without a ticket change nothing, make no file and lock nobody out", async () => {
  const apart = await World.begin({ owners: "per-account" });
  try {
    const page = await apart.appPage();
    const code = await apart.code(page);
    const files = async () => (await readdir(apart.stack.owners, { recursive: true })).filter((name) => !/-(wal|shm)$/.test(name)).sort();
    const before = await files();
    const forged = (n) => `ses_${Buffer.alloc(90, n).toString("base64url")}`;
    const kinds = [
      (n) => ["POST", "/v1/session/attempts", forged(n), { challenge: page.view.challenge.id, code: "000000" }],
      (n) => ["GET", "/v1/session", `${page.secret.slice(0, -3)}${String(n % 1000).padStart(3, "0")}`],
      (n) => ["POST", "/v1/session", undefined, { ticket: `tkt_${Buffer.alloc(200, n).toString("base64url")}` }],
      (n) => ["POST", `/v1/transactions/txn_${Buffer.alloc(49, n).toString("base64url")}/redeem`, apart.portal.apiKey, { assertion: "a.b.c" }],
      (n) => ["GET", `/v1/subjects/guess-${n}`, `pbx2fa_contract_00000000_${Buffer.alloc(41, n).toString("base64url")}`],
    ];
    const one = async (n) => {
      const [method, path, key, json] = kinds[n % kinds.length](n);
      const origin = path.startsWith("/v1/session") ? { origin: page.origin } : {};
      const headers = { ...origin, ...(key ? { authorization: `Bearer ${key}` } : {}) };
      return (await send(apart.stack.edge, method, path, { headers, json })).status;
    };
    const statuses = new Set();
    for (let from = 0; from < 2_000; from += 50) {
      const batch = await Promise.all(Array.from({ length: 50 }, (_, i) => one(from + i)));
      batch.forEach((status) => statuses.add(status));
    }
    assert.deepEqual([...statuses].sort(), [401, 404]);
    assert.deepEqual(await files(), before);
    assert.equal(await apart.sent(page.subject), 1);
    expectStatus(await page.attempt(code), 200);
  } finally {
    await apart.end();
  }
});
