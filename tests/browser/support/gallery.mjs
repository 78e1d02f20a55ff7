// The gallery of all screens in `docs`: a page by hand, but for the list of the screens.
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../../support/paths.mjs";
import { REFERENCED } from "./references.mjs";

export const GALLERY = join(ROOT, "docs/gallery.html");

const LIST = /(^<!-- screens:[^\n]*\n).*(?=^<!-- \/screens -->)/ms;

/** The page as it is, and as it should be. */
export const gallery = () => readFileSync(GALLERY, "utf8");
export const wantedGallery = () => gallery().replace(LIST, (_, mark) => `${mark}${list()}\n`);

export const writeGallery = () => writeFile(GALLERY, wantedGallery());

/** The links to the screens, and each screen; without script with one picture. */
function list() {
  const screens = Object.keys(REFERENCED);
  const links = screens.map((screen) => `    <li><a href="#${screen}">${screen}</a></li>`);
  const sections = screens.map((screen) => `  <section id="${screen}">
    <h2><a href="#${screen}">${screen}</a></h2>
    <div class="pictures">
      <img src="../tests/browser/references/pictures/en/${screen}-phone-light.webp" alt="${screen} in en" loading="lazy">
    </div>
  </section>`);
  return ['<nav aria-label="Screens">', "  <ul>", ...links, "  </ul>", "</nav>", "", "<main>", ...sections, "</main>"].join("\n");
}
