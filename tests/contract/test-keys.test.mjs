// API keys that everybody knows: what each does where they are allowed, and that they are nothing where they are not.
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { createLocalJWKSet, jwtVerify } from "jose";
import { Page, Portal } from "../support/clients.mjs";
import { expectStatus, send } from "../support/http.mjs";
import { assertProblem } from "../support/problems.mjs";
import { Worker } from "../support/worker.mjs";
import { ORIGIN, World } from "../support/world.mjs";

const KEYS = ["pass", "fail", "interaction", "spent"].map((name) => `pbx2fa_test_${name}`);
const LOCAL = "http://localhost:3000";
const CLIENT_ID = "pbx-2fa-test";

let world, production;
before(async () => {
  [world, production] = await Promise.all([
    World.begin({ deployment: Worker, variables: { TEST_KEYS: "allowed" } }),
    World.begin({ deployment: Worker }),
  ]);
});
after(() => Promise.all([world?.end(), production?.end()]));

const by = (name, { of = world, origin = LOCAL } = {}) => new Portal({ edge: of.stack.edge, apiKey: `pbx2fa_test_${name}`, origin });

suite("where they are allowed", () => {
  test("pass: complete at once, with tokens of a client id of their own, as often as they are asked for", async () => {
    const portal = by("pass");
    const page = await portal.page("an");
    assert.equal(page.view.state, "verified");
    assert.equal(expectStatus(await page.look(), 200).body.state, "verified");
    expectStatus(await page.finish(), 200);
    for (let n = 0; n < 2; n += 1) {
      const { body } = expectStatus(await portal.redeem(page.transaction, page.view.assertion), 200);
      assert.deepEqual([body.subject, body.nonce, body.acr, body.amr], ["an", page.nonce, "urn:pbx-2fa:test", ["test"]]);
      const keys = createLocalJWKSet(expectStatus(await send(world.stack.edge, "GET", "/.well-known/jwks.json"), 200).body);
      const { payload } = await jwtVerify(body.session_token, keys, { issuer: world.stack.edge, audience: CLIENT_ID, typ: "pbx-2fa-session+jwt", algorithms: ["ES256"] });
      assert.deepEqual([payload.sub, payload.acr], ["an", "urn:pbx-2fa:test"]);
      assert.equal(payload.exp, body.session_expires_at);
      const { active, sub } = expectStatus(await portal.introspect(body.session_token), 200).body;
      assert.deepEqual([active, sub], [true, "an"]);
    }
  });

  test("interaction: a code is asked for, and one is right", async () => {
    const portal = by("interaction");
    const page = await portal.page("an", { locale: "fr-BE" });
    assert.deepEqual([page.view.state, page.view.challenge.kind, page.view.locale], ["challenge", "totp", "fr-BE"]);
    for (let n = 0; n < 7; n += 1) assert.equal(assertProblem(await page.attempt("654321"), "code-invalid").attempts_left, 4);
    assertProblem(await page.finish(), "step-up-required");
    assert.equal((await page.look()).body.assertion, undefined);
    expectStatus(await page.attempt("123456"), 200);
    assert.equal(page.view.state, "verified");
    expectStatus(await portal.redeem(page.transaction, page.view.assertion), 200);
  });

  test("fail: no code is right", async () => {
    const page = await by("fail").page("an");
    for (const code of ["123456", "000000", "0123456789ABCDEF"]) assertProblem(await page.attempt(code), "code-invalid");
    assert.equal(page.view.state, "challenge");
  });

  test("spent: complete at once, and redeemed already", async () => {
    const portal = by("spent");
    const page = await portal.page("an");
    assert.equal(page.view.state, "verified");
    assertProblem(await portal.redeem(page.transaction, page.view.assertion), "already-redeemed");
  });

  test("an assertion is of one transaction, and none of another's or of anything else", async () => {
    const portal = by("pass");
    const [one, two] = [await portal.page("an"), await portal.page("an")];
    assertProblem(await portal.redeem(two.transaction, one.view.assertion), "not-found");
    for (const assertion of ["", "a.b.c", one.view.assertion.slice(0, -4) + "AAAA"]) {
      assertProblem(await portal.redeem(one.transaction, assertion), "not-found");
    }
  });

  test("a page is of this machine or of a tenant, and a login of its own page", async () => {
    for (const origin of [LOCAL, "http://127.0.0.1:8080", ORIGIN]) await by("pass", { origin }).page("an");
    const elsewhere = by("pass", { origin: "https://elsewhere.example" });
    assertProblem(await elsewhere.open(elsewhere.request("an")), "origin-not-allowed");
    const { ticket } = expectStatus(await by("pass").open(by("pass").request("an")), 201).body;
    for (const origin of ["http://localhost:3001", ORIGIN, "https://elsewhere.example"]) {
      assertProblem(await new Page({ edge: world.stack.edge, origin }).exchange(ticket), "origin-not-allowed");
    }
  });

  test("there is no account behind them, and nothing but a login", async () => {
    const portal = by("pass");
    await portal.page("an");
    assertProblem(await portal.subject("an"), "not-found");
    for (const act of ["unlock", "reset", "bypass"]) assertProblem(await portal.help("an", act), "not-found");
    assertProblem(await portal.open(portal.request("an", { purpose: "manage" })), "invalid-request");
    const page = await by("interaction").page("an");
    assertProblem(await page.enroll({ kind: "totp" }), "not-found");
    assertProblem(await page.setPrimary("aut_test"), "not-found");
    assertProblem(await page.challenge(), "not-found");
  });

  test("a tenant's own login is what it was: neither takes what the other has", async () => {
    const [test, real] = [await by("pass").page("an"), await world.verified()];
    assertProblem(await world.portal.redeem(test.transaction, test.view.assertion), "not-found");
    assertProblem(await world.portal.redeem(real.transaction, test.view.assertion), "not-found");
    assertProblem(await by("pass").redeem(real.transaction, real.view.assertion), "not-found");
    const session = expectStatus(await by("pass").redeem(test.transaction, test.view.assertion), 200).body.session_token;
    assert.deepEqual(expectStatus(await world.portal.introspect(session), 200).body, { active: false });
    const own = expectStatus(await world.portal.redeem(real.transaction, real.view.assertion), 200).body.session_token;
    assert.deepEqual(expectStatus(await by("pass").introspect(own), 200).body, { active: false });
    assert.deepEqual(expectStatus(await world.portal.introspect(own), 200).body.active, true);
  });

  test("no tenant can have their client id", async () => {
    assertProblem(await world.operator.call("PUT", CLIENT_ID, world.settings()), "invalid-request");
    assertProblem(await production.operator.call("PUT", CLIENT_ID, production.settings()), "invalid-request");
  });

  test("health says so", async () => {
    assert.deepEqual(expectStatus(await send(world.stack.edge, "GET", "/v1/health"), 200).body, { status: "ok", test_keys: "allowed" });
  });
});

suite("where they are not", () => {
  test("each is a key that nobody made, and a page of this machine is nobody's", async () => {
    for (const apiKey of KEYS) {
      const portal = new Portal({ edge: production.stack.edge, apiKey, origin: ORIGIN });
      assertProblem(await portal.open(portal.request("an")), "unauthorized");
      assertProblem(await portal.redeem("txn_test_AAAA", "a.b.c"), "unauthorized");
      assertProblem(await portal.introspect("a.b.c"), "unauthorized");
    }
    assertProblem(await new Page({ edge: production.stack.edge, origin: LOCAL }).exchange("tkt_test_AAAA"), "origin-not-allowed");
    assert.deepEqual(expectStatus(await send(production.stack.edge, "GET", "/v1/health"), 200).body, { status: "ok" });
  });

  test("a ticket and a secret of before are nothing, with the very keys that sealed them", async () => {
    const apart = await World.begin({ deployment: Worker, variables: { TEST_KEYS: "allowed" } });
    try {
      const portal = by("pass", { of: apart, origin: ORIGIN });
      const page = await portal.page("an");
      const { ticket } = expectStatus(await portal.open(portal.request("an")), 201).body;
      await apart.stack.halt();
      delete apart.stack.environment.TEST_KEYS;
      await apart.stack.startAgain();
      assertProblem(await new Page({ edge: apart.stack.edge, origin: ORIGIN }).exchange(ticket), "unauthorized");
      assertProblem(await page.look(), "unauthorized");
      assertProblem(await portal.redeem(page.transaction, page.view.assertion), "unauthorized");
      assertProblem(await apart.portal.redeem(page.transaction, page.view.assertion), "not-found");
    } finally {
      await apart.end();
    }
  });

  test("another word than allowed is a deployment that cannot work, and says why", async () => {
    const apart = await World.begin({ deployment: Worker });
    try {
      await apart.stack.halt();
      apart.stack.environment.TEST_KEYS = "yes";
      await apart.stack.startAgain({ health: 503 });
      assert.match(apart.stack.output, /TEST_KEYS: expected allowed, or nothing/);
      delete apart.stack.environment.TEST_KEYS;
      await apart.stack.halt();
      await apart.stack.startAgain();
    } finally {
      await apart.end();
    }
  });
});
