// The widget's code comes in two parts: what a login needs, and the whole, which goes on where a login needs more.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { until } from "../support/wait.mjs";
import { Site } from "./support/site.mjs";

const APP = { app: { registered: true } };
const TWO = { ...APP, mobile: "+32470123412" };

let site, host;
before(async () => {
  site = await Site.open();
  host = await site.host();
});
after(() => site?.close());

/** The parts that a browser asked for, each time it did. */
const parts = (person) => person.requests.flatMap((request) => /pbx-2fa-(\w+)-[0-9a-f]+\.wasm$/.exec(request.url())?.[1] ?? []);

/** From now on: the widget's files that came over the line and not from the browser's cache, by their names. */
async function overTheLine(person) {
  const debug = await person.context.newCDPSession(person.page);
  const [answered, kept] = [new Map(), new Set()];
  const name = (url) => /\/widget\/v1\/(pbx-2fa\.js|[a-z0-9-]+(?=-[0-9a-f]{16}\.))/.exec(url)?.[1];
  debug.on("Network.requestServedFromCache", ({ requestId }) => kept.add(requestId));
  debug.on("Network.responseReceived", ({ requestId, response }) => response.fromDiskCache ? kept.add(requestId) : answered.set(requestId, name(response.url)));
  await debug.send("Network.enable");
  return () => [...answered].flatMap(([id, file]) => (file && !kept.has(id) ? file : [])).sort();
}

/** From now on `window.seen` tells of each frame which title is to be seen, and of the page which states it heard. */
const watch = (person) => person.widget.evaluate((element) => {
  window.seen = [];
  window.states = [];
  addEventListener("pbx-2fa:state", (event) => window.states.push(event.detail.state));
  const look = () => {
    const titles = [...element.shadowRoot.querySelectorAll("h2")].filter((title) => title.checkVisibility());
    window.seen.push(titles.map((title) => title.textContent).join(" and "));
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
});

test("a login fetches what it needs and no more", async () => {
  const person = await site.person();
  await host.open(person, "light", { profile: TWO });
  await person.button("use_another").click();
  await person.sees("methods_title");
  await person.button("back").click();
  await person.type(await host.code("light"));
  await person.isWelcome("light");
  assert.deepEqual(parts(person), ["login"]);
  assert.ok(!person.requests.some((request) => request.url().endsWith(".css")), "the loader brings the style of a login along");
  person.assertQuiet();
});

/** The code is held back: the route that it waits at. */
async function withoutCode(person) {
  const held = Promise.withResolvers();
  await person.page.route("**/*.wasm", (route) => held.resolve(route));
  return held.promise;
}

test("the ticket is handed in while the code is on its way, and once", async () => {
  const person = await site.person();
  const code = withoutCode(person);
  const answered = person.page.waitForResponse((response) => response.request().method() === "POST" && response.url().endsWith("/v1/session"));
  await host.open(person, "at-once", { profile: TWO });
  assert.equal((await answered).status(), 200);
  // The page makes the element anew, as frameworks do.
  await person.widget.evaluate((element) => element.replaceWith(element.cloneNode()));
  await (await code).continue();
  await person.reads("lead_app_sent", { app: "Qaller" });
  assert.equal(person.calls("POST", "/v1/session").length, 1);
  await person.type(await host.code("at-once"));
  await person.isWelcome("at-once");
  assert.equal(host.receiver.of("at-once").length, 1);
  person.assertQuiet();
});

test("where the code never came, trying again goes on with the answer that is there", async () => {
  const person = await site.person();
  const code = withoutCode(person);
  const answered = person.page.waitForResponse((response) => response.request().method() === "POST" && response.url().endsWith("/v1/session"));
  await host.open(person, "again-at-once", { profile: TWO });
  await answered;
  await (await code).abort();
  const again = person.widget.getByRole("alert").getByRole("button");
  await again.waitFor();
  await person.page.unroute("**/*.wasm");
  await again.click();
  await person.reads("lead_app_sent", { app: "Qaller" });
  assert.equal(person.calls("POST", "/v1/session").length, 1);
});

test("while the password is typed one line fetches what a login begins with, and the login fetches nothing more", async () => {
  const person = await site.person();
  const files = () => person.requests.map((request) => new URL(request.url())).filter(({ pathname }) => /\.(wasm|txt)$/.test(pathname)).map(({ pathname }) => pathname);
  const line = `<script type="module" src="${host.edge}/widget/v1/pbx-2fa.js?preload"></script>`;
  await person.page.goto(host.serve(`<!doctype html><html lang="nl"><title>Log in</title>${line}<form method="post" action="/done"></form></html>`));
  await until("the files", async () => files().length === 2);
  await person.settles();
  const ahead = files();
  assert.deepEqual(parts(person), ["login"]);
  assert.ok(ahead.some((path) => path.includes("/nl-")), ahead.join());
  assert.equal(person.requests.filter((request) => new URL(request.url()).pathname.startsWith("/v1/")).length, 0, "nothing is asked of the worker");
  const ticket = await host.ticket("ahead", { profile: TWO });
  await person.page.evaluate((fresh) => {
    const widget = document.createElement("pbx-2fa");
    widget.setAttribute("ticket", fresh);
    document.forms[0].append(widget);
  }, ticket);
  await person.type(await host.code("ahead"));
  await person.isWelcome("ahead");
  assert.deepEqual(files(), ahead);
  person.assertQuiet();
});

test("what the page of the password has fetched, the next page has from the cache: loader, code and words", async () => {
  const person = await site.person();
  const fetched = await overTheLine(person);
  const line = `<script type="module" src="${host.edge}/widget/v1/pbx-2fa.js?preload"></script>`;
  await person.page.goto(host.serve(`<!doctype html><html lang="nl"><title>Log in</title>${line}</html>`));
  await until("the files", async () => fetched().length === 3);
  await person.settles();
  assert.deepEqual(fetched(), ["nl", "pbx-2fa-login", "pbx-2fa.js"]);

  const ticket = await host.ticket("next-page", { profile: TWO });
  await person.page.goto(host.serve(host.page({ ticket }).replace(/<script.*<\/script>/, line)));
  await person.type(await host.code("next-page"));
  await person.isWelcome("next-page");
  assert.deepEqual(fetched(), ["nl", "pbx-2fa-login", "pbx-2fa.js"]);
  assert.deepEqual(parts(person), ["login", "login"], "the second page asks, and its browser has it");
  person.assertQuiet();
});

test("the manager is the whole at once", async () => {
  const person = await site.person();
  await host.open(person, "manager", { profile: TWO, purpose: "manage" });
  await person.sees("manage_title");
  assert.deepEqual(parts(person), ["whole"]);
  person.assertQuiet();
});

test("a login that needs more goes on in its place: nothing flickers, the focus is on the new title, the page hears it once", async () => {
  const person = await site.person();
  await host.open(person, "more", { profile: APP });
  await person.reads("lead_app_sent");
  await watch(person);
  await person.type(await host.code("more"));
  await person.sees("backup_title");
  const { seen, states, focused } = await person.page.evaluate(() => ({
    seen: window.seen,
    states: window.states,
    focused: document.activeElement.shadowRoot?.activeElement?.id,
  }));
  assert.deepEqual([...new Set(seen)], [person.say("code_title"), person.say("backup_title")]);
  assert.deepEqual(states, ["backup"]);
  assert.equal(focused, "title");
  assert.deepEqual(parts(person), ["login", "whole"]);
  await person.assertNothingKept();

  await person.button("backup_later").click();
  await person.isWelcome("more");
  person.assertAddressesWithout(await host.code("more"));
  person.assertQuiet();
});

test("a first login begins with the light part and goes on with the whole", async () => {
  const person = await site.person();
  await host.open(person, "first");
  await person.sees("enroll_title");
  assert.deepEqual(parts(person), ["login", "whole"]);
  person.assertQuiet();
});

for (const [what, file] of Object.entries({ code: /pbx-2fa-whole-.*\.wasm$/, style: /pbx-2fa-whole-.*\.css$/ })) {
  test(`where the ${what} of the rest cannot be fetched the screen says so, and trying again loses nothing`, async () => {
    const subject = `stranded-${what}`;
    const person = await site.person();
    await host.open(person, subject, { profile: APP });
    let refused = 0;
    await person.page.route(file, (route) => {
      refused += 1;
      return route.abort();
    });
    await person.type(await host.code(subject));
    await person.sees("offline_title");
    await person.button("retry").click();
    // The screen stays while it is tried again, so it is not what tells of the end.
    await until("the second refusal", () => refused === 2);
    await person.sees("offline_title");

    await person.page.unroute(file);
    await person.button("retry").click();
    await person.sees("backup_title");
    await person.button("backup_later").click();
    await person.isWelcome(subject);
    assert.equal(person.calls("POST", "/v1/session/attempts").length, 1);
  });
}
