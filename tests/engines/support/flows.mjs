// What people do with pbx-2fa, in any engine. The portal is the example, its users are those of its demonstration.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Phones } from "../../support/phones.mjs";
import { Stack } from "../../support/stack.mjs";
import { totp, wrongCode } from "../../support/totp.mjs";
import { Visitor } from "./visitor.mjs";

/** The suite of an engine. */
export function flows(engine) {
  let stack, phones;
  before(async () => {
    stack = await Stack.start();
    phones = new Phones(stack.portal);
  });
  after(() => stack?.stop());

  /** With a visitor of their own, who has a browser of their own; it is closed whatever happens. */
  const visit = (name, options, walk, quiet) => test(`${engine.NAME}: ${name}`, async () => {
    const visitor = await Visitor.enter(engine, { portal: stack.portal, ...options });
    try {
      await walk(visitor);
      await visitor.assertQuiet(quiet);
    } finally {
      await visitor.leave();
    }
  });

  /** The code of the next message, of this kind. */
  async function code(user, kind) {
    const message = await phones.next(user);
    assert.equal(message.kind, kind);
    return message.code;
  }

  visit("a login by a push message: a wrong code, and the right one typed over it", {}, async (an) => {
    await an.logIn("an");
    await an.reads("lead_app_sent", { app: "Qaller" });
    await an.seesField("code_title", an.field);
    const right = await code("an", "push");
    const wrong = wrongCode(right);

    await an.fill(an.field, wrong);
    await an.hears("code_wrong_other", { count: "4" });
    await an.reads("code_wrong_other", { count: "4" });
    const { value } = await an.one(an.field, ({ focused, invalid, value, selected }) => focused && invalid && value === selected);
    assert.equal(value.replace(/\s/g, ""), wrong);
    await an.looks("code_wrong");

    await an.fill(an.field, right);
    await an.isIn();
  });

  visit("a login by a call, whose code is pasted; the back-up is put off", { size: "phone" }, async (dina) => {
    await dina.logIn("dina");
    await dina.reads("lead_call_sent", { number: "+32 ••• •• •• 04" });
    await dina.seesField("code_title", dina.field);
    const called = await code("dina", "call");
    await dina.paste(dina.field, `${called.slice(0, 3)} ${called.slice(3)}`);
    await dina.sees("backup_title");
    await dina.press(dina.button("backup_later"));
    await dina.isIn();
  });

  let key;
  visit("a first login sets up a telephone number, and an authenticator app as its back-up", { size: "phone", dark: true }, async (chris) => {
    await chris.logIn("chris");
    await chris.sees("enroll_title");
    await chris.press(chris.method("mobile"));
    await chris.seesField("number_title_mobile", chris.number);
    await chris.fill(chris.number, "0470 12 34 56");
    await chris.key("Enter");
    await chris.seesField("confirm_title", chris.field);
    await chris.fill(chris.field, await code("chris", "call"));

    await chris.sees("backup_title");
    await chris.press(chris.method("totp"));
    await chris.sees("totp_title");
    key = await chris.typedKey();
    await chris.press(chris.field);
    await chris.fill(chris.field, await totp(key));
    await chris.isIn();
  });

  visit("a login by the authenticator app, chosen instead of the call", {}, async (chris) => {
    await chris.logIn("chris");
    await chris.seesField("code_title", chris.field);
    await chris.press(chris.button("use_another"));
    await chris.sees("methods_title");
    await chris.press(chris.method("totp"));
    await chris.reads("lead_totp");
    await chris.seesField("code_title", chris.field);
    await chris.fill(chris.field, await totp(key, { steps: 1 }));
    await chris.isIn();
  });

  visit("the manager: Set as Primary, a method more and less, recovery codes", { language: "en" }, async (gert) => {
    await gert.logIn("gert");
    await gert.fill(gert.field, await code("gert", "push"));
    await gert.isIn();
    await gert.goto("/security");
    await gert.sees("manage_title");

    await gert.press({ ...gert.button("set_primary"), within: gert.row("mobile") });
    await gert.seesField("step_up_title", gert.field);
    await gert.fill(gert.field, await code("gert", "push"));
    const badge = { words: `^${gert.words("badge_primary")}$` };
    await gert.one({ ...badge, within: gert.row("mobile") });
    await gert.isGone({ ...badge, within: gert.row("app") });
    await gert.hears("said_primary", { method: gert.say("kind_mobile") });
    await gert.sees("manage_title");

    await gert.press(gert.button("add"));
    await gert.sees("add_title");
    await gert.press(gert.method("totp"));
    await gert.sees("totp_title");
    await gert.press(gert.field);
    await gert.fill(gert.field, await totp(await gert.typedKey()));
    await gert.hears("said_added", { method: gert.say("kind_totp") });
    await gert.sees("manage_title");

    await gert.press({ ...gert.button("remove"), within: gert.row("totp") });
    await gert.reads("remove_ask");
    await gert.one(gert.button("remove_keep"), ({ focused }) => focused);
    await gert.looks("remove_ask");
    await gert.press({ ...gert.button("remove_yes"), within: gert.row("totp") });
    await gert.hears("said_removed", { method: gert.say("kind_totp") });
    await gert.isGone(gert.row("totp"));

    await gert.press(gert.button("codes_make"));
    await gert.sees("codes_shown_title");
    const codes = await gert.all({ role: "code" });
    assert.equal(new Set(codes.map(({ words }) => words)).size, 10);
    await gert.press(gert.button("codes_kept"));
    await gert.sees("manage_title");
    await gert.reads("codes_left_other", { count: "10" });
  });

  visit("without WebAssembly the screen says so", { webAssembly: false }, async (farid) => {
    await farid.logIn("farid");
    await farid.one({ role: "alert", words: "De browser of de beveiliging van deze pagina laat dit scherm niet toe" });
    await farid.looks("unsupported");
  }, { but: /could not start/ });
}
