// Who may call from a page, and who may read the answer: one origin, to the letter.
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { Page } from "../support/clients.mjs";
import { expectStatus, send } from "../support/http.mjs";
import { assertProblem } from "../support/problems.mjs";
import { call, routes, stateOf } from "../support/routes.mjs";
import { World } from "../support/world.mjs";

const GOOD = "https://portal.example";
const OTHER = "https://other.example";

/** Each differs from the good one in one way that a careless comparison would miss. */
const BAD = ["null", "*", "https://evil.example", "http://portal.example", "https://Portal.example", "HTTPS://portal.example",
  "https://portal.example.", "https://portal.example/", "https://portal.example:443", "https://portal.example:8443",
  "https://sub.portal.example", "https://portal.example.evil.example", "https://evilportal.example", "https://portal.example@evil.example",
  "https://portal.exampl", "https://portal.example, https://evil.example", "https://pörtal.example", "file://", "chrome-extension://abc", "%00"];

let world;
let page;
let sessionRoutes;
before(async () => {
  world = await World.begin();
  page = await world.appPage();
  await world.code(page);
  const all = routes({ world, page, manager: page, settings: world.settings() });
  sessionRoutes = all.filter((route) => ["page", "ticket"].includes(route.auth));
  await world.tenant("other", { origins: [OTHER, "http://localhost:9999"] });
});
after(() => world?.end());

const encoded = (origin) => Buffer.from(origin, "utf8").toString("latin1");
const untouched = () => stateOf({ world, page });

function assertUnreadable(answer) {
  assert.equal(answer.headers["access-control-allow-origin"], undefined);
  assert.equal(answer.headers["access-control-allow-credentials"], undefined);
}

suite("T25: a page of the tenant's", () => {
  test("may read answers and refusals; nobody else's cache may keep them", async () => {
    for (const answer of [await page.look(), await page.attempt("000000", "chl_AAAA"), await page.exchange("tkt_AAAA")]) {
      assert.equal(answer.headers["access-control-allow-origin"], GOOD);
      assert.match(answer.headers.vary, /\bOrigin\b/i);
      assert.equal(answer.headers["cache-control"], "no-store");
      assert.equal(answer.headers["access-control-allow-credentials"], undefined);
      assert.equal(answer.headers["set-cookie"], undefined);
    }
  });

  test("may read that its secret is not right", async () => {
    for (const route of sessionRoutes.filter((r) => r.auth === "page")) {
      const answer = await call(route, { world, page }, { key: "x" });
      assertProblem(answer, "unauthorized");
      assert.equal(answer.headers["access-control-allow-origin"], GOOD, `${route.method} ${route.template}`);
    }
  });

  test("is told by the preflight what it may send", async () => {
    for (const { path, method } of sessionRoutes) {
      const headers = { origin: GOOD, "access-control-request-method": method, "access-control-request-headers": "authorization,content-type" };
      const { headers: allowed } = expectStatus(await send(world.stack.edge, "OPTIONS", path, { headers }), 204);
      assert.equal(allowed["access-control-allow-origin"], GOOD);
      assert.ok(allowed["access-control-allow-methods"].split(", ").includes(method));
      assert.deepEqual(allowed["access-control-allow-headers"].split(", ").sort(), ["authorization", "content-type"]);
      assert.ok(Number(allowed["access-control-max-age"]) <= 600);
      assert.match(allowed.vary, /\bOrigin\b/i);
      assert.equal(allowed["access-control-allow-credentials"], undefined);
    }
  });
});

suite("T25: any other page", () => {
  for (const origin of BAD) {
    test(`${origin} is refused on every call and may not read why`, async () => {
      const before = await untouched();
      for (const route of sessionRoutes) {
        for (const method of ["OPTIONS", route.method]) {
          const headers = { origin: encoded(origin), "access-control-request-method": route.method };
          const answer = await call(route, { world, page }, { method, headers });
          assertProblem(answer, "origin-not-allowed");
          assertUnreadable(answer);
        }
      }
      assert.deepEqual(await untouched(), before);
    });
  }

  test("a caller without an origin is refused", async () => {
    for (const route of sessionRoutes) {
      assertProblem(await call(route, { world, page }, { headers: { origin: undefined } }), "origin-not-allowed");
    }
  });

  test("another tenant's page is refused with this tenant's ticket and secret", async () => {
    const opened = expectStatus(await world.portal.open(world.portal.request(world.user())), 201).body;
    const thief = new Page({ edge: world.stack.edge, origin: OTHER, secret: page.secret });
    const before = await untouched();
    for (const answer of [await thief.exchange(opened.ticket), await thief.look(), await thief.challenge(), await thief.finish()]) {
      assertProblem(answer, "origin-not-allowed");
      assert.equal(answer.headers["access-control-allow-origin"], OTHER, "it may read that much");
    }
    assert.deepEqual(await untouched(), before);
    const rightful = new Page({ edge: world.stack.edge, origin: GOOD });
    expectStatus(await rightful.exchange(opened.ticket), 200);
  });

  test("another page of the same tenant is refused where the transaction is not its own", async () => {
    const second = "https://second.example";
    const portal = await world.tenant("two-pages", { origins: [GOOD, second] });
    const opened = expectStatus(await portal.open(portal.request(world.user())), 201).body;
    const [wrong, right] = [second, GOOD].map((origin) => new Page({ edge: world.stack.edge, origin }));
    assertProblem(await wrong.exchange(opened.ticket), "origin-not-allowed");
    expectStatus(await right.exchange(opened.ticket), 200);
    wrong.secret = right.secret;
    assertProblem(await wrong.look(), "origin-not-allowed");
    expectStatus(await right.look(), 200);
  });

  test("an origin that the tenant gave up is refused within seconds, and one that it added is allowed", async () => {
    const moving = (origins) => world.operator.call("PUT", "moving", world.settings({ origins }));
    const preflight = (origin) => send(world.stack.edge, "OPTIONS", "/v1/session", { headers: { origin } });
    expectStatus(await moving(["https://old.example"]), 200);
    expectStatus(await preflight("https://old.example"), 204);
    expectStatus(await moving(["https://new.example"]), 200);
    expectStatus(await preflight("https://new.example"), 204);
    assertProblem(await preflight("https://old.example"), "origin-not-allowed");
  });

  test("a portal may not open a transaction for a page that is not its own", async () => {
    for (const origin of [OTHER, "https://evil.example", "https://sub.portal.example"]) {
      assertProblem(await world.portal.open({ ...world.portal.request(world.user()), origin }), "origin-not-allowed");
    }
  });
});

suite("whether a page is served", () => {
  const asks = (origin, method = "GET") => send(world.stack.edge, method, "/v1/origin", { headers: origin ? { origin } : {} });

  test("any page may ask for itself, and read the answer", async () => {
    for (const origin of [GOOD, OTHER]) assert.equal(expectStatus(await asks(origin), 204).headers["access-control-allow-origin"], "*");
    for (const origin of [...BAD.map(encoded), undefined]) {
      const answer = await asks(origin);
      assertProblem(answer, "origin-not-allowed");
      assert.equal(answer.headers["access-control-allow-origin"], "*");
      assert.equal(answer.headers["cache-control"], "no-store");
    }
  });

  test("it is the answer to a question, and to nothing else", async () => {
    const answer = await asks(GOOD, "OPTIONS");
    assertProblem(answer, "method-not-allowed");
    assertUnreadable(answer);
  });
});

suite("T26: what a page can send without asking first", () => {
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]) {
    test(`${type} starts nothing`, async () => {
      const before = await untouched();
      for (const route of sessionRoutes.filter((r) => r.body)) {
        const content = { headers: { "content-type": type }, body: JSON.stringify(route.body) };
        const answer = await call(route, { world, page }, { ...content, method: route.method });
        assertProblem(answer, "unsupported-media-type");
      }
      assert.deepEqual(await untouched(), before);
    });
  }

  test("backend calls answer no preflight", async () => {
    for (const path of ["/v1/transactions", `/v1/subjects/${page.subject}`, "/v1/tenants/contract"]) {
      const headers = { origin: GOOD, "access-control-request-method": "POST" };
      const answer = await send(world.stack.edge, "OPTIONS", path, { headers });
      assert.equal(answer.status, 405);
      assertUnreadable(answer);
    }
  });

  test("a secret in a cookie or in the address is none", async () => {
    for (const route of sessionRoutes.filter((r) => r.auth === "page")) {
      const path = `${route.path}?secret=${page.secret}&authorization=Bearer%20${page.secret}`;
      const headers = { authorization: undefined, cookie: `secret=${page.secret}` };
      assertProblem(await call(route, { world, page }, { path, headers }), "unauthorized", [page.secret]);
    }
  });
});

test("the headers of every answer keep browsers strict", async () => {
  for (const { headers } of [await page.look(), await world.portal.subject(page.subject)]) {
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.equal(headers["referrer-policy"], "no-referrer");
    assert.equal(headers["content-security-policy"], "default-src 'none'; frame-ancestors 'none'; base-uri 'none'");
    assert.match(headers["strict-transport-security"], /^max-age=\d{8}/);
    assert.equal(headers["set-cookie"], undefined);
  }
});
