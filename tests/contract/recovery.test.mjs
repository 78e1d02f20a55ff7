// When no method is at hand, or the portal wants more of one: recovery codes, the help desk's codes, first methods by
// invitation, a floor for `acr`, numbers of the exchange itself, and a narrow window for authenticator apps.
import assert from "node:assert/strict";
import { after, afterEach, before, suite, test } from "node:test";
import { ahead, at } from "../support/clock.mjs";
import { expectStatus } from "../support/http.mjs";
import { DIST_TEST } from "../support/paths.mjs";
import { assertProblem, problemOf } from "../support/problems.mjs";
import { totp } from "../support/totp.mjs";
import { until } from "../support/wait.mjs";
import { World } from "../support/world.mjs";

const FORM = /^[0-9A-HJKMNP-TV-Z]{16}$/;
const GROUPED = /^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/;
const APP = { app: { registered: true } };
const HOUR = 3_600;
/** Far enough from a border that a slow machine stays on the same side. */
const BEFORE = 5;

let world;
before(async () => (world = await World.begin({ dist: DIST_TEST })));
afterEach(() => ahead(world, 0));
after(() => world?.end());

const plain = (grouped) => grouped.replaceAll("-", "");

/** A code that was never given out: another last character. */
const other = (code) => code.slice(0, -1) + (code.endsWith("0") ? "1" : "0");

/** A user with the app and ten recovery codes. */
async function withCodes(portal = world.portal) {
  const page = await world.manager(world.user("codes"), { portal });
  expectStatus(await page.issueRecoveryCodes(), 200);
  return { subject: page.subject, codes: page.view.recovery_codes, page };
}

/** A login in which a code of this kind is awaited. */
async function asking(subject, kind, { portal = world.portal, ...more } = {}) {
  const page = await portal.page(subject, more);
  if (page.view.challenge?.kind !== kind) expectStatus(await page.challenge(page.authenticator(kind).id), 200);
  assert.equal(page.view.challenge.kind, kind);
  return page;
}

async function bypass(subject, portal = world.portal) {
  const { body } = expectStatus(await portal.help(subject, "bypass"), 201);
  assert.match(body.code, GROUPED);
  return { ...body, code: plain(body.code) };
}

const types = async (subject) => expectStatus(await world.portal.events(subject), 200).body.events.map((e) => e.type);

suite("recovery codes", () => {
  test("are ten, shown once, and counted down", async () => {
    const { subject, codes, page } = await withCodes();
    assert.equal(new Set(codes).size, 10);
    for (const code of codes) assert.match(code, FORM);
    assert.equal(expectStatus(await page.look(), 200).body.recovery_codes, undefined);
    const { recovery_codes_left: left } = expectStatus(await world.portal.subject(subject), 200).body;
    assert.equal(left, 10);
    const login = await asking(subject, "recovery");
    assert.deepEqual([login.authenticator("recovery").codes_left, login.view.authenticators.at(-1).kind], [10, "recovery"]);
    expectStatus(await login.attempt(codes[3]), 200);
    assert.deepEqual([login.view.state, login.view.backup.reason], ["backup", "fallback_used"]);
    expectStatus(await login.finish(), 200);
    const redeemed = expectStatus(await world.portal.redeem(login.transaction, login.view.assertion), 200).body;
    assert.deepEqual([redeemed.acr, redeemed.amr], ["urn:pbx-2fa:recovery", ["otp"]]);
    assert.equal(expectStatus(await world.portal.subject(subject), 200).body.recovery_codes_left, 9);
  });

  test("T18: one that was used is wrong, and so is one of another user", async () => {
    const [mine, theirs] = [await withCodes(), await withCodes()];
    const first = await asking(mine.subject, "recovery");
    expectStatus(await first.attempt(mine.codes[0]), 200);
    const again = await asking(mine.subject, "recovery");
    for (const code of [mine.codes[0], theirs.codes[0], other(mine.codes[1])]) assertProblem(await again.attempt(code), "code-invalid");
    expectStatus(await again.attempt(mine.codes[1]), 200);
  });

  test("T18: used at the same moment, one is right once", async () => {
    for (const width of [2, 20, 200]) {
      const { subject, codes } = await withCodes();
      const pages = [await asking(subject, "recovery"), await asking(subject, "recovery")];
      const ids = pages.map((page) => page.view.challenge.id);
      const answers = await Promise.all(Array.from({ length: width }, (_, n) => pages[n % 2].attempt(codes[0], ids[n % 2])));
      assert.equal(answers.filter(({ status }) => status === 200).length, 1, `${width} at once`);
      for (const answer of answers.filter(({ status }) => status !== 200)) {
        assert.ok(["not-found", "challenge-dead", "code-invalid"].includes(problemOf(answer)), problemOf(answer));
      }
      assert.equal(expectStatus(await world.portal.subject(subject), 200).body.recovery_codes_left, 9);
    }
  });

  test("T18: many at once are no code", async () => {
    const { subject, codes } = await withCodes();
    const page = await asking(subject, "recovery");
    for (const code of [codes, [codes[0]], { code: codes[0] }, codes.join("")]) assertProblem(await page.attempt(code), "invalid-request");
    assert.equal(expectStatus(await page.look(), 200).body.challenge.attempts_left, 5);
    assertProblem(await page.attempt("000000"), "code-invalid");
  });

  test("new ones need a fresh code and end the old", async () => {
    const { subject, codes, page } = await withCodes();
    const stranger = await world.appPage(subject, { purpose: "manage" });
    assertProblem(await stranger.issueRecoveryCodes(), "step-up-required");
    await ahead(world, 301);
    assertProblem(await page.issueRecoveryCodes(), "step-up-required");
    await ahead(world, 0);
    expectStatus(await page.issueRecoveryCodes(), 200);
    const login = await asking(subject, "recovery");
    assertProblem(await login.attempt(codes[0]), "code-invalid");
    expectStatus(await login.attempt(page.view.recovery_codes[0]), 200);
  });

  test("are not for a tenant that has none", async () => {
    const portal = await world.tenant("no-codes", { policy: { recovery_codes: false } });
    const page = await world.manager(world.user("none"), { portal });
    assert.ok(!page.view.actions.includes("issue_recovery_codes"));
    assertProblem(await page.issueRecoveryCodes(), "not-found");
  });

  test("are in the trail and in the news, without the codes", async () => {
    const { subject, codes } = await withCodes();
    const page = await asking(subject, "recovery");
    expectStatus(await page.attempt(codes[0]), 200);
    assert.deepEqual((await types(subject)).slice(1), ["recovery_codes.issued", "recovery_code.used"]);
    const news = () => world.receiver.news.filter((n) => n.data.subject === subject).map((n) => n.type);
    await until("the news", () => news().includes("recovery_code.used") && news().includes("recovery_codes.issued"));
    const told = JSON.stringify([world.receiver.news, expectStatus(await world.portal.events(subject), 200).body]);
    for (const code of codes) assert.ok(!told.includes(code));
  });
});

suite("a code of the help desk", () => {
  test("is for one login within an hour, and the last one counts", async () => {
    const { subject } = await withCodes();
    const first = await bypass(subject);
    const second = await bypass(subject);
    assert.equal(expectStatus(await world.portal.subject(subject), 200).body.bypass_until, second.expires_at);
    const page = await asking(subject, "bypass");
    assertProblem(await page.attempt(first.code), "code-invalid");
    expectStatus(await page.attempt(second.code), 200);
    expectStatus(await page.finish(), 200);
    const redeemed = expectStatus(await world.portal.redeem(page.transaction, page.view.assertion), 200).body;
    assert.equal(redeemed.acr, "urn:pbx-2fa:bypass");
    const next = await world.appPage(subject);
    assert.equal(next.authenticator("bypass"), undefined, "it is used");
    assert.equal(expectStatus(await world.portal.subject(subject), 200).body.bypass_until, undefined);
  });

  test("ends after its hour", async () => {
    const { subject } = await withCodes();
    const { code } = await bypass(subject);
    await ahead(world, HOUR - BEFORE);
    const page = await asking(subject, "bypass");
    await ahead(world, HOUR + BEFORE);
    const answer = await page.attempt(code);
    assert.ok(["challenge-dead", "not-found"].includes(problemOf(answer)), problemOf(answer));
    assert.equal((await world.appPage(subject)).authenticator("bypass"), undefined);
  });

  test("is given by the portal alone, who says who and why", async () => {
    const { subject } = await withCodes();
    assertProblem(await world.portal.help(subject, "bypass", { actor: "Mia" }), "invalid-request");
    await bypass(subject);
    const event = expectStatus(await world.portal.events(subject), 200).body.events.at(-1);
    assert.deepEqual([event.type, event.actor, event.reason], ["bypass.issued", { type: "help_desk", name: "Mia" }, "called back"]);
    const stranger = await world.tenant("bypass-other");
    assertProblem(await stranger.help(subject, "bypass"), "not-found");
    await stranger.page(subject, { profile: { app: { registered: true } } });
    const theirs = await bypass(subject, stranger);
    const page = await asking(subject, "bypass");
    assertProblem(await page.attempt(theirs.code), "code-invalid");
  });

  test("goes with a reset, like the recovery codes", async () => {
    const { subject } = await withCodes();
    await bypass(subject);
    const status = expectStatus(await world.portal.help(subject, "reset"), 200).body;
    assert.deepEqual([status.bypass_until, status.recovery_codes_left], [undefined, undefined]);
  });
});

suite("by invitation", () => {
  test("a first method needs a code of the help desk, for a subject that is new too", async () => {
    const portal = await world.tenant("invites", { policy: { first_enrollment: "by_invitation" } });
    const subject = world.user("invited");
    const locked = await portal.page(subject);
    assert.deepEqual([locked.view.state, locked.view.locked_until, locked.view.actions], ["locked", undefined, []]);
    assertProblem(await locked.enroll({ kind: "totp" }), "step-up-required");
    const manager = await portal.page(subject, { purpose: "manage" });
    assertProblem(await manager.enroll({ kind: "totp" }), "step-up-required");
    const { code } = await bypass(subject, portal);
    const page = await asking(subject, "bypass", { portal });
    assertProblem(await page.enroll({ kind: "totp" }), "step-up-required");
    expectStatus(await page.attempt(code), 200);
    assertProblem(await page.finish(), "backup-required");
    expectStatus(await page.enroll({ kind: "totp" }), 200);
    expectStatus(await page.confirm(await totp(page.view.enrollment.totp.secret)), 200);
    expectStatus(await page.finish(), 200);
    assert.equal(page.view.state, "verified");
  });

  test("an account with a method logs in as ever", async () => {
    const portal = await world.tenant("invites-bound", { policy: { first_enrollment: "by_invitation" } });
    const page = await world.verified(undefined, { portal });
    assert.equal(page.view.state, "verified");
  });
});

suite("a floor for acr", () => {
  test("is reached by what is asked first, where anything reaches it", async () => {
    const subject = world.user("floor");
    const manager = await world.manager(subject, { profile: { mobile: "+32470123456" } });
    expectStatus(await manager.setPrimary(manager.authenticator("app").id), 200);
    const page = await world.appPage(subject, { minimum_acr: "urn:pbx-2fa:totp" });
    assert.equal(page.view.challenge.kind, "app");
    expectStatus(await page.attempt(await world.code(page)), 200);
    if (page.view.state === "backup") expectStatus(await page.finish(), 200);
    assert.equal(expectStatus(await world.portal.redeem(page.transaction, page.view.assertion), 200).body.acr, "urn:pbx-2fa:app");
  });

  test("is not reached by a recovery code or a call, and something stronger has to be set up", async () => {
    const { subject, codes } = await withCodes();
    const page = await asking(subject, "recovery", { minimum_acr: "urn:pbx-2fa:pstn" });
    expectStatus(await page.attempt(codes[0]), 200);
    assert.deepEqual([page.view.state, page.view.backup.reason, page.view.backup.required], ["backup", "too_weak", true]);
    assertProblem(await page.finish(), "backup-required");

    const call = await world.portal.page(world.user("call"), { profile: { mobile: "+32470123456" }, minimum_acr: "urn:pbx-2fa:totp" });
    expectStatus(await call.attempt(await world.code(call)), 200);
    assert.deepEqual([call.view.backup.reason, call.view.enrollable], ["too_weak", ["totp"]]);
    assertProblem(await call.enroll({ kind: "landline", number: "+3225551234" }), "invalid-request");
    expectStatus(await call.enroll({ kind: "totp" }), 200);
    expectStatus(await call.confirm(await totp(call.view.enrollment.totp.secret)), 200);
    expectStatus(await world.portal.redeem(call.transaction, call.view.assertion), 200);
  });
});

test("the tenant's floor holds in every login from then on, and a transaction goes above it and not below", async () => {
  const portal = await world.tenant("floored");
  const call = (request) => portal.page(world.user("call"), { profile: { mobile: "+32470123456" }, ...request });
  const before = await call();
  expectStatus(await before.attempt(await world.code(before)), 200);
  assert.notEqual(before.view.backup?.reason, "too_weak");
  await world.tenant("floored", { policy: { minimum_acr: "urn:pbx-2fa:totp" } });
  for (const request of [{}, { minimum_acr: "urn:pbx-2fa:pstn" }]) {
    const page = await until("the tenant's new policy", async () => {
      const next = await call(request);
      expectStatus(await next.attempt(await world.code(next)), 200);
      return next.view.backup?.reason === "too_weak" && next;
    });
    assertProblem(await page.finish(), "backup-required");
  }
});

suite("numbers of the exchange itself", () => {
  const policy = { own_numbers: ["+3225551"] };

  test("are not set up as the only method, and the refusal tells a program why", async () => {
    const portal = await world.tenant("own-first", { policy });
    const page = await portal.page(world.user("own"));
    const own = assertProblem(await page.enroll({ kind: "landline", number: "+3225551234" }), "number-not-allowed");
    assert.equal(own.reason, "own_pbx");
    const mobile = assertProblem(await page.enroll({ kind: "landline", number: "+32470123456" }), "number-not-allowed");
    assert.equal(mobile.reason, undefined);
  });

  test("are marked where they stand beside another", async () => {
    const portal = await world.tenant("own-second", { policy });
    const page = await portal.page(world.user("own"), { profile: APP });
    expectStatus(await page.attempt(await world.code(page)), 200);
    expectStatus(await page.enroll({ kind: "landline", number: "+3225551234" }), 200);
    assert.equal(page.view.enrollment.own_pbx, true);
    expectStatus(await page.confirm(await world.receiver.code(page.subject, { number: 2 })), 200);
    assert.deepEqual(page.view.authenticators.map((a) => [a.kind, a.own_pbx]), [["app", undefined], ["landline", true]]);
  });
});

test("with totp_window none_ahead a code of the next step is wrong, and one of the step before is right", async () => {
  const portal = await world.tenant("narrow", { policy: { totp_window: "none_ahead" } });
  const user = await world.totpUser({ portal });
  const start = (Math.floor(Date.now() / 30_000) + 4) * 30;
  await at(world, start + 10);
  const page = await portal.page(user.subject);
  assertProblem(await page.attempt(await totp(user.secret, { now: start + 30 })), "code-invalid");
  expectStatus(await page.attempt(await totp(user.secret, { now: start - 30 })), 200);
});
