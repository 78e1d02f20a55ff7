// Attacks on what is kept and on what is repeated: another tenant's things by every route, requests that come twice with a crash
// in between, sealed values that somebody moved in the database, and rows of earlier builds.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, suite, test } from "node:test";
import { claimsOf, withAllKinds } from "../support/attack.mjs";
import { document, operation } from "../support/conformance.mjs";
import { expectStatus, send } from "../support/http.mjs";
import { assertProblem, problemOf } from "../support/problems.mjs";
import { call, routes, stateOf } from "../support/routes.mjs";
import { keyOf } from "../support/stored/rules.mjs";
import { totp, wrongCode } from "../support/totp.mjs";
import { until } from "../support/wait.mjs";
import { Worker } from "../support/worker.mjs";
import { World } from "../support/world.mjs";

const profile = { app: { registered: true }, mobile: "+32470123456" };

let world;
before(async () => (world = await World.begin({ deployment: Worker })));
after(() => world?.end());

/** Every operation of the document that a portal's key opens, but for the one that names nothing. */
const PORTALS = Object.entries(document.paths).flatMap(([template, item]) =>
  Object.keys(item).filter((method) => JSON.stringify(item[method].security ?? "").includes("apiKey") && template.includes("{")).map((method) => ({ template, method: method.toUpperCase() })),
);

suite("T33: with another tenant's key", () => {
  let context;
  let untouched;
  let other;
  const seen = async () => ({ ...(await stateOf(context)), events: expectStatus(await world.portal.events(context.page.subject), 200).body });
  before(async () => {
    const page = await world.appPage(undefined, { profile });
    await until("the code is sent", async () => (await page.look()).body.challenge.delivery === "sent");
    context = { world, page };
    untouched = await seen();
    other = await world.tenant("t33-storage", { origins: ["https://other.example"] });
  });

  assert.ok(PORTALS.length >= 7, "the document has lost its portal's operations");
  for (const { template, method } of PORTALS) {
    test(`${method} ${template} finds nothing, and changes nothing`, async () => {
      const route = routes({ ...context, manager: context.page, settings: world.settings() }).find((r) => r.template === template && r.method === method);
      assert.ok(route, "no right request is known for it: add it to support/routes.mjs");
      assert.ok(operation(method, route.path));
      assertProblem(await call(route, context, { key: other.apiKey }), "not-found");
      assert.deepEqual(await seen(), untouched);
    });
  }

  test("every act on a user of the same name is its own user's", async () => {
    const { subject } = context.page;
    const theirs = await other.page(subject, { profile });
    assert.notEqual(theirs.authenticator("app").id, context.page.authenticator("app").id);
    const foreign = context.page.authenticator("mobile").id;
    assertProblem(await other.help(subject, `authenticators/${foreign}`), "not-found");
    for (const act of ["unlock", "reset"]) expectStatus(await other.help(subject, act), 200);
    assertProblem(await theirs.look(), "unauthorized");
    const { events } = expectStatus(await other.events(subject), 200).body;
    assert.deepEqual(events.slice(-2).map((e) => e.type), ["account.unlocked", "account.reset"]);
    // The gateway of both is one, and had a message for each.
    const { messages: _, ...now } = await seen();
    const { messages: __, ...before } = untouched;
    assert.deepEqual(now, before);
  });
});

suite("T34: repeated with its key, after the worker was killed in between,", () => {
  const restart = async () => {
    world.stack.kill();
    await world.stack.ended();
    await world.stack.startAgain();
  };

  test("an opening is one transaction, and its ticket is exchanged once", async () => {
    const request = world.portal.request(world.user(), { profile });
    const answers = [];
    for (let n = 0; n < 3; n += 1) {
      answers.push(expectStatus(await world.portal.open(request, "t34-open"), 201).body);
      await restart();
    }
    assert.equal(new Set(answers.map((a) => a.transaction)).size, 1);
    assertProblem(await world.portal.open({ ...request, locale: "fr" }, "t34-open"), "idempotency-mismatch");
    const exchanged = [];
    for (const { ticket } of answers) exchanged.push(problemOf(await send(world.stack.edge, "POST", "/v1/session", { headers: { origin: world.portal.origin }, json: { ticket } })));
    assert.deepEqual(exchanged, ["200", "ticket-used", "ticket-used"]);
  });

  test("a redemption is one session", async () => {
    const page = await world.verified(undefined, { profile });
    const sids = [];
    for (let n = 0; n < 3; n += 1) {
      sids.push(claimsOf(expectStatus(await world.portal.redeem(page.transaction, page.view.assertion, "t34-redeem"), 200).body.session_token).sid);
      await restart();
    }
    assert.equal(new Set(sids).size, 1);
    assertProblem(await world.portal.redeem(page.transaction, page.view.assertion, "t34-other"), "already-redeemed");
  });

  test("a code that a gateway held on to was sent once, and is still right", async () => {
    const subject = world.user("t34-held");
    world.receiver.behave(subject, "hang");
    const page = await world.portal.page(subject, { profile });
    const code = await world.code(page);
    assert.equal(page.view.challenge.delivery, "sending");
    await restart();
    world.receiver.behave(subject, "take");
    const { id } = page.view.challenge;
    expectStatus(await page.look(), 200);
    assert.deepEqual([page.view.challenge.id, page.view.challenge.delivery], [id, "sending"]);
    assertProblem(await page.challenge(), "send-throttled");
    assert.equal(await world.sent(subject), 1, "nobody sends it again by himself");
    expectStatus(await page.attempt(code), 200);
    assert.equal(await world.sent(subject), 1);
  });
});

/** Opens the database that has an account's row, for as long as a change takes. */
async function inDatabase(stack, key, change) {
  for (const name of (await readdir(stack.owners, { recursive: true })).filter((path) => path.endsWith(".sqlite"))) {
    const database = new DatabaseSync(join(stack.owners, name));
    try {
      const hasTable = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'account'").get();
      const row = hasTable && database.prepare("SELECT state FROM account WHERE key = ?").get(key);
      if (row) return change(JSON.parse(row.state), (state) => database.prepare("UPDATE account SET state = ? WHERE key = ?").run(JSON.stringify(state), key), database);
    } finally {
      database.close();
    }
  }
  return undefined;
}

test("T40: sealed values that were swapped in the database do not open, and harm nobody else", async () => {
  const apart = await World.begin({ deployment: Worker, owners: "shards:1" });
  try {
    const [one, two, third] = [await withAllKinds(apart), await withAllKinds(apart), await withAllKinds(apart)];
    const keys = [one, two].map(({ subject }) => keyOf({ client_id: "contract", subject }));
    await apart.stack.halt();
    const read = (key) => inDatabase(apart.stack, key, (state) => state.account.authenticators);
    const [ones, twos] = [await read(keys[0]), await read(keys[1])];
    const swapped = (own, foreign) => own.map((a) => {
      const { method } = foreign.find((b) => b.method.kind === a.method.kind);
      const sealed = Object.fromEntries(["sealed", "secret"].filter((field) => field in method).map((field) => [field, method[field]]));
      return { ...a, method: { ...a.method, ...sealed } };
    });
    const write = (key, authenticators) => inDatabase(apart.stack, key, ({ v, account }, save) => save({ v, account: { ...account, authenticators } }));
    await write(keys[0], swapped(ones, twos));
    await write(keys[1], swapped(twos, ones));
    await apart.stack.startAgain();
    for (const user of [one, two]) {
      const sent = await apart.sent(user.subject);
      const page = await apart.portal.page(user.subject, { profile });
      expectStatus(await page.challenge(user.ids.totp), 200);
      for (const code of [await one.next(), await two.next()]) assert.equal((await page.attempt(code)).status, 503, "a key that does not open judges nothing");
      assert.equal((await page.challenge(user.ids.landline)).status, 503);
      assert.equal(await apart.sent(user.subject), sent + 1, "nobody is called but the app, whose push has nothing sealed");
      assert.equal((await page.look()).body.assertion, undefined);
    }
    // The third, in the same database, notices nothing; nor do the two, by the method that was left alone.
    const page = await apart.portal.page(third.subject, { profile });
    expectStatus(await page.challenge(third.ids.totp), 200);
    expectStatus(await page.attempt(await third.next()), 200);
    const own = await apart.portal.page(one.subject, { profile });
    expectStatus(await own.attempt(await apart.code(own)), 200);
  } finally {
    await apart.end();
  }
});

/** Rows as builds wrote them that are in the field, with the keys that they were sealed by: made for this, and used nowhere else. */
const KEPT = JSON.parse(readFileSync(new URL("../support/stored/kept.json", import.meta.url), "utf8"));

for (const { name, root_keys: rootKeys, rows, users } of KEPT) {
  test(`T41: accounts that were written by ${name} are read, log in, and keep their counts`, async () => {
    const kept = await World.begin({ deployment: Worker, owners: "shards:1", rootKeys });
    // What these accounts did was asked of another deployment.
    kept.stack.answers.isWhole = false;
    try {
      await kept.appPage("somebody", { profile });
      await kept.stack.halt();
      await inDatabase(kept.stack, keyOf({ client_id: "contract", subject: "somebody" }), (_, __, database) => {
        for (const { key, state, events } of rows) {
          database.prepare("INSERT INTO account (key, state) VALUES (?, ?)").run(key, state);
          for (const { sequence, at, row } of events) database.prepare("INSERT INTO event (account, sequence, at, row) VALUES (?, ?, ?, ?)").run(key, sequence, at, row);
        }
      });
      await kept.stack.startAgain();
      for (const { subject, number, totp_key: totpKey, authenticators, events, missed } of users) {
        const { body } = expectStatus(await kept.portal.subject(subject), 200);
        assert.deepEqual(body.authenticators.map((a) => [a.kind, a.primary]), authenticators);
        const trail = expectStatus(await kept.portal.events(subject), 200).body;
        assert.deepEqual([trail.events.length, trail.intact], [events, true]);
        const page = await kept.portal.page(subject);
        assert.equal(body.throttled_until, undefined);
        if (missed) {
          // A wrong code more, and the row of them that was kept earns a wait.
          await page.challenge(page.authenticator("mobile").id);
          const code = await kept.code(page);
          for (let n = missed; n < 5; n += 1) assertProblem(await page.attempt(wrongCode(code), page.view.challenge.id), "code-invalid");
          assert.equal(expectStatus(await page.look(), 200).body.state, "locked");
        } else if (totpKey) {
          expectStatus(await page.challenge(page.authenticator("totp").id), 200);
          expectStatus(await page.attempt(await totp(totpKey)), 200);
        } else {
          expectStatus(await page.challenge(page.authenticator("mobile").id), 200);
          const { data } = await kept.receiver.message(subject, { challenge: page.view.challenge.id });
          assert.equal(data.number, number);
          expectStatus(await page.attempt(data.code), 200);
        }
      }
    } finally {
      await kept.end();
    }
  });
}
