// The portal: every request passes here, is matched with one route, and is let through or refused by its `access`.

import { assetRoutes } from './assets.mjs';
import { PhoneGateway } from './gateway.mjs';
import { plainHeaders, widgetHeaders } from './headers.mjs';
import { Refusal, cookie, cookiesOf, isSameOrigin, json, page, redirect } from './http.mjs';
import { Jwks } from './jwks.mjs';
import { Pbx2fa } from './pbx2fa.mjs';
import { loginRoutes } from './routes/login.mjs';
import { officeRoutes } from './routes/office.mjs';
import { phoneRoutes } from './routes/phone.mjs';
import { preAuthSessions, sessions } from './sessions.mjs';
import { Users } from './users.mjs';
import { errorPage } from './views/layout.mjs';
import { DeliveredIds } from './webhook.mjs';
import { isLanguage, translator } from './words/index.mjs';

/**
 * Every route of the portal. `access` is `public`, `session` (a completed second factor), `edge` (a form of pbx-2fa's own page)
 * or `signature` (a webhook that proves itself); there is no default, and what is not listed is not served.
 */
export const ROUTES = [...loginRoutes, ...officeRoutes, ...phoneRoutes, ...assetRoutes];

const LANGUAGE_COOKIE = 'qaller_lang';
/** How long a response can be redeemed. */
const RESPONSE_SECONDS = 60;
const YEAR_S = 365 * 24 * 60 * 60;
const LOOPBACK_HOSTS = ['localhost', '127.0.0.1', '[::1]'];

export async function createPortal(config, log = console.error) {
  const secure = config.origin.startsWith('https:');
  const prefix = secure ? '__Host-' : '';
  const streams = new Set();
  const portal = {
    config,
    log,
    users: await Users.open(config.stateDir),
    pbx2fa: new Pbx2fa(config.pbx2fa),
    jwks: new Jwks(`${config.pbx2fa.url}/.well-known/jwks.json`),
    preAuths: preAuthSessions(prefix),
    sessions: sessions(prefix),
    gateway: new PhoneGateway(),
    delivered: new DeliveredIds(),
    plain: `${config.pbx2fa.url}/plain`,
    widget: `${config.pbx2fa.url}/widget/v1/pbx-2fa.js?preload`,
    widgetHeaders: widgetHeaders(config.pbx2fa.origin),
    keep: (store, name) => cookie(store.cookieName, name, { maxAge: store.seconds, secure }),
    drop: (store) => cookie(store.cookieName, '', { maxAge: 0, secure }),
    responseCookie: `${prefix}qaller_response`,
    keepResponse: (value) => cookie(`${prefix}qaller_response`, value, { maxAge: value ? RESPONSE_SECONDS : 0, secure }),
    keepLanguage: (language) => cookie(LANGUAGE_COOKIE, language, { maxAge: YEAR_S, secure }),
  };

  async function handle(req, res) {
    const answer = await answerTo(portal, req);
    if (res.destroyed) return;
    res.writeHead(answer.status, {
      ...plainHeaders(),
      ...answer.headers,
      ...(answer.cookies.length > 0 && { 'set-cookie': answer.cookies }),
    });
    if (!answer.stream) return void res.end(req.method === 'HEAD' ? undefined : answer.body);
    streams.add(res);
    res.on('close', () => streams.delete(res));
    answer.stream(res);
  }

  return { handle, close: () => streams.forEach((res) => res.end()) };
}

async function answerTo(portal, req) {
  const ctx = contextOf(portal, req);
  try {
    const answer = await route(ctx);
    if (ctx.switched) answer.cookies.push(portal.keepLanguage(ctx.lang));
    return answer;
  } catch (error) {
    const refusal = error instanceof Refusal ? error : new Refusal(500, 'error.internal');
    if (error !== refusal) portal.log(`${req.method} ${ctx.path}: ${error.stack}`);
    return failure(ctx, refusal);
  }
}

function contextOf(portal, req) {
  const url = new URL(URL.canParse(req.url, portal.config.origin) ? req.url : '/', portal.config.origin);
  const cookies = cookiesOf(req);
  const session = portal.sessions.find(cookies.get(portal.sessions.cookieName));
  const preAuth = portal.preAuths.find(cookies.get(portal.preAuths.cookieName));
  const switched = isLanguage(url.searchParams.get('lang'));
  const chosenLanguage = [url.searchParams.get('lang'), cookies.get(LANGUAGE_COOKIE)].find(isLanguage);
  const lang = chosenLanguage ?? (session ?? preAuth)?.user.language ?? 'nl';
  return { ...portal, req, url, path: url.pathname, cookies, session, preAuth, switched, chosenLanguage, lang, t: translator(lang) };
}

async function route(ctx) {
  const { req, path, config } = ctx;
  const method = req.method === 'HEAD' ? 'GET' : req.method;
  const here = ROUTES.filter((known) => known.path === path);
  const found = here.find((known) => known.method === method);

  if (found?.access !== 'signature') {
    const moved = atOtherAddress(ctx);
    if (moved) return moved;
  }
  if (!found || found.access === 'session') {
    if (!ctx.session && (found || path.startsWith('/api/'))) return loginFirst(ctx);
  }
  if (!found) throw here.length > 0 ? methodRefusal(here) : new Refusal(404, 'error.notFound');
  if (method === 'POST' && !comesFromWhereItMay(ctx, found.access)) throw new Refusal(403, 'error.crossSite');
  return found.handle(ctx);
}

function comesFromWhereItMay({ req, config }, access) {
  if (access === 'signature') return true;
  return access === 'edge' ? req.headers.origin === config.pbx2fa.origin : isSameOrigin(req, config.origin);
}

/** The guard. A pre-auth session is none: whoever has only that goes to the login, which shows the second factor. */
function loginFirst({ path, req }) {
  if (path.startsWith('/api/')) return json({ error: 'Log in first, second factor included.' }, { status: 401 });
  return redirect(req.method === 'GET' && path !== '/' ? `/login?next=${encodeURIComponent(path)}` : '/login');
}

/**
 * Pages are shown under the portal's own name alone: pbx-2fa knows no other origin, and a name that an attacker points
 * at this machine reads nothing.
 */
function atOtherAddress({ req, config }) {
  const own = new URL(config.origin);
  const host = req.headers.host ?? '';
  if (host === own.host) return null;
  const isAlias = LOOPBACK_HOSTS.includes(own.hostname) && LOOPBACK_HOSTS.some((name) => host === `${name}:${config.port}`);
  if (!isAlias || !['GET', 'HEAD'].includes(req.method)) throw new Refusal(421, 'error.misdirected');
  return redirect(config.origin + (req.url.startsWith('/') ? req.url : '/'));
}

const methodRefusal = (here) => new Refusal(405, 'error.method', { headers: { allow: here.map(({ method }) => method).join(', ') } });

function failure(ctx, { status, key, headers }) {
  const wantsJson = ['/api/', '/webhooks/', '/phone/'].some((prefix) => ctx.path.startsWith(prefix));
  if (wantsJson) return json({ error: translator('en')(key) }, { status, headers });
  return page(errorPage(ctx, key), { status, headers });
}
