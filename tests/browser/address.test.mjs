// How people are addressed is the tenant's choice, and nothing on the screen goes against it.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { expectStatus } from "../support/http.mjs";
import { until } from "../support/wait.mjs";
import { addressing, otherForm } from "./support/address.mjs";
import { pieces } from "./support/read.mjs";
import { MORE_SCREENS, SCREENS, onHost } from "./support/screens.mjs";
import { Site } from "./support/site.mjs";

const OWN = { nl: "familiar", fr: "formal", de: "formal" };
const WALKS = ["challenge-app", "challenge-call", "enroll-choose", "enroll-phone", "enroll-totp", "backup", "manage", "recovery-codes", "wrong", "step-up"];

const catalogue = (language, form) => (OWN[language] === form ? language : `${language}-${form}`);
const hosts = {};
let site;
before(async () => {
  site = await Site.open();
  for (const form of ["familiar", "formal"]) hosts[form] = await site.host({ settings: { form_of_address: form } });
});
after(() => site?.close());

/** Catalogues that the browser fetched. */
const fetched = (person) => person.requests.map((request) => request.url().match(/\/([a-z-]+)-[0-9a-f]{16}\.txt$/)?.[1]).filter(Boolean);

/** From now on, every text that was in the widget's tree, however briefly, while it could be seen. */
const watchWords = (person) => person.context.addInitScript(() => {
  window.everSeen = new Set();
  const look = () => {
    const root = document.querySelector("pbx-2fa")?.shadowRoot;
    for (const room of root?.querySelectorAll(".frame > :not([hidden])") ?? []) {
      const words = room.cloneNode(true);
      for (const code of words.querySelectorAll('[part="codes"], [part="key"]')) code.remove();
      if (words.textContent) window.everSeen.add(words.textContent);
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
});

for (const form of ["familiar", "formal"]) {
  for (const language of Object.keys(OWN)) {
    describe(`${language}, ${form}`, () => {
      for (const name of WALKS) {
        test(name, async () => {
          const person = await site.person({ language: catalogue(language, form) });
          await watchWords(person);
          await { ...SCREENS, ...MORE_SCREENS }[name](person, onHost(hosts[form]));
          const shown = await pieces(person, { skip: '[part="codes"], [part="key"]' });
          const ever = await person.page.evaluate(() => [...window.everSeen]);
          for (const text of [...shown, ...ever]) {
            assert.deepEqual(addressing(text, language, otherForm(form)), [], text);
          }
          const said = shown.flatMap((text) => addressing(text, language, form));
          assert.ok(said.length > 0, `nobody is addressed: ${shown.join(" | ")}`);
          await person.leave();
        });
      }
    });
  }
}

test("the element's own word for it saves a fetch, and without it the view waits for one", async () => {
  for (const [attributes, files] of [['address="formal"', ["nl-formal"]], ["", ["nl", "nl-formal"]]]) {
    const person = await site.person({ language: "nl-formal" });
    await hosts.formal.open(person, `saves-${randomUUID()}`, { profile: { app: { registered: true } }, attributes });
    await person.reads("not_me");
    assert.deepEqual(fetched(person), files);
    await person.leave();
  }
});

test("where the element and the tenant differ, the tenant is right, also where it leaves each language its own", async () => {
  const unsaid = await site.host();
  for (const [host, attributes, language] of [[hosts.familiar, 'address="formal"', "nl"], [unsaid, 'address="familiar"', "fr"]]) {
    const person = await site.person({ language });
    await watchWords(person);
    await host.open(person, `differ-${randomUUID()}`, { profile: { app: { registered: true } }, attributes });
    await person.reads("not_me");
    for (const text of await person.page.evaluate(() => [...window.everSeen])) {
      assert.deepEqual(addressing(text, language, otherForm(OWN[language])), [], text);
    }
    await person.leave();
  }
});

test("English has one form, and fetches nothing for another", async () => {
  const person = await site.person({ language: "en" });
  await hosts.formal.open(person, `en-${randomUUID()}`, { profile: { app: { registered: true } }, attributes: 'address="formal"' });
  await person.reads("not_me");
  assert.deepEqual(fetched(person), ["en"]);
  await person.leave();
});

test("a call and the screen beside it address people alike", async () => {
  for (const language of Object.keys(OWN)) {
    for (const form of ["familiar", "formal"]) {
      const subject = `call-${randomUUID()}`;
      const person = await site.person({ language: catalogue(language, form) });
      await hosts[form].open(person, subject, { profile: { mobile: "+32470123412" }, locale: `${language}-BE` });
      await person.reads("lead_call_sent");
      const { data } = await hosts[form].receiver.message(subject);
      assert.equal(data.form_of_address, form);
      const script = data.script.join(" ");
      assert.deepEqual(addressing(script, language, otherForm(form)), [], script);
      assert.ok(addressing(script, language, form).length > 0, script);
      await person.leave();
    }
  }
});

test("the tenant changes its mind, and the screen follows while it is looked at, without a build", async () => {
  const clientId = `mind-${randomUUID().slice(0, 8)}`;
  const host = await site.host({ clientId });
  const person = await site.person({ language: "nl" });
  const profile = { app: { registered: true }, mobile: "+32470123412" };
  await host.open(person, `mind-${randomUUID()}`, { profile });
  await person.reads("not_me");
  expectStatus(await site.operator.call("PUT", clientId, { ...host.settings, form_of_address: "formal" }), 200);
  await until("the worker's knowledge of it", async () => {
    return (await host.portal.page(`other-${randomUUID()}`, { profile })).view.form_of_address === "formal";
  });
  await person.button("use_another").click();
  // In the one form or the other: a look at the delivery may have brought the new one already.
  await person.widget.getByRole("button", { name: /gsm/ }).click();
  person.language = "nl-formal";
  await person.reads("lead_call_sent");
  for (const text of await pieces(person)) assert.deepEqual(addressing(text, "nl", "familiar"), [], text);
  await person.leave();
});

describe("which language: the page's, else the tenant's, else the browser's", () => {
  const PAGES = [
    ["the element's own, before that of the page and of the tenant", { page: "de", attributes: 'lang="fr"', locale: "en-GB" }, "fr"],
    ["the page's, before the tenant's", { page: "de", locale: "fr-BE" }, "de"],
    ["the transaction's, where the page says none", { page: "", locale: "fr-BE", tenant: "de" }, "fr"],
    ["the tenant's, where the transaction says none either", { page: "", tenant: "de" }, "de"],
    ["the browser's, where nobody says one", { page: "" }, "en"],
    ["one that the widget does not speak is none", { page: "pl", tenant: "tlh" }, "en"],
  ];
  for (const [what, { page, attributes = "", locale, tenant }, language] of PAGES) {
    test(what, async () => {
      const host = await site.host({ settings: tenant ? { locale: tenant } : {} });
      const person = await site.person({ language: "en" });
      await watchWords(person);
      const ticket = await host.ticket(`page-${randomUUID()}`, { profile: { app: { registered: true } }, ...(locale && { locale }) });
      const html = host.page({ ticket, attributes }).replace(/<html lang="\w*">/, page ? `<html lang="${page}">` : "<html>");
      await person.page.goto(host.serve(html));
      person.language = language;
      await person.reads("not_me");
      const seen = await person.page.evaluate(() => [...window.everSeen]);
      assert.ok(seen.every((text) => text.includes(person.say("code_title"))), `another language was seen: ${seen}`);
      assert.equal((await person.widget.locator("[lang]").first().getAttribute("lang")).split("-")[0], language);
      await person.leave();
    });
  }

  test("the language around the element counts as the page's", async () => {
    const host = await site.host({ settings: { locale: "nl-BE" } });
    const person = await site.person({ language: "fr" });
    const ticket = await host.ticket(`around-${randomUUID()}`, { profile: { app: { registered: true } } });
    const html = host.page({ ticket, language: "en" }).replace("<form ", '<form lang="fr" ');
    await person.page.goto(host.serve(html));
    await person.reads("not_me");
    await person.leave();
  });
});
