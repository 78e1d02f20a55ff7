// The published keys of pbx-2fa, kept for as long as they may be, and asked for again when a key is new.

import { Unavailable } from './pbx2fa.mjs';

const TIMEOUT_MS = 8_000;
const LONGEST_S = 300;
/** How often an unknown key may cause a request, in seconds. */
const REFRESH_S = 10;

export class Jwks {
  #keys = [];
  #fetchedAt = -Infinity;

  constructor(url, now = () => Date.now() / 1000) {
    Object.assign(this, { url, now });
  }

  /** The keys, fresh where they are old, or where none has the wanted id. */
  async keys(kid) {
    const age = this.now() - this.#fetchedAt;
    const known = this.#keys.some((key) => key.kid === kid);
    if (age > LONGEST_S || (!known && age > REFRESH_S)) await this.#fetch();
    return this.#keys;
  }

  async #fetch() {
    try {
      const response = await fetch(this.url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
      const { keys } = await response.json();
      if (!response.ok || !Array.isArray(keys)) throw new TypeError(`status ${response.status}`);
      this.#keys = keys;
      this.#fetchedAt = this.now();
    } catch (error) {
      throw new Unavailable(`the keys of pbx-2fa cannot be fetched: ${error.cause?.code ?? error.message}`);
    }
  }
}

/** The key id that a token names; it decides nothing, it only says which key to have at hand. */
export function kidOf(token) {
  try {
    return JSON.parse(Buffer.from(token.split('.')[0], 'base64url').toString('utf8')).kid;
  } catch {
    return null;
  }
}
