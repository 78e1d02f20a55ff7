// The keys that sign tokens, as the operator sees them, as anybody does, and as they are stored.
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

/** What is kept of each key, with its private JWK; nothing where none was made yet. */
export async function openStored({ keys, owners }) {
  const { signingKeys } = await readStored(owners);
  if (signingKeys === undefined) return [];
  return JSON.parse(signingKeys).keys.map((kept) => ({ ...kept, jwk: JSON.parse(keys.open(kept.sealed, `signing key\0${kept.kid}`)) }));
}
