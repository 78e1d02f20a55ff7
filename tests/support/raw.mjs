// Many requests that arrive at the same moment: each on its own connection, complete but for the last byte; then all last
// bytes at once.
import { connect } from "node:net";
import { once } from "node:events";
import { logOf } from "./answers.mjs";
import { learnExchange } from "./canary/learned.mjs";
import { conform } from "./conformance.mjs";

/** Sends all, and returns the answers in the same order. Each request is `{ method, path, headers, json }`; without `json` it has no body. */
export async function atOnce(base, requests) {
  const { hostname, port } = new URL(base);
  const sockets = await Promise.all(requests.map((request) => begin(hostname, Number(port), text(request, `${hostname}:${port}`))));
  const noted = requests.map((request) => logOf(base)?.begin(request.method, request.path, request));
  for (const { socket, last } of sockets) socket.write(last);
  const answers = await Promise.all(sockets.map(async ({ answered }, i) => {
    const answer = await answered;
    noted[i]?.(answer);
    return answer;
  }));
  answers.forEach((answer, i) => {
    learnExchange(requests[i].json, answer);
    conform(requests[i].method, requests[i].path, answer);
  });
  return answers;
}

function text({ method, path, headers, json }, host) {
  const body = json === undefined ? "" : JSON.stringify(json);
  const content = json === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
  const all = { host, connection: "close", ...content, ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n${body}`;
}

async function begin(host, port, whole) {
  const socket = connect({ host, port, noDelay: true });
  await once(socket, "connect");
  const parts = [];
  socket.on("data", (part) => parts.push(part));
  const answered = new Promise((resolve, reject) => {
    socket.on("error", reject);
    socket.on("close", () => resolve(parse(Buffer.concat(parts).toString("utf8"))));
  });
  await new Promise((resolve) => socket.write(whole.slice(0, -1), resolve));
  return { socket, last: whole.slice(-1), answered };
}

function parse(response) {
  const [head, ...rest] = response.split("\r\n\r\n");
  const [status, ...lines] = head.split("\r\n");
  const headers = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]));
  const content = rest.join("\r\n\r\n");
  const body = headers["transfer-encoding"] === "chunked" ? unchunked(content) : content;
  return { status: Number(status.split(" ")[1]), headers, text: body, body: JSON.parse(body) };
}

/** Sizes are in bytes; the bodies here are ASCII but for masked numbers, so it works on bytes. */
function unchunked(content) {
  const bytes = Buffer.from(content, "utf8");
  let [body, at] = ["", 0];
  for (;;) {
    const end = bytes.indexOf("\r\n", at);
    const size = Number.parseInt(bytes.subarray(at, end).toString("latin1"), 16);
    if (!(size > 0)) return body;
    body += bytes.subarray(end + 2, end + 2 + size).toString("utf8");
    at = end + 2 + size + 2;
  }
}
