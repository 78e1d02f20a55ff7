// The worker ends, by request or by force, in the middle of a login: what was decided stays decided.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { expectStatus, send } from "../support/http.mjs";
import { Stack } from "../support/stack.mjs";
import { assertProblem } from "../support/problems.mjs";
import { wrongCode } from "../support/totp.mjs";
import { World } from "../support/world.mjs";

let world;
before(async () => (world = await World.begin()));
after(() => world?.end());

const restart = async (signal) => {
  await world.stack.killWorker(signal);
  await world.stack.startAgain();
};

for (const signal of ["SIGTERM", "SIGKILL"]) {
  suite(`after ${signal}`, () => {
    test("a login goes on where it was: the page, its code, and the count of wrong ones", async () => {
      const page = await world.appPage();
      const code = await world.code(page);
      assertProblem(await page.attempt(wrongCode(code)), "code-invalid");
      await restart(signal);
      assert.equal(expectStatus(await page.look(), 200).body.challenge.attempts_left, 4);
      assertProblem(await page.exchange(page.ticket.replace(/.$/, (c) => (c === "A" ? "B" : "A"))), "unauthorized");
      expectStatus(await page.attempt(code), 200);
      expectStatus(await page.finish(), 200);
      assert.equal(await world.sent(page.subject), 1, "nothing was sent again");
      expectStatus(await world.portal.redeem(page.transaction, page.view.assertion), 200);
    });

    test("a verified login is redeemed, once", async () => {
      const page = await world.verified();
      await restart(signal);
      expectStatus(await world.portal.redeem(page.transaction, page.view.assertion), 200);
      await restart(signal);
      assertProblem(await world.portal.redeem(page.transaction, page.view.assertion), "already-redeemed");
    });

    test("waits, used tickets and used codes are remembered", async () => {
      const [waiting, used, user] = [await world.appPage(), await world.appPage(), await world.totpUser()];
      const code = await world.code(waiting);
      for (let i = 0; i < 5; i += 1) assertProblem(await waiting.attempt(wrongCode(code)), "code-invalid");
      const replayed = await world.portal.page(user.subject);
      await restart(signal);
      assert.equal(expectStatus(await waiting.look(), 200).body.state, "locked");
      assertProblem(await used.exchange(used.ticket), "ticket-used");
      assertProblem(await replayed.attempt(user.used), "code-invalid");
      const { body } = expectStatus(await world.portal.subject(user.subject), 200);
      assert.deepEqual(body.authenticators.map((a) => a.kind), ["totp"]);
    });

    test("an API key, a repeated opening and the published keys are the same", async () => {
      const request = world.portal.request(world.user());
      const first = expectStatus(await world.portal.open(request, `restart-${signal}`), 201).body;
      const keys = (await send(world.stack.edge, "GET", "/.well-known/jwks.json")).text;
      await restart(signal);
      const second = expectStatus(await world.portal.open(request, `restart-${signal}`), 201).body;
      assert.equal(second.transaction, first.transaction);
      assert.equal((await send(world.stack.edge, "GET", "/.well-known/jwks.json")).text, keys);
    });
  });
}

test("killed at any moment of an attempt, the worker has counted it or has not seen it", async () => {
  const page = await world.appPage();
  const code = await world.code(page);
  let left = 5;
  for (const delay of [0, 2, 5]) {
    const attempt = page.attempt(wrongCode(code)).then((answer) => answer.status, () => "cut off");
    await new Promise((resolve) => setTimeout(resolve, delay));
    await restart("SIGKILL");
    const status = await attempt;
    const now = expectStatus(await page.look(), 200).body.challenge.attempts_left;
    if (status === 422) assert.equal(now, left - 1, "an answer that left is counted");
    else assert.ok(now === left || now === left - 1, `${left} became ${now}`);
    left = now;
  }
  expectStatus(await page.attempt(code), 200);
});

test("other owners than at the first start are refused, in words", async () => {
  const { state, ports } = world.stack;
  await world.stack.halt();
  for (const owners of ["shards:5", "per-account"]) {
    const { code, output } = await Stack.refused({ owners, state, ports });
    assert.notEqual(code, 0);
    assert.match(output, new RegExp(`ACCOUNT_OWNERS is ${owners}, but this deployment was begun with shards:4`));
  }
  const { code, output } = await Stack.refused({ owners: "shards:0", state, ports });
  assert.notEqual(code, 0);
  assert.match(output, /the worker does not serve: 503/);
  await world.stack.startAgain();
  expectStatus(await send(world.stack.edge, "GET", "/v1/health"), 200);
});

test("another root key than the signing keys were sealed with is refused, in words, and makes no new ones", async () => {
  const { state, ports } = world.stack;
  const jwks = async () => (await send(world.stack.edge, "GET", "/.well-known/jwks.json")).text;
  const published = await jwks();
  await world.stack.halt();
  const file = join(state, "secrets.json");
  const secrets = await readFile(file, "utf8");
  await writeFile(file, JSON.stringify({ ...JSON.parse(secrets), root_keys: `1:${randomBytes(32).toString("base64url")}` }));
  const { code, output } = await Stack.refused({ owners: "shards:4", state, ports });
  assert.notEqual(code, 0);
  assert.match(output, /a signing key does not open with these ROOT_KEYS/);
  await writeFile(file, secrets);
  await world.stack.startAgain();
  assert.equal(await jwks(), published);
});
