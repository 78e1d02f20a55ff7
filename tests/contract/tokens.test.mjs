// Both tokens as somebody else reads them: npm's `jose` and Python's PyJWT, with nothing but the published keys.
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { calculateJwkThumbprint, createLocalJWKSet, jwtVerify } from "jose";
import { expectStatus, send } from "../support/http.mjs";
import { preparePython, verifyInPython } from "../support/python.mjs";
import { totp } from "../support/totp.mjs";
import { World } from "../support/world.mjs";

const TYPES = { assertion: "pbx-2fa+jwt", session: "pbx-2fa-session+jwt" };
const ID = /^[A-Za-z0-9_-]{22}$/;

let world;
let published;
const logins = {};

before(async () => {
  [world] = await Promise.all([World.begin(), preparePython()]);
  published = expectStatus(await send(world.stack.edge, "GET", "/.well-known/jwks.json"), 200);
  logins.ES256 = await login(world.portal);
  const portal = await world.tenant("eddsa", { policy: { signature: "EdDSA", session_lifetime: 600 } });
  logins.EdDSA = await login(portal);
});
after(() => world?.end());

async function login(portal) {
  const page = await world.verified(undefined, { portal });
  const assertion = page.view.assertion;
  const redeemed = expectStatus(await portal.redeem(page.transaction, assertion), 200).body;
  return { portal, page, assertion, session: redeemed.session_token, redeemed };
}

const part = (jwt, n) => JSON.parse(Buffer.from(jwt.split(".")[n], "base64url"));
const lifetime = { ES256: 28_800, EdDSA: 600 };

function jose(token, { algorithm, audience, typ }) {
  const options = { algorithms: [algorithm], issuer: world.stack.edge, audience, typ };
  return jwtVerify(token, createLocalJWKSet(published.body), options);
}

for (const algorithm of ["ES256", "EdDSA"]) {
  suite(`${algorithm}`, () => {
    for (const kind of ["assertion", "session"]) {
      test(`jose and PyJWT accept the ${kind}`, async () => {
        const { [kind]: token, portal } = logins[algorithm];
        const expected = { algorithm, audience: portal.clientId, typ: TYPES[kind] };
        const { payload, protectedHeader } = await jose(token, expected);
        const second = await verifyInPython({ ...expected, token, jwks: published.body, issuer: world.stack.edge });
        assert.deepEqual(second, { header: protectedHeader, claims: payload });
      });

      test(`the ${kind}'s header says algorithm, type and key, and nothing else`, () => {
        const header = part(logins[algorithm][kind], 0);
        assert.deepEqual(Object.keys(header).sort(), ["alg", "kid", "typ"]);
        assert.deepEqual([header.alg, header.typ], [algorithm, TYPES[kind]]);
      });

      test(`neither library takes the ${kind} for the other token, for another audience, or changed`, async () => {
        const { [kind]: token, portal } = logins[algorithm];
        const right = { algorithm, audience: portal.clientId, typ: TYPES[kind] };
        const other = TYPES[kind === "assertion" ? "session" : "assertion"];
        const [header, claims, signature] = token.split(".");
        const changed = Buffer.from(JSON.stringify({ ...part(token, 1), sub: "somebody" })).toString("base64url");
        const wrong = [
          [token, { ...right, typ: other }],
          [token, { ...right, audience: "another" }],
          [token, { ...right, algorithm: algorithm === "ES256" ? "EdDSA" : "ES256" }],
          [`${header}.${changed}.${signature}`, right],
        ];
        for (const [jwt, options] of wrong) {
          await assert.rejects(jose(jwt, options));
          const python = { ...options, token: jwt, jwks: published.body, issuer: world.stack.edge };
          assert.ok((await verifyInPython(python)).refused, JSON.stringify(options));
        }
      });
    }

    test("the assertion's claims are those of the protocol", () => {
      const { page, assertion, portal } = logins[algorithm];
      const claims = part(assertion, 1);
      assert.match(claims.jti, ID);
      const now = claims.iat;
      assert.ok(Math.abs(now - Date.now() / 1000) < 60);
      assert.deepEqual(claims, {
        iss: world.stack.edge,
        aud: portal.clientId,
        sub: page.subject,
        txn: page.transaction,
        nonce: page.nonce,
        jti: claims.jti,
        iat: now,
        nbf: now,
        exp: now + 60,
        auth_time: claims.auth_time,
        amr: ["swk", "mca"],
        acr: "urn:pbx-2fa:app",
        purpose: "login",
      });
      assert.ok(claims.auth_time <= now && claims.auth_time > now - 60);
    });

    test("the session token's claims are those of the protocol", () => {
      const { page, session, assertion, portal, redeemed } = logins[algorithm];
      const claims = part(session, 1);
      assert.match(claims.jti, ID);
      assert.match(claims.sid, /^[A-Za-z0-9_-]{32}$/);
      assert.notEqual(claims.jti, part(assertion, 1).jti);
      assert.deepEqual(claims, {
        iss: world.stack.edge,
        aud: portal.clientId,
        sub: page.subject,
        sid: claims.sid,
        jti: claims.jti,
        iat: claims.iat,
        nbf: claims.iat,
        exp: claims.iat + lifetime[algorithm],
        auth_time: part(assertion, 1).auth_time,
        amr: ["swk", "mca"],
        acr: "urn:pbx-2fa:app",
      });
      assert.equal(redeemed.session_expires_at, claims.exp);
    });
  });
}

suite("the published keys", () => {
  test("are public, one for each algorithm, named by their thumbprint", async () => {
    const { keys } = published.body;
    assert.deepEqual(keys.map((key) => key.alg).sort(), ["ES256", "EdDSA"]);
    const members = { ES256: ["alg", "crv", "kid", "kty", "use", "x", "y"], EdDSA: ["alg", "crv", "kid", "kty", "use", "x"] };
    for (const key of keys) {
      assert.deepEqual(Object.keys(key).sort(), members[key.alg]);
      assert.equal(key.kid, await calculateJwkThumbprint(key, "sha256"));
    }
  });

  test("may be kept for five minutes, and read from anywhere", () => {
    const { headers } = published;
    assert.equal(headers["cache-control"], "public, max-age=300");
    assert.equal(headers["content-type"], "application/jwk-set+json");
    assert.equal(headers["access-control-allow-origin"], "*");
  });
});

test("an authenticator app's login says otp, and nothing of a password", async () => {
  const user = await world.totpUser();
  const page = await world.portal.page(user.subject);
  expectStatus(await page.attempt(await totp(user.secret, { steps: 1 })), 200);
  expectStatus(await page.finish(), 200);
  const claims = part(page.view.assertion, 1);
  assert.deepEqual([claims.amr, claims.acr], [["otp"], "urn:pbx-2fa:totp"]);
});
