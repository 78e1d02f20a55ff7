// Who waits for a change of an account, in the object that owns it. Kept in memory: whoever waits asks again.

/** Who comes in addition ends the wait of the one who came first. */
const MOST_OF_ACCOUNT = 4;
const MOST = 2_000;

export class Watchers {
  /** By account, in the order in which they came. */
  #waiting = new Map();
  #number = 0;

  /** Resolves to true when the account was saved; to false after so many milliseconds, or because too many wait. */
  wait(account, milliseconds) {
    const waiting = this.#waiting.get(account) ?? new Set();
    if (waiting.size >= MOST_OF_ACCOUNT) first(waiting)(false);
    else if (this.#number >= MOST) first(first(this.#waiting.values()))(false);
    this.#waiting.set(account, waiting);
    this.#number += 1;
    return new Promise((resolve) => {
      const end = (saved) => {
        clearTimeout(timer);
        this.#number -= 1;
        waiting.delete(end);
        if (waiting.size === 0 && this.#waiting.get(account) === waiting) this.#waiting.delete(account);
        resolve(saved);
      };
      const timer = setTimeout(end, milliseconds, false);
      waiting.add(end);
    });
  }

  tell(account) {
    for (const end of [...(this.#waiting.get(account) ?? [])]) end(true);
  }
}

const first = (all) => all[Symbol.iterator]().next().value;
