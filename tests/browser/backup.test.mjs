// The back-up method: put off, set up, and helped along where the number is of the other kind.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { typeNumber } from "./support/screens.mjs";
import { Site } from "./support/site.mjs";

let site, host;
before(async () => {
  site = await Site.open();
  host = await site.host();
});
after(() => site?.close());

const number = (person) => person.widget.getByRole("textbox", { name: person.say("number_label") });

async function upToBackup(person, nth) {
  await person.logIn("bert");
  await person.type(await site.code("bert", nth));
  await person.sees("backup_title");
}

test("a back-up is asked for, put off once, and then set up with a number as people write it", async () => {
  const bert = await site.person();
  await upToBackup(bert, 1);
  await bert.reads("backup_skips_other", { count: "3" });
  await bert.button("backup_later").click();
  await bert.isIn();

  const bertAgain = await site.person();
  await upToBackup(bertAgain, 2);
  await bertAgain.reads("backup_skips_other", { count: "2" });
  await bertAgain.method("mobile").click();
  await bertAgain.sees("number_title_mobile");
  await number(bertAgain).fill("0470 12 34 56");
  await bertAgain.page.keyboard.press("Enter");
  await bertAgain.sees("confirm_title");
  const call = await site.message("bert", 3);
  assert.deepEqual([call.number, call.line, call.purpose], ["+32470123456", "mobile", "enroll"]);
  assert.equal(await bertAgain.mayEnter(), false);
  await bertAgain.type(call.code);
  await bertAgain.isIn();
  bertAgain.assertQuiet();

  const bertAtLast = await site.person();
  await bertAtLast.logIn("bert");
  await bertAtLast.button("use_another").click();
  await bertAtLast.method("mobile").filter({ hasText: "•• 56" }).waitFor();
  await bertAtLast.button("back").click();
  await bertAtLast.type(await site.code("bert", 4));
  await bertAtLast.isIn();
});

for (const [chosen, other, typed, e164, mistake, fix] of [
  ["landline", "mobile", "0470 12 34 56", "+32470123456", "number_is_mobile", "number_save_mobile"],
  ["mobile", "landline", "02 555 12 34", "+3225551234", "number_is_landline", "number_save_landline"],
]) {
  test(`a ${other} number for a ${chosen} is explained, and right with one press`, async () => {
    const person = await site.person({ language: "en" });
    const subject = `mixed-up-${chosen}`;
    await host.open(person, subject);
    await person.method(chosen).click();
    await typeNumber(person, typed);
    await person.button("number_submit").click();
    await person.hears(mistake);
    assert.equal(await number(person).getAttribute("aria-invalid"), "true");
    assert.deepEqual(host.receiver.of(subject), [], "nobody is called yet");

    await person.button(fix).click();
    await person.sees("confirm_title");
    const { type, data } = await host.receiver.message(subject);
    assert.deepEqual([type, data.number, data.line], ["code.call", e164, other]);
    await person.type(data.code);
    await person.button("backup_later").click();
    await person.isWelcome(subject);
    person.assertQuiet();
  });
}

test("a number that cannot be one is refused before anybody is called", async () => {
  const person = await site.person();
  await host.open(person, "mistyped");
  await person.method("mobile").click();
  await number(person).fill("0470 12 34");
  await person.button("number_submit").click();
  await person.hears("number_invalid");
  assert.equal(await number(person).evaluate((field) => field.getRootNode().activeElement === field), true);
  assert.deepEqual(person.calls("POST", "/v1/session/enrollments"), []);
});

test("where the portal demands a back-up there is nothing to put off", async () => {
  const strict = await site.host({ settings: { policy: { backup: { skips: 0 } } } });
  const person = await site.person();
  await strict.open(person, "strict", { profile: { app: { registered: true } } });
  await person.type(await strict.code("strict"));
  await person.sees("backup_title");
  await person.reads("backup_required");
  assert.equal(await person.button("backup_later").count(), 0);
});
