/** `window.pbx2fa`: the element by functions, in the manner that integrators of such widgets know. */

import { chosenLanguage } from "./language.js";
import { preload } from "./load.js";

const widgets = new Map();
let last = 0;

export const api = {
  /** Calls back once the widget can be rendered, which is at once. */
  ready(callback) {
    queueMicrotask(callback);
  },

  /** While the password is typed: fetches and compiles, so that the screen is there at once. */
  preload(options = {}) {
    const asked = document.createElement("i");
    for (const name of ["lang", "address"]) if (options[name]) asked.setAttribute(name, options[name]);
    preload(chosenLanguage(asked).catalogue);
  },

  /** Puts a widget into a container and returns its id. With `execution: "execute"` it waits for `execute`. */
  render(container, options = {}) {
    const place = typeof container === "string" ? document.querySelector(container) : container;
    if (!place) throw new TypeError("pbx2fa.render: there is no such container");
    const widget = document.createElement("pbx-2fa");
    for (const name of ["lang", "address", "theme", "mode"]) {
      if (options[name]) widget.setAttribute(name, options[name]);
    }
    if (options.edgeUrl) widget.setAttribute("edge-url", options.edgeUrl);
    widget.toggleAttribute("manual", options.manual ?? Boolean(options.callback));
    listen(widget, options);
    const id = `pbx-2fa-${(last += 1)}`;
    widgets.set(id, { widget, ticket: options.ticket });
    if (options.execution !== "execute") api.execute(id, place);
    else place.append(widget);
    return id;
  },

  /** Starts a widget that was rendered to wait. */
  execute(id, place) {
    const known = widgets.get(id);
    if (!known) return;
    if (known.ticket) known.widget.setAttribute("ticket", known.ticket);
    place?.append(known.widget);
  },

  /** Begins again, with a fresh ticket: the one before is spent. */
  reset(id, ticket) {
    const known = widgets.get(id);
    if (!known || !ticket) return;
    known.ticket = ticket;
    known.widget.setAttribute("ticket", ticket);
  },

  remove(id) {
    widgets.get(id)?.widget.remove();
    widgets.delete(id);
  },

  /** The response, for the portal's backend, or undefined. */
  getResponse(id) {
    return widgets.get(id)?.widget.response || undefined;
  },

  isExpired(id) {
    return widgets.get(id)?.widget.expired ?? false;
  },
};

function listen(widget, options) {
  const on = (name, call) => widget.addEventListener(`pbx-2fa:${name}`, (event) => call(event.detail));
  on("verified", ({ response }) => options.callback?.(response));
  on("expired", () => options["expired-callback"]?.());
  on("problem", ({ type }) => {
    if (type === "unsupported" && options["unsupported-callback"]) options["unsupported-callback"]();
    else if (type === "expired" && options["timeout-callback"]) options["timeout-callback"]();
    else options["error-callback"]?.(type);
  });
}
