// What happens to codes on their way, to pages that are loaded again, and to requests that are repeated.
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { Page } from "../support/clients.mjs";
import { expectStatus } from "../support/http.mjs";
import { assertProblem } from "../support/problems.mjs";
import { until } from "../support/wait.mjs";
import { ORIGIN, World } from "../support/world.mjs";

const MOBILE = "+32470123456";

let world;
before(async () => (world = await World.begin()));
after(() => world.end());

/** Looks until the code on the screen has come this far. */
const delivery = (page, state, deadlineMs) =>
  until(`delivery ${state}`, async () => (await page.look()).body.challenge.delivery === state, deadlineMs);

suite("delivery", () => {
  test("a code that the gateway took is sent", async () => {
    const page = await world.appPage();
    await delivery(page, "sent");
    assert.equal(await world.sent(page.subject), 1);
  });

  test("looking sends nothing, and asking again too soon is refused and sends nothing", async () => {
    const page = await world.appPage();
    await delivery(page, "sent");
    const { retry_after: wait } = assertProblem(await page.challenge(), "send-throttled");
    assert.ok(wait > 20 && wait <= 30, `${wait} s`);
    for (let i = 0; i < 5; i += 1) await page.look();
    assert.equal(await world.sent(page.subject), 1);
  });

  test("a gateway in trouble is asked once more, with the same id and code; then the code has failed", async () => {
    const subject = world.user("broken");
    world.receiver.behave(subject, 500);
    const page = await world.appPage(subject, { profile: { mobile: MOBILE } });
    await delivery(page, "failed");
    const tries = world.receiver.of(subject);
    assert.deepEqual([tries.length, tries[0].id, tries[0].data.code], [2, tries[1].id, tries[1].data.code]);
    world.receiver.behave(subject, "take");
    expectStatus(await page.challenge(page.authenticator("mobile").id), 200);
    expectStatus(await page.attempt(await world.code(page)), 200);
    assert.equal(page.view.state, "verified");
  });

  test("after a failure the same method may be asked again at once", async () => {
    const subject = world.user("refused");
    world.receiver.behave(subject, 400);
    const page = await world.appPage(subject);
    await delivery(page, "failed");
    assert.equal(await world.sent(subject), 1, "a refusal is not repeated");
    world.receiver.behave(subject, "take");
    const failed = page.view.challenge.id;
    expectStatus(await page.challenge(), 200);
    assert.notEqual(page.view.challenge.id, failed);
    expectStatus(await page.attempt(await world.code(page)), 200);
  });

  test("a gateway that redirects does not lead the code elsewhere", async () => {
    const subject = world.user("redirect");
    world.receiver.behave(subject, 307);
    await delivery(await world.appPage(subject), "failed");
  });

  test("a gateway that hangs keeps nobody waiting", async () => {
    const subject = world.user("hang");
    world.receiver.behave(subject, "hang");
    const started = Date.now();
    const page = await world.appPage(subject, { profile: { mobile: MOBILE } });
    assert.ok(Date.now() - started < 3_000, "the exchange does not wait for the gateway");
    assert.equal(page.view.challenge.delivery, "sending");
    const app = page.view.challenge.authenticator;
    await world.receiver.message(subject);
    world.receiver.behave(subject, "take");
    expectStatus(await page.challenge(page.authenticator("mobile").id), 200);
    await delivery(page, "sent");
    expectStatus(await page.challenge(app), 200);
    await delivery(page, "sent", 25_000);
    assert.equal(world.receiver.of(subject).filter((e) => e.type === "code.push").length, 2, "repeated after the time-out");
  });
});

suite("news of a code that the gateway has taken", () => {
  const callPage = async () => {
    const page = await world.portal.page(world.user("call"), { profile: { mobile: MOBILE } });
    await delivery(page, "sent");
    return page;
  };
  const report = (page, state, challenge = page.view.challenge.id) => world.portal.report(page.subject, challenge, state);
  const shown = async (page) => expectStatus(await page.look(), 200).body.challenge.delivery;
  /** The answer of a watch, and whether it is there. */
  const watching = (page, since) => {
    const watch = { answer: page.watch(since), over: false };
    watch.answer.finally(() => (watch.over = true)).catch(() => {});
    return watch;
  };

  test("is on the page within a second, each piece of it", async () => {
    const page = await callPage();
    let since = "sent";
    for (const state of ["ringing", "answered"]) {
      const watch = watching(page, since);
      // Whatever else the page asks is answered meanwhile.
      assert.equal(await shown(page), since);
      assert.equal(watch.over, false, "there is no news yet");
      const reported = performance.now();
      expectStatus(await report(page, state), 204);
      assert.equal(expectStatus(await watch.answer, 200).body.challenge.delivery, state);
      assert.ok(performance.now() - reported < 1_000, `${performance.now() - reported} ms`);
      since = state;
    }
    expectStatus(await page.attempt(await world.code(page)), 200);
  });

  test("what the gateway itself answers is watched, too", async () => {
    const subject = world.user("slow");
    world.receiver.behave(subject, "hang");
    const page = await world.appPage(subject);
    const watch = watching(page, "sending");
    await world.receiver.message(subject);
    expectStatus(await report(page, "declined"), 204);
    assert.equal(expectStatus(await watch.answer, 200).body.challenge.delivery, "declined");
  });

  test("never goes back, and an end stays", async () => {
    for (const end of ["declined", "no_answer", "failed"]) {
      const page = await callPage();
      for (const [state, then] of [["answered", "answered"], ["ringing", "answered"], ["sent", "answered"], [end, end], ["ringing", end], ["failed", end]]) {
        expectStatus(await report(page, state), 204);
        assert.equal(await shown(page), then);
      }
      expectStatus(await page.attempt(await world.code(page)), 200);
    }
  });

  test("after a failure another code may be asked for at once; an unanswered call keeps its wait", async () => {
    const page = await callPage();
    expectStatus(await report(page, "no_answer"), 204);
    assertProblem(await page.challenge(), "send-throttled");
    const other = await callPage();
    expectStatus(await report(other, "failed"), 204);
    expectStatus(await other.challenge(), 200);
  });

  test("a push message does not ring", async () => {
    const page = await world.appPage();
    await delivery(page, "sent");
    for (const state of ["ringing", "answered", "no_answer"]) {
      assert.match(assertProblem(await report(page, state), "invalid-request").detail, /^delivery: /);
    }
    assert.equal(await shown(page), "sent");
  });

  test("of a code that is unknown, another user's or another tenant's changes nothing", async () => {
    const [page, other] = [await callPage(), await callPage()];
    const foreign = await world.tenant("gateway-elsewhere");
    assertProblem(await world.portal.report(other.subject, page.view.challenge.id, "failed"), "not-found");
    assertProblem(await world.portal.report("nobody", page.view.challenge.id, "failed"), "not-found");
    assertProblem(await world.portal.report(page.subject, "chl_AAAAAAAAAAAAAAAA", "failed"), "not-found");
    assertProblem(await foreign.report(page.subject, page.view.challenge.id, "failed"), "not-found");
    assert.equal(await shown(page), "sent");
  });

  test("is there at once where the page knows less, or waits for none", async () => {
    const page = await callPage();
    const started = performance.now();
    for (const since of ["sending", "ringing", "answered", "failed", "not_needed"]) {
      assert.equal(expectStatus(await page.watch(since), 200).body.challenge.delivery, "sent");
    }
    assert.ok(performance.now() - started < 5_000);
    for (const since of ["", "canary", "sent%20", "Sent"]) assert.match(assertProblem(await page.watch(since), "invalid-request").detail, /^since: /);
    assertProblem(await page.call("GET", "/events"), "invalid-request");
  });

  test("without any, the answer comes after 20 seconds; of five that wait one is answered", async () => {
    const page = await callPage();
    const quiet = await callPage();
    const started = performance.now();
    const alone = watching(quiet, "sent");
    const five = [1, 2, 3, 4, 5].map(() => watching(page, "sent"));
    assert.equal(expectStatus(await Promise.race(five.map(({ answer }) => answer)), 200).body.challenge.delivery, "sent");
    assert.ok(performance.now() - started < 10_000, "not by the clock");
    await page.look();
    assert.equal(five.filter(({ over }) => over).length, 1);
    const waiting = five.filter(({ over }) => !over);
    expectStatus(await report(page, "ringing"), 204);
    for (const { answer } of waiting) assert.equal(expectStatus(await answer, 200).body.challenge.delivery, "ringing");
    assert.equal(expectStatus(await alone.answer, 200).body.challenge.delivery, "sent");
    const seconds = (performance.now() - started) / 1_000;
    assert.ok(seconds > 19 && seconds < 25, `${seconds} s`);
  });

  test("a page that another one took over from hears it at once", async () => {
    const page = await callPage();
    const watch = watching(page, "sent");
    await page.look();
    const { ticket } = expectStatus(await world.portal.ticket(page.transaction), 200).body;
    expectStatus(await new Page({ edge: page.edge, origin: ORIGIN }).exchange(ticket), 200);
    assertProblem(await watch.answer, "unauthorized");
  });
});

suite("a page that is loaded again", () => {
  const reloaded = async (page) => {
    const { ticket } = expectStatus(await world.portal.ticket(page.transaction), 200).body;
    const next = new Page({ edge: page.edge, origin: ORIGIN });
    Object.assign(next, { transaction: page.transaction, subject: page.subject, ticket });
    return next;
  };

  test("goes on with the live code; nothing is sent again, and the old page is dead", async () => {
    const page = await world.appPage();
    const code = await world.code(page);
    const next = await reloaded(page);
    expectStatus(await page.look(), 200);
    expectStatus(await next.exchange(next.ticket), 200);
    assert.equal(next.view.challenge.id, page.view.challenge.id);
    assertProblem(await page.look(), "unauthorized");
    assertProblem(await page.attempt(code), "unauthorized");
    expectStatus(await next.attempt(code), 200);
    assert.equal(await world.sent(page.subject), 1);
  });

  test("keeps the count of wrong codes", async () => {
    const page = await world.appPage();
    const code = await world.code(page);
    const wrong = code === "111111" ? "222222" : "111111";
    assert.equal(assertProblem(await page.attempt(wrong), "code-invalid").attempts_left, 4);
    const next = await reloaded(page);
    expectStatus(await next.exchange(next.ticket), 200);
    assert.equal(next.view.challenge.attempts_left, 4);
    assert.equal(assertProblem(await next.attempt(wrong), "code-invalid").attempts_left, 3);
  });

  test("shows the verified login again, until it is redeemed", async () => {
    const page = await world.verified();
    const next = await reloaded(page);
    expectStatus(await next.exchange(next.ticket), 200);
    assert.equal(next.view.state, "verified");
    expectStatus(await world.portal.redeem(page.transaction, next.view.assertion), 200);
    assertProblem(await world.portal.ticket(page.transaction), "already-redeemed");
    assertProblem(await next.look(), "already-redeemed");
  });

  test("before any page was loaded there is nothing to renew", async () => {
    const opened = expectStatus(await world.portal.open(world.portal.request(world.user())), 201).body;
    assertProblem(await world.portal.ticket(opened.transaction), "not-found");
  });
});

suite("a repeated request", () => {
  test("opens one transaction, whose ticket is exchanged once", async () => {
    const request = world.portal.request(world.user(), { profile: { app: { registered: true } } });
    const answers = await Promise.all(Array.from({ length: 5 }, () => world.portal.open(request, "open-1")));
    const ids = new Set(answers.map((answer) => expectStatus(answer, 201).body.transaction));
    assert.equal(ids.size, 1);
    const pages = answers.map(() => new Page({ edge: world.stack.edge, origin: ORIGIN }));
    const exchanged = [];
    for (const [i, page] of pages.entries()) exchanged.push((await page.exchange(answers[i].body.ticket)).status);
    assert.deepEqual(exchanged.slice(0, 2), [200, 409]);
    await world.receiver.message(request.subject);
    assert.equal(await world.sent(request.subject), 1);
  });

  test("with the same key and another body is refused", async () => {
    const request = world.portal.request(world.user());
    expectStatus(await world.portal.open(request, "open-2"), 201);
    assertProblem(await world.portal.open({ ...request, locale: "en" }, "open-2"), "idempotency-mismatch");
  });

  test("redeems once, and gets the first answer again", async () => {
    const page = await world.verified();
    const again = () => world.portal.redeem(page.transaction, page.view.assertion, "redeem-1");
    const [first, second] = [expectStatus(await again(), 200).body, expectStatus(await again(), 200).body];
    const sid = (token) => JSON.parse(Buffer.from(token.split(".")[1], "base64url")).sid;
    assert.equal(sid(first.session_token), sid(second.session_token));
    assert.deepEqual({ ...first, session_token: 0 }, { ...second, session_token: 0 });
    for (const key of [undefined, "redeem-2"]) {
      assertProblem(await world.portal.redeem(page.transaction, page.view.assertion, key), "already-redeemed");
    }
  });

  test("with a key that is none is refused", async () => {
    const request = world.portal.request(world.user());
    for (const key of ["with space", "x".repeat(129)]) {
      const { detail } = assertProblem(await world.portal.open(request, key), "invalid-request");
      assert.match(detail, /^Idempotency-Key: /);
    }
  });
});
