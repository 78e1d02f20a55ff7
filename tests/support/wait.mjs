// Waiting for something to become true, with a deadline and never with a blind pause.
import { setTimeout as pause } from "node:timers/promises";

const BETWEEN_MS = 20;

/** The first truthy value of `look`; after the deadline an error that says what was awaited. */
export async function until(what, look, deadlineMs = 10_000) {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (Date.now() > end) throw new Error(`not within ${deadlineMs} ms: ${what}`);
    await pause(BETWEEN_MS);
  }
}

/** The value of a promise, or an error once the deadline has passed. */
export async function within(what, promise, deadlineMs = 10_000) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${deadlineMs} ms: ${what}`)), deadlineMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
