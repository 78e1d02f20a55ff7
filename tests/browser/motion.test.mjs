// Nothing moves for somebody who wants it still; for anybody else what is awaited does, and the method that came first.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { expectStatus } from "../support/http.mjs";
import { until } from "../support/wait.mjs";
import { Site } from "./support/site.mjs";

const APP = { app: { registered: true } };
const MOBILE = { mobile: "+32470123412" };
const CLASSES = { "the outline": ".bone", sending: ".delivery.sending", ringing: ".delivery.ringing", "Set as Primary": ".moved" };

let site, host;
before(async () => {
  site = await Site.open();
  host = await site.host();
});
after(() => site?.close());

/** What may move, each with the way to it. */
const MOVES = {
  async "the outline"(person) {
    // An answer that does not come.
    await person.page.route("**/v1/session", () => {});
    await host.open(person, randomUUID(), { profile: APP });
  },
  async sending(person) {
    const subject = randomUUID();
    host.receiver.behave(subject, "hang");
    await host.open(person, subject, { profile: APP });
  },
  async ringing(person) {
    const subject = randomUUID();
    await host.open(person, subject, { profile: MOBILE });
    const { id } = await host.receiver.message(subject);
    expectStatus(await host.portal.report(subject, id, "ringing"), 204);
  },
  async "Set as Primary"(person) {
    const subject = randomUUID();
    await host.open(person, subject, { profile: { ...APP, ...MOBILE }, purpose: "manage" });
    await person.row("mobile").getByRole("button", { name: "Set as Primary" }).click();
    await person.type(await host.code(subject));
    await person.hears("said_primary", { method: person.say("kind_mobile") });
  },
};

/** Time in the animations of this page almost stands: one that has begun is seen, however short it is. */
async function slowly({ context, page }) {
  const debug = await context.newCDPSession(page);
  await debug.send("Animation.enable");
  await debug.send("Animation.setPlaybackRate", { playbackRate: 0.001 });
}

/** What moves now, with everything drawn. */
const moving = (person) => person.widget.evaluate(async (element) => {
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  const running = element.shadowRoot.getAnimations().filter(({ playState }) => playState === "running");
  return running.map(({ effect }) => effect.target.closest("[class]").getAttribute("class"));
});

for (const [what, begin] of Object.entries(MOVES)) {
  describe(what, () => {
    for (const reducedMotion of ["reduce", "no-preference"]) {
      test(reducedMotion, async () => {
        const person = await site.person({ reducedMotion });
        await slowly(person);
        await begin(person);
        await person.widget.locator(CLASSES[what]).first().waitFor();
        if (reducedMotion === "reduce") assert.deepEqual(await moving(person), []);
        else await until(`${what} to move`, async () => (await moving(person)).length > 0);
        await person.leave();
      });
    }
  });
}
