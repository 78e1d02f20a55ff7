// What people find on a page: by role, label and words, through the open shadow root. These run in the page, each by itself.

/**
 * What the widget shows of this description, or with `anywhere` the page: `role`, `words` (a pattern of its label, else of its
 * text) and `within`, another description that something around it has. Of those inside one another, the innermost.
 * With `reach` the first of them, if a press would hit it: scrolled to, still for two frames, and under nothing else.
 */
export async function find({ anywhere = false, reach = false, ...wanted }) {
  const ROLES = { A: "link", BUTTON: "button", CODE: "code", H1: "heading", H2: "heading", H3: "heading", INPUT: "textbox", LI: "listitem", P: "paragraph", SELECT: "combobox" };
  const roleOf = (element) => element.getAttribute("role") ?? ROLES[element.tagName];
  const labelOf = (element) => element.getAttribute("aria-label") ?? element.labels?.[0]?.textContent;
  const wordsOf = (element) => (labelOf(element) || element.textContent).replace(/\s+/g, " ").trim();
  const fits = (element, { role, words = "", within }) => {
    if (role && roleOf(element) !== role) return false;
    if (!new RegExp(words).test(wordsOf(element))) return false;
    if (!within) return true;
    for (let outer = element.parentElement; outer; outer = outer.parentElement) if (fits(outer, within)) return true;
    return false;
  };
  const describe = (element) => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    const { value, selectionStart, selectionEnd } = element;
    return {
      x: (left + right) / 2,
      y: (top + bottom) / 2,
      words: wordsOf(element),
      value,
      selected: value?.slice(selectionStart, selectionEnd),
      invalid: element.getAttribute("aria-invalid") === "true",
      focused: element.getRootNode().activeElement === element,
    };
  };
  const root = anywhere ? document : document.querySelector("pbx-2fa")?.shadowRoot;
  const all = [...(root?.querySelectorAll("*") ?? [])].filter((element) => fits(element, wanted) && element.checkVisibility({ visibilityProperty: true }));
  const found = all.filter((element) => !all.some((other) => other !== element && element.contains(other)));
  if (!reach || found.length === 0) return found.map(describe);

  const frame = () => new Promise(requestAnimationFrame);
  const [element] = found;
  element.scrollIntoView({ block: "nearest" });
  const before = describe(element);
  await frame();
  await frame();
  const { x, y } = describe(element);
  const there = root.elementFromPoint(x, y);
  return x === before.x && y === before.y && element.contains(there) ? [before] : [];
}

/** All that the widget shows, for somebody who has to find out why a test failed. */
export function everything() {
  const widget = document.querySelector("pbx-2fa");
  return `${location.pathname}: ${(widget?.shadowRoot ?? document.body).textContent.replace(/\s+/g, " ").trim()}`;
}

/** What is wrong with the layout: the style is not in effect, words run out of the card, or the page is wider than the window. */
export function misfits() {
  const card = document.querySelector("pbx-2fa").shadowRoot.querySelector(".card");
  const { left, right, top, bottom } = card.getBoundingClientRect();
  const wrong = [];
  const { borderRadius, paddingLeft, fontFamily, display } = getComputedStyle(card);
  if (borderRadius === "0px" || paddingLeft === "0px" || !fontFamily.includes("system-ui") || display === "inline") wrong.push("the card has no style");
  if (document.documentElement.scrollWidth > innerWidth) wrong.push(`the page is ${document.documentElement.scrollWidth} px wide`);
  const texts = document.createTreeWalker(card, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    const range = document.createRange();
    range.selectNodeContents(text);
    const box = range.getBoundingClientRect();
    const out = box.left < left - 1 || box.right > right + 1 || box.top < top - 1 || box.bottom > bottom + 1;
    if (out && text.data.trim() && !text.parentElement.closest(".hidden, option")) wrong.push(`out of the card: ${text.data}`);
  }
  return wrong;
}

/** Once what is there now is on the screen. */
export async function painted() {
  const frame = () => new Promise(requestAnimationFrame);
  await frame();
  await frame();
}

/** The card's colours, as red, green and blue. */
export function colours() {
  const { backgroundColor, color } = getComputedStyle(document.querySelector("pbx-2fa").shadowRoot.querySelector(".card"));
  const channels = (text) => text.match(/[\d.]+/g).slice(0, 3).map(Number);
  return { ground: channels(backgroundColor), ink: channels(color) };
}

/** How much is to be seen of the ring around the place for the next digit, or around what else has the focus, in pixels. */
export function ring() {
  const focused = document.querySelector("pbx-2fa").shadowRoot.activeElement;
  const drawn = focused?.closest(".field")?.querySelector(".now") ?? focused;
  const { outlineStyle, outlineWidth, outlineOffset } = getComputedStyle(drawn);
  if (outlineStyle === "none") return 0;
  const width = Number.parseFloat(outlineWidth);
  const reach = width + Number.parseFloat(outlineOffset);
  const { left, top, bottom } = drawn.getBoundingClientRect();
  let room = reach;
  for (let around = drawn.parentElement; around; around = around.parentElement) {
    const { overflowX, overflowClipMargin = "0px" } = getComputedStyle(around);
    if (overflowX === "visible") continue;
    const box = around.getBoundingClientRect();
    const more = overflowX === "clip" ? Number.parseFloat(overflowClipMargin) : 0;
    room = Math.min(room, left - box.left + more, top - box.top + more, box.bottom - bottom + more);
  }
  return width - (reach - room);
}

/** Puts a text into the page's own field, selected, for a key to copy; without one, takes the field away. */
export function lend(text) {
  document.querySelector("[data-lent]")?.remove();
  if (text === undefined) return;
  const field = document.createElement("textarea");
  field.dataset.lent = "";
  field.value = text;
  document.body.append(field);
  field.select();
}
