/** What differs in a notification for who is addressed as "u". */
export const nlFormal = {
  'push.login.reason': 'U logt in bij {portal}. Typ deze code op het inlogscherm.',
  'push.enroll.reason': 'U stelt een methode in bij {portal}. Typ deze code op het scherm.',
  'push.step_up.reason': 'U wijzigt uw methodes bij {portal}. Typ deze code op het scherm.',
  'push.warning': 'Hebt u dit niet gevraagd? Deel de code met niemand en verwittig uw beheerder.',
};
