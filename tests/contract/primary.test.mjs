// The primary: chosen from each method to each other, asked first from then on, and sent its code once in a transaction.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { managerOf, withAllKinds } from "../support/attack.mjs";
import { Page } from "../support/clients.mjs";
import { expectStatus } from "../support/http.mjs";
import { assertProblem } from "../support/problems.mjs";
import { Worker } from "../support/worker.mjs";
import { ORIGIN, World } from "../support/world.mjs";

const profile = { mobile: "+32470123456" };

let world;
before(async () => (world = await World.begin({ deployment: Worker })));
after(() => world?.end());

const KINDS = ["app", "mobile", "landline", "totp"];
const TYPES = { app: "code.push", mobile: "code.call", landline: "code.call", totp: undefined };

for (const from of KINDS) {
  test(`Set as Primary, from the ${from} to each other: the next login asks that one, and no other`, async () => {
    const user = await withAllKinds(world);
    for (const to of KINDS.filter((kind) => kind !== from)) {
      const manager = await managerOf(world, user);
      expectStatus(await manager.setPrimary(user.ids[from]), 200);
      expectStatus(await manager.setPrimary(user.ids[to]), 200);
      assert.deepEqual(manager.view.authenticators.filter((a) => a.primary).map((a) => a.kind), [to]);
      const sent = await world.sent(user.subject);
      const page = await world.portal.page(user.subject, { profile: user.profile });
      assert.deepEqual([page.view.challenge.kind, page.view.challenge.authenticator], [to, user.ids[to]]);
      if (TYPES[to]) {
        const { type, data } = await world.receiver.message(user.subject, { challenge: page.view.challenge.id });
        assert.deepEqual([type, data.line], [TYPES[to], to === "app" ? undefined : to]);
        expectStatus(await page.attempt(data.code), 200);
        assert.equal(page.view.state, "verified");
      } else {
        assert.equal(page.view.challenge.delivery, "not_needed");
      }
      assert.equal(await world.sent(user.subject), sent + (TYPES[to] ? 1 : 0));
    }
  });
}

/** Everything by which a person or a browser comes to the same login again. */
for (const kind of ["app", "mobile"]) {
  test(`T26: the primary is sent once in a transaction: the ${kind}, whatever is loaded again`, async () => {
    const known = kind === "app" ? { app: { registered: true }, ...profile } : profile;
    const request = world.portal.request(world.user(), { profile: known });
    const opened = await Promise.all([1, 2, 3].map(() => world.portal.open(request, `once-${kind}`)));
    const { transaction, ticket } = expectStatus(opened[0], 201).body;
    const tab = () => Object.assign(new Page({ edge: world.stack.edge, origin: ORIGIN }), { subject: request.subject });
    const messages = () => world.receiver.of(request.subject).map(({ id }) => id);
    const first = tab();
    expectStatus(await first.exchange(ticket), 200);
    const { id, authenticator } = first.view.challenge;
    await world.receiver.message(request.subject);
    assert.equal(first.view.challenge.kind, kind);
    for (let n = 0; n < 10; n += 1) expectStatus(await first.look(), 200);
    assertProblem(await first.challenge(), "send-throttled");
    assertProblem(await first.challenge(authenticator), "send-throttled");

    // Loaded again, and in a second tab: each time by a fresh ticket of the portal's.
    let page = first;
    for (let n = 0; n < 3; n += 1) {
      const renewed = expectStatus(await world.portal.ticket(transaction), 200).body.ticket;
      const next = tab();
      expectStatus(await next.exchange(renewed), 200);
      assert.equal(next.view.challenge.id, id, "the code on the way is the one");
      assertProblem(await page.look(), "unauthorized");
      page = next;
    }
    if (kind === "app") {
      expectStatus(await page.challenge(page.authenticator("mobile").id), 200);
      await world.receiver.message(request.subject, { number: 2 });
      expectStatus(await page.challenge(authenticator), 200);
      assert.equal(page.view.challenge.id, id, "back to it, the code that was sent is still the one");
    }
    assert.equal(messages().filter((message) => message === id).length, 1);
    assert.equal(await world.sent(request.subject), kind === "app" ? 2 : 1);

    // Back to a page that still has the first ticket: seen twice, it ends the login; nothing is sent.
    assertProblem(await tab().exchange(ticket), "ticket-used");
    assertProblem(await page.look(), "unauthorized");
    assert.equal(await world.sent(request.subject), kind === "app" ? 2 : 1);
  });
}
