// The sentences of the widget, as its own catalogues have them: a test names the sentence, and finds it in any language.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../support/paths.mjs";

const ACCENTED = Object.fromEntries([..."abcdefghiklmnoprstuyzABCDEFGHIKLMNOPRSTUYZ"].map((letter, index) => [
  letter, [..."áƀçđéƒĝĥíķļḿñöþŕšţúýžÁßÇĐÉƑĜĤÍĶĻḾÑÖÞŔŠŢÚÝŽ"][index],
]));

export const LANGUAGES = ["nl", "fr", "de", "en"];

/** Languages in another form of address than their own. */
export const OTHER_FORMS = ["nl-formal", "fr-familiar", "de-familiar"];

/** Dutch that is longer and in brackets, and of nobody's language: what is without brackets is in no catalogue. */
export const PSEUDO = "nl-pseudo";

const read = (name) => JSON.parse(readFileSync(join(ROOT, `widget/i18n/${name}.json`), "utf8"));
const merged = (name) => ({ ...read(name.split("-")[0]), ...read(name.replace("-", ".")) });
const catalogues = Object.fromEntries([
  ...LANGUAGES.map((language) => [language, read(language)]),
  ...OTHER_FORMS.map((name) => [name, merged(name)]),
]);
catalogues[PSEUDO] = Object.fromEntries(Object.entries(catalogues.nl).map(([key, sentence]) => [key, pseudo(sentence)]));

/** The language of a catalogue, for `lang`. */
export const languageOf = (catalogue) => catalogue.split("-")[0];

/** A catalogue as the browser fetches it. */
export const file = (catalogue) => KEYS.map((key) => catalogues[catalogue][key]).join("\n");

/** The places stay; everything else is accented, and each word four tenths longer. */
function pseudo(sentence) {
  const longer = (word) => word + "ŷ".repeat(Math.ceil(word.length * 0.4));
  const strange = (text) => text.replace(/\p{L}+/gu, longer).replace(/[a-z]/gi, (letter) => ACCENTED[letter] ?? letter);
  return `[!!! ${sentence.split(/(\{\w+\})/).map((part, index) => (index % 2 ? part : strange(part))).join("")} !!!]`;
}

/** A sentence with its places filled in. What is not in the catalogue, or not filled in, is an error of the test. */
export function say(language, key, values = {}) {
  const sentence = catalogues[language][key];
  if (sentence === undefined) throw new Error(`${language}.json holds no sentence ${key}`);
  return sentence.replace(/\{(\w+)\}/g, (_, name) => {
    if (values[name] === undefined) throw new Error(`${key} needs ${name}`);
    return values[name];
  });
}

/** The same for a sentence whose places the test cannot know: they may hold anything, and where it may go on with another method,
 * nothing. A space may be one that breaks no line. */
export function pattern(language, key, values = {}) {
  const parts = catalogues[language][key].split(/\{(\w+)\}/);
  const plain = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll(" ", "\\s");
  return new RegExp(parts.map((part, index) => (index % 2 ? plain(values[part] ?? "") || (part === "or" ? ".*" : ".+") : plain(part))).join(""));
}

/** The keys of all sentences: none of them may ever be on a screen. */
export const KEYS = Object.keys(catalogues.nl).sort();
