// Somebody else's page: an origin and a tenant of its own, six lines of HTML, and a policy that allows what the
// documentation says and nothing more. Its users are whoever a test names, so that no two tests meet.
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { Portal } from "../../support/clients.mjs";
import { expectStatus } from "../../support/http.mjs";
import { Receiver } from "../../support/receiver.mjs";
import { freePorts } from "../../support/stack.mjs";
import { languageOf } from "./words.mjs";

const TYPES = { ".js": "text/javascript", ".json": "application/json" };

export class Host {
  #server = createServer((request, response) => this.#answer(request, response));
  #pages = new Map();
  #folders = new Map();
  #transactions = new Map();

  static async start(site, { clientId = `host-${randomBytes(6).toString("hex")}`, settings = {} } = {}) {
    const host = new Host();
    host.edge = site.stack.edge;
    const [port] = await freePorts(1);
    host.origin = `http://localhost:${port}`;
    await new Promise((resolve) => host.#server.listen(port, "127.0.0.1", resolve));
    host.receiver = await Receiver.start();
    host.settings = {
      portal_name: "Wafeltel",
      origins: [host.origin],
      delivery: { webhook: { url: host.receiver.url, secret: host.receiver.secret } },
      ...settings,
    };
    host.clientId = clientId;
    const apiKey = await site.operator.tenant(clientId, host.settings);
    host.portal = new Portal({ edge: host.edge, apiKey, origin: host.origin });
    return host;
  }

  /** What the documentation asks of a page: two sources for the widget. Trusted Types too, which it bears. */
  get policy() {
    return [
      "default-src 'none'", `script-src ${this.edge} 'wasm-unsafe-eval'`, `connect-src ${this.edge}`,
      "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'",
    ].join("; ");
  }

  /** The whole page. */
  page({ ticket, language = "nl", attributes = "", inside = "" }) {
    return `<!doctype html><html lang="${language}"><meta name="viewport" content="width=device-width"><title>Log in</title>
<script type="module" async src="${this.edge}/widget/v1/pbx-2fa.js"></script>
<form method="post" action="/done">
  <pbx-2fa ticket="${ticket}" ${attributes}>${inside}</pbx-2fa>
</form></html>`;
  }

  /** Begins a login of a subject: its ticket. A manager with `purpose: "manage"`. */
  async ticket(subject, more = {}) {
    const request = this.portal.request(subject, more);
    const opened = expectStatus(await this.portal.open(request), 201).body;
    this.#transactions.set(subject, { ...opened, nonce: request.nonce });
    return opened.ticket;
  }

  /** A fresh ticket for the same login, as for a page that was loaded again. */
  async ticketAgain(subject) {
    return expectStatus(await this.portal.ticket(this.#transactions.get(subject).transaction), 200).body.ticket;
  }

  /** Puts a page at an address of this origin. */
  serve(html, { policy = this.policy } = {}) {
    const path = `/page/${this.#pages.size + 1}`;
    this.#pages.set(path, { html, policy });
    return this.origin + path;
  }

  /** Puts the files of a folder at this origin, below `/<name>/`: a page with scripts of its own. */
  publish(name, folder) {
    this.#folders.set(name, folder);
    return `${this.origin}/${name}/`;
  }

  /** The policy of such a page: what the documentation asks for the widget, and the page's own scripts and calls. */
  get ownPolicy() {
    return this.policy.replace("script-src", "script-src 'self'").replace("connect-src", "connect-src 'self'");
  }

  /** Begins a login of a subject and brings a person to its page; `elsewhere`, to the same page on an origin that is nobody's. */
  async open(person, subject, { attributes, ticket: given, elsewhere, ...more } = {}) {
    const ticket = given ?? (await this.ticket(subject, more));
    const mode = more.purpose === "manage" ? 'mode="manage"' : "";
    const url = this.serve(this.page({ ticket, language: languageOf(person.language), attributes: attributes ?? mode }));
    await person.page.goto(elsewhere ? url.replace("localhost", "127.0.0.1") : url);
  }

  code(subject, number = 1) {
    return this.receiver.code(subject, { number });
  }

  async stop() {
    this.#server.closeAllConnections();
    await Promise.all([this.receiver?.stop(), new Promise((resolve) => this.#server.close(resolve))]);
  }

  async #answer(request, response) {
    const page = request.method === "POST" ? await this.#done(request) : this.#pages.get(request.url);
    const file = page ? undefined : await this.#file(request.url);
    if (file) return response.writeHead(200, { "content-type": file.type, "cache-control": "no-store" }).end(file.body);
    if (!page) return response.writeHead(request.url === "/favicon.ico" ? 204 : 404).end();
    const headers = { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" };
    response.writeHead(200, { ...headers, "content-security-policy": page.policy }).end(page.html);
  }

  async #file(url) {
    const [, name, ...path] = normalize(url).split("/");
    const folder = this.#folders.get(name);
    const type = TYPES[extname(url)];
    if (!folder || !type) return undefined;
    const body = await readFile(join(folder, ...path)).catch(() => undefined);
    return body && { type, body };
  }

  /** What a portal's backend does with the form: redeems, compares, and only then lets in. */
  async #done(request) {
    const parts = [];
    for await (const part of request) parts.push(part);
    const assertion = new URLSearchParams(Buffer.concat(parts).toString()).get("pbx-2fa-response") ?? "";
    const claims = JSON.parse(Buffer.from(assertion.split(".")[1] ?? "", "base64url").toString() || "{}");
    const { transaction, nonce } = this.#transactions.get(claims.sub) ?? {};
    const redeemed = transaction && (await this.portal.redeem(transaction, assertion));
    const ok = redeemed?.status === 200 && redeemed.body.nonce === nonce && redeemed.body.subject === claims.sub;
    const html = `<!doctype html><html lang="en"><title>Done</title><h1>${ok ? `Welcome ${claims.sub}` : "Refused"}</h1></html>`;
    return { html, policy: this.policy };
  }
}
