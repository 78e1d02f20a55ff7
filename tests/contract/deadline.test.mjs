// An object that never answers. None here can be made to: it decides in one step. So the module that asks it is asked
// itself, with an object that hangs.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { apply, consult } from "../../edge/js/platform/objects.js";

const DEADLINE_MS = 10_000;
const never = new Promise(() => {});
const environment = (object) => ({ OWNERS: { getByName: () => object }, DIRECTORY: { getByName: () => object } });

suite("an object that hangs", () => {
  for (const [name, ask] of [
    ["an owner", () => apply(environment({ apply: () => never }), "shard-1", "{}")],
    ["the directory", () => consult(environment({ consult: () => never }), "{}")],
  ]) {
    test(`${name} is waited for ten seconds`, async (context) => {
      context.mock.timers.enable({ apis: ["setTimeout"] });
      let refusal;
      ask().catch((error) => (refusal = error.message));
      context.mock.timers.tick(DEADLINE_MS - 1);
      await turn();
      assert.equal(refusal, undefined);
      context.mock.timers.tick(1);
      await turn();
      assert.match(refusal, /did not answer in time/);
    });
  }

  test("a fault of the object arrives as it is, and an answer in time is the answer", async () => {
    await assert.rejects(apply(environment({ apply: async () => assert.fail("gone") }), "shard-1", "{}"), /gone/);
    assert.equal(await consult(environment({ consult: async () => "yes" }), "{}"), "yes");
  });
});
