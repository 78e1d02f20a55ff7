// Requests made up from the API's own description, right and wrong ones, by schemathesis: no failure of the worker, no answer
// that is not described, nothing taken that the description forbids. `PBX2FA_SCHEMA_SECONDS` gives each of the callers longer.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { probe } from "../support/schemathesis.mjs";
import { ORIGIN, World } from "../support/world.mjs";

const SECONDS = Number(process.env.PBX2FA_SCHEMA_SECONDS ?? 20);

let world;
let page;
before(async () => {
  world = await World.begin();
  ({ page } = await world.totpUser());
});
after(() => world?.end());

/** Each caller has made some requests, or nothing was tested. */
async function keepsTo(paths, headers) {
  const { passed, requests, output } = await probe({ url: world.stack.edge, paths, headers, seconds: SECONDS });
  console.log(`${paths}: ${requests} requests`);
  assert.ok(passed, output);
  assert.ok(requests >= 10, output);
}

test("the portal's backend", () =>
  keepsTo("^/v1/(transactions|subjects)", { authorization: `Bearer ${world.portal.apiKey}` }));

test("the operator", () => keepsTo("^/v1/tenants", { authorization: `Bearer ${world.stack.operatorKey}` }));

test("a page", () => keepsTo("^/v1/session", { authorization: `Bearer ${page.secret}`, origin: ORIGIN }));

test("anybody", () => keepsTo("^/(v1/health|openapi|.well-known|widget)", {}));
