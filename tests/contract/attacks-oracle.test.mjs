// What a refusal tells besides its name: for one class of reasons there is one answer, to the byte. (How long it takes is
// measured by `bench/oracle.mjs`.)
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { ahead } from "../support/clock.mjs";
import { Page } from "../support/clients.mjs";
import { expectStatus, send } from "../support/http.mjs";
import { DIST_TEST } from "../support/paths.mjs";
import { problemOf } from "../support/problems.mjs";
import { wrongCode } from "../support/totp.mjs";
import { Worker } from "../support/worker.mjs";
import { ORIGIN, World } from "../support/world.mjs";

const profile = { app: { registered: true }, mobile: "+32470123456" };

let world;
before(async () => (world = await World.begin({ deployment: Worker, dist: DIST_TEST })));
after(() => world?.end());

const bearer = (key) => ({ authorization: `Bearer ${key}` });
const changed = (text, at) => `${text.slice(0, at)}${text.at(at) === "A" ? "B" : "A"}${text.slice(at + 1)}`;
const redeemed = (portal, transaction, assertion) => portal.redeem(transaction, assertion);

/** Status, headers and body, byte for byte; only the date may differ. */
function assertSame(answers, name) {
  const seen = Object.entries(answers).map(([why, answer]) => {
    const { date: _, ...headers } = answer.headers;
    assert.equal(problemOf(answer), name, `${why}: ${answer.text}`);
    return [why, { status: answer.status, headers, text: answer.text }];
  });
  const [[first, expected], ...others] = seen;
  assert.ok(others.length > 0);
  for (const [why, answer] of others) assert.deepEqual(answer, expected, `${why} is told apart from ${first}`);
}

suite("T32: one answer to", () => {
  test("every ticket that is not right", async () => {
    const page = await world.appPage(undefined, { profile });
    const { ticket } = expectStatus(await world.portal.open(world.portal.request(world.user())), 201).body;
    const elsewhere = await World.begin({ deployment: Worker });
    const foreign = expectStatus(await elsewhere.portal.open(elsewhere.portal.request(world.user())), 201).body.ticket;
    await elsewhere.end();
    const exchange = (given) => new Page({ edge: world.stack.edge, origin: ORIGIN }).exchange(given);
    assertSame({
      "made up": await exchange(`tkt_${Buffer.alloc(300, 7).toString("base64url")}`),
      "one letter changed": await exchange(changed(ticket, 40)),
      "its last letter changed": await exchange(changed(ticket, ticket.length - 1)),
      "its beginning changed": await exchange(changed(ticket, 4)),
      "another deployment's": await exchange(foreign),
      "a page's secret": await exchange(page.secret),
      nothing: await exchange(""),
    }, "unauthorized");
  });

  test("every page's secret that is not right, whether its login is there or not", async () => {
    const [page, dead] = [await world.appPage(undefined, { profile }), await world.appPage(undefined, { profile })];
    const { ticket } = expectStatus(await world.portal.ticket(page.transaction), 200).body;
    const old = page.secret;
    await page.exchange(ticket);
    await new Page({ edge: world.stack.edge, origin: ORIGIN }).exchange(dead.ticket);
    const look = (secret) => send(world.stack.edge, "GET", "/v1/session", { headers: { origin: ORIGIN, ...bearer(secret) } });
    assertSame({
      "made up": await look(`ses_${Buffer.alloc(97, 7).toString("base64url")}`),
      "one letter changed": await look(changed(page.secret, 60)),
      "of the page before this one": await look(old),
      "of a login that was ended": await look(dead.secret),
      "a ticket": await look(page.ticket),
      nothing: await send(world.stack.edge, "GET", "/v1/session", { headers: { origin: ORIGIN } }),
    }, "unauthorized");
  });

  test("every API key that is not right", async () => {
    const made = expectStatus(await world.operator.call("POST", "contract/api-keys"), 201).body;
    expectStatus(await world.operator.call("DELETE", `contract/api-keys/${made.id}`), 204);
    const ask = (key, subject) => send(world.stack.edge, "GET", `/v1/subjects/${subject}`, { headers: bearer(key) });
    const known = (await world.appPage(undefined, { profile })).subject;
    assertSame({
      "one letter changed": await ask(changed(world.portal.apiKey, world.portal.apiKey.length - 9), known),
      "deleted": await ask(made.api_key, known),
      "deleted, for nobody": await ask(made.api_key, "nobody"),
      "of no tenant": await ask(world.portal.apiKey.replace("contract", "no-tenant"), known),
      "made up, for nobody": await ask("x", "nobody"),
      "the operator's": await ask(world.stack.operatorKey, known),
    }, "unauthorized");
  });

  test("every assertion that does not belong, whatever is wrong with it", async () => {
    const [page, other] = [await world.verified(undefined, { profile }), await world.verified(undefined, { profile })];
    const open = await world.appPage(undefined, { profile });
    const stranger = await world.tenant("t32-stranger");
    const { assertion } = page.view;
    assertSame({
      "another login's": await redeemed(world.portal, page.transaction, other.view.assertion),
      "forged": await redeemed(world.portal, page.transaction, changed(assertion, assertion.length - 9)),
      "no token": await redeemed(world.portal, page.transaction, "x"),
      "of a login that is not proven": await redeemed(world.portal, open.transaction, assertion),
      "of a transaction that was never opened": await redeemed(world.portal, changed(page.transaction, 30), assertion),
      "of another tenant": await redeemed(stranger, page.transaction, assertion),
      "no transaction": await redeemed(world.portal, "x", assertion),
      "a subject that nobody knows": await world.portal.subject("nobody"),
    }, "not-found");
    expectStatus(await world.portal.redeem(page.transaction, assertion), 200);
  });

  test("every wrong code, of whatever kind and however near", async () => {
    const user = await world.totpUser();
    const [byTotp, byCall, byApp] = [await world.portal.page(user.subject), await world.portal.page(world.user(), { profile: { mobile: profile.mobile } }), await world.appPage()];
    const [called, pushed] = [await world.code(byCall), await world.code(byApp)];
    assertSame({
      "of an authenticator app": await byTotp.attempt(wrongCode(await user.next(), user.used)),
      "a code that was used": await world.portal.page(user.subject).then((page) => page.attempt(user.used)),
      "of a call": await byCall.attempt(wrongCode(called)),
      "of a push": await byApp.attempt(wrongCode(pushed)),
    }, "code-invalid");
  });

  test("every challenge that is over, whether the code is right or wrong", async () => {
    const [right, wrong] = [await world.appPage(undefined, { profile }), await world.appPage(undefined, { profile })];
    const codes = [await world.code(right), await world.code(wrong)];
    await ahead(world, 301);
    assertSame({ "the right code": await right.attempt(codes[0]), "a wrong one": await wrong.attempt(wrongCode(codes[1])) }, "expired");
    await ahead(world, 0);
    const [one, two] = [await world.appPage(undefined, { profile }), await world.appPage(undefined, { profile })];
    for (const page of [one, two]) expectStatus(await page.attempt(await world.code(page), (page.challengeId = page.view.challenge.id)), 200);
    assertSame({ "the used code": await one.attempt(await world.receiver.code(one.subject), one.challengeId), "a wrong one": await two.attempt("000000", two.challengeId) }, "challenge-dead");
  });

  test("an opening, of a user who is known as of one who is not", async () => {
    const known = await world.verified(undefined, { profile });
    const open = (subject) => world.portal.open(world.portal.request(subject));
    const shapes = [];
    for (const subject of [known.subject, world.user("app")]) {
      const { status, headers: { date: _, ...headers }, body } = await open(subject);
      shapes.push({ status, headers, fields: Object.entries(body).map(([name, value]) => [name, String(value).length]) });
    }
    assert.deepEqual(shapes[0], shapes[1], "status, headers and the length of everything");
  });
});
