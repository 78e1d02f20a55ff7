// Verifies a session token of pbx-2fa offline, against the published keys (JWKS). Any service of the vendor can do
// this: it needs no API key and asks nobody. A page of code, so that it can be read as a whole.

import { createPublicKey, verify } from 'node:crypto';

const TYPE = 'pbx-2fa-session+jwt';
/** What is accepted: the header chooses from this list, and only together with a key of the same kind. */
const ALGORITHMS = {
  ES256: { kty: 'EC', crv: 'P-256', digest: 'sha256' },
  EdDSA: { kty: 'OKP', crv: 'Ed25519', digest: null },
};
const LONGEST = 8_192;
/** How far two clocks may be apart, in seconds. */
const SKEW = 30;

export class InvalidToken extends Error {}

/**
 * The claims of a valid token; anything else throws `InvalidToken`. `keys` are the members of the JWKS, `now` is in seconds.
 */
export function verifySessionToken(token, { keys, issuer, audience, now }) {
  const [head, body, mark] = partsOf(token);
  const header = objectOf(head);
  const algorithm = Object.hasOwn(ALGORITHMS, header.alg) ? ALGORITHMS[header.alg] : null;
  expect(algorithm, 'alg');
  expect(header.typ === TYPE, 'typ');
  expect(header.crit === undefined, 'crit');

  const jwk = keys.find((key) => key.kid === header.kid);
  expect(typeof header.kid === 'string' && jwk, 'kid');
  expect(jwk.kty === algorithm.kty && jwk.crv === algorithm.crv && jwk.alg === header.alg && jwk.use === 'sig', 'key');
  const { kty, crv, x, y } = jwk;
  const key = createPublicKey({ key: { kty, crv, x, y }, format: 'jwk' });
  const signed = Buffer.from(`${head}.${body}`);
  const signature = bytesOf(mark);
  expect(signature.length === 64 && verify(algorithm.digest, signed, { key, dsaEncoding: 'ieee-p1363' }, signature), 'signature');

  const claims = objectOf(body);
  expect(claims.iss === issuer, 'iss');
  expect(claims.aud === audience, 'aud');
  expect(typeof claims.sub === 'string' && claims.sub !== '', 'sub');
  expect(typeof claims.sid === 'string' && claims.sid !== '', 'sid');
  for (const name of ['iat', 'nbf', 'exp', 'auth_time']) expect(Number.isSafeInteger(claims[name]), name);
  expect(claims.exp > now, 'exp');
  expect(claims.nbf <= now + SKEW, 'nbf');
  return claims;
}

function partsOf(token) {
  expect(typeof token === 'string' && token.length <= LONGEST, 'token');
  const parts = token.split('.');
  expect(parts.length === 3, 'token');
  return parts;
}

function objectOf(part) {
  let value = null;
  try {
    value = JSON.parse(bytesOf(part).toString('utf8'));
  } catch (error) {
    if (error instanceof InvalidToken) throw error;
  }
  expect(value !== null && typeof value === 'object' && !Array.isArray(value), 'token');
  return value;
}

/** Strict base64url: only the one spelling of each value. */
function bytesOf(part) {
  const bytes = Buffer.from(part, 'base64url');
  expect(bytes.toString('base64url') === part, 'token');
  return bytes;
}

function expect(condition, what) {
  if (!condition) throw new InvalidToken(`the session token is not valid: ${what}`);
}
