// One JSON file, replaced as a whole: a crash leaves the old one or the new one.

import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

import { ConfigError } from './config.mjs';

/** The content, or null where there is no file yet. */
export function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw new ConfigError(`${path} cannot be read; remove it to begin with the demonstration users again.`);
  }
}

export function writeJson(path, value) {
  const draft = `${path}.new`;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const file = openSync(draft, 'w', 0o600);
  try {
    writeSync(file, JSON.stringify(value, null, 2));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
}
