// The offline check of a session token: one good token, and everything that is wrong with others.

import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';

import { InvalidToken, verifySessionToken } from '../src/session-token.mjs';
import { CLIENT_ID, claimsOf, signer } from './fake-edge.mjs';

const ISSUER = 'https://2fa.example';
const NOW = 1_800_000_000;
const keys = signer();
const claims = claimsOf(ISSUER, 'an', NOW);
const check = (token, changes = {}) => verifySessionToken(token, { keys: [keys.jwk], issuer: ISSUER, audience: CLIENT_ID, now: NOW + 10, ...changes });
const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const { sub: _, ...withoutSubject } = claims;

test('a genuine token gives its claims', () => {
  assert.deepEqual(check(keys.token(claims)), claims);
});

test('a token with EdDSA is verified with an Ed25519 key', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'ed', alg: 'EdDSA', use: 'sig' };
  const signed = `${encode({ alg: 'EdDSA', typ: 'pbx-2fa-session+jwt', kid: 'ed' })}.${encode(claims)}`;
  assert.equal(check(`${signed}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}`, { keys: [keys.jwk, jwk] }).sub, 'an');
});

const [head, body, mark] = keys.token(claims).split('.');
const flipped = Buffer.from(mark, 'base64url');
flipped[7] ^= 1;

const bad = {
  'another body under the signature': `${head}.${encode({ ...claims, sub: 'bert' })}.${mark}`,
  'a signature with one bit changed': `${head}.${body}.${flipped.toString('base64url')}`,
  'no signature': `${head}.${body}.`,
  'alg none': `${encode({ alg: 'none', typ: 'pbx-2fa-session+jwt', kid: 'key-1' })}.${body}.`,
  'HS256 with the public key': hs256(),
  'an algorithm that is a property of every object': keys.token(claims, { alg: 'constructor' }),
  'EdDSA with a key for ES256': keys.token(claims, { alg: 'EdDSA' }),
  'the type of an assertion': keys.token(claims, { typ: 'pbx-2fa+jwt' }),
  'no type': keys.token(claims, { typ: undefined }),
  'an unknown key': keys.token(claims, { kid: 'other' }),
  'a key of its own in the header': signer().token(claims, { jwk: keys.jwk }),
  'a critical header': keys.token(claims, { crit: ['b64'] }),
  'another issuer': keys.token({ ...claims, iss: 'https://evil.example' }),
  'another audience': keys.token({ ...claims, aud: 'another' }),
  'a list of audiences': keys.token({ ...claims, aud: [CLIENT_ID] }),
  'no subject': keys.token(withoutSubject),
  'an end that is past': keys.token({ ...claims, exp: NOW + 10 }),
  'an end that is text': keys.token({ ...claims, exp: 'never' }),
  'an end that is missing': keys.token({ ...claims, exp: undefined }),
  'a beginning that is still to come': keys.token({ ...claims, nbf: NOW + 3_600 }),
  'claims that are a list': keys.token([]),
  'two parts': `${head}.${body}`,
  'four parts': `${head}.${body}.${mark}.`,
  'padding': `${head}.${body}.${mark}=`,
  'no text': undefined,
  'an endless text': 'a'.repeat(100_000),
};

for (const [what, token] of Object.entries(bad)) {
  test(`${what} is refused`, () => assert.throws(() => check(token), InvalidToken));
}

function hs256() {
  const signed = `${encode({ alg: 'HS256', typ: 'pbx-2fa-session+jwt', kid: 'key-1' })}.${encode(claims)}`;
  return `${signed}.${createHmac('sha256', keys.jwk.x).update(signed).digest('base64url')}`;
}
