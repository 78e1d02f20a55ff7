// Every route, called wrongly in every way that one can think of. Each is refused by the right name, repeats nothing, and
// changes nothing.
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { expectStatus, send } from "../support/http.mjs";
import { assertProblem, problemOf } from "../support/problems.mjs";
import { call, credentials, routes, stateOf } from "../support/routes.mjs";
import { until } from "../support/wait.mjs";
import { World } from "../support/world.mjs";

const LIMIT = 16_384;

let world;
let context;
let all;
let other;
let untouched;

before(async () => {
  world = await World.begin();
  const page = await world.appPage();
  await until("the code is sent", async () => (await page.look()).body.challenge.delivery === "sent");
  context = { world, page };
  all = routes({ world, page, manager: page, settings: world.settings() });
  other = await world.tenant("other", { origins: ["https://other.example"] });
  untouched = await stateOf(context);
});
after(() => world?.end());

const of = (...auths) => all.filter((route) => auths.includes(route.auth));
const guarded = () => of("apiKey", "operatorKey", "page");
const withBody = () => all.filter((route) => route.body);
const name = (route) => `${route.method} ${route.template}`;

/** Goes through the routes, and then looks whether anything happened. */
async function each(list, check) {
  assert.ok(list.length > 0);
  for (const route of list) {
    try {
      await check(route);
    } catch (error) {
      error.message = `${name(route)}: ${error.message}`;
      throw error;
    }
  }
  assert.deepEqual(await stateOf(context), untouched, "a refused request changed something");
}

suite("the request line", () => {
  test("another method is refused, and Allow names the right ones", () =>
    each(all, async (route) => {
      const allowed = all.filter((r) => r.template === route.template).map((r) => r.method);
      for (const method of ["GET", "POST", "PUT", "DELETE", "PATCH"].filter((m) => !allowed.includes(m))) {
        const answer = await call(route, context, { method });
        assert.equal(problemOf(answer), "method-not-allowed", `${method}: ${answer.text}`);
        const expected = route.auth === "public" ? [...allowed, "HEAD"] : allowed;
        assert.deepEqual(answer.headers.allow.split(", ").sort(), expected.sort());
      }
    }));

  test("unknown paths are not found", async () => {
    const paths = ["/", "/v1", "/v1/", "/v2/session", "/v1/transactions/", "/v1/transactions/x", "/v1/session/", "/v1/sessions",
      "/v1/session/attempts/x", "/v1/subjects", "/v1/subjects/a/b", "/v1/tenants", "/test/clock/100000", "/test/panic/front",
      "/widget/v1/", "/widget/v1/../../secrets.json", "/v1/transactions/%2e%2e/redeem/x", "/widget/v1/constructor"];
    for (const path of paths) {
      for (const method of ["GET", "POST"]) {
        const headers = { ...credentials(all[0], context), "content-type": "application/json" };
        const answer = await send(world.stack.edge, method, path, { headers });
        assert.equal(problemOf(answer), "not-found", `${method} ${path}: ${answer.status}`);
        assert.equal(answer.headers["cache-control"], "no-store");
      }
    }
  });
});

suite("the body", () => {
  for (const type of [undefined, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/json", "application/jsonp"]) {
    test(`as ${type ?? "nothing in particular"} is refused`, () =>
      each(withBody(), async (route) => {
        const answer = await call(route, context, { headers: { "content-type": type }, body: JSON.stringify(route.body) });
        assertProblem(answer, "unsupported-media-type");
      }));
  }

  for (const chunked of [false, true]) {
    test(`of more than 16 KiB is refused, ${chunked ? "in chunks" : "with its length"}`, () =>
      each(withBody(), async (route) => {
        const body = JSON.stringify(route.body).padEnd(LIMIT + 1);
        assertProblem(await call(route, context, { body, chunked }), "payload-too-large");
      }));
  }

  test("of exactly 16 KiB, or in chunks, is read", async () => {
    for (const chunked of [false, true]) {
      const request = JSON.stringify(world.portal.request(world.user())).padEnd(LIMIT);
      expectStatus(await call(all[0], context, { body: request, chunked }), 201);
    }
  });

  for (const [what, body] of [["nothing", ""], ["no JSON", "{canary"], ["a list", '["canary"]'], ["text", '"canary"'], ["two values", '{}{"canary":1}'], ["bytes that are no UTF-8", Buffer.from([0x7b, 0xff, 0x7d])], ["deep nesting", "[".repeat(9_000)]]) {
    test(`that is ${what} is refused`, () =>
      each(withBody(), async (route) => {
        const { detail } = assertProblem(await call(route, context, { body }), "invalid-request", ["canary"]);
        assert.ok(detail.length > 0);
      }));
  }

  test("with a repeated field is refused", () =>
    each(withBody().filter((route) => Object.keys(route.body).length > 0), async (route) => {
      const [[field, value]] = Object.entries(route.body);
      const body = `${JSON.stringify(route.body).slice(0, -1)},${JSON.stringify(field)}:${JSON.stringify(value)}}`;
      assertProblem(await call(route, context, { body }), "invalid-request");
    }));

  test("with a missing, unknown or misshapen field is refused by the field's name, and no value is repeated", () =>
    each(withBody(), async (route) => {
      for (const [json, field] of route.wrong) {
        const answer = await call(route, context, { json });
        const sent = JSON.stringify(json);
        const { detail } = assertProblem(answer, "invalid-request", ["canary", "98765", "+324705555", "555,,9"]);
        assert.ok(detail.includes(field), `${sent} is refused with "${detail}", which does not name ${field}`);
        assert.doesNotMatch(detail, /enum|variant|struct|serde/, sent);
      }
    }));
});

suite("credentials", () => {
  test("that are missing or no bearer token are refused", () =>
    each(guarded(), async (route) => {
      for (const authorization of [undefined, "", "Bearer", "Bearer ", "Basic dTpw", "Token abc"]) {
        assertProblem(await call(route, context, { headers: { authorization } }), "unauthorized");
      }
    }));

  test("with one changed character are refused", () =>
    each(guarded(), async (route) => {
      const { authorization } = credentials(route, context);
      const key = authorization.slice("Bearer ".length);
      for (const at of [key.length - 1, key.length - 20, Math.floor(key.length / 2), 9, 0]) {
        const changed = `${key.slice(0, at)}${key[at] === "A" ? "B" : "A"}${key.slice(at + 1)}`;
        assertProblem(await call(route, context, { key: changed }), "unauthorized", [changed]);
      }
      for (const longer of [`${key}A`, `${key}=`, key.repeat(20)]) {
        assertProblem(await call(route, context, { key: longer }), "unauthorized");
      }
    }));

  test("of another kind of caller are refused", () =>
    each(guarded(), async (route) => {
      const keys = { apiKey: world.portal.apiKey, operatorKey: world.stack.operatorKey, page: context.page.secret, ticket: context.page.ticket };
      for (const [kind, key] of Object.entries(keys)) {
        if (kind !== route.auth) assertProblem(await call(route, context, { key }), "unauthorized", [key]);
      }
    }));

  test("of an API key that was deleted are refused", async () => {
    const made = expectStatus(await world.operator.call("POST", "other/api-keys"), 201).body;
    const path = `/v1/subjects/${world.user()}`;
    const asked = () => send(world.stack.edge, "GET", path, { headers: { authorization: `Bearer ${made.api_key}` } });
    assertProblem(await asked(), "not-found");
    assertProblem(await world.operator.call("POST", "other/api-keys"), "invalid-request");
    expectStatus(await world.operator.call("DELETE", `other/api-keys/${made.id}`), 204);
    assertProblem(await asked(), "unauthorized");
    assertProblem(await world.operator.call("DELETE", `other/api-keys/${made.id}`), "not-found");
  });

  test("in a browser's hands are refused", () =>
    each(of("apiKey", "operatorKey"), async (route) => {
      for (const headers of [{ origin: world.portal.origin }, { origin: "null" }, { "sec-fetch-site": "cross-site" }, { "sec-fetch-site": "same-origin" }]) {
        const answer = await call(route, context, { headers });
        assertProblem(answer, "browser-not-allowed");
        assert.equal(answer.headers["access-control-allow-origin"], undefined);
      }
    }));
});

suite("names of things", () => {
  test("of another tenant are not found", async () => {
    const foreign = { world: { ...world, portal: other, stack: world.stack }, page: context.page };
    // An opening and a code of the help desk are for a subject of whom nothing is known too, each in its own tenant.
    const begins = ["/v1/transactions", "/v1/subjects/{subject}/bypass"];
    for (const route of of("apiKey").filter((r) => !begins.includes(r.template))) {
      assertProblem(await call(route, foreign), "not-found");
    }
    assert.deepEqual(await stateOf(context), untouched);
  });

  test("that nobody issued are not found", async () => {
    const { page } = context;
    for (const id of ["x", "txn_", "txn_AAAA", `${page.transaction}A`, page.transaction.replace(/.$/, (c) => (c === "A" ? "B" : "A")), "txn_" + "A".repeat(300), "..%2f..", "%00", "%ff"]) {
      assertProblem(await world.portal.ticket(id), "not-found");
      assertProblem(await world.portal.redeem(id, "a.b.c"), "not-found");
      assertProblem(await page.remove(id), "not-found");
      assertProblem(await page.confirm("000000", id), "not-found");
    }
    for (const challenge of ["chl_AAAA", "chl_AAAAAAAAAAAAAAAA"]) assertProblem(await page.attempt("000000", challenge), "not-found");
    assertProblem(await page.challenge("aut_AAAA"), "not-found");
    assertProblem(await world.portal.subject("nobody"), "not-found");
    assert.deepEqual(await stateOf(context), untouched);
  });

  test("that were made up as ticket or assertion are refused", async () => {
    const ticketRoute = of("ticket")[0];
    const { ticket } = context.page;
    for (const made of ["", "x", "tkt_", "tkt_AAAA", `${ticket}A`, ticket.slice(0, -2), ticket.replace(/.{9}$/, "AAAAAAAAA"), "A".repeat(13_000)]) {
      assertProblem(await call(ticketRoute, context, { json: { ticket: made } }), "unauthorized");
    }
    for (const assertion of ["", "a.b.c", "..", "eyJhbGciOiJub25lIn0.e30.", "A".repeat(9_000)]) {
      assertProblem(await world.portal.redeem(context.page.transaction, assertion), "not-found");
    }
    assert.deepEqual(await stateOf(context), untouched);
  });
});
