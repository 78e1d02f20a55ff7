// Verifies webhooks (Standard Webhooks 1.0): HMAC-SHA256 over `id.timestamp.body`, over the bytes as they came.

import { createHmac, timingSafeEqual } from 'node:crypto';

const TOLERANCE_S = 5 * 60;
const MOST_IDS = 10_000;

export class InvalidWebhook extends Error {}

/** The id and the event of a genuine webhook; anything else throws `InvalidWebhook`. */
export function verifyWebhook({ headers, body, key, now }) {
  const id = headers['webhook-id'];
  const timestamp = headers['webhook-timestamp'];
  const signatures = headers['webhook-signature'];
  expect(id && /^\d{1,12}$/.test(timestamp ?? '') && signatures, 'a header is missing');
  expect(Math.abs(now - Number(timestamp)) <= TOLERANCE_S, 'its time is too far off');

  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
  expect(signatures.split(' ').some((signature) => isSignature(signature, expected)), 'its signature is wrong');
  try {
    return { id, event: JSON.parse(body.toString('utf8')) };
  } catch {
    throw new InvalidWebhook('its body is not JSON');
  }
}

/** Remembers what was delivered for as long as a copy of the request would still be accepted. */
export class DeliveredIds {
  #delivered = new Map();

  has(id) {
    return this.#delivered.has(id);
  }

  add(id, now) {
    for (const [old, at] of this.#delivered) {
      if (now - at <= 2 * TOLERANCE_S && this.#delivered.size < MOST_IDS) break;
      this.#delivered.delete(old);
    }
    this.#delivered.set(id, now);
  }
}

/** While a secret is being replaced there are several signatures; one right one is enough. */
function isSignature(text, expected) {
  const [version, value] = text.split(',', 2);
  const given = Buffer.from(value ?? '', 'base64');
  return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
}

function expect(condition, why) {
  if (!condition) throw new InvalidWebhook(`the webhook is refused: ${why}`);
}
