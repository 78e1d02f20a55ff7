// HTTP in one crossing each way: a request's parts go to Rust as plain text, an answer comes back as plain text. Asking a
// `Request` and a `Headers` object from WebAssembly, one property at a time, cost more than everything that was decided.

/** What every answer carries. */
const COMMON = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  "strict-transport-security": "max-age=31536000; includeSubDomains",
};

const BODYLESS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * The body of a request as text, read no further than `limit` bytes.
 * @returns {Promise<{text?: string, tooLarge: boolean}>} no text where it is too large or cannot be read
 */
export async function readBody(request, limit) {
  if (BODYLESS.has(request.method)) return { tooLarge: false };
  try {
    const announced = request.headers.get("content-length");
    if (announced === null) return await readUnannounced(request.body, limit);
    if (!(Number(announced) <= limit)) return { tooLarge: true };
    return { text: await request.text(), tooLarge: false };
  } catch {
    return { tooLarge: false };
  }
}

/** A body without a length (chunked) is read only as far as it may go. */
async function readUnannounced(stream, limit) {
  if (!stream) return { tooLarge: false };
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.byteLength;
    if (size > limit) return { tooLarge: true };
    text += decoder.decode(chunk, { stream: true });
  }
  return { text: text + decoder.decode(), tooLarge: false };
}

/**
 * @param {number} status
 * @param {string} lines further headers, `name: value` each, and they win over the common ones
 * @param {string | Uint8Array | undefined} body
 */
export function respond(status, lines, body) {
  const headers = { ...COMMON };
  for (const line of lines.split("\n")) {
    const colon = line.indexOf(": ");
    if (colon > 0) headers[line.slice(0, colon)] = line.slice(colon + 2);
  }
  return new Response(body, { status, headers });
}

/** The same with bytes, which are the module's memory and so are copied. */
export function respondWithBytes(status, lines, bytes) {
  return respond(status, lines, bytes.slice());
}
