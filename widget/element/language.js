/**
 * Which language, and the few sentences that must be there when nothing else is. They address nobody, for how the tenant wants
 * people to be addressed may not be known yet.
 */
import { catalogueOf } from "./load.js";

const DEFAULT_LOCALES = { nl: "nl-BE", fr: "fr-BE", de: "de-BE", en: "en-BE" };

const SENTENCES = {
  nl: {
    loading: "Even laden",
    unsupported: "De browser of de beveiliging van deze pagina laat dit scherm niet toe. Gebruik een recente browser of verwittig de beheerder.",
    unreachable: "Dit scherm kon niet geladen worden. Kijk het internet na.",
    broken: "Er ging iets mis op dit scherm. Begin opnieuw.",
    retry: "Probeer opnieuw",
    restart: "Begin opnieuw",
  },
  fr: {
    loading: "Chargement",
    unsupported: "Le navigateur ou la sécurité de cette page n’autorise pas cet écran. Il faut un navigateur récent, ou l’aide de l’administrateur.",
    unreachable: "Cet écran n’a pas pu être chargé. L’accès à internet semble interrompu.",
    broken: "Un problème est survenu sur cet écran. Il faut recommencer.",
    retry: "Réessayer",
    restart: "Recommencer",
  },
  de: {
    loading: "Wird geladen",
    unsupported: "Der Browser oder die Sicherheit dieser Seite lässt diesen Bildschirm nicht zu. Bitte einen aktuellen Browser verwenden oder den Administrator benachrichtigen.",
    unreachable: "Dieser Bildschirm konnte nicht geladen werden. Bitte das Internet prüfen.",
    broken: "Auf diesem Bildschirm ist etwas schiefgegangen. Bitte neu beginnen.",
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

/**
 * What the page says (the `lang` of the element, or of what is around it), else the tenant, else the browser, else Dutch; with the
 * tag that times are written by. The form of address is the tenant's. Before the first view nothing is known of a tenant, and the
 * element's `address` stands in for it.
 */
export function chosenLanguage(element, tenant) {
  const around = element.closest("[lang]")?.getAttribute("lang");
  const asked = [around, document.documentElement.lang, tenant?.locale, ...(navigator.languages ?? [])];
  const tag = asked.find((tag) => tag && languageOf(tag) in SENTENCES) ?? "nl";
  const name = languageOf(tag);
  const locale = /^[a-z]{2}-[A-Z]{2}$/.test(tag) ? tag : DEFAULT_LOCALES[name];
  const catalogue = catalogueOf(name, tenant ? tenant.form : element.getAttribute("address"));
  return { catalogue, locale, sentences: SENTENCES[name] };
}

function languageOf(tag) {
  return tag.toLowerCase().split("-", 1)[0];
}
