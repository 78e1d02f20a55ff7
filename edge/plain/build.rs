//! Makes a constant of each sentence of the widget's catalogues and of the few in `i18n/`, in all languages, and of the style
//! with the hash that a page's policy names it by. A sentence that no screen says is in no worker.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::{env, error::Error, fs, path::Path};

use base64ct::{Base64, Encoding};
use sha2::{Digest, Sha256};

/// In the order of `Language`, then in that of the other forms of address.
const LANGUAGES: [&str; 4] = ["nl", "fr", "de", "en"];
/// Catalogues of the sentences that another form of address changes.
const OTHER_FORMS: [(&str, &str); 3] = [("nl", "formal"), ("fr", "familiar"), ("de", "familiar")];
const WIDGET: &str = "../../widget/i18n";
const OWN: &str = "i18n";

type Catalogue = BTreeMap<String, String>;

fn main() -> Result<(), Box<dyn Error>> {
    let mut code = String::new();
    for folder in [WIDGET, OWN] {
        let mut all = Vec::new();
        for language in LANGUAGES {
            all.push(catalogue(&format!("{folder}/{language}.json"))?);
        }
        for (language, form) in OTHER_FORMS {
            let mut other = catalogue(&format!("{folder}/{language}.json"))?;
            other.extend(catalogue(&format!("{folder}/{language}.{form}.json"))?);
            all.push(other);
        }
        for key in all.iter().flat_map(Catalogue::keys) {
            if all.iter().any(|catalogue| !catalogue.contains_key(key)) {
                return Err(format!("{folder}: the key {key} is missing in a language").into());
            }
        }
        for key in all.first().into_iter().flat_map(Catalogue::keys) {
            let said: Vec<_> = all.iter().filter_map(|catalogue| catalogue.get(key)).collect();
            writeln!(
                code,
                "pub(crate) const {}: Sentence = Sentence({said:?});",
                key.to_uppercase()
            )?;
        }
    }
    write(&code, "sentences.rs")?;
    println!("cargo::rerun-if-changed=src/style.css");
    let style = compact(&fs::read_to_string("src/style.css")?);
    let hash = Base64::encode_string(&Sha256::digest(style.as_bytes()));
    write(
        &format!("const STYLE: &str = {style:?};\nconst STYLE_HASH: &str = \"'sha256-{hash}'\";\n"),
        "style.rs",
    )
}

fn catalogue(path: &str) -> Result<Catalogue, Box<dyn Error>> {
    println!("cargo::rerun-if-changed={path}");
    Ok(serde_json::from_str(&fs::read_to_string(path)?).map_err(|e| format!("{path}: {e}"))?)
}

/// Without the white space at the ends of lines, and without comments of a line of their own.
fn compact(style: &str) -> String {
    let lines = style.lines().map(str::trim);
    lines
        .filter(|line| !line.is_empty() && !line.starts_with("/*"))
        .collect()
}

fn write(code: &str, name: &str) -> Result<(), Box<dyn Error>> {
    Ok(fs::write(Path::new(&env::var("OUT_DIR")?).join(name), code)?)
}
