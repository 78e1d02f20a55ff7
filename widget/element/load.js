/** The widget's files, each fetched once per page and checked against the hash that was baked in when they were made. */
import { instance } from "pbx-2fa-wasm-glue";
import { guarded } from "./guard.js";

const FILES = __PBX2FA_FILES__;
const HERE = import.meta.url;

/** How long a file may take, in milliseconds. */
const PATIENCE = 30_000;

/** The catalogue of a language: that of its own form of address, unless another is asked for that it has. */
export function catalogueOf(language, form) {
  const name = `${language}-${form}`;
  return Object.hasOwn(FILES.languages, name) ? name : language;
}

/** The sentences of a catalogue, one on each line, as they came: the module reads them as they are. */
export const sentences = once(async (catalogue) => new Uint8Array(await (await file(FILES.languages[catalogue])).arrayBuffer()));

/** What a part of the widget needs of the style beside what the loader brings along. */
export const style = once(async (part) => (part === "whole" ? (await file(FILES.style)).text() : undefined));

/**
 * What mounts a part of the widget once: "login", or "whole". Each mounting is an instance of its own, with a glue of its own, and
 * all that it holds goes with it: yew never lets go of the place that it drew into. `fall` is called where it traps.
 */
export async function code(part, fall) {
  const module = await modules(part);
  const { imports, attach, mount } = instance();
  const made = await WebAssembly.instantiate(module, imports);
  attach(guarded(made.exports, fall));
  return mount;
}

const modules = once((part) => WebAssembly.compileStreaming(file(FILES.parts[part])));

/** What a login begins with, fetched and compiled before there is one. What fails is tried again when it is needed. */
export async function preload(catalogue) {
  try {
    await Promise.all([modules("login"), sentences(catalogue)]);
  } catch {
    // Nobody waits for it yet.
  }
}

/** Where the worker is: as given, or where this file came from, without a trailing slash. */
export function edgeAddress(given) {
  return new URL(given || "../../", given ? document.baseURI : HERE).href.replace(/\/$/, "");
}

/** Fetches each name once; what failed is tried again next time. */
function once(fetched) {
  const known = new Map();
  return (name) => {
    if (!known.has(name)) {
      known.set(name, fetched(name));
      known.get(name).catch(() => known.delete(name));
    }
    return known.get(name);
  };
}

async function file({ name, integrity }) {
  const response = await fetch(new URL(name, HERE), { integrity, credentials: "omit", signal: AbortSignal.timeout(PATIENCE) });
  if (!response.ok) throw new Error(`${name}: HTTP ${response.status}`);
  return response;
}
