// An authenticator app, played by `oathtool`: a second opinion on RFC 6238.
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);
const STEP = 30;

/** The code of a base32 key, `steps` time steps from now. */
export async function totp(secret, { steps = 0, now = Date.now() / 1000 } = {}) {
  const at = Math.floor(now) + steps * STEP;
  try {
    const { stdout } = await run("oathtool", ["--totp", "--base32", `--now=@${at}`, secret]);
    return stdout.trim();
  } catch (error) {
    throw new Error(`oathtool is needed (apt-get install oathtool): ${error.message}`);
  }
}

/** A code of six digits that is none of `codes`. */
export function wrongCode(...codes) {
  const wrong = Array.from({ length: codes.length + 1 }, (_, n) => String(424_242 + n));
  return wrong.find((code) => !codes.includes(code));
}
