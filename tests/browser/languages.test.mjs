// Which language is spoken, and that each has every sentence. What each screen says is held against them in `screens.test.mjs`.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Site } from "./support/site.mjs";
import { KEYS, LANGUAGES, say } from "./support/words.mjs";

let site;
before(async () => {
  site = await Site.open();
});
after(() => site?.close());

test("every page of the login says its language, and switching it switches the widget", async () => {
  const an = await site.person();
  await an.logIn("an");
  await an.sees("code_title");
  assert.match(await an.page.locator("html").getAttribute("lang"), /^nl/);
  await an.widget.evaluate((element) => element.setAttribute("lang", "en"));
  an.language = "en";
  await an.sees("code_title");
  assert.match(await an.widget.locator("[lang]").first().getAttribute("lang"), /^en/);
});

test("a user's own language counts where the browser chose none", async () => {
  const farid = await site.person({ language: "nl" });
  await farid.goto("/login");
  await farid.logIn("farid");
  farid.language = "en";
  await farid.sees("code_title");
  await farid.reads("lead_app_sent", { app: "Qaller" });
  assert.match((await site.message("farid")).locale, /^en/);
});

test("every sentence is in every catalogue, with the same places", () => {
  const [nl, ...others] = LANGUAGES.map((language) => KEYS.map((key) => [key, placesOf(language, key)]));
  for (const other of others) assert.deepEqual(other, nl);
});

function placesOf(language, key) {
  const places = new Proxy({}, { get: (_, name) => `<${String(name)}>` });
  return [...say(language, key, places).matchAll(/<(\w+)>/g)].map(([, name]) => name).sort();
}
