// The simulated phone: follows what is delivered, and shows it as a phone would.

import { createRing } from './phone-ring.js';
import { hush, speak } from './phone-voice.js';

const RING_MS = 45_000;

const device = document.getElementById('device');
const screens = new Map([...device.querySelectorAll('[data-screen]')].map((screen) => [screen.dataset.screen, screen]));
const words = screens.get('home').dataset;
const ring = createRing(document.getElementById('sound'));
const language = document.documentElement.lang;

/** Newest last; each with `state`: `new`, `ringing`, `missed` or `answered`. */
let messages = [];
let shown = null;
let answeredAt = 0;
let reported = Promise.resolve();

follow();
setInterval(tick, 1_000);
tick();

device.addEventListener('click', ({ target }) => {
  const notification = target.closest('[data-challenge]');
  if (notification) open(messages.find(({ challenge }) => challenge === notification.dataset.challenge));
  const action = target.closest('[data-do]')?.dataset.do;
  if (action) actions[action]();
});

const actions = {
  home: goHome,
  decline() {
    if (shown?.state === 'ringing') report(shown, 'declined');
    goHome();
  },
  hangup: goHome,
  answer: () => answer(shown),
  async copy() {
    const button = device.querySelector('[data-do=copy]');
    await navigator.clipboard.writeText(shown.code);
    button.textContent = button.dataset.done;
  },
  speak() {
    const button = device.querySelector('[data-do=speak]');
    const captions = [...device.querySelectorAll('.captions li')];
    const label = button.querySelector('span');
    if (label.textContent === button.dataset.stop) return hush();
    label.textContent = button.dataset.stop;
    speak(shown.script, shown.locale, (index) => captions.forEach((caption, at) => caption.classList.toggle('spoken', at === index)), () => {
      label.textContent = button.dataset.words;
    });
  },
};

function follow() {
  const connection = document.getElementById('connection');
  const say = (state) => {
    connection.dataset.state = state;
    connection.textContent = connection.dataset[state];
  };
  const events = new EventSource(`/phone/events?user=${encodeURIComponent(device.dataset.user)}`);
  events.addEventListener('open', () => say('connected'));
  events.addEventListener('error', () => say('disconnected'));
  events.addEventListener('inbox', ({ data }) => {
    const known = new Map(messages.map((message) => [message.challenge, message.state]));
    messages = JSON.parse(data).map((message) => ({ ...message, state: known.get(message.challenge) ?? 'new' }));
    arrived(messages.at(-1));
  });
  events.addEventListener('message', ({ data }) => {
    messages.push({ ...JSON.parse(data), state: 'new' });
    arrived(messages.at(-1));
  });
}

/** A call rings, unless it is an old one; a push is a notification that waits. */
function arrived(message) {
  listNotifications();
  if (!message || message.state !== 'new') return;
  const spoken = document.getElementById('spoken');
  if (message.kind === 'push') {
    spoken.textContent = spoken.dataset.push;
    if (shown) goHome();
    return;
  }
  if (Date.now() - message.time * 1_000 > RING_MS) return;
  hush();
  shown = message;
  message.state = 'ringing';
  report(message, 'ringing');
  spoken.textContent = `${spoken.dataset.call}: ${message.portal_name}`;
  fill('ringing', { caller: message.portal_name, number: readable(message.number), line: device.querySelector('[data-fill=line]').dataset[message.line] });
  show('ringing');
  ring.start();
}

/** As an exchange tells what becomes of a call. One after the other, so that they arrive in order. */
function report({ challenge }, delivery) {
  const send = () => fetch(`/phone/deliveries?user=${encodeURIComponent(device.dataset.user)}`, { method: 'POST', body: new URLSearchParams({ challenge, delivery }) });
  reported = reported.then(send).catch(() => {});
}

function open(message) {
  if (message.kind === 'call') return answer(message);
  shown = message;
  message.state = 'answered';
  fill('code', { ...message.text, code: grouped(message.code) });
  const copy = device.querySelector('[data-do=copy]');
  copy.textContent = copy.dataset.words;
  show('code');
}

function answer(message) {
  ring.stop();
  if (message.state === 'ringing') report(message, 'answered');
  shown = message;
  message.state = 'answered';
  answeredAt = Date.now();
  fill('call', { caller: message.portal_name, timer: '0:00' });
  const captions = screens.get('call').querySelector('.captions');
  captions.lang = message.locale;
  captions.replaceChildren(...message.script.map((sentence) => Object.assign(document.createElement('li'), { textContent: sentence })));
  const label = device.querySelector('[data-do=speak] span');
  label.textContent = label.parentElement.dataset.words;
  show('call');
}

function goHome() {
  ring.stop();
  hush();
  if (shown?.state === 'ringing') shown.state = 'missed';
  shown = null;
  listNotifications();
  show('home');
}

function show(name) {
  for (const [key, screen] of screens) screen.hidden = key !== name;
  device.dataset.showing = name;
  screens.get(name).querySelector('h2')?.focus({ preventScroll: true });
  tick();
}

function fill(name, values) {
  const screen = screens.get(name);
  for (const part of screen.querySelectorAll('[data-fill]')) part.textContent = values[part.dataset.fill] ?? part.textContent;
}

function listNotifications() {
  const template = document.getElementById('notification');
  screens.get('home').querySelector('.notifications').replaceChildren(...messages.slice(-4).reverse().map((message) => {
    const item = document.importNode(template.content, true).firstElementChild;
    const button = item.firstElementChild;
    button.dataset.challenge = message.challenge;
    button.dataset.kind = message.kind;
    item.querySelector('.push-app').textContent = message.kind === 'push' ? 'Qaller' : message.portal_name;
    item.querySelector('.push-title').textContent = message.kind === 'push' ? message.text.title : words[message.state === 'answered' ? 'answered' : 'missed'];
    item.querySelector('.push-line').textContent = isOver(message) ? words.expired : message.kind === 'push' ? words.tap : words.listen;
    item.querySelector('time').textContent = Date.now() - message.time * 1_000 < 60_000 ? words.now : clock(message.time * 1_000);
    button.classList.toggle('over', isOver(message));
    return item;
  }));
  screens.get('home').querySelector('.empty').hidden = messages.length > 0;
}

function tick() {
  for (const face of device.querySelectorAll('.clock')) face.textContent = clock(Date.now());
  screens.get('home').querySelector('.date').textContent = new Intl.DateTimeFormat(language, { weekday: 'long', day: 'numeric', month: 'long' }).format();
  if (shown?.state === 'ringing' && Date.now() - shown.time * 1_000 > RING_MS) {
    report(shown, 'no_answer');
    goHome();
  }
  if (!shown || shown.state !== 'answered') return;
  const valid = device.querySelector('.valid');
  valid.textContent = isOver(shown) ? valid.dataset.expired : valid.dataset.valid.replace('{time}', clock(shown.expires_at * 1_000));
  valid.classList.toggle('over', isOver(shown));
  const seconds = Math.floor((Date.now() - answeredAt) / 1_000);
  fill('call', { timer: `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}` });
}

function isOver({ expires_at: end }) {
  return end * 1_000 <= Date.now();
}

function grouped(code) {
  return `${code.slice(0, 3)} ${code.slice(3)}`;
}

function clock(ms) {
  return new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hour12: false }).format(ms);
}

function readable(number) {
  return number.replace(/^\+32(4\d\d)(\d\d)(\d\d)(\d\d)$/, '+32 $1 $2 $3 $4').replace(/^\+32(\d)(\d{3})(\d\d)(\d\d)$/, '+32 $1 $2 $3 $4');
}
