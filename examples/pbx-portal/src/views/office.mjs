// The pages behind the login.

import { STATUSES, CALL_DIRECTIONS } from '../exchange.mjs';
import { html } from '../html.mjs';
import { readable } from '../numbers.mjs';
import { LANGUAGES, tagOf } from '../words/index.mjs';
import { icon } from './icons.mjs';
import { framed, notice } from './layout.mjs';
import { table } from './table.mjs';

const ZONE = 'Europe/Brussels';

export function extensionsPage(ctx, extensions) {
  const { t, session } = ctx;
  const statuses = STATUSES.map((status) => ({ status, count: extensions.filter((e) => e.status === status).length }));
  return framed(ctx, { title: t('extensions.title'), lead: t('extensions.lead'), current: 'extensions' }, html`
<dl class="tiles">${statuses.map(({ status, count }) => html`<div><dt><span class="lamp ${status}"></span>${t(`status.${status}`)}</dt><dd>${count}</dd></div>`)}</dl>
${table(t('extensions.title'), columns(t, 'extensions', { number: 'lead', name: 'main', status: 'side', device: null, direct: null }), extensions.map((e) => [
    html`<b class="digits">${e.number}</b>`,
    html`${e.name}${e.user === session.user.id && html` <span class="badge">${t('extensions.you')}</span>`}`,
    html`<span class="status"><span class="lamp ${e.status}"></span>${t(`status.${e.status}`)}</span>`,
    e.device,
    html`<span class="digits">${readable(e.direct)}</span>`,
  ]))}`);
}

export function callsPage(ctx, calls, extensions, filter) {
  const { t, lang } = ctx;
  const when = new Intl.DateTimeFormat(tagOf(lang), { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', timeZone: ZONE, hour12: false });
  const filtered = filter.direction || filter.extension || filter.search;
  return framed(ctx, { title: t('calls.title'), lead: t('calls.lead'), current: 'calls' }, html`
<form class="filters" method="get" action="/calls" role="search" aria-label="${t('calls.filter')}">
  <div class="field"><label for="direction">${t('calls.direction')}</label><select id="direction" name="direction">
    ${option('', t('calls.direction.all'), filter.direction)}${CALL_DIRECTIONS.map((d) => option(d, t(`direction.${d}`), filter.direction))}</select></div>
  <div class="field"><label for="extension">${t('calls.extension')}</label><select id="extension" name="extension">
    ${option('', t('calls.extension.all'), filter.extension)}${extensions.map((e) => option(e.number, `${e.number} ${e.name}`, filter.extension))}</select></div>
  <div class="field grow"><label for="search">${t('calls.search')}</label><input id="search" name="search" type="search" value="${filter.search}" maxlength="60"></div>
  <button class="button" type="submit">${t('calls.apply')}</button>
</form>
<p class="count">${calls.length === 1 ? t('calls.count.one') : t('calls.count', { count: calls.length })}${filtered && html` · <a href="/calls">${t('calls.clear')}</a>`}</p>
${calls.length === 0 ? html`<p class="card nothing">${t('calls.none')}</p>` : table(t('calls.title'), columns(t, 'calls', { direction: 'lead', party: 'main', when: 'side', extension: null, duration: null }), calls.map((c) => [
    html`<span class="direction ${c.direction}">${icon(c.direction)}<span>${t(`direction.${c.direction}`)}</span></span>`,
    html`<span class="party">${c.name && html`<b>${c.name}</b> `}<span class="digits">${readable(c.number)}</span></span>`,
    html`<time datetime="${c.at.toISOString()}">${when.format(c.at)}</time>`,
    html`<span class="digits">${c.extension.number}</span> ${c.extension.name}`,
    html`<span class="digits">${c.seconds ? `${Math.floor(c.seconds / 60)}:${String(c.seconds % 60).padStart(2, '0')}` : '–'}</span>`,
  ]))}`);
}

/** `values` are as typed; `wrong` names the fields to correct. */
export function settingsPage(ctx, { values, wrong = [], saved = false }) {
  const { t, session: { user } } = ctx;
  const field = (name, attributes, hint = null) => {
    const about = wrong.includes(name) ? { id: `${name}-error`, words: t(`settings.${name}.invalid`), invalid: true } : hint && { id: `${name}-hint`, words: hint };
    return html`<div class="field">
    <label for="${name}">${t(`settings.${name}`)}</label>
    <input id="${name}" name="${name}" value="${values[name]}" ${attributes} ${about && html`aria-describedby="${about.id}"`} ${about?.invalid && html`aria-invalid="true"`}>
    ${about && html`<p class="${about.invalid ? 'wrong' : 'hint'}" id="${about.id}">${about.invalid && icon('alert')}${about.words}</p>`}
  </div>`;
  };
  return framed(ctx, { title: t('settings.title'), lead: t('settings.lead'), current: 'settings' }, html`
${saved && notice('done', t('settings.saved'))}${wrong.length > 0 && notice('error', t('settings.invalid'))}
<form class="card stack settings" method="post" action="/settings">
  ${field('name', html`autocomplete="name" maxlength="80" required`)}
  ${field('mobile', html`type="tel" autocomplete="tel" maxlength="30"`, t('settings.mobile.hint'))}
  ${field('landline', html`type="tel" autocomplete="work tel" maxlength="30"`, t('settings.landline.hint'))}
  <div class="field"><label for="language">${t('settings.language')}</label><select id="language" name="language">${LANGUAGES.map((code) => option(code, t(`settings.language.${code}`), values.language))}</select></div>
  <div class="field"><span class="label">${t('settings.app')}</span><p class="fact">${icon('phone')}${t(user.app ? 'settings.app.yes' : 'settings.app.no')}</p></div>
  <button class="button" type="submit">${t('settings.save')}</button>
</form>`);
}

/** `ticket` is null where pbx-2fa cannot be asked; `stillIn` says that logging out everywhere did not succeed. */
export function securityPage(ctx, ticket, { stillIn = false } = {}) {
  const { t, lang, session, widget } = ctx;
  const since = new Intl.DateTimeFormat(tagOf(lang), { dateStyle: 'medium', timeStyle: 'short', timeZone: ZONE }).format(session.since);
  return framed(ctx, { title: t('security.title'), lead: t('security.lead'), scripts: [widget, '/assets/security.js'], current: 'security' }, html`
${stillIn && notice('error', t('security.everywhere.failed'))}<div class="two">
  <section class="methods" aria-labelledby="methods-title">
    <h2 id="methods-title" class="unseen">${t('security.methods')}</h2>
    ${ticket ? html`<pbx-2fa mode="manage" ticket="${ticket}" lang="${tagOf(lang)}"><p class="loading">${t('second.loading')}</p></pbx-2fa>
    <noscript><p class="card">${t('second.noscript')}</p></noscript>` : html`<div class="card"><h3>${t('down.manage.title')}</h3>${notice('error', t('down.manage.text'))}<a class="button" href="/security">${t('down.retry')}</a></div>`}
  </section>
  <div class="aside">
    <section class="card" aria-labelledby="tips-title"><h2 id="tips-title">${t('security.tips')}</h2>
      <ul class="tips">${[1, 2, 3].map((tip) => html`<li>${icon('check')}<span>${t(`security.tip.${tip}`)}</span></li>`)}</ul></section>
    <section class="card" aria-labelledby="session-title"><h2 id="session-title">${t('security.session')}</h2>
      <ul class="tips"><li>${icon('info')}<span>${t('security.session.since', { time: since })}</span></li>
      <li>${icon('security')}<span>${t('security.session.method', { method: t(`method.${session.method}`) })}</span></li></ul>
      <form class="everywhere" method="post" action="/logout/everywhere"><p class="hint" id="everywhere-hint">${t('security.everywhere.hint')}</p>
      <button class="button second-choice" type="submit" aria-describedby="everywhere-hint">${icon('logout')}${t('security.everywhere')}</button></form></section>
  </div>
</div>`);
}

const columns = (t, page, places) => Object.entries(places).map(([name, place]) => ({ head: t(`${page}.${name}`), place }));

const option = (value, words, chosen) => html`<option value="${value}" ${value === chosen ? html`selected` : ''}>${words}</option>`;
