// Attacks that take time, by a clock that the suite sets: guessing for two months, codes from other steps of time, waits that
// come in the middle, and a day of messages that nobody asked for.
import assert from "node:assert/strict";
import { after, afterEach, before, suite, test } from "node:test";
import { withAllKinds } from "../support/attack.mjs";
import { ahead, at } from "../support/clock.mjs";
import { expectStatus } from "../support/http.mjs";
import { DIST_TEST } from "../support/paths.mjs";
import { assertProblem, problemOf } from "../support/problems.mjs";
import { totp, wrongCode } from "../support/totp.mjs";
import { until } from "../support/wait.mjs";
import { Worker } from "../support/worker.mjs";
import { World } from "../support/world.mjs";

const MOBILE = "+32470123456";
const profile = { mobile: MOBILE };
const DAY = 86_400;
const STEP = 30;

let world;
before(async () => (world = await World.begin({ deployment: Worker, dist: DIST_TEST })));
afterEach(() => ahead(world, 0));
after(() => world?.end());

const status = async (subject) => expectStatus(await world.portal.subject(subject), 200).body;

/** All events of a subject, over its pages. */
async function eventsOf(subject) {
  const events = [];
  for (let next = 0; next !== undefined; ) {
    const { body } = expectStatus(await world.portal.events(subject, next), 200);
    assert.equal(body.intact, true);
    events.push(...body.events);
    next = body.next;
  }
  return events;
}

/** Wrong codes at a page's code; how many were judged. */
async function misses(page, many) {
  const code = await world.code(page);
  const { id } = page.view.challenge;
  for (let n = 0; n < many; n += 1) if (problemOf(await page.attempt(wrongCode(code), id)) !== "code-invalid") return n;
  return many;
}

test("T5: nine guesses between two own logins, each day for sixty days: on the fourth day it is over, and told", async () => {
  const subject = world.user("t5");
  let [offset, guesses, ended] = [0, 0, undefined];
  const later = (seconds) => ahead(world, (offset += seconds));
  const open = () => world.appPage(subject, { profile });
  for (let day = 1; day <= 60; day += 1) {
    const begun = offset;
    for (const many of [4, 5]) {
      if (ended) break;
      guesses += await misses(await open(), many);
      const disabled = (await status(subject)).authenticators.find((a) => a.kind === "app").disabled_at;
      if (disabled) ended = { day, guesses };
      await later(700);
      const own = await open();
      expectStatus(await own.attempt(await world.code(own)), 200);
      // With one method less a back-up is due again.
      assert.equal(own.view.state, ended ? "backup" : "verified", "the user's own login goes on");
      if (ended) assert.equal(own.view.authenticators.find((a) => a.kind === "app").disabled, true);
    }
    if (ended && day > ended.day) {
      const own = await open();
      assert.equal(own.view.challenge.kind, "mobile", "the other method is asked");
      assertProblem(await own.challenge(own.authenticator("app").id), "not-found");
      expectStatus(await own.attempt(await world.code(own)), 200);
    }
    await later(begun + DAY - offset);
  }
  assert.deepEqual(ended, { day: 4, guesses: 33 }, "30, and one more for each day");
  const { authenticators, throttled_until: wait } = await status(subject);
  assert.equal(wait, undefined);
  assert.deepEqual(authenticators.map((a) => [a.kind, a.disabled_at !== undefined]), [["app", true], ["mobile", false]]);
  const events = await eventsOf(subject);
  const many = (type) => events.filter((event) => event.type === type).length;
  assert.deepEqual([many("second_factor.failed"), many("authenticator.disabled")], [33, 1]);
  assert.ok(many("account.throttled") >= 3, "each day's fifth guess in a row earned a wait");
  const told = await until("the news", () => world.receiver.news.find(({ type, data }) => type === "authenticator.disabled" && data.subject === subject));
  assert.deepEqual([told.data.authenticator.kind, told.data.actor], ["app", { type: "user" }]);
  const failures = () => new Set(world.receiver.news.filter(({ type, data }) => type === "second_factor.failed" && data.subject === subject).map(({ id }) => id)).size;
  await until("news of each guess", () => failures() === 33);
});

suite("T7: an authenticator app's code is right one step either way, to the second:", () => {
  for (const [moment, within] of [["the first second of a step", 0], ["the last second of a step", STEP - 1]]) {
    for (const steps of [-3, -2, -1, 0, 1, 2, 3]) {
      test(`${steps} steps away, in ${moment}`, async () => {
        for (;;) {
          await ahead(world, 0);
          const user = await world.totpUser();
          // Long after the step that set it up, so that no step is too old for that alone.
          const now = (Math.floor(Date.now() / 1000 / STEP) + 10) * STEP + within;
          const page = await world.portal.page(user.subject);
          const code = await totp(user.secret, { now, steps });
          await at(world, now);
          const answer = await page.attempt(code);
          const view = expectStatus(await page.look(), 200).body;
          if (view.server_time !== now) continue;
          assert.equal(problemOf(answer), Math.abs(steps) <= 1 ? "200" : "code-invalid");
          return;
        }
      });
    }
  }
});

/** A wait that wrong codes earned in another window, by the mobile. */
async function throttle({ subject, known }) {
  const page = await world.portal.page(subject, { profile: known });
  expectStatus(await page.challenge(page.authenticator("mobile").id), 200);
  assert.equal(await misses(page, 5), 5);
}

/** Everything after which a wait must be asked again: what is under way before, and the step. */
const STEPS = {
  "a code that is under way": async ({ page }) => {
    const code = await world.code(page);
    const { id } = page.view.challenge;
    return () => page.attempt(code, id);
  },
  "an authenticator app's code": async ({ page, user }) => {
    expectStatus(await page.challenge(user.ids.totp), 200);
    const { id } = page.view.challenge;
    return async () => page.attempt(await user.next(), id);
  },
  "a new code": ({ page, user }) => () => page.challenge(user.ids.landline),
  "the code of an enrollment": async ({ user: { manager } }) => {
    expectStatus(await manager.enroll({ kind: "totp" }), 200);
    const { id, totp: { secret } } = manager.view.enrollment;
    return async () => manager.confirm(await totp(secret), id);
  },
  "a new enrollment": ({ user: { manager } }) => () => manager.enroll({ kind: "totp" }),
  "a redemption": async ({ page }) => {
    expectStatus(await page.attempt(await world.code(page)), 200);
    return () => world.portal.redeem(page.transaction, page.view.assertion);
  },
  "a first step-up in the manager": async ({ user }) => {
    const page = await world.portal.page(user.subject, { purpose: "manage" });
    return () => page.challenge();
  },
};

suite("T12: a wait that wrong codes earn in another window holds for", () => {
  for (const [what, prepare] of Object.entries(STEPS)) {
    test(what, async () => {
      const user = await withAllKinds(world);
      const page = await world.portal.page(user.subject, { profile: user.profile });
      const step = await prepare({ page, user });
      await throttle({ subject: user.subject, known: user.profile });
      assertProblem(await step(), "account-throttled");
      assert.equal(problemOf(await step()), "account-throttled", "and asking changes nothing");
      await ahead(world, 31);
      expectStatus(await step(), 200);
    });
  }

  test("the end of a login whose back-up is put off", async () => {
    const subject = world.user("t12");
    const page = await world.appPage(subject);
    expectStatus(await page.attempt(await world.code(page)), 200);
    assert.equal(page.view.state, "backup");
    const other = await world.appPage(subject);
    assert.equal(await misses(other, 5), 5);
    assertProblem(await page.finish(), "account-throttled");
    assert.equal((await page.look()).body.assertion, undefined);
    await ahead(world, 31);
    expectStatus(await page.finish(), 200);
    expectStatus(await world.portal.redeem(page.transaction, page.view.assertion), 200);
  });
});

/** What ends a method while a login by it is under way, each with what is then said of its code, and of a new one. */
const ENDS = {
  "the help desk removes it": { end: (user) => world.portal.help(user.subject, `authenticators/${user.ids.landline}`), attempt: "not-found" },
  "the help desk begins the account anew": { end: (user) => world.portal.help(user.subject, "reset"), attempt: "unauthorized" },
  "the user removes it in the manager": { end: (user) => user.manager.remove(user.ids.landline), attempt: "not-found" },
};

suite("T12: a code under way dies with its method, where", () => {
  for (const [what, { end, attempt }] of Object.entries(ENDS)) {
    test(what, async () => {
      const user = await withAllKinds(world);
      const page = await world.portal.page(user.subject, { profile: user.profile });
      expectStatus(await page.challenge(user.ids.landline), 200);
      const code = await world.code(page);
      const { id } = page.view.challenge;
      expectStatus(await end(user), 200);
      assertProblem(await page.attempt(code, id), attempt);
      assert.equal(problemOf(await page.challenge(user.ids.landline)), attempt);
    });

    test(`${what}: nor does an assertion that it brought outlive it`, async () => {
      const user = await withAllKinds(world);
      const page = await world.portal.page(user.subject, { profile: user.profile });
      expectStatus(await page.challenge(user.ids.landline), 200);
      expectStatus(await page.attempt(await world.code(page)), 200);
      expectStatus(await end(user), 200);
      assert.equal(problemOf(await world.portal.redeem(page.transaction, page.view.assertion)), "not-found");
    });
  }
});

/** The fourth in a transaction, and the sixth in ten minutes, are refused, as in `clock`; here is the day. */
test("T19: who answers nothing is sent ten pushes and six calls in a day, however often a login is begun", async () => {
  const subject = world.user("t19");
  const count = (type) => world.receiver.of(subject).filter((message) => message.type === type).length;
  const answers = new Set();
  // A message is counted where the clock of the next day has not come; each half hour one login, by both methods.
  for (let n = 0; n < 24; n += 1) {
    await ahead(world, n * 1_800);
    const page = await world.appPage(subject, { profile });
    if (page.view.challenge.delivery !== "throttled") await world.code(page);
    const called = await page.challenge(page.authenticator("mobile").id);
    answers.add(problemOf(called));
    if (called.status === 200) await world.code(page);
  }
  assert.deepEqual([count("code.push"), count("code.call")], [10, 6]);
  assert.deepEqual([...answers].sort(), ["200", "send-throttled"]);
  await ahead(world, DAY + 24 * 1_800);
  const next = await world.appPage(subject, { profile });
  expectStatus(await next.attempt(await world.code(next)), 200);
  assert.deepEqual([count("code.push"), count("code.call")], [11, 6], "the next day it goes on");
});
