// The calls that a portal makes to pbx-2fa. With the API key, so from the backend alone.

import { createHash, randomBytes, randomUUID } from 'node:crypto';

const TIMEOUT_MS = 8_000;
const PROBLEM = 'urn:pbx-2fa:problem:';

/** pbx-2fa refused: `problem` is one of its problem types, `retryAfter` in seconds where it says. */
export class Refused extends Error {
  constructor(problem, retryAfter) {
    super(`pbx-2fa answered ${problem}`);
    Object.assign(this, { problem, retryAfter });
  }
}

/** pbx-2fa cannot be asked now. Nobody logs in then. */
export class Unavailable extends Error {}

/** Problems that say nothing about the person: the service is down, or this portal is set up wrongly. */
const OURS = ['unauthorized', 'unavailable', 'invalid-request', 'origin-not-allowed', 'browser-not-allowed', 'idempotency-mismatch'];

export class Pbx2fa {
  constructor({ url, apiKey }) {
    Object.assign(this, { url, apiKey });
  }

  /** Opens a transaction for a user, and returns `{ id, nonce, ticket }`: the first two to keep, the third for the page. */
  async open({ subject, origin, purpose, locale, profile, returnTo }) {
    const nonce = randomBytes(32).toString('base64url');
    const answer = await this.#post('/v1/transactions', { subject, origin, nonce, purpose, locale, profile, return_to: returnTo }, randomUUID());
    return { id: answer.transaction, nonce, ticket: answer.ticket };
  }

  /** A fresh ticket for a page that was loaded again. Nothing is sent again. */
  async ticket(id) {
    return (await this.#post(`/v1/transactions/${id}/ticket`, {}, randomUUID())).ticket;
  }

  /** Redeems an assertion, once. The key follows from the assertion: a repeated request gets the first answer. */
  async redeem(id, assertion) {
    const key = createHash('sha256').update(assertion).digest('base64url');
    return this.#post(`/v1/transactions/${id}/redeem`, { assertion }, key);
  }

  /** Whether a session token still counts. */
  async isAlive(token) {
    return (await this.#post('/v1/sessions/introspect', { token }, randomUUID())).active === true;
  }

  /** Ends all sessions of a user, with every service that asks or listens. */
  async revoke(subject) {
    await this.#post(`/v1/subjects/${encodeURIComponent(subject)}/sessions/revoke`, {}, randomUUID());
  }

  /** The gateway's news of a code: `ringing`, `answered`, `declined`, `no_answer` or `failed`. */
  async report(subject, challenge, delivery) {
    await this.#ask('PUT', `/v1/subjects/${encodeURIComponent(subject)}/challenges/${encodeURIComponent(challenge)}/delivery`, { delivery });
  }

  async #post(path, body, idempotencyKey) {
    return this.#ask('POST', path, body, { 'idempotency-key': idempotencyKey });
  }

  async #ask(method, path, body, headers = {}) {
    const request = {
      method,
      headers: { authorization: `Bearer ${this.apiKey}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    };
    const response = await this.#send(path, request);
    if (response.status === 204) return undefined;
    const answer = await response.json().catch(() => null);
    if (response.ok && answer) return answer;
    throw refusal(path, response.status, answer);
  }

  /** A connection that broke is tried once more: the idempotency key makes that safe. */
  async #send(path, request) {
    for (let triesLeft = 1; ; triesLeft -= 1) {
      try {
        return await fetch(this.url + path, request);
      } catch (error) {
        if (triesLeft > 0 && !request.signal.aborted) continue;
        throw new Unavailable(`pbx-2fa did not answer: ${error.cause?.code ?? error.name}`);
      }
    }
  }
}

function refusal(path, status, answer) {
  const problem = typeof answer?.type === 'string' && answer.type.startsWith(PROBLEM) ? answer.type.slice(PROBLEM.length) : null;
  if (!problem || OURS.includes(problem)) {
    return new Unavailable(`pbx-2fa answered ${status} ${problem ?? ''} to ${path.replace(/txn_[^/]+|(?<=subjects\/)[^/]+/, '{id}')}${answer?.detail ? ` (${answer.detail})` : ''}`);
  }
  return new Refused(problem, answer.retry_after);
}
