// schemathesis, which makes up requests from the API's own description: a library in another language, from PyPI.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ROOT } from "./paths.mjs";
import { preparePython } from "./python.mjs";

const run = promisify(execFile);
const REQUIREMENTS = fileURLToPath(new URL("schemathesis.txt", import.meta.url));

/** What it asks of each answer. Requests that the schema allows may still be refused: an origin is more than its pattern. */
const CHECKS = [
  "not_a_server_error",
  "status_code_conformance",
  "content_type_conformance",
  "response_headers_conformance",
  "response_schema_conformance",
  "negative_data_rejection",
];

/** Requests to the paths that a pattern names, for so many seconds: its verdict, and how many there were. */
export async function probe({ url, paths, headers, seconds }) {
  const bin = await preparePython(REQUIREMENTS);
  const given = Object.entries(headers).flatMap(([name, value]) => ["--header", `${name}: ${value}`]);
  const bounds = ["--max-time", String(seconds), "--phases", "coverage,fuzzing", "--mode", "all", "--seed", "1"];
  const quiet = ["--no-color", "--warnings", "off", "--generation-database", "none"];
  const args = ["run", join(ROOT, "edge/openapi.json"), "--url", url, "--include-path-regex", paths, ...given];
  const options = { cwd: join(ROOT, "target"), maxBuffer: 1 << 26 };
  const { code, stdout, stderr } = await run(
    join(bin, "st"),
    [...args, "--checks", CHECKS.join(","), ...bounds, ...quiet],
    options,
  ).then((said) => ({ code: 0, ...said }), (error) => error);
  const requests = Number(stdout?.match(/(\d+) generated/)?.[1] ?? 0);
  return { passed: code === 0, requests, output: `${stdout}${stderr}` };
}
