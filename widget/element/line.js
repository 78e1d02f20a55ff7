/**
 * Tickets that were handed in while the widget's code was still on its way, each with the answer. A ticket counts once: an element
 * that is put on the page again before it had its answer finds it here.
 */
const handedIn = new Map();

/** The way to the worker: one call at a time, without cookies, past every cache, to this address and no other. */
export class Line {
  #edge;
  #call;
  #ahead;

  constructor(edge) {
    this.#edge = edge;
  }

  /** Hands this ticket in, unless that was done; the module gets the answer when it asks. */
  handIn(ticket) {
    this.#ahead = ticket;
    if (handedIn.has(ticket)) return;
    const answer = this.#ask(["POST", "/v1/session", "", JSON.stringify({ ticket })].join("\n"));
    handedIn.set(ticket, answer);
    answer.catch(() => handedIn.delete(ticket));
  }

  /** A request as the module writes it: method, path, secret and body, on a line each. The status of the answer, a space and its body. */
  send(request) {
    const answer = handedIn.get(this.#ahead);
    handedIn.delete(this.#ahead);
    this.#ahead = undefined;
    return answer ?? this.#ask(request);
  }

  async #ask(request) {
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
