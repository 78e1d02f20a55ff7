// What becomes of a call, on the page that waits for its code: somebody answers, declines, or lets it ring.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Site } from "./support/site.mjs";

let site;
before(async () => (site = await Site.open()));
after(() => site?.close());

/** Somebody who logs in by a call, and the telephone that lies beside. */
async function called(user, { by } = {}) {
  const [person, phone] = await Promise.all([site.person(), site.person()]);
  await phone.page.clock.install();
  await phone.goto(`/phone?user=${user}&lang=nl`);
  await phone.page.locator('[data-state="connected"]').waitFor();
  await person.logIn(user);
  if (by) {
    await person.button("use_another").click();
    await person.method(by).click();
  }
  await person.reads("lead_call_ringing");
  await person.hears("lead_call_ringing");
  return { person, phone, press: (name) => phone.page.getByRole("button", { name, exact: true }).click() };
}

/** Nobody is there, for longer than a telephone rings. */
const ringOut = (phone) => phone.page.clock.fastForward(46_000);

/** Milliseconds from a press on the telephone until the page says so. */
async function untilRead(person, key, press) {
  const from = performance.now();
  await press();
  await person.reads(key);
  return performance.now() - from;
}

test("somebody answers: the page knows within a second, and the code lets in", async () => {
  const { person, press } = await called("dina");
  const took = await untilRead(person, "lead_call_answered", () => press("Neem op"));
  assert.ok(took < 1_000, `${took} ms`);
  await person.hears("lead_call_answered");
  assert.equal(await person.field.evaluate((field) => field.getRootNode().activeElement === field), true, "the focus stays");
  await person.type(await site.code("dina"));
  await person.sees("backup_title");
  person.assertQuiet();
});

test("somebody declines: the next method is a press away, and asking again waits", async () => {
  const { person, press } = await called("hilde", { by: "mobile" });
  const took = await untilRead(person, "delivery_declined_call", () => press("Weiger"));
  assert.ok(took < 1_000, `${took} ms`);
  await person.hears("delivery_declined_call");
  assert.equal(await person.button("resend_call").count(), 0, "asking again waits");
  await person.method("app").click();
  await person.reads("lead_app_sent", { app: "Qaller" });
  const push = async () => (await site.messages("hilde")).findLast(({ kind }) => kind === "push");
  await person.type((await push()).code);
  await person.isIn();
  person.assertQuiet();
});

test("it rings out: that is said and heard, the next method is a press away, and asking again waits", async () => {
  const { person, phone } = await called("farid", { by: "mobile" });
  await untilRead(person, "delivery_no_answer", () => ringOut(phone));
  await person.hears("delivery_no_answer");
  assert.equal(await person.button("resend_call").count(), 0, "asking again waits");
  await person.method("app").click();
  await person.reads("lead_app_sent", { app: "Qaller" });
  person.assertQuiet();
});

test("what is typed while the news come stays, and the caret with it", async () => {
  const { person, press } = await called("gert", { by: "mobile" });
  await person.field.focus();
  await person.page.keyboard.type("12");
  await untilRead(person, "lead_call_answered", () => press("Neem op"));
  await person.page.keyboard.type("3");
  assert.equal(await person.field.inputValue(), "123");
  person.assertQuiet();
});
