// The closed list of what can be refused, and what every refusal has in common.
import assert from "node:assert/strict";

export const PROBLEMS = {
  "code-invalid": 422,
  "challenge-dead": 409,
  expired: 410,
  locked: 423,
  "account-throttled": 429,
  "send-throttled": 429,
  "tenant-budget": 429,
  "number-not-allowed": 422,
  "number-blocked": 403,
  "authenticator-pending": 409,
  "backup-required": 409,
  "step-up-required": 403,
  "origin-not-allowed": 403,
  "browser-not-allowed": 403,
  "ticket-used": 409,
  "already-redeemed": 409,
  "idempotency-mismatch": 422,
  "not-found": 404,
  unauthorized: 401,
  "invalid-request": 400,
  "payload-too-large": 413,
  "method-not-allowed": 405,
  "unsupported-media-type": 415,
  "delivery-unavailable": 503,
  unavailable: 503,
};

/** Words of a stack trace, a database or a parser that no caller may see. */
const INSIDES = /\bat line\b|\.rs\b|\.js:|panic|sqlite|wasm|stack|undefined|Error:/i;

/** The name of the refusal; for an answer that is none, its status. */
export function problemOf(answer) {
  const type = answer.headers["content-type"] === "application/problem+json" ? answer.body.type : undefined;
  return type?.replace("urn:pbx-2fa:problem:", "") ?? String(answer.status);
}

/** A refusal as RFC 9457 and the closed list have it; `secrets` are values that it must not repeat. */
export function assertProblem(answer, name, secrets = []) {
  assert.equal(problemOf(answer), name, `${answer.status} ${answer.text}`);
  const { type, title, status, detail, retry_after: retryAfter } = answer.body;
  assert.equal(answer.status, PROBLEMS[name]);
  assert.deepEqual([type, status], [`urn:pbx-2fa:problem:${name}`, PROBLEMS[name]]);
  assert.ok(title.length > 0);
  assert.equal(answer.headers["cache-control"], "no-store");
  assert.equal(answer.headers["x-content-type-options"], "nosniff");
  assert.doesNotMatch(detail ?? "", INSIDES);
  if (PROBLEMS[name] === 429) {
    assert.equal(answer.headers["retry-after"], String(retryAfter));
    assert.ok(retryAfter > 0);
  }
  if (name === "unauthorized") assert.equal(answer.headers["www-authenticate"], "Bearer");
  for (const secret of secrets) assert.ok(!answer.text.includes(secret), `the refusal repeats ${secret}`);
  return answer.body;
}
