// What the clients of a deployment were told, in the order in which it came: the promises that its storage has to keep.
// `send` and `atOnce` note every request here, so that each suite is held against them when it ends (`stored.mjs`).
import { problemOf } from "./problems.mjs";
import { keyOf } from "./stored/rules.mjs";

const logs = new Map();

/** The log of the deployment at this address, if there is one. */
export const logOf = (base) => logs.get(new URL(base).origin);

export class Answers {
  /**
   * Requests that concern an account, as they were sent: `{ what, account, transaction, sent, ended, outcome, … }`.
   * `sent` and `ended` are moments of one clock that ticks with every event; `ended` and `outcome` stay undefined where
   * no answer came.
   */
  entries = [];
  /**
   * Accounts that changed otherwise than by their user's own codes: a ticket was handed in twice, which ends its
   * transaction, or the portal wrote to the subject. What they lose by that is not held against them.
   */
  struck = new Set();
  /** Whether nobody but the clients noted here asks anything of the deployment. */
  isWhole = false;
  /** Whether the log was begun anew, and so says nothing of earlier moments. */
  isTurned = false;
  /** The furthest that the worker's clock was set ahead, in seconds. */
  ahead = 0;
  /** Called at every answer of a server that still speaks. */
  onAnswer = () => {};
  #moment = 0;
  #tickets = new Map();

  /** Begins the log of a deployment. */
  static of(base) {
    const log = new Answers();
    logs.set(new URL(base).origin, log);
    return log;
  }

  /** Notes a request; call the result with its answer, or with nothing where none came. */
  begin(method, target, { headers = {}, json } = {}) {
    const [path] = target.split("?");
    const entry = { ...named(method, path, headers, json), sent: this.#tick() };
    if (entry.account) this.entries.push(entry);
    return (answer) => this.#end(entry, { method, path, headers, json }, answer);
  }

  /** Leaves what was noted so far to whoever has judged it. */
  turn() {
    const { entries } = this;
    this.entries = [];
    this.isTurned = true;
    return entries;
  }

  #tick() {
    this.#moment += 1;
    return this.#moment;
  }

  #end(entry, { method, path, headers, json }, answer) {
    const handed = path === "/v1/session" && method === "POST" && this.#tickets.get(json?.ticket);
    if (answer === undefined || answer.status >= 500) {
      if (handed) this.struck.add(handed);
      return;
    }
    Object.assign(entry, { ended: this.#tick(), at: Math.floor(Date.now() / 1000) }, outcome(answer));
    if (method === "POST" && path === "/v1/session" && answer.status === 200) {
      Object.assign(entry, { what: "exchange" }, inSecret(answer.body.secret));
      if (entry.account) this.entries.push(entry);
    } else if (handed && entry.outcome === "ticket-used") {
      this.struck.add(handed);
    }
    if (method !== "GET" && answer.status < 300) this.struck.add(ofSubject(path, headers));
    this.#noteTicket(path, answer);
    const clock = path.match(/^\/test\/clock\/(-?\d+)$/);
    if (clock) this.ahead = Math.max(this.ahead, Number(clock[1]));
    this.onAnswer();
  }

  #noteTicket(path, answer) {
    if (!/^\/v1\/transactions(\/[^/]+\/ticket)?$/.test(path) || answer.status >= 300) return;
    const { ticket, transaction } = answer.body;
    this.#tickets.set(ticket, inTransactionId(transaction ?? path.split("/")[3]).account);
  }
}

const WHAT = [
  ["POST", /^\/v1\/session\/attempts$/, "attempt"],
  ["POST", /^\/v1\/session\/enrollments\/[^/]+\/confirm$/, "confirm"],
  ["PUT", /^\/v1\/session\/primary$/, "primary"],
  ["DELETE", /^\/v1\/session\/authenticators\/[^/]+$/, "remove"],
  ["POST", /^\/v1\/transactions\/[^/]+\/redeem$/, "redeem"],
  ["*", /^\/v1\/session(\/.*)?$/, "look"],
];

/** The help desk's acts, as a portal asks for them. */
const HELP = [
  ["POST", /^\/v1\/subjects\/[^/]+\/unlock$/, "unlock"],
  ["POST", /^\/v1\/subjects\/[^/]+\/reset$/, "reset"],
  ["DELETE", /^\/v1\/subjects\/[^/]+\/authenticators\/[^/]+$/, "unbind"],
];

/** What a request asks, and in whose account: the handles that it carries say so. */
function named(method, path, headers, json) {
  const help = HELP.find(([m, pattern]) => m === method && pattern.test(path))?.[2];
  if (help) return { what: help, account: ofSubject(path, headers) };
  const what = WHAT.find(([m, pattern]) => (m === method || m === "*") && pattern.test(path))?.[2];
  if (what === "redeem") return { what, ...inTransactionId(path.split("/")[3]) };
  const secret = headers.authorization?.match(/^Bearer (ses_[\w-]+)$/)?.[1];
  if (!what || !secret) return {};
  const challenge = what === "confirm" ? path.split("/")[4] : json?.challenge;
  const authenticator = what === "remove" ? path.split("/")[4] : json?.authenticator;
  return { what, challenge, authenticator, ...inSecret(secret) };
}

/** The account that a portal names by its subject; an API key says whose portal it is. */
function ofSubject(path, headers) {
  const subject = path.match(/^\/v1\/subjects\/([^/?]+)/)?.[1];
  const clientId = headers.authorization?.match(/^Bearer pbx2fa_([^_]+)_/)?.[1];
  return subject && clientId ? keyOf({ client_id: clientId, subject: decodeURIComponent(subject) }) : undefined;
}

/** The parts of an answer that are promises. */
function outcome(answer) {
  if (answer.status !== 200) return { outcome: problemOf(answer) };
  const body = (answer.headers["content-type"] ?? "").startsWith("application/json") ? answer.body : {};
  const session = body.session_token ? claimsOf(body.session_token) : undefined;
  return {
    outcome: "done",
    ...(body.assertion ? { assertion: claimsOf(body.assertion).jti } : {}),
    ...(body.view?.assertion ? { assertion: claimsOf(body.view.assertion).jti } : {}),
    ...(session ? { session: { sid: randomPartOf(session.sid), jti: session.jti } } : {}),
  };
}

const claimsOf = (token) => JSON.parse(Buffer.from(token.split(".")[1], "base64url"));

/** What of a `sid` is stored; its tag is made anew. */
const randomPartOf = (sid) => Buffer.from(sid, "base64url").subarray(0, 16).toString("base64url");

/** A handle's version, account and transaction stand at its beginning; what follows proves it. That of a test key names no account. */
function handle(text, prefix) {
  const bytes = Buffer.from(text.slice(prefix.length), "base64url");
  if (!text.startsWith(prefix) || text.startsWith(`${prefix}test_`) || bytes.length < 33) return {};
  return { account: bytes.subarray(1, 17).toString("base64url"), transaction: bytes.subarray(17, 33).toString("base64url") };
}

export const inSecret = (secret) => handle(secret, "ses_");
export const inTransactionId = (id) => handle(id, "txn_");
