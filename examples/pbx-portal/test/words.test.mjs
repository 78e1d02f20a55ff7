// Both languages say the same things, and every key that the code uses exists.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { en } from '../src/words/en.mjs';
import { notificationWords } from '../src/words/index.mjs';
import { nlFormal } from '../src/words/nl-formal.mjs';
import { nl } from '../src/words/nl.mjs';

const placeholders = (text) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();

test('the catalogues have the same keys, with the same values to fill in', () => {
  assert.deepEqual(Object.keys(en).sort(), Object.keys(nl).sort());
  for (const key of Object.keys(nl)) assert.deepEqual(placeholders(en[key]), placeholders(nl[key]), key);
});

test('a notification keeps to the form of address that the tenant asks for', () => {
  for (const [key, text] of Object.entries(nlFormal)) {
    assert.doesNotMatch(text, /\b(je|jij|jou|jouw)\b/i, key);
    assert.deepEqual(placeholders(text), placeholders(nl[key]), key);
  }
  for (const purpose of ['login', 'enroll', 'step_up']) {
    const [mine, formal] = [undefined, 'formal'].map((form) => Object.values(notificationWords('nl-BE', form, purpose, 'Qaller')).join(' '));
    assert.match(mine, /\bje\b/);
    assert.doesNotMatch(formal, /\b(je|jij|jou|jouw)\b/i);
  }
  assert.deepEqual(notificationWords('en', 'formal', 'login', 'Qaller'), notificationWords('en', undefined, 'login', 'Qaller'));
});

test('the Dutch says je, never u', () => {
  for (const [key, text] of Object.entries(nl)) assert.doesNotMatch(text, /\b(u|uw)\b/i, key);
});
