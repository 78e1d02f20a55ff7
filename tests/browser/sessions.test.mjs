// Sessions of the example portal end in every browser at once, where their user or the help desk says so.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Portal } from "../support/clients.mjs";
import { expectStatus } from "../support/http.mjs";
import { until } from "../support/wait.mjs";
import { Site } from "./support/site.mjs";

let site;
let backend;
before(async () => {
  site = await Site.open();
  backend = new Portal({ edge: site.stack.edge, apiKey: site.stack.apiKey, origin: site.portal });
});
after(() => site?.close());

/** A browser of a user, logged in by the app. */
async function loggedIn(user, number, options) {
  const person = await site.person(options);
  await person.logIn(user);
  await person.type(await site.code(user, number));
  await person.isIn();
  return person;
}

test("\"log out everywhere\" ends the session of every browser of the user, and no other", async () => {
  const an = await loggedIn("an", 1);
  const [onPhone, gert] = [await loggedIn("an", 2, { viewport: { width: 390, height: 844 } }), await loggedIn("gert", 1)];
  await an.goto("/security");
  await an.page.getByRole("button", { name: "Overal afmelden" }).click();
  await an.isIn("/login");
  await an.page.getByRole("status").filter({ hasText: "Je bent overal afgemeld." }).waitFor();
  assert.deepEqual([await an.mayEnter(), await onPhone.mayEnter(), await gert.mayEnter()], [false, false, true]);
  an.assertQuiet();
  const { events } = expectStatus(await backend.events("an"), 200).body;
  assert.equal(events.at(-1).type, "sessions.revoked");
});

test("the help desk takes a lost telephone away, and the browser that it let in is out", async () => {
  const hilde = await loggedIn("hilde", 1);
  const { authenticators } = expectStatus(await backend.subject("hilde"), 200).body;
  const app = authenticators.find((a) => a.kind === "app");
  expectStatus(await backend.help("hilde", `authenticators/${app.id}`), 200);
  await until("the news has come", async () => !(await hilde.mayEnter()));
});
