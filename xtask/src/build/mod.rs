//! `cargo xtask build`: from sources to `dist/`.
//!
//! ```text
//! cargo (wasm) -> wasm-bindgen -> wasm-opt    worker and widget side by side; of the widget, what nothing calls goes before
//! widget: languages, hashed names, loader  -> dist/widget   as served below /widget/v1/
//! worker: its modules, the widget's files  -> dist/edge     for workerd and for wrangler
//! ```
//!
//! Cargo decides what to compile. The later steps keep their results below cargo's target directory, each with a
//! hash of what it was made from, and run again when that changes.

mod assets;
mod edge;
mod names;
mod sbom;
mod silent;
mod unused;
mod wasm;
mod widget;

pub(crate) use sbom::print_sbom;

use std::path::{Path, PathBuf};
use std::time::Instant;
use std::{fs, thread};

use crate::args::BuildOptions;
use crate::failure::{Context, Failure, Outcome};
use crate::files::{self, Key};
use crate::print::{self, seconds, step};
use crate::{tools, workspace};

pub(crate) fn build(options: &BuildOptions) -> Outcome<()> {
    let started = Instant::now();
    if options.features.is_some() && options.out == BuildOptions::release().out {
        return Err(Failure::new(
            "dist/ is what users get; a build with features needs another --out, such as dist-test",
        ));
    }
    let sources = sources_key(options)?;
    let mark = options.out.join(".built-from");
    let shown = workspace::shown(&options.out);
    if options.if_changed && fs::read_to_string(&mark).is_ok_and(|built_from| built_from == sources) {
        print::note(&format!("{shown} is up to date"));
        return Ok(());
    }

    tools::check_node()?;
    tools::check_rust()?;
    tools::npm_install("tools")?;
    let places = Places::of(options)?;
    let _alone = places.lock()?;
    forget(&mark)?;
    let (worker, widget) = thread::scope(|scope| {
        let worker = scope.spawn(|| worker(options, &places));
        let widget = widget(&places);
        (worker.join(), widget)
    });
    let worker = worker.map_err(|_| Failure::new("building the worker stopped unexpectedly"))??;
    let (login, whole) = widget?;
    step("worker: put together", || edge::assemble(&worker, &places))?;
    step("bill of materials", || {
        sbom::write(options.features.as_deref(), &options.out)
    })?;
    if !options.widget_only {
        files::write(&mark, sources)?;
    }

    print_sizes(&places)?;
    wasm::print_sizes(&[&worker, &login, &whole])?;
    print::note(&format!("{shown} made in {}", seconds(started.elapsed())));
    Ok(())
}

fn worker(options: &BuildOptions, places: &Places) -> Outcome<wasm::Made> {
    let features = options.features.as_deref();
    if options.widget_only {
        wasm::made_before(&wasm::WORKER, features, places)
    } else {
        wasm::make(&wasm::WORKER, features, places)
    }
}

fn widget(places: &Places) -> Outcome<(wasm::Made, wasm::Made)> {
    let login = wasm::make(&wasm::LOGIN, None, places)?;
    let whole = wasm::make(&wasm::WHOLE, None, places)?;
    widget::make(&login, &whole, places)?;
    Ok((login, whole))
}

/// Where a build puts things.
pub(crate) struct Places {
    /// Results of single steps, kept for the next build. Builds with other features share what is the same.
    pub(crate) work: PathBuf,
    pub(crate) widget: PathBuf,
    pub(crate) edge: PathBuf,
}

impl Places {
    fn of(options: &BuildOptions) -> Outcome<Self> {
        let places = Self {
            work: workspace::target()?.join("xtask"),
            widget: options.out.join("widget"),
            edge: options.out.join("edge"),
        };
        files::make_dir(&places.work)?;
        files::make_dir(&options.out)?;
        Ok(places)
    }

    /// One build at a time; the lock goes with the returned file.
    fn lock(&self) -> Outcome<fs::File> {
        let path = self.work.join("lock");
        let file = fs::File::create(&path).context(|| format!("making {}", workspace::shown(&path)))?;
        if file.try_lock().is_err() {
            print::note("another build is running; waiting for it");
            file.lock().context(|| "waiting for another build".to_owned())?;
        }
        Ok(file)
    }
}

/// Everything that `dist/` is made from, by content.
fn sources_key(options: &BuildOptions) -> Outcome<String> {
    let mut key = Key::new();
    key.part(options.features.as_deref().unwrap_or_default().as_bytes());
    for variable in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "RUSTUP_TOOLCHAIN"] {
        key.part(std::env::var_os(variable).unwrap_or_default().as_encoded_bytes());
    }
    for file in [
        "Cargo.toml",
        "Cargo.lock",
        "rust-toolchain.toml",
        ".cargo/config.toml",
        "tools/package-lock.json",
    ] {
        key.file(&workspace::path(file))?;
    }
    for tree in ["shared", "edge", "widget"] {
        key.tree(&workspace::path(tree))?;
    }
    for script in widget::SCRIPTS.into_iter().chain([assets::COMPRESSOR]) {
        key.file(&workspace::path("tools").join(script))?;
    }
    Ok(key.finish())
}

fn forget(mark: &Path) -> Outcome<()> {
    match fs::remove_file(mark) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Failure::new(format!(
            "removing {}: {error}",
            workspace::shown(mark)
        ))),
        _ => Ok(()),
    }
}

/// What a browser downloads, and what the runtime loads.
fn print_sizes(places: &Places) -> Outcome<()> {
    let mut rows = vec![
        ["widget file", "bytes", "brotli", "gzip"]
            .map(str::to_owned)
            .to_vec(),
    ];
    for file in assets::list(places)? {
        let sizes = [file.raw, file.br, file.gzip].map(print::thousands);
        rows.push([vec![file.name], sizes.to_vec()].concat());
    }
    eprintln!("\n{}\n", print::table(&rows));
    Ok(())
}
