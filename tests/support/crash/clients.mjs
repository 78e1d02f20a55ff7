// Clients of a worker that is killed. Each does one thing over and over until it is cut off (`run`), and afterwards, when
// the worker is there again, asks it for what a crash could have brought twice (`settle`). What was stored at the crash
// says which of the two possible pasts is true for a request that got no answer.
import assert from "node:assert/strict";
import { inSecret } from "../answers.mjs";
import { expectStatus } from "../http.mjs";
import { problemOf } from "../problems.mjs";
import { wrongCode } from "../totp.mjs";

/** With a second method the portal knows of, a login owes no back-up. */
export const MOBILE = "+32470123456";
const ATTEMPTS = 5;
const GUESSES = 12;
/** A code given in the method manager is fresh for five minutes, which leaves some. */
const MANAGES_MS = 240_000;

/** How often each thing was seen: a run that saw none of something has not tested it. */
export class Tally extends Map {
  note(what) {
    this.set(what, (this.get(what) ?? 0) + 1);
  }
}

export class Client {
  constructor(world, random, tally) {
    Object.assign(this, { world, random, tally });
  }

  /** The page's account and transaction as they were stored at the crash. */
  stored(accounts, page) {
    const { account: key, transaction } = inSecret(page.secret);
    const account = accounts.get(key)?.account;
    return { account, transaction: account?.transactions.find((t) => t.key === transaction) };
  }

  code(page, blow) {
    return blow.orCut(this.world.receiver.arrival(page.view.challenge.id)).then(({ data }) => data.code);
  }

  /** The same, or now and then twice at the same moment: the first answer that says yes, else the first. */
  async onceOrTwice(call) {
    const answers = await Promise.all(this.random() < 0.3 ? [call(), call()] : [call()]);
    assert.ok(answers.filter(({ status }) => status === 200).length <= 1, "accepted twice at the same moment");
    return answers.find(({ status }) => status === 200) ?? answers[0];
  }
}

/** Wrong codes, into the wait that they earn and beyond: over as many crashes as it takes. */
export class Guesser extends Client {
  async run(blow) {
    for (;;) {
      if (!this.page || this.sent >= GUESSES) await this.begin(blow);
      this.sent += 1;
      const answer = await this.page.attempt(wrongCode(this.right), this.challenge);
      if (problemOf(answer) === "code-invalid") {
        this.refused += 1;
        this.tally.note("wrong codes refused");
      } else {
        assert.ok(["account-throttled", "challenge-dead"].includes(problemOf(answer)), answer.text);
      }
    }
  }

  async begin(blow) {
    this.page = undefined;
    const page = await this.world.appPage();
    this.right = await this.code(page, blow);
    Object.assign(this, { page, challenge: page.view.challenge.id, sent: 0, refused: 0 });
  }

  async settle(accounts) {
    if (!this.page) return;
    const { account, transaction } = this.stored(accounts, this.page);
    const { attempts } = transaction.challenges.find((c) => c.id === this.challenge);
    assert.ok(attempts >= this.refused, `${this.refused} wrong codes were refused, ${attempts} are counted`);
    assert.equal(account.throttle.consecutive, attempts);
    const view = expectStatus(await this.page.look(), 200).body;
    if (attempts < ATTEMPTS) {
      assert.equal(view.challenge.attempts_left, ATTEMPTS - attempts);
    } else {
      // On a slow machine the wait may be over after many crashes in a row; the code is dead all the same.
      if (view.state === "locked") this.tally.note("waits that outlived a crash");
      else assert.ok(Date.now() / 1000 >= account.throttle.until - 1, `a wait until ${account.throttle.until} is forgotten: ${view.state}`);
      assert.notEqual((await this.page.attempt(this.right, this.challenge)).status, 200, "the right code, after five wrong ones");
    }
    if (attempts > this.refused) this.tally.note("wrong codes counted whose answer was cut off");
    this.refused = attempts;
  }
}

/** Sets the one and the other method as primary, each twice: a second request that is cut off leaves no doubt about the first. */
export class Manager extends Client {
  async run(blow) {
    if (!this.page || Date.now() > this.until) await this.begin(blow);
    for (;;) {
      for (const kind of ["mobile", "mobile", "app", "app"]) {
        expectStatus(await this.page.setPrimary(this.page.authenticator(kind).id), 200);
        this.tally.note("primaries set");
      }
    }
  }

  async begin(blow) {
    this.page = undefined;
    const page = await this.world.appPage(undefined, { profile: { mobile: MOBILE }, purpose: "manage" });
    expectStatus(await page.challenge(), 200);
    expectStatus(await page.attempt(await this.code(page, blow)), 200);
    Object.assign(this, { page, until: Date.now() + MANAGES_MS });
  }

  async settle(accounts) {
    if (!this.page) return;
    const { account } = this.stored(accounts, this.page);
    const { authenticators } = expectStatus(await this.world.portal.subject(this.page.subject), 200).body;
    assert.deepEqual(authenticators.filter((a) => a.primary).map((a) => a.id), [account.primary]);
    this.tally.note("primaries found again");
  }
}
