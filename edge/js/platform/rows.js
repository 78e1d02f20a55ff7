// Accounts as rows of the object that owns them: a key, and a state that only Rust can read.

// Made with the first account that is saved: a look at an account that does not exist leaves nothing on the disk.
// With a row number of its own, a state of up to 4,000 bytes lies in one page of the database; without, one of over 1,000 is
// spread over several, and each save would free and take some.
const SCHEMA =
  "CREATE TABLE IF NOT EXISTS account (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, state TEXT NOT NULL) STRICT";
const FIND = "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'account'";
const LOAD = "SELECT state FROM account WHERE key = ?1";
const SAVE = "INSERT INTO account (key, state) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET state = excluded.state";

export class Rows {
  #sql;
  #hasTable = false;

  constructor(sql) {
    this.#sql = sql;
  }

  /** @returns {string | undefined} */
  load(key) {
    this.#hasTable ||= !this.#sql.exec(FIND).next().done;
    return this.#hasTable ? this.#sql.exec(LOAD, key).next().value?.state : undefined;
  }

  save(key, state) {
    if (!this.#hasTable) this.#sql.exec(SCHEMA);
    this.#hasTable = true;
    this.#sql.exec(SAVE, key, state);
  }
}
