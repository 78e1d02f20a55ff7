// Times, dates and numbers are written as the person's own language and country have them, in the person's own zone.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { makeCodes, typeWrong } from "./support/screens.mjs";
import { Site } from "./support/site.mjs";

const APP = { app: { registered: true } };
const UNTIL = Math.floor(Date.now() / 1000) + 40 * 86_400;

/** What a page may say of its language, what that is written by, and whether its clock has twelve hours. */
const TAGS = [["nl", "nl-BE"], ["fr", "fr-BE"], ["de", "de-BE"], ["de-AT", "de-AT"], ["en", "en-BE"], ["en-US", "en-US", "twelve"]];

let site, host;
before(async () => {
  site = await Site.open();
  host = await site.host({ settings: { policy: { backup: { until: UNTIL } } } });
});
after(() => site?.close());

/** Somebody whose page is in this language, in another zone than the worker; `open` gives the first view of a login, or of the manager. */
async function somebody(tag) {
  const [person, subject] = [await site.person({ language: tag.split("-")[0], timezoneId: "Asia/Kolkata" }), randomUUID()];
  const open = async (more) => {
    const ticket = await host.ticket(subject, { profile: APP, ...more });
    const opened = person.page.waitForResponse((response) => new URL(response.url()).pathname === "/v1/session" && response.request().method() === "POST");
    await person.page.goto(host.serve(host.page({ ticket, language: tag, attributes: more?.purpose ? 'mode="manage"' : "" })));
    return (await (await opened).json()).view;
  };
  return { person, subject, open };
}

/** As the browser of this person writes a time. */
const written = (person, locale, at, options) => person.page.evaluate(
  ([locale, at, options]) => new Intl.DateTimeFormat(locale, options).format(at * 1000), [locale, at, options]);

for (const [tag, locale, twelve] of TAGS) {
  describe(tag, () => {
    test("the end of a lock", async () => {
      const { person, subject, open } = await somebody(tag);
      await open();
      await person.reads("lead_app_sent", { app: "Qaller" });
      await typeWrong(person, await host.code(subject), 5);
      await person.sees("locked_title");
      const { locked_until: end } = await open();
      // A whole minute, when the lock is over for certain.
      const time = await written(person, locale, Math.ceil(end / 60) * 60, { hour: "2-digit", minute: "2-digit" });
      assert.equal(/[AP]M/.test(time), twelve !== undefined, time);
      await person.reads("locked_lead", { time });
    });

    test("the last day to set up a back-up", async () => {
      const { person, subject, open } = await somebody(tag);
      await open();
      await person.type(await host.code(subject));
      await person.sees("backup_title");
      await person.reads("backup_until", { date: await written(person, locale, UNTIL, { day: "numeric", month: "long" }) });
    });

    test("the day of recovery codes on their sheet, and how many there are", async () => {
      const { person, subject, open } = await somebody(tag);
      const user = { manage: () => open({ purpose: "manage" }), sent: () => 0, code: () => host.code(subject) };
      await makeCodes(person, user);
      await person.context.grantPermissions(["clipboard-read", "clipboard-write"]);
      await person.button("totp_copy").click();
      await person.hears("said_codes_copied");
      const [, sheet] = (await person.page.evaluate(() => navigator.clipboard.readText())).split("\n");
      const date = await written(person, locale, Date.now() / 1000, { dateStyle: "long" });
      assert.equal(sheet, person.say("codes_sheet", { date }));
      await person.button("codes_kept").click();
      const count = await person.page.evaluate((locale) => new Intl.NumberFormat(locale).format(10), locale);
      await person.reads("codes_left_other", { count });
    });
  });
}
