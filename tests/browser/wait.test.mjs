// What is there before the first screen: at once a card as high as that screen, which is a live region and says nothing; and after
// a while an outline in it, and a word.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Site } from "./support/site.mjs";

const TWO = { app: { registered: true }, mobile: "+32470123412" };
/** Milliseconds below which a wait is a short one. */
const SHORT = 500;
/** Pixels: how much one more line of a sentence makes a screen higher. */
const LINE = 24;

let site, host;
before(async () => {
  site = await Site.open();
  host = await site.host();
});
after(() => site?.close());

const card = (element) => element.shadowRoot.querySelector(".card").getBoundingClientRect().height;

for (const width of [320, 360, 390, 1280]) {
  test(`${width} px wide, the page keeps its place from the first frame to the first screen`, async () => {
    const person = await site.person({ viewport: { width, height: 900 } });
    const held = Promise.withResolvers();
    await person.page.route("**/v1/session", (route) => held.resolve(route));
    const subject = `waits-${width}`;
    const script = `<script type="module" src="${host.edge}/widget/v1/pbx-2fa.js"></script>`;
    await person.page.goto(host.serve(`<!doctype html><html lang="nl"><meta name="viewport" content="width=device-width"><title>Log in</title>${script}<form></form></html>`));
    const ticket = await host.ticket(subject, { profile: TWO });
    const first = await person.page.evaluate((fresh) => {
      const element = document.createElement("pbx-2fa");
      element.setAttribute("ticket", fresh);
      const began = performance.now();
      document.forms[0].append(element);
      const root = element.shadowRoot;
      new MutationObserver((_, observer) => {
        if (!root.querySelector(".bone")) return;
        window.outlined = performance.now() - began;
        observer.disconnect();
      }).observe(root, { childList: true, subtree: true });
      return { bones: root.querySelectorAll(".bone").length, said: root.querySelector("[role=status]").textContent };
    }, ticket);
    assert.deepEqual(first, { bones: 0, said: "" });
    const empty = await person.widget.evaluate(card);

    await person.widget.getByRole("status").filter({ hasText: "Even laden" }).waitFor();
    const outlined = await person.page.evaluate(() => window.outlined);
    assert.ok(outlined >= SHORT, `an outline after ${outlined} ms`);
    assert.equal(await person.widget.evaluate(card), empty);

    await (await held.promise).continue();
    await person.sees("code_title");
    assert.equal(await person.widget.locator(".bone").count(), 0);
    const screen = await person.widget.evaluate(card);
    assert.ok(Math.abs(screen - empty) <= LINE, `a screen of ${screen} px after a card of ${empty} px`);
    await person.leave();
  });
}
