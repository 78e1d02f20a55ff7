//! What a catalogue must be, beyond what the build of the widget checks (the same keys and placeholders in each): the widget's, and
//! that of the sentences which only the pages without script say.

#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "what stops a test fails it"
)]

mod common;
mod lint;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use common::{CATALOGUES, catalogue, catalogue_in, written, written_in};
use lint::{
    Catalogue, constant, form_of, misprints, of_any_form, of_the_other_form, repeated, unlike, unused,
    variant,
};

/// The language that the others are held against.
const REFERENCE: &str = "nl";
const WIDGET: &str = "i18n";
const PLAIN: &str = "../edge/plain/i18n";

/// Each catalogue of each folder.
fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    let of = |folder| CATALOGUES.into_iter().map(move |name| (folder, name));
    [WIDGET, PLAIN].into_iter().flat_map(of)
}

/// Those in another form of address than their language's own.
fn other_forms() -> impl Iterator<Item = (&'static str, &'static str)> {
    all().filter(|(_, name)| name.contains('-'))
}

/// Every source below a folder.
fn sources(folder: &Path, extension: &str) -> String {
    let mut all = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.push_str(&sources(&path, extension));
        } else if path.extension().is_some_and(|own| own == extension) {
            all.push_str(&fs::read_to_string(path).unwrap());
        }
    }
    all
}

fn below(folder: &str, extension: &str) -> String {
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), extension)
}

/// The loader's own sentences, by language: `  nl: {` begins one, and each of its lines is a key and a sentence.
fn of_the_loader() -> BTreeMap<String, Catalogue> {
    let script =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("element/language.js")).unwrap();
    let mut all: BTreeMap<String, Catalogue> = BTreeMap::new();
    let mut language = String::new();
    for line in script.lines() {
        if let Some(name) = line.strip_prefix("  ").and_then(|rest| rest.strip_suffix(": {")) {
            language = name.to_owned();
        } else if let Some((key, text)) = line.strip_prefix("    ").and_then(|rest| rest.split_once(": \"")) {
            let text = text.trim_end_matches("\",").to_owned();
            all.entry(language.clone())
                .or_default()
                .insert(key.to_owned(), text);
        }
    }
    all
}

#[test]
fn no_sentence_is_said_nowhere() {
    let widget = written(REFERENCE);
    let found = unused(widget.keys(), &below("src", "rs"), variant);
    assert!(found.is_empty(), "not used: {found:?}");
    let plain = written_in(PLAIN, REFERENCE);
    let found = unused(plain.keys(), &below("../edge/plain/src", "rs"), constant);
    assert!(
        found.is_empty(),
        "not used by the pages without script: {found:?}"
    );
}

#[test]
fn every_language_says_the_same_with_the_same_places() {
    for (folder, name) in all() {
        let reference = written_in(folder, REFERENCE);
        let other = catalogue_in(folder, name);
        let found = unlike(&reference, &other);
        assert!(found.is_empty(), "{folder}, {name}: {found:?}");
    }
}

#[test]
fn each_catalogue_keeps_to_one_form_of_address() {
    for (folder, name) in all() {
        for (key, text) in catalogue_in(folder, name) {
            let found = of_the_other_form(&text, name);
            assert!(found.is_empty(), "{folder}, {name}, {key}: {found:?} in {text}");
        }
    }
}

#[test]
fn another_form_of_address_has_only_sentences_that_differ() {
    for (folder, name) in other_forms() {
        let language = form_of(name).0;
        let own = written_in(folder, language);
        let other = written_in(folder, &name.replace('-', "."));
        let found = repeated(&own, &other);
        assert!(found.is_empty(), "{folder}, {name} says the same: {found:?}");
        let addresses = |text: &str| !of_any_form(text, language).is_empty();
        for (key, text) in other {
            assert!(
                addresses(&text) || addresses(&own[&key]),
                "{folder}, {name}, {key}: who is addressed in {text}"
            );
        }
    }
}

#[test]
fn every_sentence_that_addresses_somebody_is_there_in_both_forms() {
    for (folder, name) in other_forms() {
        let language = form_of(name).0;
        let other = written_in(folder, &name.replace('-', "."));
        for (key, text) in written_in(folder, language) {
            let found = of_any_form(&text, language);
            assert!(
                found.is_empty() || other.contains_key(&key),
                "{folder}, {name} lacks {key}: {found:?} in {text}"
            );
        }
    }
}

#[test]
fn signs_are_those_of_a_printer() {
    for (folder, name) in all() {
        for (key, text) in catalogue_in(folder, name) {
            let found = misprints(&text, form_of(name).0);
            assert!(found.is_empty(), "{folder}, {name}, {key}: {found:?} in {text}");
        }
    }
    for (language, sentences) in of_the_loader() {
        for (key, text) in sentences {
            let found = misprints(&text, &language);
            assert!(found.is_empty(), "{language}, {key}: {found:?} in {text}");
        }
    }
}

#[test]
fn set_as_primary_is_to_be_found_in_each_language() {
    for name in CATALOGUES {
        assert!(
            catalogue(name)["set_primary"]
                .replace('\u{a0}', " ")
                .contains("Set as Primary"),
            "{name}"
        );
    }
}

#[test]
fn the_loader_s_own_sentences_are_all_there_are_all_used_and_address_nobody() {
    let all = of_the_loader();
    assert_eq!(all.keys().collect::<Vec<_>>(), ["de", "en", "fr", "nl"]);
    let scripts = below("element", "js");
    for (language, sentences) in &all {
        assert!(sentences.keys().eq(all["nl"].keys()), "{language}");
        for (key, text) in sentences {
            let found = of_any_form(text, language);
            assert!(found.is_empty(), "{language}, {key}: {found:?} in {text}");
            let names = [format!(".{key}"), format!("\"{key}\"")];
            assert!(names.iter().any(|name| scripts.contains(name)), "not used: {key}");
        }
    }
}

/// The rules find what they are for.
mod rules {
    use super::*;

    fn one(key: &str, text: &str) -> Catalogue {
        Catalogue::from([(key.to_owned(), text.to_owned())])
    }

    #[test]
    fn a_word_of_the_other_form_is_found() {
        for (name, text, word) in [
            ("nl", "Typ uw code, als je wil.", "uw"),
            ("nl-formal", "Bevestig dat jij het bent", "jij"),
            ("fr", "Tapez le code de ton app.", "ton"),
            ("fr", "Choisis une méthode.", "Choisis"),
            ("fr", "Nous t’appelons.", "t"),
            ("fr-familiar", "Tape ton code ou recommencez.", "recommencez"),
            ("fr-familiar", "Tape votre code.", "votre"),
            ("de", "Gib Ihren Code ein.", "Gib"),
            ("de-familiar", "Hast du Ihren Code?", "Ihren"),
        ] {
            assert_eq!(of_the_other_form(text, name), [word], "{name}: {text}");
        }
    }

    #[test]
    fn what_only_looks_like_one_is_not() {
        for (name, text) in [
            ("de-familiar", "Stell sie auf automatisch, und ihr Ort."),
            ("fr-familiar", "Va chez toi."),
            ("en", "Type your code, if you have one."),
            ("nl", "Nu werkt het."),
        ] {
            assert!(of_the_other_form(text, name).is_empty(), "{name}: {text}");
        }
    }

    #[test]
    fn a_sentence_that_is_said_nowhere_or_twice_is_found() {
        let key = || one("code_wrong", "x");
        assert_eq!(
            unused(key().keys(), "Text::CodeWrongOne, Text::Code", variant),
            ["code_wrong"]
        );
        assert!(unused(key().keys(), "say(Text::CodeWrong)", variant).is_empty());
        assert_eq!(
            unused(key().keys(), "say::CODE_WRONG_ONE, say::CODE", constant),
            ["code_wrong"]
        );
        assert!(unused(key().keys(), "say(say::CODE_WRONG)", constant).is_empty());
        assert_eq!(repeated(&one("a", "x"), &one("a", "x")), ["a"]);
        assert!(repeated(&one("a", "x"), &one("a", "y")).is_empty());
    }

    #[test]
    fn a_sentence_that_a_language_lacks_or_has_other_places_in_is_found() {
        assert_eq!(unlike(&one("a", "x"), &one("b", "x")), ["a", "b"]);
        assert_eq!(unlike(&one("a", "over {count}"), &one("a", "in {counts}")), ["a"]);
        assert!(unlike(&one("a", "{b} en {c}"), &one("a", "{c}, {b}")).is_empty());
    }

    #[test]
    fn a_misprint_is_found() {
        for (language, text) in [
            ("nl", "Zo'n code"),
            ("nl", "de \"code\""),
            ("nl", "Zo ’n code"),
            ("nl", "Klaar!"),
            ("nl", "Laden…"),
            ("nl", "Laden..."),
            ("nl", "Klopt dit ?"),
            ("nl", "twee  spaties"),
            ("nl", "achteraan "),
            ("fr", "C’est exact ?"),
            ("fr", "C’est exact?"),
        ] {
            assert!(!misprints(text, language).is_empty(), "{language}: {text}");
        }
        for (language, text) in [
            ("nl", "Zo’n code: {code}."),
            ("fr", "L’app {app}\u{a0}: c’est exact\u{a0}?"),
        ] {
            assert!(misprints(text, language).is_empty(), "{language}: {text}");
        }
    }
}
