// Logging in to the example portal by each kind of method, first and next time.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { totp } from "../support/totp.mjs";
import { Site } from "./support/site.mjs";
import { scan } from "./support/zbar.mjs";

let site;
before(async () => (site = await Site.open()));
after(() => site?.close());

/** What is true of every login: the second factor comes in the document of the password, and only its end is a navigation. */
async function loginOf(person, user, secondFactor) {
  await person.goto(`/login?lang=${person.language}`);
  const before = await person.page.evaluate(() => (window.documentOfThePassword = true) && history.length);
  assert.equal(await person.mayEnter(), false, "the portal lets in a browser without a login");

  await person.logIn(user);
  const secrets = await secondFactor(async () => {
    assert.equal(await person.mayEnter(), false, "the password alone was enough");
    const now = await person.page.evaluate(() => [history.length, window.documentOfThePassword]);
    assert.deepEqual(now, [before, true], "the second factor is not in the document of the password");
    await person.assertNothingKept();
  });

  await person.isIn();
  await person.page.getByRole("heading", { level: 1 }).waitFor();
  assert.equal(await person.mayEnter(), true);
  assert.equal(await person.page.evaluate(() => history.length), before + 1, "the final post is one entry");
  await person.assertNothingKept();
  person.assertAddressesWithout(...secrets);
  person.assertQuiet();
}

/** With one method only, a back-up is asked for, and can be put off. */
async function putOff(person) {
  await person.sees("backup_title");
  assert.equal(await person.mayEnter(), false);
  await person.button("backup_later").click();
}

test("by a push message in the app", async () => {
  const an = await site.person();
  await loginOf(an, "an", async (isOutside) => {
    await an.sees("code_title");
    await an.reads("lead_app_sent", { app: "Qaller" });
    await isOutside();
    const code = await site.code("an");
    await an.type(code);
    return [code];
  });
  assert.equal((await site.messages("an")).length, 1, "the primary is asked exactly once");
});

test("by a call to a mobile telephone", async () => {
  const dina = await site.person();
  await loginOf(dina, "dina", async (isOutside) => {
    await dina.sees("code_title");
    await dina.reads("lead_call_sent", { number: "+32 ••• •• •• 04" });
    await isOutside();
    const call = await site.message("dina");
    assert.deepEqual([call.kind, call.line, call.number], ["call", "mobile", "+32470123404"]);
    await dina.type(call.code);
    await putOff(dina);
    return [call.code];
  });
});

test("by a call to the landline that the portal knows, set up in the first login", async () => {
  const els = await site.person();
  await loginOf(els, "els", async (isOutside) => {
    await els.sees("enroll_title");
    await isOutside();
    await els.button("kind_landline").filter({ hasText: "•• 05" }).click();
    await els.sees("confirm_title");
    const call = await site.message("els");
    assert.deepEqual([call.line, call.number, call.purpose], ["landline", "+3225550105", "enroll"]);
    await els.type(call.code);
    await putOff(els);
    return [call.code];
  });

  const elsAgain = await site.person();
  await loginOf(elsAgain, "els", async () => {
    await elsAgain.reads("lead_call_sent", { number: "+32 ••• •• •• 05" });
    const { code } = await site.message("els", 2);
    await elsAgain.type(code);
    await putOff(elsAgain);
    return [code];
  });
});

test("by an authenticator app, scanned in the first login, then used in the next", async () => {
  const chris = await site.person({ viewport: { width: 390, height: 844 } });
  let secret;
  await loginOf(chris, "chris", async (isOutside) => {
    await chris.method("totp").click();
    await chris.sees("totp_title");
    await isOutside();
    const link = await chris.widget.getByRole("link", { name: chris.say("totp_same_phone") }).getAttribute("href");
    assert.equal(await scan(await chris.page.screenshot({ fullPage: true })), link);
    secret = new URL(link).searchParams.get("secret");
    const typed = await chris.widget.locator("code").textContent();
    assert.equal(typed.replace(/\s/g, ""), secret);
    await chris.type(await totp(secret));
    await putOff(chris);
    return [secret];
  });

  const chrisAgain = await site.person();
  await loginOf(chrisAgain, "chris", async (isOutside) => {
    await chrisAgain.reads("lead_totp");
    await isOutside();
    const code = await totp(secret, { steps: 1 });
    await chrisAgain.type(code);
    await putOff(chrisAgain);
    return [code];
  });
  assert.deepEqual(await site.messages("chris"), []);
});

for (const [colorScheme, width] of [["light", 320], ["dark", 320], ["dark", 1280]]) {
  test(`the QR code is read from a screen of ${width} px, ${colorScheme}`, async () => {
    const person = await site.person({ colorScheme, viewport: { width, height: 800 } });
    const host = await site.host();
    await host.open(person, "scanner");
    await person.method("totp").click();
    const link = await person.widget.getByRole("link", { name: person.say("totp_same_phone") }).getAttribute("href");
    assert.equal(await scan(await person.page.screenshot({ fullPage: true })), link);
    const { width: shown } = await person.widget.getByRole("img", { name: person.say("totp_qr") }).boundingBox();
    assert.ok(shown >= 176, `the QR code is ${shown} px wide`);
    person.assertQuiet();
  });
}
