// A page that lives for days shows and removes the widget over and over: nothing of it may stay, by the browser's own count.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { until } from "../support/wait.mjs";
import { Site } from "./support/site.mjs";

const PROFILE = { app: { registered: true }, mobile: "+32470123412" };
const ROUNDS = 100;
/** Before the first count: what is kept for the next widget (style, code, sentences) is there, and memory has its size. */
const WARM_UP = 20;
/** When a widget is removed again. Every tenth round is a whole login. */
const MOMENTS = ["at once", "while loading", "at its first screen", "among the methods", "at its first screen"];

let site, host;
before(async () => {
  site = await Site.open();
  host = await site.host();
});
after(() => site?.close());

/** Counts what the page's timers, frames and WebAssembly hold; the debugger counts nodes and listeners. */
const count = () => {
  performance.setResourceTimingBufferSize(0);
  window.timers = new Map();
  for (const [set, clear, isLasting] of [["setTimeout", "clearTimeout"], ["setInterval", "clearInterval", true], ["requestAnimationFrame", "cancelAnimationFrame"]]) {
    const [original, ending] = [window[set], window[clear]];
    window[set] = (call, ...rest) => {
      const id = original((...values) => {
        if (!isLasting) window.timers.delete(`${set} ${id}`);
        call(...values);
      }, ...rest);
      window.timers.set(`${set} ${id}`, new Error().stack);
      return id;
    };
    window[clear] = (id) => {
      window.timers.delete(`${set} ${id}`);
      ending(id);
    };
  }
  // Each instance has a memory of its own, which the debugger's count of the heap leaves out.
  window.memories = [];
  for (const way of ["instantiate", "instantiateStreaming"]) {
    const original = WebAssembly[way];
    WebAssembly[way] = async (...given) => {
      const made = await original(...given);
      const { exports } = made.instance ?? made;
      window.memories.push(...Object.values(exports).filter((one) => one instanceof WebAssembly.Memory).map((one) => new WeakRef(one)));
      return made;
    };
  }
};

/** Shows a widget and removes it again. */
async function round(person, number) {
  const subject = `round-${number}`;
  const ticket = await host.ticket(subject, { profile: PROFILE });
  const isWhole = number % 10 === 0;
  const moment = isWhole ? "at its first screen" : MOMENTS[number % MOMENTS.length];
  await person.page.evaluate(async ({ given, when, stays }) => {
    const state = (wanted) => new Promise((resolve) => addEventListener("pbx-2fa:state", function hear({ detail }) {
      if (detail.state !== wanted) return;
      removeEventListener("pbx-2fa:state", hear);
      resolve();
    }));
    const seen = when === "at once" || when === "while loading" ? undefined : state("challenge");
    window.id = pbx2fa.render("#here", { ticket: given, callback: (response) => (window.response = response) });
    if (when === "while loading") await Promise.resolve();
    await seen;
    if (when === "among the methods") document.querySelector("pbx-2fa").shadowRoot.querySelector(".quiet button").click();
    if (!stays) pbx2fa.remove(window.id);
  }, { given: ticket, when: moment, stays: isWhole });
  if (!isWhole) return;
  await person.type(await host.code(subject));
  await until("the response", () => person.page.evaluate(() => Boolean(window.response)));
  await person.page.evaluate(() => {
    pbx2fa.remove(window.id);
    window.response = undefined;
  });
}

async function measure(person, debug) {
  await person.settles();
  await until("an empty page", () => person.page.evaluate(() => document.querySelector("#here").childElementCount === 0));
  for (let time = 0; time < 3; time += 1) await debug.send("HeapProfiler.collectGarbage");
  const { metrics } = await debug.send("Performance.getMetrics");
  const of = (name) => metrics.find((metric) => metric.name === name).value;
  const page = await person.page.evaluate(() => ({
    timers: [...window.timers.values()],
    memories: window.memories.length,
    memory: window.memories.reduce((sum, memory) => sum + (memory.deref()?.buffer.byteLength ?? 0), 0),
  }));
  return { nodes: of("Nodes"), listeners: of("JSEventListeners"), heap: of("JSHeapUsedSize"), documents: of("Documents"), ...page };
}

test(`shown and removed ${ROUNDS} times, at every moment, it leaves no node, no listener, no timer and no memory`, async () => {
  const person = await site.person();
  await person.page.addInitScript(count);
  const html = `<!doctype html><html lang="nl"><title>Log in</title><script type="module" src="${host.edge}/widget/v1/pbx-2fa.js"></script><div id="here"></div></html>`;
  await person.page.goto(host.serve(html));
  await person.page.waitForFunction(() => window.pbx2fa);
  const debug = await person.context.newCDPSession(person.page);
  await debug.send("Performance.enable");

  for (let number = 1; number <= WARM_UP; number += 1) await round(person, number);
  const first = await measure(person, debug);
  for (let number = WARM_UP + 1; number <= WARM_UP + ROUNDS; number += 1) await round(person, number);
  const last = await measure(person, debug);

  const grown = Object.fromEntries(["nodes", "listeners", "documents", "heap", "memory"].map((name) => [name, last[name] - first[name]]));
  console.log(`after ${ROUNDS} rounds: ${JSON.stringify({ from: { ...first, timers: first.timers.length }, grown, timers: last.timers.length })}`);
  assert.deepEqual(last.timers, []);
  assert.ok(last.memories > 0, "the memory of the widget's code was found");
  // The heap is only told: the debugger's own calls are in it, too.
  const { heap, ...counted } = grown;
  assert.deepEqual(counted, { nodes: 0, listeners: 0, documents: 0, memory: 0 });
});
