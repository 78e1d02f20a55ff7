// Any page: forms and dialogs of the vendor around the widget, pages that draw themselves again, several widgets, and names
// and styles of the page that get in the way.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import sharp from "sharp";
import { wrongCode } from "../support/totp.mjs";
import { until } from "../support/wait.mjs";
import { Site } from "./support/site.mjs";

const PROFILE = { app: { registered: true }, mobile: "+32470123412" };

let site, host;
before(async () => {
  site = await Site.open();
  host = await site.host();
});
after(() => site?.close());

/** A page with this body, where `{}` stands for the start of an element with a ticket. */
async function open(person, body, ...subjects) {
  let html = `<!doctype html><html lang="nl"><meta name="viewport" content="width=device-width"><title>Log in</title>
<script type="module" src="${host.edge}/widget/v1/pbx-2fa.js"></script>${body}</html>`;
  for (const subject of subjects) {
    html = html.replace("{}", `<pbx-2fa id="${subject}" ticket="${await host.ticket(subject, { profile: PROFILE })}"`);
  }
  await person.page.goto(host.serve(html, { policy: `${host.ownPolicy}; style-src 'unsafe-inline'` }));
}

/** Exchanges of a ticket: each is a beginning. */
const beginnings = (person) => person.calls("POST", "/v1/session").length;

const posts = (person) => person.requests.filter((request) => request.url() === `${host.origin}/done`);

/** Gives a response to the vendor's backend without leaving the page: what it says. */
const redeem = (person, response) => person.page.evaluate(async (given) => {
  const answer = await fetch("/done", { method: "POST", body: new URLSearchParams({ "pbx-2fa-response": given }) });
  return (await answer.text()).match(/<h1>(.*)<\/h1>/)[1];
}, response);

/** Presses Enter with part of a code and with none, and types a wrong one. */
async function tryInVain(person, code) {
  await person.type(code.slice(0, 3));
  await person.page.keyboard.press("Enter");
  await person.field.fill("");
  await person.page.keyboard.press("Enter");
  await person.type(wrongCode(code));
  await person.reads("code_wrong_other", { count: "4" });
}

test("in a form, Enter in the code field sends the code and never the form; the right code sends it once, with the rest of it", async () => {
  const person = await site.person();
  await open(person, `<form method="post" action="/done"><label>Naam <input name="naam" value="An"></label>{}></pbx-2fa>
    <input type="submit" name="submit" value="Verder"></form>`, "in-a-form");
  const code = await host.code("in-a-form");
  await person.page.evaluate(() => {
    window.submits = 0;
    addEventListener("submit", () => (window.submits += 1), true);
  });
  await tryInVain(person, code);
  assert.equal(await person.page.evaluate(() => window.submits), 0);
  assert.equal(posts(person).length, 0);

  await person.type(code);
  await person.isWelcome("in-a-form");
  const [post, ...more] = posts(person).map((request) => new URLSearchParams(request.postData()));
  assert.deepEqual(more, []);
  assert.deepEqual([...post.keys()], ["naam", "pbx-2fa-response"]);
  person.assertQuiet({ statuses: [422] });
});

test("with `manual` the form is the page's to send: the right code and Enter only fill the hidden field, and once", async () => {
  const person = await site.person();
  await open(person, `<form method="post" action="/done">{} manual></pbx-2fa><button>Verder</button></form>`, "by-hand");
  await person.type(await host.code("by-hand"));
  const filled = () => person.page.locator("input[name=pbx-2fa-response]").evaluateAll((fields) => fields.map(({ value }) => value));
  await until("the response", async () => (await filled())[0]);
  await person.page.keyboard.press("Enter");
  assert.deepEqual(await filled(), [await person.widget.evaluate((element) => element.response)]);
  assert.equal(posts(person).length, 0);
  await person.page.getByRole("button", { name: "Verder" }).click();
  await person.isWelcome("by-hand");
});

test("in a dialog: the focus is inside when it opens, Enter does not close it, closing it loses nothing, the right code ends it", async () => {
  const person = await site.person();
  await open(person, `<button id="outside">Iets anders</button><dialog><form method="dialog">{}></pbx-2fa></form></dialog>`, "in-a-dialog");
  const dialog = person.page.locator("dialog");
  const isOpen = () => dialog.evaluate((element) => element.open);
  const code = await host.code("in-a-dialog");
  assert.equal(await person.widget.isVisible(), false);

  await dialog.evaluate((element) => element.showModal());
  await person.reads("lead_app_sent");
  assert.equal(await person.page.evaluate(() => document.activeElement.localName), "pbx-2fa");
  assert.equal((await person.widget.locator(".card").boundingBox()).width, 416);
  await tryInVain(person, code);
  assert.equal(await isOpen(), true);

  await person.page.keyboard.press("Escape");
  await until("the closed dialog", async () => !(await isOpen()));
  await dialog.evaluate((element) => element.showModal());
  await person.reads("code_wrong_other", { count: "4" });
  await person.type(code);
  await until("the end of the dialog", async () => !(await isOpen()));
  const response = await person.page.locator("input[name=pbx-2fa-response]").inputValue();
  assert.equal(await redeem(person, response), "Welcome in-a-dialog");
  assert.equal(beginnings(person), 1);
  person.assertQuiet({ statuses: [422] });
});

/** Ways to be as wide as what is inside, or narrower. */
const PLACES = [
  "display: flex", "display: flex; flex-direction: column; align-items: center", "display: grid; place-items: center",
  "display: inline-block", "float: left", "position: absolute", "width: fit-content", "display: table-cell",
];

const NARROW = ["display: flex; width: 260px", "display: grid; grid-template-columns: 1fr; width: 260px"];

test("wherever the width comes from what is inside, the card has its own, and never more than there is", async () => {
  const person = await site.person();
  await open(person, `<style>body { margin: 0 }</style><main>{}></pbx-2fa></main>`, "in-any-place");
  await person.reads("lead_app_sent");
  for (const [width, places, least, most] of [[1280, PLACES, 416, 416], [320, PLACES, 270, 320], [1280, NARROW, 260, 260]]) {
    await person.page.setViewportSize({ width, height: 800 });
    for (const style of places) {
      const card = await person.page.evaluate((given) => {
        document.querySelector("main").style.cssText = given;
        return document.querySelector("pbx-2fa").shadowRoot.querySelector(".room .card").getBoundingClientRect();
      }, style);
      assert.ok(card.width >= least && card.width <= most && card.right <= width, `${style}, of ${width}: ${JSON.stringify(card)}`);
    }
  }
});

test("a page that draws itself again around the element, and gives it what it has, begins no login again", async () => {
  const person = await site.person();
  await open(person, `<main><p>Een</p><form method="post" action="/done">{}></pbx-2fa></form></main>`, "drawn-again");
  await person.reads("lead_app_sent");
  const code = await host.code("drawn-again");
  await person.type(code.slice(0, 2));
  await person.page.evaluate(() => {
    const [main, form, widget] = ["main", "form", "pbx-2fa"].map((name) => document.querySelector(name));
    const draw = (round) => {
      const [title, footer] = ["h1", "footer"].map((name) => Object.assign(document.createElement(name), { textContent: `Ronde ${round}` }));
      main.replaceChildren(...(round % 2 ? [title, form, footer] : [form, title, footer]));
      form.replaceChildren(title.cloneNode(true), widget);
      for (const { name, value } of [...widget.attributes]) widget.setAttribute(name, value);
      const ticket = widget.getAttribute("ticket");
      widget.removeAttribute("ticket");
      widget.setAttribute("ticket", ticket);
    };
    for (let round = 1; round <= 20; round += 1) draw(round);
  });
  await person.page.getByRole("heading", { name: "Ronde 20" }).first().waitFor();
  await person.settles();
  assert.equal(await person.field.inputValue(), code.slice(0, 2));
  await person.field.focus();
  await person.page.keyboard.press("End");
  await person.page.keyboard.type(code.slice(2));
  await person.isWelcome("drawn-again");
  assert.equal(beginnings(person), 1);
  assert.equal(host.receiver.of("drawn-again").length, 1);
  person.assertQuiet();
});

test("a Vue application that draws itself again, moves, hides and renames it, has one login", async () => {
  const person = await site.person();
  host.publish("vue", new URL("../node_modules/@vue/runtime-dom/dist", import.meta.url).pathname);
  await open(person, `<div id="app"></div>`);
  const ticket = await host.ticket("vue", { profile: PROFILE });
  await person.page.evaluate(async (given) => {
    const { createApp, h, reactive, toHandlers, vShow, withDirectives } = await import("/vue/runtime-dom.esm-browser.prod.js");
    window.state = reactive({ times: 0, lang: "nl-BE", isFirst: true, isShown: true });
    window.heard = [];
    const draw = ({ times, lang, isFirst, isShown }) => {
      // What `v-on="{ … }"` of a template becomes.
      const events = toHandlers({ "pbx-2fa:verified": ({ detail }) => window.heard.push([times, detail.response]) });
      const widget = withDirectives(h("pbx-2fa", { key: "widget", ticket: given, lang, ...events }), [[vShow, isShown]]);
      const note = h("p", { key: "note" }, `Drawn again ${times} times`);
      return h("main", isFirst ? [widget, note] : [note, widget]);
    };
    createApp({ render: () => draw(window.state) }).mount("#app");
  }, ticket);
  await person.reads("lead_app_sent");
  const code = await host.code("vue");
  await person.type(code.slice(0, 2));
  const change = (to) => person.page.evaluate((values) => Object.assign(window.state, values) && new Promise(requestAnimationFrame), to);
  for (let times = 1; times <= 3; times += 1) await change({ times });
  await change({ isFirst: false });
  await change({ isFirst: true });
  await change({ isShown: false });
  assert.equal(await person.widget.isVisible(), false, "hidden by the page");
  await change({ isShown: true, lang: "en" });
  person.language = "en";
  await person.reads("lead_app_sent");
  assert.equal(await person.field.inputValue(), code.slice(0, 2));
  await person.field.focus();
  await person.page.keyboard.press("End");
  await person.page.keyboard.type(code.slice(2));
  const [[times, response]] = await until("the response", () => person.page.evaluate(() => window.heard.length > 0 && window.heard));
  assert.equal(times, 3, "the newest listener");
  assert.equal(await redeem(person, response), "Welcome vue");
  assert.equal(beginnings(person), 1);
  person.assertQuiet();
});

test("two widgets in one page are two logins, each with its own form", async () => {
  const person = await site.person();
  const form = `<form method="post" action="/done">{} manual></pbx-2fa></form>`;
  await open(person, form + form, "left", "right");
  const both = ["left", "right"].map((subject) => ({ subject, widget: person.page.locator(`#${subject}`) }));
  for (const one of both) {
    one.field = one.widget.getByRole("textbox");
    await one.field.waitFor();
    one.code = await host.code(one.subject);
  }
  for (let digit = 0; digit < 6; digit += 1) {
    for (const { field, code } of both) {
      await field.focus();
      await person.page.keyboard.press("End");
      await person.page.keyboard.type(code[digit]);
    }
  }
  for (const { subject, widget } of both) {
    const response = await until("the response", () => widget.evaluate((element) => element.response));
    const own = await widget.evaluate((element) => element.closest("form").elements["pbx-2fa-response"].value);
    assert.equal(own, response);
    assert.equal(await redeem(person, response), `Welcome ${subject}`);
  }
  assert.equal(beginnings(person), 2);
  person.assertQuiet();
});

test("who types in a field inside another element of the page keeps the focus when the widget appears", async () => {
  const person = await site.person();
  await open(person, "<vendor-search></vendor-search><div id=place></div>");
  await person.page.evaluate(() => {
    customElements.define("vendor-search", class extends HTMLElement {
      connectedCallback() {
        const field = document.createElement("input");
        field.ariaLabel = "zoek";
        this.attachShadow({ mode: "open" }).append(field);
      }
    });
  });
  await person.page.getByRole("textbox", { name: "zoek" }).focus();
  const ticket = await host.ticket("elsewhere-focus", { profile: PROFILE });
  await person.page.evaluate((given) => {
    const element = document.createElement("pbx-2fa");
    element.setAttribute("ticket", given);
    document.getElementById("place").append(element);
  }, ticket);
  await person.field.waitFor();
  await person.page.keyboard.type("jansen");
  assert.equal(await person.page.getByRole("textbox", { name: "zoek" }).inputValue(), "jansen");
});

test("an element of the page with the name of the functions is not taken for them", async () => {
  const person = await site.person();
  await open(person, `<div id="pbx2fa"></div>`);
  const ticket = await host.ticket("named", { profile: PROFILE });
  await until("the functions", () => person.page.evaluate(() => typeof window.pbx2fa.render === "function"));
  await person.page.evaluate((given) => window.pbx2fa.render("#pbx2fa", { ticket: given }), ticket);
  await person.reads("lead_app_sent");
});

test("the language that a page sets while the widget is on its way is the one that comes", async () => {
  const person = await site.person();
  let go;
  const held = new Promise((resolve) => (go = resolve));
  await person.page.route(/pbx-2fa-login-/, async (route) => (await held, route.continue()));
  const asked = person.page.waitForRequest(/pbx-2fa-login-/);
  await open(person, `{} lang="nl"></pbx-2fa>`, "renamed");
  await asked;
  await person.widget.evaluate((element) => element.setAttribute("lang", "en"));
  go();
  person.language = "en";
  await person.reads("lead_app_sent");
  assert.equal(await person.widget.locator(".frame").getAttribute("lang"), "en-BE");
});

/** Styles of a page that are meant badly, each on top of all: what is seen has to be what is seen without. */
const HOSTILE = `
  * { all: unset !important; color: red !important; cursor: crosshair !important }
  input, button, form, svg, h2, p, [class] { display: none !important; visibility: hidden !important; transform: rotate(9deg) !important }
  body * { font: 40px/3 serif !important; letter-spacing: 9px !important; text-align: right !important; direction: rtl !important; visibility: hidden !important }
  *::before, *::after { content: "!" !important; display: block !important; background: red !important }
  @keyframes pulse { from { transform: scale(2) } to { transform: scale(3) } }`;
const PLAIN = "html, html body { display: block !important; margin: 0 !important; direction: ltr !important } html::before, html::after, body::before, body::after, head { display: none !important }";

test("pixel for pixel the same under the page's worst style, light and dark", async () => {
  for (const colorScheme of ["light", "dark"]) {
    const looks = [];
    for (const [what, css] of [["plain", ""], ["hostile", HOSTILE]]) {
      const person = await site.person({ colorScheme, viewport: { width: 500, height: 700 } });
      await person.page.clock.install();
      await open(person, `<style>${css}${PLAIN.replaceAll("html", "html:root")}</style>{}></pbx-2fa>`, `${what}-${colorScheme}`);
      await person.reads("lead_app_sent");
      await person.page.clock.pauseAt(Date.now() + 60_000);
      const screens = [await picture(person)];
      await person.button("use_another").click();
      await person.sees("methods_title");
      screens.push(await picture(person));
      looks.push(screens);
      await person.leave();
    }
    const [plain, hostile] = looks;
    for (const screen of [0, 1]) assert.deepEqual(difference(plain[screen], hostile[screen]), { sizes: "equal", pixels: 0 }, `${colorScheme}, screen ${screen}`);
  }
});

async function picture(person) {
  const { data, info } = await sharp(await person.page.screenshot({ animations: "disabled" })).raw().toBuffer({ resolveWithObject: true });
  return { data, ...info };
}

function difference(one, other) {
  const sizes = [one, other].map(({ width, height, channels }) => `${width}x${height}x${channels}`);
  if (sizes[0] !== sizes[1]) return { sizes, pixels: Infinity };
  let pixels = 0;
  for (let at = 0; at < one.data.length; at += one.channels) {
    if (one.data.subarray(at, at + one.channels).compare(other.data.subarray(at, at + one.channels)) !== 0) pixels += 1;
  }
  return { sizes: "equal", pixels };
}
