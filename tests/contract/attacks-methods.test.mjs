// Attacks by way of the methods themselves: a code of one in the place of another, changes without a proof, the last back-up
// removed.
import assert from "node:assert/strict";
import { after, afterEach, before, suite, test } from "node:test";
import { managerOf, withAllKinds } from "../support/attack.mjs";
import { ahead } from "../support/clock.mjs";
import { randomFrom } from "../support/crash/blow.mjs";
import { expectStatus } from "../support/http.mjs";
import { DIST_TEST } from "../support/paths.mjs";
import { assertProblem, problemOf } from "../support/problems.mjs";
import { totp, wrongCode } from "../support/totp.mjs";
import { Worker } from "../support/worker.mjs";
import { World } from "../support/world.mjs";

const MOBILE = "+32470123456";
const profile = { mobile: MOBILE };

let world;
before(async () => (world = await World.begin({ deployment: Worker, dist: DIST_TEST })));
afterEach(() => ahead(world, 0));
after(() => world?.end());

/** Where a code belongs: the purpose of its challenge, and the kind of its method. An authenticator app's has no purpose. */
const PLACES = [
  ...["app", "mobile", "landline", "totp"].map((kind) => ({ purpose: "login", kind })),
  ...["app", "mobile", "landline", "totp"].map((kind) => ({ purpose: "step_up", kind })),
  ...["mobile", "landline", "totp"].map((kind) => ({ purpose: "enroll", kind })),
];
const nameOf = ({ purpose, kind }) => `${kind}'s for ${purpose}`;
/** Of five codes that nobody answers in ten minutes, one is a login's first, and one the right one. */
const AT_ONCE = 3;

/** A user with a page for each purpose: a login, a manager before its step-up, and one after it. */
class Matrix {
  static async begin() {
    const matrix = new Matrix();
    matrix.user = await withAllKinds(world);
    const { subject, profile: known } = matrix.user;
    const enroll = await managerOf(world, matrix.user);
    matrix.pages = { login: await world.portal.page(subject, { profile: known }), step_up: await world.portal.page(subject, { purpose: "manage" }), enroll };
    return matrix;
  }

  /** Opens the challenge of a place; the code that is right there, and how to try one. */
  async open({ purpose, kind }) {
    const page = this.pages[purpose];
    if (purpose === "enroll") return this.#enroll(page, kind);
    if (page.view.challenge?.kind !== kind) expectStatus(await page.challenge(this.user.ids[kind]), 200);
    const { id } = page.view.challenge;
    const code = kind === "totp" ? await this.user.next() : await world.receiver.code(this.user.subject, { challenge: id });
    return { code, attempt: (tried) => page.attempt(tried, id) };
  }

  async #enroll(page, kind) {
    const before = await world.sent(this.user.subject);
    const number = kind === "mobile" ? "+32478654321" : "+3223334455";
    expectStatus(await page.enroll(kind === "totp" ? { kind } : { kind, number }), 200);
    const { id, totp: setup } = page.view.enrollment;
    const code = setup ? await totp(setup.secret) : await world.receiver.code(this.user.subject, { number: before + 1 });
    return { code, attempt: (tried) => page.confirm(tried, id) };
  }
}

suite("T9: of every purpose and method, in the place of every other", () => {
  for (const place of PLACES) {
    // An authenticator app shows one code for whatever asks first, so its login and its step-up are one place.
    const isSame = (other) => other.kind === place.kind && (other.purpose === place.purpose || (place.kind === "totp" && ![place.purpose, other.purpose].includes("enroll")));
    const others = PLACES.filter((other) => !isSame(other));
    test(`a code of none is right as the ${nameOf(place)}, but its own`, async () => {
      for (let from = 0; from < others.length; from += AT_ONCE) {
        const matrix = await Matrix.begin();
        const foreign = [];
        for (const other of others.slice(from, from + AT_ONCE)) foreign.push([nameOf(other), (await matrix.open(other)).code]);
        const { code, attempt } = await matrix.open(place);
        for (const [name, wrong] of foreign) {
          assert.notEqual(wrong, code, "one chance in a million: run again");
          assert.equal(problemOf(await attempt(wrong)), "code-invalid", name);
        }
        expectStatus(await attempt(code), 200);
      }
    });
  }
});

/** Every call that changes methods, for a page of a user with the app and a mobile. */
const CHANGES = {
  "Set as Primary": (page, ids) => page.setPrimary(ids.mobile),
  "the removal of a method": (page, ids) => page.remove(ids.totp),
  "the set-up of an authenticator app": (page) => page.enroll({ kind: "totp" }),
  "the set-up of a mobile": (page) => page.enroll({ kind: "mobile", number: "+32478654321" }),
  "the set-up of a landline": (page) => page.enroll({ kind: "landline", number: "+3223334455" }),
  "the set-up of a number of the profile": (page) => page.enroll({ kind: "landline", suggested: true }),
};

/** Proofs that do not suffice: each a page of the user. */
const INSUFFICIENT = {
  "the password alone, in a login": ({ subject, known }) => world.portal.page(subject, { profile: known }),
  "the password alone, in the manager": ({ subject, known }) => world.portal.page(subject, { profile: known, purpose: "manage" }),
  "the right code of the login": async ({ subject, known }) => {
    const page = await world.portal.page(subject, { profile: known });
    expectStatus(await page.attempt(await world.code(page)), 200);
    return page;
  },
  "a wrong code in the manager": async ({ subject, known }) => {
    const page = await world.portal.page(subject, { profile: known, purpose: "manage" });
    expectStatus(await page.challenge(), 200);
    assertProblem(await page.attempt(wrongCode(await world.code(page))), "code-invalid");
    return page;
  },
  "a code in the manager of another window": ({ subject, known }) => world.portal.page(subject, { profile: known, purpose: "manage" }),
  "a code that is 300 seconds old": async ({ subject, known }) => {
    const page = await world.portal.page(subject, { profile: known, purpose: "manage" });
    expectStatus(await page.challenge(), 200);
    expectStatus(await page.attempt(await world.code(page)), 200);
    await ahead(world, 300);
    return page;
  },
  "a manager that was ended": async ({ subject, known }) => {
    const page = await world.portal.page(subject, { profile: known, purpose: "manage" });
    expectStatus(await page.challenge(), 200);
    expectStatus(await page.attempt(await world.code(page)), 200);
    expectStatus(await page.finish(), 200);
    return page;
  },
};

suite("T15: no method is changed by", () => {
  for (const [proof, pageOf] of Object.entries(INSUFFICIENT)) {
    test(proof, async () => {
      const user = await withAllKinds(world);
      const known = { ...user.profile, landline: "+3224445566" };
      const page = await pageOf({ ...user, known });
      const state = async () => expectStatus(await world.portal.subject(user.subject), 200).body.authenticators.map(({ id, primary }) => [id, primary]);
      const [before, sent] = [await state(), await world.sent(user.subject)];
      for (const [what, change] of Object.entries(CHANGES)) assert.equal(problemOf(await change(page, user.ids)), "step-up-required", what);
      assert.deepEqual(await state(), before);
      assert.equal(await world.sent(user.subject), sent, "nobody was called");
    });
  }

  test("the right code of another's enrollment", async () => {
    const [user, other] = [await withAllKinds(world), await withAllKinds(world)];
    expectStatus(await user.manager.enroll({ kind: "totp" }), 200);
    const { id, totp: { secret } } = user.manager.view.enrollment;
    assertProblem(await other.manager.confirm(await totp(secret), id), "not-found");
    const elsewhere = await world.portal.page(user.subject, { purpose: "manage" });
    assertProblem(await elsewhere.confirm(await totp(secret), id), "step-up-required");
    expectStatus(await user.manager.confirm(await totp(secret), id), 200);
  });
});

/** What a user, or somebody with the user's code, can do to the methods: each with the answers that may come. */
const MOVES = {
  async "sets up an authenticator app"(page) {
    const begun = await page.enroll({ kind: "totp" });
    if (begun.status !== 200) return problemOf(begun);
    return problemOf(await page.confirm(await totp(page.view.enrollment.totp.secret)));
  },
  async "begins an authenticator app and makes it primary"(page) {
    const begun = await page.enroll({ kind: "totp" });
    return problemOf(begun.status === 200 ? await page.setPrimary(page.view.enrollment.id.replace("enr_", "aut_")) : begun);
  },
  "removes a method": async (page, random) => problemOf(await page.remove(any(page.view.authenticators, random).id)),
  "removes the primary": async (page) => problemOf(await page.remove(page.view.authenticators[0].id)),
  "removes what is not there": async (page) => problemOf(await page.remove("aut_AAAAAAAAAAAAAAAAAAAAAA")),
  "chooses a primary": async (page, random) => problemOf(await page.setPrimary(any(page.view.authenticators, random).id)),
};
const any = (list, random) => list[Math.floor(random() * list.length)];
const ANSWERS = new Set(["200", "backup-required", "not-found", "invalid-request"]);
const SEED = Number(process.env.PBX2FA_SEED) || (Date.now() & 0xffff_ffff) >>> 0;

for (const [what, skips, least] of [["a back-up is demanded", 0, 2], ["it may be put off", 3, 1]]) {
  test(`T17: 100 random changes where ${what} never leave fewer methods than ${least}, nor a primary that is none`, async (t) => {
    t.diagnostic(`seed ${SEED} (PBX2FA_SEED)`);
    const [random, seen] = [randomFrom(SEED), new Map()];
    const portal = await world.tenant(`t17-${skips}`, { policy: { backup: { skips } } });
    const { subject } = await world.appPage(undefined, { portal, profile });
    const manage = () => managerOf(world, { subject }, portal);
    let page = await manage();
    for (let n = 0; n < 100; n += 1) {
      const [move, act] = any(Object.entries(MOVES), random);
      const before = expectStatus(await portal.subject(subject), 200).body.authenticators;
      const answer = await act(page, random);
      const { authenticators } = expectStatus(await portal.subject(subject), 200).body;
      assert.ok(ANSWERS.has(answer), `${move}: ${answer}`);
      assert.equal(authenticators.filter((a) => a.primary).length, 1, `${move} left ${authenticators.filter((a) => a.primary).length} primaries`);
      assert.ok(authenticators.length >= least && authenticators.length <= 8, `${move} left ${authenticators.length} methods`);
      assert.ok(authenticators.some((a) => a.kind === "app") && authenticators.some((a) => a.kind === "mobile"), `${move} took a method of the portal's`);
      assert.ok(Math.abs(authenticators.length - before.length) <= 1);
      if (answer !== "200") assert.deepEqual(authenticators, before, `${move} was refused (${answer}), and changed something`);
      seen.set(`${move}: ${answer}`, (seen.get(`${move}: ${answer}`) ?? 0) + 1);
      expectStatus(await page.look(), 200);
      if (n % 50 === 49) page = await manage();
    }
    t.diagnostic([...seen].map(([move, times]) => `${move}, ${times} times`).join("; "));
    for (const needed of ["sets up an authenticator app: 200", "removes a method: 200", "chooses a primary: 200", "removes a method: backup-required"]) assert.ok(seen.has(needed), `never seen: ${needed}`);
  });
}

test("T17: the user's own methods go down to what policy demands, and no further", async () => {
  for (const [skips, left] of [[0, 2], [3, 1]]) {
    const portal = await world.tenant(`t17-own-${skips}`, { policy: { backup: { skips } } });
    const page = await portal.page(world.user());
    for (let n = 0; n < 3; n += 1) {
      const manager = n === 0 ? page : await ownManager(portal, page);
      expectStatus(await manager.enroll(n === 0 ? { kind: "mobile", number: MOBILE } : { kind: "totp" }), 200);
      const { enrollment } = manager.view;
      expectStatus(await manager.confirm(enrollment.totp ? await totp(enrollment.totp.secret) : await world.receiver.code(page.subject)), 200);
    }
    const manager = await ownManager(portal, page);
    const removed = [];
    for (const { id } of manager.view.authenticators) removed.push(problemOf(await manager.remove(id)));
    const { body } = expectStatus(await portal.subject(page.subject), 200);
    assert.equal(body.authenticators.length, left);
    assert.deepEqual(removed.sort(), [...Array(3 - left).fill("200"), ...Array(left).fill("backup-required")].sort());
  }
});

/** The manager of a user whose mobile number is called. */
async function ownManager(portal, { subject }) {
  const manager = await portal.page(subject, { purpose: "manage" });
  expectStatus(await manager.challenge(manager.authenticator("mobile").id), 200);
  expectStatus(await manager.attempt(await world.receiver.code(subject, { challenge: manager.view.challenge.id })), 200);
  return manager;
}
