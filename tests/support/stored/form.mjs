// The form of an account's row, closed: every field by its name, and every text by its pattern, so that nothing can stand
// in the clear where something sealed or hashed should be. A field that is added to the account is added here first.
import Ajv from "ajv/dist/2020.js";

const SEAL_BYTES = 1 + 12 + 16;
const SHORTEST_NUMBER = 8;
const LONGEST_NUMBER = 16;
const TOTP_KEY = 20;

/** The bytes of base64url text without padding; undefined where it is not exactly that. */
export function bytesOf(text) {
  const bytes = Buffer.from(text, "base64url");
  return bytes.toString("base64url") === text ? bytes : undefined;
}

const isReadable = (bytes) => bytes.every((byte) => byte >= 0x20 && byte < 0x7f);

/** Bytes that only a key or a hash makes. Words in base64url would be readable once decoded; 28 random bytes never are. */
function isOpaque(text, { from, to = from }) {
  const bytes = bytesOf(text);
  return bytes !== undefined && bytes.length >= from && bytes.length <= to && !isReadable(bytes);
}

/** A version, a nonce of 12 bytes, and what AES-256-GCM made of so many bytes, with its tag of 16. */
const isSealed = (text, { from, to = from }) => isOpaque(text, { from: SEAL_BYTES + from, to: SEAL_BYTES + to }) && bytesOf(text)[0] > 0;

const ajv = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true });
ajv.addFormat("hash", (text) => isOpaque(text, { from: 32 }));
ajv.addFormat("random", (text) => bytesOf(text)?.length === 16);
ajv.addFormat("sealed-number", (text) => isSealed(text, { from: SHORTEST_NUMBER, to: LONGEST_NUMBER }));
ajv.addFormat("sealed-totp-key", (text) => isSealed(text, { from: TOTP_KEY }));
ajv.addFormat("sealed-token", (text) => isSealed(text, { from: 1, to: 4_096 }));

const text = (pattern) => ({ type: "string", pattern });
const formatted = (format) => ({ type: "string", format });
const oneOf = (...names) => ({ enum: names });
const list = (items, most) => ({ type: "array", items, ...(most ? { maxItems: most } : {}) });
const count = (most) => ({ type: "integer", minimum: 0, ...(most === undefined ? {} : { maximum: most }) });
/** All fields are required but those whose name ends in `?`. */
const object = (fields) => ({
  type: "object",
  additionalProperties: false,
  required: Object.keys(fields).filter((name) => !name.endsWith("?")),
  properties: Object.fromEntries(Object.entries(fields).map(([name, form]) => [name.replace("?", ""), form])),
});

const HASH = formatted("hash");
const RANDOM = formatted("random");
const VERSION = count(255);
const TIME = { type: "integer", minimum: 1_500_000_000, maximum: 4_000_000_000 };
const KIND = oneOf("app", "totp", "mobile", "landline", "recovery", "bypass");
const AUTHENTICATOR_ID = text("^aut_[\\w-]{1,36}$");

const NUMBER = {
  sealed: formatted("sealed-number"),
  index: HASH,
  index_version: VERSION,
  hint: text("^\\+(\\d{1,3}|••) ••• •• •• \\d\\d$"),
};
const METHOD = {
  type: "object",
  oneOf: [
    object({ kind: { const: "app" }, "device_token?": formatted("sealed-token") }),
    object({ kind: { const: "mobile" }, ...NUMBER }),
    object({ kind: { const: "landline" }, ...NUMBER }),
    object({ kind: { const: "totp" }, secret: formatted("sealed-totp-key"), last_step: count() }),
  ],
};
const FAILURES = object({ consecutive: count(), unforgiven: count(), since: TIME });
const AUTHENTICATOR = object({
  id: AUTHENTICATOR_ID,
  method: METHOD,
  source: oneOf("profile", "user"),
  bound_at: TIME,
  "confirmed_at?": TIME,
  "failures?": FAILURES,
  "disabled_at?": TIME,
});
/** Codes for when no method is at hand: of those that were not used, nothing but MACs. */
const fallback = (most, more = {}) => object({ id: AUTHENTICATOR_ID, version: VERSION, unused: list(HASH, most), ...more, "failures?": FAILURES });
const CHALLENGE = object({
  id: text("^chl_[\\w-]{1,36}$"),
  authenticator: AUTHENTICATOR_ID,
  kind: KIND,
  delivery: oneOf("not_needed", "sending", "sent", "ringing", "answered", "declined", "no_answer", "failed", "throttled"),
  expires_at: TIME,
  "resend_at?": TIME,
  attempts: count(5),
  purpose: oneOf("login", "enroll", "step_up"),
  answer: { oneOf: [oneOf("totp", "fallback", "nothing"), object({ code: object({ version: count(255), mac: HASH }) })] },
});
const ISSUED = object({ jti: RANDOM, at: TIME });
const PROGRESS = {
  oneOf: [
    { const: "open" },
    object({ issued: ISSUED }),
    object({ redeemed: object({ issued: ISSUED, at: TIME, sid: RANDOM, jti: RANDOM, "key?": HASH }) }),
  ],
};
const TRANSACTION = object({
  key: RANDOM,
  purpose: oneOf("login", "manage"),
  origin: text("^https?://[^/\\s]+$"),
  nonce: text("^[\\w-]{22,128}$"),
  "minimum_acr?": oneOf("urn:pbx-2fa:pstn", "urn:pbx-2fa:totp"),
  "locale?": text("^[A-Za-z0-9-]{2,35}$"),
  "return_to?": text("^https?://[^/\\s]+/[^#\\s]*$"),
  "display_name?": { type: "string" },
  opened_at: TIME,
  secret: HASH,
  "awaited_ticket?": RANDOM,
  "suggestions?": list(object({ kind: oneOf("mobile", "landline"), number: object(NUMBER) }), 2),
  challenges: list(CHALLENGE),
  "current?": text("^chl_[\\w-]{1,36}$"),
  sends: count(3),
  "enrollment?": object({ id: text("^enr_[\\w-]{1,36}$"), method: METHOD, challenge: CHALLENGE }),
  "proof?": object({ authenticator: AUTHENTICATOR_ID, kind: KIND, at: TIME }),
  progress: PROGRESS,
});
const ENDED = object({
  which: { oneOf: [{ const: "all" }, object({ one: RANDOM }), object({ proven_by: AUTHENTICATOR_ID })] },
  before: TIME,
});
const ACCOUNT = object({
  owner: object({ client_id: text("^[a-z][a-z0-9-]{2,39}$"), subject: text("^[^\\u0000-\\u001f\\u007f]{1,128}$") }),
  authenticators: list(AUTHENTICATOR, 8),
  "primary?": AUTHENTICATOR_ID,
  "recovery?": fallback(10),
  "bypass?": fallback(1, { expires_at: TIME }),
  transactions: list(TRANSACTION, 3),
  throttle: object({ consecutive: count(), "until?": TIME }),
  sends: list({ oneOf: [TIME, object({ at: TIME, way: oneOf("push", "call") })] }),
  "new_numbers?": list(object({ number: HASH, version: VERSION, at: TIME })),
  backup_skips: count(),
  "spent_tickets?": list(object({ ticket: RANDOM, expires_at: TIME })),
  "ended?": list(ENDED, 16),
  "trail?": object({ count: count(), "last?": object({ version: count(255), mac: HASH }) }),
  "restored_at?": TIME,
  "trail?": object({ count: count(), "forgotten?": count(), "last?": object({ version: count(255), mac: HASH }) }),
  "remembered?": list(object({ key: HASH, request: HASH, opened: object({ transaction: RANDOM, ticket: RANDOM, opened_at: TIME }) }), 8),
});
const validate = ajv.compile(object({ v: { const: "1" }, account: ACCOUNT }));

/**
 * A row's text, read: `{ account, faults }`. A fault names the field and quotes no value; there is no account where the
 * row is in no known form.
 */
export function parseRow(row) {
  let value;
  try {
    value = JSON.parse(row);
  } catch {
    return { faults: ["is not JSON"] };
  }
  if (validate(value)) return { account: value.account, faults: [] };
  return { faults: validate.errors.filter(({ keyword }) => keyword !== "oneOf").map(described) };
}

function described({ instancePath, message, params }) {
  const field = params.additionalProperty ? `: ${params.additionalProperty}` : "";
  return `${instancePath.replace("/account/", "") || "it"} ${message}${field}`;
}
