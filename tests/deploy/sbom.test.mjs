// The bill of materials of the build: by the schema of CycloneDX, read by CycloneDX's own library, and saying what is in the
// build and nothing else.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { before, test } from "node:test";
import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import { DIST, ROOT } from "../support/paths.mjs";

let text;
let bill;
before(async () => {
  text = await readFile(join(DIST, "sbom.cdx.json"), "utf8");
  bill = JSON.parse(text);
});

const features = (component, part) =>
  component?.properties?.find(({ name }) => name === `pbx-2fa:${part}:features`)?.value.split(",");
const named = (name) => bill.components.find((component) => component.name === name);

test("CycloneDX's own validator takes it", async () => {
  const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
  assert.equal(await validator.validate(text), null);
  const broken = JSON.stringify({ ...bill, specVersion: "1.6", components: [{ type: "library" }] });
  assert.notEqual(await validator.validate(broken), null, "a validator that takes everything");
});

test("every crate of crates.io is there as the lock file pins it", async () => {
  const lock = await readFile(join(ROOT, "Cargo.lock"), "utf8");
  const crates = bill.components.filter(({ purl }) => purl.startsWith("pkg:cargo/"));
  const ours = crates.filter(({ hashes }) => !hashes);
  // One of them is in the place of a crate of crates.io: Cargo.toml, [patch.crates-io].
  assert.deepEqual(
    ours.map(({ name }) => name).sort(),
    ["console_error_panic_hook", "pbx-2fa-edge", "pbx-2fa-plain", "pbx-2fa-shared", "pbx-2fa-verifier", "pbx-2fa-widget"],
  );
  for (const { name, version, hashes } of crates.filter((component) => component.hashes)) {
    const block = `name = "${name}"\nversion = "${version}"\nsource = "registry+https://github.com/rust-lang/crates.io-index"\nchecksum = "${hashes[0].content}"`;
    assert.ok(lock.includes(block), `${name} ${version}`);
  }
});

test("it holds what is compiled into the worker and the widget, with the features there", () => {
  assert.ok(features(named("worker"), "worker") && features(named("aes-gcm"), "worker"));
  assert.equal(features(named("worker"), "widget"), undefined);
  assert.ok(features(named("yew"), "widget").includes("csr"));
  assert.ok(!features(named("yew"), "widget").includes("ssr"), "only the tests draw on a server");
  assert.ok(features(named("pbx-2fa-shared"), "worker") && features(named("pbx-2fa-shared"), "widget"));
  assert.ok(named("rust-std"));
  for (const tool of ["proptest", "wasm-bindgen-cli-support", "libfuzzer-sys", "syn", "ureq"]) {
    assert.equal(named(tool), undefined, `${tool} is not shipped`);
  }
});

test("each dependency is a component, and each component is needed by something", () => {
  const known = new Set([bill.metadata.component, ...bill.components].map((component) => component["bom-ref"]));
  const reached = new Set();
  const reach = (reference) => {
    assert.ok(known.has(reference), reference);
    if (reached.has(reference)) return;
    reached.add(reference);
    bill.dependencies.find(({ ref }) => ref === reference)?.dependsOn.forEach(reach);
  };
  reach(bill.metadata.component["bom-ref"]);
  assert.deepEqual([...known].filter((reference) => !reached.has(reference)), []);
});
