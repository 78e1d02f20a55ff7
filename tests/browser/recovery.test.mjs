// When no method is at hand: recovery codes are made, kept, typed and used up; the help desk gives one; and what a portal
// that is stricter than others makes people see.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { expectStatus } from "../support/http.mjs";
import { totp } from "../support/totp.mjs";
import { until } from "../support/wait.mjs";
import { assertAccessible } from "./support/axe.mjs";
import { tabTo } from "./support/focus.mjs";
import { askFor, makeCodes, onHost, typedKey, typeNumber } from "./support/screens.mjs";
import { Site } from "./support/site.mjs";
import { LANGUAGES } from "./support/words.mjs";

const CODE = /^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/;
const PROFILE = { app: { registered: true }, mobile: "+32470123412" };

let site, host;
before(async () => {
  site = await Site.open();
  host = await site.host();
});
after(() => site?.close());

/** Somebody with ten codes, and those. */
async function withCodes(options) {
  const [person, user] = [await site.person(options), onHost(host)("coded")];
  return { person, user, codes: await makeCodes(person, user) };
}

const fieldHasFocus = (person) => person.longField.evaluate((field) => field.getRootNode().activeElement === field);
const caretOf = (person) => person.longField.evaluate((field) => [field.selectionStart, field.selectionEnd]);

test("ten codes are shown once, and copied, saved and printed as the same sheet", async () => {
  const { person, codes } = await withCodes({ language: "en" });
  const { page } = person;
  assert.equal(new Set(codes).size, 10);
  for (const code of codes) assert.match(code, CODE);
  await person.reads("codes_shown_lead");

  await person.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await person.button("totp_copy").click();
  await person.hears("said_codes_copied");
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.deepEqual(copied.trimEnd().split("\n").slice(-10), codes);
  assert.ok(copied.startsWith("Wafeltel\nRecovery codes, ") && copied.includes(String(new Date().getFullYear())), copied.slice(0, 60));

  await page.evaluate(() => {
    window.blobs = { made: [], revoked: [] };
    const { createObjectURL, revokeObjectURL } = URL;
    URL.createObjectURL = (blob) => (blobs.made.push(createObjectURL.call(URL, blob)), blobs.made.at(-1));
    URL.revokeObjectURL = (url) => (blobs.revoked.push(url), revokeObjectURL.call(URL, url));
  });
  const [download] = await Promise.all([page.waitForEvent("download"), person.button("codes_save").click()]);
  assert.equal(download.suggestedFilename(), "recovery-codes-localhost.txt");
  assert.equal(await readFile(await download.path(), "utf8"), copied);
  await until("the file's address to end", async () => (await page.evaluate(() => [blobs.made.length, blobs.revoked.length])).join() === "1,1");

  await page.evaluate(() => (window.print = () => {}));
  await person.button("codes_print").click();
  await page.emulateMedia({ media: "print" });
  assert.equal(await person.widget.isVisible(), false, "the page itself is not printed");
  const paper = page.locator("[data-pbx-2fa-paper]");
  assert.ok(await paper.isVisible());
  // What stands on the paper is in a closed root, out of the page's reach; its lines show in its height.
  assert.ok((await paper.boundingBox()).height > 10 * 17);
  await page.emulateMedia({ media: "screen" });
  assert.equal(await paper.isVisible(), false);
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  assert.equal(await paper.count(), 0);
  assert.equal(await page.evaluate(() => document.adoptedStyleSheets.length), 0);

  await person.button("codes_kept").click();
  await person.sees("manage_title");
  await person.reads("codes_left_other", { count: "10" });
  for (const code of codes) assert.equal(await person.widget.getByText(code).count(), 0);
  assert.equal(await person.row("recovery").count(), 0, "they are no method");
  await person.assertNothingKept();
  person.assertAddressesWithout(...codes, ...codes.map((code) => code.replaceAll("-", "")));
  person.assertQuiet();
});

test("one logs in, typed in lower case with the letter O for a nought; used again it is wrong, and another is right", async () => {
  const { person, user, codes } = await withCodes();
  await user.visit(person);
  await person.reads("lead_app_sent", { app: "Qaller" });
  await person.button("use_another").click();
  await person.reads("codes_left_other", { count: "10" });
  const last = await person.widget.getByRole("listitem").last().textContent();
  assert.ok(last.includes(person.say("kind_recovery")), "they are not the last");
  await person.method("recovery").click();
  await person.reads("lead_recovery");
  assert.ok(await fieldHasFocus(person), "the field has not got the focus");

  const nought = codes.find((code) => code.includes("0")) ?? codes[0];
  await person.typeLong(nought.toLowerCase().replaceAll("0", "o").replaceAll("-", ""));
  await person.sees("fallback_title");
  await person.reads("fallback_left_other", { count: "9" });
  await person.button("backup_later").click();
  await person.isWelcome(user.subject);

  await user.visit(person);
  await askFor(person, "recovery");
  await person.typeLong(nought);
  await person.hears("code_wrong_other", { count: "4" });
  assert.deepEqual(await caretOf(person), [0, 19], "it is selected, to be typed over");
  const right = codes.find((code) => code !== nought);
  await person.page.keyboard.insertText(` ${right.replaceAll("-", " ").toLowerCase()} `);
  await person.sees("fallback_title");
  person.assertQuiet({ statuses: [422] });
});

test("the field groups what is typed, and the caret stays where somebody corrects it", async () => {
  const { person, user } = await withCodes();
  await user.visit(person);
  await askFor(person, "recovery");
  const value = () => person.longField.inputValue();
  await person.typeLong("abcdefgh1");
  assert.equal(await value(), "ABCD-EFGH-1");
  for (let times = 0; times < 8; times += 1) await person.page.keyboard.press("ArrowLeft");
  await person.page.keyboard.type("x");
  assert.deepEqual([await value(), await caretOf(person)], ["ABCX-DEFG-H1", [4, 4]]);
  await person.page.keyboard.press("Backspace");
  assert.deepEqual([await value(), await caretOf(person)], ["ABCD-EFGH-1", [3, 3]]);
  await person.page.keyboard.press("End");
  await person.page.keyboard.press("Enter");
  await person.reads("recovery_short");
});

test("with three left the manager warns, and new ones end the old after a question", async () => {
  const { person, user, codes } = await withCodes({ language: "en" });
  for (const code of codes.slice(0, 7)) {
    await user.visit(person);
    await askFor(person, "recovery");
    await person.typeLong(code);
    await person.button("backup_later").click();
    await person.isWelcome(user.subject);
  }
  await user.manage(person);
  await person.reads("codes_left_other", { count: "3" });
  await person.reads("codes_few");
  await person.button("codes_make_new").click();
  await person.reads("codes_ask");
  assert.ok(await person.button("codes_no").evaluate((button) => button.getRootNode().activeElement === button));
  await person.button("codes_no").click();
  const fresh = await makeCodes(person, user);
  assert.ok(fresh.every((code) => !codes.includes(code)));
  await user.visit(person);
  await askFor(person, "recovery");
  await person.typeLong(codes[9]);
  await person.reads("code_wrong_other", { count: "4" });
});

test("a code of the help desk lets in once, and asks for a method that is at hand", async () => {
  const [person, user] = [await site.person({ language: "fr" }), onHost(host)("app")];
  await user.visit(person);
  const code = await user.bypass();
  await user.visit(person);
  await person.button("use_another").click();
  await person.reads("kind_bypass_note");
  await person.method("bypass").click();
  await person.reads("lead_bypass");
  await person.typeLong(code);
  await person.sees("fallback_title");
  await person.button("backup_later").click();
  await person.isWelcome(user.subject);
});

test("by invitation, a user without a method waits for the help desk, and then sets one up", async () => {
  const invites = await site.host({ settings: { policy: { first_enrollment: "by_invitation" } } });
  const [person, subject] = [await site.person({ language: "de" }), randomUUID()];
  await invites.open(person, subject);
  await person.sees("stuck_title");
  await person.reads("stuck_lead");
  await assertAccessible(person, "only the administrator can help", "pbx-2fa");
  const { code } = expectStatus(await invites.portal.help(subject, "bypass"), 201).body;
  await person.button("retry").click();
  await person.sees("methods_title");
  await person.method("bypass").click();
  await person.typeLong(code);
  await person.sees("fallback_title");
  assert.equal(await person.button("backup_later").count(), 0);
  await person.method("totp").click();
  await person.type(await totp(await typedKey(person)));
  await person.sees("backup_title");
  await person.button("backup_later").click();
  await person.isWelcome(subject);
});

test("a number of the exchange itself is refused as the first method, and warned of as another", async () => {
  const strict = await site.host({ settings: { policy: { own_numbers: ["+3225551"] } } });
  const person = await site.person({ language: "en" });
  await strict.open(person, randomUUID());
  await person.method("landline").click();
  await typeNumber(person, "02 555 12 34");
  await person.button("number_submit").click();
  await person.reads("number_own_pbx");

  const subject = randomUUID();
  await strict.open(person, subject, { profile: PROFILE, purpose: "manage" });
  await person.button("add").click();
  await person.method("landline").click();
  await typeNumber(person, "02 555 12 34");
  await person.button("number_submit").click();
  await person.type(await strict.code(subject, 1));
  await person.sees("confirm_title");
  await person.reads("own_pbx");
  await assertAccessible(person, "an own number", "pbx-2fa");
  await person.type(await strict.code(subject, 2));
  await person.sees("manage_title");
  assert.equal(await person.row("landline").getByText(person.say("own_pbx")).count(), 1);
});

test("made and used with the keyboard alone", async () => {
  const [person, user] = [await site.person(), onHost(host)("coded")];
  const { page } = person;
  await user.manage(person);
  await person.sees("manage_title");
  await tabTo(person, person.button("codes_make"));
  await page.keyboard.press("Enter");
  await person.sees("step_up_title");
  await page.keyboard.type(await user.code(1));
  await person.sees("codes_shown_title");
  const [code] = await person.widget.locator('[part="codes"] code').allTextContents();
  await tabTo(person, person.button("codes_kept"));
  await page.keyboard.press("Enter");
  await person.sees("manage_title");

  await user.visit(person);
  await person.field.waitFor();
  await tabTo(person, person.button("use_another"));
  await page.keyboard.press("Enter");
  await person.sees("methods_title");
  await tabTo(person, person.method("recovery"));
  await page.keyboard.press("Enter");
  await person.longField.waitFor();
  await page.keyboard.type(code);
  await person.sees("fallback_title");
});

describe("on a narrow screen and with large text nothing runs out of the page", () => {
  const shapes = [["320 px", { viewport: { width: 320, height: 640 } }, ""], ["200 %", { viewport: { width: 640, height: 900 } }, "200%"]];
  for (const language of LANGUAGES) {
    for (const [name, options, size] of shapes) {
      test(`${name}, in ${language}`, async () => {
        const [person, user] = [await site.person({ language, ...options }), onHost(host)("coded")];
        const fits = async (what) => {
          await person.page.evaluate((to) => (document.documentElement.style.fontSize = to), size);
          const [wide, shown] = await person.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
          assert.ok(wide <= shown, `${what} is ${wide} px wide on a screen of ${shown} px`);
          for (const button of await person.widget.locator("button, input").all()) {
            assert.ok((await button.boundingBox()).height >= 44, `${what}: ${await button.innerText()} is too low`);
          }
          for (const colorScheme of ["light", "dark"]) {
            await person.page.emulateMedia({ colorScheme });
            await assertAccessible(person, `${what}, ${colorScheme}`, "pbx-2fa");
          }
        };
        await makeCodes(person, user);
        await fits("the codes");
        await person.button("codes_kept").click();
        await person.button("codes_make_new").waitFor();
        await fits("the manager");
        await user.visit(person);
        await askFor(person, "recovery");
        await fits("the field");
        await person.page.keyboard.type("000000000000000");
        const [inside, shown] = await person.longField.evaluate((field) => [field.scrollWidth, field.clientWidth]);
        assert.ok(inside <= shown, `a code is ${inside} px wide in a field of ${shown} px`);
        await person.leave();
      });
    }
  }
});
