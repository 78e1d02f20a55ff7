// The audit trail of one account, as rows: numbered, chained by a MAC that only the deployment's root key makes, ending where
// the account says, and in agreement with what its clients were told and with the news that the portal got.
import { isDeepStrictEqual } from "node:util";
import { conforms } from "../conformance.mjs";

/** Reads the rows of one account: `{ records, faults }`, in their order. A row that cannot be read ends it. */
export function parseTrail(rows) {
  const [records, faults] = [[], []];
  for (const { sequence, at, row } of rows) {
    try {
      const record = JSON.parse(row);
      const event = JSON.parse(record.body);
      const fields = Object.keys(record).sort().join();
      if (fields !== "at,before,body,link,sequence") faults.push(`event ${sequence} has the fields ${fields}`);
      if (!conforms("Event", event)) faults.push(`event ${sequence} is not in the form that openapi.json has`);
      if ([record, event].some((of) => of.sequence !== sequence || of.at !== at)) faults.push(`event ${sequence} is numbered or dated in two ways`);
      records.push({ ...record, event });
    } catch {
      return { records, faults: [...faults, `event ${sequence} is not JSON`] };
    }
  }
  return { records, faults };
}

/** Everything that is wrong with a trail in itself. `keys`: the deployment's, without which no MAC is checked. */
export function brokenTrail(records, { owner, trail = { count: 0 } }, { keys, time }) {
  const last = records.at(-1);
  const forgotten = trail.forgotten ?? 0;
  const first = records[0]?.sequence ?? forgotten + 1;
  return [
    ...when((last?.sequence ?? forgotten) !== trail.count, `the account counts ${trail.count} events, and the last that is kept is ${last?.sequence ?? "none"}`),
    ...when(last && !isDeepStrictEqual(last.link, trail.last), "the last event is not the one that the account ends with"),
    ...when(first !== forgotten + 1, `the trail begins with event ${first}, and ${forgotten} were dropped after their time`),
    ...records.flatMap((record, i) => brokenRecord(record, records[i - 1], { owner, keys, time })),
  ];
}

function brokenRecord({ sequence, at, body, before, link }, previous, { owner, keys, time }) {
  const parts = [owner.client_id, owner.subject, ...(before ? [Buffer.from(before.mac, "base64url")] : [""]), body].map((part) => Buffer.from(part));
  const mac = keys?.mac(link.version, "event", parts);
  return [
    ...when(sequence === 1 && before !== null, "event 1 follows another"),
    ...when(previous && sequence !== previous.sequence + 1, `event ${sequence} follows event ${previous?.sequence}`),
    ...when(previous && !isDeepStrictEqual(before, previous.link), `event ${sequence} is not chained to the one before it`),
    ...when(keys && mac !== link.mac, `the MAC of event ${sequence} is wrong`),
    ...when(at > time + 1, `event ${sequence} is of the future`),
  ];
}

/** What was there stays: the last event of an earlier reading is there, unchanged. */
export function lostEvents(records, { trail: earlier = { count: 0 } }) {
  const same = records.find((record) => record.sequence === earlier.count);
  return when(same && !isDeepStrictEqual(same.link, earlier.last), `event ${earlier.count} is another than before`);
}

/** The events by which each kind of answer is known, and who acted. */
const TOLD = [
  { type: "second_factor.failed", by: "user", whats: ["attempt", "confirm"], outcome: "code-invalid" },
  { type: "authenticator.bound", by: "user", whats: ["confirm"] },
  { type: "authenticator.removed", by: "user", whats: ["remove"] },
  { type: "primary.changed", by: "user", whats: ["primary"], least: 0 },
  { type: "authenticator.removed", by: "help_desk", whats: ["unbind"] },
  { type: "account.unlocked", by: "help_desk", whats: ["unlock"] },
  { type: "account.reset", by: "help_desk", whats: ["reset"] },
];

/**
 * Every answer without its event, and, where the log holds all that was asked (`isWhole`), every event without its answer.
 * `before` is the account when the log began. A request without an answer may have left its event, or not.
 */
export function disagreements(records, entries, { before, isWhole }) {
  const since = records.filter(({ sequence }) => sequence > (before?.trail?.count ?? 0)).map(({ event }) => event);
  const many = (type, by) => since.filter((event) => event.type === type && event.actor.type === by).length;
  const judged = TOLD.flatMap(({ type, by, whats, outcome = "done", least }) => {
    const asked = entries.filter(({ what }) => whats.includes(what));
    const told = asked.filter((entry) => entry.outcome === outcome).length;
    const open = asked.filter(({ ended }) => ended === undefined).length;
    return apart(`${type} by the ${by}`, many(type, by), { least: least ?? told, most: isWhole ? told + open : Infinity });
  });
  return [...judged, ...logins(many("login.completed", "user"), entries, { before, isWhole })];
}

/** One for each transaction, however often it is redeemed with its key. */
function logins(events, entries, { before, isWhole }) {
  const earlier = new Set(before?.transactions.filter((t) => t.progress.redeemed).map((t) => t.key));
  const redeemed = entries.filter(({ what, transaction }) => what === "redeem" && !earlier.has(transaction));
  const transactions = (list) => new Set(list.map(({ transaction }) => transaction)).size;
  const told = redeemed.filter(({ session }) => session);
  const open = redeemed.filter(({ ended }) => ended === undefined);
  return apart("login.completed", events, { least: transactions(told), most: isWhole ? transactions([...told, ...open]) : Infinity });
}

function apart(what, events, { least, most }) {
  const bounds = least === most ? least : `from ${least} to ${most}`;
  return when(events < least || events > most, `${events} events say ${what}, where the answers say ${bounds}`);
}

/** News that the portal got and no event is behind, or another one: `news` are those of this account, with their number. */
export function unfounded(records, news) {
  return news.flatMap(({ sequence: number, type, data: { client_id: _client, subject: _subject, ...event } }) => {
    const sequence = Number(number);
    const kept = records.find((record) => record.sequence === sequence)?.event;
    return when(!isDeepStrictEqual(kept, event) || kept.type !== type, `the portal was told of event ${sequence}, which is not stored so`);
  });
}

/** The account and number in the id of a piece of news. */
export const newsPlace = (id) => id.match(/^evt_(?<account>[\w-]{22})_(?<sequence>\d+)$/)?.groups;

const when = (broken, fault) => (broken ? [fault] : []);
