//! Sentences in the person's language: the widget's, and a few that only a page without script needs.

use pbx_2fa_shared::{FormOfAddress, Kind, Locale, UnixSeconds};

/// One sentence in each [`Language`], and in the other form of address where a language has one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sentence([&'static str; 7]);

/// All of them; each screen takes what it says.
#[allow(dead_code, reason = "the widget says more")]
pub(crate) mod say {
    use super::Sentence;
    include!(concat!(env!("OUT_DIR"), "/sentences.rs"));
}

/// In the order of the catalogues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Language {
    Dutch,
    French,
    German,
    English,
}

/// A language, and the tag by which a page names it.
#[derive(Debug, Clone)]
pub struct Words {
    language: Language,
    form: Option<FormOfAddress>,
    tag: String,
}

/// Values for the places in a sentence.
pub(crate) type Values<'a> = &'a [(&'static str, &'a str)];

impl Words {
    /// Of the transaction, else of the tenant, else of the browser (RFC 9110 §12.5.4), the first that is known; else Dutch.
    #[must_use]
    pub fn choose(
        transaction: Option<&Locale>,
        accept_language: Option<&str>,
        tenant: Option<&Locale>,
    ) -> Self {
        let transaction = transaction.map(Locale::as_str);
        let accepted = accepted(accept_language.unwrap_or_default());
        let tenant = tenant.map(Locale::as_str);
        let mut tags = transaction.into_iter().chain(tenant).chain(accepted);
        let known = tags.find_map(|tag| Some((Language::of(tag)?, tag)));
        let (language, tag) = known.unwrap_or((Language::Dutch, "nl"));
        Self {
            language,
            form: None,
            tag: tag.to_owned(),
        }
    }

    /// As the tenant addresses people; `None` is each language's own form.
    #[must_use]
    pub fn addressing(self, form: Option<FormOfAddress>) -> Self {
        Self { form, ..self }
    }

    pub(crate) fn tag(&self) -> &str {
        &self.tag
    }

    /// A sentence without places.
    pub(crate) fn say(&self, sentence: Sentence) -> &'static str {
        let Sentence(
            [
                dutch,
                french,
                german,
                english,
                dutch_formal,
                french_familiar,
                german_familiar,
            ],
        ) = sentence;
        match (self.language, self.form) {
            (Language::Dutch, Some(FormOfAddress::Formal)) => dutch_formal,
            (Language::Dutch, _) => dutch,
            (Language::French, Some(FormOfAddress::Familiar)) => french_familiar,
            (Language::French, _) => french,
            (Language::German, Some(FormOfAddress::Familiar)) => german_familiar,
            (Language::German, _) => german,
            (Language::English, _) => english,
        }
    }

    /// A sentence with its values in their places.
    pub(crate) fn tell(&self, sentence: Sentence, values: Values<'_>) -> String {
        let mut told = String::new();
        let mut rest = self.say(sentence);
        while let Some((before, (name, after))) = rest
            .split_once('{')
            .and_then(|(before, after)| Some((before, after.split_once('}')?)))
        {
            told.push_str(before);
            let value = values.iter().find(|(place, _)| *place == name);
            told.push_str(value.map_or("", |(_, value)| value));
            rest = after;
        }
        told.push_str(rest);
        told
    }

    /// Of two sentences, the one for this number.
    pub(crate) fn count(&self, count: u64, one: Sentence, other: Sentence) -> String {
        let sentence = if count == 1 { one } else { other };
        self.tell(sentence, &[("count", &count.to_string())])
    }

    /// What a kind of method is called.
    pub(crate) fn method(&self, kind: Kind, app_name: &str) -> String {
        match kind {
            Kind::App => self.tell(say::KIND_APP, &[("app", app_name)]),
            Kind::Totp => self.say(say::KIND_TOTP).to_owned(),
            Kind::Mobile => self.say(say::KIND_MOBILE).to_owned(),
            Kind::Landline => self.say(say::KIND_LANDLINE).to_owned(),
            Kind::Recovery => self.say(say::KIND_RECOVERY).to_owned(),
            Kind::Bypass => self.say(say::KIND_BYPASS).to_owned(),
        }
    }

    /// The day of a moment, in UTC: without script nobody knows where the person is.
    pub(crate) fn day(&self, at: UnixSeconds) -> String {
        let (month, day) = month_and_day(at / 86_400);
        let month = self.say(say::MONTHS).split(' ').nth(month).unwrap_or_default();
        let mark = if self.language == Language::German {
            "."
        } else {
            ""
        };
        [&day.to_string(), mark, " ", month].concat()
    }
}

impl Language {
    fn of(tag: &str) -> Option<Self> {
        let language = tag.split('-').next().unwrap_or_default();
        [
            ("nl", Self::Dutch),
            ("fr", Self::French),
            ("de", Self::German),
            ("en", Self::English),
        ]
        .into_iter()
        .find_map(|(name, known)| name.eq_ignore_ascii_case(language).then_some(known))
    }
}

/// The tags of an `Accept-Language`, the most wanted first.
fn accepted(header: &str) -> Vec<&str> {
    let mut wanted: Vec<(&str, u32)> = header.split(',').take(16).filter_map(weighed).collect();
    wanted.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
    wanted.into_iter().map(|(tag, _)| tag).collect()
}

/// A tag with its weight in thousandths; none where it is not wanted, or is no tag.
fn weighed(part: &str) -> Option<(&str, u32)> {
    let (tag, weight) = part.split_once(';').unwrap_or((part, "q=1"));
    let (whole, parts) = weight
        .trim()
        .strip_prefix("q=")?
        .split_once('.')
        .unwrap_or((weight.trim().strip_prefix("q=")?, ""));
    let thousandths: u32 = format!("{parts:0<3}").get(..3)?.parse().ok()?;
    let weight = whole
        .parse::<u32>()
        .ok()?
        .min(1)
        .saturating_mul(1_000)
        .saturating_add(thousandths);
    let tag = tag.trim();
    (weight > 0 && Locale::parse(tag).is_ok()).then_some((tag, weight))
}

/// `83` is `1:23`.
pub(crate) fn countdown(seconds: u64) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// Month from 0 and day from 1 of a day since 1970 (H. Hinnant, "chrono-compatible low-level date algorithms").
#[allow(
    clippy::arithmetic_side_effects,
    reason = "a day of 64-bit seconds is far from the end of 64 bits"
)]
const fn month_and_day(days: u64) -> (usize, u64) {
    let of_era = (days + 719_468) % 146_097;
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    (((month + 2) % 12) as usize, day)
}

#[cfg(test)]
mod tests {
    use super::{FormOfAddress, Words, accepted, countdown, month_and_day, say};
    use pbx_2fa_shared::Locale;

    fn chosen(transaction: Option<&str>, accept: Option<&str>, tenant: Option<&str>) -> String {
        let locale = |tag: Option<&str>| tag.map(|tag| Locale::parse(tag).unwrap());
        Words::choose(locale(transaction).as_ref(), accept, locale(tenant).as_ref()).tag
    }

    #[test]
    fn the_portal_s_language_comes_before_the_browser_s() {
        assert_eq!(chosen(Some("fr-BE"), Some("en"), Some("de")), "fr-BE");
        assert_eq!(chosen(None, Some("en"), Some("de-BE")), "de-BE");
        assert_eq!(
            chosen(Some("es"), Some("es, en-GB;q=0.8, nl;q=0.9"), Some("it")),
            "nl"
        );
        assert_eq!(chosen(None, None, None), "nl");
    }

    #[test]
    fn what_a_browser_accepts_is_read_by_its_weight_and_nothing_else_is_a_tag() {
        assert_eq!(accepted("en;q=0.5, fr, de;q=0.75, nl;q=0"), ["fr", "de", "en"]);
        assert_eq!(accepted("*, \"><script>;q=1, en-GB ; q=1, fr;q=x"), ["en-GB"]);
        assert!(accepted("").is_empty());
    }

    #[test]
    fn values_stand_in_their_places() {
        let english = Words::choose(None, Some("en"), None);
        assert_eq!(
            english.tell(say::LEAD_APP_SENT, &[("app", "Qaller")]),
            "Open the Qaller app. We sent you a code."
        );
        assert_eq!(
            english.count(1, say::CODE_WRONG_ONE, say::CODE_WRONG_OTHER),
            "That code is not right. You can try 1 more time."
        );
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        for (day, month, date) in [
            (0, 0, 1),
            (58, 1, 28),
            (59, 2, 1),
            (789, 1, 29),
            (790, 2, 1),
            (20_818, 11, 31),
        ] {
            assert_eq!(month_and_day(day), (month, date), "{day}");
        }
        assert_eq!(Words::choose(None, Some("de"), None).day(86_400 * 59), "1. März");
    }

    #[test]
    fn every_language_has_twelve_months() {
        for language in ["nl", "fr", "de", "en"] {
            assert_eq!(
                Words::choose(None, Some(language), None)
                    .say(say::MONTHS)
                    .split(' ')
                    .count(),
                12
            );
        }
        assert_eq!([0, 9, 83, 600].map(countdown), ["0:00", "0:09", "1:23", "10:00"]);
    }

    #[test]
    fn people_are_addressed_as_the_tenant_does() {
        let said = |language, form| {
            let words = Words::choose(None, Some(language), None).addressing(form);
            words.say(say::NOT_OFFERED).split(' ').next().unwrap_or_default()
        };
        let (familiar, formal) = (Some(FormOfAddress::Familiar), Some(FormOfAddress::Formal));
        for (language, own, other, form) in [
            ("nl", "Je", "Uw", formal),
            ("fr", "Votre", "Ton", familiar),
            ("de", "Ihr", "Dein", familiar),
            ("en", "Your", "Your", formal),
        ] {
            assert_eq!((said(language, None), said(language, form)), (own, other));
        }
        for (language, form) in [("nl", familiar), ("fr", formal), ("de", formal), ("en", familiar)] {
            assert_eq!(said(language, form), said(language, None));
        }
    }
}
