// Logins from the password to the redeemed assertion, by every kind of authenticator, through a gateway of the suite's own.
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { expectStatus } from "../support/http.mjs";
import { assertProblem } from "../support/problems.mjs";
import { totp, wrongCode } from "../support/totp.mjs";
import { World } from "../support/world.mjs";

const MOBILE = "+32470123456";
const LANDLINE = "+3225551234";

let world;
before(async () => (world = await World.begin()));
after(() => world.end());

/** Redeems what a page shows, and checks that it is what the portal asked. */
async function redeemed(page, acr, amr) {
  const { body } = expectStatus(await world.portal.redeem(page.transaction, page.view.assertion), 200);
  assert.deepEqual([body.subject, body.nonce, body.transaction], [page.subject, page.nonce, page.transaction]);
  assert.deepEqual([body.acr, body.amr, body.purpose], [`urn:pbx-2fa:${acr}`, amr, "login"]);
  assert.ok(body.session_token && body.session_expires_at > page.view.server_time);
}

async function pastBackup(page) {
  assert.equal(page.view.state, "backup");
  expectStatus(await page.finish(), 200);
  assert.equal(page.view.state, "verified");
}

suite("the first authenticator is set up in the login", () => {
  test("an authenticator app", async () => {
    const subject = world.user();
    const page = await world.portal.page(subject, { profile: { display_name: "An Peeters" } });
    assert.deepEqual([page.view.state, page.view.enrollable], ["enroll", ["totp", "mobile", "landline"]]);
    expectStatus(await page.enroll({ kind: "totp" }), 200);
    const { secret, uri } = page.view.enrollment.totp;
    assert.match(decodeURIComponent(uri), /^otpauth:\/\/totp\/Contract Telecom:An Peeters\?/);
    expectStatus(await page.look(), 200);
    assert.equal(page.view.enrollment.totp, undefined, "the key is shown once");
    const wrong = await page.confirm(wrongCode(await totp(secret), await totp(secret, { steps: 1 })));
    assert.equal(assertProblem(wrong, "code-invalid").attempts_left, 4);
    expectStatus(await page.confirm(await totp(secret)), 200);
    await pastBackup(page);
    await redeemed(page, "totp", ["otp"]);
    assert.equal(await world.sent(subject), 0);
  });

  for (const [kind, number] of [["mobile", MOBILE], ["landline", LANDLINE]]) {
    test(`a ${kind}, by a call`, async () => {
      const page = await world.portal.page(world.user(), { locale: "en" });
      expectStatus(await page.enroll({ kind, number }), 200);
      const { type, data } = await world.receiver.message(page.subject);
      assert.deepEqual([type, data.number, data.line, data.purpose, data.locale], ["code.call", number, kind, "enroll", "en"]);
      assert.ok(data.script.some((line) => line.replace(/\D/g, "").includes(data.code)), "the digits are spoken");
      assert.ok(page.view.enrollment.hint.endsWith(number.slice(-2)) && !page.view.enrollment.hint.includes(number.slice(4, 8)));
      expectStatus(await page.confirm(data.code), 200);
      assert.deepEqual([page.authenticator(kind).confirmed, page.authenticator(kind).primary], [true, true]);
      await pastBackup(page);
      await redeemed(page, "pstn", ["tel", "mca"]);
    });
  }

  test("a landline that the portal knows, by one click", async () => {
    const page = await world.portal.page(world.user(), { profile: { landline: LANDLINE } });
    assert.equal(page.view.suggestions[0].kind, "landline");
    expectStatus(await page.enroll({ kind: "landline", suggested: true }), 200);
    expectStatus(await page.confirm(await world.receiver.code(page.subject)), 200);
    assert.equal((await world.receiver.message(page.subject)).data.number, LANDLINE);
  });

  test("the vendor's app, without a click", async () => {
    const page = await world.appPage(undefined, { profile: { app: { registered: true, device_token: "token-7" } } });
    assert.deepEqual([page.view.state, page.view.challenge.kind], ["challenge", "app"]);
    const { type, data } = await world.receiver.message(page.subject);
    assert.deepEqual([type, data.device_token, data.purpose], ["code.push", "token-7", "login"]);
    expectStatus(await page.attempt(data.code), 200);
    await pastBackup(page);
    await redeemed(page, "app", ["swk", "mca"]);
  });
});

suite("later logins", () => {
  test("by the authenticator app", async () => {
    const user = await world.totpUser();
    const page = await world.portal.page(user.subject);
    assert.deepEqual([page.view.challenge.kind, page.view.challenge.delivery], ["totp", "not_needed"]);
    expectStatus(await page.attempt(await user.next()), 200);
    await pastBackup(page);
    await redeemed(page, "totp", ["otp"]);
  });

  test("by a mobile from the profile, which its first right code confirms", async () => {
    const page = await world.portal.page(world.user(), { profile: { mobile: MOBILE } });
    assert.equal(page.authenticator("mobile").confirmed, false);
    expectStatus(await page.attempt(await world.code(page)), 200);
    assert.equal(page.authenticator("mobile").confirmed, true);
    await pastBackup(page);
    await redeemed(page, "pstn", ["tel", "mca"]);
  });

  test("with another method than the primary", async () => {
    const page = await world.appPage(undefined, { profile: { mobile: MOBILE } });
    expectStatus(await page.challenge(page.authenticator("mobile").id), 200);
    assert.equal(page.view.challenge.kind, "mobile");
    expectStatus(await page.attempt(await world.code(page)), 200);
    assert.equal(page.view.state, "verified", "app and mobile: no back-up is due");
    await redeemed(page, "pstn", ["tel", "mca"]);
  });

  test("finish asked again gives the same assertion's jti", async () => {
    const page = await world.verified();
    const jti = (jwt) => JSON.parse(Buffer.from(jwt.split(".")[1], "base64url")).jti;
    const first = jti(page.view.assertion);
    expectStatus(await page.finish(), 200);
    assert.equal(jti(page.view.assertion), first);
  });

  test("nothing is verified before the code is right", async () => {
    const page = await world.appPage();
    assertProblem(await page.finish(), "step-up-required");
    assert.equal(page.view.assertion, undefined);
  });
});

suite("the back-up", () => {
  test("may be put off as often as the tenant says, and must then be set up", async () => {
    const portal = await world.tenant("one-skip", { policy: { backup: { skips: 1 } } });
    const first = await world.verified(undefined, { portal });
    const page = await world.appPage(first.subject, { portal });
    expectStatus(await page.attempt(await world.code(page)), 200);
    assert.deepEqual(page.view.backup, { required: true, skips_left: 0 });
    assert.ok(!page.view.actions.includes("skip_backup"));
    assertProblem(await page.finish(), "backup-required");
    assert.equal(page.view.assertion, undefined);
    expectStatus(await page.enroll({ kind: "mobile", number: MOBILE }), 200);
    expectStatus(await page.confirm(await world.receiver.code(page.subject, { number: 3 })), 200);
    assert.equal(page.view.state, "verified");
    const { body } = expectStatus(await portal.subject(page.subject), 200);
    assert.deepEqual([body.backup_due, body.authenticators.map((a) => a.kind)], [false, ["app", "mobile"]]);
  });

  test("may be required at once", async () => {
    const portal = await world.tenant("no-skip", { policy: { backup: { skips: 0 } } });
    const page = await world.appPage(undefined, { portal });
    expectStatus(await page.attempt(await world.code(page)), 200);
    assert.deepEqual([page.view.state, page.view.backup.required], ["backup", true]);
    assertProblem(await page.finish(), "backup-required");
  });
});

suite("the method manager", () => {
  test("Set as Primary: the next login asks it first", async () => {
    const { subject } = await world.appPage(undefined, { profile: { mobile: MOBILE } });
    const manager = await world.manager(subject);
    const mobile = manager.authenticator("mobile").id;
    expectStatus(await manager.setPrimary(mobile), 200);
    assert.equal(manager.view.authenticators[0].id, mobile);
    const page = await world.portal.page(subject);
    assert.equal(page.view.challenge.authenticator, mobile);
    assert.equal((await world.receiver.message(subject, { challenge: page.view.challenge.id })).type, "code.call");
  });

  test("changes need a fresh code", async () => {
    const { subject } = await world.appPage(undefined, { profile: { mobile: MOBILE } });
    const page = await world.portal.page(subject, { purpose: "manage" });
    assert.deepEqual([page.view.state, page.view.actions.includes("step_up")], ["manage", true]);
    const mobile = page.authenticator("mobile").id;
    assertProblem(await page.setPrimary(mobile), "step-up-required");
    assertProblem(await page.remove(mobile), "step-up-required");
    assertProblem(await page.enroll({ kind: "totp" }), "step-up-required");
    expectStatus(await page.challenge(), 200);
    assert.equal((await world.receiver.message(subject, { challenge: page.view.challenge.id })).data.purpose, "step_up");
    expectStatus(await page.attempt(await world.code(page)), 200);
    expectStatus(await page.setPrimary(mobile), 200);
  });

  test("removes what the user set up, and neither the portal's own nor the last", async () => {
    const { subject } = await world.appPage();
    const manager = await world.manager(subject);
    assertProblem(await manager.remove(manager.authenticator("app").id), "backup-required");
    expectStatus(await manager.enroll({ kind: "totp" }), 200);
    expectStatus(await manager.confirm(await totp(manager.view.enrollment.totp.secret)), 200);
    const { id, removable } = manager.authenticator("totp");
    assert.equal(removable, true);
    expectStatus(await manager.remove(id), 200);
    assert.equal(manager.authenticator("totp"), undefined);
    assertProblem(await manager.remove(id), "not-found");
  });

  test("its assertion is for managing, and brings no session", async () => {
    const { subject } = await world.appPage();
    const manager = await world.manager(subject);
    expectStatus(await manager.finish(), 200);
    const { body } = expectStatus(await world.portal.redeem(manager.transaction, manager.view.assertion), 200);
    assert.deepEqual([body.purpose, body.session_token], ["manage", undefined]);
  });
});

test("every message of this suite had a genuine signature", () => assert.deepEqual(world.receiver.forged, []));
