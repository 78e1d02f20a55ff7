// The worker's clock, in builds with the feature `test-hooks`.
import { expectStatus, send } from "./http.mjs";

/** Sets the clock so many seconds ahead of the machine's. */
export async function ahead(world, seconds) {
  world.receiver.isTimeless = true;
  expectStatus(await send(world.stack.edge, "GET", `/test/clock/${seconds}`), 200);
}

/** Sets the clock to a moment, in seconds. The next second begins within one. */
export const at = (world, moment) => ahead(world, moment - Math.floor(Date.now() / 1000));
