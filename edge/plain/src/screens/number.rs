//! The number of a telephone, as people write it.

use pbx_2fa_shared::Kind;
use pbx_2fa_shared::numbering::{COUNTRIES, Country};

use super::Screen;
use super::kinds::word;
use super::parts::{Head, error, form, page};
use crate::form::{NumberError, TypedForm};
use crate::html::{Html, el, says, void};
use crate::page::Page;
use crate::path::{Form, Panel};
use crate::words::{Sentence, Words, say};

pub(super) fn number(screen: Screen<'_>, kind: Kind, refused: Option<(&TypedForm, NumberError)>) -> Page {
    let words = screen.words;
    let mobile = kind == Kind::Mobile;
    let chosen = refused.map_or_else(|| country_of(words), |(form, _)| form.country);
    let typed = refused.map_or("", |(form, _)| form.number.as_str());
    let wrong = refused.map(|(_, error)| error);
    let described = if wrong.is_some() {
        "example error"
    } else {
        "example"
    };
    let mut input = vec![
        ("id", "number"),
        ("name", "number"),
        ("type", "tel"),
        ("autocomplete", "tel"),
        ("maxlength", "32"),
        ("aria-describedby", described),
        ("value", typed),
        ("autofocus", ""),
    ];
    input.extend(wrong.map(|_| ("aria-invalid", "true")));
    let save = |kind: Kind, class: &str, sentence| {
        let pressed = [
            ("type", "submit"),
            ("class", class),
            ("name", "kind"),
            ("value", word(kind)),
        ];
        says("button", &pressed, words.say(sentence))
    };
    let offers = |kind: Kind| screen.view.enrollable.contains(&kind);
    let as_other = match wrong {
        Some(NumberError::IsMobile) if offers(Kind::Mobile) => {
            Some(save(Kind::Mobile, "secondary", say::NUMBER_SAVE_MOBILE))
        }
        Some(NumberError::IsLandline) if offers(Kind::Landline) => {
            Some(save(Kind::Landline, "secondary", say::NUMBER_SAVE_LANDLINE))
        }
        _ => None,
    };
    let example = words.tell(say::NUMBER_EXAMPLE, &[("example", example(chosen.iso, mobile))]);
    let label = |of: &str, sentence| says("label", &[("for", of)], words.say(sentence));
    let fields = vec![
        label("country", say::NUMBER_COUNTRY),
        countries(words, chosen),
        label("number", say::NUMBER_LABEL),
        void("input", &input),
        says("p", &[("id", "example"), ("class", "hint")], &example),
        Html::from(wrong.map(|wrong| error(words.say(why(wrong))))),
        save(kind, "primary", say::NUMBER_SUBMIT),
        Html::from(as_other),
    ];
    let title = if mobile {
        say::NUMBER_TITLE_MOBILE
    } else {
        say::NUMBER_TITLE_LANDLINE
    };
    let head = Head {
        back: Some(Panel::Kinds),
        wrong: wrong.is_some(),
        ..Head::new(words.say(title), words.say(say::NUMBER_LEAD))
    };
    page(
        screen,
        head,
        vec![form(screen, Form::Enroll, "number", fields)],
        None,
    )
}

fn countries(words: &Words, chosen: &Country) -> Html {
    let options = COUNTRIES.iter().map(|country| {
        let name = [words.say(name_of(country.iso)), " (+", country.calling_code, ")"].concat();
        let selected = (country.iso == chosen.iso).then_some(("selected", ""));
        let attributes: Vec<_> = [("value", country.iso)].into_iter().chain(selected).collect();
        says("option", &attributes, &name)
    });
    el(
        "select",
        &[("id", "country"), ("name", "country")],
        options.collect(),
    )
}

/// The country that the language tag names, or the first.
fn country_of(words: &Words) -> &'static Country {
    let [first, ..] = &COUNTRIES;
    let region = words.tag().split('-').nth(1).unwrap_or_default();
    COUNTRIES
        .iter()
        .find(|country| country.iso == region)
        .unwrap_or(first)
}

fn name_of(iso: &str) -> Sentence {
    match iso {
        "NL" => say::COUNTRY_NL,
        "FR" => say::COUNTRY_FR,
        "DE" => say::COUNTRY_DE,
        "LU" => say::COUNTRY_LU,
        "GB" => say::COUNTRY_GB,
        _ => say::COUNTRY_BE,
    }
}

const fn why(error: NumberError) -> Sentence {
    match error {
        NumberError::Invalid => say::NUMBER_INVALID,
        NumberError::IsMobile => say::NUMBER_IS_MOBILE,
        NumberError::IsLandline => say::NUMBER_IS_LANDLINE,
        NumberError::NotAllowed => say::NUMBER_NOT_ALLOWED,
        NumberError::OwnPbx => say::NUMBER_OWN_PBX,
        NumberError::Blocked => say::NUMBER_BLOCKED,
    }
}

/// Numbers in the form of the country; where its regulator has numbers for fiction, one of those.
fn example(iso: &str, mobile: bool) -> &'static str {
    match (iso, mobile) {
        ("NL", true) => "06 12 34 56 78",
        ("NL", false) => "020 123 45 67",
        ("FR", true) => "06 39 98 12 34",
        ("FR", false) => "01 99 00 12 34",
        ("DE", true) => "0152 28817386",
        ("DE", false) => "030 23125123",
        ("LU", true) => "621 123 456",
        ("LU", false) => "27 12 34 56",
        ("GB", true) => "07700 900123",
        ("GB", false) => "020 7946 0123",
        (_, true) => "0470 12 34 56",
        (_, false) => "02 555 12 34",
    }
}
