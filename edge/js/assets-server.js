// The widget's files. `assets.js` is written by the build: one entry for each file, with its compressed forms.
import assets from "./assets.js";

const PREFIX = "/widget/v1/";

const CACHE = {
  // The name holds a hash of the content.
  immutable: "public, max-age=31536000, immutable",
  // The loader, which names the others.
  short: "public, max-age=300",
};

function accepts(header, coding) {
  return header.split(",").some((part) => {
    const [name, ...parameters] = part.trim().toLowerCase().split(";");
    return name.trim() === coding && !parameters.some((p) => /^\s*q=0(\.0*)?\s*$/.test(p));
  });
}

/** The file that a request asks for, or undefined where it asks for something else. */
export function serveAsset(request) {
  // Most requests are for something else; they are not parsed here.
  if (!request.url.includes(PREFIX)) return undefined;
  const path = new URL(request.url).pathname;
  if (!path.startsWith(PREFIX)) return undefined;
  const asset = Object.hasOwn(assets, path.slice(PREFIX.length)) ? assets[path.slice(PREFIX.length)] : undefined;
  const headers = new Headers({
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
    "x-content-type-options": "nosniff",
  });
  if (!asset) return problem("not-found", 404, "There is no such thing here.", headers);
  if (request.method !== "GET" && request.method !== "HEAD") {
    headers.set("allow", "GET, HEAD");
    return problem("method-not-allowed", 405, "This path does not take that method.", headers);
  }
  headers.set("content-type", asset.type);
  headers.set("cache-control", CACHE[asset.cache]);
  headers.set("etag", asset.etag);
  headers.set("vary", "accept-encoding");
  const matches = (request.headers.get("if-none-match") ?? "").split(",").some((tag) => tag.trim().replace(/^W\//, "") === asset.etag);
  if (matches) return new Response(null, { status: 304, headers });
  const accepted = request.headers.get("accept-encoding") ?? "";
  const coding = accepts(accepted, "br") ? "br" : accepts(accepted, "gzip") ? "gzip" : undefined;
  if (coding) headers.set("content-encoding", coding);
  const body = request.method === "HEAD" ? null : asset[coding ?? "raw"];
  return new Response(body, { headers, encodeBody: coding ? "manual" : "automatic" });
}

function problem(name, status, title, headers) {
  headers.set("content-type", "application/problem+json");
  headers.set("cache-control", "no-store");
  return new Response(JSON.stringify({ type: `urn:pbx-2fa:problem:${name}`, title, status }), { status, headers });
}
