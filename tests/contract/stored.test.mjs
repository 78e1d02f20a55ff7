// The checker of what is stored, which ends every suite (`support/stored.mjs`): each thing that it looks for is put into a
// sound state by hand, and found.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { suite, test } from "node:test";
import { Keys } from "../support/keys.mjs";
import { assertStored, judge } from "../support/stored.mjs";
import { keyOf } from "../support/stored/rules.mjs";

const NOW = Math.floor(Date.now() / 1000);
const STEP = Math.floor(NOW / 30);
const random = (bytes) => randomBytes(bytes).toString("base64url");
const sealed = (plain) => Buffer.concat([Buffer.of(1), randomBytes(12 + plain + 16)]).toString("base64url");
const number = () => ({ sealed: sealed(12), index: random(32), index_version: 1, hint: "+32 ••• •• •• 56" });

const [APP, TOTP, MOBILE] = ["aut_app", "aut_totp", "aut_mobile"];
const [REDEEMED, ISSUED, OPEN] = [random(16), random(16), random(16)];

const begun = (key, more) => ({
  key, purpose: "login", origin: "https://portal.example", nonce: random(18), opened_at: NOW - 60, secret: random(32),
  challenges: [], sends: 0, progress: "open", ...more,
});
const challenge = (id, authenticator, kind, more) => ({
  id, authenticator, kind, delivery: kind === "totp" ? "not_needed" : "sent", expires_at: NOW + 240, attempts: 0, purpose: "login",
  answer: kind === "totp" ? "totp" : { code: { version: 1, mac: random(32) } }, ...more,
});

/** One login redeemed, one verified, one under way with three wrong codes, and an enrollment. */
function sound(subject = "an") {
  const proof = { authenticator: APP, kind: "app", at: NOW - 50 };
  const issued = () => ({ jti: random(16), at: NOW - 50 });
  return {
    owner: { client_id: "portal", subject },
    authenticators: [
      { id: APP, method: { kind: "app", device_token: sealed(7) }, source: "profile", bound_at: NOW - 60, confirmed_at: NOW - 60 },
      { id: TOTP, method: { kind: "totp", secret: sealed(20), last_step: STEP - 1 }, source: "user", bound_at: NOW - 60, confirmed_at: NOW - 60 },
      { id: MOBILE, method: { kind: "mobile", ...number() }, source: "profile", bound_at: NOW - 60 },
    ],
    primary: APP,
    transactions: [
      begun(REDEEMED, { proof, progress: { redeemed: { issued: issued(), at: NOW - 40, sid: random(16), jti: random(16), key: random(32) } } }),
      begun(ISSUED, { proof, progress: { issued: issued() } }),
      begun(OPEN, {
        challenges: [challenge("chl_app", APP, "app", { attempts: 3 }), challenge("chl_totp", TOTP, "totp")],
        sends: 2,
        suggestions: [{ kind: "landline", number: number() }],
        enrollment: {
          id: "enr_landline",
          method: { kind: "landline", ...number() },
          challenge: challenge("chl_landline", "aut_landline", "landline", { purpose: "enroll" }),
        },
      }),
    ],
    throttle: { consecutive: 3 },
    sends: [NOW - 50, NOW - 40],
    backup_skips: 1,
    spent_tickets: [{ ticket: random(16), expires_at: NOW + 60 }],
    ended: [{ which: "all", before: NOW - 90 }, { which: { one: random(16) }, before: NOW - 80 }, { which: { proven_by: "aut_gone" }, before: NOW - 70 }],
    remembered: [{ key: random(32), request: random(32), opened: { transaction: OPEN, ticket: random(16), opened_at: NOW - 60 } }],
  };
}

const row = (account, file = "0.sqlite") => ({ file, key: keyOf(account.owner), state: JSON.stringify({ v: "1", account }) });
const storedOf = (...rows) => ({ owners: "shards:1", clientIds: new Set(["portal"]), rows, events: [], faults: [] });
const of = (account, key) => account.transactions.find((t) => t.key === key);
const clone = (value) => structuredClone(value);

const keys = new Keys({ rootKeys: `1:${random(32)}`, operatorKey: "" });

/** Gives an account a trail of these events, chained as the worker does it; returns its rows. */
function trailed(account, ...events) {
  let before = null;
  const { client_id: clientId, subject } = account.owner;
  const rows = events.map(([type, actor = "user", more = {}], i) => {
    const body = JSON.stringify({ sequence: i + 1, at: NOW - 60 + i, type, actor: actor === "help_desk" ? { type: actor, name: "Mia" } : { type: actor }, ...more });
    const parts = [clientId, subject, before ? Buffer.from(before.mac, "base64url") : "", body].map((part) => Buffer.from(part));
    const record = { sequence: i + 1, at: NOW - 60 + i, body, before, link: { version: 1, mac: keys.mac(1, "event", parts) } };
    before = record.link;
    return { account: keyOf(account.owner), sequence: i + 1, at: record.at, row: JSON.stringify(record) };
  });
  if (before) account.trail = { count: rows.length, last: before };
  return rows;
}

const IN_ITSELF = {
  "another owner's key": [(a) => (a.owner.subject = "bea"), /its key is another owner's/, { key: keyOf({ client_id: "portal", subject: "an" }) }],
  "an unknown field": [(a) => (a.authenticators[0].phone = "x"), /must NOT have additional properties: phone/],
  "a field that is missing": [(a) => delete a.throttle, /required property 'throttle'/],
  "a fourth transaction": [(a) => a.transactions.push(begun(random(16))), /transactions must NOT have more than 3/],
  "a ninth authenticator": [(a) => (a.authenticators = Array(9).fill(a.authenticators[0])), /authenticators must NOT have more than 8/],
  "an authenticator twice": [(a) => a.authenticators.push({ ...a.authenticators[2], method: { kind: "mobile", ...number() } }), /authenticator's id is there twice/],
  "a number twice": [(a) => a.authenticators.push({ ...a.authenticators[2], id: "aut_again" }), /telephone number is there twice/],
  "two apps": [(a) => a.authenticators.push({ ...a.authenticators[0], id: "aut_again", method: { kind: "app" } }), /app is bound twice/],
  "a method without its first code": [(a) => delete a.authenticators[1].confirmed_at, /set up without a code/],
  "no primary": [(a) => delete a.primary, /methods, but no primary/],
  "a primary that is not bound": [(a) => (a.primary = "aut_gone"), /primary is not bound/],
  "a primary without methods": [(a) => (a.authenticators = []), /a primary, but no method/],
  "six attempts": [(a) => (of(a, OPEN).challenges[0].attempts = 6), /attempts must be <= 5/],
  "two challenges of one authenticator": [(a) => of(a, OPEN).challenges.push(challenge("chl_2", APP, "app")), /authenticator with a challenge is there twice/],
  "a challenge that outlives its transaction": [(a) => (of(a, OPEN).challenges[0].expires_at = NOW + 541), /chl_app outlives/],
  "an app's code that was never sent": [(a) => (of(a, OPEN).challenges[0].delivery = "not_needed"), /against its kind/],
  "a login's code that enrolls": [(a) => (of(a, OPEN).enrollment.challenge.purpose = "login"), /enrollment's code is of another purpose/],
  "an enrollment's code that logs in": [(a) => (of(a, OPEN).challenges[0].purpose = "enroll"), /chl_app is of another purpose/],
  "a code in the clear": [(a) => (of(a, OPEN).challenges[0].answer = { code: { version: 1, mac: "123456" } }), /mac must match format "hash"/],
  "words where a hash belongs": [(a) => (of(a, OPEN).secret = Buffer.from("a secret of just as many letters").toString("base64url")), /secret must match format "hash"/],
  "a number in the clear": [(a) => (a.authenticators[2].method.sealed = "+32470123456"), /sealed must match format "sealed-number"/],
  "a number in base64url": [(a) => (a.authenticators[2].method.sealed = Buffer.from("+32470123456").toString("base64url")), /sealed must match format/],
  "a hint that says too much": [(a) => (a.authenticators[2].method.hint = "+32 470 12 34 56"), /hint must match pattern/],
  "a number where anything may stand": [(a) => (of(a, OPEN).display_name = "An, +32470123456"), /telephone number is in the clear/],
  "a sent code where anything may stand": [(a) => (of(a, OPEN).display_name = "An 271828"), /a code is in the clear/],
  "an app's key in base32": [(a) => (a.authenticators[1].method.secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"), /secret must match format "sealed-totp-key"/],
  "a device token in the clear": [(a) => (a.authenticators[0].method.device_token = "a-device-token-that-is-long-enough-to-be-sealed"), /device_token must match format/],
  "a step of the future": [(a) => (a.authenticators[1].method.last_step = STEP + 3), /last_step .* is of another time/],
  "a step from before it was set up": [(a) => (a.authenticators[1].method.last_step = STEP - 9), /last_step .* is of another time/],
  "an assertion without a right code": [(a) => delete of(a, ISSUED).proof, /assertion without a right code/],
  "a session without a right code": [(a) => delete of(a, REDEEMED).proof, /assertion without a right code/],
  "a late session": [(a) => (of(a, REDEEMED).progress.redeemed.at += 60), /redeemed after the assertion had expired/],
  "a code after the session": [(a) => of(a, REDEEMED).challenges.push(challenge("chl_late", APP, "app")), /something can still happen/],
  "a transaction twice": [(a) => (of(a, ISSUED).key = OPEN), /transaction's key is there twice/],
  "one assertion for two transactions": [(a) => (of(a, ISSUED).progress.issued.jti = of(a, REDEEMED).progress.redeemed.issued.jti), /assertion's jti is there twice/],
  "five wrong codes without a wait": [(a) => (a.throttle.consecutive = 5), /5 wrong codes, and no wait/],
  "a wait without end": [(a) => (a.throttle = { consecutive: 12, until: NOW + 9_999 }), /wait is longer/],
  "six codes unanswered": [(a) => (a.sends = Array(6).fill(NOW)), /more codes were sent/],
  "a fourth code in a transaction": [(a) => (of(a, OPEN).sends = 4), /sends must be <= 3/],
  "a seventeenth entry of what has ended": [(a) => (a.ended = Array(17).fill(a.ended[0])), /ended must NOT have more than 16/],
  "a session's whole id in what has ended": [(a) => (a.ended[1].which.one = random(24)), /one must match format "random"/],
  "an end in the time to come": [(a) => (a.ended[0].before = NOW + 60), /ended in the time to come/],
  "a nonce that sealed twice": [
    (a) => (of(a, OPEN).enrollment.method.sealed = Buffer.concat([Buffer.from(a.authenticators[2].method.sealed, "base64url").subarray(0, 13), randomBytes(28)]).toString("base64url")),
    /nonce of a sealed value is there twice/,
  ],
};

suite("an account in itself", () => {
  test("sound, nothing is found", () => assert.deepEqual(judge(storedOf(row(sound()))).faults, []));
  for (const [name, [spoil, fault, more]] of Object.entries(IN_ITSELF)) {
    test(name, () => {
      const account = sound();
      spoil(account);
      const { faults } = judge(storedOf({ ...row(account), ...more }), { codes: new Set(["271828"]) });
      assert.match(faults.join("\n"), fault);
      assert.doesNotMatch(faults.join("\n"), /32470|271828|123456/, "a fault quotes no value");
    });
  }
  test("no JSON", () => assert.match(judge(storedOf({ ...row(sound()), state: "{" })).faults.join(), /is not JSON/));
});

suite("accounts together", () => {
  const faultsOf = (stored) => judge(stored).faults.join("\n");
  const two = () => [sound("an"), sound("bea")].map((account) => {
    account.transactions.forEach((t) => (t.key = random(16)));
    return account;
  });
  test("sound, nothing is found", () => assert.equal(faultsOf(storedOf(...two().map((a) => row(a)))), ""));
  test("one row twice", () => assert.match(faultsOf(storedOf(row(sound()), row(sound()))), /row's key is there twice/));
  test("a session of two accounts", () => {
    const [an, bea] = two();
    bea.transactions[0].progress.redeemed.sid = an.transactions[0].progress.redeemed.sid;
    assert.match(faultsOf(storedOf(row(an), row(bea))), /session's sid or jti is there twice/);
  });
  test("no tenant", () => assert.match(faultsOf({ ...storedOf(row(sound())), clientIds: new Set() }), /which is no tenant/));
  test("one owner's accounts in two files", () => {
    const [an, bea] = two();
    assert.match(faultsOf(storedOf(row(an, "0.sqlite"), row(bea, "1.sqlite"))), /files of other owners/);
    assert.match(faultsOf({ ...storedOf(row(an), row(bea)), owners: "per-account" }), /files of other owners/);
    assert.equal(faultsOf({ ...storedOf(row(an, "0.sqlite"), row(bea, "1.sqlite")), owners: "per-account" }), "");
  });
});

const TAKEN_BACK = {
  "a lower last_step": [(a) => (a.authenticators[1].method.last_step -= 1), /last_step of aut_totp.* went/],
  "a right code without its step": [
    (a) => Object.assign(of(a, OPEN), { proof: { authenticator: TOTP, kind: "totp", at: NOW } }),
    /last_step of aut_totp, by the right codes, went/,
  ],
  "fewer wrong codes": [(a) => (a.throttle.consecutive = 2), /wrong codes in a row went from 3 to 2/],
  "fewer attempts": [(a) => (of(a, OPEN).challenges[0].attempts = 2), /attempts of chl_app went from 3 to 2/],
  "fewer codes sent": [(a) => (of(a, OPEN).sends = 1), /codes sent went/],
  "fewer put-offs": [(a) => (a.backup_skips = 0), /backup_skips went/],
  "a transaction less": [(a) => a.transactions.pop(), /transaction .* is lost/],
  "a younger transaction gone for a new one": [(a) => a.transactions.splice(1, 1, begun(random(16))), /transaction .* is lost/],
  "a right code less": [(a) => Object.assign(of(a, ISSUED), { proof: undefined, progress: "open" }), /its right code is lost/],
  "another assertion": [(a) => (of(a, ISSUED).progress.issued.jti = random(16)), /assertion is lost, or another/],
  "a session that can be had again": [(a) => (of(a, REDEEMED).progress = { issued: of(a, REDEEMED).progress.redeemed.issued }), /session is lost, or another/],
  "a session that is alive again": [(a) => a.ended.splice(1, 1), /sessions that ended at .* are alive again/],
  "sessions that are alive again for a while": [(a) => (a.ended[0].before -= 1), /sessions that ended at .* are alive again/],
  "another session": [(a) => (of(a, REDEEMED).progress.redeemed.sid = random(16)), /session is lost, or another/],
};

suite("an account since earlier", () => {
  const used = (a) => (of(a, OPEN).challenges[1].answer = "nothing");
  const since = (spoil, before = sound()) => {
    const now = clone(before);
    spoil(now);
    return judge(storedOf(row(now)), { earlier: judge(storedOf(row(before))) }).faults.join("\n");
  };
  for (const [name, [spoil, fault]] of Object.entries(TAKEN_BACK)) test(name, () => assert.match(since(spoil), fault));
  test("a used code that is open again", () => {
    const before = sound();
    used(before);
    assert.match(since((a) => (of(a, OPEN).challenges[1].answer = "totp"), before), /chl_totp was used up, and is open again/);
  });
  test("a lost account", () => {
    assert.match(judge(storedOf(), { earlier: judge(storedOf(row(sound()))) }).faults.join(), /account .* is lost/);
  });
  test("what a right code ends, a new transaction pushes out and time forgets is no fault", () => {
    const proof = { authenticator: APP, kind: "app", at: NOW };
    assert.equal(since((a) => (Object.assign(of(a, OPEN), { proof }), (a.throttle.consecutive = 0))), "");
    assert.equal(since((a) => a.transactions.splice(0, 3, ...a.transactions.slice(1), begun(random(16)))), "");
    assert.equal(since((a) => (a.ended = [{ which: "all", before: NOW }])), "");
    const old = sound();
    old.ended = [{ which: "all", before: NOW - 86_400 }];
    old.transactions = [begun(OPEN, { opened_at: NOW - 1_200 })];
    assert.equal(since((a) => Object.assign(a, { transactions: [], ended: undefined }), old), "");
  });
});

suite("the signing keys", () => {
  const key = (alg, more) => ({ kid: random(32), alg, sealed: sealed(180), published_from: NOW - 60, signs_from: NOW, ...more });
  const faults = (...keys) => judge({ ...storedOf(), signingKeys: JSON.stringify({ keys }) }).faults.join("\n");
  const [one, other] = [key("ES256"), key("EdDSA")];

  test("sealed, of both algorithms, are as they must be", () => assert.equal(faults(one, other, key("ES256")), ""));
  const jwk = Buffer.from(JSON.stringify({ kty: "OKP", crv: "Ed25519", x: random(32), d: random(32), more: "x".repeat(60) })).toString("base64url");
  const broken = {
    "a key in the clear": [[{ ...one, sealed: jwk }, other], /sealed must match format "sealed-jwk"/],
    "a private member": [[{ ...one, d: random(32) }, other], /must NOT have additional properties/],
    "a missing algorithm": [[one], /none of EdDSA/],
    "a key twice": [[one, other, { ...one, sealed: sealed(180) }], /two of one kid/],
    "a nonce twice": [[one, { ...other, sealed: one.sealed }], /two sealed with one nonce/],
    "a key that signs before it is published": [[one, { ...other, signs_from: NOW - 61 }], /one signs before it is published/],
  };
  for (const [name, [keys, fault]] of Object.entries(broken)) test(`${name} is found`, () => assert.match(faults(...keys), fault));
});

suite("an account and what its clients were told", () => {
  const account = sound();
  const key = keyOf(account.owner);
  const events = trailed(account, ...Array(3).fill(["second_factor.failed"]), ["login.completed"]);
  const { sid, jti } = of(account, REDEEMED).progress.redeemed;
  let moment = 0;
  const told = (what, transaction, outcome, more) => {
    moment += 2;
    return { what, account: key, transaction, outcome, sent: moment - 1, ended: moment, at: NOW, ...more };
  };
  const wrong = (n) => Array.from({ length: n }, () => told("attempt", OPEN, "code-invalid", { challenge: "chl_app" }));
  const faults = (...entries) => judge({ ...storedOf(row(account)), events }, { entries }).faults.join("\n");
  const done = (what, transaction, more) => told(what, transaction, "done", more);

  test("kept, nothing is found", () => {
    const kept = [
      done("exchange", REDEEMED), done("attempt", REDEEMED, { challenge: "chl_1" }), done("redeem", REDEEMED, { session: { sid, jti } }),
      done("attempt", ISSUED, { challenge: "chl_2", assertion: of(account, ISSUED).progress.issued.jti }), ...wrong(3), done("primary", OPEN, { authenticator: APP }),
    ];
    assert.equal(faults(...kept), "");
  });
  const broken = {
    "a transaction": [[done("exchange", REDEEMED), done("exchange", random(16))], /exchange was answered, and is lost/],
    "a right code": [[done("attempt", OPEN, { challenge: "chl_totp" })], /right code is not stored/],
    "the end of a code": [[done("attempt", OPEN, { challenge: "chl_app" })], /its code can be used again/],
    "the end of an enrollment": [[done("confirm", OPEN, { challenge: "enr_landline" })], /its code can be used again/],
    "an assertion": [[done("look", ISSUED, { assertion: random(16) })], /assertion is not stored/],
    "a redemption": [[done("redeem", ISSUED)], /session is not stored/],
    "a session": [[done("redeem", REDEEMED, { session: { sid: random(16), jti } })], /another session is stored/],
    "a session token": [[done("redeem", REDEEMED, { session: { sid, jti: random(16) } })], /another session token is stored/],
    "a wrong code": [wrong(4), /wrong codes in a row, by the answers, went from 4 to 3[^]*attempts of chl_app, by the answers, went from 4 to 3/],
    "a code that was right twice": [[1, 2].map(() => done("attempt", ISSUED, { challenge: "chl_1" })), /chl_1 accepted two codes/],
    "a sixth code": [wrong(6), /chl_app judged 6 codes/],
    "a second session": [[1, 2].map(() => done("redeem", REDEEMED, { session: { sid: random(16), jti } })), /brought two sessions/],
    "a primary": [[done("primary", OPEN, { authenticator: MOBILE })], /primary that was chosen last is not stored/],
  };
  for (const [name, [entries, fault]] of Object.entries(broken)) test(`${name} is not stored`, () => assert.match(faults(...entries), fault));
  test("no row at all", () => {
    assert.match(judge(storedOf(), { entries: [done("exchange", OPEN)] }).faults.join(), /something was answered, and nothing is stored/);
  });
  test("a request without an answer promises nothing", () => {
    const cutOff = ["attempt", "redeem", "primary"].map((what) => ({ ...told(what, OPEN), ended: undefined, outcome: undefined, challenge: "chl_app" }));
    assert.equal(faults(...cutOff, ...wrong(3)), "");
  });
});

const EVENTS = [["authenticator.bound", "portal"], ["second_factor.failed"], ["login.completed"], ["account.unlocked", "help_desk", { reason: "called back" }]];

/** A row whose content is changed, its MAC left as it is. */
const rewritten = (events, i, change) => events.map((event, n) => (n === i ? { ...event, row: JSON.stringify(change(JSON.parse(event.row))) } : event));

const SPOILT_TRAILS = {
  "an event less at the end": [(events) => events.slice(0, -1), /counts 4 events, and the last that is kept is 3/],
  "no event at all": [() => [], /counts 4 events, and the last that is kept is none/],
  "an event less in the middle": [(events) => events.toSpliced(1, 1), /event 3 follows event 1[^]*event 3 is not chained/],
  "an event less at the beginning": [(events) => events.slice(1), /begins with event 2/],
  "one that was edited": [(events) => rewritten(events, 1, (r) => ({ ...r, body: r.body.replace("second_factor.failed", "primary.changed") })), /MAC of event 2 is wrong/],
  "another actor": [(events) => rewritten(events, 3, (r) => ({ ...r, body: r.body.replace("Mia", "Eve") })), /MAC of event 4 is wrong/],
  "one that is chained to nothing": [(events) => rewritten(events, 2, (r) => ({ ...r, before: null })), /event 3 is not chained[^]*MAC of event 3 is wrong/],
  "a first that follows another": [(events) => rewritten(events, 0, (r) => ({ ...r, before: r.link })), /event 1 follows another/],
  "another last than the account's": [(events) => rewritten(events, 3, (r) => ({ ...r, link: { version: 1, mac: random(32) } })), /not the one that the account ends with/],
  "two that were swapped": [([a, b, c, d]) => [a, { ...b, row: c.row }, { ...c, row: b.row }, d], /numbered or dated in two ways/],
  "an unknown field": [(events) => rewritten(events, 1, (r) => ({ ...r, code: 1 })), /has the fields at,before,body,code/],
  "an event with a field that the API has not": [(events) => rewritten(events, 1, (r) => ({ ...r, body: r.body.replace("{", '{"code":"1",') })), /event 2 is not in the form/],
  "a date of the future": [(events) => rewritten(events, 1, (r) => ({ ...r, at: NOW + 99 })), /event 2 is of the future/],
  "no JSON": [(events) => events.with(1, { ...events[1], row: "{" }), /event 2 is not JSON/],
  "another account's": [(events) => events.map((event) => ({ ...event, account: random(16) })), /events of an account .*, which is not stored/],
};

suite("the trail of an account", () => {
  const account = sound();
  const events = trailed(account, ...EVENTS);
  const key = keyOf(account.owner);
  const faults = (changed, options) => judge({ ...storedOf(row(account)), events: changed }, { keys, ...options }).faults.join("\n");
  test("sound, nothing is found", () => assert.equal(faults(events), ""));
  for (const [name, [spoil, fault]] of Object.entries(SPOILT_TRAILS)) test(name, () => assert.match(faults(spoil(events)), fault));
  test("chained by another root key", () => {
    const other = new Keys({ rootKeys: `1:${random(32)}`, operatorKey: "" });
    assert.match(faults(events, { keys: other }), /MAC of event 1 is wrong/);
  });
  test("rewritten since earlier, with the MACs of whoever has the key", () => {
    const [earlier, now] = [sound(), sound()];
    const earlierEvents = trailed(earlier, ...EVENTS.slice(0, 2));
    const nowEvents = trailed(now, EVENTS[0], ["primary.changed"], EVENTS[2]);
    const before = judge({ ...storedOf(row(earlier)), events: earlierEvents }, { keys });
    assert.match(judge({ ...storedOf(row(now)), events: nowEvents }, { keys, earlier: before }).faults.join("\n"), /event 2 is another than before/);
  });
  test("news of what never happened, or happened otherwise", () => {
    const news = (sequence, change = {}) => ({ id: `evt_${key}_${sequence}`, type: "second_factor.failed", data: { ...account.owner, ...JSON.parse(JSON.parse(events[1].row).body), ...change } });
    assert.equal(faults(events, { news: [news(2)] }), "");
    assert.match(faults(events, { news: [news(2, { type: "primary.changed" })] }), /told of event 2, which is not stored so/);
    assert.match(faults(events, { news: [news(9, { sequence: 9 })] }), /told of event 9, which is not stored so/);
  });
  const asked = { what: "attempt", account: key, outcome: "code-invalid", sent: 1, ended: 2, at: NOW };
  const whole = (entries) => faults(events, { answers: { entries, struck: new Set([key]), isWhole: true, ahead: 0 } });
  test("more or fewer events than were answered", () => {
    const told = [asked, { ...asked, what: "redeem", transaction: REDEEMED, outcome: "done", session: { sid: "s", jti: "j" } }, { ...asked, what: "unlock", outcome: "done" }];
    assert.equal(whole(told), "");
    assert.match(whole([asked, ...told]), /1 events say second_factor.failed by the user, where the answers say 2/);
    for (const [i, what] of [[0, "second_factor.failed by the user"], [1, "login.completed"], [2, "account.unlocked by the help_desk"]]) {
      assert.match(whole(told.toSpliced(i, 1)), new RegExp(`1 events say ${what}, where the answers say 0`));
      assert.equal(whole(told.with(i, { ...told[i], outcome: undefined, session: undefined, ended: undefined })), "", "what was cut off may have happened");
    }
  });
});

test("databases are read with what is only in their logs, by either form of the table, and a broken one is found", async () => {
  const directory = await mkdtemp(join(tmpdir(), "pbx-2fa-checker-"));
  const open = [];
  const database = (path, sql) => {
    const made = new DatabaseSync(path);
    open.push(made);
    made.exec(`PRAGMA journal_mode = WAL; ${sql}`);
    return made;
  };
  try {
    for (const name of ["directory", "owner"]) await mkdir(join(directory, name));
    database(join(directory, "directory/d.sqlite"), `CREATE TABLE deployment (name TEXT, value TEXT); CREATE TABLE tenant (client_id TEXT);
      INSERT INTO deployment VALUES ('account_owners', 'per-account'); INSERT INTO tenant VALUES ('portal')`);
    const tables = ["id INTEGER PRIMARY KEY, key TEXT UNIQUE, state TEXT", "key TEXT PRIMARY KEY, state TEXT"];
    for (const [i, columns] of tables.entries()) {
      const account = sound(`user-${i}`);
      account.transactions.forEach((t) => (t.key = random(16)));
      const { key, state } = row(account);
      database(join(directory, `owner/${i}.sqlite`), `CREATE TABLE account (${columns})`).prepare("INSERT INTO account (key, state) VALUES (?, ?)").run(key, state);
    }
    const { accounts } = await assertStored(directory);
    assert.deepEqual([...accounts.values()].map(({ account }) => account.owner.subject).sort(), ["user-0", "user-1"]);
    open.at(-1).exec("UPDATE account SET state = '{}'");
    await assert.rejects(assertStored(directory), /what is stored is not as it must be:\n {2}account .* required property 'v'/);
  } finally {
    open.forEach((made) => made.close());
    await rm(directory, { recursive: true });
  }
});
