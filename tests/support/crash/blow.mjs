// The end of a worker by SIGKILL, at a moment that chance chooses.
const LATEST_MS = 2_000;
const BROKEN = new Set(["ECONNRESET", "ECONNREFUSED", "EPIPE"]);

/** What a client gets that waits for something which will not come. */
export class CutOff extends Error {}

/** A repeatable sequence of numbers from 0 to 1 (mulberry32). */
export function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export class Blow {
  #worker;
  #timer;
  #cut = Promise.withResolvers();

  /**
   * Every other falls in the very moment in which the n-th answer arrives: what it promises must be stored by then. The
   * others fall after so many milliseconds, wherever the worker is.
   */
  constructor(worker, random) {
    this.#worker = worker;
    this.#cut.promise.catch(() => {});
    const [byAnswer, size] = [random() < 0.5, random()];
    this.moment = byAnswer ? `at answer ${1 + Math.floor(size * 60)}` : `after ${Math.floor(size * 250)} ms`;
    let left = byAnswer ? 1 + Math.floor(size * 60) : Infinity;
    worker.answers.onAnswer = () => {
      left -= 1;
      if (left === 0) this.#strike();
    };
    this.#timer = setTimeout(() => this.#strike(), byAnswer ? LATEST_MS : Math.floor(size * 250));
  }

  /** The value, if it comes before the blow. */
  orCut(promise) {
    return Promise.race([promise, this.#cut.promise]);
  }

  /** When it has fallen, and every client has seen it. An error of theirs that it does not explain is thrown. */
  async hits(clients) {
    const ends = await Promise.allSettled(clients.map((client) => client.run(this)));
    this.#worker.answers.onAnswer = () => {};
    for (const { reason } of ends) if (reason && !(reason instanceof CutOff) && !BROKEN.has(reason.code)) throw reason;
    await this.#worker.ended();
  }

  #strike() {
    clearTimeout(this.#timer);
    this.#worker.kill();
    this.#cut.reject(new CutOff("the worker was killed"));
  }
}
