// Without a mouse, without sight, without much contrast. Each screen by itself is in `screens.test.mjs`.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { assertAccessible } from "./support/axe.mjs";
import { gets, tabTo } from "./support/focus.mjs";
import { PASSWORD } from "./support/person.mjs";
import { SCREENS, inPortal, onHost } from "./support/screens.mjs";
import { Site } from "./support/site.mjs";

let site, host;
before(async () => {
  site = await Site.open();
  host = await site.host();
});
after(() => site?.close());

describe("axe finds nothing on the whole page of the portal, light and dark", () => {
  for (const name of ["challenge-app", "enroll-totp", "manage"]) {
    test(name, async () => {
      const person = await site.person({ viewport: { width: 390, height: 844 } });
      await SCREENS[name](person, inPortal(site));
      for (const colorScheme of ["light", "dark"]) {
        await person.page.emulateMedia({ colorScheme });
        await assertAccessible(person, `${name}, ${colorScheme}`);
      }
    });
  }
});

test("a login with the keyboard alone", async () => {
  const hilde = await site.person();
  const { page } = hilde;
  await hilde.goto("/login?lang=nl");
  await tabTo(hilde, page.locator("input[name=user]"), 12);
  await page.keyboard.type("hilde");
  await page.keyboard.press("Tab");
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await hilde.reads("lead_app_sent", { app: "Qaller" });

  await tabTo(hilde, hilde.button("use_another"), 4);
  await page.keyboard.press("Enter");
  await hilde.sees("methods_title");
  await tabTo(hilde, hilde.method("mobile"), 3);
  await page.keyboard.press("Enter");
  await hilde.reads("lead_call_sent");
  await gets(hilde.field);
  await page.keyboard.type(await site.code("hilde", 2));
  await hilde.isIn();
});

test("all that can be pressed is at least 44 px high, on a narrow screen", async () => {
  for (const name of ["challenge-app", "methods", "enroll-totp", "backup", "manage"]) {
    const person = await site.person({ viewport: { width: 320, height: 640 } });
    await SCREENS[name](person, onHost(host));
    for (const control of await person.widget.locator("button, a, select, input").all()) {
      const { height } = await control.boundingBox();
      assert.ok(height >= 44, `${name}: ${await control.innerText()} is ${height} px high`);
    }
    const [wide, shown] = await person.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(wide <= shown, `${name} is ${wide} px wide on a screen of ${shown} px`);
    await person.leave();
  }
});
