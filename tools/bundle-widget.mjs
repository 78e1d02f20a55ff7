// Bundles a part of the widget into one module. What wasm-bindgen wrote stands in it as "pbx-2fa-wasm-glue", with the names
// that wasm-opt gave to what the module imports and exports.
// Usage: node bundle-widget.mjs ENTRY GLUE_DIRECTORY FILES_JSON OUTPUT
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { build, transform } from "esbuild";

const [entry, directory, files, output] = process.argv.slice(2);
const GLUE = "pbx-2fa-wasm-glue";
const WRITTEN = resolve(directory, "widget_bg.js");

// As text in the bundle, and minified first: the comments in the source document it for integrators.
const cssAsText = {
  name: "css-as-text",
  setup(pending) {
    pending.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

// `imports` is what an instance is made with, `attach` takes its exports and starts it.
const glueByShortNames = {
  name: "glue-by-short-names",
  async setup(pending) {
    const { imports, exports } = JSON.parse(await readFile(join(directory, "names.json"), "utf8"));
    const short = new Map(exports);
    const exported = (name) => {
      if (!short.has(name)) throw new Error(`the module does not export ${name}`);
      return short.get(name);
    };
    pending.onResolve({ filter: new RegExp(`^${GLUE}$`) }, () => ({ path: GLUE, namespace: GLUE }));
    pending.onLoad({ filter: /.*/, namespace: GLUE }, () => ({
      contents: `
        import * as glue from ${JSON.stringify(WRITTEN)};
        export { mount } from ${JSON.stringify(WRITTEN)};
        export const imports = { a: { ${imports.map(([, name, to]) => `${to}: glue.${name}`)} } };
        export const attach = (exports) => {
          glue.__wbg_set_wasm(exports);
          exports.${exported("__wbindgen_start")}();
        };`,
      resolveDir: directory,
    }));
    pending.onLoad({ filter: /widget_bg\.js$/ }, async ({ path }) => {
      const written = await readFile(path, "utf8");
      return { contents: written.replace(/\bwasm\.([\w$]+)/g, (_, name) => `wasm.${exported(name)}`) };
    });
  },
};

try {
  await build({
    entryPoints: [entry],
    outfile: output,
    bundle: true,
    format: "esm",
    target: "es2022",
    minify: true,
    charset: "utf8",
    legalComments: "none",
    define: { __PBX2FA_FILES__: files },
    plugins: [cssAsText, glueByShortNames],
    logLevel: "warning",
  });
} catch {
  process.exit(1);
}
