// What an object keeps of its accounts: a state that only Rust can read, and the rows of the audit trail. All that one command
// writes is one transaction, because nothing is awaited in between.

// Made with the first account that is saved: a look at an account that does not exist leaves nothing on the disk.
// With a row number of its own, a state of up to 4,000 bytes lies in one page of the database; without, one of over 1,000 is
// spread over several, and each save would free and take some.
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS account (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, state TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS event (
    account TEXT NOT NULL, sequence INTEGER NOT NULL, at INTEGER NOT NULL, row TEXT NOT NULL,
    PRIMARY KEY (account, sequence)) STRICT, WITHOUT ROWID;`;
const FIND = "SELECT name FROM sqlite_master WHERE type = 'table' AND name = ?1";
const LOAD = "SELECT state FROM account WHERE key = ?1";
const SAVE = "INSERT INTO account (key, state) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET state = excluded.state";
const APPEND = "INSERT INTO event (account, sequence, at, row) VALUES (?1, ?2, ?3, ?4)";
const FORGET = "DELETE FROM event WHERE account = ?1 AND at < ?2";
const FOLLOWING = "SELECT row FROM event WHERE account = ?1 AND sequence > ?2 ORDER BY sequence LIMIT ?3";

export class Rows {
  #sql;
  #madeTables = false;
  #found = new Set();

  constructor(sql) {
    this.#sql = sql;
  }

  /** @returns {string | undefined} */
  load(key) {
    return this.#has("account") ? this.#sql.exec(LOAD, key).next().value?.state : undefined;
  }

  save(key, state) {
    if (!this.#madeTables) this.#sql.exec(SCHEMA);
    this.#madeTables = true;
    this.#sql.exec(SAVE, key, state);
  }

  /** Adds an event of an account that was saved. */
  append(key, sequence, at, row) {
    this.#sql.exec(APPEND, key, sequence, at, row);
  }

  /** Drops events that are older. */
  forget(key, before) {
    this.#sql.exec(FORGET, key, before);
  }

  /** @returns {string} a JSON list of the rows after a sequence number */
  following(key, after, limit) {
    const rows = this.#has("event") ? this.#sql.exec(FOLLOWING, key, after, limit).toArray() : [];
    return `[${rows.map(({ row }) => row).join()}]`;
  }

  #has(table) {
    if (!this.#found.has(table) && !this.#sql.exec(FIND, table).next().done) this.#found.add(table);
    return this.#found.has(table);
  }
}
