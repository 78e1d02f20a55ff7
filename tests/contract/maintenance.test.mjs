// What an operator does to everything that is stored: a new root key, the end of the old one, an audit of all trails, and a
// back-up that is put back. The databases are edited while the worker is down, as somebody who has the disk would.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, suite, test } from "node:test";
import { Answers } from "../support/answers.mjs";
import { expectStatus, send } from "../support/http.mjs";
import { xtask } from "../support/paths.mjs";
import { assertProblem } from "../support/problems.mjs";
import { readStored } from "../support/stored.mjs";
import { keyOf } from "../support/stored/rules.mjs";
import { totp, wrongCode } from "../support/totp.mjs";
import { until } from "../support/wait.mjs";
import { Keys } from "../support/keys.mjs";
import { Worker } from "../support/worker.mjs";
import { World } from "../support/world.mjs";

const MOBILE = "+32470123456";
const DAYS_91 = 91 * 86_400;
const newKey = (version) => `${version}:${randomBytes(32).toString("base64url")}`;

/** A deployment with one object, which the operator goes over. */
async function begin(owners = "shards:1") {
  const world = await World.begin({ deployment: Worker, owners });
  const ask = (task, json) => send(world.stack.edge, "POST", `/v1/maintenance/${task}`, { headers: { authorization: `Bearer ${world.stack.operatorKey}` }, json });
  return Object.assign(world, { ask, page: async (task, json = {}) => expectStatus(await ask(task, json), 200).body });
}

/** Every root key that a deployment of this suite has had, for what was written with one that is gone. */
const known = new Set();

/** The worker is ended, something is done meanwhile, and it is started again with these variables. */
async function meanwhile(world, act = () => {}, variables = {}, start = {}) {
  await world.stack.halt();
  await act();
  Object.assign(world.stack.environment, variables);
  if (variables.ROOT_KEYS) {
    known.add(variables.ROOT_KEYS);
    world.stack.keys = new Keys({ rootKeys: [...new Set([...known].join().split(","))].join(), operatorKey: world.stack.operatorKey });
  }
  await world.stack.startAgain(start);
}

/** Edits the database that holds the accounts. */
function edit(world, change) {
  const names = readdirSync(world.stack.owners, { recursive: true }).filter((name) => name.endsWith(".sqlite"));
  for (const name of names) {
    const database = new DatabaseSync(join(world.stack.owners, name));
    const has = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'account'").get();
    if (has) change(database);
    database.close();
  }
}

const keyFor = (world, subject) => keyOf({ client_id: world.portal.clientId, subject });
const sealedVersion = (text) => Buffer.from(text, "base64url")[0];

/** Logs in with the app, wrong once: three events. */
async function loggedIn(world, subject = world.user("walk"), profile = { mobile: MOBILE }) {
  const page = await world.appPage(subject, { profile });
  const code = await world.code(page);
  assertProblem(await page.attempt(wrongCode(code)), "code-invalid");
  expectStatus(await page.attempt(code), 200);
  expectStatus(await world.portal.redeem(page.transaction, page.view.assertion), 200);
  return subject;
}

const command = (world, ...words) =>
  new Promise((resolve) => {
    const env = { ...process.env, PBX2FA_URL: world.stack.edge, PBX2FA_OPERATOR_KEY: world.stack.operatorKey };
    execFile(xtask(), words, { env }, (error, stdout, stderr) => resolve({ code: error ? error.code : 0, stdout, stderr }));
  });

suite("a new root key", () => {
  let world;
  let first;
  let subjects;
  let user;
  const second = newKey(2);
  before(async () => {
    world = await begin();
    first = world.stack.environment.ROOT_KEYS;
    subjects = [await loggedIn(world), await loggedIn(world), await loggedIn(world)];
    user = await world.totpUser();
  });
  after(() => world?.end());
  const rows = async () => new Map((await readStored(world.stack.owners)).rows.map(({ key, state }) => [key, JSON.parse(state).account]));

  test("is not there yet: everything needs the first", async () => {
    const { objects, done, walked, changed, versions } = await world.page("reseal");
    assert.deepEqual({ objects, done, walked, changed, versions }, { objects: 1, done: true, walked: 1, changed: 0, versions: { 1: 4 } });
    const accounts = await world.page("reseal", { object: 0 });
    assert.deepEqual([accounts.walked, accounts.changed, Object.keys(accounts.versions), accounts.findings], [4, 0, ["1"], undefined]);
  });

  test("seals an account anew when that is next used, and all others when they are gone over", async () => {
    await meanwhile(world, undefined, { ROOT_KEYS: `${first},${second}` });
    await loggedIn(world, subjects[0]);
    const mobile = (account) => account.authenticators.find((a) => a.method.kind === "mobile").method;
    const versions = ({ sealed, index_version: index }) => [sealedVersion(sealed), index];
    const lazily = await rows();
    assert.deepEqual(versions(mobile(lazily.get(keyFor(world, subjects[0])))), [2, 2]);
    assert.deepEqual(versions(mobile(lazily.get(keyFor(world, subjects[1])))), [1, 1]);
    const page = await world.page("reseal", { object: 0 });
    assert.deepEqual([page.walked, page.changed, page.findings], [4, 3, undefined]);
    const all = await rows();
    for (const subject of subjects) assert.deepEqual(versions(mobile(all.get(keyFor(world, subject)))), [2, 2]);
    const { method } = all.get(keyFor(world, user.subject)).authenticators[0];
    assert.equal(sealedVersion(method.secret), 2);
    assert.equal((await world.page("reseal", { object: 0 })).changed, 0, "the second time there is nothing to do");
  });

  test("leaves the events, and names the API keys that need the first", async () => {
    const { versions } = await world.page("reseal", { object: 0 });
    let events = 0;
    await meanwhile(world, () => edit(world, (database) => {
      events = database.prepare("SELECT count(*) AS n FROM event WHERE json_extract(row, '$.link.version') = 1").get().n;
    }));
    assert.ok(events > 8, `${events} events`);
    assert.equal(versions[1], events);
    const directory = await world.page("reseal");
    // The tenant's webhook secret and two signing keys are sealed anew; the API key is the portal's.
    assert.deepEqual([directory.changed, directory.versions], [3, { 1: 1, 2: 3 }]);
    const [{ client_id: clientId, version, id }] = directory.api_keys;
    assert.deepEqual([clientId, version, world.portal.apiKey.split("_")[2]], [world.portal.clientId, 1, id]);
    const told = await command(world, "keys", "reseal");
    assert.equal(told.code, 0, told.stderr);
    assert.match(told.stdout, new RegExp(`replace the API key ${id} of ${clientId}`));
    assert.match(told.stdout, /version 1: \d+ values, so it must stay in ROOT_KEYS/);
    world.portal.apiKey = expectStatus(await world.operator.call("POST", `${clientId}/api-keys`), 201).body.api_key;
    expectStatus(await world.operator.call("DELETE", `${clientId}/api-keys/${id}`), 204);
    assert.deepEqual((await world.page("reseal")).versions, { 2: 4 });
  });

  test("lets the first go once its events are over, and everybody logs in", async () => {
    await meanwhile(world, () => edit(world, (database) => database.prepare("UPDATE event SET at = at - ?").run(DAYS_91)));
    // They are dropped after their time, so what was seen of them is not held against the trail.
    world.stack.answers = Answers.of(world.stack.edge);
    world.receiver.news.length = 0;
    const told = await command(world, "keys", "reseal");
    assert.match(told.stdout, /no earlier version is needed by anything stored/, told.stdout + told.stderr);
    await meanwhile(world, undefined, { ROOT_KEYS: second });
    for (const subject of subjects) {
      await loggedIn(world, subject);
      const { body } = expectStatus(await world.portal.subject(subject), 200);
      assert.deepEqual(body.authenticators.map((a) => a.kind), ["app", "mobile"], "the number is known as the one it was");
    }
    const page = await world.portal.page(user.subject);
    expectStatus(await page.attempt(await totp(user.secret, { steps: 1 })), 200);
    const audit = await world.page("audit", { object: 0 });
    assert.deepEqual([audit.walked, audit.findings], [4, undefined]);
  });

  test("that is missing is named in the log, nobody gets in, and nothing is lost", async () => {
    const third = newKey(3);
    await meanwhile(world, undefined, { ROOT_KEYS: `${second},${third}` });
    const { clientId } = world.portal;
    const settings = world.settings();
    expectStatus(await world.operator.call("PUT", clientId, settings), 200);
    world.portal.apiKey = expectStatus(await world.operator.call("POST", `${clientId}/api-keys`), 201).body.api_key;
    await meanwhile(world, undefined, { ROOT_KEYS: third }, { health: 503 });
    const opened = expectStatus(await world.portal.open(world.portal.request(subjects[0], { profile: { mobile: MOBILE } })), 201).body;
    const answer = await send(world.stack.edge, "POST", "/v1/session", { headers: { origin: world.portal.origin }, json: { ticket: opened.ticket } });
    assertProblem(answer, "unavailable");
    assert.match(world.stack.output, /ROOT_KEYS holds no version 2, which stored values still need/);
    const { findings } = await world.page("reseal", { object: 0 });
    const found = findings.map(({ kind, of }) => `${kind} ${of}`);
    for (const subject of [...subjects, user.subject]) assert.ok(found.includes(`root-key-missing ${keyFor(world, subject)}`), found.join());
    assert.equal((await command(world, "keys", "reseal")).code, 1);
    await meanwhile(world, undefined, { ROOT_KEYS: `${second},${third}` });
    await loggedIn(world, subjects[0]);
    const audit = await world.page("audit", { object: 0 });
    assert.equal(audit.findings, undefined);
  });
});

suite("an audit", () => {
  let world;
  before(async () => (world = await begin()));
  after(() => world?.end());

  test("finds what was altered, swapped, taken out or cut off, and names the rows", async () => {
    const names = ["sound", "edited", "first", "between", "last", "swapped", "moved", "gone", "vanished"];
    const subjects = {};
    for (const name of names) subjects[name] = await loggedIn(world, world.user(name));
    const key = Object.fromEntries(names.map((name) => [name, keyFor(world, subjects[name])]));
    const clean = await world.page("audit", { object: 0 });
    assert.deepEqual([clean.walked, clean.done, clean.findings], [names.length, true, undefined]);

    const copy = mkdtempSync(join(tmpdir(), "pbx-2fa-audit-"));
    await meanwhile(world, () => {
      cpSync(world.stack.owners, copy, { recursive: true });
      edit(world, (database) => {
        const run = (sql, ...values) => assert.ok(database.prepare(sql).run(...values).changes > 0, sql);
        const take = (account, sequence) => run("DELETE FROM event WHERE account = ? AND sequence = ?", account, sequence);
        run(`UPDATE event SET row = replace(row, 'second_factor.failed', 'login.completed') WHERE account = ? AND sequence = 3`, key.edited);
        take(key.first, 1);
        take(key.between, 2);
        take(key.last, 4);
        const rows = database.prepare("SELECT sequence, row FROM event WHERE account = ? ORDER BY sequence").all(key.swapped);
        run("UPDATE event SET row = ? WHERE account = ? AND sequence = 1", rows[1].row, key.swapped);
        run("UPDATE event SET row = ? WHERE account = ? AND sequence = 2", rows[0].row, key.swapped);
        run("UPDATE account SET state = (SELECT state FROM account WHERE key = ?) WHERE key = ?", key.sound, key.moved);
        run("DELETE FROM account WHERE key = ?", key.gone);
        run("DELETE FROM account WHERE key = ?", key.vanished);
        run("DELETE FROM event WHERE account = ?", key.vanished);
      });
    });
    const { walked, findings } = await world.page("audit", { object: 0 });
    assert.equal(walked, names.length - 2);
    const found = Object.fromEntries(findings.map(({ of, kind }) => [names.find((name) => key[name] === of) ?? "object", kind]));
    assert.deepEqual(found, {
      edited: "event-altered", first: "event-missing", between: "event-missing", last: "event-missing", swapped: "event-missing",
      moved: "row-unreadable", gone: "account-missing", object: "accounts-miscounted",
    });
    const told = await command(world, "trail", "audit");
    assert.equal(told.code, 1);
    assert.match(told.stdout, new RegExp(`FOUND {2}object 0, ${key.edited}: an event of its trail is not the one`));
    for (const subject of Object.values(subjects)) assert.ok(!`${told.stdout}${told.stderr}${JSON.stringify(findings)}`.includes(subject));

    await meanwhile(world, () => {
      rmSync(world.stack.owners, { recursive: true });
      cpSync(copy, world.stack.owners, { recursive: true });
      rmSync(copy, { recursive: true });
    });
    assert.equal((await command(world, "trail", "audit")).code, 0);
  });

  test("finds a count that was written by hand, and one that was taken out", async () => {
    let row;
    await meanwhile(world, () => edit(world, (database) => {
      row = database.prepare("SELECT row FROM census").get().row;
      const { count, ...mac } = JSON.parse(row);
      database.prepare("UPDATE census SET row = ?").run(JSON.stringify({ count: count + 1, ...mac }));
    }));
    await loggedIn(world);
    const miscounted = [{ kind: "accounts-miscounted" }];
    assert.deepEqual((await world.page("audit", { object: 0 })).findings, miscounted, "though there is one account more now");
    await meanwhile(world, () => edit(world, (database) => database.exec("DELETE FROM census")));
    await loggedIn(world);
    assert.deepEqual((await world.page("audit", { object: 0 })).findings, miscounted);
  });

  test("goes on where it was stopped, while people log in", async () => {
    let rows;
    await meanwhile(world, () => edit(world, (database) => (rows = database.prepare("SELECT id FROM account ORDER BY id").all().map(({ id }) => id))));
    const [rest, login] = await Promise.all([world.page("audit", { object: 0, after: rows[2] }), loggedIn(world)]);
    assert.ok(login && rest.walked >= rows.length - 3 && rest.walked <= rows.length - 2, `${rest.walked} of ${rows.length}`);
    assert.equal((await world.page("audit", { object: 0, after: 1_000_000 })).walked, 0);
  });

  test("and sealing anew have no third task, and no further object", async () => {
    assertProblem(await world.ask("repair", {}), "not-found");
    assert.match(assertProblem(await world.ask("audit", { object: 1 }), "invalid-request").detail, /^object:/);
  });
});

suite("accounts that are objects of their own", () => {
  let world;
  before(async () => (world = await begin("per-account")));
  after(() => world?.end());

  test("cannot be gone over, which is said; the tenants can, and the accounts seal themselves anew", async () => {
    const subject = await loggedIn(world);
    for (const task of ["reseal", "audit"]) {
      assert.match(assertProblem(await world.ask(task, { object: 0 }), "invalid-request").detail, /per-account nothing can list/);
    }
    await meanwhile(world, undefined, { ROOT_KEYS: `${world.stack.environment.ROOT_KEYS},${newKey(2)}` });
    const { objects, changed } = await world.page("reseal");
    assert.deepEqual([objects, changed], [0, 3]);
    const told = await command(world, "keys", "reseal");
    assert.equal(told.code, 1);
    assert.match(told.stderr, /only the tenants were gone over/);
    await loggedIn(world, subject);
    const { rows } = await readStored(world.stack.owners);
    const { account } = JSON.parse(rows.find(({ key }) => key === keyFor(world, subject)).state);
    assert.equal(account.authenticators.find((a) => a.method.kind === "mobile").method.index_version, 2);
  });
});

suite("a back-up that is put back", () => {
  let world;
  before(async () => (world = await begin()));
  after(() => world?.end());
  const step = () => Math.floor(Date.now() / 30_000);

  /** Puts the copy back. What was answered after it was made is not held against it. */
  const restore = (copy, restoredAt) => meanwhile(world, () => {
    rmSync(world.stack.owners, { recursive: true });
    cpSync(copy, world.stack.owners, { recursive: true });
    world.stack.answers = Answers.of(world.stack.edge);
  }, restoredAt === undefined ? {} : { RESTORED_AT: String(restoredAt) });

  test("T35: brings no used code back, where it is said that it was put back", async () => {
    const subject = world.user("restored");
    const begun = step();
    await until("the beginning of a step", () => step() > begun, 31_000);
    const page = await world.portal.page(subject);
    expectStatus(await page.enroll({ kind: "totp" }), 200);
    const { secret } = page.view.enrollment.totp;
    expectStatus(await page.confirm(await totp(secret, { steps: -1 })), 200);
    const verified = await world.verified();
    const waiting = await world.appPage();
    const copy = mkdtempSync(join(tmpdir(), "pbx-2fa-restored-"));
    await meanwhile(world, () => cpSync(world.stack.owners, copy, { recursive: true }));

    const code = await totp(secret);
    const attempt = async () => (await world.portal.page(subject)).attempt(code);
    expectStatus(await attempt(), 200);
    await restore(copy);
    expectStatus(await attempt(), 200);

    await restore(copy, Math.floor(Date.now() / 1000));
    await until("the second after it", () => Date.now() / 1000 >= Number(world.stack.environment.RESTORED_AT) + 1);
    assertProblem(await attempt(), "code-invalid");
    const next = await world.portal.page(subject);
    expectStatus(await next.attempt(await totp(secret, { steps: 1 })), 200);
    assertProblem(await world.portal.redeem(verified.transaction, verified.view.assertion), "not-found");
    assertProblem(await waiting.look(), "unauthorized");
    const { events, intact } = expectStatus(await world.portal.events(subject), 200).body;
    const [restored, ...others] = events.filter((e) => e.type === "account.restored");
    assert.deepEqual([restored.actor, others.length, intact], [{ type: "operator" }, 0, true]);
    rmSync(copy, { recursive: true });
  });

  test("is not announced for a moment that is still to come, nor in other units", async () => {
    for (const wrong of [Date.now(), Math.floor(Date.now() / 1000) + 3_600, "yesterday", "-1"]) {
      await world.stack.halt();
      world.stack.environment.RESTORED_AT = String(wrong);
      await assert.rejects(world.stack.startAgain({ patience: 2_000 }));
      const { status, body } = await send(world.stack.edge, "GET", "/v1/health");
      assert.deepEqual([status, body.detail], [503, undefined]);
      assert.match(world.stack.output, /RESTORED_AT: expected seconds since 1970, not later than now/);
    }
    delete world.stack.environment.RESTORED_AT;
    await meanwhile(world);
  });
});
