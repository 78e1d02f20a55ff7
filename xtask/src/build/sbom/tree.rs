//! What `cargo tree` says of one package: its crates, and which of them needs which.

use std::collections::{BTreeMap, BTreeSet};

use crate::failure::{Failure, Outcome};
use crate::run::{self, Show};
use crate::tools::WASM_TARGET;
use crate::workspace;

/// A crate as it is compiled into the package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Crate {
    pub(super) name: String,
    pub(super) version: String,
    /// An SPDX expression.
    pub(super) license: String,
    pub(super) features: Vec<String>,
}

/// By their references (package URLs).
#[derive(Debug, Default)]
pub(super) struct Tree {
    /// The package itself.
    pub(super) root: String,
    pub(super) crates: BTreeMap<String, Crate>,
    pub(super) needs: BTreeMap<String, BTreeSet<String>>,
}

impl Crate {
    /// The package URL (ECMA-427), which names it in the document too.
    pub(super) fn reference(&self) -> String {
        format!("pkg:cargo/{}@{}", self.name, self.version)
    }
}

impl Tree {
    /// For WebAssembly, without what only the build or the tests need: macros, build scripts, dev-dependencies.
    pub(super) fn of(package: &str, features: Option<&str>) -> Outcome<Self> {
        let mut cargo = workspace::cargo();
        cargo.args(["tree", "--locked", "-p", package, "--target", WASM_TARGET]);
        cargo.args([
            "-e",
            "normal,no-proc-macro",
            "--prefix",
            "depth",
            "--format",
            "|{p}|{l}|{f}",
        ]);
        if let Some(features) = features {
            cargo.args(["--features", features]);
        }
        let listed = run::must(
            &mut cargo,
            Show::Progress("sbom"),
            &format!("cargo cannot list what {package} is made of"),
        )?;
        Self::read(&listed).ok_or_else(|| {
            Failure::new(format!(
                "cargo tree lists {package} in a form that is not known here"
            ))
        })
    }

    /// Lines of `<depth>|<name> v<version> …|<licence>|<features>`, each below the last line that is one less deep. Of one
    /// that came before, marked `(*)`, what follows is left out.
    fn read(listed: &str) -> Option<Self> {
        let mut tree = Self::default();
        let mut above: Vec<String> = Vec::new();
        for line in listed.lines().filter(|line| !line.is_empty()) {
            let line = line.strip_suffix(" (*)").unwrap_or(line);
            let [depth, package, license, features] = line.split('|').collect::<Vec<_>>()[..] else {
                return None;
            };
            let mut words = package.split(' ');
            let found = Crate {
                name: words.next()?.to_owned(),
                version: words.next()?.strip_prefix('v')?.to_owned(),
                // An older way to write it, which is no SPDX.
                license: license.replace('/', " OR "),
                features: features
                    .split(',')
                    .filter(|f| !f.is_empty())
                    .map(str::to_owned)
                    .collect(),
            };
            let reference = found.reference();
            above.truncate(depth.parse().ok()?);
            match above.last() {
                Some(parent) => {
                    tree.needs
                        .entry(parent.clone())
                        .or_default()
                        .insert(reference.clone());
                }
                None => tree.root.clone_from(&reference),
            }
            tree.needs.entry(reference.clone()).or_default();
            tree.crates.insert(reference.clone(), found);
            above.push(reference);
        }
        (!tree.root.is_empty()).then_some(tree)
    }
}

#[cfg(test)]
mod tests {
    use super::Tree;

    const LISTED: &str = "\
0|pbx-2fa-edge v0.1.0 (/src/edge)|MIT OR Apache-2.0|
1|a v1.0.0|MIT/Apache-2.0|default,std
2|b v2.1.0|Unicode-3.0|
1|c v0.3.0|ISC|x
2|a v1.0.0|MIT/Apache-2.0|default,std (*)
";

    #[test]
    fn each_crate_is_below_what_needs_it() {
        let tree = Tree::read(LISTED).unwrap();
        assert_eq!(tree.root, "pkg:cargo/pbx-2fa-edge@0.1.0");
        let needed = |of: &str| tree.needs[of].iter().map(String::as_str).collect::<Vec<_>>();
        assert_eq!(needed(&tree.root), ["pkg:cargo/a@1.0.0", "pkg:cargo/c@0.3.0"]);
        assert_eq!(needed("pkg:cargo/a@1.0.0"), ["pkg:cargo/b@2.1.0"]);
        assert_eq!(needed("pkg:cargo/c@0.3.0"), ["pkg:cargo/a@1.0.0"]);
        let a = &tree.crates["pkg:cargo/a@1.0.0"];
        assert_eq!(
            (a.license.as_str(), a.features.as_slice()),
            ("MIT OR Apache-2.0", &["default".to_owned(), "std".to_owned()][..])
        );
    }

    #[test]
    fn another_form_is_refused() {
        assert!(Tree::read("").is_none());
        assert!(Tree::read("error: no such package").is_none());
        assert!(Tree::read("0|a 1.0.0|MIT|").is_none());
    }
}
