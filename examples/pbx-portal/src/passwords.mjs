// Passwords: scrypt with the parameters that OWASP's password storage sheet gives for 16 MiB.

import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const PARAMETERS = { N: 2 ** 14, r: 8, p: 5 };
const BYTES = 32;
const derive = promisify(scrypt);

export async function hashPassword(password) {
  const salt = randomBytes(16);
  return { salt: salt.toString('base64url'), hash: (await derive(password, salt, BYTES, PARAMETERS)).toString('base64url') };
}

/** Takes as long for a user who does not exist (`stored` null) as for one who does. */
export async function isPassword(password, stored) {
  const { salt, hash } = stored ?? NOBODY;
  const given = await derive(password, Buffer.from(salt, 'base64url'), BYTES, PARAMETERS);
  return timingSafeEqual(given, Buffer.from(hash, 'base64url')) && stored !== null;
}

const NOBODY = { salt: randomBytes(16).toString('base64url'), hash: randomBytes(BYTES).toString('base64url') };
