// WebKit, in GTK's MiniBrowser on a screen that nobody sees, by WebDriver: https://www.w3.org/TR/webdriver2/. What a driver has
// to do, `firefox.mjs` has too.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { freePorts } from "../../support/stack.mjs";
import { until, within } from "../../support/wait.mjs";
import { Program, folder, forget } from "./program.mjs";

export const NAME = "webkit";

/** What MiniBrowser's bar takes, at most. */
const BAR = 100;
const NARROWEST = 460;
/** On a slow machine the first answer of a browser that was never started takes this long. */
const ANSWER_MS = 90_000;
/** Of a colour in the screen's file, which has the form of xwd. */
const COLOUR_BYTES = 12;

export async function launch({ width: wanted, height, dark = false, webAssembly = true }) {
  const width = Math.max(wanted, NARROWEST);
  const home = await folder();
  const programs = [];
  const start = (...given) => programs[programs.push(new Program(...given)) - 1];
  const stop = async () => {
    for (const program of programs.reverse()) await program.stop();
    await forget(home);
  };
  try {
    // No larger than the window: where nothing manages windows, the one below the pointer has the focus, and that begins in the middle.
    const screen = start("Xvfb", ["-displayfd", "3", "-screen", "0", `${width}x${height + BAR}x24`, "-fbdir", home, "-nolisten", "tcp"], {
      home,
      stdio: ["ignore", "ignore", "pipe", "pipe"],
    });
    const [, display] = await screen.says(/^(\d+)\n/m);
    await mkdir(join(home, "gtk-3.0"));
    await writeFile(join(home, "gtk-3.0/settings.ini"), "[Settings]\ngtk-enable-animations=0\n");
    const env = {
      DISPLAY: `:${display}`,
      GDK_BACKEND: "x11",
      GTK_THEME: dark ? "Adwaita:dark" : "Adwaita",
      NO_AT_BRIDGE: "1",
      // Composing layers is the work of a graphics processor; without one it is slow.
      WEBKIT_DISABLE_COMPOSITING_MODE: "1",
      // As in the Lockdown Mode of Apple's systems.
      ...(webAssembly ? {} : { JSC_useWasm: "0" }),
    };
    const [port] = await freePorts(1);
    start("WebKitWebDriver", [`--port=${port}`], { home, env });
    return await WebKit.open(`http://127.0.0.1:${port}`, { width, height, pixels: join(home, "Xvfb_screen0") }, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

class WebKit {
  #session;
  #pixels;
  #stop;

  static async open(address, { width, height, pixels }, stop) {
    const webkit = new WebKit();
    webkit.#pixels = pixels;
    webkit.#stop = stop;
    await until("WebKitWebDriver", () => call("GET", `${address}/status`).then(({ ready }) => ready, () => false));
    const { sessionId } = await call("POST", `${address}/session`, { capabilities: {} });
    webkit.#session = `${address}/session/${sessionId}`;
    await webkit.#size(width, height);
    return webkit;
  }

  async goto(url) {
    await this.#post("url", { url });
    await this.run(overhear);
  }

  url() {
    return call("GET", `${this.#session}/url`);
  }

  /** The value of a function of the page, which can name nothing of the suite. */
  async run(inside, ...values) {
    const script = `return (async () => JSON.stringify(await (${inside})(...JSON.parse(arguments[0])) ?? null))()`;
    return JSON.parse(await this.#post("execute/sync", { script, args: [JSON.stringify(values)] }));
  }

  async act(actions) {
    await this.#post("actions", { actions });
  }

  /** What all pages so far have thrown, logged as errors, or were refused by their policy. */
  errors() {
    return this.run(() => JSON.parse(sessionStorage.getItem("overheard") ?? "[]"));
  }

  /** The window as it is on the screen, as a PNG. What WebKit pictures by itself is black where layers are composed. */
  async picture() {
    const dump = await readFile(this.#pixels);
    const [header, , , , width, height] = Array.from({ length: 6 }, (_, at) => dump.readUInt32BE(4 * at));
    const [stride, colours] = [dump.readUInt32BE(48), dump.readUInt32BE(76)];
    const start = header + COLOUR_BYTES * colours;
    const rgb = Buffer.alloc(3 * width * height);
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const from = start + y * stride + 4 * x;
        for (let channel = 0; channel < 3; channel += 1) rgb[3 * (y * width + x) + channel] = dump[from + 2 - channel];
      }
    }
    return sharp(rgb, { raw: { width, height, channels: 3 } }).png().toBuffer();
  }

  async close() {
    await call("DELETE", this.#session);
    await this.#stop();
  }

  /** The window has a bar above the page. */
  async #size(width, height) {
    await this.#post("window/rect", { width, height });
    const bar = height - (await this.run(() => innerHeight));
    await this.#post("window/rect", { width, height: height + bar });
    await until("the window's size", async () => {
      const size = await this.run(() => [innerWidth, innerHeight]);
      return size[0] === width && size[1] === height;
    });
  }

  #post(command, body) {
    return call("POST", `${this.#session}/${command}`, body);
  }
}

async function call(method, url, body) {
  const asked = fetch(url, { method, body: body && JSON.stringify(body), headers: { "content-type": "application/json" } });
  const response = await within(`${method} ${url} ${JSON.stringify(body)}`, asked, ANSWER_MS);
  const { value } = await response.json();
  if (!response.ok) throw new Error(`${new URL(url).pathname}: ${value.error}: ${value.message}`);
  return value;
}

/**
 * In the page, for WebKit's driver does not tell: keeps what it throws, logs as an error, or is refused by its policy, for the pages
 * after it too. It begins once a page has loaded.
 */
function overhear() {
  const keep = (...words) => {
    const before = JSON.parse(sessionStorage.getItem("overheard") ?? "[]");
    sessionStorage.setItem("overheard", JSON.stringify([...before, words.join(" ")]));
  };
  const { error } = console;
  console.error = (...words) => {
    keep(...words);
    error.apply(console, words);
  };
  addEventListener("error", ({ message }) => keep(message));
  addEventListener("unhandledrejection", ({ reason }) => keep(reason));
  addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => keep("content security policy:", violatedDirective, blockedURI));
}
