// The worker's first module. It does three things that only JavaScript can:
//   1. serves the widget's files, which are modules of the worker, compressed when it was built;
//   2. gives Durable Objects their RPC methods;
//   3. guards: a panic in WebAssembly ends the instance, and without a guard every caller would wait for ever. Here each
//      call in flight fails at once with a 500, and the next one finds a fresh instance. Nothing is lost: state is in SQLite.
import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
import * as edge from "./edge.js";
import wasm from "./edge_bg.wasm";
import { serveAsset } from "./assets-server.js";
import { readBody } from "./platform/http.js";
import { Rows } from "./platform/rows.js";
import { Watchers } from "./platform/watchers.js";

edge.initSync({ module: wasm });
const BODY_BYTES = edge.bodyBytes();

let generation = 0;
let broken = false;
const inFlight = new Set();

/** Ends every call in flight; the next call starts a fresh instance. */
function breakDown(error) {
  if (!(error instanceof WebAssembly.RuntimeError)) return;
  broken = true;
  const calls = [...inFlight];
  inFlight.clear();
  for (const fail of calls) fail(new Error("the instance ended"));
}

addEventListener("error", (event) => breakDown(event.error));
addEventListener("unhandledrejection", (event) => breakDown(event.reason));

function revive() {
  if (!broken) return;
  edge.__wbg_reset_state();
  broken = false;
  generation += 1;
  console.error("started a fresh instance after a panic");
}

function guarded(run) {
  return new Promise((resolve, reject) => {
    const settle = (how) => (value) => {
      inFlight.delete(fail);
      how(value);
    };
    const fail = settle(reject);
    inFlight.add(fail);
    const caught = (error) => {
      breakDown(error);
      fail(error);
    };
    try {
      revive();
      Promise.resolve(run()).then(settle(resolve), caught);
    } catch (error) {
      caught(error);
    }
  });
}

/** The login without script is pages; everything else is an API. */
const isPage = (path) => path === "/plain" || path.startsWith("/plain/");

function internalError(request) {
  if (isPage(new URL(request.url).pathname)) return internalErrorPage();
  // No type of the closed list: this is a fault, and RFC 9457 §4.2.1 has a name for what says no more than its status.
  return new Response(JSON.stringify({ type: "about:blank", title: "Internal Server Error", status: 500 }), {
    status: 500,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    },
  });
}

function internalErrorPage() {
  const html = '<!doctype html><html lang="en"><title>Error</title><p>Something went wrong here. Go back and try again.</p></html>';
  const headers = { "content-type": "text/html; charset=utf-8", "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'" };
  return new Response(html, { status: 500, headers: { ...headers, "cache-control": "no-store", "x-content-type-options": "nosniff" } });
}

async function answer(request, env, ctx) {
  const { headers } = request;
  const header = (name) => headers.get(name) ?? undefined;
  const { pathname, search, host } = new URL(request.url);
  const { text, tooLarge } = await readBody(request, BODY_BYTES);
  if (isPage(pathname)) {
    return edge.answerPage(
      request.method,
      pathname,
      host,
      header("origin"),
      header("sec-fetch-site"),
      header("content-type"),
      header("cookie"),
      header("accept-language"),
      text,
      tooLarge,
      env,
      ctx,
    );
  }
  return edge.answer(
    request.method,
    pathname,
    search,
    header("authorization"),
    header("origin"),
    header("sec-fetch-site"),
    header("content-type"),
    header("idempotency-key"),
    text,
    tooLarge,
    env,
    ctx,
  );
}

export default class extends WorkerEntrypoint {
  fetch(request) {
    const asset = serveAsset(request);
    if (asset) return asset;
    return guarded(() => answer(request, this.env, this.ctx)).catch(() => internalError(request));
  }
}

/** One synchronous call inside an object. */
function guardedSync(run) {
  revive();
  try {
    return run();
  } catch (error) {
    breakDown(error);
    throw new Error("the object could not answer");
  }
}

/** How long a look waits for something new at the most, ms: shorter than proxies give up. */
const WATCH = 20_000;

/** Owns accounts. */
export class Owner extends DurableObject {
  #watchers = new Watchers();
  #rows = new Rows(this.ctx.storage.sql, (account) => this.#watchers.tell(account));

  apply(call) {
    return guardedSync(() => edge.applyToAccount(this.#rows, this.env, call));
  }

  /** A look that waits, where the page knows all there is. Nothing comes between a look and the wait after it. */
  async watch(account, call) {
    const look = (atOnce) => guardedSync(() => edge.lookAtAccount(this.#rows, this.env, call, atOnce));
    const until = Date.now() + WATCH;
    do {
      const seen = look(false);
      if (seen !== undefined) return seen;
    } while (await this.#watchers.wait(account, until - Date.now()));
    return look(true);
  }

  trail(call) {
    return guardedSync(() => edge.trailOfAccount(this.#rows, this.env, call));
  }

  walk(call) {
    return guardedSync(() => edge.walkAccounts(this.#rows, this.env, call));
  }
}

/** Owns what the deployment knows of tenants. Its inside is a Rust class, made anew after a panic. */
export class Directory extends DurableObject {
  #inner;
  #generation = -1;

  consult(question) {
    return guardedSync(() => {
      if (this.#generation !== generation) {
        this.#inner = new edge.Directory(this.ctx, this.env);
        this.#generation = generation;
      }
      return this.#inner.consult(question);
    });
  }
}
