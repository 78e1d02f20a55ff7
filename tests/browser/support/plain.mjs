// The login without script, as somebody sees it: whole pages, each with one form for what is next.
import { PASSWORD } from "./person.mjs";
import { pattern } from "./words.mjs";

export class PlainPages {
  constructor(person) {
    this.person = person;
  }

  get page() {
    return this.person.page;
  }

  /** From the portal's password form to the first page, by the portal's own button. */
  async logIn(user) {
    const { person, page } = this;
    await person.goto(`/login?lang=${person.language}`);
    await page.locator("input[name=user]").fill(user);
    await page.locator("input[name=password]").fill(PASSWORD);
    await page.locator("form[data-in-page] [type=submit]").click();
    const button = page.locator('pbx-2fa button[form="plain-login"]');
    await button.click();
    await page.waitForURL((url) => url.pathname === "/plain");
  }

  /** From a page of another tenant that has nothing but the form. */
  async visit(host, subject, more = {}) {
    const ticket = await host.ticket(subject, { return_to: `${host.origin}/done`, ...more });
    const form = `<form method="post" action="${host.edge}/plain"><input type="hidden" name="ticket" value="${ticket}"><button>On</button></form>`;
    const policy = host.policy.replace("form-action 'self'", `form-action ${host.edge}`);
    await this.page.goto(host.serve(`<!doctype html><html lang="en"><title>Log in</title>${form}</html>`, { policy }));
    await this.page.getByRole("button").click();
    await this.page.waitForURL((url) => url.pathname === "/plain");
  }

  heading(key) {
    return this.page.getByRole("heading", { level: 1, name: this.person.say(key), exact: true });
  }

  async sees(key) {
    await this.heading(key).waitFor();
  }

  async reads(key, values) {
    await this.page.getByText(pattern(this.person.language, key, values)).first().waitFor();
  }

  button(key, values) {
    return this.page.getByRole("button", { name: pattern(this.person.language, key, values) }).first();
  }

  link(key, values) {
    return this.page.getByRole("link", { name: pattern(this.person.language, key, values) }).first();
  }

  get field() {
    return this.page.locator("#code");
  }

  /** Enter sends it. */
  async type(code) {
    await this.field.focus();
    await this.page.keyboard.type(code);
    await this.page.keyboard.press("Enter");
  }

  /** The last press, which takes the response to the portal. */
  async goesOn() {
    await this.sees("verified_title");
    await this.page.getByRole("button").click();
  }
}
