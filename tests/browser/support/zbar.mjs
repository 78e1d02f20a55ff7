// A camera, played by `zbarimg`: a second opinion on QR codes.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What the QR code on a picture (PNG) says. */
export async function scan(png) {
  const folder = await mkdtemp(join(tmpdir(), "pbx-2fa-qr-"));
  try {
    const file = join(folder, "screen.png");
    await writeFile(file, png);
    const { stdout } = await run("zbarimg", ["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", file]);
    return stdout.trim();
  } catch (error) {
    throw new Error(`no QR code was read (zbarimg is of the package zbar-tools): ${error.message}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
