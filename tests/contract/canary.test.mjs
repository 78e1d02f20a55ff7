// The search for secrets that ends every suite (`support/canary.mjs`): it finds what is planted, in every form; and after a run
// with every kind of secret, with errors and a failing gateway, there is nothing to find.
import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, suite, test } from "node:test";
import { assertNoLeak, leaks } from "../support/canary.mjs";
import { learnExchange, learnMessage, names, secrets } from "../support/canary/learned.mjs";
import { expectStatus, send } from "../support/http.mjs";
import { openStored } from "../support/signing_keys.mjs";
import { readStored } from "../support/stored.mjs";
import { totp, wrongCode } from "../support/totp.mjs";
import { until } from "../support/wait.mjs";
import { World } from "../support/world.mjs";

const MOBILE = "+32470918273";
const LANDLINE = "+3225918274";
const TOKEN = "canary-device-token-5b2f";

let world;
let page;
before(async () => {
  world = await World.begin();
  const profile = { mobile: MOBILE, landline: LANDLINE, display_name: "Canary Display Name", app: { registered: true, device_token: TOKEN } };
  page = await world.appPage(undefined, { profile });
  const code = await world.code(page);

  // Wrong credentials, bodies and codes too: it is in errors that secrets end up in logs.
  await send(world.stack.edge, "GET", "/v1/session", { headers: { origin: page.origin, authorization: `Bearer ${page.secret}x` } });
  await send(world.stack.edge, "GET", "/v1/subjects/x", { headers: { authorization: `Bearer ${world.portal.apiKey}x` } });
  await page.call("POST", "/attempts", { challenge: page.view.challenge.id, code, number: MOBILE });
  await page.call("POST", "/attempts", `{"code":"${code}"`);
  await page.attempt(wrongCode(code));

  expectStatus(await page.attempt(code), 200);
  await world.portal.redeem(page.transaction, `${page.view.assertion}x`);
  expectStatus(await world.portal.redeem(page.transaction, page.view.assertion), 200);

  const manager = await world.manager(page.subject, { profile });
  expectStatus(await manager.enroll({ kind: "landline", suggested: true }), 200);
  expectStatus(await manager.confirm(await world.receiver.code(page.subject, { number: 3 })), 200);
  expectStatus(await manager.enroll({ kind: "totp" }), 200);
  expectStatus(await manager.confirm(await totp(manager.view.enrollment.totp.secret)), 200);

  const failing = world.user("canary");
  world.receiver.behave(failing, 400);
  const failed = await world.portal.page(failing, { profile: { mobile: MOBILE } });
  await until("the failure", async () => (await failed.look()).body.challenge.delivery === "failed");
});
after(() => world?.end());

suite("a run with every kind of secret", () => {
  test("leaves none of them", async () => {
    assert.deepEqual(leaks(world.stack), []);
    assert.match(world.stack.output, /delivery: Refused\(400\) for tenant contract/, "the log is there");
    const { rows } = await readStored(world.stack.owners);
    assert.ok(rows.some(({ state }) => state.includes(page.subject)), "the subject, which is no secret, is found");
  });

  test("gives the authenticator app's key in no answer but the first, and no whole number in any", async () => {
    const later = await world.portal.page(page.subject);
    for (const { text } of [await later.look(), await world.portal.subject(page.subject), await world.portal.events(page.subject)]) {
      for (const whole of [MOBILE.slice(3), LANDLINE.slice(3), TOKEN]) assert.ok(!text.includes(whole));
      assert.doesNotMatch(text, /[A-Z2-7]{32}/);
    }
  });
});

/** One of each kind, as requests, answers and messages bring them; those of the run above were learnt on their way. */
const random = (length) => Buffer.from(Array.from({ length }, (_, i) => (i * 73 + 41) % 256));
const HANDLE = `ses_${random(97).toString("base64url")}`;
const TOTP_KEY = "NBSWY3DPEB3W64TMMQQGC3TEEBWW64TF";
const PLANTED = {
  ticket: "tkt_planted-planted-planted-0123456789",
  assertion: "eyJ0eXAiOiJwbGFudGVkIn0.eyJzdWIiOiJwbGFudGVkIn0.c2lnbmF0dXJlLXBsYW50ZWQ",
  "session token": "eyJ0eXAiOiJzZXNzaW9uIn0.eyJzdWIiOiJwbGFudGVkIn0.c2Vzc2lvbi1zaWduYXR1cmU",
  "page's secret": HANDLE,
  "API key": `pbx2fa_planted_0badcafe_${random(141).subarray(100).toString("base64url")}`,
  "webhook secret": `whsec_${random(33).reverse().toString("base64")}`,
  "key of an authenticator app": TOTP_KEY,
  "device token": "planted-device-token",
  "telephone number": "+32499887766",
};
const KEYS = {
  "page's secret": random(97).subarray(33, 65),
  "API key": random(141).subarray(101, 133),
  "webhook secret": random(33).reverse(),
  "key of an authenticator app": Buffer.from("hello world and more"),
};

suite("the search", () => {
  let directory;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "pbx-2fa-canary-"));
    const answer = (body) => ({ status: 200, headers: { "content-type": "application/json" }, text: "{…}", body });
    const { ticket, assertion, "session token": session, "API key": apiKey } = PLANTED;
    learnExchange(undefined, answer({ ticket, view: { assertion }, session_token: session, api_key: apiKey, secret: HANDLE }));
    learnExchange({ delivery: { webhook: { secret: PLANTED["webhook secret"] } } }, answer({ enrollment: { totp: { secret: TOTP_KEY } } }));
    learnExchange({ subject: "planted-subject", profile: { mobile: PLANTED["telephone number"], display_name: "Planted Name" } }, { status: 400, headers: {} });
    learnMessage({ code: "271828", device_token: PLANTED["device token"] });
  });
  after(() => rm(directory, { recursive: true }));

  /** What is found where these bytes stand in the middle of a file, or where the worker has said them. */
  async function found(bytes, output = "") {
    await writeFile(join(directory, "planted.sqlite-wal"), Buffer.concat([Buffer.alloc(50, '"'), Buffer.from(bytes), Buffer.alloc(50, '"')]));
    return leaks({ owners: directory, output });
  }
  const inFile = (kind) => [`planted.sqlite-wal: ${kind}`];

  for (const [kind, value] of Object.entries(PLANTED)) {
    test(`finds the ${kind}, in every form`, async () => {
      const bytes = Buffer.from(value);
      const framed = [`<${value}>`, `<<${value}>>`, `<<<${value}>>>`].flatMap((text) => ["base64", "base64url"].map((form) => Buffer.from(text).toString(form)));
      const wide = [Buffer.from(value, "utf16le"), Buffer.from(value, "utf16le").swap16()];
      const forms = [value, bytes.toString("hex"), bytes.toString("hex").toUpperCase(), ...framed, ...wide];
      for (const form of forms) assert.deepEqual(await found(form), inFile(kind), String(form));
      assert.deepEqual(await found("", `said ${value}.`), [`the log: ${kind}`]);
      if (!KEYS[kind]) assert.deepEqual(await found(value.slice(0, -8)), [], "what is cut off is not that secret");
    });
  }

  for (const [kind, key] of Object.entries(KEYS)) {
    test(`finds the bytes of the ${kind}`, async () => {
      const forms = [key, key.toString("hex"), key.toString("base64"), key.toString("base64url"), JSON.stringify([...key])];
      for (const form of forms) assert.deepEqual(await found(form), inFile(kind), String(form));
    });
  }

  test("finds a code that stands alone, and not in a longer number", async () => {
    const bytes = Buffer.from("271828");
    for (const form of ["271828", " 271828,", bytes.toString("hex"), bytes.toString("base64"), Buffer.from("271828", "utf16le")]) {
      assert.deepEqual(await found(form), inFile("code"), String(form));
    }
    for (const other of ["1271828", "2718281", "a271828", "271828_", "271829", `${bytes.toString("base64")}A`]) assert.deepEqual(await found(other), [], other);
    await writeFile(join(directory, "planted.sqlite-wal"), "at the very end 271828");
    assert.deepEqual(leaks({ owners: directory, output: "" }), inFile("code"));
  });

  test("lets a subject and a name stand in a database, and not in the log", async () => {
    assert.deepEqual(await found("planted-subject, Planted Name"), []);
    assert.deepEqual(await found("", "for planted-subject"), ["the log: subject"]);
    assert.deepEqual(await found("", "Planted Name"), ["the log: display name"]);
  });

  test("names no value", async () => {
    await found(Object.values(PLANTED).join());
    assert.throws(() => assertNoLeak({ owners: directory, output: "271828" }), ({ message }) => {
      for (const value of [...Object.values(PLANTED), "271828"]) assert.ok(!message.includes(value.slice(-8)), message);
      return message.split("\n").length > Object.keys(PLANTED).length;
    });
  });
});

test("a secret that a worker had written fails its suite", async () => {
  const other = await World.begin();
  const planted = await other.appPage();
  const code = await other.code(planted);
  await other.stack.halt();
  const [{ jwk }] = await openStored(other.stack);
  const { rows: [{ file }] } = await readStored(other.stack.owners);
  const [path] = (await readdir(other.stack.owners, { recursive: true })).filter((name) => name.endsWith(file));
  const database = new DatabaseSync(join(other.stack.owners, path));
  database.exec("CREATE TABLE left_over (text TEXT)");
  for (const secret of [planted.secret, code, jwk.d]) database.prepare("INSERT INTO left_over VALUES (?)").run(secret);
  database.close();
  await assert.rejects(other.end(), ({ message }) => {
    for (const kind of ["page's secret", "code", "signing key"]) assert.ok(message.includes(`${file}: ${kind}`), message);
    return ![planted.secret, code].some((secret) => message.includes(secret));
  });
  await rm(other.stack.state, { recursive: true });
});

test("no answer of the maintenance holds a secret, nor names anybody", async () => {
  const headers = { authorization: `Bearer ${world.stack.operatorKey}` };
  for (const task of ["reseal", "audit"]) {
    for (const json of [{}, { object: 0 }, { object: 1 }, { object: 2 }, { object: 3 }]) {
      const { text } = expectStatus(await send(world.stack.edge, "POST", `/v1/maintenance/${task}`, { headers, json }), 200);
      const bytes = Buffer.from(text);
      assert.deepEqual([...secrets.kindsIn(bytes), ...names.kindsIn(bytes)], []);
    }
  }
});
