// The keys that sign tokens, as the operator sees them, as anybody does, and as they are stored.
import { createDecipheriv, hkdfSync } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expectStatus, send } from "./http.mjs";
import { readStored } from "./stored.mjs";

export class SigningKeys {
  constructor({ edge, operatorKey }) {
    Object.assign(this, { edge, operatorKey });
  }

  call(method, rest = "", json) {
    return send(this.edge, method, `/v1/signing-keys${rest}`, { headers: { authorization: `Bearer ${this.operatorKey}` }, json });
  }

  async list(algorithm) {
    const { keys } = expectStatus(await this.call("GET"), 200).body;
    return keys.filter(({ alg }) => alg === algorithm);
  }

  /** The keys of an algorithm with one status; mostly there is one. */
  async kids(algorithm, status) {
    return (await this.list(algorithm)).filter((key) => key.status === status).map(({ kid }) => kid);
  }

  async rotate(alg, more = {}) {
    const { keys } = expectStatus(await this.call("POST", "/rotate", { alg, ...more }), 200).body;
    return keys.filter((key) => key.alg === alg);
  }

  remove(kid) {
    return this.call("DELETE", `/${kid}`);
  }

  async jwks() {
    return expectStatus(await send(this.edge, "GET", "/.well-known/jwks.json"), 200).body;
  }
}

/** What is kept of each key, with its private JWK: opened with the root key as the documentation of the rules says. */
export async function openStored({ state, owners }) {
  const { root_keys: roots } = JSON.parse(await readFile(join(state, "secrets.json"), "utf8"));
  const root = Buffer.from(roots.split(":")[1], "base64url");
  const key = Buffer.from(hkdfSync("sha256", root, Buffer.alloc(0), "pbx-2fa seal v1", 32));
  const { signingKeys } = await readStored(owners);
  return JSON.parse(signingKeys).keys.map((kept) => {
    const bytes = Buffer.from(kept.sealed, "base64url");
    const opened = createDecipheriv("aes-256-gcm", key, bytes.subarray(1, 13));
    opened.setAAD(Buffer.from(`signing key\0${kept.kid}`)).setAuthTag(bytes.subarray(-16));
    const plain = Buffer.concat([opened.update(bytes.subarray(13, -16)), opened.final()]);
    return { ...kept, jwk: JSON.parse(plain) };
  });
}
