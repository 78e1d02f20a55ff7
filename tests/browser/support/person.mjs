// Somebody in front of a browser. Finds everything as people do: by its role, its label and its words.
import assert from "node:assert/strict";
import { learnBearer } from "../../support/canary/learned.mjs";
import { until } from "../../support/wait.mjs";
import { languageOf, pattern, say } from "./words.mjs";

export const PASSWORD = "welkom-2fa";
const PATIENCE_MS = 10_000;

const isWatch = (request) => new URL(request.url()).pathname === "/v1/session/events";

export class Person {
  #open = new Set();
  #lastEnd = 0;

  static async enter(site, { language = "nl", colorScheme = "light", viewport = { width: 1280, height: 800 }, ...more } = {}) {
    const person = new Person();
    const locale = { nl: "nl-BE", en: "en-GB" }[languageOf(language)];
    const context = await site.browser.newContext({ locale, colorScheme, viewport, reducedMotion: "reduce", ...more });
    context.setDefaultTimeout(PATIENCE_MS);
    // A policy is broken without an exception; this makes it as loud as one.
    await context.addInitScript(() => {
      addEventListener("securitypolicyviolation", (event) => {
        console.error(`content security policy: ${event.violatedDirective} ${event.blockedURI}`);
      });
    });
    Object.assign(person, { site, language, context, errors: [], requests: [] });
    await person.newTab();
    return person;
  }

  /** A further tab of the same browser; from now on this person looks at it. */
  async newTab() {
    this.page = await this.context.newPage();
    this.page.on("console", (message) => message.type() === "error" && this.errors.push(`${message.text()} (${message.location().url})`));
    this.page.on("pageerror", (error) => this.errors.push(String(error)));
    for (const over of ["requestfinished", "requestfailed"]) this.page.on(over, (request) => this.#ends(request));
    this.page.on("request", (request) => {
      this.requests.push(request);
      if (!isWatch(request)) this.#open.add(request);
      learnBearer(request.headers().authorization?.slice("Bearer ".length));
    });
    return this.page;
  }

  #ends(request) {
    this.#open.delete(request);
    this.#lastEnd = performance.now();
  }

  /** Half a second without a request, but for the one that waits for news of a delivery. */
  async settles() {
    await until("a quiet network", async () => this.#open.size === 0 && performance.now() - this.#lastEnd > 500);
  }

  say(key, values) {
    return say(this.language, key, values);
  }

  // What is on the screen.

  heading(key) {
    return this.widget.getByRole("heading", { name: this.say(key), exact: true });
  }

  button(key, values) {
    return this.widget.getByRole("button", { name: pattern(this.language, key, values) });
  }

  /** A way to choose, by the name of its method; the vendor's app is called Qaller. */
  method(kind) {
    return this.button(`kind_${kind}`, { app: "Qaller" }).first();
  }

  /** A method in the manager: its row. */
  row(kind) {
    return this.widget.getByRole("listitem").filter({ hasText: this.say(`kind_${kind}`, { app: "Qaller" }) });
  }

  get field() {
    return this.widget.getByRole("textbox", { name: this.say("code_label") });
  }

  /** The field for a long code: of the user's list, or of the help desk. */
  get longField() {
    return this.widget.getByRole("textbox", { name: this.say("recovery_label") });
  }

  get widget() {
    return this.page.locator("pbx-2fa");
  }

  /** A sentence, with whatever fills its places. */
  sentence(key, values) {
    return this.widget.getByText(pattern(this.language, key, values)).first();
  }

  /** Waits for a screen by its title. */
  async sees(title) {
    await this.heading(title).waitFor();
  }

  async reads(key, values) {
    await this.sentence(key, values).waitFor();
  }

  /** What a screen reader is told, once it is this sentence. */
  async hears(key, values, deadlineMs = PATIENCE_MS) {
    const expected = pattern(this.language, key, values);
    const region = this.widget.locator('[role="status"]');
    const heard = () => region.allTextContents();
    await until(`the announcement of ${key}`, async () => (await heard()).some((text) => expected.test(text)), deadlineMs);
  }

  // What a person does.

  async goto(path) {
    await this.page.goto(new URL(path, this.site.portal).href);
  }

  /** From the password form to the first screen of the second factor, in the same document. */
  async logIn(user) {
    if (new URL(this.page.url() === "about:blank" ? "http://none" : this.page.url()).pathname !== "/login") {
      await this.goto(`/login?lang=${languageOf(this.language)}`);
    }
    await this.page.locator("input[name=user]").fill(user);
    await this.page.locator("input[name=password]").fill(PASSWORD);
    await this.page.locator("form[data-in-page] [type=submit]").click();
    await this.widget.waitFor();
  }

  /** Types a code as fingers do; the sixth digit sends it. */
  async type(code) {
    await this.field.waitFor();
    await this.field.focus();
    await this.page.keyboard.type(code);
  }

  /** The same with a long code; its sixteenth character sends it. */
  async typeLong(code) {
    await this.longField.waitFor();
    await this.longField.focus();
    await this.page.keyboard.type(code);
  }

  /** Inside the page of another tenant. */
  async isWelcome(subject) {
    await this.page.getByRole("heading", { name: `Welcome ${subject}`, exact: true }).waitFor();
  }

  /** Inside: the portal's own page. */
  async isIn(path = "/extensions") {
    await this.page.waitForURL((url) => url.pathname === path);
  }

  // What must hold.

  /** Whether the portal lets this browser in. */
  async mayEnter() {
    const response = await this.context.request.get(`${this.site.portal}/extensions`, { maxRedirects: 0 });
    return response.status() === 200;
  }

  /** Calls of the widget to the worker, by method and path. */
  calls(method, path) {
    return this.requests.filter((request) => request.method() === method && new URL(request.url()).pathname === path);
  }

  /** Nothing was refused by a policy, thrown or logged. A code that is wrong is a 422, and the browser logs that by itself. */
  assertQuiet({ statuses = [] } = {}) {
    const expected = (text) => statuses.some((status) => text.includes(`status of ${status}`));
    assert.deepEqual(this.errors.filter((text) => !expected(text)), []);
  }

  /** Nothing of the widget outlives its page. */
  async assertNothingKept() {
    const kept = await this.page.evaluate(async () => ({
      local: { ...localStorage },
      session: { ...sessionStorage },
      databases: (await indexedDB.databases()).length,
      caches: (await caches.keys()).length,
      cookies: document.cookie,
    }));
    assert.deepEqual(kept, { local: {}, session: {}, databases: 0, caches: 0, cookies: "" });
  }

  /** No address that the browser asked for holds one of these, nor a token. */
  assertAddressesWithout(...secrets) {
    for (const url of this.requests.map((request) => request.url())) {
      for (const secret of [...secrets, "eyJ"]) assert.ok(!url.includes(secret), `${url} holds ${secret}`);
    }
  }

  async leave() {
    await this.context.close();
  }
}
