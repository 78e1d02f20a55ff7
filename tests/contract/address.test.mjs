// In which language and in which form of address: what a tenant may say of it, and where that is to be heard.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertProblem } from "../support/problems.mjs";
import { expectStatus } from "../support/http.mjs";
import { until } from "../support/wait.mjs";
import { World } from "../support/world.mjs";

const MOBILE = { mobile: "+32470123456" };

let world;
before(async () => {
  world = await World.begin();
});
after(() => world?.end());

const put = (clientId, more) => world.operator.call("PUT", clientId, world.settings(more));

test("a tenant that says nothing of it has neither, and its calls are Dutch in the form of Dutch", async () => {
  await world.tenant("silent");
  const answer = expectStatus(await world.operator.call("GET", "silent"), 200).body;
  assert.deepEqual([answer.locale, answer.form_of_address], [undefined, undefined]);
  const page = await world.portal.page(world.user(), { profile: MOBILE });
  assert.deepEqual([page.view.locale, page.view.form_of_address], [undefined, undefined]);
  const { data } = await world.receiver.message(page.subject);
  assert.deepEqual([data.locale, data.form_of_address], ["nl-BE", undefined]);
  assert.match(data.script.join(" "), /Je code is:/);
});

test("what a tenant says is shown to the operator, and what is left out the next time is gone", async () => {
  await world.tenant("says", { locale: "fr-BE", form_of_address: "familiar" });
  const said = expectStatus(await world.operator.call("GET", "says"), 200).body;
  assert.deepEqual([said.locale, said.form_of_address], ["fr-BE", "familiar"]);
  const gone = expectStatus(await put("says", {}), 200).body;
  assert.deepEqual([gone.locale, gone.form_of_address], [undefined, undefined]);
});

test("nothing but the two forms is taken, and what was there stays", async () => {
  await world.tenant("strict", { form_of_address: "formal" });
  for (const form of ["", "Formal", "FORMAL", "vous", "familiar ", 1, true, ["formal"], { formal: null }]) {
    assertProblem(await put("strict", { form_of_address: form }), "invalid-request");
  }
  for (const locale of ["", "n", "nl BE", "nl_BE", 7, ["nl"]]) assertProblem(await put("strict", { locale }), "invalid-request");
  assert.equal(expectStatus(await world.operator.call("GET", "strict"), 200).body.form_of_address, "formal");
});

for (const [locale, form, theirs, never] of [
  ["nl-BE", "familiar", /\bJe code\b/, /\bu\b|\buw\b/i],
  ["nl-BE", "formal", /\bUw code\b/, /\bje\b|\bjij\b/i],
  ["fr-BE", "familiar", /\bTon code\b/, /\bvous\b|\bvotre\b|\bvos\b/i],
  ["fr-BE", "formal", /\bVotre code\b/, /\btu\b|\bton\b|\btes\b/i],
  ["de-DE", "familiar", /\bDein Code\b/, /\bSie\b|\bIhr/],
  ["de-DE", "formal", /\bIhr Code\b/, /\bdu\b|\bdein/i],
  ["en", "formal", /\bYour code\b/, /^$/],
]) {
  test(`${form} in ${locale}: the view, the message and every sentence of the call`, async () => {
    const portal = await world.tenant(`t-${locale}-${form}`.toLowerCase(), { locale, form_of_address: form });
    const page = await portal.page(world.user(), { profile: MOBILE });
    for (const view of [page.view, expectStatus(await page.look(), 200).body]) {
      assert.deepEqual([view.locale, view.form_of_address], [locale, form]);
    }
    const { data } = await world.receiver.message(page.subject);
    assert.deepEqual([data.locale, data.form_of_address], [locale, form]);
    assert.match(data.script.join(" "), theirs);
    for (const sentence of data.script) assert.doesNotMatch(sentence, never);
  });
}

test("a transaction's language goes before the tenant's, and a push says both too", async () => {
  const portal = await world.tenant("both", { locale: "de-DE", form_of_address: "formal" });
  const page = await world.appPage(world.user(), { portal, locale: "fr-BE" });
  assert.deepEqual([page.view.locale, page.view.form_of_address], ["fr-BE", "formal"]);
  const { type, data } = await world.receiver.message(page.subject);
  assert.deepEqual([type, data.locale, data.form_of_address], ["code.push", "fr-BE", "formal"]);
});

test("a change is in force for logins that are under way", async () => {
  const portal = await world.tenant("changes", { form_of_address: "formal" });
  const page = await portal.page(world.user(), { profile: MOBILE });
  assert.equal(page.view.form_of_address, "formal");
  expectStatus(await put("changes", { form_of_address: "familiar" }), 200);
  await until("the new form", async () => expectStatus(await page.look(), 200).body.form_of_address === "familiar");
});
