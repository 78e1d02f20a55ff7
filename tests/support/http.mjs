// One HTTP request, with every header and byte as the test wants it. `fetch` adds and forbids headers, so it is not used.
import { Agent, request } from "node:http";
import { logOf } from "./answers.mjs";
import { learnExchange } from "./canary/learned.mjs";
import { conform } from "./conformance.mjs";

const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const TIMEOUT_MS = 30_000;

/**
 * Sends and reads to the end. `json` is sent as such; `body` as it is, with `chunked` without a length. Every answer is
 * held against the API's own description (`edge/openapi.json`), and noted (`answers.mjs`); its secrets are learnt (`canary.mjs`).
 */
export async function send(base, method, path, { headers = {}, json, body, chunked = false } = {}) {
  const content = json === undefined ? body : JSON.stringify(json);
  const all = { ...(json === undefined ? {} : { "content-type": "application/json" }), ...headers };
  if (chunked) all["transfer-encoding"] = "chunked";
  else if (content !== undefined) all["content-length"] = String(Buffer.byteLength(content));
  const noted = logOf(base)?.begin(method, path, { headers: all, json });
  const answer = await exchange(new URL(path, base), method, all, content, noted);
  learnExchange(json, answer);
  conform(method, path, answer);
  return answer;
}

function exchange(url, method, headers, content, noted) {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent, timeout: TIMEOUT_MS }, (response) => {
      const parts = [];
      response.on("data", (part) => parts.push(part));
      response.on("error", reject);
      response.on("end", () => {
        const complete = answer(response, Buffer.concat(parts));
        noted?.(complete);
        resolve(complete);
      });
    });
    sent.on("timeout", () => sent.destroy(new Error(`${method} ${url.pathname}: no answer within ${TIMEOUT_MS} ms`)));
    sent.on("error", reject);
    sent.end(content);
  });
}

function answer(response, bytes) {
  const text = bytes.toString("utf8");
  return {
    status: response.statusCode,
    headers: response.headers,
    bytes,
    text,
    get body() {
      return JSON.parse(text);
    },
  };
}

/** The answer, if it has this status; else an error that shows what came. */
export function expectStatus(answer, status) {
  if (answer.status !== status) throw new Error(`expected ${status}, got ${answer.status}: ${answer.text}`);
  return answer;
}
