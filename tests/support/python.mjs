// Second opinions in another language: an environment for each suite, and PyJWT, another implementation of tokens and curves.
import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ROOT } from "./paths.mjs";

const run = promisify(execFile);
const HERE = fileURLToPath(new URL(".", import.meta.url));

/** Each suite has its own, for they run side by side. */
const venv = join(ROOT, "target/python", basename(process.argv[1], ".test.mjs"));
const PYTHON = join(venv, "bin/python");

/**
 * Makes the virtual environment of this suite, once for each list of requirements: the directory of its programs. A
 * machine without Python fails here, in words.
 */
export async function preparePython(requirements = join(HERE, "requirements.txt")) {
  const bin = join(venv, "bin");
  // Written last, and named after the list: an environment that is half made, or of another list, does not have it.
  const ready = join(venv, `ready-${createHash("sha256").update(await readFile(requirements)).digest("hex")}`);
  if (existsSync(ready)) return bin;
  await rm(venv, { recursive: true, force: true });
  await mkdir(dirname(venv), { recursive: true });
  try {
    await run("python3", ["-m", "venv", venv]);
  } catch (error) {
    throw new Error(`Python 3 with venv is needed (apt-get install python3-venv): ${error.message}`);
  }
  await run(PYTHON, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements]);
  await writeFile(ready, "");
  return bin;
}

/** What PyJWT makes of a token: `{ header, claims }`, or `{ refused }` with the name of its error. */
export async function verifyInPython({ token, jwks, algorithm, audience, issuer, typ }) {
  const question = JSON.stringify({ token, jwks, algorithm, audience, issuer, typ });
  const { stdout } = await run(PYTHON, [join(HERE, "verify_token.py"), question]);
  return JSON.parse(stdout);
}

/** A service in Python that fetches the published keys by itself: `verify` says `{ kid }` or `{ refused }`. */
export class RemoteVerifier {
  #child;
  #answers;

  constructor(edge) {
    const args = [join(HERE, "remote_verifier.py"), `${edge}/.well-known/jwks.json`, edge];
    this.#child = spawn(PYTHON, args, { stdio: ["pipe", "pipe", "inherit"], env: { ...process.env, no_proxy: "127.0.0.1" } });
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** One at a time. `ahead`: how far the worker's clock is set ahead, in seconds. */
  async verify({ token, algorithm, audience, ahead = 0 }) {
    this.#child.stdin.write(`${JSON.stringify({ token, algorithm, audience, ahead })}\n`);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error("the verifier in Python has ended");
    return JSON.parse(value);
  }

  end() {
    this.#child.stdin.end();
  }
}
