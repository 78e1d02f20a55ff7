// Somebody in front of an engine. Finds everything as people do: by its role, its label and its words.
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pattern, say } from "../../browser/support/words.mjs";
import { until } from "../../support/wait.mjs";
import { chord, pressing, typing } from "./actions.mjs";
import { colours, everything, find, lend, misfits, painted, ring } from "./finder.mjs";

const PASSWORD = "welkom-2fa";
/** Where the screens are kept, for somebody to look at. */
const PICTURES = process.env.PBX2FA_KEEP_PICTURES;

/** Of what has the focus, in pixels. */
const RING = 3;

const SIZES = { desktop: { width: 1280, height: 1000 }, phone: { width: 390, height: 1300 } };

export class Visitor {
  #driver;
  #pictures = 0;

  /** With a browser of their own: `size` is "desktop" or "phone". */
  static async enter({ launch, NAME }, { portal, language = "nl", size = "desktop", dark = false, ...more }) {
    const visitor = new Visitor();
    Object.assign(visitor, { portal, language, dark, name: [NAME, size, dark ? "dark" : "light"].join("-") });
    visitor.#driver = await launch({ ...SIZES[size], dark, ...more });
    return visitor;
  }

  // What is on the screen.

  say(key, values) {
    return say(this.language, key, values);
  }

  words(key, values) {
    return pattern(this.language, key, values).source;
  }

  button(key, values) {
    return { role: "button", words: this.words(key, values) };
  }

  /** A way to choose, by the name of its method; the vendor's app is called Qaller. */
  method(kind) {
    return this.button(`kind_${kind}`, { app: "Qaller" });
  }

  /** A method in the manager: its row. */
  row(kind) {
    return { role: "listitem", words: this.words(`kind_${kind}`, { app: "Qaller" }) };
  }

  get field() {
    return { role: "textbox", words: this.words("code_label") };
  }

  get number() {
    return { role: "textbox", words: this.words("number_label") };
  }

  heading(key) {
    return { role: "heading", words: `^${this.words(key)}$` };
  }

  all(description) {
    return this.#driver.run(find, description);
  }

  /** The first of this description for which `holds`, once there is one. */
  async one(description, holds = () => true) {
    return this.#until(JSON.stringify(description), async () => (await this.all(description)).find(holds));
  }

  async isGone(description) {
    await this.#until(`no more ${JSON.stringify(description)}`, async () => (await this.all(description)).length === 0);
  }

  async reads(key, values) {
    return this.one({ words: this.words(key, values) });
  }

  /** What a screen reader is told. */
  async hears(key, values) {
    await this.one({ role: "status", words: this.words(key, values) });
  }

  /** A screen, by its title: in place, in the right colours, and with the focus on its title or on `focus`. */
  async sees(title, focus = this.heading(title)) {
    await this.one(this.heading(title));
    await this.one(focus, ({ focused }) => focused);
    await this.looks(title);
  }

  /** The same of a field, which has a ring around the place where the next character goes. */
  async seesField(title, field) {
    await this.sees(title, field);
    const shown = await this.#driver.run(ring);
    assert.ok(shown >= RING, `${title}, ${this.name}: of the ring around what has the focus, ${shown} px are to be seen`);
  }

  /** Nothing is out of its place or of the wrong colour. Keeps a picture where that is asked for. */
  async looks(screen) {
    this.#pictures += 1;
    if (PICTURES) {
      await mkdir(PICTURES, { recursive: true });
      await this.#driver.run(painted);
      await writeFile(join(PICTURES, `${this.name}-${this.#pictures}-${screen}.png`), await this.#driver.picture());
    }
    assert.deepEqual(await this.#driver.run(misfits), [], `${screen}, ${this.name}`);
    const { ground, ink } = await this.#driver.run(colours);
    const sum = (channels) => channels.reduce((all, one) => all + one);
    assert.equal(sum(ground) < sum(ink), this.dark, `${screen}, ${this.name}: ${ink} on ${ground}`);
  }

  // What a person does.

  async goto(path) {
    await this.#driver.goto(new URL(path, this.portal).href);
  }

  async press(description) {
    const place = await this.one({ ...description, reach: true });
    await this.#driver.act(pressing(place));
  }

  async type(text) {
    await this.#driver.act(typing(text));
  }

  async key(...names) {
    await this.#driver.act(chord(...names));
  }

  /** From the password form to the second factor, in the same document. */
  async logIn(user) {
    await this.goto(`/login?lang=${this.language}`);
    const field = (words) => ({ role: "textbox", words, anywhere: true });
    await this.press(field("^Gebruikersnaam$|^User name$"));
    await this.type(user);
    await this.key("Tab");
    await this.type(PASSWORD);
    await this.key("Enter");
  }

  /** Types a code, or anything else, into the field that has the focus. The sixth digit sends it. */
  async fill(field, text) {
    await this.one(field, ({ focused }) => focused);
    await this.type(text);
  }

  /** Copies a text elsewhere on the page, and pastes it into the field. */
  async paste(field, text) {
    await this.one(field);
    await this.#driver.run(lend, text);
    await this.key("Control", "c");
    await this.#driver.run(lend);
    await this.press(field);
    await this.key("Control", "v");
  }

  /** The key of an authenticator app, as it is shown to be typed. */
  async typedKey() {
    const { words } = await this.one({ role: "code" });
    return words.replace(/\s/g, "");
  }

  /** Inside: the portal's own page. */
  async isIn(path = "/extensions") {
    await this.#until(path, async () => new URL(await this.#driver.url()).pathname === path);
  }

  /** Nothing was refused by a policy, thrown or logged, but for what `but` names. */
  async assertQuiet({ but } = {}) {
    const errors = await this.#driver.errors();
    assert.deepEqual(errors.filter((text) => !but?.test(text)), [], this.name);
  }

  async leave() {
    await this.#driver.close();
  }

  async #until(what, look) {
    try {
      return await until(what, look);
    } catch (error) {
      throw new Error(`${error.message}\n${this.name}, ${await this.#driver.run(everything)}`, { cause: error });
    }
  }
}
