// The package as its users get it: packed by npm, installed from the tarball into a folder of its own, and built into apps by
// the tools that they use.
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../../support/paths.mjs";

const run = promisify(execFile);
const TESTS = join(ROOT, "tests");
const NAME = "@pbx-2fa/widget";
/** Where each React is that an app can be built with. */
const REACTS = { 19: join(TESTS, "node_modules"), 18: join(TESTS, "package/react-18/node_modules") };

export class Installed {
  /** Packs the package and installs the tarball. npm is told to ask no registry: the package needs nothing. */
  static async make() {
    const installed = new Installed();
    installed.folder = await realpath(await mkdtemp(join(tmpdir(), "pbx-2fa-package-")));
    const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", installed.folder], { cwd: join(ROOT, "npm") });
    const said = JSON.parse(stdout.slice(stdout.search(/^[[{]/m)));
    const [packed] = Array.isArray(said) ? said : Object.values(said);
    installed.files = packed.files.map(({ path }) => path).sort();
    await writeFile(join(installed.folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
    const how = ["--offline", "--ignore-scripts", "--no-audit", "--no-fund"];
    await run("npm", ["install", ...how, join(installed.folder, packed.filename)], { cwd: installed.folder });
    return installed;
  }

  /** The package, in place. */
  get place() {
    return join(this.folder, "node_modules", NAME);
  }

  /**
   * Builds an app of `apps/` with Vite, for addresses below `base`: the folder of what came out. `react` says which one, and
   * `isDevelopment` that it is React's own build for development, which runs each effect twice under `StrictMode`.
   */
  async build(app, base, { react, isDevelopment = false } = {}) {
    const links = react ? ["react", "react-dom"].map((name) => join(REACTS[react], name)) : [];
    const place = await this.#project(`app-${base}`, join(TESTS, "package/apps", app), links);
    const how = ["build", `--base=/${base}/`, "--logLevel=warn", "--mode", isDevelopment ? "development" : "production"];
    const env = { ...process.env, NODE_ENV: isDevelopment ? "development" : "production" };
    const { stderr } = await run(process.execPath, [join(TESTS, "node_modules/vite/bin/vite.js"), ...how], { cwd: place, env });
    return { folder: join(place, "dist"), said: stderr };
  }

  /** The types of the package against the code in `types/`, with these options; what the compiler says. */
  async check(options) {
    const links = ["@types/react", "@types/react-dom"].map((name) => join(TESTS, "node_modules", name));
    const place = await this.#project("types", join(TESTS, "package/types"), links);
    const always = { strict: true, noEmit: true, target: "es2022", lib: ["es2022", "dom", "dom.iterable"], jsx: "react-jsx", skipLibCheck: false };
    await writeFile(join(place, "tsconfig.json"), JSON.stringify({ compilerOptions: { ...always, ...options }, include: ["*.ts", "*.tsx"] }));
    const compiler = join(TESTS, "node_modules/typescript/bin/tsc");
    const how = [compiler, "--noEmit", "-p", place];
    return run(process.execPath, how).then(({ stdout }) => stdout, ({ stdout, stderr }) => stdout + stderr || "it failed");
  }

  async remove() {
    await rm(this.folder, { recursive: true, force: true });
  }

  /** A folder of this name with `code`, the package, and links to what else the code imports. */
  async #project(name, code, links = []) {
    const place = join(this.folder, name);
    await rm(place, { recursive: true, force: true });
    await cp(code, place, { recursive: true });
    await cp(this.place, join(place, "node_modules", NAME), { recursive: true });
    for (const link of links) {
      const at = join(place, "node_modules", link.slice(link.lastIndexOf("node_modules/") + "node_modules/".length));
      await mkdir(dirname(at), { recursive: true });
      await symlink(link, at);
    }
    return place;
  }
}
