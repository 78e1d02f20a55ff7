// News of an account after which a session may have ended. Which ones have, pbx-2fa alone knows, so each session of that user
// is asked about. One that cannot be asked about ends too: the person logs in again, and nobody stays in who should not.

import { Refused, Unavailable } from './pbx2fa.mjs';

const MAY_END_SESSIONS = ['sessions.revoked', 'account.reset', 'authenticator.removed'];

export async function followNews({ config, log, pbx2fa, sessions }, { type, data }) {
  if (!MAY_END_SESSIONS.includes(type) || data?.client_id !== config.pbx2fa.clientId) return;
  const isAlive = async (session) => {
    try {
      return await pbx2fa.isAlive(session.token);
    } catch (error) {
      if (!(error instanceof Unavailable || error instanceof Refused)) throw error;
      log(error.message);
      return false;
    }
  };
  await sessions.keepOf(data.subject, isAlive);
}
