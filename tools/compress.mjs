// Writes each file of one directory into another in the three forms that are served: .br, .gz and .raw.
// Usage: node compress.mjs FROM TO
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const [from, to] = process.argv.slice(2);

const compress = async (name) => {
  const raw = await readFile(join(from, name));
  const br = promisify(brotliCompress)(raw, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: raw.length,
    },
  });
  const gz = promisify(gzip)(raw, { level: constants.Z_BEST_COMPRESSION });
  await writeFile(join(to, `${name}.br`), await br);
  await writeFile(join(to, `${name}.gz`), await gz);
  await writeFile(join(to, `${name}.raw`), raw);
};

await Promise.all((await readdir(from)).map(compress));
