// What holds between two moments of one account: what was there before, and what its clients were told since.
const TRANSACTIONS_KEPT = 3;
const FORGOTTEN_AFTER = 1_200;
const ATTEMPTS = 5;
const LONGEST_SESSION = 86_400;

/** Everything that an account has lost or taken back since an earlier moment of it. `struck`: see `answers.mjs`. */
export function takenBack(before, now, { time, struck = false }) {
  const wrongCodes = succeeded(before, now, struck) ? Infinity : now.throttle.consecutive;
  return [
    ...lower("the wrong codes in a row", before.throttle.consecutive, wrongCodes),
    ...lower("backup_skips", before.backup_skips, now.backup_skips),
    ...pairs(before.authenticators, now.authenticators, "id").flatMap(([old, kept]) => {
      const isUsed = newProofs(before, now).some((proof) => proof.authenticator === old.id);
      return lower(`last_step of ${old.id}, by the right codes,`, old.method.last_step + (isUsed ? 1 : 0), kept.method.last_step);
    }),
    ...["recovery", "bypass"].flatMap((name) => broughtBack(before[name], now[name])),
    ...lostTransactions(before, now, time, struck),
    ...alive(before.ended ?? [], now.ended ?? [], time),
    ...pairs(before.transactions, now.transactions, "key").flatMap(([old, kept]) => transactionTakenBack(old, kept)),
  ];
}

/** A code that was used is not among those of its kind again. */
function broughtBack(before, now) {
  if (before?.id !== now?.id) return [];
  const back = now?.unused.filter((mac) => !before.unused.includes(mac)) ?? [];
  return back.map(() => `a code of ${now.id} is back`);
}

/** A right code leaves its proof in a transaction, so one between two moments is seen. */
function succeeded(before, now, struck) {
  const gone = before.transactions.some((t) => !now.transactions.some((kept) => kept.key === t.key));
  return struck || gone || newProofs(before, now).length > 0;
}

function newProofs(before, now) {
  const proofs = (account) => account.transactions.filter((t) => t.proof).map((t) => JSON.stringify([t.key, t.proof]));
  const old = new Set(proofs(before));
  return proofs(now).filter((proof) => !old.has(proof)).map((proof) => JSON.parse(proof)[1]);
}

/** The oldest makes room for a fourth; time ends the others. */
function lostTransactions(before, now, time, struck) {
  if (struck) return [];
  const isKept = (t) => now.transactions.some((kept) => kept.key === t.key);
  const lost = before.transactions.filter((t) => !isKept(t) && time < t.opened_at + FORGOTTEN_AFTER);
  const anOlderOneIsKept = (t) => before.transactions.slice(0, before.transactions.indexOf(t)).some(isKept);
  return lost
    .filter((t) => now.transactions.length < TRANSACTIONS_KEPT || anOlderOneIsKept(t))
    .map((t) => `transaction ${t.key} is lost`);
}

/** What has ended stays so, by itself or in an entry that ends more, until no token of it can be valid. */
function alive(old, now, time) {
  const covers = (e, was) => e.before >= was.before && (e.which === "all" || JSON.stringify(e.which) === JSON.stringify(was.which));
  const lost = old.filter((was) => time < was.before + LONGEST_SESSION && !now.some((e) => covers(e, was)));
  return lost.map((was) => `sessions that ended at ${was.before} are alive again`);
}

const codesOf = (t) => [...t.challenges, ...(t.enrollment ? [t.enrollment.challenge] : [])];
const isUsedUp = ({ answer }) => answer === "nothing";

function transactionTakenBack(old, now) {
  const same = pairs(codesOf(old), codesOf(now), "id");
  const issued = (t) => t.progress.redeemed?.issued ?? t.progress.issued;
  const session = (t) => t.progress.redeemed?.sid;
  const faults = [
    ...same.flatMap(([was, is]) => lower(`the attempts of ${was.id}`, was.attempts, is.attempts)),
    ...same.filter(([was, is]) => isUsedUp(was) && !isUsedUp(is)).map(([was]) => `${was.id} was used up, and is open again`),
    ...lower("the codes sent", old.sends, now.sends),
    ...(old.proof && !now.proof ? ["its right code is lost"] : []),
    ...(issued(old) && issued(old).jti !== issued(now)?.jti ? ["its assertion is lost, or another"] : []),
    ...(session(old) && session(old) !== session(now) ? ["its session is lost, or another"] : []),
  ];
  return faults.map((fault) => `transaction ${old.key}: ${fault}`);
}

/**
 * Every promise of one account that its row does not keep. `entries` are those of the log (`answers.mjs`), in their order;
 * `before` is the account when the log began.
 */
export function brokenPromises(entries, account, { before, time, struck = false }) {
  if (struck) return twice(entries);
  const find = (entry) => account.transactions.find((t) => t.key === entry.transaction);
  const faults = entries.filter((e) => e.outcome === "done").flatMap((entry) => {
    const found = find(entry);
    if (!found && mayBeGone(entry, entries, account, time)) return [];
    if (!found) return [`transaction ${entry.transaction}: ${entry.what} was answered, and is lost`];
    return promised(entry, found).map((fault) => `transaction ${found.key}: ${entry.what} was answered, but ${fault}`);
  });
  return [...faults, ...lostCounts(entries, account, before), ...twice(entries), ...otherPrimary(entries, account)];
}

function mayBeGone(entry, entries, account, time) {
  if (time >= entry.at + FORGOTTEN_AFTER / 2) return true;
  const first = (key) => entries.findIndex((e) => e.transaction === key);
  const olderOneIsKept = account.transactions.some((t) => first(t.key) >= 0 && first(t.key) < first(entry.transaction));
  return account.transactions.length >= TRANSACTIONS_KEPT && !olderOneIsKept;
}

function promised({ what, challenge, assertion, session }, { challenges, enrollment, proof, progress }) {
  const isCodeAgain = challenges.some((c) => c.id === challenge && !isUsedUp(c)) || enrollment?.id === challenge;
  const issued = progress.redeemed?.issued ?? progress.issued;
  return [
    ...(isCode({ what }) && !proof ? ["its right code is not stored"] : []),
    ...(isCode({ what }) && isCodeAgain ? ["its code can be used again"] : []),
    ...(assertion && issued?.jti !== assertion ? ["its assertion is not stored"] : []),
    ...(what === "redeem" && !progress.redeemed ? ["its session is not stored"] : []),
    ...(session && progress.redeemed?.sid !== session.sid ? ["another session is stored"] : []),
    ...(session && progress.redeemed?.jti !== session.jti ? ["another session token is stored"] : []),
  ];
}

const isCode = ({ what }) => what === "attempt" || what === "confirm";

/** Each wrong code that was answered is counted: on the account since its last right one, and on its challenge. */
function lostCounts(entries, account, before) {
  const codes = entries.filter(isCode);
  const hasProof = (e) => account.transactions.find((t) => t.key === e.transaction)?.proof !== undefined;
  const mayBeRight = (e) => e.ended === undefined && (hasProof(e) || isMissing(account, e));
  const right = codes.filter((e) => e.outcome === "done" || mayBeRight(e));
  const until = Math.max(0, ...right.map((e) => e.ended ?? Infinity));
  const wrong = codes.filter((e) => e.outcome === "code-invalid" && e.sent > until).length;
  const least = wrong + (right.length > 0 ? 0 : (before?.throttle.consecutive ?? 0));
  const enrolled = (t) => (t.enrollment ? [{ ...t.enrollment.challenge, id: t.enrollment.id }] : []);
  const challenges = account.transactions.flatMap((t) => [...t.challenges, ...enrolled(t)]);
  const judged = (challenge) => codes.filter((e) => isJudged(e) && e.challenge === challenge).length;
  return [
    ...lower("the wrong codes in a row, by the answers,", least, account.throttle.consecutive),
    ...challenges.flatMap((c) => lower(`the attempts of ${c.id}, by the answers,`, judged(c.id), c.attempts)),
  ];
}

const isMissing = (account, entry) => !account.transactions.some((t) => t.key === entry.transaction);
const isJudged = ({ outcome }) => outcome === "done" || outcome === "code-invalid";

/** One code is right once, a challenge judges five, and a transaction brings one session. */
function twice(entries) {
  const codes = Object.values(Object.groupBy(entries.filter((e) => isCode(e) && isJudged(e)), (e) => e.challenge));
  const sessions = Object.values(Object.groupBy(entries.filter((e) => e.session), (e) => e.transaction));
  return [
    ...codes.filter((of) => of.filter((e) => e.outcome === "done").length > 1).map(([e]) => `${e.challenge} accepted two codes`),
    ...codes.filter((of) => of.length > ATTEMPTS).map((of) => `${of[0].challenge} judged ${of.length} codes`),
    ...sessions.filter((of) => new Set(of.map((e) => e.session.sid)).size > 1).map(([e]) => `transaction ${e.transaction} brought two sessions`),
  ];
}

/** The choice that was answered last stands, or one that was sent meanwhile; other changes of methods leave it open. */
function otherPrimary(entries, account) {
  const changes = entries.filter((e) => ["primary", "remove", "confirm", "exchange"].includes(e.what));
  const last = changes.filter((e) => e.what === "primary" && e.outcome === "done").at(-1);
  const meanwhile = changes.filter((e) => e !== last && !(e.ended < last?.sent));
  if (!last || meanwhile.some((e) => e.what !== "primary")) return [];
  return [last, ...meanwhile].some((e) => e.authenticator === account.primary) ? [] : ["the primary that was chosen last is not stored"];
}

/** A fault where it is less than before; never where there is none on either side. */
const lower = (what, before, now) => (now < before ? [`${what} went from ${before} to ${now}`] : []);

/** Those that are there before and now, in pairs. */
function pairs(before, now, name) {
  return before.map((old) => [old, now.find((kept) => kept[name] === old[name])]).filter(([, kept]) => kept);
}
