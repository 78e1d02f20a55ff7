// The build that runs on workerd is also what `wrangler deploy` would upload: whole, and within the limits.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";

const root = fileURLToPath(new URL("../../", import.meta.url));
const built = join(root, "dist/edge");
const wrangler = join(root, "tests/node_modules/wrangler/bin/wrangler.js");
// Workers on the free plan: 3 MB compressed. What is sent counts, not what it unpacks to.
const limit = 3 * 1024;

let uploaded;
let run;

const files = async (directory) =>
  (await readdir(directory, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .sort();

before(async () => {
  uploaded = await mkdtemp(join(tmpdir(), "pbx-2fa-deploy-"));
  const args = [wrangler, "deploy", "--dry-run", "--outdir", uploaded, "--config", "edge/deploy/wrangler.toml"];
  const env = { ...process.env, CI: "1", WRANGLER_SEND_METRICS: "false", NO_COLOR: "1" };
  run = await new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: root, env, timeout: 120_000 }, (error, stdout, stderr) =>
      resolve({ code: error ? (error.code ?? error.signal) : 0, output: `${stdout}\n${stderr}` }),
    );
  });
});

after(() => rm(uploaded, { recursive: true, force: true }));

test("wrangler takes the build", () => {
  assert.equal(run.code, 0, run.output);
});

test("every module of the build is uploaded", async () => {
  const modules = (await files(built)).filter((name) => !name.endsWith(".capnp") && !name.startsWith("."));
  assert.ok(modules.includes("edge_bg.wasm") && modules.some((name) => name.endsWith(".wasm.br")), "a whole build");
  const there = await files(uploaded);
  assert.deepEqual(modules.filter((name) => !there.includes(name)), [], run.output);
});

test("the objects and the variables are bound", () => {
  for (const binding of ["env.OWNERS (Owner)", "env.DIRECTORY (Directory)", "env.ACCOUNT_OWNERS", "env.ISSUER"]) {
    assert.ok(run.output.includes(binding), `${binding} in:\n${run.output}`);
  }
});

test("the upload is below the limit of the smallest plan", () => {
  const [, size, unit] = run.output.match(/gzip: ([\d.]+) (KiB|MiB)/) ?? [];
  assert.ok(size, run.output);
  assert.ok(Number(size) * (unit === "MiB" ? 1024 : 1) < limit, `${size} ${unit}`);
});
