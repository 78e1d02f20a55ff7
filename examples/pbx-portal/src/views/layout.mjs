// The frames of the pages: a bare one, and the one behind the login.

import { html } from '../html.mjs';
import { LANGUAGES, tagOf } from '../words/index.mjs';
import { icon, mark } from './icons.mjs';

const NAVIGATION = ['extensions', 'calls', 'security', 'settings'];

/** A whole document. `scripts` are modules; `bodyClass` says which frame. */
export const bare = ({ t, lang, title, scripts = [], styles = [], bodyClass = '' }, content) => html`<!doctype html>
<html lang="${tagOf(lang)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Qaller Telecom</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/portal.css">
${styles.map((href) => html`<link rel="stylesheet" href="${href}">`)}
${scripts.map((src) => html`<script type="module" src="${src}"></script>`)}
</head>
<body class="${bodyClass}">
<a class="skip" href="#content">${t('skip')}</a>
${content}
</body>
</html>`;

export const brand = html`<span class="brand">${mark}<span>Qaller <b>Telecom</b></span></span>`;

export const languageSwitch = ({ t, lang, path }) => html`<nav class="languages" aria-label="${t('language')}">
${LANGUAGES.map((code) => html`<a href="${path}?lang=${code}" lang="${code}" hreflang="${code}" aria-current="${code === lang ? 'true' : 'false'}">${code.toUpperCase()}</a>`)}
</nav>`;

/** The frame behind the login. */
export const framed = (ctx, { title, lead, scripts, current }, content) => {
  const { t, session: { user } } = ctx;
  return bare({ ...ctx, title, scripts, bodyClass: 'office' }, html`
<header class="topbar">
  <a class="home" href="/extensions">${brand}</a>
  <div class="topbar-end">${languageSwitch(ctx)}
  <form method="post" action="/logout"><button class="quiet" type="submit">${icon('logout')}<span>${t('logout')}</span></button></form></div>
</header>
<nav class="menu" aria-label="${t('nav')}">
  <ul>${NAVIGATION.map((name) => html`<li><a href="/${name}" ${name === current ? html`aria-current="page"` : ''}>${icon(name)}<span>${t(`nav.${name}`)}</span></a></li>`)}</ul>
  <div class="menu-end">
    <p class="whoami"><b>${user.name}</b><br><span>${t('nav.extension', { number: user.extension })}</span></p>
    <a class="demo-link" href="/phone?user=${user.id}" target="_blank" rel="noopener">${icon('phone')}<span><i>${t('demo')}</i>${t('demo.phone')}</span></a>
  </div>
</nav>
<main id="content" tabindex="-1">
  <div class="page-head"><h1>${title}</h1><p>${lead}</p></div>
  ${content}
</main>`);
};

/** A sentence that wants to be read: `kind` is `error`, `done` or `info`. */
export const notice = (kind, text) => html`<div class="notice ${kind}" role="${kind === 'error' ? 'alert' : 'status'}">${icon({ error: 'alert', done: 'check', info: 'info' }[kind])}<p>${text}</p></div>`;

export const errorPage = (ctx, key) => bare({ ...ctx, title: ctx.t('error.title'), bodyClass: 'lone' }, html`
<main id="content" tabindex="-1" class="card">
  ${brand}<h1>${ctx.t('error.title')}</h1><p>${ctx.t(key)}</p>
  <a class="button" href="/">${ctx.t('error.home')}</a>
</main>`);
