// What an object keeps of its accounts: a state that only Rust can read, and the rows of the audit trail. All that one command
// writes is one transaction, because nothing is awaited in between.

// Made with the first account that is saved: a look at an account that does not exist leaves nothing on the disk.
// With a row number of its own, a state of up to 4,000 bytes lies in one page of the database; without, one of over 1,000 is
// spread over several, and each save would free and take some.
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS account (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, state TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS event (
    account TEXT NOT NULL, sequence INTEGER NOT NULL, at INTEGER NOT NULL, row TEXT NOT NULL,
    PRIMARY KEY (account, sequence)) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS census (id INTEGER PRIMARY KEY CHECK (id = 1), row TEXT NOT NULL) STRICT;`;
const FIND = "SELECT name FROM sqlite_master WHERE type = 'table' AND name = ?1";
const LOAD = "SELECT state FROM account WHERE key = ?1";
const SAVE = "INSERT INTO account (key, state) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET state = excluded.state";
const APPEND = "INSERT INTO event (account, sequence, at, row) VALUES (?1, ?2, ?3, ?4)";
// Up to the last one that is old enough: what stays is without a gap, even where the clock went back.
const FORGET = `DELETE FROM event WHERE account = ?1
  AND sequence <= (SELECT max(sequence) FROM event WHERE account = ?1 AND at < ?2) RETURNING sequence`;
const FOLLOWING = "SELECT row FROM event WHERE account = ?1 AND sequence > ?2 ORDER BY sequence LIMIT ?3";

const PAGE = "SELECT id, key, state FROM account WHERE id > ?1 ORDER BY id LIMIT ?2";
const COUNT = "SELECT count(*) AS accounts FROM account";
const VERSIONS = "SELECT json_extract(row, '$.link.version') AS version, count(*) AS events FROM event WHERE account = ?1 GROUP BY 1";
const CENSUS = "SELECT row FROM census";
const SAVE_CENSUS = "INSERT INTO census (id, row) VALUES (1, ?1) ON CONFLICT (id) DO UPDATE SET row = excluded.row";
// From one account that has events to the next, by the index; not over all events.
const ORPHANS = `WITH RECURSIVE owner (key) AS (
    SELECT min(account) FROM event
    UNION ALL SELECT (SELECT min(account) FROM event WHERE account > owner.key) FROM owner WHERE owner.key IS NOT NULL)
  SELECT key FROM owner WHERE key IS NOT NULL AND NOT EXISTS (SELECT 1 FROM account WHERE account.key = owner.key) LIMIT ?1`;

export class Rows {
  #sql;
  #madeTables = false;
  #found = new Set();

  #saved;

  /** @param {(key: string) => void} saved hears which account was saved */
  constructor(sql, saved) {
    this.#sql = sql;
    this.#saved = saved;
  }

  /** @returns {string | undefined} */
  load(key) {
    return this.#has("account") ? this.#sql.exec(LOAD, key).next().value?.state : undefined;
  }

  save(key, state) {
    if (!this.#madeTables) this.#sql.exec(SCHEMA);
    this.#madeTables = true;
    this.#sql.exec(SAVE, key, state);
    this.#saved(key);
  }

  /** Adds an event of an account that was saved. */
  append(key, sequence, at, row) {
    this.#sql.exec(APPEND, key, sequence, at, row);
  }

  /** Drops events that are older. @returns {number} the sequence number of the last one dropped, or 0 */
  forget(key, before) {
    return this.#sql.exec(FORGET, key, before).toArray().reduce((last, { sequence }) => Math.max(last, sequence), 0);
  }

  /** @returns {string} a JSON list of the rows after a sequence number */
  following(key, after, limit) {
    const rows = this.#has("event") ? this.#sql.exec(FOLLOWING, key, after, limit).toArray() : [];
    return `[${rows.map(({ row }) => row).join()}]`;
  }

  /** @returns {string} a JSON list of accounts (`id`, `key`, `state`) after a row number */
  page(after, limit) {
    return JSON.stringify(this.#has("account") ? this.#sql.exec(PAGE, after, limit).toArray() : []);
  }

  /** How many accounts there are. */
  count() {
    return this.#has("account") ? this.#sql.exec(COUNT).one().accounts : 0;
  }

  /** @returns {string} a JSON list of pairs: a version of the root key, and how many of the account's events it made */
  eventVersions(key) {
    const found = this.#has("event") ? this.#sql.exec(VERSIONS, key).toArray() : [];
    return JSON.stringify(found.map(({ version, events }) => [version, events]));
  }

  /** @returns {string} a JSON list of the keys of accounts that have events and are not there */
  orphans(limit) {
    const found = this.#has("event") && this.#has("account") ? this.#sql.exec(ORPHANS, limit).toArray() : [];
    return JSON.stringify(found.map(({ key }) => key));
  }

  /** @returns {string | undefined} */
  census() {
    return this.#has("census") ? this.#sql.exec(CENSUS).next().value?.row : undefined;
  }

  /** After an account was saved. */
  saveCensus(row) {
    this.#sql.exec(SAVE_CENSUS, row);
  }

  #has(table) {
    if (!this.#found.has(table) && !this.#sql.exec(FIND, table).next().done) this.#found.add(table);
    return this.#found.has(table);
  }
}
