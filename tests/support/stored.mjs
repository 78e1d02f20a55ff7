// Reads what a deployment has stored, and says what is wrong with it: in itself, against an earlier reading, and against
// what its clients were told. A fault names an account by its key and a field by its name, and quotes nothing secret.
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { bytesOf, parseRow } from "./stored/form.mjs";
import { brokenPromises, takenBack } from "./stored/history.mjs";
import { wrongKeys } from "./stored/keys.mjs";
import { brokenRules, repeated } from "./stored/rules.mjs";
import { brokenTrail, disagreements, lostEvents, newsPlace, parseTrail, unfounded } from "./stored/trail.mjs";

const SHOWN = 12;
/** What nobody but a telephone exchange writes: a number in international form. */
const NUMBER_IN_THE_CLEAR = /(?<![\w+])\+[1-9]\d{6,14}(?!\w)/;
const SIX_DIGITS = /(?<![\w-])\d{6}(?![\w-])/g;

/**
 * Everything in the databases below a directory: `{ owners, signingKeys, clientIds, rows, events, faults }`. They are copied with their logs
 * first, so that nothing of a database is touched, and a worker that was killed may start meanwhile.
 */
export async function readStored(directory) {
  const copies = mkdtempSync(join(tmpdir(), "pbx-2fa-stored-"));
  try {
    const names = readdirSync(directory, { recursive: true }).filter((name) => /\.sqlite(-wal)?$/.test(name)).sort();
    names.forEach((name) => copyFileSync(join(directory, name), join(copies, flat(name))));
    const { DatabaseSync } = await sqlite();
    const stored = { owners: undefined, signingKeys: undefined, clientIds: new Set(), rows: [], events: [], faults: [] };
    for (const name of names.filter((n) => n.endsWith(".sqlite"))) {
      readDatabase(new DatabaseSync(join(copies, flat(name))), basename(name), stored);
    }
    return stored;
  } finally {
    rmSync(copies, { recursive: true, force: true });
  }
}

const flat = (name) => name.replaceAll(/[/\\]/g, "_");

async function sqlite() {
  try {
    return await import("node:sqlite");
  } catch {
    throw new Error(`Node ${process.versions.node} has no node:sqlite, which reads what the worker stored: 22.13 or newer is needed`);
  }
}

function readDatabase(database, file, stored) {
  try {
    const [{ integrity_check: integrity }] = database.prepare("PRAGMA integrity_check").all();
    if (integrity !== "ok") stored.faults.push(`${file}: ${integrity}`);
    const tables = new Set(database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all().map(({ name }) => name));
    const all = (table, sql) => (tables.has(table) ? database.prepare(sql).all() : []);
    stored.rows.push(...all("account", "SELECT key, state FROM account").map(({ key, state }) => ({ file, key, state })));
    stored.events.push(...all("event", "SELECT account, sequence, at, row FROM event ORDER BY account, sequence").map((row) => ({ ...row })));
    stored.owners ??= all("deployment", "SELECT value FROM deployment WHERE name = 'account_owners'")[0]?.value;
    stored.signingKeys ??= all("deployment", "SELECT value FROM deployment WHERE name = 'signing_keys'")[0]?.value;
    all("tenant", "SELECT client_id FROM tenant").forEach(({ client_id: clientId }) => stored.clientIds.add(clientId));
  } catch (error) {
    stored.faults.push(`${file}: ${error.message}`);
  } finally {
    database.close();
  }
}

/**
 * Judges a reading. `earlier` is an earlier judgement of the same deployment, `answers` the log since then, `codes` those
 * that were sent to anybody, `news` what the portals were told of their accounts, `keys` the deployment's. Returns
 * `{ accounts, faults }`, which can be the next one's `earlier`.
 */
export function judge(stored, { earlier, answers, entries = answers?.entries ?? [], codes = new Set(), news = [], keys } = {}) {
  const time = Math.floor(Date.now() / 1000) + (answers?.ahead ?? 0);
  const isWhole = answers?.isWhole && (earlier !== undefined || !answers.isTurned);
  const faults = [...stored.faults];
  const accounts = new Map();
  const told = Map.groupBy(entries, (entry) => entry.account);
  const trails = Map.groupBy(stored.events ?? [], (event) => event.account);
  const newsOf = Map.groupBy(news.map((piece) => ({ ...piece, ...newsPlace(piece.id) })), (piece) => piece.account);
  for (const { key, state } of stored.rows) {
    const before = earlier?.accounts.get(key);
    const struck = answers?.struck.has(key) ?? false;
    const wrong = (list) => faults.push(...list.map((fault) => `account ${key}: ${fault}`));
    const isUnchanged = before?.state === state;
    const { account, faults: malformed } = isUnchanged ? { account: before.account, faults: [] } : parseRow(state);
    wrong(malformed);
    if (!account) continue;
    accounts.set(key, { state, account });
    if (!isUnchanged) {
      wrong([...brokenRules(key, account, time), ...inTheClear(state, codes)]);
      if (before) wrong(takenBack(before.account, account, { time, struck }));
    }
    if (!isUnchanged) {
      const { records, faults: unread } = parseTrail(trails.get(key) ?? []);
      wrong([...unread, ...brokenTrail(records, account, { keys, time })]);
      if (before) wrong(lostEvents(records, before.account));
      wrong(disagreements(records, told.get(key) ?? [], { before: before?.account, isWhole }));
      wrong(unfounded(records, newsOf.get(key) ?? []));
    }
    if (told.has(key)) wrong(brokenPromises(told.get(key), account, { before: before?.account, time, struck }));
  }
  const rows = new Set(stored.rows.map(({ key }) => key));
  const missing = (keys) => [...keys].filter((key) => !rows.has(key));
  faults.push(...missing(earlier?.accounts.keys() ?? []).map((key) => `account ${key} is lost`));
  faults.push(...missing(new Set([...trails.keys(), ...newsOf.keys()])).map((key) => `events of an account ${key}, which is not stored`));
  const unkept = missing(told.keys()).filter((key) => told.get(key).some(isPromise));
  faults.push(...unkept.map((key) => `account ${key}: something was answered, and nothing is stored`));
  return { accounts, faults: [...faults, ...together(stored, accounts)] };
}

const isPromise = ({ outcome }) => outcome === "done" || outcome === "code-invalid";

function inTheClear(state, codes) {
  const code = (state.match(SIX_DIGITS) ?? []).some((digits) => codes.has(digits));
  return [...(NUMBER_IN_THE_CLEAR.test(state) ? ["a telephone number is in the clear"] : []), ...(code ? ["a code is in the clear"] : [])];
}

/** What holds of all accounts together. */
function together(stored, accounts) {
  const all = [...accounts.values()].map(({ account }) => account);
  const transactions = all.flatMap((account) => account.transactions);
  const redeemed = transactions.map((t) => t.progress.redeemed).filter(Boolean);
  const assertions = transactions.map((t) => t.progress.issued ?? t.progress.redeemed?.issued).filter(Boolean);
  return [
    ...repeated("a row's key", stored.rows.map(({ key }) => key)),
    ...repeated("a transaction's key", transactions.map((t) => t.key)),
    ...repeated("an assertion's jti", assertions.map((issued) => issued.jti)),
    ...repeated("a session's sid or jti", redeemed.flatMap(({ sid, jti }) => [sid, jti])),
    ...repeated("the nonce of a sealed value", [...new Set(all.flatMap(sealedValues))].map((text) => bytesOf(text).toString("latin1", 1, 13))),
    ...all.filter(({ owner }) => !stored.clientIds.has(owner.client_id)).map(({ owner }) => `an account is of ${owner.client_id}, which is no tenant`),
    ...(stored.signingKeys === undefined ? [] : wrongKeys(stored.signingKeys)),
    ...misplaced(stored),
  ];
}

function sealedValues({ authenticators, transactions }) {
  const methods = [...authenticators, ...transactions.map((t) => t.enrollment)].filter(Boolean).map(({ method }) => method);
  const numbers = transactions.flatMap((t) => t.suggestions ?? []).map(({ number }) => number);
  return [...methods, ...numbers].flatMap((m) => [m.sealed, m.secret, m.device_token]).filter(Boolean);
}

/** Which object owns an account follows from its key, so what lies in one file belongs together, and nowhere else. */
function misplaced({ owners, rows }) {
  const [, shards] = owners?.match(/^shards:(\d+)$/) ?? [];
  const object = (key) => (shards ? Buffer.from(key, "base64url").readUInt16BE() % Number(shards) : key);
  const places = new Set(rows.map(({ file, key }) => `${object(key)} ${file}`));
  const files = new Set(rows.map(({ file }) => file));
  const objects = new Set(rows.map(({ key }) => object(key)));
  return files.size === places.size && objects.size === places.size ? [] : [`accounts lie in files of other owners (${owners})`];
}

/** Reads and judges; an error that lists the faults, if there are any. Returns the judgement, with how long it took. */
export async function assertStored(directory, options) {
  const started = performance.now();
  const stored = await readStored(directory);
  const judgement = judge(stored, options);
  assertFaultless(judgement);
  return { ...judgement, took: Math.round(performance.now() - started) };
}

export function assertFaultless({ faults }) {
  if (faults.length === 0) return;
  const more = faults.length > SHOWN ? `\n  and ${faults.length - SHOWN} more` : "";
  throw new Error(`what is stored is not as it must be:\n  ${faults.slice(0, SHOWN).join("\n  ")}${more}`);
}
