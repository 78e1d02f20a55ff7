//! The bill of materials of a build (CycloneDX 1.6): every crate that is compiled into the worker and into the widget, for
//! WebAssembly, with the features that it has there, and the standard library.
//!
//! Cargo itself says what those are, for one package and one platform. (`cargo metadata`, which the tools for this read,
//! knows the features of the whole workspace alone, with those of its tests and tools.) Nothing here depends on when or
//! where it is made, so two builds of the same sources have the same.

mod tree;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use self::tree::{Crate, Tree};
use crate::failure::{Context, Failure, Outcome};
use crate::{files, workspace};

/// In the build's directory, beside what it describes.
const FILE: &str = "sbom.cdx.json";

/// What is compiled to WebAssembly: the package, and what people call it.
const PARTS: [(&str, &str); 2] = [("pbx-2fa-edge", "worker"), ("pbx-2fa-widget", "widget")];

/// Features are the worker's, as for the build.
pub(super) fn write(features: Option<&str>, directory: &Path) -> Outcome<()> {
    files::write(&directory.join(FILE), make(features)?)
}

pub(crate) fn print_sbom() -> Outcome<()> {
    print!("{}", make(None)?);
    Ok(())
}

fn make(features: Option<&str>) -> Outcome<String> {
    let lock = files::read_text(&workspace::path("Cargo.lock"))?;
    let checksums = checksums(&lock);
    let library = standard_library()?;
    let mut components = BTreeMap::from([(text(&library, "bom-ref"), library)]);
    let mut made_of: BTreeSet<String> = components.keys().cloned().collect();
    let mut needs: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (package, part) in PARTS {
        let tree = Tree::of(package, features.filter(|_| part == "worker"))?;
        made_of.insert(tree.root);
        for (reference, found) in &tree.crates {
            let component = components.entry(reference.clone()).or_insert_with(|| {
                component(
                    found,
                    checksums.get(&(found.name.as_str(), found.version.as_str())),
                )
            });
            add_use(component, part, found);
        }
        for (reference, needed) in tree.needs {
            needs.entry(reference).or_default().extend(needed);
        }
    }
    let product = product();
    needs.insert(text(&product, "bom-ref"), made_of);
    let needs = needs
        .iter()
        .map(|(of, needed)| json!({ "ref": of, "dependsOn": needed }));
    let bill = json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": { "lifecycles": [{ "phase": "build" }], "component": product },
        "components": components.into_values().collect::<Vec<_>>(),
        "dependencies": needs.collect::<Vec<_>>(),
    });
    let text = serde_json::to_string_pretty(&bill).context(|| "writing the bill of materials".to_owned())?;
    Ok(text + "\n")
}

fn product() -> Value {
    let version = env!("CARGO_PKG_VERSION");
    let reference = format!("pkg:generic/pbx-2fa@{version}");
    json!({
        "type": "application", "bom-ref": reference, "name": "pbx-2fa", "version": version, "purl": reference,
        "licenses": [{ "expression": env!("CARGO_PKG_LICENSE") }],
    })
}

/// Without where it is used, which [`add_use`] says.
fn component(found: &Crate, checksum: Option<&&str>) -> Value {
    let reference = found.reference();
    let mut component = json!({
        "type": "library", "bom-ref": reference, "name": found.name, "version": found.version,
        "purl": reference, "scope": "required", "properties": [],
        "licenses": [{ "expression": found.license }],
    });
    if let (Some(checksum), Some(members)) = (checksum, component.as_object_mut()) {
        let hashes = json!([{ "alg": "SHA-256", "content": checksum }]);
        members.insert("hashes".to_owned(), hashes);
    }
    component
}

/// In which part it is, and with which features there.
fn add_use(component: &mut Value, part: &str, found: &Crate) {
    if let Some(properties) = component.get_mut("properties").and_then(Value::as_array_mut) {
        properties.push(json!({
            "name": format!("pbx-2fa:{part}:features"), "value": found.features.join(","),
        }));
    }
}

/// Compiled into both parts, and listed by no lock file.
fn standard_library() -> Outcome<Value> {
    let asked = Command::new("rustc")
        .arg("--version")
        .current_dir(workspace::root())
        .output()
        .context(|| "starting rustc".to_owned())?;
    let said = String::from_utf8_lossy(&asked.stdout);
    let version = said
        .split(' ')
        .nth(1)
        .ok_or_else(|| Failure::new("rustc says no version"))?;
    let reference = format!("pkg:generic/rust-std@{version}");
    Ok(json!({
        "type": "library", "bom-ref": reference, "name": "rust-std", "version": version, "purl": reference,
        "scope": "required", "licenses": [{ "expression": "MIT OR Apache-2.0" }],
    }))
}

/// The SHA-256 of each archive of crates.io, by name and version: three lines of a block in cargo's lock file.
fn checksums(lock: &str) -> BTreeMap<(&str, &str), &str> {
    lock.split("[[package]]")
        .filter_map(|block| {
            let of = |key: &str| {
                let line = block.lines().find_map(|line| line.strip_prefix(key))?;
                line.strip_prefix(" = \"")?.strip_suffix('"')
            };
            Some(((of("name")?, of("version")?), of("checksum")?))
        })
        .collect()
}

fn text(component: &Value, name: &str) -> String {
    component
        .get(name)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::checksums;

    #[test]
    fn checksums_are_those_of_the_lock_file() {
        let lock = "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nchecksum = \"0f\"\n\n\
                    [[package]]\nname = \"own\"\nversion = \"0.1.0\"\ndependencies = [\n \"a\",\n]\n";
        let found = checksums(lock);
        assert_eq!(found.get(&("a", "1.0.0")), Some(&"0f"));
        assert_eq!(found.len(), 1);
    }
}
