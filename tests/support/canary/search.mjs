// Looks for many byte strings in one pass over the data, however many they are: a rolling hash of the last eight bytes, and a
// closer look where it is that of the end of one of them.
const WINDOW = 8;
const BASE = 0x0100_0193;
const LEAVING = Array.from({ length: WINDOW }).reduce((power) => Math.imul(power, BASE), 1);
const FILTER_BITS = 22;
const CODES = 1_000_000;

const isDigit = (byte) => byte >= 0x30 && byte <= 0x39;
/** What a word, or anything in base64, is made of. */
const IN_WORDS = Uint8Array.from({ length: 256 }, (_, byte) => (/[\w+/-]/.test(String.fromCharCode(byte)) ? 1 : 0));

export class Search {
  #patterns = new Map();
  #filter = new Uint8Array(2 ** FILTER_BITS);
  #codes = new Uint8Array(CODES);

  /** A byte string of at least eight bytes; with `alone` it is found only where no letter or digit is beside it. */
  add(kind, bytes, { alone = false } = {}) {
    const hash = bytes.subarray(-WINDOW).reduce((sum, byte) => (Math.imul(sum, BASE) + byte) | 0, 0);
    this.#filter[hash >>> (32 - FILTER_BITS)] = 1;
    if (!this.#patterns.has(hash)) this.#patterns.set(hash, []);
    const same = this.#patterns.get(hash);
    if (!same.some((pattern) => pattern.bytes.equals(bytes))) same.push({ kind, bytes, alone });
  }

  /** Six digits that stand alone. */
  addDigits(digits) {
    this.#codes[Number(digits)] = 1;
  }

  /** The kinds of everything that is found. */
  kindsIn(data) {
    const found = new Set();
    let [hash, digits] = [0, 0];
    for (let at = 0; at < data.length; at += 1) {
      const byte = data[at];
      hash = (Math.imul(hash, BASE) + byte) | 0;
      if (at >= WINDOW) hash = (hash - Math.imul(data[at - WINDOW], LEAVING)) | 0;
      if (this.#filter[hash >>> (32 - FILTER_BITS)] === 1) this.#lookCloser(data, at + 1, hash, found);
      if (isDigit(byte)) digits += 1;
      else {
        if (digits === 6) this.#judgeDigits(data, at, found);
        digits = 0;
      }
    }
    if (digits === 6) this.#judgeDigits(data, data.length, found);
    return found;
  }

  #lookCloser(data, end, hash, found) {
    for (const { kind, bytes, alone } of this.#patterns.get(hash) ?? []) {
      const start = end - bytes.length;
      if (start < 0 || bytes.compare(data, start, end) !== 0) continue;
      if (!alone || standsAlone(data, start, end)) found.add(kind);
    }
  }

  #judgeDigits(data, end, found) {
    const isCode = this.#codes[Number(data.toString("latin1", end - 6, end))] === 1;
    if (isCode && standsAlone(data, end - 6, end)) found.add("code");
  }
}

const standsAlone = (data, start, end) => !IN_WORDS[data[start - 1] ?? 0] && !IN_WORDS[data[end] ?? 0];
