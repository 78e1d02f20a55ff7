//! The number of a telephone, as people write it.

use pbx_2fa_shared::Kind;
use pbx_2fa_shared::numbering::COUNTRIES;
use pbx_2fa_shared::session::View;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::{Html, InputEvent, html};

use super::Draw;
use super::parts::{error, head, submit_button, yes};
use super::tree::{self, says, text, with};
use crate::i18n::{Message, Text, Value};
use crate::model::{Event, NumberError};

pub(super) fn number(draw: Draw<'_>, view: &View, kind: Kind) -> Html {
    let form = &draw.state.number;
    let mobile = kind == Kind::Mobile;
    let title = if mobile {
        Text::NumberTitleMobile
    } else {
        Text::NumberTitleLandline
    };
    let country = COUNTRIES.get(form.country).map_or("", |country| country.iso);
    let (words, next) = next(draw, view);
    let trouble = form.error.as_ref().map(|error| Message::new(error.text()));
    let example =
        Message::new(Text::NumberExample).with("example", Value::Text(example(country, mobile).to_owned()));
    let onchange = draw.link.reform(|event: yew::Event| {
        let select = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlSelectElement>().ok());
        let index = select.and_then(|select| usize::try_from(select.selected_index()).ok());
        Event::CountryChosen(index.unwrap_or_default())
    });
    let oninput = draw.link.reform(|event: InputEvent| {
        let field = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        Event::NumberTyped(field.map(|field| field.value()).unwrap_or_default())
    });
    let countries = COUNTRIES.iter().enumerate().map(|(index, country)| {
        let name = [
            draw.words.say(country_name(country.iso)),
            " (+",
            country.calling_code,
            ")",
        ]
        .concat();
        html! { <option selected={index == form.country}>{ name }</option> }
    });
    let label = |of: &str, words| says("label", with!["for" = of], draw.words.say(words));
    let country = html! { <select id="country" part="input" {onchange}>{ for countries }</select> };
    let input = html! {
        <input id="number" part="input" type="tel" autocomplete="tel" maxlength="32" aria-describedby="example error"
            aria-invalid={yes(form.error.is_some())} value={form.typed.clone()} {oninput} />
    };
    let fields = vec![
        label("country", Text::NumberCountry),
        country,
        label("number", Text::NumberLabel),
        input,
        says(
            "p",
            with!["id" = "example", "class" = "hint"],
            &draw.words.tell(&example),
        ),
        error(draw, trouble),
        submit_button(draw, words),
    ];
    let head = head(
        draw,
        Some(Text::Back),
        title,
        text(draw.words.say(Text::NumberLead)),
    );
    [head, tree::form(draw, "number", next, fields)]
        .into_iter()
        .collect()
}

/// A mobile number typed for a landline, or the reverse, is one press away from being right.
fn next(draw: Draw<'_>, view: &View) -> (Text, Event) {
    let save_as = match &draw.state.number.error {
        Some(NumberError::IsMobile(_)) => Some((Kind::Mobile, Text::NumberSaveMobile)),
        Some(NumberError::IsLandline(_)) => Some((Kind::Landline, Text::NumberSaveLandline)),
        _ => None,
    };
    match save_as {
        Some((kind, words)) if view.enrollable.contains(&kind) => (words, Event::NumberSavedAs(kind)),
        _ => (Text::NumberSubmit, Event::NumberSubmitted),
    }
}

fn country_name(iso: &str) -> Text {
    match iso {
        "NL" => Text::CountryNl,
        "FR" => Text::CountryFr,
        "DE" => Text::CountryDe,
        "LU" => Text::CountryLu,
        "GB" => Text::CountryGb,
        _ => Text::CountryBe,
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
