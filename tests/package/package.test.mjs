// What is in the package, without a browser: its files, its types, and its manifest against the sources of the element.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import Ajv from "ajv";
import { ROOT } from "../support/paths.mjs";
import { Installed } from "./support/installed.mjs";

const source = (path) => readFileSync(join(ROOT, path), "utf8");
const style = readdirSync(join(ROOT, "widget/element/style")).map((name) => source(`widget/element/style/${name}`)).join("\n");
const require = createRequire(import.meta.url);

let installed, manifest, element;
before(async () => {
  installed = await Installed.make();
  manifest = JSON.parse(readFileSync(join(installed.place, "custom-elements.json"), "utf8"));
  element = manifest.modules.flatMap(({ declarations }) => declarations).find(({ tagName }) => tagName === "pbx-2fa");
});
after(() => installed?.remove());

const all = (text, pattern) => [...new Set([...text.matchAll(pattern)].map(([, name]) => name))].sort();
const names = (list) => list.map(({ name }) => name).sort();

test("the tarball holds the package and no more: nothing of the widget, and nothing that runs at its installation", () => {
  assert.deepEqual(installed.files, [
    "LICENSE-APACHE", "LICENSE-MIT", "README.md", "custom-elements.json", "element.d.ts",
    "index.d.ts", "index.js", "package.json", "react.d.ts", "react.js",
  ]);
  const { scripts, dependencies, version, exports } = JSON.parse(readFileSync(join(installed.place, "package.json"), "utf8"));
  assert.deepEqual(Object.keys(scripts), ["prepack"]);
  assert.equal(dependencies, undefined);
  assert.match(source("Cargo.toml"), new RegExp(`\\[workspace.package\\]\nversion = "${version.replaceAll(".", "\\.")}"`));
  const named = JSON.stringify(exports).match(/\.\/[\w.-]+\.\w+/g).map((path) => path.slice(2));
  for (const path of named) assert.ok(installed.files.includes(path), path);
});

for (const options of [{ module: "esnext", moduleResolution: "bundler" }, { module: "nodenext", moduleResolution: "nodenext" }]) {
  test(`the types allow what is documented and refuse what is not: ${options.moduleResolution}`, async () => {
    assert.equal(await installed.check(options), "");
  });
}

test("the manifest is one, by its own schema", () => {
  const valid = new Ajv({ strict: false, allErrors: true }).compile(require("custom-elements-manifest/schema.json"));
  assert.ok(valid(manifest), JSON.stringify(valid.errors, null, 1));
  for (const { path } of manifest.modules) assert.ok(installed.files.includes(path), path);
});

test("the manifest names every attribute, member and event, and the types do", () => {
  const types = source("widget/element/pbx-2fa.d.ts");
  const code = source("widget/element/element.js") + source("widget/element/shell.js");
  const of = (name) => types.match(new RegExp(`interface ${name}[^{]*\\{([^]*?)\n\\}`))[1];
  const attributes = all(of("Pbx2faAttributes"), /^ {2}"?([\w-]+)"?\?:/gm);
  assert.deepEqual(names(element.attributes), attributes);
  for (const name of attributes) {
    const isUsed = new RegExp(`(getAttribute|hasAttribute)\\("${name}"\\)|\\[${name}=`).test(code + source("widget/element/language.js") + style);
    assert.ok(isUsed, `nothing reads ${name}`);
  }
  assert.deepEqual(names(element.members), all(of("Pbx2faElement"), /^ {2}(?:readonly )?(\w+)[:(]/gm));
  assert.deepEqual(names(element.events), all(of("Pbx2faEventMap"), /^ {2}"([\w:-]+)":/gm));
});

test("the manifest names every property and part of the style, and the defaults are those of the light theme", () => {
  assert.deepEqual(names(element.cssProperties), all(style, /var\((--pbx-2fa-[\w-]+)/g));
  for (const { name, default: value } of element.cssProperties) assert.ok(style.includes(`var(${name}, ${value})`), `${name}: ${value}`);
  const [, parts] = style.match(/::part\(\): ([^.]+)\./);
  assert.deepEqual(names(element.cssParts), parts.split(/,\s+(?:\*\s+)?/).map((part) => part.replace(/[\s*]/g, "")).sort());
});
