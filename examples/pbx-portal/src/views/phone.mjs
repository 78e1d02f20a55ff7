// The simulated phone. The screens are here, empty; phone.js fills them in from what is delivered.

import { html } from '../html.mjs';
import { icon } from './icons.mjs';
import { bare, brand, languageSwitch } from './layout.mjs';

export const phonePage = (ctx, users, user) => {
  const { t } = ctx;
  return bare({ ...ctx, title: t('phone.title'), scripts: ['/assets/phone.js'], styles: ['/assets/phone.css'], bodyClass: 'phone-page' }, html`
<header class="topbar">
  <a class="home" href="/">${brand}</a>
  <div class="topbar-end">${languageSwitch({ ...ctx, path: '/phone' })}<a class="quiet" href="/login">${icon('logout')}<span>${t('phone.portal')}</span></a></div>
</header>
<main id="content" tabindex="-1" class="bench">
  <section class="controls" aria-labelledby="phone-title">
    <p class="tag">${t('demo')}</p>
    <h1 id="phone-title">${t('phone.title')}</h1>
    <p class="lead">${t('phone.note')}</p>
    <form method="get" action="/phone" class="choose">
      <div class="field"><label for="user">${t('phone.of')}</label><select id="user" name="user">${users.map(({ id, name }) => html`<option value="${id}" ${id === user.id ? html`selected` : ''}>${name} (${id})</option>`)}</select></div>
      <button class="button" type="submit">${t('phone.show')}</button>
    </form>
    <button class="button second-choice" type="button" id="sound" aria-pressed="false" data-on="${t('phone.sound.off')}" data-off="${t('phone.sound.on')}">${t('phone.sound.on')}</button>
    <p class="connection" id="connection" role="status" data-connected="${t('phone.connected')}" data-disconnected="${t('phone.disconnected')}">${t('phone.connecting')}</p>
  </section>
  <section class="device" id="device" aria-label="${t('phone.device', { name: user.name })}" data-user="${user.id}">
    <div class="glass">
      <div class="bar" aria-hidden="true"><span class="clock"></span><span class="island"></span><span class="net">5G <i class="battery"></i></span></div>
      ${homeScreen(t)}${codeScreen(t, user)}${ringingScreen(t)}${callScreen(t)}
    </div>
  </section>
  <p class="unseen" id="spoken" role="status" data-push="${t('phone.newPush')}" data-call="${t('phone.incoming')}"></p>
</main>
<template id="notification"><li><button type="button" class="push"><span class="push-icon"></span><span class="push-text"><span class="push-app"></span><b class="push-title"></b><span class="push-line"></span></span><time></time></button></li></template>`);
};

const homeScreen = (t) => html`
<div class="screen home-screen" data-screen="home" data-tap="${t('phone.tap')}" data-expired="${t('phone.expired')}" data-missed="${t('phone.missed')}" data-answered="${t('phone.answered')}" data-listen="${t('phone.listen')}" data-now="${t('phone.now')}">
  <p class="big-clock clock"></p><p class="date"></p>
  <ul class="notifications"></ul>
  <p class="empty">${t('phone.empty')}</p>
</div>`;

const codeScreen = (t, user) => html`
<div class="screen code-screen" data-screen="code" hidden>
  <button type="button" class="back" data-do="home">‹ ${t('phone.close')}</button>
  <p class="app-name">${icon('calls')}<span>Qaller</span></p>
  <h2 data-fill="title" tabindex="-1"></h2>
  <p class="for">${t('phone.for', { name: user.name })}</p>
  <p class="code" data-fill="code"></p>
  <p class="valid" data-valid="${t('phone.validUntil', { time: '{time}' })}" data-expired="${t('phone.expired')}"></p>
  <button type="button" class="phone-button" data-do="copy" data-words="${t('phone.copy')}" data-done="${t('phone.copied')}">${t('phone.copy')}</button>
  <p data-fill="reason"></p>
  <p class="warning">${icon('alert')}<span data-fill="warning"></span></p>
</div>`;

const ringingScreen = (t) => html`
<div class="screen ringing-screen" data-screen="ringing" hidden>
  <p class="call-line">${t('phone.incoming')} · <span data-fill="line" data-mobile="${t('phone.line.mobile')}" data-landline="${t('phone.line.landline')}"></span></p>
  <h2 data-fill="caller" tabindex="-1"></h2>
  <p class="digits" data-fill="number"></p>
  <div class="rings" aria-hidden="true"><i></i><i></i><i></i>${icon('calls')}</div>
  <div class="call-buttons">
    <button type="button" class="decline" data-do="decline">${icon('calls')}<span>${t('phone.decline')}</span></button>
    <button type="button" class="answer" data-do="answer">${icon('calls')}<span>${t('phone.answer')}</span></button>
  </div>
</div>`;

const callScreen = (t) => html`
<div class="screen call-screen" data-screen="call" hidden>
  <p class="call-line digits" data-fill="timer">0:00</p>
  <h2 data-fill="caller" tabindex="-1"></h2>
  <ol class="captions" aria-live="polite"></ol>
  <div class="call-buttons">
    <button type="button" class="speak" data-do="speak" data-words="${t('phone.speak')}" data-stop="${t('phone.quiet')}">${icon('voice')}<span>${t('phone.speak')}</span></button>
    <button type="button" class="decline" data-do="hangup">${icon('calls')}<span>${t('phone.hangup')}</span></button>
  </div>
</div>`;
