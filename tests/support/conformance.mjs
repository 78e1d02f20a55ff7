// Holds every answer that a suite receives against the API's own description: an undocumented status, problem type, media
// type or field is an error at the request that met it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv/dist/2020.js";
import { ROOT } from "./paths.mjs";

export const document = JSON.parse(readFileSync(join(ROOT, "edge/openapi.json"), "utf8"));

const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
ajv.addSchema({ $id: "components", $defs: closed(document.components.schemas) });

const paths = Object.entries(document.paths).map(([template, item]) => ({
  pattern: new RegExp(`^${template.replaceAll(".", "\\.").replace(/\{[^}]+\}/g, "[^/]+")}$`),
  item,
}));
const validators = new Map();

/** The description of one method of a path, if there is one. */
export function operation(method, path) {
  const found = paths.find(({ pattern }) => pattern.test(path.split("?")[0]));
  return found?.item[method.toLowerCase()];
}

/** Throws where an answer is not what the document says of its operation. Paths and methods it does not name are not judged. */
export function conform(method, path, answer) {
  const described = operation(method, path);
  if (!described) return;
  const response = resolved(described.responses[answer.status]);
  const where = `${method} ${path.split("?")[0]} ${answer.status}`;
  if (!response) throw new Error(`${where} is not in openapi.json: ${answer.text}`);
  if (method === "HEAD" || !response.content || response.content["*/*"]) return;
  const mediaType = (answer.headers["content-type"] ?? "").split(";")[0];
  const content = response.content[mediaType];
  if (!content) throw new Error(`${where}: media type ${mediaType} is not in openapi.json`);
  const valid = validator(content.schema);
  if (!valid(mediaType.endsWith("json") ? answer.body : answer.text)) {
    throw new Error(`${where} is not as openapi.json says: ${ajv.errorsText(valid.errors)}\n${answer.text}`);
  }
}

/** Whether a value is in the form of a schema that the document has by name. */
export const conforms = (name, value) => validator(document.components.schemas[name])(value);

/** A response, wherever the document keeps it. */
export function resolved(response) {
  return response?.$ref ? document.components.responses[response.$ref.split("/").at(-1)] : response;
}

function validator(schema) {
  if (!validators.has(schema)) validators.set(schema, ajv.compile(closed(schema)));
  return validators.get(schema);
}

/** Clients must bear new fields; here one that the document does not name is an error. */
function closed(schema) {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== "object" || schema === null) return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  if (copy.$ref) copy.$ref = copy.$ref.replace("#/components/schemas/", "components#/$defs/");
  if (copy.type === "object" && copy.properties) copy.additionalProperties ??= false;
  return copy;
}
