// What the routes need of HTTP: bounded bodies, cookies, and answers as plain values.

/** An answer that is not the one asked for. `key` names the words that the person reads. */
export class Refusal extends Error {
  constructor(status, key, { headers = {} } = {}) {
    super(key);
    Object.assign(this, { status, key, headers });
  }
}

export const page = (markup, { status = 200, headers = {}, cookies = [] } = {}) => ({
  status, headers: { 'content-type': 'text/html; charset=utf-8', ...headers }, cookies, body: String(markup),
});

export const json = (value, { status = 200, headers = {} } = {}) => ({
  status, headers: { 'content-type': 'application/json', ...headers }, cookies: [], body: JSON.stringify(value),
});

/** 303: whatever the method was, the browser goes on with GET. */
export const redirect = (location, { cookies = [] } = {}) => ({ status: 303, headers: { location }, cookies, body: '' });

export const empty = (status = 204) => ({ status, headers: {}, cookies: [], body: '' });

/** The raw bytes of a body, at most `limit`. Refused before it is read where its length is announced. */
export async function readBody(req, limit) {
  if (Number(req.headers['content-length'] ?? 0) > limit) throw new Refusal(413, 'error.tooLarge', { headers: { connection: 'close' } });
  const chunks = [];
  let size = 0;
  for await (const chunk of req) {
    size += chunk.length;
    if (size > limit) throw new Refusal(413, 'error.tooLarge', { headers: { connection: 'close' } });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const FORM_LIMIT = 32 * 1024;

export async function readForm(req) {
  const type = (req.headers['content-type'] ?? '').split(';')[0].trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') throw new Refusal(415, 'error.badRequest');
  return new URLSearchParams((await readBody(req, FORM_LIMIT)).toString('utf8'));
}

export function cookiesOf(req) {
  const cookies = new Map();
  for (const pair of (req.headers.cookie ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at > 0) cookies.set(pair.slice(0, at).trim(), pair.slice(at + 1).trim());
  }
  return cookies;
}

/** Never readable by script, never sent along with a cross-site POST. `maxAge: 0` takes it away. */
export function cookie(name, value, { maxAge, secure }) {
  return `${name}=${value}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
}

/**
 * Whether a POST comes from this portal's own pages. Browsers say so in `Sec-Fetch-Site`, and older ones in `Origin`;
 * a request that says neither is refused.
 */
export function isSameOrigin(req, origin) {
  const site = req.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return false;
  return req.headers.origin === origin || (req.headers.origin === undefined && site === 'same-origin');
}
