// Where the system sets all colours, as with Windows' contrast themes: what only a colour showed has an edge or a ring.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { assertAccessible } from "./support/axe.mjs";
import { MORE_SCREENS, SCREENS, onHost } from "./support/screens.mjs";
import { Site } from "./support/site.mjs";

let site, host;
before(async () => {
  site = await Site.open();
  host = await site.host();
});
after(() => site?.close());

/** The screens, each with what has to have an edge there. */
const EDGED = {
  "challenge-app": [".cell", ".primary"],
  wrong: [".cell", ".primary"],
  methods: [".choice"],
  "challenge-recovery": ["#code", ".primary"],
  "enroll-phone": ["#number", "select", ".primary"],
  "enroll-totp": [".cell", ".count", ".secondary", ".primary"],
  manage: [".badge", ".secondary"],
  "codes-replace": [".badge", ".danger", "#keep"],
  "recovery-codes": [".sheet", ".secondary", ".primary"],
  locked: [],
};

/** In the page: the contrast of an edge, a ring or a text with what is behind it, and 0 where there is none. */
const lend = (person) => person.page.evaluate(() => {
  const channels = (colour) => colour.match(/[\d.]+/g).map(Number);
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement ?? one.getRootNode().host) {
      const colour = channels(getComputedStyle(one).backgroundColor);
      if (colour.length === 3) return colour;
    }
    throw new Error("nothing is behind it");
  };
  const luminance = (colour) => {
    const [r, g, b] = colour.map((one) => (one / 255 <= 0.04045 ? one / 255 / 12.92 : ((one / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const between = ([r, g, b, opacity = 1], ground) => {
    const painted = [r, g, b].map((one, at) => one * opacity + ground[at] * (1 - opacity));
    const [dim, bright] = [luminance(painted), luminance(ground)].sort((one, other) => one - other);
    return (bright + 0.05) / (dim + 0.05);
  };
  window.line = (element, what) => {
    const style = getComputedStyle(element);
    if (style[`${what}Style`] === "none" || parseFloat(style[`${what}Width`]) < 1) return 0;
    return between(channels(style[`${what}Color`]), behind(element.parentElement));
  };
  window.ink = (element) => between(channels(getComputedStyle(element).color), behind(element));
});

/** The contrast of the edges of all that is so selected. */
const edges = (person, selector) => person.widget.evaluate(
  (element, what) => [...element.shadowRoot.querySelectorAll(what)].map((one) => window.line(one, "borderTop")), selector);

/** The contrast of all texts. */
const inks = (person) => person.widget.evaluate((element) => {
  const found = [];
  const walker = document.createTreeWalker(element.shadowRoot.querySelector(".card"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) found.push({ text: walker.currentNode.data, contrast: window.ink(walker.currentNode.parentElement) });
  return found;
});

/** The focus is in the widget: on what, and the contrast of the ring around it. */
const ring = (person) => person.widget.evaluate((element) => {
  const focused = element.shadowRoot.activeElement;
  const ringed = focused?.closest(".field:not(.long)")?.querySelector(".now") ?? focused;
  return focused && { what: focused.id || focused.textContent, contrast: window.line(ringed, "outline") };
});

/** The rings around all that can be pressed or typed into, one Tab after the other. */
async function rings(person) {
  const controls = person.widget.locator("button, input, select, a");
  const seen = [];
  if ((await controls.count()) === 0) return seen;
  await controls.first().focus();
  await person.page.keyboard.press("Shift+Tab");
  while (seen.length < (await controls.count())) {
    await person.page.keyboard.press("Tab");
    seen.push((await ring(person)) ?? assert.fail(`Tab leaves the widget after ${seen.length}`));
  }
  return seen;
}

describe("edges and rings are seen, and axe finds nothing", () => {
  for (const [name, edged] of Object.entries(EDGED)) {
    test(name, async () => {
      const person = await site.person({ forcedColors: "active", viewport: { width: 390, height: 844 } });
      await { ...SCREENS, ...MORE_SCREENS }[name](person, onHost(host));
      for (const colorScheme of ["light", "dark"]) {
        await person.page.emulateMedia({ colorScheme });
        await lend(person);
        for (const selector of edged) {
          const contrasts = await edges(person, selector);
          assert.ok(contrasts.length > 0, `${selector} is not there`);
          for (const contrast of contrasts) assert.ok(contrast >= 3, `the edge of ${selector}, ${colorScheme}: ${contrast} to 1`);
        }
        for (const { what, contrast } of await rings(person)) assert.ok(contrast >= 3, `the ring around ${what}, ${colorScheme}: ${contrast} to 1`);
        for (const { text, contrast } of await inks(person)) assert.ok(contrast >= 4.5, `${text}, ${colorScheme}: ${contrast} to 1`);
        // axe asks for the fill of letters, and is told the colour that the system's has replaced.
        await assertAccessible(person, `${name}, ${colorScheme}`, "pbx-2fa", { but: ["color-contrast"] });
      }
      await person.leave();
    });
  }
});

test("a picture beside words has their colour, in a page of whatever colours", async () => {
  const person = await site.person({ forcedColors: "active" });
  await SCREENS["challenge-app"](person, onHost(host));
  await person.widget.evaluate((element) => element.style.setProperty("--pbx-2fa-accent", "white"));
  const [picture, words] = await person.widget.locator(".delivery > *").evaluateAll((all) => all.map((one) => getComputedStyle(one).color));
  assert.equal(picture, words);
});

test("a list of countries is seen to be one", async () => {
  const person = await site.person({ forcedColors: "active" });
  await SCREENS["enroll-phone"](person, onHost(host));
  const { appearance, backgroundImage } = await person.widget.locator("select").evaluate((list) => ({ ...getComputedStyle(list) }));
  assert.ok(appearance !== "none" || backgroundImage.includes("gradient"), "no arrow is drawn");
});
