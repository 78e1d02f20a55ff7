// A tenant's own look: the screens, the pages without script, and what the page around says of it.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import sharp from "sharp";
import { expectStatus } from "../support/http.mjs";
import { until } from "../support/wait.mjs";
import { assertAccessible } from "./support/axe.mjs";
import { PlainPages } from "./support/plain.mjs";
import { SCREENS, onHost } from "./support/screens.mjs";
import { Site } from "./support/site.mjs";

const PROFILE = { app: { registered: true }, mobile: "+32470123412" };
const ACCENT = "rgb(122, 31, 162)";
const OURS = "rgb(31, 79, 216)";

const [light, dark] = await Promise.all(["#7a1fa2", "#e0b0ff"].map(async (fill) => {
  const mark = `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><circle cx="32" cy="32" r="30" fill="${fill}"/></svg>`;
  return (await sharp(Buffer.from(mark)).png({ palette: true }).toBuffer()).toString("base64");
}));
const THEME = { light: { accent: "#7a1fa2" }, radius: 4, font: "Georgia, serif", logo: { light, dark } };

let site, host;
before(async () => {
  site = await Site.open();
  host = await site.host({ settings: { theme: THEME } });
});
after(() => site?.close());

const look = (person) => person.widget.evaluate((element) => {
  const style = (selector) => getComputedStyle(element.shadowRoot.querySelector(`.room ${selector}`));
  const logo = getComputedStyle(element.shadowRoot.querySelector(".room .brand"), "::before");
  return {
    link: style('[part="link"]').color,
    card: style(".card").backgroundColor,
    radius: style(".card").borderRadius,
    field: style(".cell").borderRadius,
    font: style("h2").fontFamily,
    logo: [logo.width, logo.height, logo.backgroundImage],
  };
});

/** The answer with a logo, which the page's policy lets through. */
const logoOf = (person) => person.page.waitForResponse((response) => response.url().includes("/v1/logos/") && response.status() === 200);

/** A policy with the one source that a logo needs. */
const withImages = () => `${host.policy}; img-src ${host.edge}`;

async function opened(person, { attributes, style = "", policy = withImages() } = {}) {
  const subject = `themed-${randomUUID()}`;
  const html = host.page({ ticket: await host.ticket(subject, { profile: PROFILE }), attributes }).replace("<title>", `${style}<title>`);
  await person.page.goto(host.serve(html, { policy: style ? `${policy}; style-src 'unsafe-inline'` : policy }));
  await person.reads("lead_app_sent");
  return subject;
}

test("colours, corners, font and logo, in the light and in the dark", async () => {
  const person = await site.person();
  const logo = logoOf(person);
  await opened(person);
  const bright = await look(person);
  assert.deepEqual([bright.link, bright.card, bright.radius, bright.field, bright.font], [ACCENT, "rgb(255, 255, 255)", "4px", "4px", "Georgia, serif, system-ui, sans-serif"]);
  assert.match(bright.logo.at(-1), /\/v1\/logos\/host-/);
  assert.equal(bright.logo[0], bright.logo[1]);
  await logo;
  await person.page.emulateMedia({ colorScheme: "dark" });
  const dim = await look(person);
  assert.equal(dim.card, "rgb(23, 26, 32)");
  assert.ok(![ACCENT, OURS].includes(dim.link), "the accent is not lightened");
  assert.notEqual(dim.logo.at(-1), bright.logo.at(-1));
  person.assertQuiet();
});

test("a scheme that the page asks for, and colours that it sets, go before the tenant's", async () => {
  const person = await site.person();
  await opened(person, { attributes: 'theme="dark"' });
  assert.equal((await look(person)).card, "rgb(23, 26, 32)");
  await opened(person, { style: "<style>pbx-2fa { --pbx-2fa-accent: #006644; --pbx-2fa-radius: 20px }</style>" });
  const { link, radius, field } = await look(person);
  assert.deepEqual([link, radius, field], ["rgb(0, 102, 68)", "20px", "10px"]);
});

test("where the policy of the page allows no images, only the logo is missing", async () => {
  const person = await site.person();
  const subject = await opened(person, { policy: host.policy });
  assert.equal((await look(person)).link, ACCENT);
  await person.type(await host.code(subject));
  await person.isWelcome(subject);
});

test("a login that is begun again after the theme was taken away is in the product's own colours", async () => {
  const other = await site.host({ settings: { theme: THEME } });
  const person = await site.person();
  const subject = `undressed-${randomUUID()}`;
  await other.open(person, subject, { profile: PROFILE });
  await person.reads("lead_app_sent");
  assert.equal((await look(person)).link, ACCENT);
  const { theme: _, ...plain } = other.settings;
  expectStatus(await site.operator.call("PUT", other.clientId, plain), 200);
  await until("the product's colours", async () => {
    const ticket = await other.ticket(`undressed-${randomUUID()}`, { profile: PROFILE });
    await person.widget.evaluate((element, fresh) => element.setAttribute("ticket", fresh), ticket);
    await person.reads("lead_app_sent");
    return (await look(person)).link === OURS;
  });
});

for (const name of ["challenge-app", "methods", "enroll-totp", "recovery-codes", "manage", "locked"]) {
  test(`axe finds nothing in ${name}, themed, light and dark`, async () => {
    const person = await site.person();
    await SCREENS[name](person, onHost(host));
    for (const colorScheme of ["light", "dark"]) {
      await person.page.emulateMedia({ colorScheme });
      await assertAccessible(person, `${name}, ${colorScheme}`, "pbx-2fa");
    }
    await person.leave();
  });
}

test("the pages without script look the same", async () => {
  const person = await site.person({ javaScriptEnabled: false });
  const logo = logoOf(person);
  await new PlainPages(person).visit(host, `plain-${randomUUID()}`, { profile: PROFILE });
  await person.page.locator("#code").waitFor();
  const page = await person.page.evaluate(() => {
    const brand = getComputedStyle(document.querySelector(".brand"), "::before");
    return [getComputedStyle(document.querySelector(".primary")).backgroundColor, getComputedStyle(document.querySelector(".card")).borderRadius, brand.backgroundImage];
  });
  assert.deepEqual(page.slice(0, 2), [ACCENT, "4px"]);
  assert.match(page[2], /\/v1\/logos\/host-/);
  await logo;
  // A browser asks by itself for an icon, which there is not.
  person.assertQuiet({ statuses: [404] });
});
