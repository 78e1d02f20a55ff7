// Every screen in every language: no word of another, nothing for axe to find, what can be read and heard as in the reference,
// and the same look.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { assertAccessible } from "./support/axe.mjs";
import { differs, packed, pixels } from "./support/compare.mjs";
import { assertInLanguage } from "./support/foreign.mjs";
import { writeGallery } from "./support/gallery.mjs";
import { PINNED_FONTS, closeness, tools } from "./support/made-with.mjs";
import {
  HOW_TO_MAKE, MAKING, REFERENCED, SIZES, THEMES, Trees, dropPicture, failedPicture, keepMadeWith, keepPicture, keptPictures,
  madeWith, picture, wantedPictures,
} from "./support/references.mjs";
import { onHost } from "./support/screens.mjs";
import { Site } from "./support/site.mjs";
import { still } from "./support/still.mjs";
import { LANGUAGES } from "./support/words.mjs";

/** Walks at a time: one waits for the worker while another is looked at. */
const AT_A_TIME = 2;

const trees = Object.fromEntries(LANGUAGES.map((language) => [language, new Trees(language)]));
let site, host, now, closely;
before(async () => {
  site = await Site.open({ env: PINNED_FONTS });
  host = await site.host();
  now = await tools(site, host);
  closely = MAKING || closeness(madeWith(), now);
});
after(async () => {
  await site?.close();
  if (!MAKING) return;
  await keepMadeWith(now);
  await writeGallery();
});

test("what the pictures are compared by", (t) => {
  const made = JSON.stringify(madeWith());
  t.diagnostic(MAKING ? "the references are made anew" : `compared ${closely}: made with ${made}, drawn now with ${JSON.stringify(now)}`);
});

async function inEveryTheme({ page }, look) {
  for (const colorScheme of THEMES) {
    await page.emulateMedia({ colorScheme });
    await look(colorScheme);
  }
}

/** The same as in the reference; or, when these are made, the reference. */
function compareTree(language, screen, tree) {
  if (MAKING) return trees[language].keep(screen, tree);
  assert.ok(trees[language].of(screen), `there is no tree of ${screen} in ${language}: ${HOW_TO_MAKE}`);
  assert.equal(tree, trees[language].of(screen));
}

/** The same for the picture: where it is another, in what it is, and where to see it. */
async function comparePicture(language, name, png) {
  const drawn = await pixels(png);
  if (MAKING) return keepPicture(language, name, await packed(drawn));
  const reference = picture(language, name);
  if (!reference) return `there is no picture ${name}: ${HOW_TO_MAKE}`;
  const other = await differs(reference, drawn, closely);
  return other && `${name}: ${other.what}, see ${await failedPicture(language, name, png, other.difference)}`;
}

for (const language of LANGUAGES) {
  describe(`in ${language}`, { concurrency: AT_A_TIME }, () => {
    for (const [screen, walk] of Object.entries(REFERENCED)) {
      test(screen, async (t) => {
        const person = await site.person({ language, viewport: SIZES.phone });
        await walk(person, onHost(host));

        await t.test("all of it is of this language", () => assertInLanguage(person, language));
        await t.test("axe finds nothing", () => inEveryTheme(person, (theme) => assertAccessible(person, theme, "pbx-2fa")));
        await still(person);
        const tree = await person.widget.ariaSnapshot();
        await t.test("it reads the same", () => compareTree(language, screen, tree));
        await t.test("it looks the same", async () => {
          const others = [];
          for (const size of Object.keys(SIZES)) {
            await person.page.setViewportSize(SIZES[size]);
            await inEveryTheme(person, async (theme) => {
              others.push(await comparePicture(language, `${screen}-${size}-${theme}`, await person.widget.screenshot()));
            });
          }
          assert.deepEqual(others.filter(Boolean), []);
        });
        await person.leave();
      });
    }
    after(() => MAKING && trees[language].write());
  });
}

test("there are references of these screens, and of no others", async () => {
  const wanted = wantedPictures(LANGUAGES);
  if (MAKING) for (const name of await keptPictures()) if (!wanted.includes(name)) await dropPicture(name);
  assert.deepEqual(await keptPictures(), wanted);
  for (const language of LANGUAGES) assert.deepEqual(trees[language].screens, Object.keys(REFERENCED).sort(), language);
});
