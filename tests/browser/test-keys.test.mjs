// The keys for testing a portal, with the element on a page of this machine that is no tenant's: each ends the one way that
// the guide says.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Portal } from "../support/clients.mjs";
import { until } from "../support/wait.mjs";
import { Site } from "./support/site.mjs";

let site;
before(async () => {
  site = await Site.open();
});
after(() => site?.close());

/** Somebody before the page of a portal that calls with this key; `heard` is what the element has told that page. */
async function atThePage(key) {
  const [person, host] = [await site.person(), await site.host()];
  host.portal = new Portal({ edge: host.edge, apiKey: `pbx2fa_test_${key}`, origin: host.origin.replace("localhost", "127.0.0.1") });
  const html = host.page({ ticket: await host.ticket("an"), attributes: "manual" }).replace("</form>", "<button>Verder</button></form>");
  await person.page.addInitScript(() => {
    window.heard = [];
    for (const name of ["state", "verified", "problem"]) addEventListener(`pbx-2fa:${name}`, ({ detail }) => window.heard.push([name, ...Object.values(detail)]));
  });
  await person.page.goto(host.serve(html).replace("localhost", "127.0.0.1"));
  const heard = () => person.page.evaluate(() => window.heard);
  return { person, heard, goOn: () => person.page.getByRole("button", { name: "Verder" }).click() };
}

/** The events of a login that is complete: their names, and the parts of the response. */
async function completed(heard) {
  const all = await until("the response", async () => {
    const seen = await heard();
    return seen.some(([name]) => name === "verified") && seen;
  });
  return all.map(([name, detail]) => (name === "verified" ? [name, detail.split(".").length] : [name, detail]));
}

test("pass: the page hears that it is complete, nobody is asked for a code, and the portal lets in", async () => {
  const { person, heard, goOn } = await atThePage("pass");
  assert.deepEqual(await completed(heard), [["state", "verified"], ["verified", 3]]);
  assert.equal(await person.field.count(), 0);
  await goOn();
  await person.isWelcome("an");
  person.assertQuiet();
});

test("interaction: a code is asked for, another than 123456 is wrong, and with that the portal lets in", async () => {
  const { person, heard, goOn } = await atThePage("interaction");
  await person.reads("lead_totp");
  await person.type("654321");
  await person.reads("code_wrong_other", { count: "4" });
  assert.deepEqual(await heard(), [["state", "challenge"]]);
  await person.type("123456");
  assert.deepEqual(await completed(heard), [["state", "challenge"], ["state", "verified"], ["verified", 3]]);
  await goOn();
  await person.isWelcome("an");
  person.assertQuiet({ statuses: [422] });
});

test("fail: a code is asked for, none is right, and there is no response for the portal", async () => {
  const { person, heard, goOn } = await atThePage("fail");
  await person.reads("lead_totp");
  for (const code of ["123456", "000000", "999999"]) {
    const answer = person.page.waitForResponse((response) => response.url().endsWith("/attempts"));
    await person.type(code);
    assert.equal((await answer).status(), 422, code);
    await person.reads("code_wrong_other", { count: "4" });
  }
  assert.deepEqual(await heard(), [["state", "challenge"]]);
  assert.equal(await person.widget.evaluate((element) => element.response), "");
  await goOn();
  await person.page.getByRole("heading", { name: "Refused", exact: true }).waitFor();
});

test("spent: the page hears that it is complete, and the portal lets nobody in with it", async () => {
  const { person, heard, goOn } = await atThePage("spent");
  assert.deepEqual(await completed(heard), [["state", "verified"], ["verified", 3]]);
  await goOn();
  await person.page.getByRole("heading", { name: "Refused", exact: true }).waitFor();
});
