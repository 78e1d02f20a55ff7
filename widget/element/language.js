/** Which language, and the few sentences that must be there when nothing else is. */

const DEFAULT_LOCALES = { nl: "nl-BE", fr: "fr-BE", de: "de-BE", en: "en-BE" };

const SENTENCES = {
  nl: {
    loading: "Even laden",
    unsupported: "Je browser of de beveiliging van deze pagina laat dit scherm niet toe. Gebruik een recente browser of verwittig je beheerder.",
    unreachable: "Dit scherm kon niet geladen worden. Kijk je internet na.",
    broken: "Er ging iets mis op dit scherm. Begin opnieuw.",
    retry: "Probeer opnieuw",
    restart: "Begin opnieuw",
  },
  fr: {
    loading: "Chargement",
    unsupported: "Votre navigateur ou la sécurité de cette page n’autorise pas cet écran. Utilisez un navigateur récent ou prévenez votre administrateur.",
    unreachable: "Cet écran n’a pas pu être chargé. Vérifiez votre accès à internet.",
    broken: "Un problème est survenu sur cet écran. Recommencez.",
    retry: "Réessayer",
    restart: "Recommencer",
  },
  de: {
    loading: "Wird geladen",
    unsupported: "Ihr Browser oder die Sicherheit dieser Seite lässt diesen Bildschirm nicht zu. Verwenden Sie einen aktuellen Browser oder benachrichtigen Sie Ihren Administrator.",
    unreachable: "Dieser Bildschirm konnte nicht geladen werden. Prüfen Sie Ihr Internet.",
    broken: "Auf diesem Bildschirm ist etwas schiefgegangen. Beginnen Sie neu.",
    retry: "Erneut versuchen",
    restart: "Neu beginnen",
  },
  en: {
    loading: "Loading",
    unsupported: "Your browser or the security of this page does not allow this screen. Use a recent browser or tell your administrator.",
    unreachable: "This screen could not be loaded. Check your internet.",
    broken: "Something went wrong on this screen. Start again.",
    retry: "Try again",
    restart: "Start again",
  },
};

/** The element's `lang`, else the document's, else the browser's, else Dutch; with the tag that times are written by. */
export function chosenLanguage(element) {
  const asked = [element.getAttribute("lang"), document.documentElement.lang, ...(navigator.languages ?? [])];
  const tag = asked.find((tag) => tag && languageOf(tag) in SENTENCES) ?? "nl";
  const name = languageOf(tag);
  const locale = /^[a-z]{2}-[A-Z]{2}$/.test(tag) ? tag : DEFAULT_LOCALES[name];
  return { name, locale, sentences: SENTENCES[name] };
}

function languageOf(tag) {
  return tag.toLowerCase().split("-", 1)[0];
}
