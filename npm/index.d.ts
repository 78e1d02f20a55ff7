/** Brings the widget of an edge into a page. */
import type { Pbx2fa } from "./element.js";

export * from "./element.js";

/**
 * Loads the widget from an edge (such as `"https://2fa.example.com"`), once for a page however often it is asked for, and gives
 * `window.pbx2fa`. From then on `<pbx-2fa>` elements come alive, too.
 *
 * Rejects where the edge is no address, is neither https nor this machine, is another one than before, or cannot be reached;
 * after the last, the next call tries again.
 */
export function load(edge: string | URL): Promise<Pbx2fa>;
