/** The widget's files, each fetched once per page and checked against the hash that was baked in when they were made. */
import { attach, imports, mount } from "pbx-2fa-wasm-glue";
import { guarded, trap } from "./guard.js";

const FILES = __PBX2FA_FILES__;
const HERE = import.meta.url;
const languages = new Map();
let code;

/** The widget's code and the sentences of a language, fetched side by side; what failed is tried again next time. */
export async function start(language) {
  if (trap) throw trap;
  code ??= load().catch((error) => {
    code = undefined;
    throw error;
  });
  if (!languages.has(language)) {
    const sentences = file(FILES.languages[language]).then((response) => response.text());
    languages.set(language, sentences);
    sentences.catch(() => languages.delete(language));
  }
  const [sentences] = await Promise.all([languages.get(language), code]);
  return { mount, sentences };
}

/** Where the worker is: as given, or where this file came from, without a trailing slash. */
export function edgeAddress(given) {
  return new URL(given ?? "../../", given ? document.baseURI : HERE).href.replace(/\/$/, "");
}

async function load() {
  const { instance } = await WebAssembly.instantiateStreaming(file(FILES.wasm), imports);
  attach(guarded(instance.exports));
}

async function file({ name, integrity }) {
  const response = await fetch(new URL(name, HERE), { integrity, credentials: "omit" });
  if (!response.ok) throw new Error(`${name}: HTTP ${response.status}`);
  return response;
}
