// Whether the time of a refusal tells what its words do not: 5,000 requests of each of two kinds, in turn, and a test of
// Kolmogorov and Smirnov on their times. By hand, on a quiet machine: `node bench/oracle.mjs` in `tests`, after a build. It
// prints and judges nothing; a first pair of one and the same kind shows what chance makes of it.
import { Page } from "../support/clients.mjs";
import { send } from "../support/http.mjs";
import { wrongCode } from "../support/totp.mjs";
import { Worker } from "../support/worker.mjs";
import { ORIGIN, World } from "../support/world.mjs";

const MANY = Number(process.env.PBX2FA_SAMPLES) || 5_000;
const WARM = 200;
/** Of two samples of this size chance makes them differ by more in one of a thousand runs. */
const CRITICAL = 1.949;

const world = await World.begin({ deployment: Worker });
const { edge } = world.stack;
const bearer = (key) => ({ authorization: `Bearer ${key}` });
const changed = (text, at) => `${text.slice(0, at)}${text.at(at) === "A" ? "B" : "A"}${text.slice(at + 1)}`;
const profile = { app: { registered: true }, mobile: "+32470123456" };

const page = await world.appPage(undefined, { profile });
const code = await world.code(page);
const [verified, other] = [await world.verified(undefined, { profile }), await world.verified(undefined, { profile })];
const challenge = page.view.challenge.id;

const subject = (key, name) => () => send(edge, "GET", `/v1/subjects/${name}`, { headers: bearer(key) });
const session = (secret) => () => send(edge, "GET", "/v1/session", { headers: { origin: ORIGIN, ...bearer(secret) } });
const attempt = (given, at) => () => page.attempt(given, at);
const exchange = (ticket) => () => new Page({ edge, origin: ORIGIN }).exchange(ticket);
const redeem = (transaction, assertion) => () => world.portal.redeem(transaction, assertion);

// The right code would end the page; what follows five wrong ones looks at none.
for (let n = 0; n < 5; n += 1) await page.attempt(wrongCode(code), challenge);

const PAIRS = [
  ["nothing: the same twice", subject("x", "nobody"), subject("x", "nobody")],
  ["an API key, wrong at its beginning and at its end", subject(changed(world.portal.apiKey, 25), "nobody"), subject(changed(world.portal.apiKey, world.portal.apiKey.length - 2), "nobody")],
  ["a wrong API key, for a user who is known and one who is not", subject(changed(world.portal.apiKey, 40), page.subject), subject(changed(world.portal.apiKey, 40), "nobody-nobody-nobody-nobody-nobody-nobod")],
  ["a page's secret, wrong at its beginning and at its end", session(changed(page.secret, 10)), session(changed(page.secret, page.secret.length - 2))],
  ["a ticket, wrong at its beginning and at its end", exchange(changed(page.ticket, 10)), exchange(changed(page.ticket, page.ticket.length - 2))],
  ["the right and a wrong code, while the account waits", attempt(code, challenge), attempt(wrongCode(code), challenge)],
  ["a forged assertion and another login's", redeem(verified.transaction, changed(verified.view.assertion, verified.view.assertion.length - 9)), redeem(verified.transaction, other.view.assertion)],
];

const timed = async (call) => {
  const started = performance.now();
  const { status } = await call();
  if (status < 400) throw new Error(`a refusal was expected, and ${status} came`);
  return performance.now() - started;
};

/** The furthest that the two distributions are apart, in units in which `CRITICAL` is the border. */
function distance(one, two) {
  const [a, b] = [one, two].map((times) => times.toSorted((x, y) => x - y));
  let [i, j, furthest] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const least = Math.min(a[i], b[j]);
    while (i < a.length && a[i] <= least) i += 1;
    while (j < b.length && b[j] <= least) j += 1;
    furthest = Math.max(furthest, Math.abs(i / a.length - j / b.length));
  }
  return furthest * Math.sqrt((a.length * b.length) / (a.length + b.length));
}

const median = (times) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];

try {
  console.log(`${MANY} requests each; above ${CRITICAL}, chance in one of a thousand\n`);
  for (const [what, one, two] of PAIRS) {
    const times = [[], []];
    for (let n = -WARM; n < MANY; n += 1) {
      // In an order that nothing in the machine can fall in step with.
      for (const i of Math.random() < 0.5 ? [0, 1] : [1, 0]) {
        const took = await timed([one, two][i]);
        if (n >= 0) times[i].push(took);
      }
    }
    const medians = times.map((list) => `${Math.round(median(list) * 1_000)} µs`).join(" and ");
    console.log(`${distance(...times).toFixed(2).padStart(6)}  ${what} (medians ${medians})`);
  }
} finally {
  await world.end();
}
