// Files of the widget that somebody changed on their way, by one bit: the browser refuses each, the screen says so, and nothing
// of a login has happened. (The loader itself has no fixed hash; see "What remains" in docs/security.md.)
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { until } from "../support/wait.mjs";
import { Site } from "./support/site.mjs";

const PROFILE = { app: { registered: true }, mobile: "+32470123412" };
const PARTS = {
  "the WebAssembly of a login": { file: /pbx-2fa-login-.*\.wasm$/ },
  "the WebAssembly of the manager": { file: /pbx-2fa-whole-.*\.wasm$/, more: { purpose: "manage" } },
  "the style of the manager": { file: /pbx-2fa-whole-.*\.css$/, more: { purpose: "manage" } },
  "the sentences": { file: /\/nl-.*\.txt$/ },
};
/** Where the bit is flipped: as parts of the whole. */
const PLACES = [0.01, 0.5, 0.99];

let site, host;
before(async () => {
  site = await Site.open();
  host = await site.host();
});
after(() => site?.close());

for (const [what, { file, more }] of Object.entries(PARTS)) {
  for (const place of PLACES) {
    test(`T38: ${what}, changed by one bit at ${place * 100} %, is refused`, async () => {
      const subject = `tampered-${Object.keys(PARTS).indexOf(what)}-${PLACES.indexOf(place)}`;
      const person = await site.person();
      await person.page.addInitScript(() => addEventListener("pbx-2fa:problem", (event) => (window.problem = event.detail.type)));
      let served = 0;
      await person.page.route(file, async (route) => {
        const response = await route.fetch();
        const body = Buffer.from(await response.body());
        body[Math.floor(body.length * place)] ^= 1;
        served += 1;
        await route.fulfill({ response, body });
      });
      await host.open(person, subject, { profile: PROFILE, ...more });
      await person.widget.getByRole("alert").waitFor();
      assert.ok(served > 0, "the changed file was not asked for");
      await until("the browser's word", () => person.errors.some((text) => /integrity/i.test(text)));
      assert.equal(await person.widget.getByRole("textbox").count(), 0);
      assert.equal(person.calls("POST", "/v1/session/attempts").length, 0);
      assert.ok(await person.page.evaluate(() => window.problem), "the page is told");

      // Once it comes as it was built, the same login goes on.
      await person.page.unroute(file);
      await person.leave();
      const again = await site.person();
      await host.open(again, subject, { profile: PROFILE, ...more });
      await again.sees(more ? "manage_title" : "code_title");
      await again.leave();
    });
  }
}
