// Every secret that this process has come by: made by its clients, answered by a worker, or delivered to a gateway. Whatever
// a worker leaves behind is searched for all of them (`canary.mjs`).
import { formsOfCode, formsOfKey, formsOfText } from "./forms.mjs";
import { Search } from "./search.mjs";

/** What may stand nowhere, and what may stand in a database, but not in what the worker says. */
export const secrets = new Search();
export const names = new Search();

const known = new Set();
const SHORTEST = 8;

/** Whether it is new, and long enough not to be found by chance. */
function isNew(kind, value) {
  const name = `${kind} ${value}`;
  if (typeof value !== "string" || value.length < SHORTEST || known.has(name)) return false;
  known.add(name);
  return true;
}

const note = (search, kind, forms) => forms.forEach((form) => search.add(kind, form));

const learnText = (kind) => (value) => isNew(kind, value) && note(secrets, kind, formsOfText(value));
const learnName = (kind) => (value) => isNew(kind, value) && note(names, kind, formsOfText(value));

/** A text whose bytes, or some of them, are a key. */
const learnKey = (kind, keyOf) => (value) => {
  if (!isNew(kind, value)) return;
  note(secrets, kind, formsOfText(value));
  const key = keyOf(value);
  if (key?.length >= 16) note(secrets, kind, formsOfKey(key));
};

function learnCode(value) {
  if (!/^\d{6}$/.test(value) || known.has(value)) return;
  known.add(value);
  secrets.addDigits(value);
  formsOfCode(value).forEach((form) => secrets.add("code", form, { alone: true }));
}

/** The digits after a country's, which are in every other way to write the number too. */
function learnNumber(value) {
  if (/^\+\d{10,15}$/.test(value)) learnText("telephone number")(value.slice(3));
}

const fromBase64 = (text) => Buffer.from(text, "base64url");
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

function fromBase32(text) {
  const bits = [...text].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, "0")).join("");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

const learnRootKey = learnKey("root key", fromBase64);
const learnSigningKey = learnKey("signing key", fromBase64);
const learnOperatorKey = learnKey("operator key", (key) => fromBase64(key.slice("pbx2fa_operator_".length)));
/** A version, 32 random bytes, and a checksum. */
const learnApiKey = learnKey("API key", (key) => fromBase64(key.split("_").slice(3).join("_")).subarray(1, 33));
/** A version, the account, the transaction, 32 random bytes, and a checksum. */
const learnPageSecret = learnKey("page's secret", (secret) => fromBase64(secret.slice(4)).subarray(33, 65));
const learnWebhookSecret = learnKey("webhook secret", (secret) => Buffer.from(secret.slice(6), "base64"));
const learnTotpKey = learnKey("key of an authenticator app", fromBase32);

/** What a field of this name holds, wherever it is. */
const ANYWHERE = {
  mobile: learnNumber,
  landline: learnNumber,
  number: learnNumber,
  subject: learnName("subject"),
  display_name: learnName("display name"),
  reason: learnName("reason of the help desk"),
};

/** And where it is real: in an answer, or in what a gateway was sent. A request may hold anybody's invention. */
const REAL = {
  ...ANYWHERE,
  ticket: learnText("ticket"),
  assertion: learnText("assertion"),
  session_token: learnText("session token"),
  api_key: learnApiKey,
  device_token: learnText("device token"),
  code: learnCode,
  secret: learnSecret,
};
/** What a client makes, and a worker took. */
const TAKEN = { device_token: REAL.device_token, code: learnCode, secret: learnWebhookSecret };

function learnSecret(value) {
  if (value.startsWith("ses_")) learnPageSecret(value);
  else if (value.startsWith("whsec_")) learnWebhookSecret(value);
  else if (/^[A-Z2-7]{32}$/.test(value)) learnTotpKey(value);
}

function walk(value, fields) {
  if (typeof value !== "object" || value === null) return;
  for (const [name, inside] of Object.entries(value)) {
    if (typeof inside !== "string") walk(inside, fields);
    else if (Object.hasOwn(fields, name)) fields[name](inside);
  }
}

/** A request and its answer. */
export function learnExchange(json, answer) {
  walk(json, answer.status < 300 ? { ...ANYWHERE, ...TAKEN } : ANYWHERE);
  if (answer.text && (answer.headers["content-type"] ?? "").startsWith("application/json")) walk(answer.body, REAL);
}

/** What a gateway was sent. */
export const learnMessage = (message) => walk(message, REAL);

export const learnWebhook = learnWebhookSecret;

/** The handle that a page holds. */
export const learnBearer = (value) => value?.startsWith("ses_") && learnPageSecret(value);

/** The cookie of a page without script. */
export const learnPageCookie = learnText("page's cookie");

/** A deployment's own (`keys.mjs`). */
export function learnDeployment({ roots, operatorKey }) {
  for (const key of roots.values()) learnRootKey(key.toString("base64url"));
  learnOperatorKey(operatorKey);
}

/** Private JWKs. */
export function learnSigningKeys(jwks) {
  for (const { d } of jwks) learnSigningKey(d);
}
