// Logins in a row by several clients, each of whose tokens is verified at once by two services behind the portal: npm's
// jose and PyJWT, both of which fetch the published keys by themselves.
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from "jose";
import { expectStatus } from "./http.mjs";
import { RemoteVerifier } from "./python.mjs";
import { totp } from "./totp.mjs";
import { until } from "./wait.mjs";

const TYPES = { assertion: "pbx-2fa+jwt", session: "pbx-2fa-session+jwt" };
const CLIENTS = 3;

export class TokenLoad {
  /** `{ algorithm, kind, token, kid, exp }` of every token, in the order in which they were verified. */
  tokens = [];
  #running = [];
  #stopped = false;
  #failure;

  /** `portals`: a tenant for each algorithm. `ahead` says how far the worker's clock is set ahead. */
  constructor({ world, portals, ahead = () => 0 }) {
    Object.assign(this, { world, portals, ahead });
    // By default jose asks for an unknown key at most every 30 seconds.
    this.jose = createRemoteJWKSet(new URL("/.well-known/jwks.json", world.stack.edge), { cooldownDuration: 0 });
    this.python = new RemoteVerifier(world.stack.edge);
  }

  start() {
    this.#stopped = false;
    const each = Object.keys(this.portals).flatMap((algorithm) => Array.from({ length: CLIENTS }, () => this.#client(algorithm)));
    each.forEach((client) => client.catch((error) => (this.#failure = error)));
    this.#running = each;
  }

  /** Waits for something while the logins go on; an error as soon as one of them fails. */
  until(what, look) {
    return until(what, () => {
      if (this.#failure) throw this.#failure;
      return look();
    }, 60_000);
  }

  /** Lets every client end the login that it is at; an error where one failed. */
  async stop() {
    this.#stopped = true;
    await Promise.all(this.#running);
  }

  /** One login, with both tokens verified. */
  async login(algorithm) {
    const portal = this.portals[algorithm];
    const page = await this.#verified(portal);
    const { assertion } = page.view;
    await this.verify({ algorithm, kind: "assertion", token: assertion });
    const { session_token: session } = expectStatus(await portal.redeem(page.transaction, assertion), 200).body;
    return { assertion, session, exp: await this.verify({ algorithm, kind: "session", token: session }) };
  }

  async verify({ algorithm, kind, token }) {
    const { kid } = decodeProtectedHeader(token);
    const audience = this.portals[algorithm].clientId;
    const { payload } = await jwtVerify(token, this.jose, this.options(algorithm, kind));
    const second = await this.python.verify({ token, algorithm, audience, ahead: this.ahead() });
    if (second.kid !== kid) throw new Error(`PyJWT refuses a token that jose takes: ${second.refused}`);
    this.tokens.push({ algorithm, kind, token, kid, exp: payload.exp });
    return payload.exp;
  }

  /** What jose is to check, at a moment of the worker's clock. */
  options(algorithm, kind, moment = Date.now() / 1000 + this.ahead()) {
    const audience = this.portals[algorithm].clientId;
    // The worker's clock is set to the second, and may be one behind this one's.
    return { algorithms: [algorithm], issuer: this.world.stack.edge, audience, typ: TYPES[kind], currentDate: new Date(moment * 1000), clockTolerance: 1 };
  }

  kids(algorithm) {
    return new Set(this.tokens.filter((token) => token.algorithm === algorithm).map(({ kid }) => kid));
  }

  end() {
    this.python.end();
  }

  /** With an authenticator app that is set up in this login: the one method whose codes nobody is sent, at whatever time. */
  async #verified(portal) {
    const page = await portal.page(this.world.user("load"));
    expectStatus(await page.enroll({ kind: "totp" }), 200);
    const now = Date.now() / 1000 + this.ahead();
    expectStatus(await page.confirm(await totp(page.view.enrollment.totp.secret, { now })), 200);
    expectStatus(await page.finish(), 200);
    return page;
  }

  async #client(algorithm) {
    while (!this.#stopped) await this.login(algorithm);
  }
}
