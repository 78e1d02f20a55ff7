// The three callers of the worker: an operator, a portal's backend and a page with the widget.
import { randomBytes } from "node:crypto";
import { expectStatus, send } from "./http.mjs";

const bearer = (key) => ({ authorization: `Bearer ${key}` });

export class Operator {
  constructor({ edge, operatorKey }) {
    Object.assign(this, { edge, operatorKey });
  }

  call(method, path, json) {
    return send(this.edge, method, `/v1/tenants/${path}`, { headers: bearer(this.operatorKey), json });
  }

  /** A tenant with one API key. */
  async tenant(clientId, settings) {
    expectStatus(await this.call("PUT", clientId, settings), 200);
    return expectStatus(await this.call("POST", `${clientId}/api-keys`), 201).body.api_key;
  }
}

export class Portal {
  constructor({ edge, apiKey, origin }) {
    Object.assign(this, { edge, apiKey, origin });
  }

  call(method, path, json, headers = {}) {
    return send(this.edge, method, path, { headers: { ...bearer(this.apiKey), ...headers }, json });
  }

  request(subject, more = {}) {
    return { subject, origin: this.origin, nonce: randomBytes(24).toString("base64url"), ...more };
  }

  open(request, idempotencyKey) {
    return this.call("POST", "/v1/transactions", request, named(idempotencyKey));
  }

  ticket(transaction) {
    return this.call("POST", `/v1/transactions/${transaction}/ticket`);
  }

  redeem(transaction, assertion, idempotencyKey) {
    return this.call("POST", `/v1/transactions/${transaction}/redeem`, { assertion }, named(idempotencyKey));
  }

  subject(subject) {
    return this.call("GET", `/v1/subjects/${encodeURIComponent(subject)}`);
  }

  events(subject, after) {
    const query = after === undefined ? "" : `?after=${after}`;
    return this.call("GET", `/v1/subjects/${encodeURIComponent(subject)}/events${query}`);
  }

  /** The help desk: `unlock`, `reset`, `bypass`, or `authenticators/ID`. */
  help(subject, what, body = { actor: "Mia", reason: "called back" }) {
    const method = what.startsWith("authenticators/") ? "DELETE" : "POST";
    return this.call(method, `/v1/subjects/${encodeURIComponent(subject)}/${what}`, body);
  }

  /** The gateway's news of a code. */
  report(subject, challenge, delivery) {
    return this.call("PUT", `/v1/subjects/${encodeURIComponent(subject)}/challenges/${challenge}/delivery`, { delivery });
  }

  introspect(token) {
    return this.call("POST", "/v1/sessions/introspect", { token });
  }

  /** One session of a subject, or all. */
  revoke(subject, sid) {
    return this.call("POST", `/v1/subjects/${encodeURIComponent(subject)}/sessions/revoke`, { sid });
  }

  /** Opens a transaction for a user and loads the page. */
  async page(subject, more = {}) {
    const request = this.request(subject, more);
    const opened = expectStatus(await this.open(request), 201).body;
    const page = new Page({ edge: this.edge, origin: this.origin });
    Object.assign(page, { transaction: opened.transaction, ticket: opened.ticket, nonce: request.nonce, subject });
    expectStatus(await page.exchange(opened.ticket), 200);
    return page;
  }
}

/** One page with the widget: holds its secret in memory, and the last view that it was given. */
export class Page {
  constructor({ edge, origin, secret }) {
    Object.assign(this, { edge, origin, secret });
  }

  async exchange(ticket) {
    const answer = await send(this.edge, "POST", "/v1/session", { headers: { origin: this.origin }, json: { ticket } });
    if (answer.status === 200) {
      this.secret = answer.body.secret;
      this.view = answer.body.view;
    }
    return answer;
  }

  async call(method, path, json) {
    const headers = { origin: this.origin, ...bearer(this.secret) };
    const answer = await send(this.edge, method, `/v1/session${path}`, { headers, json });
    if (answer.status === 200) this.view = answer.body;
    return answer;
  }

  look() {
    return this.call("GET", "");
  }

  /** The view, once the delivery is another than this. */
  watch(since) {
    return this.call("GET", `/events?since=${since}`);
  }

  challenge(authenticator) {
    return this.call("POST", "/challenges", authenticator ? { authenticator } : {});
  }

  attempt(code, challenge = this.view.challenge.id) {
    return this.call("POST", "/attempts", { challenge, code });
  }

  finish() {
    return this.call("POST", "/finish", {});
  }

  enroll(request) {
    return this.call("POST", "/enrollments", request);
  }

  confirm(code, enrollment = this.view.enrollment.id) {
    return this.call("POST", `/enrollments/${enrollment}/confirm`, { code });
  }

  setPrimary(authenticator) {
    return this.call("PUT", "/primary", { authenticator });
  }

  remove(authenticator) {
    return this.call("DELETE", `/authenticators/${authenticator}`);
  }

  issueRecoveryCodes() {
    return this.call("POST", "/recovery-codes", {});
  }

  /** The bound authenticator of a kind, as the last view has it. */
  authenticator(kind) {
    return this.view.authenticators.find((a) => a.kind === kind);
  }
}

const named = (idempotencyKey) => (idempotencyKey ? { "idempotency-key": idempotencyKey } : {});
