// What most suites begin with: a deployment, a gateway, and a tenant of their own that sends its codes to it.
import { randomUUID } from "node:crypto";
import { Operator, Portal } from "./clients.mjs";
import { expectStatus } from "./http.mjs";
import { Receiver } from "./receiver.mjs";
import { Stack } from "./stack.mjs";
import { totp } from "./totp.mjs";

export const ORIGIN = "https://portal.example";

export class World {
  /** `deployment` is what runs the worker: everything by default, or the worker alone (`worker.mjs`). */
  static async begin({ deployment = Stack, ...options } = {}) {
    const world = new World();
    [world.stack, world.receiver] = await Promise.all([deployment.start(options), Receiver.start()]);
    world.stack.answers.isWhole = true;
    world.operator = new Operator(world.stack);
    world.portal = await world.tenant("contract");
    return world;
  }

  settings(more = {}) {
    const delivery = { webhook: { url: this.receiver.url, secret: this.receiver.secret } };
    return { portal_name: "Contract Telecom", origins: [ORIGIN], delivery, ...more };
  }

  /** A further tenant, and its portal. */
  async tenant(clientId, more = {}) {
    const settings = this.settings(more);
    const apiKey = await this.operator.tenant(clientId, settings);
    const portal = new Portal({ edge: this.stack.edge, apiKey, origin: settings.origins[0] });
    portal.clientId = clientId;
    return portal;
  }

  /** A name that nobody had before. */
  user(name = "user") {
    return `${name}-${randomUUID()}`;
  }

  /** A user with an authenticator app, set up in a first login with the code `used`; `next` gives the one after it. */
  async totpUser({ portal = this.portal, profile } = {}) {
    const subject = this.user("totp");
    const page = await portal.page(subject, profile ? { profile } : {});
    expectStatus(await page.enroll({ kind: "totp" }), 200);
    const { secret } = page.view.enrollment.totp;
    const now = Date.now() / 1000;
    const used = await totp(secret, { now });
    expectStatus(await page.confirm(used), 200);
    return { subject, secret, page, used, next: () => totp(secret, { steps: 1, now }) };
  }

  /** The page of a user who has the vendor's app: its code is on the way. */
  appPage(subject = this.user("app"), { portal = this.portal, profile = {}, ...more } = {}) {
    return portal.page(subject, { profile: { app: { registered: true }, ...profile }, ...more });
  }

  /** The code of the challenge on a page's screen. */
  code(page) {
    return this.receiver.code(page.subject, { challenge: page.view.challenge.id });
  }

  /** How many messages a user has got by now. Codes go out after the answer that they belong to: those of what was
   * asked before are here when the code of a login that began after it is. */
  async sent(subject) {
    await this.code(await this.appPage());
    return this.receiver.of(subject).length;
  }

  /** A completed login with the app: the page, showing its assertion. */
  async verified(subject, options) {
    const page = await this.appPage(subject, options);
    expectStatus(await page.attempt(await this.code(page)), 200);
    if (page.view.state === "backup") expectStatus(await page.finish(), 200);
    return page;
  }

  /** The method manager of a user, after the step-up. */
  async manager(subject, options) {
    const page = await this.appPage(subject, { ...options, purpose: "manage" });
    expectStatus(await page.challenge(), 200);
    expectStatus(await page.attempt(await this.code(page)), 200);
    return page;
  }

  async end() {
    await Promise.all([this.stack?.stop({ codes: this.receiver?.codes, news: this.receiver?.news }), this.receiver?.stop()]);
  }
}
