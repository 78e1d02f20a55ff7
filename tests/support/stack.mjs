// A whole deployment on free ports, started by the product's own `xtask dev`: the worker under workerd and the example
// portal. Its state is in a directory of its own, is judged when it ends (`stored.mjs`), and goes with it.
import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Answers } from "./answers.mjs";
import { assertNoLeak } from "./canary.mjs";
import { learnDeployment, learnMessage, learnSigningKeys, learnWebhook } from "./canary/learned.mjs";
import { Keys } from "./keys.mjs";
import { DIST, build, xtask } from "./paths.mjs";
import { openStored } from "./signing_keys.mjs";
import { assertStored } from "./stored.mjs";
import { until, within } from "./wait.mjs";

const START_MS = 150_000;
const LOWEST_PORT = 10_240;
const FIRST_OUTGOING_PORT = 32_768;

export class Stack {
  #child;
  #exited;
  #output = "";
  #options;

  /** Starts one. With `state` it goes on with the state of an earlier one. */
  static async start({ dist = DIST, owners = "shards:4", state, ports } = {}) {
    const stack = new Stack();
    stack.#options = { dist: build(dist), owners };
    stack.state = state ?? (await mkdtemp(join(tmpdir(), "pbx-2fa-contract-")));
    stack.ports = ports ?? (await freePorts(2));
    await stack.#launch();
    stack.answers = Answers.of(stack.edge);
    stack.keys = Keys.ofState(stack.state);
    learnDeployment(stack.keys);
    return stack;
  }

  /** Starts one that is expected to refuse: its exit code and what it said. */
  static async refused({ dist = DIST, owners, state, ports }) {
    const stack = new Stack();
    stack.#options = { dist: build(dist), owners };
    Object.assign(stack, { state, ports });
    stack.#spawn();
    const code = await within("the refusal to start", stack.#exited, START_MS);
    return { code, output: stack.#output };
  }

  /** The databases of the Durable Objects. */
  get owners() {
    return join(this.state, "owners");
  }

  /** Everything that the worker and the portal have said so far. */
  get output() {
    return this.#output;
  }

  /** A signal for the worker's process alone; returns when everything has ended and was searched, with how long the end took. */
  async killWorker(signal) {
    const started = Date.now();
    process.kill(this.pids.edge, signal);
    await within("the end after the worker's", this.#exited, 20_000);
    const took = Date.now() - started;
    assertNoLeak(this);
    return took;
  }

  /** After `killWorker` or `halt`: the same state and ports again. */
  async startAgain() {
    await this.#launch();
  }

  /** Stops it and keeps its state. */
  async halt() {
    this.#child.kill("SIGTERM");
    const ended = await within("the end after SIGTERM", this.#exited, 20_000);
    assertNoLeak(this);
    return ended;
  }

  /**
   * Stops it, holds what it has stored against all rules and against every answer that was given, and removes it. State
   * with a fault is kept, and the error says where. `codes`: those that were sent to anybody; `news`: what portals were
   * told.
   */
  async stop(known) {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.halt();
    await endState(this, known);
  }

  async #launch() {
    const stdout = this.#spawn();
    const line = await until("the start of the deployment", () => {
      if (this.#child.exitCode !== null) throw new Error(`xtask dev ended:\n${this.#output}`);
      const [first, rest] = stdout().split("\n", 2);
      return rest !== undefined && first;
    }, START_MS);
    const started = JSON.parse(line);
    this.edge = started.edge;
    this.portal = started.portal;
    this.clientId = started.client_id;
    this.apiKey = started.api_key;
    this.operatorKey = started.operator_key;
    this.webhookSecret = started.webhook_secret;
    this.pids = started.pids;
    learnMessage({ api_key: this.apiKey });
    learnWebhook(this.webhookSecret);
  }

  /** The secrets of the JSON line stay out of `output`, which holds what a log would. */
  #spawn() {
    const { dist, owners } = this.#options;
    const [edge, portal] = this.ports;
    const where = ["--state", this.state, "--edge-port", String(edge), "--portal-port", String(portal)];
    const how = ["--no-build", "--dist", dist, "--account-owners", owners, "--json"];
    if (process.platform === "linux") how.push("--stop-with-parent");
    this.#child = spawn(xtask(), ["dev", ...how, ...where], { stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    this.#child.stdout.setEncoding("utf8").on("data", (text) => (stdout += text));
    this.#child.stderr.setEncoding("utf8").on("data", (text) => (this.#output += text));
    this.#exited = new Promise((resolve) => this.#child.on("close", (code, signal) => resolve(code ?? signal)));
    return () => stdout;
  }
}

/** The last look at the state of a deployment that has ended. */
export async function endState({ state, owners, output, answers, keys }, { codes, news } = {}) {
  try {
    const { accounts, took } = await assertStored(owners, { answers, keys, codes, news });
    learnSigningKeys((await openStored({ keys, owners })).map(({ jwk }) => jwk));
    const searched = assertNoLeak({ owners, output });
    console.log(`stored: ${accounts.size} accounts, ${answers.entries.length} answers held against them, ${took} ms; searched for secrets, ${searched} ms`);
  } catch (error) {
    throw new Error(`${error.message}\n(kept in ${state})`, { cause: error });
  }
  await rm(state, { recursive: true, force: true });
}

/**
 * Free when asked for, all held at once, so that they differ. They are below those that a system gives to outgoing
 * connections (from 32768 on Linux, from 49152 elsewhere): one of those can be taken while the worker is not there,
 * also by whoever asks whether it is there yet, by a connection to itself.
 */
export async function freePorts(count) {
  const servers = [];
  while (servers.length < count) {
    const server = await listening(randomInt(LOWEST_PORT, FIRST_OUTGOING_PORT));
    if (server) servers.push(server);
  }
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** `undefined` where the port is taken. */
function listening(port) {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once("error", (error) => (error.code === "EADDRINUSE" ? resolve(undefined) : reject(error)));
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}
