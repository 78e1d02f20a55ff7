// Bundles the widget's loader into one module: element, explicit API, CSS and the glue of wasm-bindgen.
// Usage: node bundle-widget.mjs ENTRY GLUE FILES_JSON OUTPUT
import { readFile } from "node:fs/promises";
import { build, transform } from "esbuild";

const [entry, glue, files, output] = process.argv.slice(2);

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
    alias: { "pbx-2fa-wasm-glue": glue },
    define: { __PBX2FA_FILES__: files },
    plugins: [cssAsText],
    logLevel: "warning",
  });
} catch {
  process.exit(1);
}
