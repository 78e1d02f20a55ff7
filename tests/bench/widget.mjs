// What the widget costs a page: bytes on the wire, and time until the code can be typed. `cargo xtask bench` runs it:
//
//   node bench/widget.mjs DIST [NAME=URL SELECTOR]...
//
// A minimal page on an origin of its own, its ticket in the HTML, in Chromium with an empty cache. The time counts from
// the beginning of the navigation until the field can be used: it can be seen, in whichever open shadow root, two frames have
// been drawn with it, and the main thread has taken another task. Beside it stand a page that is one field, and those named,
// each with a selector of its field.
import { resolve } from "node:path";
import { Site } from "../browser/support/site.mjs";

const RUNS = 15;
const KEYS = 80;
const THREE_G = { latency: 150, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8 };
const PROFILES = {
  none: {},
  cpu4: { slowdown: 4 },
  "3g": { network: THREE_G },
  "cpu4+3g": { slowdown: 4, network: THREE_G },
};
/** What the page says once its field can be used, before the time. */
const USABLE = "usable at ";
const APP = { app: { registered: true } };
const BARE = `<!doctype html><html lang="en"><title>Bare</title><label>Code <input id="code" autofocus></label></html>`;

const [dist, ...named] = process.argv.slice(2);
const others = pairs(named);
if (!dist || !others) throw new Error("usage: node bench/widget.mjs DIST [NAME=URL SELECTOR]...");

const site = await Site.open({ dist: resolve(dist) });
let subjects = 0;
try {
  const host = await site.host();
  const widgetPage = async () => {
    const ticket = await host.ticket(`bench-${(subjects += 1)}`, { profile: APP });
    return { url: host.serve(host.page({ ticket, language: "en" })), field: "#code" };
  };
  const barePage = async () => ({ url: host.serve(BARE), field: "#code" });
  const ours = { "pbx-2fa": widgetPage, "one field": barePage };

  await bytes(await widgetPage());
  await times({ ...ours, ...others });
  await afterPassword(host);
  await keystrokes(ours);
} finally {
  await site.close();
}

/** The pages of others that the command names; undefined where it cannot be understood. */
function pairs(words) {
  const pages = {};
  for (let at = 0; at < words.length; at += 2) {
    const [, name, url] = /^([^=]+)=(https?:.+)$/.exec(words[at]) ?? [];
    const field = words[at + 1];
    if (!name || !field) return undefined;
    pages[name] = async () => ({ url, field });
  }
  return pages;
}

/** By file, what came over the wire until the field could be typed into, headers included. */
async function bytes(target) {
  const { sizes } = await visit(target, PROFILES.none);
  const rows = sizes.map(({ path, encoding, encoded, decoded }) => [path, encoding, kilobytes(encoded), kilobytes(decoded)]);
  const sum = (key) => kilobytes(sizes.reduce((total, size) => total + size[key], 0));
  print([["file", "encoding", "wire kB", "decoded kB"], ...rows, ["total", "", sum("encoded"), sum("decoded")]]);
}

/** The median of some visits for each profile, a fresh browser profile each; the pages take turns. */
async function times(pages) {
  const rows = [];
  for (const [name, profile] of Object.entries(PROFILES)) {
    const seen = Object.fromEntries(Object.keys(pages).map((page) => [page, []]));
    for (let run = 0; run < RUNS; run += 1) {
      for (const [page, target] of Object.entries(pages)) seen[page].push((await visit(await target(), profile)).ready);
    }
    rows.push([name, ...Object.values(seen).flatMap((all) => [median(all), `${Math.min(...all)} to ${Math.max(...all)}`])]);
  }
  const heads = Object.keys(pages).flatMap((page) => [`${page}, ms`, "range"]);
  print([["profile", ...heads], ...rows]);
}

/** From the moment at which a page that is open gets the ticket until the code field has the focus; with and without preloading. */
async function afterPassword(host) {
  const rows = [];
  for (const [name, { slowdown, network }] of Object.entries(PROFILES)) {
    const seen = { "?preload": [], "": [] };
    for (let run = 0; run < RUNS; run += 1) {
      for (const [query, all] of Object.entries(seen)) all.push(await passwordAccepted(host, query, { slowdown, network }));
    }
    rows.push([name, ...Object.values(seen).flatMap((all) => [median(all), `${Math.min(...all)} to ${Math.max(...all)}`])]);
  }
  print([["after the password", "preloaded, ms", "range", "not, ms", "range"], ...rows]);
}

/** How long the page's main thread is at work for each key: four digits, each taken back, over and over. */
async function keystrokes(pages) {
  const rows = [];
  for (const [name, { slowdown }] of Object.entries(PROFILES).filter(([, { network }]) => !network)) {
    const row = [name];
    for (const target of Object.values(pages)) {
      const took = [];
      for (let run = 0; run < RUNS; run += 1) took.push(await typed(await target(), slowdown));
      row.push(median(took).toFixed(2), `${Math.min(...took).toFixed(2)} to ${Math.max(...took).toFixed(2)}`);
    }
    rows.push(row);
  }
  const heads = Object.keys(pages).flatMap((page) => [`${page}, ms`, "range"]);
  print([["work for a key", ...heads], ...rows]);
}

async function typed({ url }, slowdown) {
  const context = await site.browser.newContext({ locale: "en-GB", viewport: { width: 390, height: 844 } });
  try {
    const page = await context.newPage();
    const debug = await context.newCDPSession(page);
    await page.addInitScript(watchForFocus);
    await page.goto(url);
    await page.evaluate(() => window.focused);
    await debug.send("Performance.enable");
    if (slowdown) await debug.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
    const atWork = async () => {
      const { metrics } = await debug.send("Performance.getMetrics");
      return metrics.find(({ name }) => name === "TaskDuration").value * 1000;
    };
    const before = await atWork();
    for (let time = 0; time < KEYS / 8; time += 1) {
      for (const key of [..."1234", ...Array(4).fill("Backspace")]) await page.keyboard.press(key);
    }
    return ((await atWork()) - before) / KEYS;
  } finally {
    await context.close();
  }
}

async function passwordAccepted(host, query, { slowdown, network }) {
  const context = await site.browser.newContext({ locale: "en-GB", viewport: { width: 390, height: 844 } });
  try {
    const page = await context.newPage();
    const debug = await context.newCDPSession(page);
    if (network) {
      await debug.send("Network.enable");
      await debug.send("Network.emulateNetworkConditions", { offline: false, ...network });
    }
    if (slowdown) await debug.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
    const script = `<script type="module" src="${host.edge}/widget/v1/pbx-2fa.js${query}"></script>`;
    await page.goto(host.serve(`<!doctype html><html lang="en"><title>Log in</title>${script}<form></form></html>`), { waitUntil: "networkidle" });
    const ticket = await host.ticket(`bench-${(subjects += 1)}`, { profile: APP });
    await page.evaluate(watchForFocus);
    const took = await page.evaluate(async (fresh) => {
      const from = performance.now();
      const widget = document.createElement("pbx-2fa");
      widget.setAttribute("ticket", fresh);
      document.forms[0].append(widget);
      return (await window.focused) - from;
    }, ticket);
    return Math.round(took);
  } finally {
    await context.close();
  }
}

/** One visit in an empty profile: when the field was usable, and what had come by then. */
async function visit({ url, field }, { slowdown, network }) {
  const context = await site.browser.newContext({ locale: "en-GB", viewport: { width: 390, height: 844 } });
  try {
    const page = await context.newPage();
    const debug = await context.newCDPSession(page);
    await debug.send("Network.enable");
    await debug.send("Network.setCacheDisabled", { cacheDisabled: true });
    if (network) await debug.send("Network.emulateNetworkConditions", { offline: false, ...network });
    if (slowdown) await debug.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
    const sizes = record(debug);
    // The page says it by its console: whatever asks it would be one more script for it to compile.
    const said = page.waitForEvent("console", (message) => message.text().startsWith(USABLE));
    await page.addInitScript(watchForUse, { field, word: USABLE });
    await page.goto(url, { waitUntil: "commit" });
    const ready = Number((await said).text().slice(USABLE.length));
    return { ready: Math.round(ready), sizes: [...sizes.values()].filter(({ finished }) => finished) };
  } finally {
    await context.close();
  }
}

/** Runs in the page: a promise of the moment at which the code field has the focus. */
function watchForFocus() {
  const isFocused = () => (document.activeElement?.shadowRoot?.activeElement ?? document.activeElement)?.id === "code";
  window.focused = new Promise((found) => {
    const look = () => {
      if (isFocused()) found(performance.now());
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
}

/** Runs in the page: says when a field of this selector can be used. */
function watchForUse({ field, word }) {
  const inside = (root) => [...root.querySelectorAll("*")].flatMap((one) => [one, ...(one.shadowRoot ? inside(one.shadowRoot) : [])]);
  const isThere = () => inside(document).some((one) => one.matches(field) && one.checkVisibility({ visibilityProperty: true }) && !one.disabled);
  const say = () => console.debug(word + performance.now());
  const look = () => {
    if (isThere()) requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(say)));
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** Keeps the sizes of every request but those of the page's icon. */
function record(debug) {
  const all = new Map();
  debug.on("Network.responseReceived", ({ requestId, response, type }) => {
    const { pathname } = new URL(response.url);
    if (pathname === "/favicon.ico") return;
    const header = Object.entries(response.headers).find(([name]) => name.toLowerCase() === "content-encoding");
    const path = type === "Preflight" ? `${pathname} (preflight)` : pathname;
    all.set(requestId, { path, encoding: header?.[1] ?? "none", encoded: 0, decoded: 0, finished: false });
  });
  debug.on("Network.dataReceived", ({ requestId, dataLength }) => {
    if (all.has(requestId)) all.get(requestId).decoded += dataLength;
  });
  debug.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (all.has(requestId)) Object.assign(all.get(requestId), { encoded: encodedDataLength, finished: true });
  });
  return all;
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

function kilobytes(count) {
  return (count / 1000).toFixed(1);
}

function print(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => String(row[column]).length)));
  const lines = rows.map((row) => row.map((cell, column) => (column ? String(cell).padStart(widths[column]) : cell.padEnd(widths[column]))).join("  "));
  process.stdout.write(`${lines.join("\n")}\n\n`);
}
