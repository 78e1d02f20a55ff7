// Policies that know scripts by a nonce and name no host for them: what the widget needs under one, and nothing more.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ROOT } from "../support/paths.mjs";
import { until } from "../support/wait.mjs";
import { Site } from "./support/site.mjs";

const PROFILE = { app: { registered: true }, mobile: "+32470123412" };

let site, host;
before(async () => {
  site = await Site.open();
  host = await site.host();
});
after(() => site?.close());

/** The documented policy, with these sources of scripts. */
const policy = (...sources) => host.policy.replace(/script-src [^;]+/, `script-src ${sources.join(" ")} 'wasm-unsafe-eval'`);

const aNonce = () => randomBytes(16).toString("base64");

const NONCES = {
  "a nonce alone": (nonce) => policy(`'nonce-${nonce}'`),
  "a nonce and 'strict-dynamic'": (nonce) => policy(`'nonce-${nonce}'`, "'strict-dynamic'"),
};

for (const [what, policyOf] of Object.entries(NONCES)) {
  test(`${what}: the element completes a login, also one that needs the rest of the widget`, async () => {
    const person = await site.person();
    const [nonce, subject] = [aNonce(), `element-${aNonce()}`];
    const ticket = await host.ticket(subject, { profile: { app: { registered: true } } });
    const html = host.page({ ticket }).replace("<script", `<script nonce="${nonce}"`);
    await person.page.goto(host.serve(html, { policy: policyOf(nonce) }));
    await person.type(await host.code(subject));
    await person.sees("backup_title");
    await person.button("backup_later").click();
    await person.isWelcome(subject);
    person.assertQuiet();
  });

  test(`${what}: by functions, preloaded`, async () => {
    const person = await site.person();
    const [nonce, subject] = [aNonce(), `functions-${aNonce()}`];
    const ticket = await host.ticket(subject, { profile: PROFILE });
    const html = `<!doctype html><html lang="nl"><title>Log in</title><form method="post" action="/done"></form>
<script type="module" nonce="${nonce}" src="${host.edge}/widget/v1/pbx-2fa.js?preload"></script>
<script type="module" nonce="${nonce}">pbx2fa.render("form", { ticket: "${ticket}" })</script></html>`;
    await person.page.goto(host.serve(html, { policy: policyOf(nonce) }));
    await person.type(await host.code(subject));
    await person.isWelcome(subject);
    person.assertQuiet();
  });

  test(`${what}: what the package imports has the nonce of the script that imports it`, async () => {
    const person = await site.person();
    const [nonce, subject] = [aNonce(), `package-${aNonce()}`];
    const ticket = await host.ticket(subject, { profile: PROFILE });
    const html = `<!doctype html><html lang="nl"><title>Log in</title><form method="post" action="/done"></form>
<script type="module" nonce="${nonce}">
  import { load } from "${host.publish("npm", join(ROOT, "npm"))}index.js";
  const pbx2fa = await load("${host.edge}");
  pbx2fa.render("form", { ticket: "${ticket}" });
</script></html>`;
    await person.page.goto(host.serve(html, { policy: policyOf(nonce) }));
    await person.type(await host.code(subject));
    await person.isWelcome(subject);
    person.assertQuiet();
  });
}

test("under 'strict-dynamic' a host is no reason to run a script: without the nonce the loader does not come", async () => {
  const person = await site.person();
  const html = host.page({ ticket: await host.ticket("no-nonce", { profile: PROFILE }) });
  await person.page.goto(host.serve(html, { policy: policy(host.edge, `'nonce-${aNonce()}'`, "'strict-dynamic'") }));
  assert.equal(await person.page.evaluate(() => customElements.get("pbx-2fa")), undefined);
  assert.ok(person.errors.some((text) => text.includes("content security policy: script-src-elem")), person.errors.join("\n"));
});

test("a script that came by its host has no nonce to hand on: what it imports needs the edge's host", async () => {
  const folder = await mkdtemp(join(tmpdir(), "pbx-2fa-page-"));
  try {
    await cp(join(ROOT, "npm/index.js"), join(folder, "index.js"));
    await writeFile(join(folder, "page.js"), `import { load } from "./index.js";
      window.loaded = load("${host.edge}").then(() => "loaded", () => "refused");`);
    const html = `<!doctype html><html lang="nl"><title>Log in</title><script type="module" src="${host.publish("app", folder)}page.js"></script></html>`;
    for (const [sources, expected] of [[["'self'", `'nonce-${aNonce()}'`], "refused"], [["'self'", host.edge], "loaded"]]) {
      const person = await site.person();
      await person.page.goto(host.serve(html, { policy: policy(...sources) }));
      assert.equal(await until("the end of it", () => person.page.evaluate(() => window.loaded)), expected);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
