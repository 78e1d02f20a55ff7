// A program of the machine, with a folder of its own that goes with it.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { within } from "../../support/wait.mjs";

const START_MS = 90_000;
const END_MS = 10_000;

export const folder = () => mkdtemp(join(tmpdir(), "pbx-2fa-engine-"));
export const forget = (path) => rm(path, { recursive: true, force: true, maxRetries: 5 });

export class Program {
  #name;
  #child;
  #ended;
  #output = "";
  #end = () => this.#child.kill("SIGKILL");

  /** `home` is all that it knows of a person's settings. */
  constructor(name, args, { home, env = {}, stdio = ["ignore", "pipe", "pipe"] }) {
    this.#name = name;
    this.#child = spawn(name, args, { env: { ...process.env, HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home, ...env }, stdio });
    this.#ended = new Promise((resolve, reject) => {
      this.#child.once("error", (error) => reject(new Error(`${name} cannot be started (CONTRIBUTING.md says what the suites need): ${error.message}`)));
      this.#child.once("close", resolve);
    });
    this.#ended.catch(() => {});
    for (const stream of this.#child.stdio) stream?.setEncoding("utf8").on("data", (text) => (this.#output += text));
    // Whatever becomes of the suite.
    process.once("exit", this.#end);
  }

  /** What it says once it is ready; an error where it ends before. */
  says(pattern) {
    const said = new Promise((resolve) => {
      const look = () => pattern.test(this.#output) && resolve(pattern.exec(this.#output));
      for (const stream of this.#child.stdio) stream?.on("data", look);
      look();
    });
    const ended = this.#ended.then((code) => Promise.reject(new Error(`${this.#name} ended with ${code}:\n${this.#output}`)));
    return within(`the start of ${this.#name}`, Promise.race([said, ended]), START_MS);
  }

  /** Asks it to end, unless it is about to, and waits until it has. */
  async stop(signal = "SIGTERM") {
    process.removeListener("exit", this.#end);
    if (signal) this.#child.kill(signal);
    await within(`the end of ${this.#name}`, this.#ended, END_MS).catch(this.#end);
    await this.#ended.catch(() => {});
  }
}
