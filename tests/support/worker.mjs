// The worker alone, under workerd, started without anything between: for suites that end and start it hundreds of times.
// It is configured as `xtask dev` does it, with keys that `xtask keys` makes.
import { execFile, spawn } from "node:child_process";
import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Answers } from "./answers.mjs";
import { learnDeployment } from "./canary/learned.mjs";
import { send } from "./http.mjs";
import { Keys } from "./keys.mjs";
import { DIST, ROOT, build, xtask } from "./paths.mjs";
import { endState, freePorts } from "./stack.mjs";
import { until, within } from "./wait.mjs";

const START_MS = 60_000;
const PLATFORMS = { "linux x64": "linux-64", "linux arm64": "linux-arm64", "darwin x64": "darwin-64", "darwin arm64": "darwin-arm64" };

export class Worker {
  #child;
  #exited;
  #options;
  /** Variables of the worker, from its next start on. */
  environment;
  output = "";

  /** With `rootKeys` it opens what was sealed by them, with `variables` it has these besides; with `awaited: false` it is asked nothing: the first request is the suite's. */
  static async start({ dist = DIST, owners = "shards:4", rootKeys, variables, awaited = true } = {}) {
    const worker = new Worker();
    const [keys, state, [port]] = await Promise.all([makeKeys(rootKeys), mkdtemp(join(tmpdir(), "pbx-2fa-worker-")), freePorts(1)]);
    Object.assign(worker, { state, edge: `http://127.0.0.1:${port}`, operatorKey: keys.OPERATOR_KEY });
    const { OPERATOR_KEY: _, ...known } = keys;
    worker.environment = { ...known, ISSUER: worker.edge, ACCOUNT_OWNERS: owners, ...variables };
    worker.#options = { dist: build(dist), port };
    worker.keys = new Keys({ rootKeys: keys.ROOT_KEYS, operatorKey: keys.OPERATOR_KEY });
    learnDeployment(worker.keys);
    worker.answers = Answers.of(worker.edge);
    await mkdir(worker.owners);
    // However this process ends, short of SIGKILL, the worker goes with it.
    process.on("exit", () => worker.kill());
    if (awaited) await worker.startAgain();
    else worker.#spawn();
    return worker;
  }

  /** The databases of the Durable Objects. */
  get owners() {
    return join(this.state, "owners");
  }

  /** The same state and port again, after `kill` or `halt`; with `health: 503` one that cannot work. */
  async startAgain({ patience = START_MS, health = 200 } = {}) {
    this.#spawn();
    const answers = async () => {
      if (this.#isGone()) throw new Error(`workerd ended:\n${this.output}`);
      return (await send(this.edge, "GET", "/v1/health").catch(() => undefined))?.status === health;
    };
    await until("the start of the worker", answers, patience);
  }

  /** SIGKILL, at once; `ended` waits until it is gone. */
  kill() {
    if (!this.#isGone()) this.#child.kill("SIGKILL");
  }

  ended() {
    return within("the end of the worker", this.#exited);
  }

  async halt() {
    this.#child.kill("SIGTERM");
    return this.ended();
  }

  /** Stops it, judges its state, and removes that: as for `Stack`. */
  async stop(known) {
    if (!this.#isGone()) await this.halt();
    await endState(this, known);
  }

  #isGone() {
    return !this.#child || this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  #spawn() {
    const { dist, port } = this.#options;
    const where = [`--socket-addr=http=127.0.0.1:${port}`, `--directory-path=owners=${this.owners}`];
    this.#child = spawn(workerd(), ["serve", "workerd.capnp", "development", ...where], {
      cwd: join(dist, "edge"),
      env: this.environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream.setEncoding("utf8").on("data", (text) => (this.output += text));
    this.#exited = new Promise((resolve) => this.#child.on("close", (code, signal) => resolve(code ?? signal)));
  }
}

/** The program itself: npm's package is a script of Node around it. */
function workerd() {
  const platform = PLATFORMS[`${process.platform} ${process.arch}`];
  if (!platform) throw new Error(`there is no workerd for ${process.platform} on ${process.arch}`);
  return join(ROOT, `tools/node_modules/@cloudflare/workerd-${platform}/bin/workerd`);
}

/** `NAME=value` lines. */
async function makeKeys(rootKeys) {
  const { stdout } = await promisify(execFile)(xtask(), ["keys"]);
  const lines = stdout.trim().split("\n").map((line) => line.match(/^(\w+)=(.*)$/));
  const made = Object.fromEntries(lines.map(([, name, value]) => [name, value]));
  return rootKeys ? { ...made, ROOT_KEYS: rootKeys } : made;
}
