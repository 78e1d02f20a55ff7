// The API's own description: whole, right, and the one that is served. That answers are as it says is checked at every
// request of every suite (`support/conformance.mjs`).
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import Ajv from "ajv/dist/2020.js";
import { conform, document, operation, resolved } from "../support/conformance.mjs";
import { expectStatus, send } from "../support/http.mjs";
import { ROOT } from "../support/paths.mjs";
import { PROBLEMS } from "../support/problems.mjs";
import { call, routes } from "../support/routes.mjs";
import { World } from "../support/world.mjs";

const METHODS = ["get", "head", "put", "post", "delete", "options"];
const source = (path) => readFileSync(join(ROOT, path), "utf8");

let world;
let built;
let context;
before(async () => {
  world = await World.begin();
  const page = await world.appPage();
  context = { world, page };
  built = routes({ ...context, manager: page, settings: world.settings() });
});
after(() => world?.end());

const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  METHODS.filter((method) => item[method]).map((method) => ({ path, method, ...item[method] })),
);

suite("the document", () => {
  test("is the one that is served", async () => {
    const answer = expectStatus(await send(world.stack.edge, "GET", "/openapi.json"), 200);
    assert.equal(answer.headers["content-type"], "application/json");
    assert.equal(answer.headers["cache-control"], "public, max-age=300");
    assert.deepEqual(answer.body, document);
  });

  test("is OpenAPI 3.1, with every reference resolved and every operation named once", () => {
    assert.match(document.openapi, /^3\.1\./);
    const references = JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g);
    for (const [, reference] of references) {
      assert.ok(reference.split("/").reduce((at, name) => at?.[name], document), reference);
    }
    const ids = operations.map((o) => o.operationId);
    assert.equal(new Set(ids).size, ids.length);
    for (const { path, method, ...described } of operations) {
      const where = `${method} ${path}`;
      assert.ok(described.summary && described.tags.length === 1 && described.security, where);
      const inPath = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name);
      const declared = (described.parameters ?? []).filter((p) => p.in === "path").map((p) => p.name);
      assert.deepEqual(declared, inPath, where);
    }
  });

  test("has schemas that a strict validator takes, none of them unused", () => {
    const ajv = new Ajv({ strict: true, strictRequired: false, allErrors: true });
    const text = JSON.stringify(document.components.schemas).replaceAll("#/components/schemas/", "#/$defs/");
    const whole = { $id: "whole", $defs: JSON.parse(text) };
    ajv.addSchema(whole);
    for (const name of Object.keys(whole.$defs)) {
      assert.ok(ajv.compile({ $ref: `whole#/$defs/${name}` }), name);
      assert.ok(JSON.stringify(document).includes(`"#/components/schemas/${name}"`), `${name} is used nowhere`);
    }
  });

  test("is told apart from a wrong answer by the check that every suite makes", () => {
    const answer = (status, body, type = "application/json") => ({ status, headers: { "content-type": type }, text: "", body });
    conform("GET", "/v1/health", answer(200, { status: "ok" }));
    for (const wrong of [answer(200, { status: "well" }), answer(200, { status: "ok", extra: 1 }), answer(201, { status: "ok" }), answer(200, {}, "text/plain")]) {
      assert.throws(() => conform("GET", "/v1/health", wrong));
    }
    const problem = { type: "urn:pbx-2fa:problem:not-found", title: "x", status: 404 };
    assert.throws(() => conform("POST", "/v1/session", answer(404, problem, "application/problem+json")), /not in openapi.json/);
  });
});

suite("the routes", () => {
  test("of the document are all built: each answers, and Allow names exactly its methods", async () => {
    for (const [template, item] of Object.entries(document.paths)) {
      const route = built.find((r) => r.template === template);
      assert.ok(route, `${template}: not among the routes of the suites`);
      const { headers, status } = await call(route, context, { method: "PATCH" });
      assert.equal(status, 405, template);
      const described = METHODS.filter((m) => item[m] && m !== "options").map((m) => m.toUpperCase());
      assert.deepEqual(headers.allow.split(", ").sort(), described.sort(), template);
    }
  });

  test("that are built are all in the document", () => {
    for (const { method, template } of built) {
      assert.ok(document.paths[template]?.[method.toLowerCase()], `${method} ${template} is not in the document`);
    }
    const constants = [...source("shared/src/routes.rs").matchAll(/"(\/[^"]+)"/g)].map(([, path]) => path);
    for (const path of constants) {
      const described = Object.keys(document.paths).some((p) => p === path || p.startsWith(`${path}/`));
      assert.ok(described, `${path} of shared/src/routes.rs is not in the document`);
    }
    const matched = readdirSync(join(ROOT, "edge/src/routes")).flatMap((file) => [...source(`edge/src/routes/${file}`).matchAll(/"([a-z-]+)"\]? ?[,\]]?.*=> Some\(Self/g)]);
    for (const [, segment] of matched) {
      assert.ok(Object.keys(document.paths).some((p) => p.split("/").includes(segment)), `${segment} is not in the document`);
    }
  });

  test("with a body refuse nothing that the document allows, and take nothing that it does not", async () => {
    for (const route of built.filter((r) => r.body)) {
      const content = operation(route.method, route.path).requestBody.content["application/json"];
      const ajv = new Ajv({ strict: false });
      const text = JSON.stringify({ ...content.schema, $defs: document.components.schemas }).replaceAll("#/components/schemas/", "#/$defs/");
      const valid = ajv.compile(JSON.parse(text));
      assert.ok(valid(route.body), `${route.template}: ${ajv.errorsText(valid.errors)}`);
      const beyondSchema = ["policy.kinds", "delivery.webhook.url", "delivery.webhook.secret", "origin", "origins[0]", "theme.light"];
      for (const [json, field] of route.wrong.filter(([, name]) => !beyondSchema.includes(name))) {
        assert.ok(!valid(json), `${route.template} ${field}: the schema takes ${JSON.stringify(json)}`);
      }
    }
  });
});

suite("the problem types", () => {
  const described = document.components.schemas.ProblemType.enum.map((uri) => uri.replace("urn:pbx-2fa:problem:", ""));

  test("are the closed list of the wire vocabulary", () => {
    const list = [...source("shared/src/problem.rs").matchAll(/^ {4}[A-Z]\w+ = "([a-z-]+)", (\d{3}), "/gm)];
    assert.deepEqual(Object.fromEntries(list.map(([, name, status]) => [name, Number(status)])), PROBLEMS);
    assert.deepEqual([...described].sort(), Object.keys(PROBLEMS).sort());
  });

  test("stand at the status that is theirs", () => {
    for (const { path, method, responses } of operations) {
      for (const [status, response] of Object.entries(responses)) {
        const schema = resolved(response).content?.["application/problem+json"]?.schema;
        for (const uri of schema?.properties?.type.enum ?? []) {
          assert.equal(PROBLEMS[uri.replace("urn:pbx-2fa:problem:", "")], Number(status), `${method} ${path} ${uri}`);
        }
      }
    }
  });
});
