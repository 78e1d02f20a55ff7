// The forms in which somebody could have written a secret down: as it is, and as the encodings make it.
const BASE64_BITS = 6;
/** Of a long text its end suffices, which is where tokens differ from each other. */
const LONGEST = 32;
/** A shorter form would be found by chance. */
const SHORTEST = 8;

/** Every form of a text, as bytes. */
export function formsOfText(text) {
  const end = text.slice(-LONGEST);
  // In either byte order: what both have in common.
  const wide = Buffer.from(end, "utf16le").subarray(0, -1);
  return longEnough([...formsOfBytes(Buffer.from(end, "utf8")), wide]);
}

/** Every form of bytes that are kept as bytes: a key, the random part of a handle. */
export function formsOfKey(bytes) {
  return longEnough([...formsOfBytes(bytes), Buffer.from([...bytes].join())]);
}

/** Six digits are found within other things, so these forms count only where they stand alone. */
export function formsOfCode(code) {
  const bytes = Buffer.from(code);
  return [bytes.toString("base64"), bytes.toString("hex")].map((form) => Buffer.from(form)).concat(Buffer.from(code, "utf16le").subarray(0, -1));
}

function formsOfBytes(bytes) {
  const hex = bytes.toString("hex");
  const base64 = [0, 1, 2].flatMap((shift) => ["base64", "base64url"].map((alphabet) => withinBase64(bytes, shift, alphabet)));
  return [bytes, ...[hex, hex.toUpperCase(), ...base64].map((form) => Buffer.from(form))];
}

/** What does not depend on the neighbours, where the bytes stand within something longer that was encoded as a whole. */
function withinBase64(bytes, shift, alphabet) {
  const whole = Buffer.concat([Buffer.alloc(shift), bytes]).toString(alphabet);
  return whole.slice(Math.ceil((shift * 8) / BASE64_BITS), Math.floor(((shift + bytes.length) * 8) / BASE64_BITS));
}

const longEnough = (forms) => forms.filter((form) => form.length >= SHORTEST);
