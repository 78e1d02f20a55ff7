// What browsers do to a login: loaded again, opened twice, gone back from; and a gateway that does not deliver.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Site } from "./support/site.mjs";

let site, host;
before(async () => {
  site = await Site.open();
  host = await site.host();
});
after(() => site?.close());

/** Exactly one message was sent: nothing sends a second one behind the screen, because all of its requests are answered. */
async function oneMessage(person, user) {
  await person.settles();
  assert.equal((await site.messages(user)).length, 1);
}

test("loaded again: the same screen, the same code, no second message", async () => {
  const an = await site.person();
  await an.logIn("an");
  await an.reads("lead_app_sent", { app: "Qaller" });
  const code = await site.code("an");
  for (let time = 0; time < 3; time += 1) {
    await an.page.reload();
    await an.sees("code_title");
    await an.reads("lead_app_sent", { app: "Qaller" });
  }
  await oneMessage(an, "an");
  await an.type(code);
  await an.isIn();
  an.assertQuiet();
});

test("a second tab takes over with the same code, and the first says so", async () => {
  const dina = await site.person();
  await dina.logIn("dina");
  await dina.reads("lead_call_sent");
  const first = dina.page;
  const code = await site.code("dina");

  await dina.newTab();
  await dina.goto("/login");
  await dina.reads("lead_call_sent");
  await oneMessage(dina, "dina");
  const second = dina.page;

  dina.page = first;
  await dina.sees("elsewhere_title");
  await dina.button("restart").click();
  await dina.reads("lead_call_sent");
  await oneMessage(dina, "dina");

  dina.page = second;
  await dina.page.reload();
  await dina.type(code);
  await dina.sees("backup_title");
  await dina.button("backup_later").click();
  await dina.isIn();
});

test("gone away and back: the same screen, and no second message", async () => {
  const gert = await site.person();
  await gert.logIn("gert");
  await gert.reads("lead_app_sent", { app: "Qaller" });
  await gert.goto("/phone?user=gert");
  await gert.page.goBack();
  await gert.reads("lead_app_sent", { app: "Qaller" });
  await oneMessage(gert, "gert");

  await gert.type(await site.code("gert"));
  await gert.isIn();
  await gert.page.goBack();
  await gert.isIn();
  assert.equal(await gert.widget.count(), 0, "back is not a way to the login");
});

test("a code that could not be sent is said at once, and another method works", async () => {
  const person = await site.person();
  const profile = { app: { registered: true }, mobile: "+32470123412" };
  host.receiver.behave("undelivered", 422);
  await host.open(person, "undelivered", { profile });
  await person.hears("delivery_failed_app");
  await person.reads("delivery_failed_app");

  host.receiver.behave("undelivered", "take");
  await person.method("mobile").click();
  await person.reads("lead_call_sent");
  const call = host.receiver.of("undelivered").find(({ type }) => type === "code.call");
  await person.type(call.data.code);
  await person.isWelcome("undelivered");
});

test("without a gateway the screen says so and offers another try, and what is typed can be checked all the same", async () => {
  const person = await site.person();
  const nowhere = { ...host.settings.delivery.webhook, url: "http://127.0.0.1:9/hook" };
  const lost = await site.host({ settings: { delivery: { webhook: nowhere } } });
  await lost.open(person, "lost", { profile: { app: { registered: true } } });
  await person.reads("delivery_failed_app");
  await person.button("resend_app").waitFor();
  assert.equal(await person.button("code_submit").count(), 0);
  await person.page.keyboard.type("12");
  await person.button("code_submit").waitFor();
});

test("without a connection the code stays, and is sent when there is one", async () => {
  const person = await site.person();
  await host.open(person, "offline", { profile: { app: { registered: true } } });
  await person.reads("lead_app_sent");
  const code = await host.code("offline");
  await person.context.setOffline(true);
  await person.type(code);
  await person.hears("notice_offline");
  await person.context.setOffline(false);
  await person.field.focus();
  await person.page.keyboard.press("Enter");
  await person.sees("backup_title");
});
