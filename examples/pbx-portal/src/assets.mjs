// The files of public/, read once.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';

const FOLDER = new URL('../public/', import.meta.url);
const TYPES = { '.css': 'text/css; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.svg': 'image/svg+xml' };

/** One route per file. */
export const assetRoutes = readdirSync(FOLDER).map((name) => {
  const body = readFileSync(new URL(name, FOLDER));
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  const headers = { 'content-type': TYPES[extname(name)], 'cache-control': 'no-cache', etag };
  return {
    method: 'GET',
    path: `/assets/${name}`,
    access: 'public',
    handle: async ({ req }) => (req.headers['if-none-match'] === etag
      ? { status: 304, headers, cookies: [], body: '' }
      : { status: 200, headers, cookies: [], body }),
  };
});
