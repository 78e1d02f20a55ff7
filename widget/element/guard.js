/**
 * A panic is a trap that says nothing, and after it nothing in the module's memory can be trusted. Its exports are the only
 * ways in, so here every trap is noticed, wherever it began: at a press, a timer, an answer from the network.
 */

/** Whom to tell. */
export const hearers = new Set();

/** The error that ended the module. */
export let trap;

/** The same exports; from the first trap on, none of them does anything. */
export function guarded(exports) {
  const guard = (way) => (...values) => {
    if (trap) return;
    try {
      return way(...values);
    } catch (error) {
      if (error instanceof WebAssembly.RuntimeError) end(error);
      throw error;
    }
  };
  const ways = Object.entries(exports).map(([name, way]) => [name, typeof way === "function" ? guard(way) : way]);
  return Object.fromEntries(ways);
}

function end(error) {
  if (trap) return;
  trap = error;
  for (const hear of hearers) hear();
}
