// Setting up and managing methods with the keyboard alone; after every change the focus is where the next step is. Logging in
// and recovery codes are in `accessibility.test.mjs` and `recovery.test.mjs`.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { totp } from "../support/totp.mjs";
import { gets, tabTo } from "./support/focus.mjs";
import { typedKey } from "./support/screens.mjs";
import { Site } from "./support/site.mjs";

const PROFILE = { app: { registered: true }, mobile: "+32470123412" };

let site, host;
before(async () => {
  site = await Site.open();
  host = await site.host();
});
after(() => site?.close());

/** Somebody without a mouse: `press` is Tab until there, and then this key. */
async function somebody(more) {
  const [person, subject] = [await site.person(), randomUUID()];
  const { keyboard } = person.page;
  await host.open(person, subject, more);
  const press = async (locator, key = "Enter") => {
    await tabTo(person, locator);
    await keyboard.press(key);
  };
  return { person, subject, keyboard, press };
}

/** From the choice of methods until the app is proven. */
async function setUpApp({ person, keyboard, press }, key) {
  await press(person.method("totp"), key);
  await gets(person.heading("totp_title"));
  const secret = await typedKey(person);
  await tabTo(person, person.field);
  await keyboard.type(await totp(secret));
}

test("an authenticator app is the first method, and the back-up is put off", async () => {
  const everything = await somebody();
  const { person, subject, press } = everything;
  await gets(person.heading("enroll_title"));
  await setUpApp(everything, "Space");
  await gets(person.heading("backup_title"));
  await press(person.button("backup_later"));
  await person.isWelcome(subject);
  person.assertQuiet();
});

test("the key is copied, and the focus stays", async () => {
  const { person, press } = await somebody();
  await person.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await press(person.method("totp"));
  await gets(person.heading("totp_title"));
  await press(person.button("totp_copy"));
  await person.hears("said_copied");
  await gets(person.button("totp_copied"));
});

test("a telephone in another country is the first method", async () => {
  const { person, subject, keyboard, press } = await somebody();
  const number = person.widget.getByRole("textbox", { name: person.say("number_label") });
  await press(person.method("mobile"));
  await person.sees("number_title_mobile");
  await gets(number);

  await keyboard.press("Shift+Tab");
  await gets(person.widget.getByRole("combobox", { name: person.say("number_country") }));
  await keyboard.press("ArrowDown");
  await person.reads("number_example", { example: "06 12 34 56 78" });
  await keyboard.press("Tab");
  await keyboard.type("12345");
  await keyboard.press("Enter");
  await person.hears("number_invalid");
  await gets(number);

  await keyboard.press("Control+A");
  await keyboard.type("06 12 34 56 78");
  await keyboard.press("Enter");
  await person.sees("confirm_title");
  await gets(person.field);
  const { data } = await host.receiver.message(subject);
  assert.equal(data.number, "+31612345678");
  await keyboard.type(data.code);
  await gets(person.heading("backup_title"));
});

test("a method is made primary, one is added, kept when asked, and removed", async () => {
  const everything = await somebody({ profile: PROFILE, purpose: "manage" });
  const { person, subject, keyboard, press } = everything;
  const action = (kind, key) => person.row(kind).getByRole("button", { name: person.say(key) });
  await gets(person.heading("manage_title"));
  await press(action("mobile", "set_primary"), "Space");
  await person.sees("step_up_title");
  await gets(person.field);
  await keyboard.type(await host.code(subject));
  await person.hears("said_primary", { method: person.say("kind_mobile") });
  await gets(person.heading("manage_title"));

  await press(person.button("add"));
  await gets(person.heading("add_title"));
  await setUpApp(everything);
  await person.hears("said_added", { method: person.say("kind_totp") });
  await gets(person.heading("manage_title"));

  await press(action("totp", "remove"));
  await gets(person.button("remove_keep"));
  await keyboard.press("Enter");
  await gets(person.heading("manage_title"));
  await press(action("totp", "remove"), "Space");
  await gets(person.button("remove_keep"));
  await keyboard.press("Shift+Tab");
  await keyboard.press("Enter");
  await person.hears("said_removed", { method: person.say("kind_totp") });
  await gets(person.heading("manage_title"));
  assert.equal(await person.row("totp").count(), 0);
});
