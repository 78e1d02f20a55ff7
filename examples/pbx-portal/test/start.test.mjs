// Starting and ending, as a process.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { environment } from './fixture.mjs';

const SERVER = new URL('../server.mjs', import.meta.url).pathname;
const stateDir = mkdtempSync(join(tmpdir(), 'pbx-portal-'));
after(() => rmSync(stateDir, { recursive: true }));

const good = (port) => environment({ port, edgeUrl: 'http://127.0.0.1:9', stateDir });

function start(env) {
  const child = spawn(process.execPath, [SERVER], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = Promise.all([once(child, 'close'), text(child.stderr)]).then(([[code], errors]) => ({ code, errors }));
  return { child, ended };
}

async function text(stream) {
  let all = '';
  for await (const chunk of stream) all += chunk;
  return all;
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

for (const name of ['PBX2FA_URL', 'PBX2FA_API_KEY', 'PBX2FA_CLIENT_ID', 'PBX2FA_WEBHOOK_SECRET', 'STATE_DIR']) {
  test(`without ${name} it says so in one sentence`, async () => {
    const { code, errors } = await start({ ...good(8080), [name]: '' }).ended;
    assert.equal(code, 1);
    assert.equal(errors, `The portal cannot start: the environment variable ${name} is missing.\n`);
  });
}

test('it does not listen where others can reach it', async () => {
  const { code, errors } = await start({ ...good(8080), HOST: '0.0.0.0' }).ended;
  assert.equal(code, 1);
  assert.match(errors, /loopback/);
});

test('a port in use is one sentence', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { code, errors } = await start(good(server.address().port)).ended;
  server.close();
  assert.equal(code, 1);
  assert.match(errors, /^The portal cannot start: port \d+ is in use; .*\n$/);
});

test('it prints its address, keeps its users to itself, and ends at once when asked, also with a phone open', async () => {
  const port = await freePort();
  const { child, ended } = start(good(port));
  const [line] = await once(child.stdout, 'data');
  assert.equal(String(line), `Portal on http://127.0.0.1:${port} (simulated phone on http://127.0.0.1:${port}/phone)\n`);
  assert.equal(statSync(join(stateDir, 'users.json')).mode & 0o777, 0o600);
  const phone = await fetch(`http://127.0.0.1:${port}/phone/events`);
  const asked = performance.now();
  child.kill('SIGTERM');
  assert.equal((await ended).code, 0);
  assert.ok(performance.now() - asked < 2_000);
  await phone.text().catch(() => null);
});

test('a broken state file is one sentence', async () => {
  writeFileSync(join(stateDir, 'users.json'), '{');
  const { code, errors } = await start(good(8080)).ended;
  assert.equal(code, 1);
  assert.match(errors, /^The portal cannot start: .*users\.json cannot be read; .*\n$/);
});
