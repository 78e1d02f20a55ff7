// The environment, parsed once. Every mistake is one sentence that names the variable and never quotes a secret.

const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];

export class ConfigError extends Error {}

export function configFrom(env) {
  const port = portOf(env.PORT ?? '8080');
  const host = env.HOST ?? '127.0.0.1';
  if (!LOOPBACK.includes(host)) {
    throw new ConfigError('HOST must be a loopback address, because /phone shows everybody\'s codes; it is a development simulator.');
  }
  const pbx2faUrl = urlOf(required(env, 'PBX2FA_URL'), 'PBX2FA_URL');
  return {
    port,
    host,
    /** As browsers send it in `Origin`; one of the tenant's origins. */
    origin: originOf(env.PORTAL_ORIGIN ?? `http://localhost:${port}`),
    pbx2fa: {
      url: pbx2faUrl,
      origin: new URL(pbx2faUrl).origin,
      issuer: env.PBX2FA_ISSUER ?? pbx2faUrl,
      apiKey: required(env, 'PBX2FA_API_KEY'),
      clientId: required(env, 'PBX2FA_CLIENT_ID'),
    },
    webhookKey: webhookKeyOf(required(env, 'PBX2FA_WEBHOOK_SECRET')),
    stateDir: required(env, 'STATE_DIR'),
  };
}

function required(env, name) {
  if (!env[name]) throw new ConfigError(`the environment variable ${name} is missing.`);
  return env[name];
}

function portOf(text) {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new ConfigError('PORT must be a number from 1 to 65535.');
  return port;
}

function urlOf(text, name) {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new ConfigError(`${name} must be an http or https URL.`);
  }
  return text.replace(/\/+$/, '');
}

function originOf(text) {
  const url = urlOf(text, 'PORTAL_ORIGIN');
  if (new URL(url).origin !== url) throw new ConfigError('PORTAL_ORIGIN must be an origin such as http://localhost:8080.');
  return url;
}

/** Standard Webhooks: `whsec_` and base64 of 24 to 64 bytes. */
function webhookKeyOf(secret) {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  if (!secret.startsWith('whsec_') || key.length < 24 || key.length > 64) {
    throw new ConfigError('PBX2FA_WEBHOOK_SECRET must be whsec_ and base64 of 24 to 64 bytes.');
  }
  return key;
}
