// Forged assertions: every trick with a header, a signature, a serialisation or a claim, and each claim in each wrong type,
// signed by the deployment's own key, so that nothing but the claim is wrong. None is redeemed, and none spoils the right one.
//
// The worker reads assertions and nobody else's tokens, so the tricks are played on `redeem`. Collections of broken keys
// (JWKs with two of one name) have no place to go in: its keys are its own, never from a token.
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { forEachClaim } from "../support/claims.mjs";
import { hmacBy, ownKey, publicForms, signedBy, signedPart } from "../support/forge.mjs";
import { expectStatus, send } from "../support/http.mjs";
import { problemOf } from "../support/problems.mjs";
import { openStored } from "../support/signing_keys.mjs";
import { Worker } from "../support/worker.mjs";
import { World } from "../support/world.mjs";

const part = (jwt, n) => JSON.parse(Buffer.from(jwt.split(".")[n], "base64url"));
const base64url = (value) => Buffer.from(value).toString("base64url");

let world;
let jwks;
/** The deployment's own private keys, by algorithm. */
let signers;
const portals = {};
before(async () => {
  world = await World.begin({ deployment: Worker });
  for (const signature of ["ES256", "EdDSA"]) portals[signature] = await world.tenant(`forged-${signature.toLowerCase()}`, { policy: { signature } });
  jwks = expectStatus(await send(world.stack.edge, "GET", "/.well-known/jwks.json"), 200).body.keys;
  signers = new Map((await openStored(world.stack)).map(({ kid, alg, jwk }) => [alg, { ...jwk, kid, alg }]));
});
after(() => world?.end());

/** One verified login, and all that a forger could want of it. */
async function login(algorithm) {
  const portal = portals[algorithm];
  const page = await world.verified(undefined, { portal });
  const { assertion } = page.view;
  return { portal, page, assertion, header: part(assertion, 0), claims: part(assertion, 1), real: signers.get(algorithm), own: ownKey(algorithm), published: jwks.find((key) => key.alg === algorithm) };
}

/** Every forgery is not found; afterwards the right assertion is redeemed, once. */
async function assertAllRefused({ portal, page, assertion }, forgeries) {
  for (const [what, forged] of Object.entries(forgeries)) assert.equal(problemOf(await portal.redeem(page.transaction, forged)), "not-found", what);
  expectStatus(await portal.redeem(page.transaction, assertion), 200);
}

const HEADERS = {
  "alg none": { alg: "none" },
  "alg None": { alg: "None" },
  "an empty alg": { alg: "" },
  "no alg": { alg: undefined },
  "alg RS256": { alg: "RS256" },
  "alg PS256": { alg: "PS256" },
  "alg ES384": { alg: "ES384" },
  "alg ES256K": { alg: "ES256K" },
  "a list of algs": { alg: ["ES256", "EdDSA"] },
  "alg in small letters": { alg: "es256" },
  "the session token's typ": { typ: "pbx-2fa-session+jwt" },
  "typ JWT": { typ: "JWT" },
  "typ as a media type": { typ: "application/pbx-2fa+jwt" },
  "typ in capitals": { typ: "PBX-2FA+JWT" },
  "no typ": { typ: undefined },
  "no kid": { kid: undefined },
  "an empty kid": { kid: "" },
  "a kid that is a path": { kid: "../../../../dev/null" },
  "a kid that is a query": { kid: "' OR '1'='1" },
  "a kid that is an address": { kid: "http://127.0.0.1:1/jwks.json" },
  "a kid with a zero byte": { kid: "\u0000" },
  "a kid of the prototype": { kid: "__proto__" },
  "a list of kids": { kid: [] },
  "crit of what is there": { crit: ["alg"] },
  "crit of what nobody knows": { crit: ["urn:unknown"], "urn:unknown": true },
  "an empty crit": { crit: [] },
  "b64 false": { b64: false, crit: ["b64"] },
  "zip": { zip: "DEF" },
  "cty JWT": { cty: "JWT" },
  "jku": { jku: "http://127.0.0.1:1/jwks.json" },
  "x5u": { x5u: "http://127.0.0.1:1/key.pem" },
  "x5c": { x5c: ["MIIB"] },
  "x5t": { x5t: "AAAA" },
};

for (const algorithm of ["ES256", "EdDSA"]) {
  suite(`T29: ${algorithm}`, () => {
    test("no header but our own is taken, whoever signed it", async () => {
      const it = await login(algorithm);
      const { kty, crv, x, y } = it.own;
      const ownPublic = { kty, crv, x, ...(y ? { y } : {}) };
      const headers = { ...HEADERS, "a jwk of his own": { jwk: ownPublic }, "the jwk that is published": { jwk: it.published }, "a jwk and no kid": { jwk: ownPublic, kid: undefined } };
      const forgeries = { "our header, another key": signedBy(it.own, it.header, it.claims) };
      for (const [what, change] of Object.entries(headers)) {
        const header = { ...it.header, ...change };
        Object.assign(forgeries, { [`${what}, another key`]: signedBy(it.own, header, it.claims), [`${what}, our key`]: signedBy(it.real, header, it.claims), [`${what}, our old signature`]: `${signedPart(header, it.claims)}.${it.assertion.split(".")[2]}`, [`${what}, no signature`]: `${signedPart(header, it.claims)}.` });
      }
      await assertAllRefused(it, forgeries);
    });

    test("the public key is no secret to sign with", async () => {
      const it = await login(algorithm);
      const forgeries = {};
      for (const [form, secret] of Object.entries(publicForms(it.published))) {
        for (const [alg, hash] of [["HS256", "sha256"], ["HS384", "sha384"], ["HS512", "sha512"], [algorithm, "sha512"]]) {
          forgeries[`${alg} with the ${form}`] = hmacBy(secret, { ...it.header, alg }, it.claims, hash);
        }
      }
      await assertAllRefused(it, forgeries);
    });

    test("the other algorithm's key, named by its kid or by ours, is not the tenant's", async () => {
      const it = await login(algorithm);
      const other = signers.get(algorithm === "ES256" ? "EdDSA" : "ES256");
      const headers = [{ alg: other.alg, kid: other.kid }, { alg: algorithm, kid: other.kid }, { alg: other.alg }, {}];
      await assertAllRefused(it, Object.fromEntries(headers.map((change) => [JSON.stringify(change), signedBy(other, { ...it.header, ...change }, it.claims)])));
    });

    test("members that are there twice, JSON with more around it, and other serialisations are not read", async () => {
      const it = await login(algorithm);
      const twice = (object, member, value) => `{${JSON.stringify(member)}:${JSON.stringify(value)},${JSON.stringify(object).slice(1)}`;
      const after = (object, member, value) => `${JSON.stringify(object).slice(0, -1)},${JSON.stringify(member)}:${JSON.stringify(value)}}`;
      const [header, claims, signature] = it.assertion.split(".");
      const spoilt = {
        "alg twice, none first": signedBy(it.real, twice(it.header, "alg", "none"), it.claims),
        "alg twice, none last": signedBy(it.real, after(it.header, "alg", "none"), it.claims),
        "kid twice": signedBy(it.real, twice(it.header, "kid", "x"), it.claims),
        "sub twice, another first": signedBy(it.real, it.header, twice(it.claims, "sub", "admin")),
        "sub twice, another last": signedBy(it.real, it.header, after(it.claims, "sub", "admin")),
        "sub twice, the same": signedBy(it.real, it.header, after(it.claims, "sub", it.claims.sub)),
        "a claim more": signedBy(it.real, it.header, { ...it.claims, admin: true }),
        "claims with more after them": signedBy(it.real, it.header, `${JSON.stringify(it.claims)}{}`),
        "claims that are nothing": signedBy(it.real, it.header, "null"),
        "a flattened JWS": JSON.stringify({ protected: header, payload: claims, signature }),
        "a general JWS": JSON.stringify({ payload: claims, signatures: [{ protected: header, signature }] }),
        "a JWE's five parts": `${it.assertion}.${claims}.${signature}`,
        "a detached payload": `${header}..${signature}`,
        "padding": `${it.assertion}==`,
        "the alphabet of base64": `${header}.${claims}.${Buffer.from(signature, "base64url").toString("base64")}`,
        "a dot more": `${it.assertion}.`,
        "a dot before": `.${it.assertion}`,
        "a space after": `${it.assertion} `,
        "a space before": ` ${it.assertion}`,
        "a line more": `${it.assertion}\n`,
        "a zero byte more": `${it.assertion}\u0000`,
        "a letter less": it.assertion.slice(0, -1),
        "itself twice": `${it.assertion}${it.assertion}`,
        "another end of the last letter": `${it.assertion.slice(0, -1)}${sameBits(it.assertion.at(-1))}`,
        "a signature of zeros": `${header}.${claims}.${base64url(Buffer.alloc(64))}`,
        "a signature of ones": `${header}.${claims}.${base64url(Buffer.concat([Buffer.alloc(31), Buffer.of(1), Buffer.alloc(31), Buffer.of(1)]))}`,
        "nothing but dots": "..",
        "a megabyte, as far as it goes": `${header}.${"A".repeat(9_000)}.${signature}`,
      };
      await assertAllRefused(it, spoilt);
    });

    test("a signature of another length is as wrong as any", async () => {
      const it = await login(algorithm);
      const [header, claims, signature] = it.assertion.split(".");
      const bytes = Buffer.from(signature, "base64url");
      const lengths = { empty: Buffer.alloc(0), "a byte long": bytes.subarray(0, 1), "half as long": bytes.subarray(0, 32), "a byte shorter": bytes.subarray(0, 63), "a byte longer": Buffer.concat([bytes, Buffer.of(0)]), "twice as long": Buffer.concat([bytes, bytes]) };
      const forgeries = Object.fromEntries(Object.entries(lengths).map(([what, made]) => [what, `${header}.${claims}.${made.toString("base64url")}`]));
      await assertAllRefused(it, { ...forgeries, "an HMAC by the published key": hmacBy(JSON.stringify(it.published), it.header, it.claims) });
    });

    test("a list is no header and no claims, though our own key signed it", async () => {
      const it = await login(algorithm);
      const { typ, alg, kid } = it.header;
      await assertAllRefused(it, { "claims that are a list": signedBy(it.real, it.header, Object.values(it.claims)), "a header that is a list": signedBy(it.real, [typ, alg, kid], it.claims) });
    });

    test("T30: each claim, missing or of each wrong type, signed by our own key", async () => {
      const it = await login(algorithm);
      const forgeries = {};
      forEachClaim(it.claims, (what, claims) => {
        forgeries[what] = signedBy(it.real, it.header, claims);
      });
      assert.ok(Object.keys(forgeries).length > 150);
      await assertAllRefused(it, forgeries);
    });
  });
}

/** A letter whose unused last bits differ: decoders that are not strict take it for the same. */
function sameBits(letter) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return alphabet[alphabet.indexOf(letter) ^ 1];
}
