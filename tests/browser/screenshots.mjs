// The pictures of the documentation, made of the running product. By hand, after `cargo xtask build`:
//
//   cd tests && npm ci && node browser/screenshots.mjs              what the documentation uses
//   cd tests && node browser/screenshots.mjs phone-dark desktop-light   further variants, of every screen
//
// Writes docs/images/[nl-]<screen>-<phone|desktop>-<light|dark>.png: a telephone of 390 px down to the end of the card,
// or a window of 1280 by 800.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { ROOT } from "../support/paths.mjs";
import { SCREENS, inPortal } from "./support/screens.mjs";
import { Site } from "./support/site.mjs";

/** Of the guides. */
const LANGUAGES = ["nl", "en"];
const FOLDER = join(ROOT, "docs/images");
const SIZES = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } };
const BELOW_THE_CARD = 12;
/** How high the portal's own bar is. */
const BAR = 64;
const LARGEST_BYTES = 60_000;

const wanted = process.argv.slice(2);

const variants = (language, screen) => {
  if (wanted.length > 0) return wanted;
  return language === "en" && screen === "challenge-app" ? ["phone-light", "desktop-light"] : ["phone-light"];
};

for (const language of LANGUAGES) {
  const site = await Site.open();
  try {
    for (const [screen, walk] of Object.entries(SCREENS)) {
      const person = await site.person({ language, viewport: SIZES.phone, deviceScaleFactor: 1.5 });
      await walk(person, inPortal(site));
      for (const variant of variants(language, screen)) {
        await save(`${language === "nl" ? "nl-" : ""}${screen}-${variant}`, await picture(person, variant));
      }
      await person.leave();
    }
    if (language === "en" && wanted.length === 0) await save("portal-phone-simulator", await simulator(site));
  } finally {
    await site.close();
  }
}

async function picture({ page, widget }, variant) {
  const [size, colorScheme] = variant.split("-");
  await page.setViewportSize(SIZES[size]);
  await page.emulateMedia({ colorScheme });
  // Nothing looks as if the mouse were on it.
  await page.mouse.move(0, 0);
  if (size === "desktop") return page.screenshot({ scale: "css" });
  const { y, height } = await widget.boundingBox();
  // The portal's bar, which is fixed to the screen's edge, lies over no card.
  const needed = Math.ceil(y + height) + BELOW_THE_CARD + BAR;
  if (needed > SIZES.phone.height) await page.setViewportSize({ ...SIZES.phone, height: needed });
  const clip = { x: 0, y: 0, width: SIZES.phone.width, height: Math.ceil(y + height) + BELOW_THE_CARD };
  return page.screenshot({ fullPage: true, clip });
}

/** The simulated phone with a code on it. */
async function simulator(site) {
  const farid = await site.person({ language: "en", deviceScaleFactor: 1 });
  await farid.logIn("farid");
  await site.message("farid");
  await farid.goto("/phone?user=farid&lang=en");
  await farid.page.locator("#device .push").first().click();
  await farid.page.locator("#device [data-fill=code]").waitFor();
  return farid.page.screenshot();
}

/** Few colours make a small file; fewer, until it is small enough. */
async function save(name, png) {
  for (const colours of [256, 128, 64, 32]) {
    const small = await sharp(png).png({ palette: true, colours, effort: 10, dither: 0 }).toBuffer();
    if (small.length > LARGEST_BYTES && colours > 32) continue;
    await writeFile(join(FOLDER, `${name}.png`), small);
    process.stdout.write(`${name}.png  ${Math.ceil(small.length / 1000)} kB\n`);
    return;
  }
}
