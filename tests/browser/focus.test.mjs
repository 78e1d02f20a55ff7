// Where the focus is after each change that is no plain step forward: the way back, a failure, the end of a wait. It is never lost.
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { expectStatus } from "../support/http.mjs";
import { DIST_TEST } from "../support/paths.mjs";
import { gets } from "./support/focus.mjs";
import { IN_THE_WAY, SCREENS, onHost, typeNumber, typeWrong } from "./support/screens.mjs";
import { Site } from "./support/site.mjs";

const PROFILE = { app: { registered: true }, mobile: "+32470123412" };

let site, host;
before(async () => {
  site = await Site.open({ dist: DIST_TEST });
  host = await site.host();
  host.receiver.isTimeless = true;
});
after(() => site?.close());

/** Somebody whose code was sent, with a clock that is set. */
async function atTheCode() {
  await site.later(0);
  const [person, subject] = [await site.person(), randomUUID()];
  await person.page.clock.install();
  await host.open(person, subject, { profile: PROFILE });
  await person.reads("lead_app_sent", { app: "Qaller" });
  await gets(person.field);
  return { person, subject };
}

/** So many seconds after the beginning, for the worker and for the page. */
async function pass(person, seconds) {
  await site.later(seconds);
  await person.page.clock.fastForward(seconds * 1000);
}

const on = async (name) => {
  const person = await site.person();
  await { ...SCREENS, ...IN_THE_WAY }[name](person, onHost(host));
  return person;
};

test("back from the methods: on the code", async () => {
  const { person } = await atTheCode();
  await person.button("use_another").click();
  await gets(person.heading("methods_title"));
  await person.button("back").click();
  await gets(person.field);
});

test("back from a number, and from the app that is being set up: on the choice", async () => {
  const person = await on("enroll-phone");
  await person.button("back").click();
  await gets(person.heading("enroll_title"));
  await person.method("totp").click();
  await gets(person.heading("totp_title"));
  await person.button("back").click();
  await gets(person.heading("enroll_title"));
});

test("another number: on its field", async () => {
  const person = await on("enroll-phone");
  await person.page.keyboard.type("0470 12 34 56");
  await person.page.keyboard.press("Enter");
  await person.sees("confirm_title");
  await gets(person.field);
  await person.button("change_number").click();
  await gets(person.widget.locator("#number"));
});

test("a code before a change is cancelled: on the methods", async () => {
  const person = await on("manage");
  await person.row("mobile").getByRole("button", { name: "Set as Primary" }).click();
  await person.sees("step_up_title");
  await gets(person.field);
  await person.button("cancel").click();
  await gets(person.heading("manage_title"));
});

test("recovery codes are shown, and kept: on the title of each", async () => {
  const person = await on("recovery-codes");
  await gets(person.heading("codes_shown_title"));
  await person.button("codes_kept").click();
  await gets(person.heading("manage_title"));
});

test("a lock begins, and ends: on its title, and then on the code", async () => {
  const { person, subject } = await atTheCode();
  await typeWrong(person, await host.code(subject), 5);
  await gets(person.heading("locked_title"));
  await pass(person, 35);
  await person.sees("code_title");
  await gets(person.field);
});

test("nobody answers, and another method is taken: on the code of each", async () => {
  const { person, subject } = await atTheCode();
  await person.button("use_another").click();
  await person.method("mobile").click();
  await person.reads("lead_call_sent");
  await gets(person.field);
  const { id } = await host.receiver.message(subject, { number: 2 });
  expectStatus(await host.portal.report(subject, id, "ringing"), 204);
  expectStatus(await host.portal.report(subject, id, "no_answer"), 204);
  await person.reads("delivery_no_answer");
  await gets(person.field);
  await person.method("app").click();
  await person.reads("lead_app_sent", { app: "Qaller" });
  await gets(person.field);
});

test("another code is asked for while the first is good: on the code", async () => {
  const { person, subject } = await atTheCode();
  await pass(person, 31);
  await person.button("resend_app").click();
  await host.receiver.message(subject, { number: 2 });
  await person.reads("resend_app_in");
  await gets(person.field);
});

test("another code is asked for when the first is over: on the code", async () => {
  const { person, subject } = await atTheCode();
  await pass(person, 301);
  await person.reads("code_expired");
  await person.button("resend_app").click();
  await host.receiver.message(subject, { number: 2 });
  await person.reads("resend_app_in");
  await gets(person.field);
});

test("another call to a number that is being set up: on the code", async () => {
  await site.later(0);
  const [person, subject] = [await site.person(), randomUUID()];
  await person.page.clock.install();
  await host.open(person, subject);
  await person.method("mobile").click();
  await typeNumber(person, "0470 12 34 56");
  await person.page.keyboard.press("Enter");
  await person.reads("resend_call_in");
  await pass(person, 31);
  await person.button("resend_call").click();
  await host.receiver.message(subject, { number: 2 });
  await person.reads("resend_call_in");
  await gets(person.field);
});

test("the login takes too long: on the title that says so", async () => {
  const { person } = await atTheCode();
  await pass(person, 601);
  await gets(person.heading("expired_title"));
});

for (const [name, title] of Object.entries({ offline: "offline_title", unavailable: "unavailable_title" })) {
  test(`${name}, and tried again: on the title, and then on the code`, async () => {
    const person = await on(name);
    await gets(person.heading(title));
    await person.page.unroute("**/v1/session");
    await person.button("retry").click();
    await person.sees("code_title");
    await gets(person.field);
  });
}
