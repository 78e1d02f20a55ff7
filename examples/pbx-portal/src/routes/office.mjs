// What is behind the login. Each of these runs only with a session (see the guard in portal.mjs).

import { callsOf, CALL_DIRECTIONS, extensionsOf } from '../exchange.mjs';
import { json, page, readForm, redirect } from '../http.mjs';
import { numberFromTyped, readable } from '../numbers.mjs';
import { Refused, Unavailable } from '../pbx2fa.mjs';
import { profileOf } from '../users.mjs';
import { callsPage, extensionsPage, securityPage, settingsPage } from '../views/office.mjs';
import { isLanguage, tagOf } from '../words/index.mjs';

export const officeRoutes = [
  { method: 'GET', path: '/', access: 'session', handle: async () => redirect('/extensions') },
  { method: 'GET', path: '/extensions', access: 'session', handle: showExtensions },
  { method: 'GET', path: '/calls', access: 'session', handle: showCalls },
  { method: 'GET', path: '/settings', access: 'session', handle: showSettings },
  { method: 'POST', path: '/settings', access: 'session', handle: saveSettings },
  { method: 'GET', path: '/security', access: 'session', handle: showSecurity },
  { method: 'POST', path: '/logout/everywhere', access: 'session', handle: logOutEverywhere },
  { method: 'GET', path: '/api/extensions', access: 'session', handle: async (ctx) => json({ extensions: extensionsOf(ctx.users.all()) }) },
];

async function showExtensions(ctx) {
  return page(extensionsPage(ctx, extensionsOf(ctx.users.all())));
}

async function showCalls(ctx) {
  const query = ctx.url.searchParams;
  const extensions = extensionsOf(ctx.users.all());
  const filter = {
    direction: CALL_DIRECTIONS.includes(query.get('direction')) ? query.get('direction') : '',
    extension: extensions.some((e) => e.number === query.get('extension')) ? query.get('extension') : '',
    search: (query.get('search') ?? '').slice(0, 60),
  };
  return page(callsPage(ctx, callsOf(ctx.users.all(), Date.now(), filter), extensions, filter));
}

async function showSettings(ctx) {
  const { name, mobile, landline, language } = ctx.session.user;
  const values = { name, language, mobile: mobile ? readable(mobile) : '', landline: landline ? readable(landline) : '' };
  return page(settingsPage(ctx, { values, saved: ctx.url.searchParams.has('saved') }));
}

async function saveSettings(ctx) {
  const form = await readForm(ctx.req);
  const values = Object.fromEntries(['name', 'mobile', 'landline', 'language'].map((field) => [field, (form.get(field) ?? '').trim()]));
  const mobile = values.mobile && numberFromTyped(values.mobile, 'mobile');
  const landline = values.landline && numberFromTyped(values.landline, 'landline');
  const wrong = [
    (!values.name || values.name.length > 80 || /\p{Cc}/u.test(values.name)) && 'name',
    mobile === null && 'mobile',
    landline === null && 'landline',
  ].filter(Boolean);
  if (wrong.length > 0) return page(settingsPage(ctx, { values, wrong }), { status: 422 });

  const { user } = ctx.session;
  const language = isLanguage(values.language) ? values.language : user.language;
  ctx.users.update(user.id, { name: values.name, language, mobile: mobile || null, landline: landline || null });
  return redirect('/settings?saved', { cookies: [ctx.keepLanguage(language)] });
}

/** The method manager: a transaction of its own, for somebody who is logged in already. */
async function showSecurity(ctx) {
  const { user } = ctx.session;
  const stillIn = ctx.url.searchParams.has('still-in');
  try {
    const { ticket } = await ctx.pbx2fa.open({
      subject: user.id, origin: ctx.config.origin, purpose: 'manage', locale: tagOf(ctx.lang), profile: profileOf(user),
    });
    return page(securityPage(ctx, ticket, { stillIn }), { headers: ctx.widgetHeaders });
  } catch (error) {
    if (!(error instanceof Unavailable || error instanceof Refused)) throw error;
    ctx.log(error.message);
    return page(securityPage(ctx, null, { stillIn }), { status: 503, headers: { ...ctx.widgetHeaders, 'retry-after': '30' } });
  }
}

/** Ends the sessions of this user with pbx-2fa first, for the vendor's other services; only then those of this portal. */
async function logOutEverywhere(ctx) {
  const { user } = ctx.session;
  try {
    await ctx.pbx2fa.revoke(user.id);
  } catch (error) {
    if (!(error instanceof Unavailable || error instanceof Refused)) throw error;
    ctx.log(error.message);
    return redirect('/security?still-in');
  }
  ctx.sessions.endOf(user.id);
  return redirect('/login?out=everywhere', { cookies: [ctx.drop(ctx.sessions)] });
}
