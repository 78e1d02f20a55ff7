// What the screens were like when somebody last looked at them: a tree of what can be read and heard for each language, and
// pictures. `PBX2FA_REFERENCES=make` before the test writes them anew.
import { existsSync, readFileSync } from "node:fs";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ROOT } from "../../support/paths.mjs";
import { CALLS, IN_THE_WAY, LOADER_SAYS, MORE_SCREENS, SCREENS } from "./screens.mjs";

export const MAKING = process.env.PBX2FA_REFERENCES === "make";
export const HOW_TO_MAKE = "`PBX2FA_REFERENCES=make node --test browser/screens.test.mjs` in `tests` makes it";

const FOLDER = join(ROOT, "tests/browser/references");
const PICTURES = join(FOLDER, "pictures");

/** The screens that have references, each with the way to it. */
export const REFERENCED = { ...SCREENS, ...MORE_SCREENS, ...CALLS, ...IN_THE_WAY, ...LOADER_SAYS };

/** The widths and themes in which each has its picture. */
export const SIZES = { phone: { width: 390, height: 1600 }, desktop: { width: 1280, height: 1600 } };
export const THEMES = ["light", "dark"];
const VARIANTS = Object.keys(SIZES).flatMap((size) => THEMES.map((theme) => `${size}-${theme}`));

/** The trees of a language, screen by screen. */
export class Trees {
  #path;
  #trees;

  constructor(language) {
    this.#path = join(FOLDER, `${language}.aria.yml`);
    const text = existsSync(this.#path) ? readFileSync(this.#path, "utf8") : "";
    const parts = text.split(/^([a-z-]+):\n/m).slice(1);
    this.#trees = new Map();
    for (let at = 0; at < parts.length; at += 2) this.#trees.set(parts[at], parts[at + 1].replace(/^ {2}/gm, "").trimEnd());
  }

  get screens() {
    return [...this.#trees.keys()].sort();
  }

  of(screen) {
    return this.#trees.get(screen);
  }

  keep(screen, tree) {
    this.#trees.set(screen, tree);
  }

  /** In the order of the screens, without those that are no more. */
  async write() {
    const known = Object.keys(REFERENCED).filter((screen) => this.#trees.has(screen));
    const parts = known.map((screen) => `${screen}:\n${this.#trees.get(screen).replace(/^(?=.)/gm, "  ")}\n`);
    await mkdir(FOLDER, { recursive: true });
    await writeFile(this.#path, parts.join("\n"));
  }
}

const picturePath = (language, name) => join(PICTURES, language, `${name}.webp`);

export function picture(language, name) {
  const path = picturePath(language, name);
  return existsSync(path) ? readFileSync(path) : undefined;
}

export async function keepPicture(language, name, file) {
  const path = picturePath(language, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, file);
}

/** Puts aside a picture that is not as it was, and the difference: where they are. */
export async function failedPicture(language, name, png, difference) {
  const path = join(ROOT, "target/pictures", language, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.png`, png);
  if (difference) await writeFile(`${path}-difference.png`, difference);
  return `${path}.png`;
}

/** All that are kept, as `nl/challenge-app-phone-light`. */
export async function keptPictures() {
  const files = await readdir(PICTURES, { recursive: true }).catch(() => []);
  return files.filter((file) => file.endsWith(".webp")).map((file) => file.slice(0, -".webp".length)).sort();
}

/** All that should be. */
export const wantedPictures = (languages) => languages.flatMap((language) =>
  Object.keys(REFERENCED).flatMap((screen) => VARIANTS.map((variant) => `${language}/${screen}-${variant}`))).sort();

export const dropPicture = (name) => rm(join(PICTURES, `${name}.webp`));

// What the pictures were made with.

const MAKER = join(FOLDER, "pictures/made-with.json");

export const madeWith = () => (existsSync(MAKER) ? JSON.parse(readFileSync(MAKER, "utf8")) : undefined);

export async function keepMadeWith(tools) {
  await mkdir(PICTURES, { recursive: true });
  await writeFile(MAKER, `${JSON.stringify(tools, null, 2)}\n`);
}
