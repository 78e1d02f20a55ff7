// Requests with anything anywhere: what comes back is of the closed list, and speaks of no inside.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { randomFrom } from "../support/crash/blow.mjs";
import { PROBLEMS, problemOf } from "../support/problems.mjs";
import { call, routes } from "../support/routes.mjs";
import { Worker } from "../support/worker.mjs";
import { World } from "../support/world.mjs";

const profile = { app: { registered: true }, mobile: "+32470123456" };

let world;
before(async () => (world = await World.begin({ deployment: Worker })));
after(() => world?.end());

/** What makes parsers, databases and templates stumble. */
const STUMBLING = ["'", "\"", "\\", "';DROP TABLE account;--", "\u0000", "\ud800", "😀", "{{7*7}}", "${7*7}", "<script>", "../../etc/passwd", "%00", "%ff", "%", "A".repeat(3_000), "-1", "1e400", "null", "[]", "{}", "__proto__", "constructor", "\r\nX: y", "\u202e"];
const SEED = Number(process.env.PBX2FA_SEED) || (Date.now() & 0xffff_ffff) >>> 0;
/** Words of a stack, a database, a parser or a path of the sources that no caller may see. */
const INSIDE = /\bat line\b|\bcolumn \d|\.rs\b|\.m?js\b|panicked|sqlite|SQLITE_|SELECT |INSERT |wasm|stack|undefined|RuntimeError|TypeError|serde|workerd|\/tmp\/|\/root\//i;

test("T39: 1,500 requests with anything anywhere are refused by the closed list, and no error speaks of the inside", async (t) => {
  t.diagnostic(`seed ${SEED} (PBX2FA_SEED)`);
  const random = randomFrom(SEED);
  const any = (list) => list[Math.floor(random() * list.length)];
  const page = await world.appPage(undefined, { profile });
  const context = { world, page };
  const all = routes({ ...context, manager: page, settings: world.settings() }).filter((route) => route.auth !== "public" && !/reset|unlock/.test(route.path));
  const seen = new Map();
  for (let n = 0; n < 1_500; n += 1) {
    const route = any(all);
    const answer = await call(route, context, stumbling(route, context, { random, any }));
    const name = problemOf(answer);
    seen.set(name, (seen.get(name) ?? 0) + 1);
    assert.ok(answer.status < 500, `${route.method} ${route.template}: ${answer.status} ${answer.text}`);
    if (answer.status < 300) continue;
    assert.ok(name in PROBLEMS || answer.status === 400, `${answer.status} ${answer.text}`);
    assert.doesNotMatch(answer.text, INSIDE);
    assert.ok(Object.values(answer.headers).every((value) => !/workerd|rust/i.test(String(value))));
  }
  t.diagnostic([...seen].map(([name, times]) => `${times} ${name}`).join(", "));
  for (const name of ["invalid-request", "not-found", "unauthorized"]) assert.ok(seen.get(name) > 10, `${name} was seen ${seen.get(name) ?? 0} times`);
  assert.doesNotMatch(world.stack.output, /panic/);
});

/** One thing wrong with a right request: in its body, its path, its query, its credentials, or a header. */
function stumbling(route, context, { random, any }) {
  const odd = any(STUMBLING);
  const printable = encodeURIComponent(odd.toWellFormed());
  const header = odd.replaceAll(/[^\x20-\x7e]/g, "?");
  const body = route.body && Object.keys(route.body).length > 0 && route.body;
  const inBody = () => {
    const field = any(Object.keys(body));
    const value = any([odd, [odd], { [odd]: odd }, random() * 1e20, null, true]);
    return { json: any([{ ...body, [field]: value }, { ...body, [odd]: value }, value]) };
  };
  const inText = () => {
    const text = JSON.stringify(body || {});
    const at = Math.floor(random() * text.length);
    return { body: `${text.slice(0, at)}${odd}${text.slice(at + 1)}` };
  };
  const choices = [
    inText,
    () => ({ path: `${route.path}?${printable}=${printable}` }),
    () => ({ path: route.path.split("/").with(-1, printable || "x").join("/") }),
    () => ({ headers: { authorization: `Bearer ${header}` } }),
    () => ({ headers: { origin: header } }),
    () => ({ headers: { "idempotency-key": header } }),
    () => ({ headers: { "content-type": header } }),
    ...(body ? [inBody, inBody, inBody] : []),
  ];
  const change = any(choices)();
  const isAsked = change.body === undefined && change.json === undefined && !body && route.method !== "GET" && route.body;
  return isAsked ? { ...change, json: {} } : change;
}
