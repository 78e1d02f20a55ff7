// Bundles the widget's loader into one module: element, explicit API, CSS and the glue of wasm-bindgen. The glue stands in
// it as "pbx-2fa-wasm-glue", with the short names that the modules have for what they import and export.
// Usage: node bundle-widget.mjs ENTRY GLUE NAMES_JSON FILES_JSON OUTPUT
import { readFile } from "node:fs/promises";
import { build } from "esbuild";
import { styleOf } from "./style.mjs";

const [entry, glue, names, files, output] = process.argv.slice(2);
const { imports, exports } = JSON.parse(names);

// As text in the bundle.
const cssAsText = {
  name: "css-as-text",
  setup(pending) {
    pending.onLoad({ filter: /\.css$/ }, async ({ path }) => ({ contents: await styleOf(path), loader: "text" }));
  },
};

// The glue keeps what it knows of its module in variables of its own, so each instance of a module gets a glue of its own.
const glueOfAnInstance = {
  name: "glue-of-an-instance",
  setup(pending) {
    const short = (name) => {
      if (!(name in exports)) throw new Error(`no module exports ${name}`);
      return exports[name];
    };
    pending.onResolve({ filter: /^pbx-2fa-wasm-glue$/ }, () => ({ path: glue, namespace: "glue" }));
    pending.onLoad({ filter: /.*/, namespace: "glue" }, async ({ path }) => {
      const written = await readFile(path, "utf8");
      const inside = written.replace(/^export /gm, "").replace(/\bwasm\.([\w$]+)/g, (_, name) => `wasm.${short(name)}`);
      const functions = Object.entries(imports).map(([name, shortName]) => `${shortName}: ${name}`);
      return {
        contents: `
          /** What an instance is made with, what takes its exports and starts it, and what is then called. */
          export function instance() {
            ${inside}
            const attach = (exports) => {
              __wbg_set_wasm(exports);
              exports.${short("__wbindgen_start")}();
            };
            return { imports: { a: { ${functions} } }, attach, mount };
          }`,
      };
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
    // Nearly all of it runs before the first screen: what V8 compiles beforehand, beside the page, does not hold up the page.
    banner: { js: "//# allFunctionsCalledOnLoad" },
    define: { __PBX2FA_FILES__: files },
    plugins: [cssAsText, glueOfAnInstance],
    logLevel: "warning",
  });
} catch {
  process.exit(1);
}
