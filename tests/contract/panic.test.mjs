// A panic of the worker, asked for by the hooks of the test build: its caller is told at once, nobody else notices for
// longer than a request, and nothing is lost.
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { expectStatus, send } from "../support/http.mjs";
import { DIST_TEST } from "../support/paths.mjs";
import { assertProblem } from "../support/problems.mjs";
import { wrongCode } from "../support/totp.mjs";
import { until } from "../support/wait.mjs";
import { World } from "../support/world.mjs";

const AT_ONCE_MS = 2_000;

let world;
before(async () => (world = await World.begin({ dist: DIST_TEST })));
after(() => world?.end());

/** A page whose code has been sent, so that nothing of it is left to run when a panic is asked for. */
async function quietPage() {
  const page = await world.appPage();
  await until("the code is sent", async () => (await page.look()).body.challenge.delivery === "sent");
  return page;
}

const arm = async (place) => expectStatus(await send(world.stack.edge, "GET", `/test/panic/${place}`), 200);

async function timed(call) {
  const started = Date.now();
  const answer = await call();
  return { answer, took: Date.now() - started };
}

function assertFault(answer) {
  assert.equal(answer.status, 500);
  assert.equal(answer.headers["content-type"], "application/problem+json");
  assert.equal(answer.headers["cache-control"], "no-store");
  assert.deepEqual(answer.body, { type: "about:blank", title: "Internal Server Error", status: 500 });
  assert.doesNotMatch(answer.text, /panic|asked for|\.rs|wasm|RuntimeError|stack/i);
}

for (const place of ["front", "owner"]) {
  suite(`a panic in the ${place}`, () => {
    test("is a 500 at once, and the next request is answered", async () => {
      const page = await quietPage();
      const code = await world.code(page);
      await arm(place);
      const { answer, took } = await timed(() => page.look());
      if (place === "front") assertFault(answer);
      else assert.ok(answer.status >= 500, answer.text);
      assert.ok(took < AT_ONCE_MS, `${took} ms`);
      expectStatus(await send(world.stack.edge, "GET", "/v1/health"), 200);
      expectStatus(await page.look(), 200);
      expectStatus(await page.attempt(code), 200);
    });

    test("leaves counters and used tickets as they were", async () => {
      const page = await quietPage();
      const code = await world.code(page);
      assertProblem(await page.attempt(wrongCode(code)), "code-invalid");
      await arm(place);
      assert.ok((await page.attempt(code)).status >= 500);
      assert.equal(expectStatus(await page.look(), 200).body.challenge.attempts_left, 4, "the panic neither charged nor gave back");
      expectStatus(await page.attempt(code), 200);
      const other = await quietPage();
      await arm(place);
      assert.ok((await other.look()).status >= 500);
      assertProblem(await other.exchange(other.ticket), "ticket-used");
    });

    test("ten times in a row is answered ten times", async () => {
      const page = await quietPage();
      const code = await world.code(page);
      for (let i = 0; i < 10; i += 1) {
        await arm(place);
        const { answer, took } = await timed(() => page.look());
        assert.ok(answer.status >= 500 && took < AT_ONCE_MS, `${i}: ${answer.status} after ${took} ms`);
        expectStatus(await page.look(), 200);
      }
      expectStatus(await page.attempt(code), 200);
    });

    test("among fifty requests leaves none without an answer", async () => {
      const pages = await Promise.all(Array.from({ length: 10 }, quietPage));
      const codes = await Promise.all(pages.map((page) => world.code(page)));
      await arm(place);
      const looks = Array.from({ length: 50 }, (_, i) => timed(() => pages[i % 10].look()));
      const answers = await Promise.all(looks);
      assert.ok(answers.some(({ answer }) => answer.status >= 500), "nothing panicked");
      for (const { answer, took } of answers) {
        assert.ok(answer.status === 200 || answer.status >= 500, `${answer.status} ${answer.text}`);
        assert.ok(took < 5_000, `${took} ms`);
      }
      for (const [i, page] of pages.entries()) expectStatus(await page.attempt(codes[i]), 200);
    });
  });
}

test("a panic's message is not in the log, its place is", () => {
  assert.match(world.stack.output, /panic at .*test_hooks\.rs:\d+/);
  assert.doesNotMatch(world.stack.output, /asked for/);
});

test("after all that the worker ends at SIGTERM", async () => {
  await arm("owner");
  const page = await world.portal.open(world.portal.request(world.user()));
  expectStatus(page, 201);
  const took = await world.stack.killWorker("SIGTERM");
  assert.ok(took < 5_000, `${took} ms`);
});
