// The package where its users have it: in a plain page, in an app built by Vite, in React. Each ends with a redeemed login.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Site } from "../browser/support/site.mjs";
import { until } from "../support/wait.mjs";
import { Installed } from "./support/installed.mjs";

const PROFILE = { app: { registered: true }, mobile: "+32470123412" };

let site, host, installed;
before(async () => {
  [site, installed] = await Promise.all([Site.open(), Installed.make()]);
  host = await site.host();
});
after(() => Promise.all([site?.close(), installed?.remove()]));

/** A page that takes the package as it lies in `node_modules`, and whatever a test does with `load`. */
async function plainPage(person, subject) {
  host.publish("package", installed.place);
  const ticket = await host.ticket(subject, { profile: PROFILE });
  const html = `<!doctype html><html lang="nl"><title>Log in</title>
<form method="post" action="/done"><pbx-2fa ticket="${ticket}">Een ogenblik</pbx-2fa></form></html>`;
  await person.page.goto(host.serve(html, { policy: host.ownPolicy }));
}

const loadFrom = (person, edge) => person.page.evaluate(async (address) => {
  const { load } = await import("/package/index.js");
  return load(address).then((api) => api === window.pbx2fa, ({ message }) => message);
}, edge);

/** Exchanges of a ticket: each is a beginning. */
const beginnings = (person) => person.calls("POST", "/v1/session").length;

test("a plain page: what stands in the element is shown until the loader is there, and the form is submitted", async () => {
  const person = await site.person();
  await person.page.addInitScript(() => {
    window.definitions = 0;
    const { get } = customElements;
    customElements.get = (name) => (name === "pbx-2fa" && (window.definitions += 1), get.call(customElements, name));
  });
  await plainPage(person, "plain");
  await person.page.getByText("Een ogenblik").waitFor();
  assert.equal(await loadFrom(person, host.edge), true);
  assert.equal(await loadFrom(person, `${host.edge}/`), true, "asked again, it is the same");
  assert.equal(await person.page.evaluate(() => window.definitions), 1, "and it runs once");
  await person.type(await host.code("plain"));
  await person.isWelcome("plain");
  person.assertQuiet();
});

test("an edge that cannot be reached is said, and the next call tries again", async () => {
  const person = await site.person();
  await plainPage(person, "unreached");
  await person.page.route(/pbx-2fa\.js$/, (route) => route.abort());
  assert.match(await loadFrom(person, host.edge), /pbx-2fa\.js could not be loaded$/);
  assert.match(await loadFrom(person, host.edge), /pbx-2fa\.js could not be loaded$/);
  await person.page.unroute(/pbx-2fa\.js$/);
  assert.equal(await loadFrom(person, host.edge), true);
  await person.type(await host.code("unreached"));
  await person.isWelcome("unreached");
});

test("an edge is a whole address, over TLS or of this machine, and a page has one", async () => {
  const person = await site.person();
  await plainPage(person, "addresses");
  assert.match(await loadFrom(person, "2fa.example.com"), /a whole address/);
  assert.match(await loadFrom(person, "http://2fa.example.com"), /has to be https/);
  assert.match(await loadFrom(person, "data:text/javascript,alert(1)//"), /has to be https/);
  assert.equal(await loadFrom(person, host.edge), true);
  assert.match(await loadFrom(person, "https://other.example"), /has its widget from/);
  assert.ok(person.requests.every((request) => [host.edge, host.origin].includes(new URL(request.url()).origin)));
});

test("what is at the address and is no loader is no widget, and is not remembered", async () => {
  const person = await site.person();
  await plainPage(person, "no-loader");
  await person.page.route(/pbx-2fa\.js$/, (route) => route.fulfill({ contentType: "text/javascript", body: "export {};", headers: { "access-control-allow-origin": "*" } }));
  assert.match(await loadFrom(person, host.edge), /could not be loaded$/);
  await person.page.unroute(/pbx-2fa\.js$/);
  assert.equal(await loadFrom(person, host.edge), true);
});

/** Builds an app, serves it to a subject, and brings a person there. */
async function openApp(person, subject, app, options) {
  const { folder, said } = await installed.build(app, subject, options);
  assert.equal(said, "", "the build has nothing to complain about");
  host.publish(subject, folder);
  const ticket = await host.ticket(subject, { profile: PROFILE });
  const html = readFileSync(join(folder, "index.html"), "utf8").replace("%EDGE%", host.edge).replace("%TICKET%", ticket);
  await person.page.goto(host.serve(html, { policy: host.ownPolicy }));
}

test("an app built by Vite: by functions, under the documented policy", async () => {
  const person = await site.person();
  await openApp(person, "vite", "vite");
  await person.type(await host.code("vite"));
  await person.isWelcome("vite");
  assert.equal(await person.widget.count(), 0);
  person.assertQuiet();
});

const BUILDS = {
  "React 19": { react: 19 },
  "React 19 for development, where StrictMode runs each effect twice": { react: 19, isDevelopment: true },
  "React 18 for development": { react: 18, isDevelopment: true },
};

for (const [what, options] of Object.entries(BUILDS)) {
  test(`${what}: drawn again, moved, hidden and in another language, it is one login, and callbacks are the newest`, async () => {
    const subject = `react-${Object.keys(BUILDS).indexOf(what)}`;
    const person = await site.person();
    const press = (name) => person.page.getByRole("button", { name, exact: true }).click();
    await openApp(person, subject, "react", options);
    await person.reads("lead_app_sent");
    assert.equal(await person.page.evaluate(() => window.effects), options.isDevelopment ? 2 : 1);
    assert.equal(await person.widget.getAttribute("class"), "second-factor");

    const [first, rest] = (await host.code(subject)).match(/^(.)(.*)$/).slice(1);
    await person.field.focus();
    await person.page.keyboard.type(first);
    for (let times = 1; times <= 3; times += 1) await press("Again");
    await person.page.getByText("Drawn again 3 times").waitFor();
    await press("Move");
    await press("Move");
    await press("Language");
    await until("no language of its own", async () => (await person.widget.getAttribute("lang")) === null);
    await press("Language");
    person.language = "en";
    await person.reads("lead_app_sent");
    await press("Hide");
    await until("the widget out of sight", () => person.widget.isHidden());
    await press("Hide");
    assert.equal(await person.field.inputValue(), first, "what was typed is still there");

    await person.field.focus();
    await person.page.keyboard.press("End");
    await person.page.keyboard.type(rest);
    await person.isWelcome(subject);
    assert.equal(beginnings(person), 1, "one exchange of the ticket");
    assert.equal(host.receiver.of(subject).length, 1, "one message");
    assert.deepEqual(await person.page.evaluate(() => window.heard), [["state", 0, "challenge"], ["state", 3, "verified"], ["verified", 3, "the same"]]);
    assert.equal(await person.widget.count(), 0);
    person.assertQuiet();
  });
}

test("React: where the edge cannot be reached the page hears so once, and what stands inside stays", async () => {
  const person = await site.person();
  await person.page.route(/pbx-2fa\.js$/, (route) => route.abort());
  await openApp(person, "react-unreached", "react", { react: 19, isDevelopment: true });
  await until("the problem", () => person.page.evaluate(() => window.heard.length > 0));
  assert.deepEqual(await person.page.evaluate(() => window.heard), [["problem", 0, "unreachable"]]);
  await person.page.getByText("One moment").waitFor();
});
