// PyJWT as a second opinion on tokens: another language, another library, another implementation of the curves.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ROOT } from "./paths.mjs";

const run = promisify(execFile);
const HERE = fileURLToPath(new URL(".", import.meta.url));
const VENV = join(ROOT, "target/contract-python");
const PYTHON = join(VENV, "bin/python");
const READY = join(VENV, "ready");

/** Makes the virtual environment, once. A machine without Python fails here, in words. */
export async function preparePython() {
  if (existsSync(READY)) return;
  await rm(VENV, { recursive: true, force: true });
  await mkdir(join(ROOT, "target"), { recursive: true });
  try {
    await run("python3", ["-m", "venv", VENV]);
  } catch (error) {
    throw new Error(`Python 3 with venv is needed to verify tokens (apt-get install python3-venv): ${error.message}`);
  }
  await run(PYTHON, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", join(HERE, "requirements.txt")]);
  await writeFile(READY, "");
}

/** What PyJWT makes of a token: `{ header, claims }`, or `{ refused }` with the name of its error. */
export async function verifyInPython({ token, jwks, algorithm, audience, issuer, typ }) {
  const question = JSON.stringify({ token, jwks, algorithm, audience, issuer, typ });
  const { stdout } = await run(PYTHON, [join(HERE, "verify_token.py"), question]);
  return JSON.parse(stdout);
}
