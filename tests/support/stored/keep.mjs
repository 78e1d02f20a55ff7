// Writes accounts of the present build down, for its successors to read (`kept.json`). By hand, once for each form of the stored
// account that is released: `node support/stored/keep.mjs "version 1.0"` in `tests`, after a build.
import { readFileSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { withAllKinds } from "../attack.mjs";
import { expectStatus } from "../http.mjs";
import { wrongCode } from "../totp.mjs";
import { Worker } from "../worker.mjs";
import { World } from "../world.mjs";
import { readStored } from "../stored.mjs";

const FILE = new URL("kept.json", import.meta.url);
const [name] = process.argv.slice(2);
if (!name) throw new Error("what is this build called?");

const rootKeys = `1:${randomBytes(32).toString("base64url")}`;
const world = await World.begin({ deployment: Worker, owners: "shards:1", rootKeys });
const profile = { mobile: "+32470123456" };

/** What is to be found again of a user. */
async function kept(subject, more) {
  const { authenticators } = expectStatus(await world.portal.subject(subject), 200).body;
  const { events } = expectStatus(await world.portal.events(subject), 200).body;
  return { subject, ...more, authenticators: authenticators.map((a) => [a.kind, a.primary]), events: events.length };
}

const all = await withAllKinds(world);
const login = await world.appPage(world.user("kept"), { profile });
expectStatus(await login.attempt(await world.code(login)), 200);
expectStatus(await world.portal.redeem(login.transaction, login.view.assertion), 200);
const guessed = await world.appPage(world.user("kept"), { profile });
const code = await world.code(guessed);
for (let n = 0; n < 3; n += 1) await guessed.attempt(wrongCode(code));

const users = [
  await kept(all.subject, { totp_key: all.secret }),
  await kept(login.subject, { number: profile.mobile }),
  await kept(guessed.subject, { missed: 3 }),
];
await world.stack.halt();
const stored = await readStored(world.stack.owners);
const rows = stored.rows.map(({ key, state }) => ({
  key,
  state,
  events: stored.events.filter(({ account }) => account === key).map(({ sequence, at, row }) => ({ sequence, at, row })),
}));
const before = JSON.parse(readFileSync(FILE, "utf8"));
writeFileSync(FILE, `${JSON.stringify([...before, { name, root_keys: rootKeys, users, rows }], null, 1)}\n`);
await world.end();
