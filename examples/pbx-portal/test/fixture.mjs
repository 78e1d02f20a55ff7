// A portal on a free port beside a fake pbx-2fa, and a browser's cookie jar.

import { createHmac, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { configFrom } from '../src/config.mjs';
import { createPortal } from '../src/portal.mjs';
import { API_KEY, CLIENT_ID, startFakeEdge } from './fake-edge.mjs';

export const WEBHOOK_KEY = randomBytes(32);
export const WEBHOOK_SECRET = `whsec_${WEBHOOK_KEY.toString('base64')}`;

export async function startPortal() {
  const edge = await startFakeEdge();
  const stateDir = await mkdtemp(join(tmpdir(), 'pbx-portal-'));
  let handle = null;
  const server = createServer((req, res) => handle(req, res));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  const logged = [];
  const config = configFrom(environment({ port, edgeUrl: edge.url, stateDir }));
  const portal = await createPortal(config, (line) => logged.push(line));
  handle = portal.handle;
  return {
    origin: config.origin,
    edge,
    logged,
    browser: () => new Browser(config.origin),
    async close() {
      portal.close();
      server.close();
      server.closeAllConnections();
      edge.close();
      await rm(stateDir, { recursive: true });
    },
  };
}

export const environment = ({ port, edgeUrl, stateDir }) => ({
  PORT: String(port),
  PORTAL_ORIGIN: `http://127.0.0.1:${port}`,
  PBX2FA_URL: edgeUrl,
  PBX2FA_API_KEY: API_KEY,
  PBX2FA_CLIENT_ID: CLIENT_ID,
  PBX2FA_WEBHOOK_SECRET: WEBHOOK_SECRET,
  STATE_DIR: stateDir,
});

export class Browser {
  cookies = new Map();

  constructor(origin) {
    this.origin = origin;
  }

  get(path, headers = {}) {
    return this.#send(path, { headers });
  }

  post(path, fields, headers = { origin: this.origin, 'sec-fetch-site': 'same-origin' }) {
    return this.#send(path, { method: 'POST', body: new URLSearchParams(fields), headers });
  }

  login(user, password = 'welkom-2fa') {
    return this.post('/login', { user, password });
  }

  async #send(path, options) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(this.origin + path, { ...options, redirect: 'manual', headers: { ...options.headers, cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [name, value] = line.split(';')[0].split('=');
      if (value) this.cookies.set(name, value);
      else this.cookies.delete(name);
    }
    return response;
  }
}

/** The headers of a genuine webhook; a test bends them. */
export function webhookHeaders(body, { id = 'chl_1', timestamp = Math.floor(Date.now() / 1000), key = WEBHOOK_KEY } = {}) {
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'content-type': 'application/json', 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': `v1,${signature}` };
}
