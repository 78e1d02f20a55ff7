// The canary of every suite: what a worker has written to the disk or said is searched for every secret that the suite has
// come by (`canary/learned.mjs`), whenever the worker has ended. A finding is named by its place and kind, never by its value.
import { readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { names, secrets } from "./canary/learned.mjs";

/** Everything that is where it must not be, in words. `owners`: the databases, logs of their writes included. */
export function leaks({ owners, output }) {
  const said = Buffer.from(output, "utf8");
  const found = (kinds, place) => [...kinds].map((kind) => `${place}: ${kind}`);
  return [
    ...filesBelow(owners).flatMap((path) => found(secrets.kindsIn(readFileSync(path)), basename(path))),
    ...found(secrets.kindsIn(said), "the log"),
    ...found(names.kindsIn(said), "the log"),
  ];
}

/** Throws where anything is found; returns how long it took, in milliseconds. */
export function assertNoLeak(deployment) {
  const started = performance.now();
  const found = leaks(deployment);
  if (found.length > 0) throw new Error(`secrets were written down:\n  ${found.join("\n  ")}`);
  return Math.round(performance.now() - started);
}

const filesBelow = (directory) =>
  readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name));
