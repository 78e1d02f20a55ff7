// Attacks by way of browsers: what a foreign page can make one send, a ticket that somebody else has seen, and assertions that
// are planted in another's login. (Origins: cors.test.mjs.)
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { Page } from "../support/clients.mjs";
import { expectStatus, send } from "../support/http.mjs";
import { assertProblem, problemOf } from "../support/problems.mjs";
import { call, routes, stateOf } from "../support/routes.mjs";
import { until } from "../support/wait.mjs";
import { Worker } from "../support/worker.mjs";
import { ORIGIN, World } from "../support/world.mjs";

const profile = { app: { registered: true }, mobile: "+32470123456" };

let world;
before(async () => (world = await World.begin({ deployment: Worker })));
after(() => world?.end());

const tab = () => new Page({ edge: world.stack.edge, origin: ORIGIN });

/** What a browser sends without asking first: forms, beacons, images, links, and `fetch` without CORS. */
const TYPES = [
  "text/plain", "text/plain;charset=UTF-8", "TEXT/PLAIN", "text/plain; x=application/json", "application/x-www-form-urlencoded",
  "application/x-www-form-urlencoded;charset=UTF-8", "multipart/form-data; boundary=x", "", "application/octet-stream", "text/json", "application/json-seq", "application/jsonp",
];
const BY_A_BROWSER = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "empty", referer: "https://evil.example/" };

suite("T26: what any site can make a browser send", () => {
  let context;
  let all;
  let untouched;
  before(async () => {
    const page = await world.appPage(undefined, { profile });
    await until("the code is sent", async () => (await page.look()).body.challenge.delivery === "sent");
    context = { world, page };
    all = routes({ world, page, manager: page, settings: world.settings() }).filter((route) => route.auth !== "public");
    untouched = await stateOf(context);
  });
  /** Over every route; a foreign page knows no credentials, and a page of the portal's is worse: here it has them. */
  const each = async (check) => {
    for (const route of all) await check(route);
    assert.deepEqual(await stateOf(context), untouched, "a request that a browser sends by itself changed something");
  };

  for (const origin of ["https://evil.example", "null", undefined, ORIGIN]) {
    test(`from ${origin ?? "a page that hides its origin"}, as beacon, form or image, starts nothing`, () =>
      each(async (route) => {
        for (const type of TYPES) {
          const headers = { ...BY_A_BROWSER, origin, "content-type": type || undefined };
          const body = JSON.stringify(route.body ?? {});
          const answer = await call(route, context, { method: "POST", headers, body });
          assert.ok(answer.status >= 400 && answer.status < 500, `${route.method} ${route.template} as ${type}: ${answer.status} ${answer.text}`);
        }
        if (all.some((other) => other.path === route.path && other.method === "GET")) return;
        const { status } = await call({ ...route, body: undefined }, context, { method: "GET", headers: { ...BY_A_BROWSER, origin } });
        assert.ok(status >= 400 && status < 500, `GET ${route.template}: ${status}`);
      }));
  }

  test("is refused by its kind: a page's calls as 415, a portal's as 403", async () => {
    for (const route of all.filter((r) => r.body)) {
      const isPage = ["page", "ticket"].includes(route.auth);
      const headers = { ...BY_A_BROWSER, origin: ORIGIN, "content-type": "text/plain;charset=UTF-8" };
      assertProblem(await call(route, context, { headers, body: JSON.stringify(route.body) }), isPage ? "unsupported-media-type" : "browser-not-allowed");
    }
  });
});

suite("T27: a ticket that somebody else has seen", () => {
  test("and hands in first, ends the login as soon as the user comes", async () => {
    const request = world.portal.request(world.user(), { profile });
    const { ticket, transaction } = expectStatus(await world.portal.open(request), 201).body;
    const [thief, user] = [tab(), tab()];
    expectStatus(await thief.exchange(ticket), 200);
    const code = await world.receiver.code(request.subject);
    assertProblem(await user.exchange(ticket), "ticket-used");
    assertProblem(await thief.attempt(code), "unauthorized");
    assertProblem(await world.portal.ticket(transaction), "not-found");
    assertProblem(await world.portal.redeem(transaction, "a.b.c"), "not-found");
    assert.equal(await world.sent(request.subject), 1);
  });

  test("after the login was loaded again is worth nothing, and the old one ends it", async () => {
    const page = await world.appPage(undefined, { profile });
    await world.code(page);
    const { ticket } = expectStatus(await world.portal.ticket(page.transaction), 200).body;
    const again = tab();
    expectStatus(await again.exchange(ticket), 200);
    assertProblem(await tab().exchange(ticket), "ticket-used");
    assertProblem(await again.look(), "unauthorized");
  });

  test("after the login was verified takes the assertion along", async () => {
    const page = await world.verified(undefined, { profile });
    assertProblem(await tab().exchange(page.ticket), "ticket-used");
    assertProblem(await world.portal.redeem(page.transaction, page.view.assertion), "not-found");
  });

  test("is in no address, and a page's secret neither: both are refused there", async () => {
    const page = await world.appPage(undefined, { profile });
    const { ticket } = expectStatus(await world.portal.open(world.portal.request(world.user())), 201).body;
    for (const path of [`/v1/session?ticket=${ticket}`, `/v1/session/${ticket}`]) {
      const answer = await send(world.stack.edge, "POST", path, { headers: { origin: ORIGIN }, json: {} });
      assert.ok(["invalid-request", "not-found"].includes(problemOf(answer)), answer.text);
    }
    assertProblem(await send(world.stack.edge, "GET", `/v1/session?secret=${page.secret}`, { headers: { origin: ORIGIN } }), "unauthorized");
    expectStatus(await tab().exchange(ticket), 200);
  });
});

test("T28: of honest logins no assertion fits another, whoever's portal redeems", async () => {
  const other = await world.tenant("t28-other");
  const first = await world.verified(world.user("t28"), { profile });
  const manager = await world.manager(first.subject, { profile });
  expectStatus(await manager.finish(), 200);
  const logins = {
    "a login": { page: first, portal: world.portal },
    "the same user's second": { page: await world.verified(first.subject, { profile }), portal: world.portal },
    "the same user's visit to the manager": { page: manager, portal: world.portal },
    "another user's": { page: await world.verified(world.user("t28"), { profile }), portal: world.portal },
    "a user's of the same name with another tenant": { page: await world.verified(first.subject, { portal: other, profile }), portal: other },
  };
  for (const [where, { page, portal }] of Object.entries(logins)) {
    for (const [what, planted] of Object.entries(logins)) {
      for (const by of [world.portal, other]) {
        if (what === where && by === portal) continue;
        assert.equal(problemOf(await by.redeem(page.transaction, planted.page.view.assertion)), "not-found", `${what} in ${where}`);
      }
    }
  }
  for (const { page, portal } of Object.values(logins)) {
    const { body } = expectStatus(await portal.redeem(page.transaction, page.view.assertion), 200);
    assert.deepEqual([body.transaction, body.nonce, body.subject, body.purpose], [page.transaction, page.nonce, page.subject, page === manager ? "manage" : "login"]);
  }
});

/** Nothing here can stop somebody from passing on a code; every call says that nobody asks for it. */
const SAID = { nl: /met niemand/, fr: /avec personne/, de: /niemandem/, en: /with nobody/ };

for (const [locale, words] of Object.entries(SAID)) {
  test(`T42: a call in ${locale} says, with the code, that it is for nobody else`, async () => {
    const page = await world.portal.page(world.user(), { locale, profile: { mobile: profile.mobile } });
    const { data } = await world.receiver.message(page.subject);
    assert.match(data.script.join(" "), words);
    assert.ok(data.script.join(" ").includes(world.settings().portal_name), "and who is calling");
  });
}
