/**
 * A panic is a trap that says nothing, and after it nothing in the memory of that instance can be trusted. Its exports are the
 * only ways in, so here every trap is noticed, wherever it began: at a press, a timer, an answer from the network. Other
 * instances have a memory of their own, and go on.
 */

/** The same exports; from the first trap on, which `fall` is told, none of them does anything. */
export function guarded(exports, fall) {
  let fallen = false;
  const guard = (way) => (...values) => {
    if (fallen) return;
    try {
      return way(...values);
    } catch (error) {
      if (error instanceof WebAssembly.RuntimeError) {
        fallen = true;
        fall();
      }
      throw error;
    }
  };
  const ways = Object.entries(exports).map(([name, way]) => [name, typeof way === "function" ? guard(way) : way]);
  return Object.fromEntries(ways);
}
