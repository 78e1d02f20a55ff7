// What is read on a screen, held against the catalogues: all of it of the one language, and nothing that is no sentence.
import assert from "node:assert/strict";
import { KEYS, LANGUAGES, say } from "./words.mjs";

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

const FOREIGN = Object.fromEntries(LANGUAGES.map((language) =>
  [language, LANGUAGES.filter((other) => other !== language).flatMap((other) => only(other, language))]));

export async function assertInLanguage(person, language) {
  for (const text of await words(person)) {
    assert.doesNotMatch(text, /undefined|null|NaN|\{\w+\}|\bOTP\b|token/, text);
    for (const key of KEYS.filter((key) => key.includes("_"))) assert.ok(!text.includes(key), `${key} in ${text}`);
    for (const sentence of FOREIGN[language]) assert.ok(!text.includes(sentence), `${sentence} in ${text}`);
  }
  const lang = await person.widget.locator("[lang]").first().getAttribute("lang");
  assert.equal(lang.split("-")[0], language);
}
