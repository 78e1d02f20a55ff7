// The vendor's push and call gateway, as a simulation: it keeps what it delivers in memory, and shows it on /phone.

const KEPT_PER_USER = 50;

export class UndeliverableMessage extends Error {}

export class PhoneGateway {
  #inboxes = new Map();
  #listeners = new Map();

  /** Takes one event of pbx-2fa. `words` gives the texts of a notification in the language and the form of address of the message. */
  deliver(event, { clientId, isUser, words, now }) {
    const message = messageOf(event, { clientId, isUser, words, now });
    if (message.expires_at <= now) return;
    const inbox = this.inbox(message.user);
    this.#inboxes.set(message.user, [...inbox, message].slice(-KEPT_PER_USER));
    for (const listener of this.#listeners.get(message.user) ?? []) listener(message);
  }

  /** What was delivered to a user, the newest last. */
  inbox(user) {
    return this.#inboxes.get(user) ?? [];
  }

  /** Calls back for every further message; returns how to stop. */
  listen(user, listener) {
    const listeners = this.#listeners.get(user) ?? new Set();
    this.#listeners.set(user, listeners.add(listener));
    return () => listeners.delete(listener);
  }
}

const NEWS = ['second_factor.', 'account.', 'authenticator.', 'primary.', 'sessions.'];

/** News of an account, and no code. A portal would write the user a mail; this one sends none. */
export const isNews = ({ type }) => NEWS.some((prefix) => type.startsWith(prefix));

const KINDS = { 'code.push': 'push', 'code.call': 'call' };
const PURPOSES = ['login', 'enroll', 'step_up'];

function messageOf({ type, data }, { clientId, isUser, words, now }) {
  const kind = Object.hasOwn(KINDS, type) ? KINDS[type] : null;
  const genuine = kind
    && data?.client_id === clientId
    && isUser(data.subject)
    && PURPOSES.includes(data.purpose)
    && /^\d{6}$/.test(data.code)
    && Number.isSafeInteger(data.expires_at)
    && (kind === 'push' || (/^\+[1-9]\d{6,14}$/.test(data.number) && Array.isArray(data.script)));
  if (!genuine) throw new UndeliverableMessage('the message cannot be delivered: unknown user, or not as agreed');
  const { challenge, locale, form_of_address, purpose, code, portal_name, expires_at } = data;
  return {
    kind,
    user: data.subject,
    challenge,
    time: now,
    expires_at,
    locale,
    purpose,
    portal_name,
    code,
    number: kind === 'call' ? data.number : null,
    line: kind === 'call' ? data.line : null,
    script: kind === 'call' ? data.script.map(String) : [],
    text: words(locale, form_of_address, purpose, portal_name),
  };
}
