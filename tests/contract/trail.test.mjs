// What happened to an account: kept in order, told to the portal, and found out where somebody changed it. And the help desk,
// whose acts are in it.
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { expectStatus } from "../support/http.mjs";
import { assertProblem } from "../support/problems.mjs";
import { wrongCode } from "../support/totp.mjs";
import { until } from "../support/wait.mjs";
import { World } from "../support/world.mjs";

const MOBILE = "+32470123456";
const HELP = { actor: "Mia", reason: "called back" };

let world;
before(async () => (world = await World.begin()));
after(() => world.end());

const trail = async (subject, after) => expectStatus(await world.portal.events(subject, after), 200).body;
const types = ({ events }) => events.map((e) => e.type);

/** A user with the app and a mobile number, who was wrong once and then logged in. */
async function loggedIn() {
  const page = await world.appPage(world.user("trail"), { profile: { mobile: MOBILE } });
  const code = await world.code(page);
  assertProblem(await page.attempt(wrongCode(code)), "code-invalid");
  expectStatus(await page.attempt(code), 200);
  expectStatus(await world.portal.redeem(page.transaction, page.view.assertion), 200);
  return page;
}

suite("the audit trail", () => {
  test("has what happened, in order, numbered, with who did it", async () => {
    const { subject } = await loggedIn();
    const page = await trail(subject);
    assert.deepEqual(types(page), ["authenticator.bound", "authenticator.bound", "second_factor.failed", "login.completed"]);
    assert.deepEqual(page.events.map((e) => e.sequence), [1, 2, 3, 4]);
    assert.deepEqual(page.events.map((e) => e.actor.type), ["portal", "portal", "user", "user"]);
    assert.deepEqual([page.intact, page.next], [true, undefined]);
    assert.ok(!JSON.stringify(page).includes(MOBILE.slice(4, 9)), "numbers are masked");
    const rest = await trail(subject, 3);
    assert.deepEqual([types(rest), rest.intact], [["login.completed"], true]);
    assert.deepEqual(await trail(subject, 4), { events: [], intact: true });
  });

  test("is told to the portal as signed news, but for the login that it completes itself", async () => {
    const { subject } = await loggedIn();
    const news = () => world.receiver.news.filter((n) => n.data.subject === subject);
    await until("three pieces of news", () => news().length === 3);
    assert.deepEqual(new Set(news().map((n) => n.type)), new Set(["authenticator.bound", "second_factor.failed"]));
    for (const { id, type, data } of news()) {
      assert.match(id, /^evt_[A-Za-z0-9_-]{22}_\d+$/);
      assert.equal(data.client_id, world.portal.clientId);
      const [kept] = (await trail(subject, data.sequence - 1)).events;
      const { client_id: _client, subject: _subject, ...event } = data;
      assert.deepEqual([kept, kept.type], [event, type]);
    }
    assert.equal(new Set(news().map((n) => n.id)).size, 3);
  });

  test("comes in pages of fifty", async () => {
    const { subject } = await loggedIn();
    for (let n = 0; n < 60; n += 1) expectStatus(await world.portal.help(subject, "unlock"), 200);
    const first = await trail(subject);
    assert.deepEqual([first.events.length, first.next, first.intact], [50, 50, true]);
    const second = await trail(subject, first.next);
    assert.deepEqual([second.events.length, second.next, second.intact], [14, undefined, true]);
  });

  test("of a user of whom nothing is known is not found, and another tenant sees nothing of it", async () => {
    assertProblem(await world.portal.events(world.user("nobody")), "not-found");
    const { subject } = await loggedIn();
    const other = await world.tenant("trail-other");
    assertProblem(await other.events(subject), "not-found");
    assertProblem(await other.help(subject, "reset"), "not-found");
    assert.equal((await trail(subject)).events.length, 4);
  });

  test("is asked from a number on", async () => {
    const { subject } = await loggedIn();
    for (const after of ["-1", "x", "1.5", "99999999999999999999"]) {
      assert.match(assertProblem(await world.portal.events(subject, after), "invalid-request").detail, /^after:/);
    }
  });
});

suite("the help desk", () => {
  test("takes a method away, with what it had proven", async () => {
    const page = await world.verified(world.user("lost"), { profile: { mobile: MOBILE } });
    const status = expectStatus(await world.portal.help(page.subject, `authenticators/${page.authenticator("app").id}`), 200).body;
    assert.deepEqual(status.authenticators.map((a) => [a.kind, a.primary]), [["mobile", true]]);
    assertProblem(await world.portal.redeem(page.transaction, page.view.assertion), "not-found");
    const { events } = await trail(page.subject);
    assert.deepEqual([events.at(-1).type, events.at(-1).actor, events.at(-1).reason], ["authenticator.removed", { type: "help_desk", name: HELP.actor }, HELP.reason]);
    assertProblem(await world.portal.help(page.subject, `authenticators/${page.authenticator("app").id}`), "not-found");
  });

  test("lifts a wait", async () => {
    const page = await world.appPage(world.user("waits"), { profile: { mobile: MOBILE } });
    const code = await world.code(page);
    for (let n = 0; n < 5; n += 1) await page.attempt(wrongCode(code));
    assert.equal((await page.look()).body.state, "locked");
    const status = expectStatus(await world.portal.help(page.subject, "unlock"), 200).body;
    assert.equal(status.throttled_until, undefined);
    assert.equal((await page.look()).body.state, "challenge");
  });

  test("lets a user begin anew", async () => {
    const page = await world.appPage(world.user("anew"), { profile: { mobile: MOBILE } });
    const status = expectStatus(await world.portal.help(page.subject, "reset"), 200).body;
    assert.deepEqual(status.authenticators, []);
    assertProblem(await page.look(), "unauthorized");
    const next = await world.portal.page(page.subject);
    assert.equal(next.view.state, "enroll");
    assert.equal((await trail(page.subject)).intact, true);
  });
});
