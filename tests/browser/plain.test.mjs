// Logging in without script: by every method, first and next time; and where the policy of the page allows no WebAssembly.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { expectStatus } from "../support/http.mjs";
import { totp, wrongCode } from "../support/totp.mjs";
import { assertAccessible } from "./support/axe.mjs";
import { PlainPages } from "./support/plain.mjs";
import { Site } from "./support/site.mjs";
import { scan } from "./support/zbar.mjs";

let site, host;
before(async () => {
  site = await Site.open();
  host = await site.host();
});
after(() => site?.close());

async function without(options = {}) {
  const person = await site.person({ javaScriptEnabled: false, ...options });
  return { person, pages: new PlainPages(person) };
}

async function isIn(person) {
  await person.isIn();
  assert.equal(await person.mayEnter(), true);
  person.assertQuiet();
}

describe("with JavaScript off, in the example portal", () => {
  test("by a push message in the app; a reload and the way back send nothing", async () => {
    const { person, pages } = await without();
    await pages.logIn("an");
    await pages.sees("code_title");
    assert.equal(await person.page.title(), `${person.say("code_title")} · Qaller Telecom`);
    assert.equal(await pages.page.locator("#code:focus").count(), 1, "the field has not got the focus");
    assert.equal(await person.mayEnter(), false);
    const code = await site.code("an");
    await person.page.reload();
    await pages.reads("lead_app_sent", { app: "Qaller" });
    await pages.link("use_another").click();
    await pages.sees("methods_title");
    await person.page.goBack();
    await pages.type(wrongCode(code));
    await pages.reads("code_wrong_other", { count: "4" });
    assert.match(await person.page.title(), /^Fout: /);
    await person.page.reload();
    await pages.reads("code_wrong_other", { count: "4" });
    await pages.type(`${code.slice(0, 3)} ${code.slice(3)}`);
    await pages.goesOn();
    await isIn(person);
    assert.equal((await site.messages("an")).length, 1);
    person.assertAddressesWithout(code);
    await person.page.goBack();
    await person.page.waitForLoadState();
    assert.ok(!(await person.page.content()).includes("eyJ"), "the response is not shown once more");
  });

  test("by a call to a mobile telephone, and a back-up that is put off", async () => {
    const { person, pages } = await without();
    await pages.logIn("dina");
    await pages.type(await site.code("dina"));
    await pages.sees("backup_title");
    assert.equal(await person.mayEnter(), false);
    await pages.button("backup_later").click();
    await pages.goesOn();
    await isIn(person);
  });

  test("by a call to the landline that the portal knows, set up in the first login, and asked in the next", async () => {
    const { person, pages } = await without();
    await pages.logIn("els");
    await pages.sees("enroll_title");
    await pages.button("kind_landline").click();
    await pages.sees("confirm_title");
    const call = await site.message("els");
    assert.deepEqual([call.line, call.purpose], ["landline", "enroll"]);
    await pages.type(call.code);
    await pages.sees("backup_title");
    await pages.button("backup_later").click();
    await pages.goesOn();
    await isIn(person);

    const again = await without();
    await again.pages.logIn("els");
    await again.pages.type(await site.code("els", 2));
    await again.pages.button("backup_later").click();
    await again.pages.goesOn();
    await isIn(again.person);
  });

  test("by an authenticator app, scanned in the first login, then used in the next; and a mobile typed as its back-up", async () => {
    const { person, pages } = await without({ viewport: { width: 390, height: 844 } });
    await pages.logIn("chris");
    await pages.button("kind_totp").click();
    await pages.sees("totp_title");
    const link = await pages.link("totp_same_phone").getAttribute("href");
    assert.equal(await scan(await person.page.screenshot({ fullPage: true })), link);
    const secret = new URL(link).searchParams.get("secret");
    await pages.type(await totp(secret));
    await pages.sees("backup_title");
    await pages.button("backup_later").click();
    await pages.goesOn();
    await isIn(person);

    const again = await without();
    await again.pages.logIn("chris");
    await again.pages.reads("lead_totp");
    await again.pages.type(await totp(secret, { steps: 1 }));
    await again.pages.sees("backup_title");
    await again.pages.link("kind_mobile").click();
    await again.pages.sees("number_title_mobile");
    await again.person.page.keyboard.type("02 555 12 34");
    await again.person.page.keyboard.press("Enter");
    await again.pages.reads("number_is_landline");
    assert.equal(await again.person.page.locator("#number").inputValue(), "02 555 12 34");
    await again.person.page.locator("#number").fill("0470 12 34 56");
    await again.pages.button("number_submit").click();
    await again.pages.sees("confirm_title");
    await again.pages.type(await site.code("chris"));
    await again.pages.goesOn();
    await again.person.isIn();
    again.person.assertQuiet({ statuses: [422] });
  });
});

test("where the policy allows no WebAssembly, the element shows the portal's form, gives it the focus, and the login completes", async () => {
  const person = await site.person();
  const pages = new PlainPages(person);
  const subject = "no-wasm-plain";
  const ticket = await host.ticket(subject, { profile: { app: { registered: true }, mobile: "+32470123412" }, return_to: `${host.origin}/done`, locale: "nl-BE" });
  const inside = '<button form="plain-login">Verder zonder het codescherm</button>';
  const html = host.page({ ticket, inside }).replace("</html>", `<form id="plain-login" method="post" action="${host.edge}/plain"><input type="hidden" name="ticket" value="${ticket}"></form></html>`);
  const policy = host.policy.replace(" 'wasm-unsafe-eval'", "").replace("form-action 'self'", `form-action 'self' ${host.edge}`);
  await person.page.goto(host.serve(html, { policy }));
  await person.widget.getByRole("alert").getByText("De browser of de beveiliging").waitFor();
  const button = person.page.getByRole("button", { name: "Verder zonder het codescherm" });
  assert.ok(await button.evaluate((element) => element === document.activeElement), "the button has not got the focus");
  await person.page.keyboard.press("Enter");
  await pages.sees("code_title");
  await pages.type(await host.code(subject));
  await pages.goesOn();
  await person.isWelcome(subject);
});

test("where the widget runs, what the portal has put into the element is not to be seen", async () => {
  const person = await site.person();
  await person.logIn("an");
  await person.sees("code_title");
  assert.equal(await person.page.locator('pbx-2fa button[form="plain-login"]').isVisible(), false);
  person.assertQuiet();
});

const APP = { app: { registered: true } };
const BOTH = { ...APP, mobile: "+32470123412" };

/** The pages by name, each reached in a login of a user of its own. */
const PAGES = {
  code: (pages, subject) => pages.visit(host, subject, { profile: BOTH }),
  async wrong(pages, subject) {
    await PAGES.code(pages, subject);
    await pages.type("12");
    await pages.reads("code_short");
  },
  async methods(pages, subject) {
    await PAGES.code(pages, subject);
    await pages.link("use_another").click();
    await pages.sees("methods_title");
  },
  async long(pages, subject) {
    await PAGES.code(pages, subject);
    expectStatus(await host.portal.help(subject, "bypass"), 201);
    await pages.link("use_another").click();
    await pages.button("kind_bypass").click();
    await pages.reads("lead_bypass");
  },
  async locked(pages, subject) {
    await PAGES.code(pages, subject);
    const tried = [await host.code(subject)];
    for (let left = 4; left >= 0; left -= 1) {
      tried.push(wrongCode(...tried));
      await pages.type(tried.at(-1));
      if (left > 1) await pages.reads("code_wrong_other", { count: String(left) });
      if (left === 1) await pages.reads("code_wrong_one", { count: "1" });
    }
    await pages.sees("locked_title");
  },
  async backup(pages, subject) {
    await pages.visit(host, subject, { profile: APP });
    await pages.type(await host.code(subject));
    await pages.sees("backup_title");
  },
  async kinds(pages, subject) {
    await pages.visit(host, subject);
    await pages.sees("enroll_title");
  },
  async number(pages, subject) {
    await PAGES.kinds(pages, subject);
    await pages.link("kind_mobile").click();
    await pages.page.keyboard.type("02 555 12 34");
    await pages.page.keyboard.press("Enter");
    await pages.reads("number_is_landline");
  },
  async confirm(pages, subject) {
    await PAGES.number(pages, subject);
    await pages.button("number_save_landline").click();
    await pages.sees("confirm_title");
  },
  async setup(pages, subject) {
    await PAGES.kinds(pages, subject);
    await pages.button("kind_totp").click();
    await pages.sees("totp_title");
  },
  async verified(pages, subject) {
    await PAGES.code(pages, subject);
    await pages.type(await host.code(subject));
    await pages.sees("verified_title");
  },
  async unknown(pages) {
    await pages.page.goto(`${site.stack.edge}/plain`);
    await pages.page.getByRole("heading", { level: 1 }).waitFor();
  },
};

describe("axe finds nothing, light and dark; all fits 320 px, and what can be pressed is 44 px high", () => {
  for (const [name, walk] of Object.entries(PAGES)) {
    test(name, async () => {
      const person = await site.person({ viewport: { width: 320, height: 640 } });
      await walk(new PlainPages(person), `page-${name}`);
      for (const colorScheme of ["light", "dark"]) {
        await person.page.emulateMedia({ colorScheme });
        await assertAccessible(person, `${name}, ${colorScheme}`);
        if (process.env.PBX2FA_PICTURES) await pictures(person, `${name}-${colorScheme}`);
      }
      await person.page.setViewportSize({ width: 320, height: 640 });
      for (const control of await person.page.locator("button, a, select, input:not([type=hidden])").all()) {
        const { height } = await control.boundingBox();
        assert.ok(height >= 44, `${await control.evaluate((element) => element.outerHTML)} is ${height} px high`);
      }
      const [wide, shown] = await person.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      assert.ok(wide <= shown, `${wide} px wide on a screen of ${shown} px`);
      await person.leave();
    });
  }
});

/** `PBX2FA_PICTURES` names a folder to look at the pages in. */
async function pictures({ page }, name) {
  for (const [size, viewport] of Object.entries({ phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } })) {
    await page.setViewportSize(viewport);
    await page.screenshot({ path: `${process.env.PBX2FA_PICTURES}/${name}-${size}.png`, fullPage: true });
  }
}
