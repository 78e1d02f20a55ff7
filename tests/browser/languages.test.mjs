// Every language on every screen: nothing left out, nothing of another language, the language said to the browser.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { MORE_SCREENS, SCREENS, onHost } from "./support/screens.mjs";
import { Site } from "./support/site.mjs";
import { KEYS, LANGUAGES, say } from "./support/words.mjs";

let site, host;
before(async () => {
  site = await Site.open();
  host = await site.host();
});
after(() => site?.close());

/** What a person may read or hear of the widget: its text, and the names that are not text. */
const words = (person) => person.widget.evaluate((element) => {
  const root = element.shadowRoot;
  const named = [...root.querySelectorAll("[aria-label], [placeholder], [title]")];
  return [root.querySelector(".frame").textContent, ...named.flatMap((one) => ["aria-label", "placeholder", "title"].map((name) => one.getAttribute(name)))]
    .filter(Boolean);
});

/** Sentences without places that the one language has and the other has not. */
const only = (language, other) => KEYS.map((key) => {
  try {
    return say(language, key) === say(other, key) ? "" : say(language, key);
  } catch {
    return "";
  }
}).filter((sentence) => sentence.length > 12 && !say(other, "set_primary").includes(sentence));

for (const language of LANGUAGES) {
  const foreign = LANGUAGES.filter((other) => other !== language).flatMap((other) => only(other, language));
  describe(`in ${language}`, () => {
    for (const [name, walk] of Object.entries({ ...SCREENS, ...MORE_SCREENS })) {
      test(name, async () => {
        const person = await site.person({ language });
        await walk(person, onHost(host));
        const read = await words(person);
        for (const text of read) {
          assert.doesNotMatch(text, /undefined|null|NaN|\{\w+\}|\bOTP\b|token/, text);
          for (const key of KEYS.filter((key) => key.includes("_"))) assert.ok(!text.includes(key), `${key} in ${text}`);
          for (const sentence of foreign) assert.ok(!text.includes(sentence), `${sentence} in ${text}`);
        }
        const lang = await person.widget.locator("[lang]").first().getAttribute("lang");
        assert.equal(lang.split("-")[0], language);
        await person.leave();
      });
    }
  });
}

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
