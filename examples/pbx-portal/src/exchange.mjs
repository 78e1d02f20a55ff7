// The exchange that the portal is about: extensions and calls, made up, and the same at every start.

const DEVICES = {
  101: ['Qaller-app', 'available'], 102: ['Qaller-app', 'busy'], 103: ['Yealink T54W', 'available'],
  104: ['Snom D785', 'available'], 105: ['Yealink T46U', 'busy'], 106: ['Qaller-app', 'available'],
  107: ['Qaller-app', 'dnd'], 108: ['Yealink T54W', 'offline'],
};
const SHARED = [
  { number: '120', name: 'Onthaal', device: 'Yealink T57W', status: 'available' },
  { number: '121', name: 'Magazijn', device: 'Yealink W73P (DECT)', status: 'available' },
  { number: '122', name: 'Vergaderzaal Leie', device: 'Poly Trio 8300', status: 'offline' },
];
const PARTIES = [
  ['Drukkerij Vandenbroucke', '+3292330114'], ['Garage De Smet', '+3253770162'], ['Bakkerij Lievens', '+3251200187'],
  ['Notaris Hermans', '+3225550133'], ['Transport Aerts', '+3214590171'], ['Café De Zwaan', '+3216230158'],
  ['', '+32475550126'], ['Bouwbedrijf Nys', '+3211250149'], ['Apotheek Claessens', '+3233300192'], ['', '+31205550144'],
];
const DIRECTIONS = ['in', 'out', 'in', 'missed', 'out', 'in', 'out'];
const DAYS = 3;
const MINUTES_APART = 37;
const OFFICE_HOURS = [8, 18];

export const STATUSES = ['available', 'busy', 'dnd', 'offline'];
export const CALL_DIRECTIONS = ['in', 'out', 'missed'];

/** People first, then shared devices, by number. */
export function extensionsOf(users) {
  const people = users.map(({ id, name, extension }) => {
    const [device, status] = DEVICES[extension];
    return { number: extension, name, user: id, device, status, direct: `+3225550${extension}` };
  });
  return [...people, ...SHARED.map((shared) => ({ ...shared, user: null, direct: `+3225550${shared.number}` }))];
}

/** Calls up to `now` (milliseconds), the newest first, as far as the filters let them through. */
export function callsOf(users, now, { direction = '', extension = '', search = '' } = {}) {
  const people = extensionsOf(users);
  const wanted = search.trim().toLowerCase();
  const digits = wanted.replace(/[\s+/.]/g, '').replace(/^0/, '');
  const calls = Array.from({ length: (DAYS * 24 * 60) / MINUTES_APART }, (_, index) => call(index, people, now));
  return calls.filter((entry) => isInOfficeHours(entry.at)
    && (!direction || entry.direction === direction)
    && (!extension || entry.extension.number === extension)
    && (!wanted || entry.name.toLowerCase().includes(wanted) || (/^\d+$/.test(digits) && entry.number.includes(digits))));
}

function call(index, people, now) {
  const [name, number] = PARTIES[(index * 7 + 3) % PARTIES.length];
  const direction = DIRECTIONS[index % DIRECTIONS.length];
  const at = now - (index * MINUTES_APART + (index * 17) % 30 + 4) * 60_000;
  return {
    at: new Date(at),
    direction,
    name,
    number,
    extension: people[(index * 5 + 1) % people.length],
    seconds: direction === 'missed' ? 0 : 20 + (index * 197) % 840,
  };
}

function isInOfficeHours(at) {
  const hour = Number(new Intl.DateTimeFormat('en', { hour: 'numeric', hourCycle: 'h23', timeZone: 'Europe/Brussels' }).format(at));
  return hour >= OFFICE_HOURS[0] && hour < OFFICE_HOURS[1];
}
