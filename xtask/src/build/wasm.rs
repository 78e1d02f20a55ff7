//! One crate to WebAssembly: cargo, wasm-bindgen, wasm-opt.

use std::path::{Path, PathBuf};

use serde_json::Value;
use wasm_bindgen_cli_support::Bindgen;

use super::unused::{self, Unused};
use super::{Places, silent};
use crate::failure::{Context, Failure, Outcome};
use crate::files::{self, Key, StageDir};
use crate::print::{self, step};
use crate::run::{self, Show};
use crate::{tools, workspace};

/// What differs between the two crates.
pub(crate) struct Recipe {
    pub(crate) name: &'static str,
    package: &'static str,
    library: &'static str,
    profile: &'static str,
    /// What tells cargo of features that the recipe itself chooses.
    features: &'static [&'static str],
    /// Base name of what wasm-bindgen writes: `<out>_bg.wasm` and the glue.
    pub(crate) out: &'static str,
    glue: Glue,
    /// Whether a panic is a trap and nothing more.
    silent: bool,
    /// What is taken out of it.
    unused: &'static [&'static [Unused]],
    wasm_opt: &'static [&'static str],
}

/// Who makes the instance.
enum Glue {
    /// The glue, `<out>.js`, and a function makes it forget a trapped instance, so that the worker can start another one.
    Resettable,
    /// The code around the glue, `<out>_bg.js`, which is given the instance's exports.
    Given,
}

/// Speed first; names stay, because they are what a stack trace of a trap consists of.
pub(crate) const WORKER: Recipe = Recipe {
    name: "worker",
    package: "pbx-2fa-edge",
    library: "pbx_2fa_edge",
    profile: "edge",
    features: &[],
    out: "edge",
    glue: Glue::Resettable,
    silent: false,
    unused: &[],
    wasm_opt: &["-O3", "--debuginfo", "--strip-producers"],
};

/// Size first: what a login needs.
pub(crate) const LOGIN: Recipe = Recipe {
    name: "widget for logins",
    features: &["--no-default-features"],
    unused: &[unused::EVERYWHERE, unused::OF_LOGINS],
    ..WHOLE
};

/// The widget with everything.
pub(crate) const WHOLE: Recipe = Recipe {
    name: "widget",
    package: "pbx-2fa-widget",
    library: "pbx_2fa_widget",
    profile: "widget",
    features: &[],
    out: "widget",
    glue: Glue::Given,
    silent: true,
    unused: &[unused::EVERYWHERE],
    // A function that is called once stays one where it is large: Brotli finds more in functions that are alike.
    wasm_opt: &[
        "-Oz",
        "--one-caller-inline-max-function-size=40",
        "--strip-debug",
        "--strip-producers",
    ],
};

/// A compiled crate: the directory with the glue and the optimised module.
pub(crate) struct Made {
    pub(crate) directory: PathBuf,
    pub(crate) module: PathBuf,
    /// Of a recipe whose instance is made around the glue.
    pub(crate) glue: PathBuf,
    name: &'static str,
}

impl Made {
    fn of(recipe: &Recipe, features: Option<&str>, places: &Places) -> Self {
        let features = features.unwrap_or("plain");
        let name = recipe.name.replace(' ', "-");
        let directory = places.work.join([&name, "-wasm-", features].concat());
        Self {
            module: directory.join(format!("{}_bg.wasm", recipe.out)),
            glue: directory.join(format!("{}_bg.js", recipe.out)),
            directory,
            name: recipe.name,
        }
    }
}

pub(crate) fn make(recipe: &Recipe, features: Option<&str>, places: &Places) -> Outcome<Made> {
    let name = recipe.name;
    let compiled = step(&format!("{name}: cargo"), || compile(recipe, features))?;
    let made = Made::of(recipe, features, places);

    let mut key = Key::new();
    key.file(&compiled)?;
    key.file(&workspace::path("tools/package-lock.json"))?;
    StageDir(made.directory.clone()).fill(&key.finish(), |directory| {
        step(&format!("{name}: wasm-bindgen"), || {
            bind(recipe, &compiled, directory)
        })?;
        let module = directory.join(format!("{}_bg.wasm", recipe.out));
        if !recipe.unused.is_empty() {
            unused::take_out(&module, recipe.unused)?;
        }
        step(&format!("{name}: wasm-opt {}", recipe.wasm_opt.join(" ")), || {
            optimise(recipe, &module)
        })
    })?;
    Ok(made)
}

pub(crate) fn print_sizes(made: &[&Made]) -> Outcome<()> {
    for made in made {
        let size = files::read(&made.module)?.len() as u64;
        print::note(&format!(
            "{}: {} bytes of WebAssembly",
            made.name,
            print::thousands(size)
        ));
    }
    Ok(())
}

/// What [`make`] left behind the last time, with the same features.
pub(crate) fn made_before(recipe: &Recipe, features: Option<&str>, places: &Places) -> Outcome<Made> {
    let made = Made::of(recipe, features, places);
    if made.module.is_file() {
        return Ok(made);
    }
    Err(Failure::new(format!(
        "there is no {} yet that the rest could be put beside; build without --only once",
        recipe.name
    )))
}

/// Returns the file that cargo says it made, wherever its target directory is.
fn compile(recipe: &Recipe, features: Option<&str>) -> Outcome<PathBuf> {
    let mut cargo = workspace::cargo();
    cargo.args([
        "build",
        "--target",
        "wasm32-unknown-unknown",
        "--message-format",
        "json-render-diagnostics",
    ]);
    cargo.args(["--package", recipe.package, "--profile", recipe.profile]);
    cargo.args(recipe.features);
    if let Some(features) = features {
        cargo.args(["--features", features]);
    }
    if recipe.silent {
        silent::silence(&mut cargo)?;
    }
    let otherwise = format!("{} does not compile; cargo says why above", recipe.package);
    let messages = run::must(&mut cargo, Show::Progress(recipe.name), &otherwise)?;
    artefact(&messages, recipe.library).ok_or_else(|| {
        Failure::new(format!(
            "{} has no WebAssembly module; is its crate-type cdylib?",
            recipe.package
        ))
    })
}

fn artefact(messages: &str, library: &str) -> Option<PathBuf> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| {
            message
                .get("reason")
                .is_some_and(|reason| reason == "compiler-artifact")
        })
        .filter(|message| {
            message
                .pointer("/target/name")
                .is_some_and(|name| name == library)
        })
        .filter_map(|message| {
            let files = message.get("filenames")?.as_array()?;
            files
                .iter()
                .filter_map(Value::as_str)
                .find(|file| file.ends_with(".wasm"))
                .map(PathBuf::from)
        })
        .next_back()
}

fn bind(recipe: &Recipe, compiled: &Path, directory: &Path) -> Outcome<()> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(compiled)
        .out_name(recipe.out)
        .typescript(false);
    let chosen = match recipe.glue {
        Glue::Resettable => bindgen.reset_state_function(true).web(true),
        Glue::Given => bindgen.bundler(true),
    };
    chosen
        .and_then(|bindgen| bindgen.generate(directory))
        .map_err(|error| format!("{error:#}"))
        .context(|| format!("wasm-bindgen on {}", recipe.package))
}

/// The same once more, for a module that was written anew since: that makes it smaller than it was before, by 1 %.
pub(super) fn optimise_again(recipe: &Recipe, bytes: &[u8], directory: &Path) -> Outcome<Vec<u8>> {
    let module = directory.join("again.wasm");
    files::write(&module, bytes)?;
    optimise(recipe, &module)?;
    let bytes = files::read(&module)?;
    std::fs::remove_file(&module).context(|| format!("removing {}", module.display()))?;
    Ok(bytes)
}

fn optimise(recipe: &Recipe, module: &Path) -> Outcome<()> {
    let mut wasm_opt = tools::npm_tool("binaryen/bin/wasm-opt")?;
    wasm_opt.args(recipe.wasm_opt).arg(module).arg("-o").arg(module);
    let otherwise = "wasm-opt failed; it says why above";
    run::must(&mut wasm_opt, Show::Everything(recipe.name), otherwise).map(drop)
}

#[cfg(test)]
mod tests {
    use super::artefact;

    #[test]
    fn the_artefact_is_the_one_cargo_names() {
        let messages = r#"{"reason":"compiler-artifact","target":{"name":"other"},"filenames":["/t/other.wasm"]}
not json
{"reason":"compiler-artifact","target":{"name":"mine"},"filenames":["/t/libmine.rlib","/t/mine.wasm"]}
{"reason":"build-finished","success":true}"#;
        assert_eq!(artefact(messages, "mine").unwrap().to_str(), Some("/t/mine.wasm"));
        assert!(artefact(messages, "absent").is_none());
    }
}
