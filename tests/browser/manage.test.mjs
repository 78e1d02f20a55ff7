// The method manager: Set as Primary, adding and removing, each after a code where it is wanted.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { totp } from "../support/totp.mjs";
import { until } from "../support/wait.mjs";
import { typedKey } from "./support/screens.mjs";
import { Site } from "./support/site.mjs";

let site;
before(async () => (site = await Site.open()));
after(() => site?.close());

const used = new Map();

/** The next message of a user that this suite has not used. */
async function next(user, kind) {
  const number = (used.get(user) ?? 0) + 1;
  const message = await site.message(user, number);
  used.set(user, number);
  assert.equal(message.kind, kind);
  return message;
}

async function logInTo(person, user, kind) {
  await person.logIn(user);
  await person.type((await next(user, kind)).code);
  await person.isIn();
  await person.goto("/security");
  await person.sees("manage_title");
}

const badge = (person, kind) => person.row(kind).getByText(person.say("badge_primary"), { exact: true });

test("Set as Primary asks for a code in its place, and the next login in any browser opens with it", async () => {
  const gert = await site.person();
  await logInTo(gert, "gert", "push");
  await gert.row("mobile").getByRole("button", { name: "Set as Primary" }).click();
  await gert.sees("step_up_title");
  const { purpose, code } = await next("gert", "push");
  assert.equal(purpose, "step_up");
  await gert.type(code);
  await badge(gert, "mobile").waitFor();
  await gert.hears("said_primary", { method: gert.say("kind_mobile") });
  assert.equal(await badge(gert, "app").count(), 0);
  const first = await gert.widget.getByRole("listitem").first().textContent();
  assert.ok(first.includes(gert.say("kind_mobile")), "the primary is not the first");
  gert.assertQuiet({ statuses: [403, 409] });

  const elsewhere = await site.person({ language: "en" });
  await elsewhere.logIn("gert");
  await elsewhere.reads("lead_call_sent", { number: "+32 ••• •• •• 07" });
  await elsewhere.type((await next("gert", "call")).code);
  await elsewhere.isIn();
});

test("an authenticator app is added, made primary, and removed again", async () => {
  const hilde = await site.person({ language: "en" });
  await logInTo(hilde, "hilde", "push");
  await hilde.button("add").click();
  await hilde.sees("add_title");
  await hilde.method("totp").click();
  await hilde.sees("step_up_title");
  await hilde.type((await next("hilde", "push")).code);
  await hilde.sees("totp_title");
  const secret = await typedKey(hilde);
  await hilde.type(await totp(secret));
  await hilde.sees("manage_title");
  await hilde.hears("said_added", { method: hilde.say("kind_totp") });

  await hilde.row("totp").getByRole("button", { name: "Set as Primary" }).click();
  await badge(hilde, "totp").waitFor();

  const again = await site.person({ language: "en" });
  await again.logIn("hilde");
  await again.reads("lead_totp");
  await again.type(await totp(secret, { steps: 1 }));
  await again.isIn();

  await hilde.row("totp").getByRole("button", { name: hilde.say("remove") }).click();
  await hilde.reads("remove_ask");
  await hilde.button("remove_keep").click();
  await hilde.row("totp").waitFor();
  await hilde.row("totp").getByRole("button", { name: hilde.say("remove") }).click();
  await hilde.row("totp").getByRole("button", { name: hilde.say("remove_yes") }).last().click();
  await hilde.hears("said_removed", { method: hilde.say("kind_totp") });
  assert.equal(await hilde.row("totp").count(), 0);
  await badge(hilde, "app").waitFor();
  hilde.assertQuiet({ statuses: [403, 409] });
});

test("the manager offers no change without a login, and nothing that the portal decides on", async () => {
  const visitor = await site.person();
  await visitor.goto("/security");
  assert.equal(new URL(visitor.page.url()).pathname, "/login");

  const an = await site.person();
  await logInTo(an, "an", "push");
  assert.equal(await an.button("remove").count(), 0, "the app and the number are the portal's to remove");
});

test("Done leads on, and not to a screen that waits for ever", async () => {
  const farid = await site.person({ language: "en" });
  await logInTo(farid, "farid", "push");
  await farid.row("mobile").getByRole("button", { name: "Set as Primary" }).click();
  await farid.type((await next("farid", "push")).code);
  await badge(farid, "mobile").waitFor();
  await farid.button("done").click();
  await until("the end of the manager", () => isOver(farid));
});

/** Either the page has gone on, or it shows the methods as they are now. */
async function isOver(person) {
  await person.settles();
  return (await person.widget.count()) === 0 || (await person.heading("manage_title").isVisible()) && !(await person.button("done").isVisible());
}
