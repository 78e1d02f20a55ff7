// The root keys of a deployment, as its environment has them: what a suite needs to know of them in order to check what is stored,
// and to forge what only they can make. Nothing else in the suites reads them.
import { createDecipheriv, createHmac, hkdfSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

export class Keys {
  constructor({ rootKeys, operatorKey }) {
    this.operatorKey = operatorKey;
    /** By their version. */
    this.roots = new Map(rootKeys.split(",").map((part) => part.trim().split(":")).map(([version, key]) => [Number(version), Buffer.from(key, "base64url")]));
  }

  /** Of a directory of `xtask dev`. */
  static ofState(directory) {
    const kept = JSON.parse(readFileSync(join(directory, "secrets.json"), "utf8"));
    return new Keys({ rootKeys: kept.root_keys, operatorKey: kept.operator_key });
  }

  /** What is sealed, where it belongs (AES-256-GCM; a version, a nonce, the text and its tag). */
  open(sealed, boundTo) {
    const bytes = Buffer.from(sealed, "base64url");
    const opened = createDecipheriv("aes-256-gcm", this.#derived(bytes[0], this.roots.get(bytes[0]), "seal"), bytes.subarray(1, 13));
    opened.setAAD(Buffer.from(boundTo)).setAuthTag(bytes.subarray(-16));
    return Buffer.concat([opened.update(bytes.subarray(13, -16)), opened.final()]);
  }

  /** HMAC-SHA-256 over parts, each with its length before it; undefined where there is no such root key. */
  mac(version, usage, parts) {
    const root = this.roots.get(version);
    if (!root) return undefined;
    const mac = createHmac("sha256", this.#derived(version, root, usage));
    for (const part of parts) {
      const length = Buffer.alloc(8);
      length.writeBigUInt64BE(BigInt(part.length));
      mac.update(length).update(part);
    }
    return mac.digest("base64url");
  }

  #known = new Map();

  #derived(version, root, usage) {
    const name = `${version} ${usage}`;
    if (!this.#known.has(name)) this.#known.set(name, Buffer.from(hkdfSync("sha256", root, "", `pbx-2fa ${usage} v1`, 32)));
    return this.#known.get(name);
  }
}
