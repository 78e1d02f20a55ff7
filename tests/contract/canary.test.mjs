// After a run with every kind of secret: none of them is in a database file or in anything that the worker said.
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { expectStatus, send } from "../support/http.mjs";
import { totp } from "../support/totp.mjs";
import { until } from "../support/wait.mjs";
import { World } from "../support/world.mjs";

const MOBILE = "+32470918273";
const LANDLINE = "+3225918274";
const TOKEN = "canary-device-token-5b2f";
const NAME = "Canary Display Name";

let world;
/** Each secret with what it is; codes are looked for apart, for six digits are found by chance. */
const secrets = new Map();
const codes = new Map();

before(async () => {
  world = await World.begin();
  const profile = { mobile: MOBILE, landline: LANDLINE, display_name: NAME, app: { registered: true, device_token: TOKEN } };
  const page = await world.appPage(undefined, { profile });
  const code = await world.code(page);
  codes.set(page.subject, [code]);
  for (const [what, value] of Object.entries({ MOBILE, LANDLINE, TOKEN })) secrets.set(what, value);
  secrets.set("ticket", page.ticket).set("page's secret", page.secret).set("webhook secret", world.receiver.secret.slice(6));
  secrets.set("API key", world.portal.apiKey).set("its random part", world.portal.apiKey.split("_").slice(3).join("_"));
  secrets.set("operator key", world.stack.operatorKey);

  // Wrong credentials, bodies and codes too: it is in errors that secrets end up in logs.
  await send(world.stack.edge, "GET", "/v1/session", { headers: { origin: page.origin, authorization: `Bearer ${page.secret}x` } });
  await send(world.stack.edge, "GET", "/v1/subjects/x", { headers: { authorization: `Bearer ${world.portal.apiKey}x` } });
  await page.call("POST", "/attempts", { challenge: page.view.challenge.id, code, number: MOBILE });
  await page.call("POST", "/attempts", `{"code":"${code}"`);
  await page.attempt(code === "314159" ? "271828" : "314159");

  expectStatus(await page.attempt(code), 200);
  await world.portal.redeem(page.transaction, `${page.view.assertion}x`);
  const redeemed = expectStatus(await world.portal.redeem(page.transaction, page.view.assertion), 200).body;
  secrets.set("assertion", page.view.assertion).set("session token", redeemed.session_token);

  const manager = await world.manager(page.subject, { profile });
  codes.get(page.subject).push((await world.receiver.message(page.subject, { number: 2 })).data.code);
  expectStatus(await manager.enroll({ kind: "landline", suggested: true }), 200);
  const called = await world.receiver.code(page.subject, { number: 3 });
  codes.get(page.subject).push(called);
  expectStatus(await manager.confirm(called), 200);
  expectStatus(await manager.enroll({ kind: "totp" }), 200);
  const { secret } = manager.view.enrollment.totp;
  secrets.set("key of the authenticator app", secret);
  expectStatus(await manager.confirm(await totp(secret)), 200);

  const failing = world.user("canary");
  world.receiver.behave(failing, 400);
  const failed = await world.portal.page(failing, { profile: { mobile: MOBILE } });
  await until("the failure", async () => (await failed.look()).body.challenge.delivery === "failed");
  codes.set(failing, [await world.receiver.code(failing)]);
});
after(() => world?.end());

/** As it is, and in the forms in which bytes are kept. */
function forms(value) {
  const bytes = Buffer.from(value, "utf8");
  const digits = value.startsWith("+") ? [value.slice(1), value.slice(3)] : [];
  return [value, bytes.toString("hex"), bytes.toString("base64").replace(/=+$/, ""), bytes.toString("base64url"), ...digits];
}

/** An authenticator app's key is base32 of bytes that could be kept in another form. */
function base32(text) {
  const bits = [...text].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
  return Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
}

async function databases() {
  const names = (await readdir(world.stack.owners, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  return Promise.all(names.map(async (entry) => ({ name: entry.name, bytes: await readFile(join(entry.parentPath ?? entry.path, entry.name)) })));
}

test("the files hold the accounts at all", async () => {
  const files = await databases();
  assert.ok(files.some(({ name }) => name.endsWith(".sqlite")), files.map(({ name }) => name).join());
  const subject = [...codes.keys()][0];
  assert.ok(files.some(({ bytes }) => bytes.includes(subject)), "the subject, which is no secret, is found");
});

test("no secret is in a file", async () => {
  for (const { name, bytes } of await databases()) {
    for (const [what, value] of secrets) {
      for (const form of forms(value)) assert.ok(!bytes.includes(form), `${what} is in ${name}`);
    }
    const key = base32(secrets.get("key of the authenticator app"));
    for (const form of [key, key.toString("hex"), key.toString("base64url"), key.toString("base64"), JSON.stringify([...key]).slice(1, -1)]) {
      assert.ok(!bytes.includes(form), `the authenticator app's key is in ${name}`);
    }
  }
});

test("no code is in a file: not as a word of its own", async () => {
  for (const { name, bytes } of await databases()) {
    const text = bytes.toString("latin1");
    for (const code of [...codes.values()].flat()) {
      assert.doesNotMatch(text, new RegExp(`(?<![\\w-])${code}(?![\\w-])`), `a code is in ${name}`);
    }
  }
});

test("nothing secret was said, and no person named", () => {
  const said = world.stack.output;
  assert.match(said, /delivery: Refused\(400\) for tenant contract/, "the log is there");
  for (const [what, value] of secrets) {
    for (const form of forms(value)) assert.ok(!said.includes(form), `${what} is in the log`);
  }
  for (const [subject, list] of codes) {
    assert.ok(!said.includes(subject), "a subject is in the log");
    for (const code of list) assert.doesNotMatch(said, new RegExp(`\\b${code}\\b`), "a code is in the log");
  }
  assert.ok(!said.includes(NAME));
});

test("no answer but the first holds the authenticator app's key, and none a whole number", async () => {
  const subject = [...codes.keys()][0];
  const page = await world.portal.page(subject);
  const texts = [(await page.look()).text, (await world.portal.subject(subject)).text];
  for (const text of texts) {
    for (const what of ["key of the authenticator app", "MOBILE", "LANDLINE", "TOKEN"]) {
      for (const form of forms(secrets.get(what))) assert.ok(!text.includes(form), `${what} is in an answer`);
    }
  }
});

test("no answer of the maintenance holds a secret, nor names anybody", async () => {
  const headers = { authorization: `Bearer ${world.stack.operatorKey}` };
  for (const task of ["reseal", "audit"]) {
    for (const json of [{}, { object: 0 }, { object: 1 }, { object: 2 }, { object: 3 }]) {
      const { text } = expectStatus(await send(world.stack.edge, "POST", `/v1/maintenance/${task}`, { headers, json }), 200);
      for (const [what, value] of secrets) {
        for (const form of forms(value)) assert.ok(!text.includes(form), `${what} is in an answer`);
      }
      for (const subject of codes.keys()) assert.ok(!text.includes(subject), "a subject is in an answer");
    }
  }
});
