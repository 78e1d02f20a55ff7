/** The shadow root: the style, the outline of a screen before there is one, and plain messages when there never will be. */
import css from "./style/login.css";

/** Whether a script can bring style sheets here; those of the page's own may be forbidden to it. */
export const canDress = "replaceSync" in CSSStyleSheet.prototype;

/** A wait that is shorter than this, in milliseconds, passes without an outline that comes and goes. */
const SHORT_WAIT = 500;

/** The product's style sheets by their text, each made once for all elements. */
const sheets = new Map();

export class Shell {
  #host;
  #root;
  #sheets = new Set();
  #theme = [];
  #wait;

  constructor(host) {
    this.#host = host;
    this.#root = host.attachShadow({ mode: "open", delegatesFocus: true });
    if (canDress) this.add(css);
  }

  /** More of the product's style, which has to be there before what is drawn with it. */
  add(css) {
    if (!sheets.has(css)) sheets.set(css, sheetOf(css));
    this.#sheets.add(sheets.get(css));
    this.#lay();
  }

  /** Over the product's style the tenant's; what the page sets goes before both. */
  dress(css) {
    this.#theme = [sheetOf(css)];
    this.#lay();
  }

  #lay() {
    this.#root.adoptedStyleSheets = [...this.#sheets, ...this.#theme];
  }

  /**
   * The first frame: a card as high as the screen that comes; and once the wait is no longer short its outline, with a word that is
   * heard, for it comes into a live region that was there before.
   */
  outline(language) {
    this.clear();
    const outline = element("div", { class: "card outline", part: "card", role: "status" });
    this.#frame(language).append(outline);
    this.#wait = setTimeout(() => {
      outline.append(element("span", { class: "hidden" }, language.sentences.loading));
      for (const name of ["brand", "title", "lead", "label", "field", "button", "resend", "other", "help"]) {
        outline.append(element("div", { class: `bone bone-${name}` }));
      }
    }, SHORT_WAIT);
  }

  /** A place for the widget, unseen until it has something to show. */
  room() {
    const room = element("div", { class: "room", hidden: "" });
    this.#root.firstElementChild.append(room);
    return room;
  }

  /** This place, and nothing that was there before. */
  show(room) {
    clearTimeout(this.#wait);
    for (const other of [...room.parentNode.children]) other === room || other.remove();
    room.removeAttribute("hidden");
  }

  speak(language) {
    this.#root.firstElementChild?.setAttribute("lang", language.locale);
  }

  /** A plain message, with a button where there is something to try. */
  fail(language, sentence, retry) {
    this.clear();
    const card = element("div", { class: "card", part: "card", role: "alert" });
    card.append(element("p", { part: "error" }, language.sentences[sentence]));
    if (retry) {
      const label = language.sentences[sentence === "broken" ? "restart" : "retry"];
      const button = element("button", { type: "button", class: "primary", part: "button" }, label);
      button.addEventListener("click", retry);
      card.append(button);
    }
    this.#frame(language).append(card);
  }

  /** The same, and below it what the page has put into the element for this case; it gets the focus. */
  giveWay(language) {
    this.fail(language, "unsupported");
    this.#root.append(element("slot", {}));
    this.#host.querySelector("a[href], button")?.focus();
  }

  clear() {
    clearTimeout(this.#wait);
    this.#root.replaceChildren();
  }

  /** Into the clipboard; where the browser has none for this page, it is selected for the person to copy. */
  async copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const shown = this.#root.querySelector("[part=key], [part=codes]");
      if (shown) getSelection()?.selectAllChildren(shown);
    }
  }

  #frame(language) {
    const frame = element("div", { class: "frame", lang: language.locale });
    this.#root.append(frame);
    return frame;
  }
}

function sheetOf(css) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  return sheet;
}

function element(name, attributes, text = "") {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}
