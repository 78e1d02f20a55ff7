// Text of twice the size makes a screen longer, and nothing else: no word is cut off, and what is to be pressed can be.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { assertFits } from "./support/fit.mjs";
import { IN_THE_WAY, MORE_SCREENS, SCREENS, onHost } from "./support/screens.mjs";
import { Site } from "./support/site.mjs";

const WIDTHS = [640, 390];

let site, host;
before(async () => {
  site = await Site.open();
  host = await site.host();
});
after(() => site?.close());

/** Texts that are not wholly inside the card, or inside a part of it that shows no more than it has room for. */
const cutOff = (person) => person.widget.evaluate((element) => {
  const texts = document.createTreeWalker(element.shadowRoot.querySelector(".card"), NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (!text.data.trim() || text.parentElement.closest(".hidden, option")) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    const letters = range.getBoundingClientRect();
    for (let around = text.parentElement; around; around = around.parentElement) {
      if (!around.matches(".card") && getComputedStyle(around).overflow === "visible") continue;
      const box = around.getBoundingClientRect();
      const out = letters.left < box.left - 1 || letters.right > box.right + 1 || letters.top < box.top - 1 || letters.bottom > box.bottom + 1;
      if (out) found.push(text.data);
    }
  }
  return found;
});

/** Of the places for digits, those that a digit is wider than. */
const tooSmall = (person) => person.widget.evaluate((element) => {
  const field = element.shadowRoot.querySelector("#code");
  const pen = document.createElement("canvas").getContext("2d");
  if (field) pen.font = `${getComputedStyle(field).fontSize} ${getComputedStyle(field).fontFamily}`;
  const { actualBoundingBoxLeft: left, actualBoundingBoxRight: right } = pen.measureText("0");
  return [...element.shadowRoot.querySelectorAll(".cell")].map((cell) => cell.clientWidth).filter((room) => room < left + right);
});

describe("twice the size", () => {
  for (const [name, walk] of Object.entries({ ...SCREENS, ...MORE_SCREENS, ...IN_THE_WAY })) {
    test(name, async () => {
      const person = await site.person({ language: "de" });
      await walk(person, onHost(host));
      await person.page.evaluate(() => (document.documentElement.style.fontSize = "32px"));
      for (const width of WIDTHS) {
        await person.page.setViewportSize({ width, height: 640 });
        await assertFits(person);
        assert.deepEqual(await cutOff(person), [], `${width} px`);
        assert.deepEqual(await tooSmall(person), [], `${width} px`);
        for (const button of await person.widget.getByRole("button").all()) await button.click({ trial: true });
      }
      await person.leave();
    });
  }
});
