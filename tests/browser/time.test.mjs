// What time does: the wait before another code, a code that expires, a lock that ends, a login that took too long. The
// clocks of the worker and of the page are set, so that nobody waits.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DIST_TEST } from "../support/paths.mjs";
import { until } from "../support/wait.mjs";
import { typeWrong } from "./support/screens.mjs";
import { Site } from "./support/site.mjs";

const BOTH = { app: { registered: true }, mobile: "+32470123412" };

let site, host;
before(async () => {
  site = await Site.open({ dist: DIST_TEST });
  host = await site.host();
});
after(() => site?.close());

async function atTheCode(subject) {
  await site.later(0);
  const person = await site.person();
  await person.page.clock.install();
  await host.open(person, subject, { profile: BOTH });
  await person.reads("lead_app_sent");
  return [person, await host.code(subject)];
}

/** Time passes for the worker and for the page; both are given in seconds after the real beginning. */
async function pass(person, to, from = 0) {
  await site.later(to);
  await person.page.clock.fastForward((to - from) * 1000);
}

test("another code can be asked for when the countdown is over, and is another code", async () => {
  const [person, first] = await atTheCode("waiting");
  await person.reads("resend_app_in");
  assert.match(await person.sentence("resend_app_in").textContent(), /0:(30|2\d)/);
  assert.equal(await person.button("resend_app").count(), 0);

  await pass(person, 31);
  await person.button("resend_app").click();
  const second = await host.code("waiting", 2);
  await person.reads("resend_app_in");
  assert.match(await person.sentence("resend_app_in").textContent(), /1:00|0:5\d/, "the second wait is longer");
  if (first !== second) {
    await person.type(first);
    await person.reads("code_wrong_other");
  }
  await person.type(second);
  await person.isWelcome("waiting");
});

test("the last seconds of a code are announced, its end too, and then the button asks for a new one", async () => {
  const [person] = await atTheCode("slow");
  await pass(person, 242);
  await person.hears("said_left", { count: "60" });
  await pass(person, 272, 242);
  await person.hears("said_left", { count: "30" });
  await pass(person, 292, 272);
  await person.hears("said_left", { count: "10" });
  await pass(person, 302, 292);
  await person.hears("code_expired");
  await person.reads("code_expired");
  assert.equal(await person.button("code_submit").count(), 0);
  await person.button("resend_app").waitFor();
});

test("a code that expired while nobody looked is refused in words", async () => {
  const [person, code] = await atTheCode("away");
  await site.later(301);
  await person.type(code);
  await person.reads("code_expired");
  await person.button("resend_app").waitFor();
});

test("a lock ends, and the right code gets in", async () => {
  const [person, code] = await atTheCode("unlucky");
  await typeWrong(person, code, 5);
  await person.sees("locked_title");
  await pass(person, 35);
  await person.sees("code_title");
  await person.button("resend_app").click();
  await person.type(await host.code("unlucky", 2));
  await person.isWelcome("unlucky");
});

test("a login that took too long begins again in one press, with a code of its own", async () => {
  // From 5 minutes before the real time to 5 minutes after it: what the portal's gateway takes for fresh.
  await site.later(-298);
  const an = await site.person();
  await an.page.clock.install();
  await an.logIn("an");
  await an.reads("lead_app_sent", { app: "Qaller" });
  const opened = Date.now() / 1000 - 298;
  await site.later(296);
  await an.page.clock.fastForward(601_000);
  await an.sees("expired_title");
  await until("the worker's end of it", () => Date.now() / 1000 + 296 > opened + 601);
  // On a slow machine the gateway may have found the first message too old; what counts is that a further one comes.
  const before = (await site.messages("an")).length;
  await an.button("restart").click();
  await an.reads("lead_app_sent", { app: "Qaller" });
  const code = await site.code("an", before + 1);
  await site.later(0);
  await an.type(code);
  await an.isIn();
});
