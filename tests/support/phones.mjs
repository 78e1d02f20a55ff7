// The simulated phones of the example portal's users: everything that pbx-2fa had delivered to them.
import { expectStatus, send } from "./http.mjs";
import { until } from "./wait.mjs";

export class Phones {
  #portal;
  #read = new Map();

  constructor(portal) {
    this.#portal = portal;
  }

  /** All messages of a user. */
  async messages(user) {
    return expectStatus(await send(this.#portal, "GET", `/phone/messages?user=${user}`), 200).body;
  }

  /** The n-th message of a user, once it is there. */
  message(user, number = 1) {
    return until(`message ${number} for ${user}`, async () => (await this.messages(user))[number - 1]);
  }

  /** The first message of a user that was not asked for here, once it is there. */
  async next(user) {
    const number = (this.#read.get(user) ?? 0) + 1;
    const message = await this.message(user, number);
    this.#read.set(user, number);
    return message;
  }
}
