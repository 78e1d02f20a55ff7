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
    const response = await this.#fetch(path, { method, headers, body: body || undefined, signal }).catch(async (fault) => {
      // Of a page that the worker does not serve, the browser says no more than of a connection that is gone. Not where the call
      // was given up: its signal ends this one, too.
      const served = await this.#fetch("/v1/origin", { signal });
      if (served.ok) throw fault;
      return served;
    });
    return `${response.status} ${await response.text()}`;
  }

  #fetch(path, request) {
    return fetch(this.#edge + path, { ...request, credentials: "omit", cache: "no-store", redirect: "error" });
  }

  /** Gives up the call that is under way. */
  giveUp() {
    this.#call?.abort();
  }
}
