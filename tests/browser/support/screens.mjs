// The screens, each by the name that the documentation's pictures have, and the way to it. A way is walked on somebody's
// page: the example portal (`inPortal`) or a page of another tenant (`onHost`), where every visit is by a new user.
import { randomUUID } from "node:crypto";
import { expectStatus } from "../../support/http.mjs";
import { totp, wrongCode } from "../../support/totp.mjs";
import { until } from "../../support/wait.mjs";

const APP = { app: { registered: true } };
const MOBILE = { mobile: "+32470123412" };

/** What the portal knows of a user, and who is like that in the example portal. */
const USERS = {
  both: { profile: { ...APP, ...MOBILE }, user: "an" },
  app: { profile: APP, user: "bert" },
  none: { profile: {}, user: "chris" },
  mobile: { profile: MOBILE, user: "dina" },
  totp: { profile: {}, user: "els" },
  coded: { profile: { ...APP, ...MOBILE }, user: "gert" },
  unlucky: { profile: { ...APP, ...MOBILE }, user: "hilde" },
};

export const onHost = (host) => (who) => {
  const subject = `${who}-${randomUUID()}`;
  const { profile } = USERS[who];
  return {
    visit: (person, more) => host.open(person, subject, { profile, ...more }),
    manage: (person) => host.open(person, subject, { profile, purpose: "manage" }),
    code: (number) => host.code(subject, number),
    sent: () => host.receiver.of(subject).length,
    subject,
    /** Of somebody whose page has been opened: the account is there once the widget has its secret. */
    bypass: async () => {
      await until("the account", async () => (await host.portal.subject(subject)).status === 200);
      return expectStatus(await host.portal.help(subject, "bypass"), 201).body.code;
    },
    fail: () => host.receiver.behave(subject, 422),
    /** What the gateway reports of the first code. */
    report: async (delivery) => {
      const { id } = await host.receiver.message(subject);
      expectStatus(await host.portal.report(subject, id, delivery), 204);
    },
  };
};

export const inPortal = (site) => (who) => {
  const { user } = USERS[who];
  return {
    visit: (person) => person.logIn(user),
    async manage(person) {
      const before = (await site.messages(user)).length;
      await person.logIn(user);
      await person.type(await site.code(user, before + 1));
      await person.isIn();
      await person.goto("/security");
    },
    code: (number) => site.code(user, number),
    sent: async () => (await site.messages(user)).length,
  };
};

/** Makes recovery codes in the manager: the codes, as they are shown. */
export async function makeCodes(person, { manage, sent, code }) {
  await manage(person);
  await person.sees("manage_title");
  const before = await sent();
  const again = await person.button("codes_make_new").isVisible();
  await person.button(again ? "codes_make_new" : "codes_make").click();
  if (again) await person.button("codes_yes").click();
  await person.sees("step_up_title");
  await person.reads("lead_app_sent", { app: "Qaller" });
  await person.type(await code(before + 1));
  await person.sees("codes_shown_title");
  return person.widget.locator('[part="codes"] code').allTextContents();
}

/** In a login, from the first screen to the field for a code of this kind. */
export async function askFor(person, kind) {
  await person.button("use_another").click();
  await person.sees("methods_title");
  await person.method(kind).click();
  await person.longField.waitFor();
}

/** Those with a picture in the documentation. */
export const SCREENS = {
  async "challenge-app"(person, as) {
    await as("both").visit(person);
    await person.reads("lead_app_sent", { app: "Qaller" });
  },
  async methods(person, as) {
    await SCREENS["challenge-app"](person, as);
    await person.button("use_another").click();
    await person.sees("methods_title");
  },
  async "challenge-call"(person, as) {
    await as("mobile").visit(person);
    await person.reads("lead_call_sent");
  },
  async "challenge-totp"(person, as) {
    const { visit } = as("totp");
    await visit(person);
    await person.method("totp").click();
    await person.type(await totp(await typedKey(person)));
    await person.button("backup_later").click();
    await person.page.waitForURL((url) => ["/extensions", "/done"].includes(url.pathname));
    await person.context.clearCookies();
    await person.page.goto("about:blank");
    await visit(person);
    await person.reads("lead_totp");
  },
  async "enroll-choose"(person, as) {
    await as("none").visit(person);
    await person.sees("enroll_title");
  },
  async "enroll-phone"(person, as) {
    await SCREENS["enroll-choose"](person, as);
    await person.method("mobile").click();
    await person.sees("number_title_mobile");
  },
  async "enroll-totp"(person, as) {
    await SCREENS["enroll-choose"](person, as);
    await person.method("totp").click();
    await person.widget.getByRole("img", { name: person.say("totp_qr") }).waitFor();
  },
  async backup(person, as) {
    const { visit, code } = as("app");
    await visit(person);
    await person.type(await code(1));
    await person.sees("backup_title");
  },
  async manage(person, as) {
    await as("both").manage(person);
    await person.sees("manage_title");
  },
  async "recovery-codes"(person, as) {
    await makeCodes(person, as("coded"));
  },
  async "manage-codes"(person, as) {
    await makeCodes(person, as("coded"));
    await person.button("codes_kept").click();
    await person.button("codes_make_new").waitFor();
  },
  async "challenge-recovery"(person, as) {
    const user = as("coded");
    await makeCodes(person, user);
    await person.context.clearCookies();
    await person.page.goto("about:blank");
    await user.visit(person);
    await person.reads("lead_app_sent", { app: "Qaller" });
    await askFor(person, "recovery");
  },
  async locked(person, as) {
    const { visit, code } = as("unlucky");
    await visit(person);
    await person.reads("lead_app_sent", { app: "Qaller" });
    await typeWrong(person, await code(1), 5);
    await person.sees("locked_title");
  },
};

/** Further ones. */
export const MORE_SCREENS = {
  async "codes-replace"(person, as) {
    await SCREENS["manage-codes"](person, as);
    await person.button("codes_make_new").click();
    await person.reads("codes_ask");
  },
  async "recovery-wrong"(person, as) {
    await SCREENS["challenge-recovery"](person, as);
    await person.typeLong("0000-0000-0000-0000");
    await person.reads("code_wrong_other", { count: "4" });
  },
  async "challenge-bypass"(person, as) {
    const user = as("both");
    await user.visit(person);
    await user.bypass();
    await person.page.goto("about:blank");
    await user.visit(person);
    await person.reads("lead_app_sent", { app: "Qaller" });
    await askFor(person, "bypass");
  },
  async "fallback-used"(person, as) {
    const user = as("app");
    await user.visit(person);
    const code = await user.bypass();
    await person.page.goto("about:blank");
    await user.visit(person);
    await askFor(person, "bypass");
    await person.typeLong(code);
    await person.sees("fallback_title");
  },
  async "too-weak"(person, as) {
    const user = as("mobile");
    await user.visit(person, { minimum_acr: "urn:pbx-2fa:totp" });
    await person.type(await user.code(1));
    await person.sees("weak_title");
  },
  async wrong(person, as) {
    const { visit, code } = as("both");
    await visit(person);
    await person.reads("lead_app_sent", { app: "Qaller" });
    await typeWrong(person, await code(1), 2);
    await person.reads("code_wrong_other", { count: "3" });
  },
  async failed(person, as) {
    const { visit, fail } = as("both");
    fail();
    await visit(person);
    await person.reads("delivery_failed_app");
  },
  async mixup(person, as) {
    await SCREENS["enroll-phone"](person, as);
    await typeNumber(person, "02 555 12 34");
    await person.button("number_submit").click();
    await person.reads("number_is_landline");
  },
  async confirm(person, as) {
    await SCREENS["enroll-phone"](person, as);
    await typeNumber(person, "0470 12 34 56");
    await person.button("number_submit").click();
    await person.sees("confirm_title");
  },
  async "step-up"(person, as) {
    await SCREENS.manage(person, as);
    await person.button("add").click();
    await person.sees("add_title");
    await person.method("totp").click();
    await person.sees("step_up_title");
  },
  async elsewhere(person, as) {
    await SCREENS["challenge-app"](person, as);
    await person.page.reload();
    await person.sees("elsewhere_title");
  },
};

/** How far a call has come. */
export const CALLS = Object.fromEntries(Object.entries({
  ringing: "lead_call_ringing",
  answered: "lead_call_answered",
  declined: "delivery_declined_call",
  no_answer: "delivery_no_answer",
}).map(([delivery, says]) => [`call-${delivery.replace("_", "-")}`, async (person, as) => {
  const { visit, report } = as("mobile");
  await visit(person);
  await person.reads("lead_call_sent");
  await report(delivery);
  await person.reads(says);
}]));

/** What can be in the way before there is a view, and a question in between. */
export const IN_THE_WAY = {
  async offline(person, as) {
    await person.page.route("**/v1/session", (route) => route.abort());
    await as("app").visit(person);
    await person.sees("offline_title");
  },
  async unavailable(person, as) {
    const headers = { "access-control-allow-origin": "*" };
    await person.page.route("**/v1/session", (route) => route.fulfill({ status: 503, headers, contentType: "application/problem+json", body: "{}" }));
    await as("app").visit(person);
    await person.sees("unavailable_title");
  },
  async expired(person, as) {
    await as("app").visit(person, { ticket: "tkt_none" });
    await person.sees("expired_title");
  },
  async origin(person, as) {
    await as("app").visit(person, { elsewhere: true });
    await person.sees("origin_title");
  },
  async removing(person, as) {
    await SCREENS["manage-codes"](person, as);
    await person.button("add").click();
    await person.method("totp").click();
    await person.type(await totp(await typedKey(person)));
    await person.sees("manage_title");
    await person.row("totp").getByRole("button", { name: person.say("remove") }).click();
    await person.widget.getByRole("button", { name: person.say("remove_keep") }).waitFor();
  },
};

/** What the loader says by itself, where nothing else will. */
export const LOADER_SAYS = {
  async unreachable(person, as) {
    await person.page.route("**/*.wasm", (route) => route.abort());
    await as("app").visit(person);
    await person.widget.getByRole("alert").waitFor();
  },
  async unsupported(person, as) {
    await person.page.addInitScript(() => delete globalThis.WebAssembly);
    await as("app").visit(person);
    await person.widget.getByRole("alert").waitFor();
  },
};

/** Types a Belgian number into the form for numbers; which country is offered first depends on the language. */
export async function typeNumber(person, number) {
  await person.widget.getByRole("combobox", { name: person.say("number_country") }).selectOption(`${person.say("country_be")} (+32)`);
  await person.widget.getByRole("textbox", { name: person.say("number_label") }).fill(number);
}

/** The key of an authenticator app, as it is shown to be typed. */
export async function typedKey(person) {
  return (await person.widget.locator("code").textContent()).replace(/\s/g, "");
}

/** Types wrong codes, each after the answer to the one before. */
export async function typeWrong(person, right, times) {
  const tried = [right];
  for (let count = 0; count < times; count += 1) {
    const code = wrongCode(...tried);
    tried.push(code);
    const answered = person.page.waitForResponse((response) => response.url().endsWith("/attempts"));
    await person.type(code);
    await answered;
    const left = 4 - count;
    if (left > 0) await person.reads(left === 1 ? "code_wrong_one" : "code_wrong_other", { count: String(left) });
  }
}
