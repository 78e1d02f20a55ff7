//! The command line: what each command takes, parsed once.

mod help;
#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::path::PathBuf;

use lexopt::prelude::*;
use pbx_2fa_shared::maintenance::MaintenanceTask;
use pbx_2fa_shared::operator::SignatureAlgorithm;
use serde::Deserialize;
use serde::de::value::StrDeserializer;

use crate::failure::{Context, Failure, Outcome};
use crate::workspace;

/// One machine: see docs/decisions on owner objects for how the number was chosen.
const DEFAULT_OWNERS: &str = "shards:16";

pub(crate) enum Command {
    Help(&'static str),
    Bench(BenchOptions),
    Build(BuildOptions),
    Dev(DevOptions),
    Fuzz(FuzzOptions),
    Keys(KeysOrder),
    Maintain(MaintenanceTask),
    Mutants,
    Sbom,
    Tenant(TenantOrder),
    Test(TestOptions),
}

#[derive(Clone)]
pub(crate) struct BuildOptions {
    /// Cargo features of the worker, comma separated.
    pub(crate) features: Option<String>,
    pub(crate) out: PathBuf,
    /// Trust a hash of the sources, and ask no tool when it is unchanged.
    pub(crate) if_changed: bool,
    /// Leave the worker as it was last compiled.
    pub(crate) widget_only: bool,
}

pub(crate) struct BenchOptions {
    pub(crate) build: bool,
    pub(crate) dist: PathBuf,
    pub(crate) edge: bool,
    pub(crate) widget: bool,
    /// How long each phase is measured.
    pub(crate) seconds: u64,
    pub(crate) accounts: usize,
    pub(crate) account_owners: String,
}

pub(crate) struct DevOptions {
    pub(crate) build: bool,
    pub(crate) dist: PathBuf,
    pub(crate) state: PathBuf,
    pub(crate) edge_port: u16,
    pub(crate) portal_port: u16,
    pub(crate) account_owners: String,
    pub(crate) json: bool,
    pub(crate) stop_with_parent: bool,
}

pub(crate) enum KeysOrder {
    Make,
    List,
    Rotate { alg: SignatureAlgorithm, at_once: bool },
    Remove { kid: String },
}

pub(crate) struct FuzzOptions {
    /// One, or all.
    pub(crate) target: Option<String>,
    /// How long each target runs.
    pub(crate) seconds: u64,
    /// Add what was found to the corpus in the repository.
    pub(crate) keep: bool,
}

pub(crate) enum TenantOrder {
    Show { client_id: String },
    Put { client_id: String, settings: PathBuf },
    AddKey { client_id: String },
    RemoveKey { client_id: String, key_id: String },
}

#[derive(Default)]
pub(crate) struct TestOptions {
    /// Empty means every stage.
    pub(crate) only: Vec<String>,
}

impl BuildOptions {
    /// What users get: no test features, in `dist/`.
    pub(crate) fn release() -> Self {
        Self {
            features: None,
            out: workspace::path("dist"),
            if_changed: false,
            widget_only: false,
        }
    }
}

pub(crate) fn parse() -> Outcome<Command> {
    parse_from(lexopt::Parser::from_env())
}

fn parse_from(mut parser: lexopt::Parser) -> Outcome<Command> {
    let name = match next(&mut parser)? {
        None | Some(Short('h') | Long("help")) => return Ok(Command::Help(help::ALL)),
        Some(Value(name)) => name,
        Some(other) => return Err(unexpected(other)),
    };
    match name.to_str() {
        Some("bench") => bench(parser),
        Some("build") => build(parser),
        Some("dev") => dev(parser),
        Some("fuzz") => fuzz(parser),
        Some("keys") => keys(parser),
        Some("mutants") => plain(parser, help::MUTANTS, Command::Mutants),
        Some("sbom") => plain(parser, help::SBOM, Command::Sbom),
        Some("tenant") => tenant(parser),
        Some("test") => test(parser),
        Some("trail") => trail(parser),
        Some("help") => Ok(Command::Help(help::ALL)),
        _ => Err(Failure::new(format!(
            "there is no command {}; `cargo xtask --help` lists them",
            name.display()
        ))),
    }
}

fn bench(mut parser: lexopt::Parser) -> Outcome<Command> {
    let mut options = BenchOptions {
        build: true,
        dist: workspace::path("dist"),
        edge: true,
        widget: true,
        seconds: 5,
        accounts: 20_000,
        account_owners: DEFAULT_OWNERS.to_owned(),
    };
    while let Some(argument) = next(&mut parser)? {
        match argument {
            Long("no-build") => options.build = false,
            Long("dist") => {
                options.dist = workspace::from_here(&value(&mut parser)?)?;
                options.build = false;
            }
            Long("only") => {
                let only = text(&mut parser)?;
                options.edge = only == "edge";
                options.widget = only == "widget";
                if !options.edge && !options.widget {
                    return Err(Failure::new("--only takes edge or widget"));
                }
            }
            Long("seconds") => options.seconds = number(&mut parser)?,
            Long("accounts") => options.accounts = number(&mut parser)?,
            Long("account-owners") => options.account_owners = text(&mut parser)?,
            Short('h') | Long("help") => return Ok(Command::Help(help::BENCH)),
            other => return Err(unexpected(other)),
        }
    }
    if options.accounts < 8_000 {
        return Err(Failure::new(
            "--accounts takes at least 8000, or accounts come round within one step of their codes",
        ));
    }
    Ok(Command::Bench(options))
}

fn build(mut parser: lexopt::Parser) -> Outcome<Command> {
    let mut options = BuildOptions::release();
    while let Some(argument) = next(&mut parser)? {
        match argument {
            Long("features") => options.features = Some(text(&mut parser)?),
            Long("out") => options.out = workspace::from_here(&value(&mut parser)?)?,
            Long("if-changed") => options.if_changed = true,
            Long("only") => {
                options.widget_only = text(&mut parser)? == "widget";
                if !options.widget_only {
                    return Err(Failure::new("--only takes widget"));
                }
            }
            Short('h') | Long("help") => return Ok(Command::Help(help::BUILD)),
            other => return Err(unexpected(other)),
        }
    }
    Ok(Command::Build(options))
}

fn dev(mut parser: lexopt::Parser) -> Outcome<Command> {
    let mut options = DevOptions {
        build: true,
        dist: workspace::path("dist"),
        state: workspace::path(".state/dev"),
        edge_port: 8787,
        portal_port: 8080,
        account_owners: DEFAULT_OWNERS.to_owned(),
        json: false,
        stop_with_parent: false,
    };
    while let Some(argument) = next(&mut parser)? {
        match argument {
            Long("no-build") => options.build = false,
            Long("dist") => {
                options.dist = workspace::from_here(&value(&mut parser)?)?;
                options.build = false;
            }
            Long("state") => options.state = workspace::from_here(&value(&mut parser)?)?,
            Long("edge-port") => options.edge_port = port(&mut parser)?,
            Long("portal-port") => options.portal_port = port(&mut parser)?,
            Long("account-owners") => options.account_owners = text(&mut parser)?,
            Long("json") => options.json = true,
            Long("stop-with-parent") => options.stop_with_parent = true,
            Short('h') | Long("help") => return Ok(Command::Help(help::DEV)),
            other => return Err(unexpected(other)),
        }
    }
    Ok(Command::Dev(options))
}

fn keys(mut parser: lexopt::Parser) -> Outcome<Command> {
    let word = match next(&mut parser)? {
        None => return Ok(Command::Keys(KeysOrder::Make)),
        Some(Short('h') | Long("help")) => return Ok(Command::Help(help::KEYS)),
        Some(Value(word)) => word,
        Some(other) => return Err(unexpected(other)),
    };
    match word.to_str() {
        Some("list") => plain(parser, help::KEYS, Command::Keys(KeysOrder::List)),
        Some("reseal") => plain(parser, help::KEYS, Command::Maintain(MaintenanceTask::Reseal)),
        Some("rotate") => rotate(parser),
        Some("remove") => match identifier(&mut parser)? {
            None => Ok(Command::Help(help::KEYS)),
            Some(kid) => plain(parser, help::KEYS, Command::Keys(KeysOrder::Remove { kid })),
        },
        _ => Err(Failure::new(
            "not a keys command; `cargo xtask keys --help` shows those there are",
        )),
    }
}

fn rotate(mut parser: lexopt::Parser) -> Outcome<Command> {
    let mut named = None;
    let mut at_once = false;
    while let Some(argument) = next(&mut parser)? {
        match argument {
            Value(word) if named.is_none() => {
                let alg = word.to_string_lossy();
                let alg = StrDeserializer::<serde::de::value::Error>::new(&alg);
                named = Some(
                    SignatureAlgorithm::deserialize(alg)
                        .map_err(|_| Failure::new("the algorithm is ES256 or EdDSA"))?,
                );
            }
            Long("at-once") => at_once = true,
            Short('h') | Long("help") => return Ok(Command::Help(help::KEYS)),
            other => return Err(unexpected(other)),
        }
    }
    let alg = named.ok_or_else(|| Failure::new("which? the algorithm is ES256 or EdDSA"))?;
    Ok(Command::Keys(KeysOrder::Rotate { alg, at_once }))
}

fn fuzz(mut parser: lexopt::Parser) -> Outcome<Command> {
    let mut options = FuzzOptions {
        target: None,
        seconds: 180,
        keep: false,
    };
    while let Some(argument) = next(&mut parser)? {
        match argument {
            Value(target) if options.target.is_none() => {
                options.target = Some(target.string().context(|| "a target".to_owned())?);
            }
            Long("seconds") => options.seconds = number(&mut parser)?,
            Long("keep") => options.keep = true,
            Short('h') | Long("help") => return Ok(Command::Help(help::FUZZ)),
            other => return Err(unexpected(other)),
        }
    }
    Ok(Command::Fuzz(options))
}

fn tenant(mut parser: lexopt::Parser) -> Outcome<Command> {
    let word = match next(&mut parser)? {
        None | Some(Short('h') | Long("help")) => return Ok(Command::Help(help::TENANT)),
        Some(Value(word)) => word,
        Some(other) => return Err(unexpected(other)),
    };
    if !["show", "put", "key", "remove-key"]
        .map(Some)
        .contains(&word.to_str())
    {
        return Err(Failure::new(
            "not a tenant command; `cargo xtask tenant --help` shows the four there are",
        ));
    }
    let Some(client_id) = identifier(&mut parser)? else {
        return Ok(Command::Help(help::TENANT));
    };
    let order = match word.to_str() {
        Some("put") => TenantOrder::Put {
            client_id,
            settings: PathBuf::from(value(&mut parser)?),
        },
        Some("key") => TenantOrder::AddKey { client_id },
        Some("remove-key") => match identifier(&mut parser)? {
            None => return Ok(Command::Help(help::TENANT)),
            Some(key_id) => TenantOrder::RemoveKey { client_id, key_id },
        },
        _ => TenantOrder::Show { client_id },
    };
    plain(parser, help::TENANT, Command::Tenant(order))
}

fn test(mut parser: lexopt::Parser) -> Outcome<Command> {
    let mut options = TestOptions::default();
    while let Some(argument) = next(&mut parser)? {
        match argument {
            Long("only") => options
                .only
                .extend(text(&mut parser)?.split(',').map(str::to_owned)),
            Short('h') | Long("help") => return Ok(Command::Help(help::TEST)),
            other => return Err(unexpected(other)),
        }
    }
    Ok(Command::Test(options))
}

fn trail(mut parser: lexopt::Parser) -> Outcome<Command> {
    match next(&mut parser)? {
        None | Some(Short('h') | Long("help")) => Ok(Command::Help(help::TRAIL)),
        Some(Value(word)) if word == "audit" => {
            plain(parser, help::TRAIL, Command::Maintain(MaintenanceTask::Audit))
        }
        Some(other) => Err(unexpected(other)),
    }
}

/// A command without options of its own.
fn plain(mut parser: lexopt::Parser, help: &'static str, command: Command) -> Outcome<Command> {
    match next(&mut parser)? {
        None => Ok(command),
        Some(Short('h') | Long("help")) => Ok(Command::Help(help)),
        Some(other) => Err(unexpected(other)),
    }
}

fn next(parser: &mut lexopt::Parser) -> Outcome<Option<lexopt::Arg<'_>>> {
    parser.next().context(|| "the command line".to_owned())
}

fn value(parser: &mut lexopt::Parser) -> Outcome<OsString> {
    parser.value().context(|| "the command line".to_owned())
}

fn text(parser: &mut lexopt::Parser) -> Outcome<String> {
    value(parser)?.string().context(|| "the command line".to_owned())
}

/// What a deployment made up: it may begin with a hyphen, and is no option then. None is a wish for help.
fn identifier(parser: &mut lexopt::Parser) -> Outcome<Option<String>> {
    let given = text(parser)?;
    Ok((given != "--help" && given != "-h").then_some(given))
}

fn port(parser: &mut lexopt::Parser) -> Outcome<u16> {
    match text(parser)?.parse() {
        Ok(0) | Err(_) => Err(Failure::new("a port is a number from 1 to 65535")),
        Ok(port) => Ok(port),
    }
}

fn number<T: std::str::FromStr>(parser: &mut lexopt::Parser) -> Outcome<T> {
    let given = text(parser)?;
    given
        .parse()
        .map_err(|_| Failure::new(format!("{given} is not a number that fits here")))
}

fn unexpected(argument: lexopt::Arg<'_>) -> Failure {
    Failure::new(format!(
        "{}; --help after the command lists its options",
        argument.unexpected()
    ))
}
