// What the attack suites have in common: requests that are sent at the same moment, and what came of them.
import assert from "node:assert/strict";
import { expectStatus } from "./http.mjs";
import { problemOf } from "./problems.mjs";
import { totp } from "./totp.mjs";

/** A page's request, for `atOnce`. */
export const ofPage = (page, method, path, json) => ({
  method,
  path: `/v1/session${path}`,
  headers: { origin: page.origin, authorization: `Bearer ${page.secret}` },
  json,
});

/** A portal's request. */
export const ofPortal = (portal, method, path, json, more = {}) => ({
  method,
  path,
  headers: { authorization: `Bearer ${portal.apiKey}`, ...more },
  json,
});

/** How often each refusal came, or each status that is none. */
export const tally = (answers) => answers.map(problemOf).reduce((count, name) => ({ ...count, [name]: (count[name] ?? 0) + 1 }), {});

/** Nothing came but what is named; returns the tally. */
export function onlyThese(answers, ...names) {
  const count = tally(answers);
  assert.deepEqual(Object.keys(count).filter((name) => !names.includes(name)), [], JSON.stringify(count));
  return count;
}

export const claimsOf = (token) => JSON.parse(Buffer.from(token.split(".")[1], "base64url"));

/** A user with the vendor's app, a mobile, a landline and an authenticator app: `{ subject, profile, secret, ids, manager,
 * next }`, where `next` gives the authenticator app's code after the one that set it up. */
export async function withAllKinds(world, { portal = world.portal } = {}) {
  const profile = { app: { registered: true }, mobile: "+32470123456" };
  const subject = world.user("all");
  await world.code(await world.appPage(subject, { portal, profile }));
  const manager = await world.manager(subject, { portal, profile });
  expectStatus(await manager.enroll({ kind: "landline", number: "+3225551234" }), 200);
  expectStatus(await manager.confirm(await world.receiver.code(subject, { number: 3 })), 200);
  expectStatus(await manager.enroll({ kind: "totp" }), 200);
  const { secret } = manager.view.enrollment.totp;
  const now = Date.now() / 1000;
  expectStatus(await manager.confirm(await totp(secret, { now })), 200);
  const ids = Object.fromEntries(manager.view.authenticators.map(({ kind, id }) => [kind, id]));
  return { subject, profile, secret, ids, manager, next: () => totp(secret, { steps: 1, now }) };
}

/** The method manager of a user after a step-up by the app, whatever the primary is. */
export async function managerOf(world, { subject, profile: known }, portal = world.portal) {
  const manager = await portal.page(subject, { purpose: "manage", profile: known });
  expectStatus(await manager.challenge(manager.authenticator("app").id), 200);
  expectStatus(await manager.attempt(await world.code(manager)), 200);
  return manager;
}
