// The widget by functions, as the guide describes them: what waits, begins, begins again and expires, and who is called for what.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { until } from "../support/wait.mjs";
import { Site } from "./support/site.mjs";

const PROFILE = { app: { registered: true }, mobile: "+32470123412" };
const CALLBACKS = ["callback", "error-callback", "expired-callback", "timeout-callback", "unsupported-callback"];

let site, host;
before(async () => {
  site = await Site.open();
  host = await site.host();
});
after(() => site?.close());

/** A page with a place for the widget and the loader; `window.called` is who was called, and with what. */
async function open(person, { policy, of = host } = {}) {
  const html = `<!doctype html><html lang="nl"><title>Log in</title><script type="module" src="${host.edge}/widget/v1/pbx-2fa.js"></script>
<form method="post" action="/done"><div id="here"></div></form></html>`;
  await person.page.goto(of.serve(html, { policy }));
  await until("the functions", () => person.page.evaluate(() => typeof window.pbx2fa?.render === "function"));
  await person.page.evaluate(() => {
    window.called = [];
    window.told = [];
    for (const name of ["verified", "expired", "problem"]) addEventListener(`pbx-2fa:${name}`, () => window.told.push(name));
  });
}

/** Renders with these options, and with each of these callbacks. */
const render = (person, options, callbacks = CALLBACKS) => person.page.evaluate(([given, names]) => {
  const heard = names.map((name) => [name, (...values) => window.called.push([name, ...values])]);
  window.id = pbx2fa.render("#here", { ...given, ...Object.fromEntries(heard) });
}, [options, callbacks]);

const called = (person) => person.page.evaluate(() => window.called);
const told = (person) => person.page.evaluate(() => window.told);

/** What the functions say of the widget. */
const state = (person) => person.page.evaluate(() => [pbx2fa.getResponse(window.id), pbx2fa.isExpired(window.id)]);

const beginnings = (person) => person.calls("POST", "/v1/session").length;

/** The response that the callback got. */
const response = (person) => until("the callback", async () => (await called(person)).find(([name]) => name === "callback")?.[1]);

test("with `execution: \"execute\"` nothing is asked of the worker until `execute`, and a second one begins nothing", async () => {
  const person = await site.person();
  await open(person);
  await render(person, { ticket: await host.ticket("waits", { profile: PROFILE }), execution: "execute" });
  await person.widget.waitFor();
  await person.settles();
  assert.equal(person.requests.filter((request) => /\/v1\/session|\.wasm$/.test(request.url())).length, 0);

  await person.page.evaluate(() => pbx2fa.execute(window.id));
  await person.reads("lead_app_sent");
  await person.page.evaluate(() => pbx2fa.execute(window.id));
  await person.type(await host.code("waits"));
  assert.equal((await response(person)).split(".").length, 3);
  assert.equal(beginnings(person), 1);
  person.assertQuiet();
});

test("`reset` with a fresh ticket begins again in the same place: a login that is under way goes on, one that is over is another", async () => {
  const person = await site.person();
  await open(person);
  await render(person, { ticket: await host.ticket("again", { profile: PROFILE }) });
  await person.reads("lead_app_sent");
  const reset = (ticket) => person.page.evaluate((fresh) => pbx2fa.reset(window.id, fresh), ticket);
  await reset(await host.ticketAgain("again"));
  await until("the second beginning", () => beginnings(person) === 2);
  await person.reads("lead_app_sent");
  await person.type(await host.code("again"));
  const first = await response(person);
  assert.equal(host.receiver.of("again").length, 1);
  assert.deepEqual(await state(person), [first, false]);

  await reset(await host.ticket("another", { profile: PROFILE }));
  assert.deepEqual(await state(person), [undefined, false]);
  await person.type(await host.code("another"));
  await until("the second response", async () => (await called(person)).length === 2);
  const [second] = await state(person);
  assert.notEqual(second, first);
  assert.equal(await person.widget.count(), 1);
  assert.equal(await person.page.locator("input[name=pbx-2fa-response]").inputValue(), second);
  await person.page.evaluate(() => document.forms[0].submit());
  await person.isWelcome("another");
  person.assertQuiet();
});

test("a response expires after 60 seconds: the page hears it once, and there is none any more", async () => {
  const person = await site.person();
  await person.page.clock.install();
  await open(person);
  await render(person, { ticket: await host.ticket("slow", { profile: PROFILE }) });
  await person.type(await host.code("slow"));
  const given = await response(person);
  await person.page.clock.fastForward(30_000);
  assert.deepEqual(await state(person), [given, false]);
  assert.equal(await person.page.locator("input[name=pbx-2fa-response]").inputValue(), given);
  assert.deepEqual(await told(person), ["verified"]);

  await person.page.clock.fastForward(30_000);
  assert.deepEqual(await state(person), [undefined, true]);
  assert.equal(await person.widget.evaluate((element) => element.response), "");
  assert.equal(await person.page.locator("input[name=pbx-2fa-response]").inputValue(), "");
  assert.deepEqual(await told(person), ["verified", "expired"]);
  assert.deepEqual(await called(person), [["callback", given], ["expired-callback"]]);

  // At once: this transaction is proven already, so soon there is a response again.
  const afterReset = await person.page.evaluate((fresh) => {
    pbx2fa.reset(window.id, fresh);
    return [pbx2fa.getResponse(window.id), pbx2fa.isExpired(window.id)];
  }, await host.ticketAgain("slow"));
  assert.deepEqual(afterReset, [undefined, false]);
});

/** What keeps a widget from going on, and who is called; `alone` is what `error-callback` gets where there is no other. */
const PROBLEMS = {
  "the person took too long": { expected: ["timeout-callback"], alone: "expired", after: 601_000 },
  "the policy allows no WebAssembly": { expected: ["unsupported-callback"], alone: "unsupported", policy: () => host.policy.replace(" 'wasm-unsafe-eval'", "") },
  "the widget's files cannot be had": { expected: ["error-callback", "unreachable"], alone: "unreachable", aborts: /\.wasm$/ },
  "the ticket was handed in before": { expected: ["error-callback", "ticket-used"], alone: "ticket-used", isSpent: true },
};

describe("each problem calls one function, and `error-callback` where that one is not given", () => {
  for (const [what, { expected, alone, after: later, policy, aborts, isSpent }] of Object.entries(PROBLEMS)) {
    test(what, async () => {
      for (const [callbacks, calls] of [[CALLBACKS, [expected]], [["error-callback"], [["error-callback", alone]]]]) {
        const person = await site.person();
        const given = await host.ticket(`problem-${alone}-${callbacks.length}`, { profile: PROFILE });
        if (later) await person.page.clock.install();
        if (aborts) await person.page.route(aborts, (route) => route.abort());
        await open(person, { policy: policy?.() });
        if (isSpent) {
          await render(person, { ticket: given });
          await person.reads("lead_app_sent");
          await person.page.evaluate(() => pbx2fa.remove(window.id));
        }
        await render(person, { ticket: given }, callbacks);
        if (later) {
          await person.reads("lead_app_sent");
          await person.page.clock.fastForward(later);
        }
        await until("the call", async () => (await called(person)).length > 0);
        await person.settles();
        assert.deepEqual(await called(person), calls);
        assert.deepEqual(await told(person), ["problem"]);
        await person.leave();
      }
    });
  }
});

test("`preload` fetches what a login begins with, in the words that are named, and the login fetches nothing more", async () => {
  const familiar = await site.host({ settings: { form_of_address: "familiar" } });
  const person = await site.person({ language: "fr-familiar" });
  const files = () => person.requests.flatMap((request) => /([a-z0-9-]+)-[0-9a-f]{16}\.(?:wasm|txt)$/.exec(request.url())?.[1] ?? []).sort();
  const words = { lang: "fr", address: "familiar" };
  await open(person, { of: familiar });
  await person.page.evaluate((named) => pbx2fa.preload(named) ?? pbx2fa.preload(named), words);
  await until("the files", async () => files().length === 2);
  await person.settles();
  assert.deepEqual(files(), ["fr-familiar", "pbx-2fa-login"]);
  assert.equal(person.requests.filter((request) => new URL(request.url()).pathname.startsWith("/v1/")).length, 0);

  await render(person, { ticket: await familiar.ticket("ahead", { profile: PROFILE }), ...words });
  await person.type(await familiar.code("ahead"));
  await response(person);
  assert.deepEqual(files(), ["fr-familiar", "pbx-2fa-login"]);
  person.assertQuiet();
});
