/** The way to the worker: one call at a time, without cookies, past every cache, to this address and no other. */
export class Line {
  #edge;
  #call;

  constructor(edge) {
    this.#edge = edge;
  }

  /** A request as the module writes it: method, path, secret and body, on a line each. The status of the answer, a space and its body. */
  async send(request) {
    const [method, path, secret, body] = request.split("\n");
    const headers = { accept: "application/json" };
    if (secret) headers.authorization = `Bearer ${secret}`;
    if (body) headers["content-type"] = "application/json";
    this.#call = new AbortController();
    const { signal } = this.#call;
    const response = await fetch(this.#edge + path, {
      method, headers, body: body || undefined, signal, credentials: "omit", cache: "no-store", redirect: "error",
    });
    return `${response.status} ${await response.text()}`;
  }

  /** Gives up the call that is under way. */
  giveUp() {
    this.#call?.abort();
  }
}
