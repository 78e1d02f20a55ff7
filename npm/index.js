/**
 * Brings the loader of an edge into the page. Nothing of the widget is in here: the loader knows the hashes of its own files
 * and the address that it came from, and so what runs in the page is always of the version that the edge speaks.
 */

const LOADER = "widget/v1/pbx-2fa.js";
const LOCAL = ["localhost", "127.0.0.1", "[::1]"];

/** The one edge of this page, and its API once it is there. */
let chosen;
let attempts = 0;

/**
 * Loads the widget from an edge, once for a page however often it is asked for, and gives `window.pbx2fa`. After a failure the
 * next call tries again.
 */
export async function load(edge) {
  const address = loaderOf(edge);
  if (chosen && chosen.address !== address) {
    throw new Error(`@pbx-2fa/widget: this page has its widget from ${chosen.address}, and an element has one definition`);
  }
  chosen ??= { address, api: fetched(address) };
  return chosen.api;
}

/** Only by TLS or from this machine: whoever can change the loader sees the codes. */
function loaderOf(edge) {
  let url;
  try {
    url = new URL(edge);
  } catch {
    throw new TypeError(`@pbx-2fa/widget: the edge is a whole address, such as "https://2fa.example.com", and not ${JSON.stringify(edge)}`);
  }
  const isSafe = url.protocol === "https:" || (url.protocol === "http:" && LOCAL.includes(url.hostname));
  if (!isSafe) throw new TypeError(`@pbx-2fa/widget: the edge has to be https, and ${url.origin} is not`);
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  return new URL(LOADER, url).href;
}

async function fetched(address) {
  try {
    // A browser remembers the failure of a module by its address; a fragment makes another one that is fetched anew.
    const url = attempts ? `${address}#${attempts}` : address;
    attempts += 1;
    await import(/* webpackIgnore: true */ /* @vite-ignore */ url);
    if (!window.pbx2fa?.render) throw new Error("it is not the loader of pbx-2fa");
    return window.pbx2fa;
  } catch (cause) {
    chosen = undefined;
    throw new Error(`@pbx-2fa/widget: ${address} could not be loaded`, { cause });
  }
}
