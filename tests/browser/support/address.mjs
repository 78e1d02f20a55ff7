// Who addresses people how: the words that only one form of address has, by the list that the catalogues are judged with.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../support/paths.mjs";

const WORDS = JSON.parse(readFileSync(join(ROOT, "widget/tests/address.json"), "utf8"));
const NO_VERBS = ["chez", "assez", "nez"];

/** The words of this form in a text. */
export function addressing(text, language, form) {
  const known = WORDS[language][form];
  const isKnown = (word) => {
    const small = word.toLowerCase();
    return known.some((one) => {
      if (one.startsWith("-")) return small.endsWith(one.slice(1)) && !NO_VERBS.includes(small);
      return /^\p{Lu}/u.test(one) ? word === one : small === one;
    });
  };
  return text.split(/\P{L}+/u).filter((word) => word && isKnown(word));
}

export const otherForm = (form) => (form === "formal" ? "familiar" : "formal");
