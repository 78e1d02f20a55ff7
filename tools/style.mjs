// One style sheet of several: what it imports in its place, and minified. The comments in the sources are for integrators.
import { build } from "esbuild";

export async function styleOf(path) {
  const { outputFiles: [sheet] } = await build({ entryPoints: [path], bundle: true, minify: true, write: false, logLevel: "warning" });
  return sheet.text.trim();
}
