//! Makes the `Text` enum from the catalogues in `i18n/`: one variant per key, in the order of the keys.
//!
//! A key or a placeholder that the languages do not share stops the build, so no screen can lack a sentence. A file of another
//! form of address, as `fr.familiar.json`, has the sentences that differ in it, and no others.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::{env, error::Error, fs, path::Path};

const REFERENCE: &str = "nl";
const OTHERS: [&str; 3] = ["fr", "de", "en"];
const OTHER_FORMS: [&str; 3] = ["nl.formal", "fr.familiar", "de.familiar"];

type Catalogue = BTreeMap<String, String>;

fn main() -> Result<(), Box<dyn Error>> {
    let reference = catalogue(REFERENCE)?;
    for language in OTHERS {
        let other = catalogue(language)?;
        same_keys(&reference, &other).map_err(|e| format!("i18n/{language}.json: {e}"))?;
    }
    for form in OTHER_FORMS {
        known_keys(&reference, &catalogue(form)?).map_err(|e| format!("i18n/{form}.json: {e}"))?;
    }
    let out = env::var("OUT_DIR")?;
    fs::write(Path::new(&out).join("text.rs"), text_enum(&reference)?)?;
    Ok(())
}

fn catalogue(language: &str) -> Result<Catalogue, Box<dyn Error>> {
    let path = format!("i18n/{language}.json");
    println!("cargo::rerun-if-changed={path}");
    Ok(serde_json::from_str(&fs::read_to_string(&path)?).map_err(|e| format!("{path}: {e}"))?)
}

fn same_keys(reference: &Catalogue, other: &Catalogue) -> Result<(), String> {
    match reference.keys().find(|key| !other.contains_key(*key)) {
        Some(key) => Err(format!("the key {key} is missing")),
        None => known_keys(reference, other),
    }
}

fn known_keys(reference: &Catalogue, other: &Catalogue) -> Result<(), String> {
    for (key, translation) in other {
        let text = reference
            .get(key)
            .ok_or_else(|| format!("the key {key} is not in {REFERENCE}"))?;
        if placeholders(text) != placeholders(translation) {
            return Err(format!("the key {key} has other placeholders than {REFERENCE}"));
        }
    }
    Ok(())
}

fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split('{')
        .skip(1)
        .filter_map(|rest| Some(rest.split_once('}')?.0))
        .collect()
}

fn text_enum(reference: &Catalogue) -> Result<String, std::fmt::Error> {
    let mut code = String::from(
        "/// Every sentence of the widget, named after its key in `i18n/`.\n\
         #[derive(Debug, Clone, Copy, PartialEq, Eq)]\npub enum Text {\n",
    );
    for (key, text) in reference {
        writeln!(code, "    /// {text}\n    {},", variant(key))?;
    }
    writeln!(
        code,
        "}}\n\nimpl Text {{\n    /// How many there are.\n    pub const COUNT: usize = {};\n}}",
        reference.len()
    )?;
    Ok(code)
}

fn variant(key: &str) -> String {
    key.split('_')
        .map(|word| {
            let mut letters = word.chars();
            letters
                .next()
                .map(|first| first.to_ascii_uppercase())
                .into_iter()
                .chain(letters)
                .collect::<String>()
        })
        .collect()
}
