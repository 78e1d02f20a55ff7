// A vendor's gateway: takes webhooks, and judges their signatures with the reference library of Standard Webhooks.
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { Webhook } from "standardwebhooks";
import { learnMessage, learnWebhook } from "./canary/learned.mjs";
import { until } from "./wait.mjs";

export class Receiver {
  secret = `whsec_${randomBytes(32).toString("base64")}`;
  /** Every request with a genuine signature, in the order of arrival: `{ id, type, data, timestamp, attempt }`. */
  events = [];
  /** The same of what is no code: what happened to an account. */
  news = [];
  /** What was wrong with the others. */
  forged = [];
  /** For each subject what to do: `take` (the default), an HTTP status, or `hang`. */
  /** Whether the worker's clock is moved, so that a signature may be of any time. */
  isTimeless = false;
  #behaviour = new Map();
  #hanging = new Set();
  #arrived = new Map();
  #server = createServer((request, response) => this.#receive(request, response));

  static async start() {
    const receiver = new Receiver();
    learnWebhook(receiver.secret);
    await new Promise((resolve) => receiver.#server.listen(0, "127.0.0.1", resolve));
    receiver.url = `http://127.0.0.1:${receiver.#server.address().port}/hook`;
    return receiver;
  }

  behave(subject, how) {
    this.#behaviour.set(subject, how);
  }

  of(subject) {
    return this.events.filter((event) => event.data.subject === subject);
  }

  /** The message of a challenge of the subject, or its n-th message. */
  async message(subject, { number = 1, challenge } = {}) {
    const wanted = () => (challenge ? this.of(subject).find((e) => e.id === challenge) : this.of(subject)[number - 1]);
    return until(`message ${challenge ?? number} for ${subject}`, wanted);
  }

  async code(subject, which) {
    return (await this.message(subject, which)).data.code;
  }

  /** The message of a challenge, the moment it is here: never, where it never comes. */
  arrival(challenge) {
    if (!this.#arrived.has(challenge)) this.#arrived.set(challenge, Promise.withResolvers());
    return this.#arrived.get(challenge).promise;
  }

  /** Every code that was sent. */
  get codes() {
    return new Set(this.events.map((event) => event.data.code).filter(Boolean));
  }

  async stop() {
    for (const response of this.#hanging) response.destroy();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** The content, where the signature is genuine: of now, or of whatever time the sender believes it to be. */
  #verified(text, headers) {
    const webhook = new Webhook(this.secret);
    if (!this.isTimeless) return webhook.verify(text, headers);
    const signed = webhook.sign(headers["webhook-id"], new Date(headers["webhook-timestamp"] * 1000), text);
    if (signed !== headers["webhook-signature"]) throw new Error("another signature than that of its time");
    return JSON.parse(text);
  }

  async #receive(request, response) {
    const parts = [];
    for await (const part of request) parts.push(part);
    const text = Buffer.concat(parts).toString("utf8");
    let event;
    try {
      event = this.#verified(text, request.headers);
    } catch (error) {
      this.forged.push(error.message);
      response.writeHead(401).end();
      return;
    }
    learnMessage(event.data);
    const id = request.headers["webhook-id"];
    (event.type.startsWith("code.") ? this.events : this.news).push({ id, ...event });
    this.arrival(id);
    this.#arrived.get(id).resolve({ id, ...event });
    const how = this.#behaviour.get(event.data.subject) ?? "take";
    if (how === "hang") this.#hanging.add(response);
    else response.writeHead(how === "take" ? 204 : how).end();
  }
}
