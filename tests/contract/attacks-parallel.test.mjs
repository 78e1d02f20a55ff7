// Attacks at one moment: each request on a connection of its own, complete but for its last byte, and then all last bytes
// together. The same request many times, and two kinds of request that contradict each other, of 1 to 200.
import assert from "node:assert/strict";
import { after, afterEach, before, suite, test } from "node:test";
import { claimsOf, ofPage, ofPortal, onlyThese, tally } from "../support/attack.mjs";
import { Page } from "../support/clients.mjs";
import { ahead } from "../support/clock.mjs";
import { expectStatus } from "../support/http.mjs";
import { DIST_TEST } from "../support/paths.mjs";
import { atOnce } from "../support/raw.mjs";
import { totp, wrongCode } from "../support/totp.mjs";
import { Worker } from "../support/worker.mjs";
import { ORIGIN, World } from "../support/world.mjs";

const profile = { mobile: "+32470123456" };
const SIZES = [1, 2, 5, 50, 200];
const ROUNDS = 6;

let world;
before(async () => (world = await World.begin({ deployment: Worker, dist: DIST_TEST })));
afterEach(() => ahead(world, 0));
after(() => world?.end());

const together = (requests) => atOnce(world.stack.edge, requests);
const attempt = (page, code, challenge = page.view.challenge.id) => ofPage(page, "POST", "/attempts", { challenge, code });
/** So many of both, alternating; of one alone it is the first. */
const mixed = (size, one, other) => Array.from({ length: size }, (_, i) => (i % 2 === 0 ? one : other));
const failures = async (subject) => expectStatus(await world.portal.events(subject), 200).body.events.filter((e) => e.type === "second_factor.failed").length;

test("T2: the right code at a random place among 200 is accepted only where it is one of the first five that are judged", async (t) => {
  const seen = { accepted: 0, refused: 0 };
  for (let round = 0; round < ROUNDS; round += 1) {
    const page = await world.appPage(undefined, { profile });
    const code = await world.code(page);
    const challenge = page.view.challenge.id;
    const guesses = Array.from({ length: 201 }, (_, i) => String(300_000 + i * 43)).filter((guess) => guess !== code).slice(0, 199);
    guesses.splice(Math.floor(Math.random() * 200), 0, code);
    const answers = await together(guesses.map((guess) => attempt(page, guess)));
    const { 200: right = 0, "code-invalid": wrong = 0 } = onlyThese(answers, "200", "code-invalid", "challenge-dead", "account-throttled");
    assert.ok(right + wrong <= 5 && right <= 1, `${right} right and ${wrong} wrong ones were judged`);
    assert.equal(await failures(page.subject), wrong, "each that was judged is an event, and no other");
    seen[right === 1 ? "accepted" : "refused"] += 1;
    if (right === 1) continue;
    assert.equal(wrong, 5);
    assert.equal(expectStatus(await page.look(), 200).body.assertion, undefined);
    onlyThese([await page.attempt(code, challenge)], "challenge-dead", "account-throttled");
  }
  t.diagnostic(`${seen.accepted} accepted, ${seen.refused} refused`);
  assert.ok(seen.refused > 0, "the right code was always among the first five: run again");
});

suite("T3: at one moment", () => {
  for (const size of SIZES) {
    test(`${size} of one right code and of new codes: one of them logs in, and at most one more is sent`, async () => {
      const page = await world.appPage(undefined, { profile });
      const first = await world.code(page);
      await ahead(world, 31);
      const answers = await together(mixed(size, attempt(page, first), ofPage(page, "POST", "/challenges", {})));
      const [tried, asked] = [answers.filter((_, i) => i % 2 === 0), answers.filter((_, i) => i % 2 === 1)];
      // A resent code makes the old challenge unknown; a right one makes it dead, and the login complete.
      const { 200: accepted = 0 } = onlyThese(tried, "200", "not-found", "challenge-dead");
      const { 200: sent = 0 } = onlyThese(asked, "200", "send-throttled", "challenge-dead");
      assert.ok(accepted <= 1 && sent <= 1, `${accepted} accepted, ${sent} sent`);
      assert.ok(accepted + sent >= 1);
      expectStatus(await page.look(), 200);
      if (accepted === 0) expectStatus(await page.attempt(await world.code(page)), 200);
      assert.equal(page.view.state, "verified");
      assert.equal(await world.sent(page.subject), 1 + sent);
      assert.equal(await failures(page.subject), 0);
    });

    test(`${size} of wrong codes and of new codes: five are judged, old and new together`, async () => {
      const page = await world.appPage(undefined, { profile });
      const first = await world.code(page);
      await ahead(world, 31);
      const answers = await together(mixed(size, attempt(page, wrongCode(first)), ofPage(page, "POST", "/challenges", {})));
      const { "code-invalid": wrong = 0 } = onlyThese(answers, "200", "code-invalid", "not-found", "challenge-dead", "send-throttled", "account-throttled");
      assert.ok(wrong <= 5);
      const { body } = expectStatus(await page.look(), 200);
      if (body.state === "challenge") assert.equal(body.challenge.attempts_left, 5 - wrong, "a new code inherits the tries");
      else assert.deepEqual([body.state, wrong], ["locked", 5]);
      assert.equal(await failures(page.subject), wrong);
    });

    test(`${size} of a method's right code and of its removal: it logs in at most once, and is gone`, async () => {
      const { subject, manager, next } = await managerWithTotp();
      const { id } = manager.authenticator("totp");
      const page = await world.appPage(subject, { profile });
      expectStatus(await page.challenge(id), 200);
      const answers = await together(mixed(size, ofPage(manager, "DELETE", `/authenticators/${id}`), attempt(page, await next())));
      const { 200: removed } = onlyThese(answers.filter((_, i) => i % 2 === 0), "200", "not-found");
      const { 200: accepted = 0 } = onlyThese(answers.filter((_, i) => i % 2 === 1), "200", "not-found", "challenge-dead");
      assert.equal(removed, 1);
      assert.ok(accepted <= 1);
      const kinds = expectStatus(await world.portal.subject(subject), 200).body.authenticators.map((a) => a.kind);
      assert.deepEqual(kinds, ["app", "mobile"]);
      assert.equal(expectStatus(await page.look(), 200).body.state, accepted === 1 ? "verified" : "challenge");
    });

    test(`${size} redemptions by two keys and by none: one session`, async () => {
      const page = await world.verified(undefined, { profile });
      const redeem = (key) => ofPortal(world.portal, "POST", `/v1/transactions/${page.transaction}/redeem`, { assertion: page.view.assertion }, key ? { "idempotency-key": key } : {});
      const keys = Array.from({ length: size }, (_, i) => ["one", "two", undefined][i % 3]);
      const answers = await together(keys.map(redeem));
      const { 200: redeemed } = onlyThese(answers, "200", "already-redeemed");
      const good = answers.map(({ status }, i) => status === 200 && i).filter((i) => i !== false);
      const by = new Set(good.map((i) => keys[i]));
      assert.equal(by.size, 1, "one key wins");
      if (by.has(undefined)) assert.equal(redeemed, 1);
      else assert.equal(redeemed, keys.filter((key) => by.has(key)).length, "and gets its answer each time");
      assert.equal(new Set(good.map((i) => claimsOf(answers[i].body.session_token).sid)).size, 1);
      assert.equal(new Set(good.map((i) => claimsOf(answers[i].body.session_token).jti)).size, 1);
    });

    test(`${size} confirmations of one enrollment: it is bound once`, async () => {
      const page = await world.portal.page(world.user());
      expectStatus(await page.enroll({ kind: "totp" }), 200);
      const { id, totp: { secret } } = page.view.enrollment;
      const code = await totp(secret);
      const answers = await together(Array(size).fill(ofPage(page, "POST", `/enrollments/${id}/confirm`, { code })));
      // The page has just proven the method, so what is refused is no lack of proof: the enrollment is gone.
      const { 200: bound } = onlyThese(answers, "200", "not-found");
      assert.equal(bound, 1);
      assert.equal(expectStatus(await world.portal.subject(page.subject), 200).body.authenticators.length, 1);
    });

    test(`${size} exchanges of one ticket: one page at most, one message`, async () => {
      const request = world.portal.request(world.user(), { profile: { app: { registered: true }, ...profile } });
      const { ticket } = expectStatus(await world.portal.open(request), 201).body;
      const answers = await together(Array(size).fill({ method: "POST", path: "/v1/session", headers: { origin: ORIGIN }, json: { ticket } }));
      const { 200: taken } = onlyThese(answers, "200", "ticket-used");
      assert.equal(taken, 1);
      const { secret } = answers.find(({ status }) => status === 200).body;
      const { status } = await new Page({ edge: world.stack.edge, origin: ORIGIN, secret }).look();
      assert.equal(status, size === 1 ? 200 : 401, "of a ticket that two had, nobody goes on");
      await world.receiver.message(request.subject);
      assert.equal(await world.sent(request.subject), 1);
    });

    test(`${size} of Set as Primary and of the removal of the same: it is gone, and another is primary`, async () => {
      const { subject, manager } = await managerWithTotp();
      const { id } = manager.authenticator("totp");
      const answers = await together(mixed(size, ofPage(manager, "DELETE", `/authenticators/${id}`), ofPage(manager, "PUT", "/primary", { authenticator: id })));
      const { 200: removed } = onlyThese(answers.filter((_, i) => i % 2 === 0), "200", "not-found");
      onlyThese(answers.filter((_, i) => i % 2 === 1), "200", "not-found");
      assert.equal(removed, 1);
      const { authenticators } = expectStatus(await world.portal.subject(subject), 200).body;
      assert.deepEqual(authenticators.map((a) => [a.kind, a.primary]), [["app", true], ["mobile", false]]);
    });
  }

  test("two first methods, each begun without proof: one is bound", async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const subject = world.user();
      const pages = [await world.portal.page(subject), await world.portal.page(subject)];
      for (const page of pages) expectStatus(await page.enroll({ kind: "totp" }), 200);
      const confirms = await Promise.all(pages.map(async (page) => {
        const { id, totp: { secret } } = page.view.enrollment;
        return ofPage(page, "POST", `/enrollments/${id}/confirm`, { code: await totp(secret) });
      }));
      assert.deepEqual(tally(await together(confirms)), { 200: 1, "step-up-required": 1 });
      assert.equal(expectStatus(await world.portal.subject(subject), 200).body.authenticators.length, 1);
    }
  });
});

/** A manager after its step-up, of a user with the app, a mobile and an authenticator app that the user set up. */
async function managerWithTotp() {
  const { subject } = await world.appPage(undefined, { profile });
  const manager = await world.manager(subject, { profile });
  expectStatus(await manager.enroll({ kind: "totp" }), 200);
  const { secret } = manager.view.enrollment.totp;
  const now = Date.now() / 1000;
  expectStatus(await manager.confirm(await totp(secret, { now })), 200);
  return { subject, manager, next: () => totp(secret, { steps: 1, now }) };
}
