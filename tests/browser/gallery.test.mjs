// The gallery of all screens in `docs`, opened as a file: nothing is missing, and it is for everybody.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { assertAccessible } from "./support/axe.mjs";
import { GALLERY, gallery, wantedGallery } from "./support/gallery.mjs";
import { HOW_TO_MAKE, REFERENCED, SIZES, THEMES } from "./support/references.mjs";
import { launchBrowser } from "./support/site.mjs";
import { LANGUAGES } from "./support/words.mjs";

const PICTURES = "references/pictures/";

let browser;
before(async () => (browser = await launchBrowser()));
after(() => browser?.close());

async function open({ width = 1280, colorScheme = "light", query = "" } = {}) {
  const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
  await page.goto(pathToFileURL(GALLERY).href + query);
  return page;
}

/** The pictures that are shown: each is there, below its heading. */
const shown = (page) => page.evaluate(async (folder) => {
  const pictures = [...document.images];
  for (const picture of pictures) picture.loading = "eager";
  await Promise.all(pictures.map((picture) => picture.decode()));
  const screen = (picture) => picture.closest("section").querySelector("h2").textContent;
  return pictures.map((picture) => `${screen(picture)}: ${picture.src.split(folder)[1]}`);
}, PICTURES);

const wanted = (languages, variant) =>
  Object.keys(REFERENCED).flatMap((screen) => languages.map((language) => `${screen}: ${language}/${screen}-${variant}.webp`));

test("it lists these screens, and no others", () => {
  assert.equal(gallery(), wantedGallery(), HOW_TO_MAKE);
});

test("axe finds nothing, light and dark, narrow and wide", async () => {
  for (const width of [390, 1280]) {
    for (const colorScheme of THEMES) {
      const page = await open({ width, colorScheme });
      await assertAccessible({ page }, `${width} px, ${colorScheme}`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= width, `it is ${wide} px wide on a screen of ${width} px`);
      await page.close();
    }
  }
});

test("with the keyboard to any picture of any screen, and an address for it", async () => {
  const page = await open();
  const press = async (...keys) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  assert.deepEqual(await shown(page), wanted(["en"], "phone-light"));
  await press("Tab", "Tab", "ArrowLeft");
  assert.deepEqual(await shown(page), wanted(["de"], "phone-light"));
  await press("Tab", "ArrowRight", "Tab", "ArrowRight");
  assert.deepEqual(await shown(page), wanted(["de"], "desktop-dark"));
  assert.equal(new URL(page.url()).search, "?language=de&theme=dark&width=desktop");
  await page.close();
});

test("every picture by an address; without one, in the theme of the reader", async () => {
  for (const size of Object.keys(SIZES)) {
    for (const theme of THEMES) {
      const page = await open({ query: `?language=all&theme=${theme}&width=${size}` });
      assert.deepEqual(await shown(page), wanted(LANGUAGES, `${size}-${theme}`));
      await page.close();
    }
  }
  const page = await open({ colorScheme: "dark" });
  assert.deepEqual(await shown(page), wanted(["en"], "phone-dark"));
  await page.close();
});

test("without script, a picture of each screen", async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(pathToFileURL(GALLERY).href);
  const pictures = await page.locator("section img").evaluateAll((all) => all.map((one) => one.getAttribute("src")));
  assert.deepEqual(pictures.map((path) => path.split(PICTURES)[1]), Object.keys(REFERENCED).map((screen) => `en/${screen}-phone-light.webp`));
  await context.close();
});
