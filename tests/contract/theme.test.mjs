// How a tenant's screens look: what is taken, what is refused and why, and when it is in force.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import sharp from "sharp";
import { expectStatus, send } from "../support/http.mjs";
import { assertProblem } from "../support/problems.mjs";
import { until } from "../support/wait.mjs";
import { World } from "../support/world.mjs";

const PURPLE = { light: { accent: "#7a1fa2" }, radius: 4, font: "Inter, system-ui" };

let world;
before(async () => (world = await World.begin()));
after(() => world?.end());

const put = (clientId, more) => world.operator.call("PUT", clientId, world.settings(more));
const themeOf = async (portal) => (await exchanged(portal)).theme;

/** What a page gets for a new user's ticket. */
async function exchanged(portal) {
  const { ticket } = expectStatus(await portal.open(portal.request(world.user())), 201).body;
  return expectStatus(await send(world.stack.edge, "POST", "/v1/session", { headers: { origin: portal.origin }, json: { ticket } }), 200).body;
}

const png = async (width, height, background = "#7a1fa2") =>
  (await sharp({ create: { width, height, channels: 3, background } }).png({ palette: true }).toBuffer()).toString("base64");

test("a tenant without a theme has none", async () => {
  assert.equal(await themeOf(world.portal), undefined);
  assert.equal(expectStatus(await world.operator.call("GET", "contract"), 200).body.theme, undefined);
});

test("a theme is shown to the operator as it was given, and is in force without a restart", async () => {
  const portal = await world.tenant("purple", { theme: PURPLE });
  assert.deepEqual(expectStatus(await world.operator.call("GET", "purple"), 200).body.theme, { dark: {}, ...PURPLE });
  assert.match(await themeOf(portal), /^:host\{--_accent:var\(--pbx-2fa-accent,#7a1fa2\);/);
  assert.match(await themeOf(portal), /--_radius:var\(--pbx-2fa-radius,4px\);--_font:var\(--pbx-2fa-font,"Inter",system-ui,system-ui,sans-serif\);/);
  expectStatus(await put("purple", { theme: { light: { accent: "#006644" } } }), 200);
  await until("the new theme", async () => (await themeOf(portal)).includes("#006644"));
  expectStatus(await put("purple", {}), 200);
  await until("no theme", async () => (await themeOf(portal)) === undefined);
});

test("what cannot be read is refused with the colours and the contrast, and what was there stays", async () => {
  const portal = await world.tenant("readable", { theme: PURPLE });
  for (const [theme, detail] of [
    [{ light: { accent: "#86aaff" } }, "theme.light: the accent, as a link on the card: #86aaff on #ffffff has a contrast of 2.28:1, expected at least 4.5:1"],
    [{ dark: { text: "#555555" } }, /^theme\.dark: text on the card: #555555 on #171a20 has a contrast of 2\.33:1/],
    [{ light: { accent: "#1f4fd8", on_accent: "#777777" } }, /^theme\.light: text on the accent: #777777 on #1f4fd8 /],
    [{ light: { surface: "#000000" } }, /^theme\.light: text on the card: #15181e on #000000 /],
    [{ light: { edge: "#cccccc" } }, /^theme\.light: the edge of a field on the card: .* expected at least 3:1$/],
  ]) {
    const problem = assertProblem(await put("readable", { theme }), "invalid-request");
    assert[detail instanceof RegExp ? "match" : "equal"](problem.detail, detail);
  }
  assert.ok((await themeOf(portal)).includes("#7a1fa2"));
});

test("nothing that is no colour, length, name of a font or PNG is taken", async () => {
  const svg = Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>").toString("base64");
  for (const theme of [
    "purple", [], { light: [] }, { light: { accent: "red" } }, { light: { accent: "#7a1fa2;}*{display:none" } }, { light: { accent: "#7a1fa280" } },
    { light: { brand: "#7a1fa2" } }, { radius: -1 }, { radius: 25 }, { radius: 1.5 }, { radius: "4px" }, { font: "" }, { font: '"Inter"' },
    { font: "x;}*{color:red" }, { font: "url(https://elsewhere.example/)" }, { font: 7 }, { logo: {} }, { logo: { light: svg } },
    { logo: { light: "data:image/png;base64,AAAA" } }, { logo: { light: await png(8, 8) } }, { logo: { light: await png(600, 600) } },
    { logo: { light: await png(200, 20) } }, { logo: { light: "A".repeat(5_468) } }, { logo: { dark: await png(32, 32) } },
  ]) {
    assertProblem(await put("contract", { theme }), "invalid-request");
  }
});

test("a logo is anybody's to see, keeps its name for as long as it is the same, and is gone when it is another", async () => {
  const [light, dark, other] = await Promise.all([png(64, 32), png(64, 32, "#e0b0ff"), png(64, 32, "#006644")]);
  const portal = await world.tenant("logo", { theme: { logo: { light, dark } } });
  const addresses = [...(await themeOf(portal)).matchAll(/url\("([^"]+)"\)/g)].map(([, url]) => url);
  assert.equal(addresses.length, 3, "in the light, in the dark, and in the dark as the page wants it");
  const [first, second, third] = addresses.map((url) => {
    assert.ok(url.startsWith(`${world.stack.edge}/v1/logos/logo/`), url);
    return new URL(url).pathname;
  });
  assert.equal(second, third);
  for (const [path, image] of [[first, light], [second, dark]]) {
    const shown = expectStatus(await send(world.stack.edge, "GET", path), 200);
    assert.deepEqual(shown.bytes, Buffer.from(image, "base64"));
    assert.deepEqual(
      ["content-type", "cache-control", "cross-origin-resource-policy", "x-content-type-options", "content-security-policy"].map((name) => shown.headers[name]),
      ["image/png", "public, max-age=31536000, immutable", "cross-origin", "nosniff", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"],
    );
  }
  const name = first.split("/").at(-1);
  for (const path of [`/v1/logos/contract/${name}`, `/v1/logos/nobody/${name}`, `/v1/logos/logo/${name}/x`, "/v1/logos/logo/", "/v1/logos/logo", "/v1/logos"]) {
    assertProblem(await send(world.stack.edge, "GET", path), "not-found");
  }
  assertProblem(await send(world.stack.edge, "POST", first), "method-not-allowed");
  expectStatus(await put("logo", { theme: { logo: { light: other } } }), 200);
  await until("another logo", async () => (await send(world.stack.edge, "GET", first)).status === 404);
});

test("a theme with two logos of the largest size fits into one request", async () => {
  const noise = await sharp({ create: { width: 48, height: 64, channels: 3, background: "#fff", noise: { type: "gaussian", mean: 128, sigma: 60 } } }).png({ palette: true, colours: 24 }).toBuffer();
  assert.ok(noise.length > 3_000 && noise.length <= 4_096, `${noise.length} bytes`);
  const image = noise.toString("base64");
  expectStatus(await put("contract", { theme: { logo: { light: image, dark: image } } }), 200);
  expectStatus(await put("contract", {}), 200);
});
