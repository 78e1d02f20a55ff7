// Clients of a worker that is killed (`clients.mjs`) that log in, from the first code to the session.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { expectStatus } from "../http.mjs";
import { assertProblem, problemOf } from "../problems.mjs";
import { totp, wrongCode } from "../totp.mjs";
import { Client, MOBILE } from "./clients.mjs";

const STEP = 30;

/** Whole logins by the vendor's app, each by a new user. */
export class Login extends Client {
  async run(blow) {
    this.last = [];
    for (;;) await this.login(blow, this.begun({ page: await this.world.appPage(undefined, { profile: { mobile: MOBILE } }) }));
  }

  begun(login) {
    this.last.push(login);
    login.challenge = login.page.view.challenge.id;
    return login;
  }

  async login(blow, login) {
    const { page } = login;
    const code = login.right ?? (await this.code(page, blow));
    if (this.random() < 0.5) assertProblem(await page.attempt(wrongCode(code), login.challenge), "code-invalid");
    login.code = code;
    expectStatus(await this.onceOrTwice(() => page.attempt(code, login.challenge)), 200);
    this.tally.note("right codes accepted");
    if (page.view.state === "backup") expectStatus(await page.finish(), 200);
    login.assertion = page.view.assertion;
    login.keys = [randomUUID(), randomUUID()];
    let n = 0;
    const redeem = () => this.redeem(login, login.keys[n++]);
    expectStatus(await this.onceOrTwice(redeem), 200);
    this.tally.note("sessions");
  }

  async redeem(login, key) {
    const answer = await this.world.portal.redeem(login.page.transaction, login.assertion, key);
    if (answer.status === 200) Object.assign(login, { redeemedWith: key, sid: sidOf(answer) });
    return answer;
  }

  async settle(accounts) {
    for (const login of this.last.filter(({ code }) => code)) await this.settleOne(login, this.stored(accounts, login.page).transaction);
  }

  async settleOne(login, transaction) {
    await this.codeAgain(login, transaction);
    const { redeemed } = transaction.progress;
    if (redeemed) return this.redeemedAgain(login, redeemed);
    const assertion = await this.assertionOf(login.page);
    if (login.assertion) assert.equal(jtiOf(assertion), jtiOf(login.assertion), "another assertion than before");
    login.assertion = assertion;
    return this.redeemedNow(login);
  }

  async assertionOf(page) {
    const view = expectStatus(await page.look(), 200).body;
    return view.assertion ?? expectStatus(await page.finish(), 200).body.assertion;
  }

  /** A code whose acceptance is stored is refused; one that the worker has not seen is still good, once. */
  async codeAgain({ page, code, challenge }, { proof }) {
    if (!proof) {
      expectStatus(await page.attempt(code, challenge), 200);
      this.tally.note("right codes that the crash came before");
    }
    const again = problemOf(await page.attempt(code, challenge));
    assert.ok(["challenge-dead", "already-redeemed"].includes(again), `a used code, after the crash: ${again}`);
    this.tally.note("used codes refused after the crash");
  }

  /** One of the keys that were tried gets the session that is stored; no other key gets any. */
  async redeemedAgain(login, { sid }) {
    const wasAnswered = login.sid !== undefined;
    assertProblem(await this.redeem(login, randomUUID()), "already-redeemed");
    const answers = [];
    for (const key of login.keys) answers.push({ key, answer: await this.redeem(login, key) });
    const good = answers.filter(({ answer }) => answer.status === 200);
    assert.equal(good.length, 1, "the key that it was redeemed with gets its answer again");
    assert.equal(sessionOf(sidOf(good[0].answer)), sid, "and no second session");
    this.tally.note(wasAnswered ? "second redemptions refused" : "sessions stored whose answer was cut off");
  }

  async redeemedNow(login) {
    assert.equal(login.sid, undefined, "a session that was answered is not stored");
    expectStatus(await this.redeem(login, randomUUID()), 200);
    for (const key of login.keys ?? [randomUUID()]) assertProblem(await this.redeem(login, key), "already-redeemed");
    this.tally.note("redemptions after the crash");
  }
}

/** Logins with an authenticator app: one round sets it up, and mostly a later one logs in with it. */
export class AppLogin extends Login {
  async run(blow) {
    Object.assign(this, { last: [], spent: [] });
    for (;;) {
      if (!this.user?.isBound || !isFresh(this.user)) await this.setUp();
      const { user } = this;
      const page = await this.world.portal.page(user.page.subject);
      user.login = this.begun({ page, right: user.codes[1] });
      this.spent.push(user);
      this.user = undefined;
      await this.login(blow, user.login);
    }
  }

  async setUp() {
    this.user = undefined;
    const page = await this.world.portal.page(this.world.user("totp"));
    expectStatus(await page.enroll({ kind: "totp" }), 200);
    const { id, totp: { secret } } = page.view.enrollment;
    const now = Date.now() / 1000;
    // This step's and the next one's: both are still good where the step ends meanwhile.
    const codes = await Promise.all([0, 1].map((steps) => totp(secret, { steps, now })));
    this.user = { page, enrollment: id, codes, step: Math.floor(now / STEP) };
    expectStatus(await this.onceOrTwice(() => page.confirm(codes[0], id)), 200);
    this.user.isBound = true;
  }

  /** Afterwards no code is right in any further transaction whose step has been used. */
  async settle(accounts) {
    await super.settle(accounts);
    for (const user of this.spent) await this.codesElsewhere(user, this.stored(accounts, user.page).account);
    if (!this.user) return;
    const isBound = this.stored(accounts, this.user.page).account.authenticators.length > 0;
    if (!isBound) await this.confirmedAtMostOnce(this.user);
    this.user = isBound ? { ...this.user, isBound } : undefined;
  }

  async codesElsewhere({ page, codes, step, login }, { authenticators: [{ method }] }) {
    for (const [i, code] of codes.entries()) {
      if (method.last_step >= step + i || login.code === code) await this.refusedElsewhere(page.subject, code);
    }
  }

  async confirmedAtMostOnce({ page, codes, enrollment }) {
    const again = await page.confirm(codes[0], enrollment);
    if (again.status === 200) await this.refusedElsewhere(page.subject, codes[0]);
    this.tally.note("enrollments that the crash came before");
  }

  async refusedElsewhere(subject, code) {
    const page = await this.world.portal.page(subject);
    assertProblem(await page.attempt(code), "code-invalid");
    this.tally.note("used codes of an authenticator app refused elsewhere");
  }
}

/** Whether the later of its two codes will still be good in some seconds. */
const isFresh = ({ step }) => Math.floor(Date.now() / 1000 / STEP) <= step + 1;

const claimsOf = (token) => JSON.parse(Buffer.from(token.split(".")[1], "base64url"));
const jtiOf = (token) => claimsOf(token).jti;
const sidOf = (answer) => claimsOf(answer.body.session_token).sid;

/** The random part of a `sid`, which is what an account keeps of it; what follows says who proved it. */
const sessionOf = (sid) => Buffer.from(sid, "base64url").subarray(0, 16).toString("base64url");
