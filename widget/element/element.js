/** `<pbx-2fa ticket lang address theme mode manual edge-url>`: holds the widget, and speaks to the page for it. */
import { chosenLanguage } from "./language.js";
import { Line } from "./line.js";
import { code, edgeAddress, sentences as sentencesOf, style as styleOf } from "./load.js";
import { print, save } from "./paper.js";
import { Shell, canDress } from "./shell.js";

/** How long a response can be redeemed, in milliseconds. */
const RESPONSE_LIFE = 60_000;

/** How long a view waits for its words, in milliseconds; after it the words that are there are better than none. */
const WORDS_PATIENCE = 3_000;

export class Pbx2faElement extends HTMLElement {
  static observedAttributes = ["ticket", "lang", "address"];

  #shell = new Shell(this);
  #mounted;
  /** The place of what is mounted. */
  #room;
  /** What was mounted before it, and is still to be seen. */
  #before;
  #ticket;
  /** The language and the form of address that the tenant wants, once a view has said it. */
  #tenant;
  /** What the words on the page are in. */
  #spoken;
  #run = 0;
  #response;
  #expiry;
  #wake = () => document.visibilityState === "visible" && this.#mounted?.wake();

  /** What the portal's backend redeems; empty before the code was right and after the response expired. */
  get response() {
    return this.#response ?? "";
  }

  /** Whether there was a response and it is too old now. */
  get expired() {
    return this.#response === "";
  }

  connectedCallback() {
    if (!this.#mounted && this.#ticket === undefined) this.restart();
  }

  /** A move is a removal and an insertion in one task, so the end waits until the task is over. */
  disconnectedCallback() {
    queueMicrotask(() => this.isConnected || this.#stop());
  }

  attributeChangedCallback(name, before, after) {
    if (!this.isConnected || before === after) return;
    if (name === "ticket" && after && after !== this.#ticket) this.restart();
    if (name !== "ticket" && this.#mounted) this.#speak();
  }

  /** Begins with the ticket in the attribute; a ticket is good for one beginning. */
  async restart() {
    this.#stop();
    const ticket = this.getAttribute("ticket");
    const language = this.#language;
    if (!ticket) return this.#shell.outline(language);
    this.#ticket = ticket;
    const part = this.getAttribute("mode") === "manage" ? "whole" : "login";
    const run = this.#run;
    try {
      if (!canDress) throw new Error("this browser has no style sheets of a script's own");
      const mounted = this.#mount(part, ticket, false);
      // What is fetched is on its way by now.
      this.#shell.outline(language);
      await mounted;
    } catch (error) {
      if (run === this.#run) this.#cannotStart(error, language);
    }
  }

  /** Puts a part of the widget on the page, with a ticket or with the secret of a session that goes on. */
  async #mount(part, credential, goesOn) {
    const [run, before] = [this.#run, this.#mounted];
    const language = this.#language;
    const line = new Line(edgeAddress(this.getAttribute("edge-url")));
    const fall = () => run === this.#run && this.#broken();
    const files = Promise.all([code(part, fall), sentencesOf(language.catalogue), styleOf(part)]);
    if (!goesOn && mayRun()) line.handIn(credential);
    const [mount, sentences, style] = await files;
    if (run !== this.#run || before !== this.#mounted) return;
    if (style) this.#shell.add(style);
    const room = this.#shell.room();
    const mounted = mount(
      room,
      credential,
      goesOn,
      location.origin,
      isFramedElsewhere(),
      sentences,
      language.locale,
      (name, detail) => {
        if (name === "send") return line.send(detail);
        if (name === "giveUp") return line.giveUp();
        return this.#hear(room, name, detail);
      },
    );
    if (!mounted) throw new Error("the language file is of another version than the widget");
    [this.#before, this.#mounted, this.#room] = [before, mounted, room];
    addEventListener("online", this.#wake);
    document.addEventListener("visibilitychange", this.#wake);
    this.#spoken = language;
    if (!this.#speaks(this.#language)) this.#speak();
  }

  get #language() {
    return chosenLanguage(this, this.#tenant);
  }

  #speaks({ catalogue, locale }) {
    return this.#spoken.catalogue === catalogue && this.#spoken.locale === locale;
  }

  /** The whole widget goes on; the part before it keeps its screen until there is another. */
  async #handOver(secret) {
    const login = this.#mounted;
    try {
      await this.#mount("whole", secret, true);
    } catch (error) {
      console.error("pbx-2fa could not go on:", error);
      if (login === this.#mounted && !isTrap(error)) login.stranded();
    }
  }

  /** There is something to see. */
  #show() {
    this.#shell.show(this.#room);
    this.#before?.remove();
    this.#before = undefined;
  }

  #stop() {
    this.#run += 1;
    removeEventListener("online", this.#wake);
    document.removeEventListener("visibilitychange", this.#wake);
    clearTimeout(this.#expiry);
    const parts = [this.#before, this.#mounted];
    this.#before = this.#mounted = this.#room = this.#ticket = this.#response = undefined;
    try {
      for (const part of parts) part?.remove();
    } finally {
      this.#shell.clear();
    }
  }

  async #speak() {
    const run = this.#run;
    const language = this.#language;
    try {
      const sentences = await sentencesOf(language.catalogue);
      if (run !== this.#run || language.catalogue !== this.#language.catalogue) return;
      this.#spoken = language;
      this.#shell.speak(language);
      this.#mounted?.speak(sentences, language.locale);
    } catch {
      // The language on the screen stays.
    }
  }

  /** A view says what the tenant wants. Where the words on the page are others, the view waits for this. */
  #follow(detail) {
    const [form, locale] = detail.split(" ");
    this.#tenant = { form, locale };
    if (this.#speaks(this.#language)) return undefined;
    return Promise.race([this.#speak(), new Promise((resolve) => setTimeout(resolve, WORDS_PATIENCE))]);
  }

  /** What the widget has to tell. */
  #hear(room, name, detail) {
    if (room !== this.#room) return;
    if (name === "words") return this.#follow(detail);
    if (name === "theme") return this.#shell.dress(detail);
    if (name === "copy") return this.#shell.copy(detail);
    if (name === "print") return print(detail);
    if (name === "save") return save(detail);
    if (name === "handover") return this.#handOver(detail);
    if (name === "state" || name === "problem") this.#show();
    if (name === "verified") return this.#verified(detail);
    if (name === "restart") {
      if (this.#tell("restart", {}, true)) location.reload();
      return;
    }
    this.#tell(name, name === "state" ? { state: detail } : { type: detail });
  }

  #verified(response) {
    this.#response = response;
    const form = this.getAttribute("mode") === "manage" ? null : this.closest("form");
    if (form) this.#field(form).value = response;
    this.#expiry = setTimeout(() => {
      this.#response = "";
      if (form) this.#field(form).value = "";
      this.#tell("expired", {});
    }, RESPONSE_LIFE);
    const go = this.#tell("verified", { response }, true);
    if (form && go && !this.hasAttribute("manual")) form.requestSubmit();
  }

  #field(form) {
    const known = form.querySelector('input[type="hidden"][name="pbx-2fa-response"]');
    if (known) return known;
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = "pbx-2fa-response";
    return form.appendChild(field);
  }

  #cannotStart(error, language) {
    const unsupported = !canDress || !globalThis.WebAssembly || error instanceof WebAssembly.CompileError;
    if (!unsupported && isTrap(error)) return;
    console.error("pbx-2fa could not start:", error);
    this.#ticket = undefined;
    if (unsupported) this.#shell.giveWay(language);
    else this.#shell.fail(language, "unreachable", () => this.restart());
    this.#tell("problem", { type: unsupported ? "unsupported" : "unreachable" });
  }

  /** The module trapped; only the shell can still draw. */
  #broken() {
    this.#shell.fail(this.#language, "broken", () => this.#tell("restart", {}, true) && location.reload());
    this.#tell("problem", { type: "broken" });
  }

  /** False where a listener has taken the matter into its own hands. */
  #tell(name, detail, cancelable = false) {
    return this.dispatchEvent(
      new CustomEvent(`pbx-2fa:${name}`, { detail, bubbles: true, composed: true, cancelable }),
    );
  }
}

/** Whether the browser and the policy of the page let WebAssembly run: where not, the ticket is for another way to log in. */
function mayRun() {
  try {
    return Boolean(new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)));
  } catch {
    return false;
  }
}

/** Of a trap the guard has told. */
function isTrap(error) {
  return error instanceof WebAssembly.RuntimeError;
}

/** Inside a page of another origin, which could lay something over the method manager: any of those around it, not the outermost alone. */
function isFramedElsewhere() {
  try {
    for (let page = window; page !== page.parent; page = page.parent) {
      if (page.parent.location.origin !== location.origin) return true;
    }
    return false;
  } catch {
    return true;
  }
}
