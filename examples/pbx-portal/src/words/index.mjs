// The words of the portal. Dutch first; a language is one file.

import { en } from './en.mjs';
import { nl } from './nl.mjs';
import { nlFormal } from './nl-formal.mjs';

const CATALOGUES = { nl, en };
/** What `lang` attributes and pbx-2fa are told. */
const TAGS = { nl: 'nl-BE', en: 'en' };

export const LANGUAGES = Object.keys(CATALOGUES);
export const isLanguage = (text) => Object.hasOwn(CATALOGUES, text);
export const tagOf = (language) => TAGS[language];

/** The catalogue for a BCP 47 tag; Dutch where it is none of ours. */
export const languageOf = (tag) => {
  const language = String(tag).split('-')[0].toLowerCase();
  return isLanguage(language) ? language : 'nl';
};

/** `t('login.title')`, with `{name}` filled in from the values. */
export function translator(language) {
  return speaking(CATALOGUES[language]);
}

function speaking(catalogue) {
  return (key, values = {}) => {
    if (!Object.hasOwn(catalogue, key)) throw new RangeError(`no words for ${key}`);
    return catalogue[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  };
}

/** The texts of one notification on the simulated phone, in the form of address that the tenant asks of everybody. */
export function notificationWords(locale, form, purpose, portalName) {
  const language = languageOf(locale);
  const t = speaking({ ...CATALOGUES[language], ...(language === 'nl' && form === 'formal' ? nlFormal : {}) });
  return {
    title: t(`push.${purpose}`),
    reason: t(`push.${purpose}.reason`, { portal: portalName }),
    warning: t('push.warning'),
  };
}
