//! The widget's files as a browser fetches them: a short-lived loader that names everything else by its content.

use std::collections::BTreeMap;
use std::path::Path;

use base64ct::{Base64, Encoding};
use serde::Serialize;
use sha2::{Digest, Sha256, Sha384};

use super::wasm::{self, Made};
use super::{Places, names};
use crate::failure::{Context, Failure, Outcome};
use crate::files::{self, Key, StageDir, hex};
use crate::print::step;
use crate::run::{self, Show};
use crate::{tools, workspace};

/// The one file with a fixed name.
pub(crate) const LOADER: &str = "pbx-2fa.js";
const BUNDLER: &str = "bundle-widget.mjs";
const STYLE_BUNDLER: &str = "bundle-style.mjs";
/// What makes the loader and the style, below `tools/`.
pub(crate) const SCRIPTS: [&str; 3] = [BUNDLER, STYLE_BUNDLER, "style.mjs"];
const LANGUAGES: [&str; 4] = ["nl", "fr", "de", "en"];
/// A language in another form of address than its own: the sentences of its own, but for those that differ.
const OTHER_FORMS: [(&str, &str); 3] = [("nl", "formal"), ("fr", "familiar"), ("de", "familiar")];

type Catalogue = BTreeMap<String, String>;

/// Baked into the loader as `__PBX2FA_FILES__`.
#[derive(Serialize)]
struct Files {
    parts: Parts,
    /// What the whole widget needs of it beside what is in the loader.
    style: Named,
    /// Catalogues: `fr` is in the form that French has where nobody asks for one, `fr-familiar` in the other.
    languages: BTreeMap<String, Named>,
}

#[derive(Serialize)]
struct Parts {
    login: Named,
    whole: Named,
}

#[derive(Serialize)]
struct Named {
    name: String,
    /// As `fetch` takes it (Subresource Integrity).
    integrity: String,
}

pub(crate) fn make(login: &Made, whole: &Made, places: &Places) -> Outcome<()> {
    let element = workspace::path("widget/element");
    let i18n = workspace::path("widget/i18n");
    let mut key = Key::new();
    key.tree(&login.directory)?;
    key.tree(&whole.directory)?;
    key.tree(&element)?;
    key.tree(&i18n)?;
    for script in SCRIPTS {
        key.file(&workspace::path("tools").join(script))?;
    }
    key.file(&workspace::path("tools/package-lock.json"))?;

    let stage = StageDir(places.work.join("widget-files"));
    stage.fill(&key.finish(), |directory| {
        step("widget: languages, hashes, loader", || {
            let (of_login, of_whole, names) = names::shorten(login, whole)?;
            let of_login = wasm::optimise_again(&wasm::LOGIN, &of_login, directory)?;
            let of_whole = wasm::optimise_again(&wasm::WHOLE, &of_whole, directory)?;
            let parts = Parts {
                login: save(directory, "pbx-2fa-login", "wasm", &of_login)?,
                whole: save(directory, "pbx-2fa-whole", "wasm", &of_whole)?,
            };
            let style = style(&element.join("style/whole.css"), directory)?;
            let languages = languages(&i18n, directory)?;
            bundle(
                &element.join("index.js"),
                &whole.glue,
                &names,
                &Files {
                    parts,
                    style,
                    languages,
                },
                directory,
            )
        })
    })?;

    files::empty_dir(&places.widget)?;
    for file in files::walk(&stage.0)? {
        files::copy(&file, &places.widget.join(file.file_name().unwrap_or_default()))?;
    }
    Ok(())
}

/// Names a file by its content, so that it may be cached for ever.
fn save(directory: &Path, stem: &str, extension: &str, contents: &[u8]) -> Outcome<Named> {
    let hash: String = hex(&Sha256::digest(contents)).chars().take(16).collect();
    let name = format!("{stem}-{hash}.{extension}");
    files::write(&directory.join(&name), contents)?;
    Ok(Named {
        name,
        integrity: format!("sha384-{}", Base64::encode_string(&Sha384::digest(contents))),
    })
}

fn style(entry: &Path, directory: &Path) -> Outcome<Named> {
    let sheet = directory.join("style.css");
    let mut bundler = tools::own_tool(STYLE_BUNDLER);
    bundler.arg(entry).arg(&sheet);
    run::must(
        &mut bundler,
        Show::Everything("esbuild"),
        "the style could not be bundled; esbuild says why above",
    )?;
    let contents = files::read(&sheet)?;
    std::fs::remove_file(&sheet).context(|| format!("removing {}", sheet.display()))?;
    save(directory, "pbx-2fa-whole", "css", &contents)
}

fn languages(i18n: &Path, directory: &Path) -> Outcome<BTreeMap<String, Named>> {
    let mut catalogues: BTreeMap<String, Catalogue> = BTreeMap::new();
    for language in LANGUAGES {
        catalogues.insert(language.to_owned(), read(i18n, language)?);
    }
    for (language, form) in OTHER_FORMS {
        let mut merged = read(i18n, language)?;
        merged.extend(read(i18n, &format!("{language}.{form}"))?);
        catalogues.insert(format!("{language}-{form}"), merged);
    }
    let keys: Vec<&String> = catalogues
        .values()
        .next()
        .into_iter()
        .flat_map(Catalogue::keys)
        .collect();
    let mut named = BTreeMap::new();
    for (name, texts) in &catalogues {
        if !texts.keys().eq(keys.iter().copied()) {
            return Err(Failure::new(format!(
                "{name} has other keys than the first language"
            )));
        }
        let lines: Vec<&str> = texts.values().map(String::as_str).collect();
        if lines.iter().any(|line| line.contains('\n')) {
            return Err(Failure::new(format!(
                "{name} has a sentence of more than one line"
            )));
        }
        named.insert(
            name.clone(),
            save(directory, name, "txt", lines.join("\n").as_bytes())?,
        );
    }
    Ok(named)
}

fn read(i18n: &Path, name: &str) -> Outcome<Catalogue> {
    let path = i18n.join(format!("{name}.json"));
    catalogue(&files::read_text(&path)?).context(|| workspace::shown(&path))
}

/// A catalogue in the order of its keys, which is the order in which the widget's own enum counts them.
fn catalogue(text: &str) -> serde_json::Result<Catalogue> {
    serde_json::from_str(text)
}

fn bundle(entry: &Path, glue: &Path, names: &names::Names, named: &Files, directory: &Path) -> Outcome<()> {
    let names = serde_json::to_string(names).context(|| "the list of names".to_owned())?;
    let named = serde_json::to_string(named).context(|| "the list of files".to_owned())?;
    let mut bundler = tools::own_tool(BUNDLER);
    bundler
        .arg(entry)
        .arg(glue)
        .arg(names)
        .arg(named)
        .arg(directory.join(LOADER));
    run::must(
        &mut bundler,
        Show::Everything("esbuild"),
        "the loader could not be bundled; esbuild says why above",
    )
    .map(drop)
}

#[cfg(test)]
mod tests {
    use super::{catalogue, save};

    #[test]
    fn catalogues_are_read_in_the_order_of_their_keys() {
        let texts = catalogue(r#"{"b_two":"2","a":"1","b_One":"3"}"#).unwrap();
        assert_eq!(texts.values().collect::<Vec<_>>(), ["1", "3", "2"]);
    }

    #[test]
    fn names_and_integrity_come_from_the_content() {
        let directory = std::env::temp_dir().join(format!("xtask-{}-save", std::process::id()));
        crate::files::empty_dir(&directory).unwrap();
        let named = save(&directory, "nl", "txt", b"abc").unwrap();
        assert_eq!(named.name, "nl-ba7816bf8f01cfea.txt");
        // FIPS 180-4, SHA-384 of "abc".
        let sha384 = "sha384-ywB1P0WjXou1oD1pmsZQBycsMqsO3tFjGotgWkP/W+2AhgcroefMI1i67KE0yCWn";
        assert_eq!(named.integrity, sha384);
        assert!(directory.join(named.name).exists());
    }
}
