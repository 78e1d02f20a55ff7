//! Short names for what the widget's modules and their glue call each other by. The names of wasm-bindgen are long and full
//! of hashes, and would be downloaded twice: in the modules and in the glue.
//!
//! One glue serves both modules, so both get the same names. It is the one that was written for the whole widget; what the
//! other module imports is found in it by what it does, because wasm-bindgen numbers some functions anew in each module.

use std::collections::BTreeMap;

use serde::Serialize;
use walrus::ModuleConfig;

use super::wasm::Made;
use crate::failure::{Context, Failure, Outcome};
use crate::files;

/// The one module that the modules import from.
const FROM: &str = "a";
const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// Names in the glue of the whole widget, each with its short name.
#[derive(Default, Serialize)]
pub(crate) struct Names {
    imports: BTreeMap<String, String>,
    exports: BTreeMap<String, String>,
}

/// The modules of the two parts, renamed.
pub(crate) fn shorten(login: &Made, whole: &Made) -> Outcome<(Vec<u8>, Vec<u8>, Names)> {
    let of_whole = files::read_text(&whole.glue)?;
    let of_login = files::read_text(&login.glue)?;
    let mut names = Names::default();
    let whole = names.apply(&files::read(&whole.module)?, &same(&of_whole, &of_whole))?;
    let login = names.apply(&files::read(&login.module)?, &same(&of_login, &of_whole))?;
    Ok((login, whole, names))
}

impl Names {
    /// Renames what a module imports and exports; `in_glue` has the glue's name of each import.
    fn apply(&mut self, module: &[u8], in_glue: &BTreeMap<&str, &str>) -> Outcome<Vec<u8>> {
        let mut module = ModuleConfig::new()
            .generate_producers_section(false)
            .generate_name_section(false)
            .parse(module)
            .map_err(|error| format!("{error:#}"))
            .context(|| "reading a module of the widget".to_owned())?;
        for import in module.imports.iter_mut() {
            let name = in_glue.get(import.name.as_str()).ok_or_else(|| {
                Failure::new(format!(
                    "the glue of the whole widget has nothing like {}",
                    import.name
                ))
            })?;
            let next = short(self.imports.len());
            import.name = self.imports.entry((*name).to_owned()).or_insert(next).clone();
            FROM.clone_into(&mut import.module);
        }
        for export in module.exports.iter_mut() {
            let next = short(self.exports.len());
            export.name = self.exports.entry(export.name.clone()).or_insert(next).clone();
        }
        Ok(module.emit_wasm())
    }
}

/// For each function of a glue, which one of the other does the same.
fn same<'a>(own: &'a str, other: &'a str) -> BTreeMap<&'a str, &'a str> {
    let by_deed: BTreeMap<String, &str> = functions(other).map(|(name, deed)| (deed, name)).collect();
    functions(own)
        .filter_map(|(name, deed)| Some((name, *by_deed.get(&deed)?)))
        .collect()
}

/// The functions that a glue exports: the name of each, and all that comes after it but comments, which tell of numbers
/// inside the module.
fn functions(glue: &str) -> impl Iterator<Item = (&str, String)> {
    glue.split("\nexport function ").skip(1).filter_map(|function| {
        let (name, rest) = function.split_once('(')?;
        let (deed, _) = rest.split_once("\n}")?;
        let code = |line: &&str| !line.trim_start().starts_with("//");
        Some((name, deed.lines().filter(code).collect()))
    })
}

/// `a` to `Z`, then `aa` and on.
fn short(number: usize) -> String {
    let letter = |at: usize| LETTERS.get(at % LETTERS.len()).copied().map_or('_', char::from);
    match number / LETTERS.len() {
        0 => letter(number).to_string(),
        more => [letter(more - 1), letter(number)].iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{functions, same, short};

    const WHOLE: &str = "\nexport function one(a) {\n    // 7\n    return a;\n}\n\
                         export function two() { return guard(function () {\n    go();\n}, arguments); }\n";

    #[test]
    fn a_function_is_known_by_what_it_does() {
        assert_eq!(
            functions(WHOLE).collect::<Vec<_>>(),
            [
                ("one", "a) {    return a;".to_owned()),
                ("two", ") { return guard(function () {    go();".to_owned())
            ]
        );
        let login =
            "\nexport function two(a) {\n    return a;\n}\nexport function three(b) {\n    other(b);\n}\n";
        let known = same(login, WHOLE);
        assert_eq!((known.get("two"), known.get("three")), (Some(&"one"), None));
    }

    #[test]
    fn short_names_differ() {
        let names: BTreeSet<String> = (0..2000).map(short).collect();
        assert_eq!(names.len(), 2000);
        assert_eq!(
            (short(0), short(51), short(52)),
            ("a".into(), "Z".into(), "aa".into())
        );
    }
}
