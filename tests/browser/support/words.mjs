// The sentences of the widget, as its own catalogues have them: a test names the sentence, and finds it in any language.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../support/paths.mjs";

export const LANGUAGES = ["nl", "fr", "de", "en"];

const read = (language) => JSON.parse(readFileSync(join(ROOT, `widget/i18n/${language}.json`), "utf8"));
const catalogues = Object.fromEntries(LANGUAGES.map((language) => [language, read(language)]));

/** A sentence with its places filled in. What is not in the catalogue, or not filled in, is an error of the test. */
export function say(language, key, values = {}) {
  const sentence = catalogues[language][key];
  if (sentence === undefined) throw new Error(`${language}.json holds no sentence ${key}`);
  return sentence.replace(/\{(\w+)\}/g, (_, name) => {
    if (values[name] === undefined) throw new Error(`${key} needs ${name}`);
    return values[name];
  });
}

/** The same for a sentence whose places the test cannot know: they may hold anything. A space may be one that breaks no line. */
export function pattern(language, key, values = {}) {
  const parts = catalogues[language][key].split(/\{(\w+)\}/);
  const plain = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll(" ", "\\s");
  return new RegExp(parts.map((part, index) => (index % 2 ? plain(values[part] ?? "") || ".+" : plain(part))).join(""));
}

/** The keys of all sentences: none of them may ever be on a screen. */
export const KEYS = Object.keys(catalogues.nl);
