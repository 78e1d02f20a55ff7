// Keys that sign tokens come and go, by schedule and by command, and no token fails because of it.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createPrivateKey } from "node:crypto";
import { after, before, suite, test } from "node:test";
import { promisify } from "node:util";
import { calculateJwkThumbprint, createLocalJWKSet, decodeProtectedHeader, jwtVerify } from "jose";
import { ahead, at } from "../support/clock.mjs";
import { expectStatus, send } from "../support/http.mjs";
import { DIST_TEST, xtask } from "../support/paths.mjs";
import { assertProblem } from "../support/problems.mjs";
import { preparePython } from "../support/python.mjs";
import { SigningKeys, openStored } from "../support/signing_keys.mjs";
import { TokenLoad } from "../support/token_load.mjs";
import { until } from "../support/wait.mjs";
import { Worker } from "../support/worker.mjs";
import { World } from "../support/world.mjs";

const ALGORITHMS = ["ES256", "EdDSA"];
const [MINUTE, HOUR, DAY] = [60, 3_600, 86_400];

let world;
let keys;
let load;
let aheadBy = 0;
/** Before a moment, so that what happens at it happens while logins go on. */
const BEFORE = 3;

before(async () => {
  [world] = await Promise.all([World.begin({ dist: DIST_TEST }), preparePython()]);
  keys = new SigningKeys(world.stack);
  const tenant = (signature) => world.tenant(signature.toLowerCase(), { policy: { signature, session_lifetime: DAY } });
  const portals = Object.fromEntries(await Promise.all(ALGORITHMS.map(async (alg) => [alg, await tenant(alg)])));
  load = new TokenLoad({ world, portals, ahead: () => aheadBy });
});
after(async () => {
  load?.end();
  await world?.end();
});

async function goTo(moment) {
  aheadBy = moment - Math.floor(Date.now() / 1000);
  await at(world, moment);
}

const now = () => Math.floor(Date.now() / 1000) + aheadBy;
const only = (list) => {
  assert.equal(list.length, 1, JSON.stringify(list));
  return list[0];
};
const hook = async (what) => expectStatus(await send(world.stack.edge, "GET", `/test/keys/${what}`), 200);

suite("a new deployment", () => {
  // Three, for in one it may happen that the first to ask is answered before the others have asked.
  for (const which of ["one", "another", "a third"]) test(`makes one key of each algorithm, however many ask for it at the same time (${which})`, async () => {
    const worker = await Worker.start({ awaited: false });
    try {
      // All of them are waiting when the port opens.
      const asked = Array.from({ length: 40 }, () =>
        until("the published keys", () => send(worker.edge, "GET", "/.well-known/jwks.json").catch(() => undefined)));
      const answers = await Promise.all(asked);
      const texts = new Set(answers.map((answer) => expectStatus(answer, 200).text));
      assert.equal(texts.size, 1);
      assert.deepEqual(answers[0].body.keys.map(({ alg }) => alg).sort(), ALGORITHMS);
      worker.kill();
      await worker.ended();
      await worker.startAgain();
      assert.equal((await send(worker.edge, "GET", "/.well-known/jwks.json")).text, [...texts][0], "the same after a crash");
    } finally {
      await worker.stop();
    }
  });

  test("publishes public members alone, by the names that jose computes", async () => {
    const jwks = await keys.jwks();
    for (const key of jwks.keys) {
      const members = { ES256: ["alg", "crv", "kid", "kty", "use", "x", "y"], EdDSA: ["alg", "crv", "kid", "kty", "use", "x"] };
      assert.deepEqual(Object.keys(key).sort(), members[key.alg]);
      assert.equal(key.kid, await calculateJwkThumbprint(key, "sha256"));
    }
    for (const alg of ALGORITHMS) {
      const { status, published_from: published, signs_from: signs, ...more } = only(await keys.list(alg));
      assert.deepEqual([status, Math.abs(now() - published) < 5 * MINUTE, signs - published], ["active", true, 0]);
      assert.deepEqual(Object.keys(more).sort(), ["alg", "kid"]);
    }
  });
});

suite("what is kept", () => {
  test("each key that is kept is the private half of a published one", async () => {
    const { keys: published } = await keys.jwks();
    const kept = await openStored(world.stack);
    assert.deepEqual(kept.map(({ kid }) => kid).sort(), published.map(({ kid }) => kid).sort());
    for (const { kid, jwk } of kept) {
      const { x, y } = published.find((key) => key.kid === kid);
      assert.deepEqual([jwk.x, jwk.y], [x, y]);
      // No private key that is not of this public one is taken.
      assert.equal(createPrivateKey({ key: jwk, format: "jwk" }).export({ format: "jwk" }).d, jwk.d);
    }
  });
});

suite("a rotation at once", () => {
  for (const alg of ALGORITHMS) {
    test(`${alg}: logins go on, and every token verifies`, async () => {
      const old = only(await keys.kids(alg, "active"));
      load.start();
      await load.until("tokens by the old key", () => load.kids(alg).has(old));
      const [kept, made] = await keys.rotate(alg, { at_once: true });
      assert.deepEqual([kept.kid, kept.status, made.status], [old, "retired", "active"]);
      const since = load.tokens.length;
      await load.until("tokens by the new key", () => load.kids(alg).has(made.kid));
      await load.until("some logins more", () => load.tokens.length > since + 60);
      await load.stop();
      assert.ok(load.tokens.slice(-12).every((token) => token.algorithm !== alg || token.kid === made.kid));
    });
  }

  test("is not known to who has kept the published keys, until they are fetched again", async () => {
    const stale = createLocalJWKSet(await keys.jwks());
    await keys.rotate("ES256", { at_once: true });
    const { session } = await load.login("ES256");
    await assert.rejects(jwtVerify(session, stale, load.options("ES256", "session")), { code: "ERR_JWKS_NO_MATCHING_KEY" });
    await jwtVerify(session, createLocalJWKSet(await keys.jwks()), load.options("ES256", "session"));
  });
});

suite("an isolate that has not asked for a while", () => {
  test("signs with the key that it knows, and others verify that", async () => {
    const portal = load.portals.EdDSA;
    const old = only(await keys.kids("EdDSA", "active"));
    await keys.jwks();
    await hook("put-by");
    await keys.rotate("EdDSA", { at_once: true });
    await hook("bring-back");
    const page = await world.verified(undefined, { portal });
    assert.equal(decodeProtectedHeader(page.view.assertion).kid, old);
    await keys.rotate("ES256", { at_once: true });
    const fresh = createLocalJWKSet(await keys.jwks());
    await jwtVerify(page.view.assertion, fresh, load.options("EdDSA", "assertion"));
    expectStatus(await portal.redeem(page.transaction, page.view.assertion), 200);
  });

  test("asks for a key that it does not know, and not for every name that somebody makes up", async () => {
    const portal = load.portals.EdDSA;
    await keys.jwks();
    await hook("put-by");
    await keys.rotate("EdDSA", { at_once: true });
    const pages = [await world.verified(undefined, { portal }), await world.verified(undefined, { portal })];
    const redeem = ({ transaction, view }, assertion = view.assertion) => portal.redeem(transaction, assertion);
    await goTo(now() + 10);
    await hook("bring-back");
    expectStatus(await redeem(pages[0]), 200);

    await goTo(now() + 10);
    await hook("bring-back");
    const [, claims, signature] = pages[1].view.assertion.split(".");
    const header = { typ: "pbx-2fa+jwt", alg: "EdDSA", kid: "A".repeat(43) };
    const made = [Buffer.from(JSON.stringify(header)).toString("base64url"), claims, signature].join(".");
    assertProblem(await redeem(pages[1], made), "not-found");
    await hook("bring-back");
    assertProblem(await redeem(pages[1]), "not-found");
    await goTo(now() + 6);
    await hook("bring-back");
    expectStatus(await redeem(pages[1]), 200);
  });
});

suite("a key that is removed", () => {
  test("is refused from then on, its tokens too; the one that signs is not removed", async () => {
    const portal = load.portals.ES256;
    const page = await world.verified(undefined, { portal });
    const { kid } = decodeProtectedHeader(page.view.assertion);
    assert.match(assertProblem(await keys.remove(kid), "invalid-request").detail, /^kid: this key signs; rotate at once first/);
    await keys.rotate("ES256", { at_once: true });
    expectStatus(await keys.remove(kid), 204);
    assert.ok(!(await keys.jwks()).keys.some((key) => key.kid === kid));
    assertProblem(await portal.redeem(page.transaction, page.view.assertion), "not-found");
    // The account knows the assertion still; signed again, it is redeemed.
    expectStatus(await page.finish(), 200);
    expectStatus(await portal.redeem(page.transaction, page.view.assertion), 200);
    assertProblem(await keys.remove(kid), "not-found");
    assertProblem(await keys.remove("x"), "not-found");
  });

  test("makes room, where rotations at once have filled the list", async () => {
    const rotate = () => keys.call("POST", "/rotate", { alg: "ES256", at_once: true });
    const refused = await until("the end of them", async () => {
      const answer = await rotate();
      return answer.status !== 200 && answer;
    });
    assert.match(assertProblem(refused, "invalid-request").detail, /^alg: 8 keys are published/);
    for (const kid of await keys.kids("ES256", "retired")) expectStatus(await keys.remove(kid), 204);
    expectStatus(await rotate(), 200);
    for (const kid of await keys.kids("ES256", "retired")) expectStatus(await keys.remove(kid), 204);
  });
});

test("the command lists, rotates and removes", async () => {
  const env = { ...process.env, PBX2FA_URL: world.stack.edge, PBX2FA_OPERATOR_KEY: world.stack.operatorKey };
  const command = async (...words) => (await promisify(execFile)(xtask(), ["keys", ...words], { env })).stdout;
  const lines = (await command("rotate", "EdDSA", "--at-once")).trim().split(/\n */);
  assert.match(lines[0], /^kid +alg +status +published from +signs from +signs until +published until$/);
  const retired = await keys.kids("EdDSA", "retired");
  for (const kid of retired) assert.match(lines.find((line) => line.includes(kid)), / EdDSA +retired( +\d{10}){4}$/);
  for (const kid of retired) await command("remove", kid);
  const active = only(await keys.list("EdDSA"));
  assert.match(await command("list"), new RegExp(`^  ${active.kid} +EdDSA +active +\\d{10} +\\d{10} +- +-$`, "m"));
  await assert.rejects(command("remove", active.kid), /400 The request is not what this call expects: kid: this key signs/);
});

suite("an ordinary rotation", () => {
  const rotated = {};

  test("publishes the next key a day and an hour before it signs, and asking twice is asking once", async () => {
    for (const alg of ALGORITHMS) {
      const [old, next] = await keys.rotate(alg);
      assert.deepEqual([old.status, next.status, old.signs_until], ["active", "next", next.signs_from]);
      assert.equal(next.signs_from - next.published_from, DAY + HOUR);
      assert.equal(old.published_until - old.signs_until, DAY + HOUR);
      rotated[alg] = { old, next };
      assert.deepEqual(await keys.rotate(alg), [old, next]);
    }
    const published = (await keys.jwks()).keys.map(({ kid }) => kid).sort();
    assert.deepEqual(published, ALGORITHMS.flatMap((alg) => [rotated[alg].old.kid, rotated[alg].next.kid]).sort());
    assert.equal((await load.login("ES256")) && load.tokens.at(-1).kid, rotated.ES256.old.kid);
  });

  test("logins go on while it changes over, and a JWKS fetched a day before verifies every token", async () => {
    const change = Math.max(...ALGORITHMS.map((alg) => rotated[alg].next.signs_from));
    await goTo(Math.min(...ALGORITHMS.map((alg) => rotated[alg].next.signs_from)) - DAY);
    const stale = createLocalJWKSet(await keys.jwks());
    await goTo(change - BEFORE);
    load.tokens.length = 0;
    load.start();
    await load.until("the moment", () => now() > change + BEFORE);
    const since = load.tokens.length;
    await load.until("some logins more", () => load.tokens.length > since + 30);
    await load.stop();
    for (const alg of ALGORITHMS) {
      const { old, next } = rotated[alg];
      assert.deepEqual([await keys.kids(alg, "retired"), await keys.kids(alg, "active")], [[old.kid], [next.kid]]);
      assert.ok(load.kids(alg).has(next.kid));
    }
    assert.ok(ALGORITHMS.some((alg) => load.kids(alg).size === 2), "it changed over in the middle of the load");
    for (const { algorithm, kind, token } of load.tokens) await jwtVerify(token, stale, load.options(algorithm, kind));
  });

  test("keeps the old key published until its last token has ended, and then no longer", async () => {
    const alg = ALGORITHMS.find((a) => load.kids(a).size === 2);
    const { old } = rotated[alg];
    const last = load.tokens.findLast((token) => token.kid === old.kid && token.kind === "session");
    await goTo(last.exp - BEFORE);
    await jwtVerify(last.token, createLocalJWKSet(await keys.jwks()), load.options(alg, "session", last.exp - BEFORE));
    await goTo(old.published_until - 2 * BEFORE);
    assert.deepEqual(await keys.kids(alg, "retired"), [old.kid]);
    await goTo(old.published_until);
    assert.deepEqual(await keys.kids(alg, "retired"), []);
    const fresh = createLocalJWKSet(await keys.jwks());
    await assert.rejects(jwtVerify(last.token, fresh, load.options(alg, "session", last.exp - BEFORE)), { code: "ERR_JWKS_NO_MATCHING_KEY" });
  });

  test("comes by itself after 90 days", async () => {
    const kids = async () => (await keys.jwks()).keys.map(({ kid }) => kid);
    const { signs_from: since, kid } = only(await keys.list("ES256"));
    await goTo(since + 89 * DAY - 2 * HOUR);
    assert.equal((await kids()).length, 2);
    await goTo(since + 89 * DAY - HOUR + BEFORE);
    const next = await until("the next key", async () => (await keys.list("ES256")).find((key) => key.status === "next"));
    assert.ok((await kids()).includes(next.kid));
    assert.ok(next.signs_from >= since + 90 * DAY && next.signs_from - next.published_from >= DAY + HOUR);
    await load.login("ES256");
    assert.equal(load.tokens.at(-1).kid, kid);
    await goTo(next.signs_from);
    await load.login("ES256");
    assert.equal(load.tokens.at(-1).kid, next.kid);
  });
});
