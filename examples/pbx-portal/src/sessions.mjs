// Two kinds of session, kept apart on purpose: what follows the password opens nothing, and only a redeemed second
// factor makes the other. They have their own class, their own cookie and their own store, so that neither can be
// mistaken for the other. Both live in memory: after a restart everybody logs in again.

import { createHash, randomBytes } from 'node:crypto';

const PRE_AUTH_SECONDS = 10 * 60;
const SESSION_SECONDS = 8 * 60 * 60;
const MOST = 10_000;

/** The password was right; the second factor is awaited. */
export class PreAuthSession {
  /** The open transaction: `{ id, nonce }`, or null before there is one. */
  transaction = null;
  /** The completion that is under way, so that a form that is sent twice is redeemed once. */
  completion = null;

  constructor(user, next) {
    Object.assign(this, { user, next });
  }
}

/** Password and second factor were right. */
export class Session {
  /** The signed session token stays here, on the server: for calls to the vendor's other services. */
  #token;

  constructor(user, { token, method, since }) {
    this.#token = token;
    Object.assign(this, { user, method, since });
  }

  get token() {
    return this.#token;
  }
}

export class SessionStore {
  #entries = new Map();

  constructor(type, cookieName, seconds, now = () => Date.now() / 1000) {
    Object.assign(this, { type, cookieName, seconds, now });
  }

  /** Keeps a session under a new random name, and returns that name for the cookie. */
  begin(session, until = Infinity) {
    if (!(session instanceof this.type)) throw new TypeError(`expected a ${this.type.name}`);
    if (this.#entries.size >= MOST) this.#entries.delete(this.#entries.keys().next().value);
    const name = randomBytes(32).toString('base64url');
    this.#entries.set(digest(name), { session, until: Math.min(this.now() + this.seconds, until) });
    return name;
  }

  find(name) {
    const entry = name && this.#entries.get(digest(name));
    if (!entry) return null;
    if (entry.until > this.now()) return entry.session;
    this.end(name);
    return null;
  }

  end(name) {
    if (name) this.#entries.delete(digest(name));
  }

  /** Ends every session of a user, in whichever browser it is. */
  endOf(userId) {
    this.#entries.forEach(({ session }, key) => session.user.id === userId && this.#entries.delete(key));
  }

  /** Ends those sessions of a user that `isKept` does not want kept. */
  async keepOf(userId, isKept) {
    const own = [...this.#entries].filter(([, { session }]) => session.user.id === userId);
    await Promise.all(own.map(async ([key, { session }]) => await isKept(session) || this.#entries.delete(key)));
  }
}

export const preAuthSessions = (prefix) => new SessionStore(PreAuthSession, `${prefix}qaller_preauth`, PRE_AUTH_SECONDS);
export const sessions = (prefix) => new SessionStore(Session, `${prefix}qaller_session`, SESSION_SECONDS);

/** Names are kept as digests: a look-up by digest tells nothing by its timing, and a dump holds nothing that logs in. */
const digest = (name) => createHash('sha256').update(name).digest('base64url');
