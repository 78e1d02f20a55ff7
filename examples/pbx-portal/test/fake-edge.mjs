// pbx-2fa as far as a portal sees it: transactions, tickets, redemption and keys. What it answers can be bent per test.

import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';

export const CLIENT_ID = 'qaller-test';
export const API_KEY = 'pbx2fa_qaller-test_0a1b2c3d_secret';

export function signer(kid = 'key-1') {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' },
    token: (claims, header = {}) => {
      const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const signed = `${part({ alg: 'ES256', typ: 'pbx-2fa-session+jwt', kid, ...header })}.${part(claims)}`;
      return `${signed}.${sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
    },
  };
}

export const claimsOf = (issuer, subject, now = Math.floor(Date.now() / 1000)) => ({
  iss: issuer, aud: CLIENT_ID, sub: subject, sid: 'sid-1', jti: 'jti-1', iat: now, nbf: now, exp: now + 3_600, auth_time: now, amr: ['otp'], acr: 'urn:pbx-2fa:totp',
});

/**
 * Starts it on a free port. `bend.redeem`, `bend.open`, `bend.ticket`, `bend.introspect`, `bend.revoke` and `bend.report` change an answer, or give
 * `{ problem, status }`. Tokens in `ended` are not active.
 */
export async function startFakeEdge() {
  const keys = signer();
  const edge = { opened: [], redemptions: [], ended: new Set(), revoked: [], reported: [], bend: {}, requests: [], url: '' };
  const server = createServer(async (req, res) => {
    const body = await bodyOf(req);
    edge.requests.push({ path: req.url, authorization: req.headers.authorization, idempotencyKey: req.headers['idempotency-key'] });
    const send = (status, value) => res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    const answer = (name, status, value) => {
      const bent = edge.bend[name]?.(value);
      if (bent?.problem) return send(bent.status, { type: `urn:pbx-2fa:problem:${bent.problem}`, status: bent.status, retry_after: bent.retryAfter });
      return send(status, bent ?? value);
    };
    if (req.url === '/.well-known/jwks.json') return send(200, { keys: [keys.jwk] });
    if (req.headers.authorization !== `Bearer ${API_KEY}`) return send(401, { type: 'urn:pbx-2fa:problem:unauthorized', status: 401 });
    if (req.url === '/v1/sessions/introspect') return answer('introspect', 200, { active: !edge.ended.has(body.token) });
    const revoked = req.url.match(/^\/v1\/subjects\/([^/]+)\/sessions\/revoke$/)?.[1];
    if (revoked) {
      edge.revoked.push(revoked);
      return answer('revoke', 200, { subject: revoked, authenticators: [], backup_due: false });
    }
    const delivery = req.url.match(/^\/v1\/subjects\/([^/]+)\/challenges\/([^/]+)\/delivery$/);
    if (delivery) {
      edge.reported.push([req.method, delivery[1], delivery[2], body.delivery]);
      return edge.bend.report ? answer('report', 200, {}) : res.writeHead(204).end();
    }
    const [, , , id, action] = req.url.split('/');
    if (!id) {
      edge.opened.push(body);
      return answer('open', 201, { transaction: `txn_${edge.opened.length}`, ticket: `ticket-${edge.opened.length}`, expires_at: 0 });
    }
    const opened = edge.opened[Number(id.replace('txn_', '')) - 1];
    if (action === 'ticket') return answer('ticket', 200, { transaction: id, ticket: `fresh-${id}`, expires_at: 0 });
    edge.redemptions.push(body.assertion);
    return answer('redeem', 200, {
      transaction: id, subject: opened.subject, nonce: opened.nonce, purpose: opened.purpose, amr: ['otp'], acr: 'urn:pbx-2fa:totp', auth_time: 0, jti: 'jti-1',
      session_token: keys.token(claimsOf(edge.url, opened.subject)),
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  edge.url = `http://127.0.0.1:${server.address().port}`;
  edge.keys = keys;
  edge.close = () => {
    server.close();
    server.closeAllConnections();
  };
  return edge;
}

async function bodyOf(req) {
  const chunks = [];
  for await (const chunk of req) chunks.push(chunk);
  return chunks.length > 0 ? JSON.parse(Buffer.concat(chunks)) : null;
}
