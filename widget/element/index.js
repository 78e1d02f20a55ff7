/**
 * The loader: the `<pbx-2fa>` element, and `window.pbx2fa` for pages that would rather call functions.
 * One file, because a page that loads it from another address can then name one address in its policy.
 */
import { api } from "./api.js";
import { Pbx2faElement } from "./element.js";

if (!customElements.get("pbx-2fa")) {
  customElements.define("pbx-2fa", Pbx2faElement);
}
// An element of the page whose id is this name would be found, too, but is none of the window's own.
window.pbx2fa = (Object.hasOwn(window, "pbx2fa") ? window.pbx2fa : undefined) ?? api;

// `pbx-2fa.js?preload` on the page of the password: after all that the page itself needs.
const options = Object.fromEntries(new URL(import.meta.url).searchParams);
if ("preload" in options) {
  if (document.readyState === "complete") api.preload(options);
  else addEventListener("load", () => api.preload(options), { once: true });
}
