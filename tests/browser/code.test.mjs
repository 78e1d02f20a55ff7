// The code field: typed, pasted, wrong, and wrong too often.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { wrongCode } from "../support/totp.mjs";
import { until } from "../support/wait.mjs";
import { typeWrong } from "./support/screens.mjs";
import { Site } from "./support/site.mjs";

const APP = { app: { registered: true } };
const BOTH = { ...APP, mobile: "+32470123412" };

let site, host;
before(async () => {
  site = await Site.open();
  host = await site.host();
});
after(() => site?.close());

async function atTheCode(subject, { profile = BOTH, ...options } = {}) {
  const person = await site.person(options);
  await host.open(person, subject, { profile });
  await person.reads("lead_app_sent");
  return [person, await host.code(subject)];
}

/** What has the focus inside the widget, and what of it is selected. */
const focused = (person) => person.widget.evaluate((element) => {
  const field = element.shadowRoot.activeElement;
  return field && { label: field.labels?.[0]?.textContent, value: field.value, selected: field.value?.slice(field.selectionStart, field.selectionEnd) };
});

test("the field has the focus as soon as it is there, on a plain page and in the portal", async () => {
  const [person] = await atTheCode("focused");
  await until("the focus on a plain page", async () => (await focused(person))?.label === person.say("code_label"));

  const an = await site.person();
  await an.logIn("an");
  await an.sees("code_title");
  await until("the focus in the portal", async () => (await focused(an))?.label === an.say("code_label"));
});

test("a wrong code is announced with what is left, keeps the focus and is selected; the right one gets in", async () => {
  const [person, code] = await atTheCode("mistaken");
  await person.type(wrongCode(code));
  await person.hears("code_wrong_other", { count: "4" });
  await person.reads("code_wrong_other", { count: "4" });
  assert.equal(await person.field.getAttribute("aria-invalid"), "true");
  const { label, value, selected } = await focused(person);
  assert.equal(label, person.say("code_label"));
  assert.equal(value.replace(" ", ""), wrongCode(code));
  assert.equal(selected, value);

  await person.page.keyboard.type(code);
  await person.isWelcome("mistaken");
  person.assertQuiet({ statuses: [422] });
});

test("five wrong codes: a screen that says until when, for every page of this user", async () => {
  const [person, code] = await atTheCode("unlucky");
  await typeWrong(person, code, 5);
  await person.sees("locked_title");
  await person.reads("locked_lead");
  assert.match(await person.sentence("locked_lead").textContent(), /\d{1,2}:\d{2}/);
  assert.equal(await person.field.count(), 0, "there is nothing to type a code into");

  const sorry = await site.person();
  const page = host.serve(host.page({ ticket: await host.ticket("unlucky", { profile: BOTH }) }));
  await sorry.page.goto(page);
  await sorry.sees("locked_title");
});

test("another method rings instead, and the way back sends nothing", async () => {
  const [person] = await atTheCode("switching");
  await person.button("use_another").click();
  await person.sees("methods_title");
  await person.button("back").click();
  await person.sees("code_title");
  assert.equal(host.receiver.of("switching").length, 1);

  await person.button("use_another").click();
  assert.equal(await person.method("app").count(), 0, "the method in use is offered again");
  await person.method("mobile").click();
  await person.reads("lead_call_sent", { number: "+32 ••• •• •• 12" });
  const { type, data } = await host.receiver.message("switching", { number: 2 });
  assert.deepEqual([type, data.number], ["code.call", "+32470123412"]);
  await person.type(data.code);
  await person.isWelcome("switching");
});

test("that a code was sent is heard, and so is the call that comes in its place", async () => {
  const [person] = await atTheCode("listening");
  await person.hears("lead_app_sent", { app: "Qaller" });
  await person.button("use_another").click();
  await person.method("mobile").click();
  await person.hears("lead_call_sent", { number: "+32 ••• •• •• 12" });
});

for (const [name, between] of [["with a space", " "], ["with a hyphen", "-"], ["bare", ""]]) {
  test(`a code that is pasted ${name} is sent once`, async () => {
    const subject = `pasting-${name.replaceAll(" ", "-")}`;
    const [person, code] = await atTheCode(subject, { permissions: ["clipboard-read", "clipboard-write"] });
    const text = code.slice(0, 3) + between + code.slice(3);
    await person.page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
    await person.field.focus();
    await person.page.keyboard.press("Control+V");
    await person.isWelcome(subject);
    assert.equal(person.calls("POST", "/v1/session/attempts").length, 1);
  });
}

test("the sixth digit sends the code; Enter and the button add nothing to it", async () => {
  const [person, code] = await atTheCode("hasty");
  let release;
  const held = new Promise((resolve) => (release = resolve));
  await person.page.route("**/v1/session/attempts", async (route) => {
    await held;
    await route.continue();
  });
  await person.type(code.slice(0, 5));
  assert.equal(person.calls("POST", "/v1/session/attempts").length, 0);
  await person.page.keyboard.type(code.slice(5));
  await person.page.keyboard.press("Enter");
  await person.widget.getByRole("button", { name: person.say("code_checking") }).click({ force: true });
  release();
  await person.isWelcome("hasty");
  assert.equal(person.calls("POST", "/v1/session/attempts").length, 1);
});

test("digits that come faster than a slow machine draws stay in their order", async () => {
  const [person] = await atTheCode("fast");
  const debug = await person.context.newCDPSession(person.page);
  for (let time = 1; time <= 10; time += 1) {
    await debug.send("Emulation.setCPUThrottlingRate", { rate: 16 });
    await person.page.keyboard.type("12345", { delay: 15 });
    await debug.send("Emulation.setCPUThrottlingRate", { rate: 1 });
    await person.settles();
    const shown = await person.field.evaluate((field) => [field.value, field.selectionStart]);
    assert.deepEqual(shown, ["123 45", 6], `time ${time}`);
    await person.page.keyboard.press("Control+A");
    await person.page.keyboard.press("Delete");
  }
});

test("five digits are not sent, and the field says why", async () => {
  const [person, code] = await atTheCode("short");
  await person.type(code.slice(0, 5));
  await person.page.keyboard.press("Enter");
  await person.hears("code_short");
  assert.equal(person.calls("POST", "/v1/session/attempts").length, 0);
});
