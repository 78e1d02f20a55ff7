// The portal's users: seeded once, so that every flow of the second factor has somebody who meets it.

import { join } from 'node:path';

import { hashPassword, isPassword } from './passwords.mjs';
import { readJson, writeJson } from './store.mjs';

export const DEMO_PASSWORD = 'welkom-2fa';

const SEEDS = [
  { id: 'an', name: 'An Peeters', language: 'nl', extension: '101', mobile: '+32470123401', app: true },
  { id: 'bert', name: 'Bert Claes', language: 'nl', extension: '102', app: true },
  { id: 'chris', name: 'Chris Maes', language: 'nl', extension: '103' },
  { id: 'dina', name: 'Dina Wouters', language: 'nl', extension: '104', mobile: '+32470123404' },
  { id: 'els', name: 'Els Jacobs', language: 'nl', extension: '105', landline: '+3225550105' },
  { id: 'farid', name: 'Farid Amrani', language: 'en', extension: '106', mobile: '+32470123406', app: true },
  { id: 'gert', name: 'Gert Willems', language: 'nl', extension: '107', mobile: '+32470123407', app: true },
  { id: 'hilde', name: 'Hilde Mertens', language: 'nl', extension: '108', mobile: '+32470123408', app: true },
];

export class Users {
  #byId;
  #path;

  constructor(path, users) {
    this.#path = path;
    this.#byId = new Map(users.map((user) => [user.id, user]));
  }

  /** Opens the file in the state directory, or makes it with the demonstration users. */
  static async open(stateDir) {
    const path = join(stateDir, 'users.json');
    const kept = readJson(path);
    if (kept) return new Users(path, kept.users);
    const users = await Promise.all(SEEDS.map(seeded));
    const opened = new Users(path, users);
    opened.#save();
    return opened;
  }

  all() {
    return [...this.#byId.values()];
  }

  find(id) {
    return this.#byId.get(id) ?? null;
  }

  /** The user whose name and password these are, or null; nothing tells which of the two was wrong. */
  async authenticate(id, password) {
    const user = this.find(id);
    return await isPassword(password, user?.password ?? null) ? user : null;
  }

  /** Personal settings. A number that is null is taken out. */
  update(id, { name, language, mobile, landline }) {
    Object.assign(this.#byId.get(id), { name, language, mobile, landline });
    this.#save();
  }

  #save() {
    writeJson(this.#path, { version: 1, users: this.all() });
  }
}

/** What the portal tells pbx-2fa about a user when it opens a transaction. */
export function profileOf(user) {
  return {
    display_name: user.name,
    ...(user.mobile && { mobile: user.mobile }),
    ...(user.landline && { landline: user.landline }),
    app: user.app ? { registered: true, device_token: `simulated-phone-${user.id}` } : { registered: false },
  };
}

async function seeded({ id, name, language, extension, mobile = null, landline = null, app = false }) {
  return { id, name, language, extension, mobile, landline, app, password: await hashPassword(DEMO_PASSWORD) };
}
