// What draws the pictures: the browser, and the fonts of the widget's text. Elsewhere they may be others, and text a pixel wider.
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import sharp from "sharp";

/** For the browser: its fonts are those that npm installs, where the system asks fontconfig for them. */
export const PINNED_FONTS = { ...process.env, FONTCONFIG_FILE: fileURLToPath(new URL("fonts.conf", import.meta.url)) };

const WORDS = "Bevestig dat jij het bent: Größe, façade, 0123456789";

/** The browser's version, how wide these words are in each font of the widget, and what they look like. */
export async function tools(site, host) {
  const person = await site.person();
  await host.open(person, "tools", { profile: { app: { registered: true } } });
  await person.field.waitFor();
  const families = await person.widget.evaluate((element) =>
    [".frame", "#code"].map((part) => getComputedStyle(element.shadowRoot.querySelector(part)).fontFamily));
  await person.page.goto("about:blank");
  const widths = await person.page.evaluate(([families, words]) => {
    const styles = families.flatMap((family) => [400, 700].map((weight) => ({ font: `${weight} 16px ${family}` })));
    return styles.map((style) => {
      const line = document.body.appendChild(document.createElement("span"));
      Object.assign(line.style, style, { display: "table", whiteSpace: "nowrap" });
      line.textContent = words;
      return Math.round(line.getBoundingClientRect().width);
    });
  }, [families, WORDS]);
  const looks = await sharp(await person.page.screenshot()).raw().toBuffer();
  await person.leave();
  return { chromium: site.browser.version(), widths, looks: createHash("sha256").update(looks).digest("hex").slice(0, 16) };
}

/** How closely pictures of the one can be held against those of the other. */
export function closeness(before, now) {
  const same = (name) => JSON.stringify(before[name]) === JSON.stringify(now[name]);
  if (!same("widths")) return "colours";
  return same("chromium") && same("looks") ? "exactly" : "roughly";
}
