// The form of the directory's row of keys that sign tokens, closed like that of an account (`form.mjs`).
import Ajv from "ajv/dist/2020.js";
import { bytesOf } from "./form.mjs";

/** A version, a nonce and a tag around the JSON of a private JWK, which is longer than this. */
const SEALED_FROM = 1 + 12 + 16 + 100;
const TIME = { type: "integer", minimum: 1_500_000_000, maximum: 4_000_000_000 };

const ajv = new Ajv({ allErrors: true, strict: true });
ajv.addFormat("sealed-jwk", (text) => bytesOf(text)?.length > SEALED_FROM && !bytesOf(text).includes('"kty"'));
const KEY = {
  type: "object",
  additionalProperties: false,
  required: ["kid", "alg", "sealed", "published_from", "signs_from"],
  properties: {
    kid: { type: "string", pattern: "^[\\w-]{43}$" },
    alg: { enum: ["ES256", "EdDSA"] },
    sealed: { type: "string", format: "sealed-jwk" },
    published_from: TIME,
    signs_from: TIME,
  },
};
const validate = ajv.compile({
  type: "object",
  additionalProperties: false,
  required: ["keys"],
  properties: { keys: { type: "array", items: KEY } },
});

/** What is wrong with the row, by field; no value is quoted. */
export function wrongKeys(row) {
  const value = JSON.parse(row);
  if (!validate(value)) return validate.errors.map(({ instancePath, message }) => `signing keys: ${instancePath} ${message}`);
  const { keys } = value;
  const missing = ["ES256", "EdDSA"].filter((alg) => !keys.some((key) => key.alg === alg));
  const sealed = new Set(keys.map((key) => key.sealed.slice(0, 17)));
  return [
    ...missing.map((alg) => `signing keys: none of ${alg}`),
    ...(new Set(keys.map(({ kid }) => kid)).size < keys.length ? ["signing keys: two of one kid"] : []),
    ...(sealed.size < keys.length ? ["signing keys: two sealed with one nonce"] : []),
    ...keys.filter((key) => key.signs_from < key.published_from).map(() => "signing keys: one signs before it is published"),
  ];
}
