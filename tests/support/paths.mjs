// Where the builds and programs are. `cargo xtask test` says so in the environment; by hand the repository's own places do.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const given = (name, otherwise) => process.env[name] || otherwise;

export const ROOT = given("PBX2FA_ROOT", fileURLToPath(new URL("../../", import.meta.url)));
/** What users get. */
export const DIST = given("PBX2FA_DIST", join(ROOT, "dist"));
/** The same with the feature `test-hooks`: a clock that can be set, and panics on request. */
export const DIST_TEST = given("PBX2FA_DIST_TEST", join(ROOT, "dist-test"));

export function xtask() {
  const path = given("PBX2FA_XTASK", join(ROOT, "target/debug/xtask"));
  if (!existsSync(path)) throw new Error(`${path} is missing: run \`cargo xtask test\`, or set PBX2FA_XTASK`);
  return path;
}

/** A build, or one sentence about what is missing. */
export function build(path) {
  if (!existsSync(join(path, "edge/workerd.capnp"))) {
    throw new Error(`${path} holds no build: run \`cargo xtask test\`, which builds it`);
  }
  return path;
}
