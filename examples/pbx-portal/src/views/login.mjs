// The login page. Its step (password, second factor, or neither now) is one element with one id: login.js swaps it
// for the one in the answer, so that the page stays the same document.

import { DEMO_PASSWORD } from '../users.mjs';
import { html } from '../html.mjs';
import { tagOf } from '../words/index.mjs';
import { icon } from './icons.mjs';
import { bare, brand, languageSwitch, notice } from './layout.mjs';

/** `step` is one of the three below. */
export const loginPage = (ctx, step) => {
  const { t, widget } = ctx;
  return bare({ ...ctx, title: t('login.title'), scripts: [widget, '/assets/login.js'], bodyClass: 'split' }, html`
<header class="pitch">
  <div class="pitch-top">${brand}</div>
  <div class="pitch-text">
    <p class="pitch-title">${t('login.pitch')}</p>
    <ul>${[1, 2, 3].map((line) => html`<li>${icon('check')}${t(`login.pitch.${line}`)}</li>`)}</ul>
  </div>
  <svg class="ripples" viewBox="0 0 400 400" aria-hidden="true" focusable="false">${[40, 80, 120, 160, 200, 240].map((r) => html`<circle cx="320" cy="320" r="${r}"/>`)}<circle class="dot" cx="320" cy="320" r="10"/></svg>
</header>
<main id="content" tabindex="-1" class="entry">
  <div class="entry-top">${languageSwitch(ctx)}</div>
  ${step}
</main>`);
};

export const passwordStep = ({ t, lang }, users, { user = '', next = '', message = null } = {}) => html`
<div id="login-step" lang="${tagOf(lang)}">
  <section class="card" aria-labelledby="step-title">
    <h1 id="step-title" tabindex="-1">${t('login.title')}</h1>
    <p class="lead">${t('login.lead')}</p>
    ${message && notice(message.kind, t(message.key))}
    <form class="stack" method="post" action="/login" data-in-page data-busy="${t('login.busy')}" data-offline="${t('login.offline')}">
      <input type="hidden" name="next" value="${next}">
      <div class="field"><label for="user">${t('login.user')}</label>
        <input id="user" name="user" value="${user}" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="64" required></div>
      <div class="field"><label for="password">${t('login.password')}</label>
        <input id="password" name="password" type="password" autocomplete="current-password" maxlength="256" required></div>
      <button class="button wide" type="submit">${t('login.submit')}</button>
      <p class="unsent" role="alert"></p>
    </form>
  </section>
  <aside class="demo" aria-labelledby="demo-title">
    <h2 id="demo-title"><i>${t('demo')}</i>${t('login.demo.title')}</h2>
    <p>${t('login.demo.lead')} <code>${DEMO_PASSWORD}</code></p>
    <p>${t('login.demo.choose')}</p>
    <ul class="demo-users">${users.map(({ id }) => html`<li><a href="/login?user=${id}" data-user="${id}" data-password="${DEMO_PASSWORD}"><b>${id}</b><span>${t(`login.demo.${id}`)}</span></a></li>`)}</ul>
  </aside>
</div>`;

/** The element, in the form that hands its answer to the backend: all that pbx-2fa needs of a page. */
export const secondFactorStep = ({ t, lang, plain }, user, ticket, message = null) => html`
<div id="login-step" lang="${tagOf(lang)}">
  <section class="second" aria-labelledby="step-title">
    <h1 id="step-title" class="unseen" tabindex="-1">${t('second.title')}</h1>
    ${message && notice('error', t(message.key, message.values))}
    <form method="post" action="/login/second-factor">
      <pbx-2fa ticket="${ticket}" lang="${tagOf(lang)}"><p class="loading">${t('second.plain.lead')}</p><button class="button wide" form="plain-login">${t('second.plain')}</button></pbx-2fa>
    </form>
    <form id="plain-login" method="post" action="${plain}"><input type="hidden" name="ticket" value="${ticket}"></form>
    <form class="other" method="post" action="/login/cancel">
      <p>${t('second.user', { name: user.name })}</p>
      <button class="link" type="submit">${t('second.other', { name: user.name.split(' ')[0] })}</button>
    </form>
  </section>
  <aside class="demo" aria-labelledby="demo-title">
    <h2 id="demo-title"><i>${t('demo')}</i>${t('second.demo.title')}</h2>
    <p>${t('second.demo.lead')}</p>
    <a class="button second-choice" href="/phone?user=${user.id}" target="_blank" rel="noopener">${icon('phone')}${t('second.demo.open', { name: user.name.split(' ')[0] })}</a>
  </aside>
</div>`;

/** pbx-2fa cannot be asked: nobody gets in, and the person knows that it is not about them. */
export const downStep = ({ t, lang }) => html`
<div id="login-step" lang="${tagOf(lang)}">
  <section class="card" aria-labelledby="step-title">
    <h1 id="step-title" tabindex="-1">${t('down.title')}</h1>
    ${notice('error', t('down.text'))}
    <a class="button wide" href="/login">${t('down.retry')}</a>
  </section>
</div>`;
