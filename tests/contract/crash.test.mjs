// The worker is killed, over and over, at random moments of a load of logins, and each time what it had answered must be
// stored, and nothing that was used may be usable again.
//
// It tests the death of the process, and not of the machine: what a process has written lies in the buffers of the
// operating system, which SIGKILL does not take away, so a write without a sync would pass here. That answers wait for the
// sync is the runtime's promise (its output gate), not ours to test.
//
//   PBX2FA_CRASHES=1000 PBX2FA_CRASH_SEED=7    how many, and from which seed; the moments are the seed's, but what a
//                                              machine does until then is its own
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertNoLeak } from "../support/canary.mjs";
import { Blow, randomFrom } from "../support/crash/blow.mjs";
import { Guesser, Manager, Tally } from "../support/crash/clients.mjs";
import { AppLogin, Login } from "../support/crash/logins.mjs";
import { assertFaultless, judge, readStored } from "../support/stored.mjs";
import { Worker } from "../support/worker.mjs";
import { World } from "../support/world.mjs";

const ROUNDS = Number(process.env.PBX2FA_CRASHES) || 200;
const SEED = Number(process.env.PBX2FA_CRASH_SEED) || (Date.now() & 0xffff_ffff) >>> 0;
/** On a machine so slow that this does not suffice there are fewer rounds, and the report says how many. */
const BUDGET_MS = process.env.PBX2FA_CRASHES ? Infinity : 300_000;
/** So many see everything that is to be seen. */
const AT_LEAST = 60;
const CROWD = [Guesser, Guesser, Login, Login, AppLogin, AppLogin, Manager, Manager];
/** But for what is rare: a session whose answer alone was cut off comes a few times in 200 rounds. */
const MUST_BE_SEEN = [
  "wrong codes refused",
  "wrong codes counted whose answer was cut off",
  "waits that outlived a crash",
  "right codes accepted",
  "right codes that the crash came before",
  "used codes refused after the crash",
  "used codes of an authenticator app refused elsewhere",
  "sessions",
  "second redemptions refused",
  "redemptions after the crash",
  "primaries set",
  "primaries found again",
];

let world;
before(async () => (world = await World.begin({ deployment: Worker })));
after(() => world?.end());

/** Load, death, a look at what is stored, the next start, and the same requests again. Returns what was stored. */
async function round(clients, random, earlier) {
  const { stack, receiver } = world;
  const blow = new Blow(stack, random);
  try {
    await blow.hits(clients);
    assertNoLeak(stack);
    const stored = await readStored(stack.owners);
    const entries = stack.answers.turn();
    const starting = stack.startAgain();
    const judgement = judge(stored, { earlier, answers: stack.answers, entries, codes: receiver.codes, news: receiver.news, keys: stack.keys });
    await starting;
    assertFaultless(judgement);
    await Promise.all(clients.map((client) => client.settle(judgement.accounts)));
    return judgement;
  } catch (error) {
    error.message = `killed ${blow.moment}: ${error.message}`;
    throw error;
  }
}

test("killed at random moments, the worker has stored what it answered, and lets nothing be used twice", async (t) => {
  const [random, tally, started] = [randomFrom(SEED), new Tally(), performance.now()];
  t.diagnostic(`seed ${SEED} (PBX2FA_CRASH_SEED)`);
  const clients = CROWD.map((Client) => new Client(world, random, tally));
  let [rounds, judgement] = [0, undefined];
  for (; rounds < ROUNDS && performance.now() - started < BUDGET_MS; rounds += 1) {
    try {
      judgement = await round(clients, random, judgement);
    } catch (error) {
      error.message = `round ${rounds + 1}, seed ${SEED}, ${error.message}`;
      throw error;
    }
  }
  t.diagnostic(`${rounds} of ${ROUNDS} rounds in ${Math.round((performance.now() - started) / 1000)} s, ${judgement.accounts.size} accounts`);
  for (const [what, times] of tally) t.diagnostic(`${times} ${what}`);
  assert.ok(rounds >= Math.min(ROUNDS, AT_LEAST), `only ${rounds} rounds in ${BUDGET_MS} ms`);
  if (rounds >= AT_LEAST) assert.deepEqual(MUST_BE_SEEN.filter((what) => !tally.has(what)), [], "never seen");
});
