// Whether a screen has room for what is on it.
import assert from "node:assert/strict";

/** Parts of the screen that lie beyond its sides; the code field's input is wider than its frame, which cuts it off. */
const overflowing = (person) => person.widget.evaluate((element) => {
  const { left, right } = element.getBoundingClientRect();
  const seen = [...element.shadowRoot.querySelectorAll(".frame *")].filter((one) => !one.closest('.hidden, [part="input"]') && one.getClientRects().length);
  const out = seen.filter((one) => {
    const box = one.getBoundingClientRect();
    return box.left < left - 1 || box.right > right + 1;
  });
  return out.map((one) => `${one.tagName} ${one.className} ${one.textContent.slice(0, 40)}`);
});

/** Nothing is beyond the sides of the screen, nor makes the page wider than the window. */
export async function assertFits(person) {
  assert.deepEqual(await overflowing(person), []);
  const [wide, there] = await person.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(wide <= there, `${wide} px wide on a screen of ${there} px`);
}
