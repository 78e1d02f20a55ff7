//! Rules for sentences: each gives what it finds wrong, so that a test can see it find something.
#![allow(unreachable_pub, reason = "each suite uses its own part")]
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "each suite uses its own part; what stops a test fails it"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde_json::Value;

pub type Catalogue = BTreeMap<String, String>;

/// By language and form of address, the words that only this form has. `-ez` is an ending; a word with a capital counts with it
/// alone.
static WORDS: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../address.json")).unwrap());

/// In French, `chez` addresses nobody.
const NO_VERBS: [&str; 3] = ["chez", "assez", "nez"];

/// The language of a catalogue and its form of address: `fr` and `fr-formal` are the same, `en` has none.
pub fn form_of(catalogue: &str) -> (&str, Option<&str>) {
    let own = |language: &str| match language {
        "nl" => Some("familiar"),
        "fr" | "de" => Some("formal"),
        _ => None,
    };
    catalogue
        .split_once('-')
        .map_or((catalogue, own(catalogue)), |(language, form)| {
            (language, Some(form))
        })
}

/// Words of this form of address.
pub fn addressing<'a>(text: &'a str, language: &str, form: &str) -> Vec<&'a str> {
    let Some(known) = WORDS[language][form].as_array() else {
        return Vec::new();
    };
    let known: Vec<&str> = known.iter().map(|word| word.as_str().unwrap()).collect();
    let is_known = |word: &str| {
        let small = word.to_lowercase();
        known.iter().any(|known| match known.strip_prefix('-') {
            Some(ending) => small.ends_with(ending) && !NO_VERBS.contains(&small.as_str()),
            None if known.starts_with(char::is_uppercase) => word == *known,
            None => small == *known,
        })
    };
    let mut words = text.split(|c: char| !c.is_alphabetic());
    words.by_ref().filter(|word| is_known(word)).collect()
}

/// Words of the form that is not the catalogue's.
pub fn of_the_other_form<'a>(text: &'a str, catalogue: &str) -> Vec<&'a str> {
    match form_of(catalogue) {
        (language, Some("formal")) => addressing(text, language, "familiar"),
        (language, Some(_)) => addressing(text, language, "formal"),
        (_, None) => Vec::new(),
    }
}

/// Words of either form.
pub fn of_any_form<'a>(text: &'a str, language: &str) -> Vec<&'a str> {
    [
        addressing(text, language, "familiar"),
        addressing(text, language, "formal"),
    ]
    .concat()
}

/// Sentences of another form of address that say what the language's own says.
pub fn repeated<'a>(own: &Catalogue, other: &'a Catalogue) -> Vec<&'a str> {
    let same = |(key, text): &(&String, &String)| own.get(*key) == Some(*text);
    other.iter().filter(same).map(|(key, _)| key.as_str()).collect()
}

/// Keys whose name, as the build makes it, stands nowhere in the code.
pub fn unused<'a>(
    keys: impl Iterator<Item = &'a String>,
    code: &str,
    name: impl Fn(&str) -> String,
) -> Vec<&'a str> {
    let is_used = |key: &str| {
        let name = name(key);
        let goes_on = |c: char| c.is_alphanumeric() || c == '_';
        code.match_indices(&name)
            .any(|(at, _)| !code[at + name.len()..].starts_with(goes_on))
    };
    keys.map(String::as_str).filter(|key| !is_used(key)).collect()
}

/// As the widget's `build.rs` names it.
pub fn variant(key: &str) -> String {
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    "Text::".to_owned() + &key.split('_').map(capital).collect::<String>()
}

/// As that of the pages without script does.
pub fn constant(key: &str) -> String {
    "say::".to_owned() + &key.to_uppercase()
}

/// Keys that one of two languages lacks, or whose sentences have different places in them.
pub fn unlike<'a>(one: &'a Catalogue, other: &'a Catalogue) -> Vec<&'a str> {
    let keys: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    let differs = |key: &&String| match (one.get(*key), other.get(*key)) {
        (Some(one), Some(other)) => places(one) != places(other),
        _ => true,
    };
    keys.into_iter().filter(differs).map(String::as_str).collect()
}

fn places(text: &str) -> BTreeSet<&str> {
    let rests = text.split('{').skip(1);
    rests.filter_map(|rest| Some(rest.split_once('}')?.0)).collect()
}

/// What a printer would correct, by the customs of the language.
pub fn misprints(text: &str, language: &str) -> Vec<&'static str> {
    let signs: Vec<char> = text.chars().collect();
    let around = |at: usize| (at.checked_sub(1).and_then(|at| signs.get(at)), signs.get(at + 1));
    let is_letter = |sign: Option<&char>| sign.is_some_and(|sign| sign.is_alphabetic() || *sign == '{');
    let mut found = Vec::new();
    for (at, sign) in signs.iter().enumerate() {
        let (before, after) = around(at);
        match sign {
            '\'' | '"' | '`' | '´' => found.push("a quote or an apostrophe of a typewriter"),
            '’' if !is_letter(before) || !is_letter(after) => {
                found.push("an apostrophe that is not inside a word")
            }
            '…' => found.push("an ellipsis"),
            '!' => found.push("an exclamation mark"),
            '?' | ':' | ';' if language == "fr" && before != Some(&'\u{a0}') => {
                found.push("no space that holds the line before the sign");
            }
            '?' | ':' | ';' | '.' | ',' if language != "fr" && before.is_some_and(|c| c.is_whitespace()) => {
                found.push("a space before the sign");
            }
            ' ' if matches!(after, None | Some(' ')) || before.is_none() => found.push("a space too many"),
            _ => {}
        }
    }
    if text.contains("..") {
        found.push("an ellipsis");
    }
    found
}
