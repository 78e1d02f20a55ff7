// Tokens as an attacker would make them: any header and claims, signed by any key or by none.
import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from "node:crypto";

const encoded = (value) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
const HASH = { ES256: "sha256", EdDSA: null };

/** A header or claims as an object, or as the JSON text itself where that is not what `JSON.stringify` would make. */
export const signedPart = (header, claims) => `${encoded(header)}.${encoded(claims)}`;

/** A compact JWS by a private JWK of one of the two algorithms. */
export function signedBy(jwk, header, claims) {
  const content = signedPart(header, claims);
  const key = createPrivateKey({ key: jwk, format: "jwk" });
  const signature = sign(HASH[jwk.crv === "P-256" ? "ES256" : "EdDSA"], Buffer.from(content), { key, dsaEncoding: "ieee-p1363" });
  return `${content}.${signature.toString("base64url")}`;
}

/** A compact JWS by HMAC, with whatever a careless verifier could take for the secret. */
export function hmacBy(secret, header, claims, hash = "sha256") {
  const content = signedPart(header, claims);
  return `${content}.${createHmac(hash, secret).update(content).digest("base64url")}`;
}

/** A key that nobody knows, of an algorithm. */
export function ownKey(algorithm) {
  const { privateKey } = algorithm === "ES256" ? generateKeyPairSync("ec", { namedCurve: "P-256" }) : generateKeyPairSync("ed25519");
  return privateKey.export({ format: "jwk" });
}

/** The forms of a public JWK that have been used as an HMAC secret by mistake. */
export function publicForms(jwk) {
  const key = createPublicKey({ key: jwk, format: "jwk" });
  return {
    JWK: JSON.stringify(jwk),
    PEM: key.export({ type: "spki", format: "pem" }),
    "PEM without its last newline": key.export({ type: "spki", format: "pem" }).trimEnd(),
    DER: key.export({ type: "spki", format: "der" }),
    "first coordinate": Buffer.from(jwk.x, "base64url"),
    nothing: "",
  };
}
