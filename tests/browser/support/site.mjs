// A deployment and a browser: what every suite here begins with.
import { chromium } from "playwright-core";
import { Operator } from "../../support/clients.mjs";
import { expectStatus, send } from "../../support/http.mjs";
import { Phones } from "../../support/phones.mjs";
import { Stack } from "../../support/stack.mjs";
import { Host } from "./host.mjs";
import { Person } from "./person.mjs";

/** One browser, as the environment names it. The flags are for machines without a user namespace or shared memory. */
export function launchBrowser(more = [], env = process.env) {
  const executablePath = process.env.PBX2FA_CHROMIUM || "/usr/bin/chromium";
  return chromium.launch({ executablePath, env, args: ["--no-sandbox", "--disable-dev-shm-usage", ...more] });
}

export class Site {
  /** With `dist: DIST_TEST` the worker's clock can be set: see `later`. The browser's environment is that of the test, or `env`. */
  static async open({ env, ...options } = {}) {
    const site = new Site();
    [site.stack, site.browser] = await Promise.all([Stack.start(options), launchBrowser([], env)]);
    site.operator = new Operator(site.stack);
    site.phones = new Phones(site.portal);
    site.hosts = [];
    return site;
  }

  get portal() {
    return this.stack.portal;
  }

  /** Somebody with a browser profile of their own. */
  person(options) {
    return Person.enter(this, options);
  }

  /** A page of another tenant. */
  async host(options) {
    const host = await Host.start(this, options);
    this.hosts.push(host);
    return host;
  }

  /** Everything that the simulated phone of a user of the example portal has got. */
  messages(user) {
    return this.phones.messages(user);
  }

  /** The n-th message of a user, once it is there. */
  message(user, number) {
    return this.phones.message(user, number);
  }

  async code(user, number) {
    return (await this.message(user, number)).code;
  }

  /** Sets the clock of the worker: so many seconds after the real time. Builds with `test-hooks` only. */
  async later(seconds) {
    expectStatus(await send(this.stack.edge, "GET", `/test/clock/${seconds}`), 200);
  }

  async close() {
    await this.browser?.close();
    await Promise.all(this.hosts.map((host) => host.stop()));
    await this.stack?.stop();
  }
}
