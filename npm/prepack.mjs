// What the package shares with the rest of the repository is copied in when it is packed, and is written once, over there.
import { copyFileSync, readFileSync } from "node:fs";

const at = (path) => new URL(path, import.meta.url);
const SHARED = {
  "element.d.ts": "../widget/element/pbx-2fa.d.ts",
  "LICENSE-MIT": "../LICENSE-MIT",
  "LICENSE-APACHE": "../LICENSE-APACHE",
};

const { version } = JSON.parse(readFileSync(at("package.json"), "utf8"));
const [, workspace] = readFileSync(at("../Cargo.toml"), "utf8").match(/\[workspace\.package\]\nversion = "([^"]+)"/) ?? [];
if (version !== workspace) throw new Error(`package.json is of version ${version}, the workspace of ${workspace}`);
for (const [copy, original] of Object.entries(SHARED)) copyFileSync(at(original), at(copy));
