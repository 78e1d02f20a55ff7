// Every screen in a language that nobody speaks: each sentence in brackets, and four tenths longer. What has no brackets was written
// past the catalogues; what does not fit will not fit in the next language.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { DIST } from "../support/paths.mjs";
import { assertFits } from "./support/fit.mjs";
import { pieces } from "./support/read.mjs";
import { IN_THE_WAY, MORE_SCREENS, SCREENS, onHost } from "./support/screens.mjs";
import { Site } from "./support/site.mjs";
import { PSEUDO, file } from "./support/words.mjs";

/** What is the same in each language: the portal's name, keys and codes. */
const NAMES = '[part="brand"], [part="key"], [part="codes"]';
/** What stands beside a sentence without being one: masked numbers, dialling codes, signs. */
const NO_WORDS = /^[\s\p{N}\p{P}\p{S}]*$/u;
const CORS = { "access-control-allow-origin": "*" };

const WIDGET = join(DIST, "widget");
const DUTCH = readdirSync(WIDGET).find((name) => /^nl-[0-9a-f]{16}\.txt$/.test(name));
const integrity = (text) => `sha384-${createHash("sha384").update(text).digest("base64")}`;

let site, host;
before(async () => {
  site = await Site.open();
  host = await site.host();
});
after(() => site?.close());

/** Somebody whose browser gets these sentences in place of the Dutch, and a loader that holds them to be the right ones. */
async function somebody() {
  const person = await site.person({ language: PSEUDO, viewport: { width: 320, height: 640 } });
  const [right, ours] = [integrity(readFileSync(join(WIDGET, DUTCH))), integrity(file(PSEUDO))];
  const loader = readFileSync(join(WIDGET, "pbx-2fa.js"), "utf8");
  assert.equal(loader.split(right).length, 2, "the loader knows the Dutch sentences once");
  await person.page.route("**/widget/v1/pbx-2fa.js", (route) =>
    route.fulfill({ contentType: "text/javascript", headers: CORS, body: loader.replace(right, ours) }));
  await person.page.route(`**/widget/v1/${DUTCH}`, (route) =>
    route.fulfill({ contentType: "text/plain; charset=utf-8", headers: CORS, body: file(PSEUDO) }));
  return person;
}

/** What of a text is outside all brackets; a sentence may hold another one. */
function outside(text) {
  let [depth, rest] = [0, ""];
  for (const part of text.split(/(\[!!!|!!!\])/)) {
    if (part === "[!!!") depth += 1;
    else if (part === "!!!]") depth -= 1;
    else if (depth === 0) rest += part;
  }
  assert.equal(depth, 0, `a sentence is cut off: ${text}`);
  return rest;
}

describe("what is shown is in the catalogue, and fits", () => {
  for (const [name, walk] of Object.entries({ ...SCREENS, ...MORE_SCREENS, ...IN_THE_WAY })) {
    test(name, async () => {
      const person = await somebody();
      await walk(person, onHost(host));
      const shown = await pieces(person, { skip: NAMES });
      assert.ok(shown.some((text) => text.startsWith("[!!!")), "nothing is in these words");
      for (const text of shown) assert.match(outside(text), NO_WORDS, text);
      await assertFits(person);
      await person.leave();
    });
  }
});
