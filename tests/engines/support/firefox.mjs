// Firefox without a window, by WebDriver BiDi: https://www.w3.org/TR/webdriver-bidi/. It speaks it itself; there is no program
// between. What a driver has to do, `webkit.mjs` has too.
import { accessSync, constants } from "node:fs";
import { writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import WebSocket from "ws";
import { within } from "../../support/wait.mjs";
import { Program, folder, forget } from "./program.mjs";

export const NAME = "firefox";

/** On a slow machine the first answer of a browser that was never started takes this long. */
const ANSWER_MS = 90_000;

/** It asks nobody but the suite, and says nothing to anybody. */
const QUIET = {
  "app.normandy.enabled": false,
  "browser.aboutwelcome.enabled": false,
  "browser.startup.page": 0,
  "datareporting.policy.dataSubmissionEnabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "network.proxy.type": 0,
  "services.settings.server": "data:,#nowhere",
  "toolkit.telemetry.enabled": false,
  "ui.prefersReducedMotion": 1,
};

/** Debian's, or that of a system that has no other. */
function program() {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const found = ["firefox-esr", "firefox"].flatMap((name) => folders.map((path) => join(path, name))).find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  return process.env.PBX2FA_FIREFOX || found || "firefox-esr";
}

export async function launch({ width, height, dark = false, webAssembly = true }) {
  const home = await folder();
  const settings = { ...QUIET, "layout.css.prefers-color-scheme.content-override": dark ? 0 : 1, "javascript.options.wasm": webAssembly };
  const lines = Object.entries(settings).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`);
  await writeFile(join(home, "user.js"), lines.join(""));
  const args = ["--headless", "--no-remote", "--profile", home, "--remote-debugging-port=0"];
  const browser = new Program(program(), args, { home, env: { MOZ_CRASHREPORTER_DISABLE: "1" } });
  try {
    const [, address] = await browser.says(/WebDriver BiDi listening on (ws:\S+)/);
    return await Firefox.open(browser, home, `${address}/session`, { width, height });
  } catch (error) {
    await browser.stop();
    await forget(home);
    throw error;
  }
}

class Firefox {
  #browser;
  #home;
  #socket;
  #context;
  #last = 0;
  #waiting = new Map();
  #errors = [];

  static async open(browser, home, address, viewport) {
    const firefox = new Firefox();
    firefox.#browser = browser;
    firefox.#home = home;
    await firefox.#connect(address);
    await firefox.#send("session.new", { capabilities: {} });
    // The tab that is there at the start has not got the focus; a new one has.
    const { context } = await firefox.#send("browsingContext.create", { type: "tab" });
    firefox.#context = context;
    await firefox.#send("session.subscribe", { events: ["log.entryAdded"] });
    await firefox.#send("browsingContext.setViewport", { context, viewport });
    return firefox;
  }

  async goto(url) {
    await this.#send("browsingContext.navigate", { context: this.#context, url, wait: "complete" });
  }

  async url() {
    const { contexts } = await this.#send("browsingContext.getTree", { root: this.#context });
    return contexts[0].url;
  }

  /** The value of a function of the page, which can name nothing of the suite. */
  async run(inside, ...values) {
    const { type, result, exceptionDetails } = await this.#send("script.callFunction", {
      functionDeclaration: `async (values) => JSON.stringify(await (${inside})(...JSON.parse(values)) ?? null)`,
      arguments: [{ type: "string", value: JSON.stringify(values) }],
      target: { context: this.#context },
      awaitPromise: true,
    });
    if (type === "exception") throw new Error(`in the page: ${exceptionDetails.text}`);
    return JSON.parse(result.value);
  }

  async act(actions) {
    await this.#send("input.performActions", { context: this.#context, actions });
  }

  /** What all pages so far have thrown, logged as errors, or were refused by their policy. */
  async errors() {
    return this.#errors;
  }

  /** The page as it is on the screen, as a PNG. */
  async picture() {
    const { data } = await this.#send("browsingContext.captureScreenshot", { context: this.#context });
    return Buffer.from(data, "base64");
  }

  async close() {
    await this.#send("browser.close", {});
    this.#socket.close();
    await this.#browser.stop(null);
    await forget(this.#home);
  }

  async #connect(address) {
    this.#socket = new WebSocket(address);
    this.#socket.on("message", (text) => this.#hear(JSON.parse(text)));
    await new Promise((resolve, reject) => this.#socket.once("open", resolve).once("error", reject));
    this.#socket.once("close", () => {
      for (const { reject } of this.#waiting.values()) reject(new Error("Firefox has gone"));
    });
  }

  #send(method, params) {
    const id = (this.#last += 1);
    this.#socket.send(JSON.stringify({ id, method, params }));
    const answer = new Promise((resolve, reject) => this.#waiting.set(id, { method, resolve, reject }));
    return within(method, answer, ANSWER_MS);
  }

  #hear({ id, method, params, result, error, message }) {
    if (method === "log.entryAdded" && params.level === "error") return void this.#errors.push(params.text);
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    this.#waiting.delete(id);
    if (error) waiting.reject(new Error(`${waiting.method}: ${error}: ${message}`));
    else waiting.resolve(result);
  }
}
