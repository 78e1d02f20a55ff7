// What holds of one account at every moment, whatever happened before.
import { createHash } from "node:crypto";

const TRANSACTION_LIFETIME = 600;
const ASSERTION_LIFETIME = 60;
const SEND_WINDOW = 600;
const UNANSWERED_SENDS = 5;
const FREE_WRONG_CODES = 4;
const LONGEST_WAIT = 900;
const BYPASS_LIFETIME = 3_600;
const TOTP_STEP = 30;
/** Kinds of codes that the person has already. */
const NOT_SENT = ["totp", "recovery", "bypass"];

/** The row's key that belongs to an owner. */
export function keyOf({ client_id: clientId, subject }) {
  return createHash("sha256").update(`pbx-2fa account v1\0${clientId}\0${subject}`).digest().subarray(0, 16).toString("base64url");
}

/** Everything that is wrong with an account in itself. `now` in seconds, by the latest clock that the worker has had. */
export function brokenRules(key, account, now) {
  return [
    ...owner(key, account),
    ...authenticators(account, now),
    ...primary(account),
    ...fallbacks(account, now),
    ...account.transactions.flatMap(transaction),
    ...repeated("a transaction's key", account.transactions.map((t) => t.key)),
    ...throttle(account, now),
    ...sends(account),
    ...when(account.ended?.some((e) => e.before > now), "sessions have ended in the time to come"),
  ];
}

function owner(key, account) {
  return keyOf(account.owner) === key ? [] : ["its key is another owner's"];
}

function authenticators({ authenticators: bound }, now) {
  const numbers = bound.map((a) => a.method.index).filter(Boolean);
  return [
    ...repeated("an authenticator's id", bound.map((a) => a.id)),
    ...repeated("a telephone number", numbers),
    ...when(bound.filter((a) => a.method.kind === "app").length > 1, "the app is bound twice"),
    ...bound.filter((a) => a.source === "user" && !a.confirmed_at).map((a) => `${a.id} was set up without a code`),
    ...bound.filter((a) => a.method.kind === "totp").flatMap((a) => lastStep(a, now)),
  ];
}

/** One step either way of the clock, at the latest login and at the first. */
function lastStep({ id, method, confirmed_at: confirmedAt }, now) {
  const step = (at) => Math.floor(at / TOTP_STEP);
  const plausible = method.last_step <= step(now) + 1 && method.last_step >= step(confirmedAt) - 1;
  return when(!plausible, `${id}: last_step ${method.last_step} is of another time`);
}

function primary({ authenticators: bound, primary: chosen }) {
  if (bound.length === 0) return when(chosen !== undefined, "there is a primary, but no method");
  if (chosen === undefined) return ["there are methods, but no primary"];
  return when(!bound.some((a) => a.id === chosen), "the primary is not bound");
}

/** None is left twice, none is a method too, and the help desk's ends. */
function fallbacks({ recovery, bypass, authenticators: bound }, now) {
  const codes = [recovery, bypass].filter(Boolean);
  return [
    ...repeated("an authenticator's id", [...bound, ...codes].map((a) => a.id)),
    ...repeated("the MAC of a code", codes.flatMap((c) => c.unused)),
    ...when(bypass?.expires_at > now + BYPASS_LIFETIME, "the help desk's code lives too long"),
  ];
}

function transaction(t) {
  const redeemed = t.progress.redeemed;
  const issued = redeemed?.issued ?? t.progress.issued;
  const codes = [...t.challenges, ...(t.enrollment ? [t.enrollment.challenge] : [])];
  const faults = [
    ...repeated("an authenticator with a challenge", t.challenges.map((c) => c.authenticator)),
    ...codes.filter((c) => c.expires_at > t.opened_at + TRANSACTION_LIFETIME).map((c) => `${c.id} outlives its transaction`),
    ...codes.filter((c) => NOT_SENT.includes(c.kind) !== (c.delivery === "not_needed")).map((c) => `${c.id} was sent, or was not, against its kind`),
    ...when(t.enrollment && t.enrollment.challenge.purpose !== "enroll", "an enrollment's code is of another purpose"),
    ...t.challenges.filter((c) => c.purpose !== (t.purpose === "login" ? "login" : "step_up")).map((c) => `${c.id} is of another purpose`),
    ...when(issued && !t.proof, "there is an assertion without a right code"),
    ...when(redeemed && redeemed.at >= issued.at + ASSERTION_LIFETIME, "it was redeemed after the assertion had expired"),
    ...when(redeemed && (codes.length > 0 || t.suggestions || t.awaited_ticket), "it was redeemed, and something can still happen in it"),
  ];
  return faults.map((fault) => `transaction ${t.key}: ${fault}`);
}

function throttle({ throttle: { consecutive, until } }, now) {
  return [
    ...when(consecutive > FREE_WRONG_CODES !== (until !== undefined), `${consecutive} wrong codes, and ${until ? "a" : "no"} wait`),
    ...when(until > now + LONGEST_WAIT, "its wait is longer than any"),
  ];
}

function sends({ sends: sent }) {
  const times = sent.map((s) => s.at ?? s).sort((a, b) => a - b);
  const crowded = times.some((at, i) => times[i + UNANSWERED_SENDS] < at + SEND_WINDOW);
  return when(crowded, "more codes were sent than may go unanswered");
}

const when = (broken, fault) => (broken ? [fault] : []);

/** A fault for each value that is there more than once. */
export function repeated(what, values) {
  return when(new Set(values).size < values.length, `${what} is there twice`);
}
