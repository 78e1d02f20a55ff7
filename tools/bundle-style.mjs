// Writes a style sheet and all that it imports into one file.
// Usage: node bundle-style.mjs ENTRY OUTPUT
import { writeFile } from "node:fs/promises";
import { styleOf } from "./style.mjs";

const [entry, output] = process.argv.slice(2);
await writeFile(output, await styleOf(entry));
