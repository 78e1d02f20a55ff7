//! The command line: what each command takes, parsed once.

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
        None | Some(Short('h') | Long("help")) => return Ok(Command::Help(HELP)),
        Some(Value(name)) => name,
        Some(other) => return Err(unexpected(other)),
    };
    match name.to_str() {
        Some("bench") => bench(parser),
        Some("build") => build(parser),
        Some("dev") => dev(parser),
        Some("fuzz") => fuzz(parser),
        Some("keys") => keys(parser),
        Some("mutants") => plain(parser, HELP_MUTANTS, Command::Mutants),
        Some("sbom") => plain(parser, HELP_SBOM, Command::Sbom),
        Some("tenant") => tenant(parser),
        Some("test") => test(parser),
        Some("trail") => trail(parser),
        Some("help") => Ok(Command::Help(HELP)),
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
            Short('h') | Long("help") => return Ok(Command::Help(HELP_BENCH)),
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
            Short('h') | Long("help") => return Ok(Command::Help(HELP_BUILD)),
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
            Short('h') | Long("help") => return Ok(Command::Help(HELP_DEV)),
            other => return Err(unexpected(other)),
        }
    }
    Ok(Command::Dev(options))
}

fn keys(mut parser: lexopt::Parser) -> Outcome<Command> {
    let mut words = Vec::new();
    let mut at_once = false;
    while let Some(argument) = next(&mut parser)? {
        match argument {
            Value(word) => words.push(word.string().context(|| "an argument".to_owned())?),
            Long("at-once") => at_once = true,
            Short('h') | Long("help") => return Ok(Command::Help(HELP_KEYS)),
            other => return Err(unexpected(other)),
        }
    }
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let order = match (words.as_slice(), at_once) {
        (["reseal"], false) => return Ok(Command::Maintain(MaintenanceTask::Reseal)),
        ([], false) => KeysOrder::Make,
        (["list"], false) => KeysOrder::List,
        (["rotate", alg], at_once) => {
            let alg = SignatureAlgorithm::deserialize(StrDeserializer::<serde::de::value::Error>::new(alg));
            KeysOrder::Rotate {
                alg: alg.map_err(|_| Failure::new("the algorithm is ES256 or EdDSA"))?,
                at_once,
            }
        }
        (["remove", kid], false) => KeysOrder::Remove {
            kid: (*kid).to_owned(),
        },
        _ => {
            return Err(Failure::new(
                "not a keys command; `cargo xtask keys --help` shows those there are",
            ));
        }
    };
    Ok(Command::Keys(order))
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
            Short('h') | Long("help") => return Ok(Command::Help(HELP_FUZZ)),
            other => return Err(unexpected(other)),
        }
    }
    Ok(Command::Fuzz(options))
}

fn tenant(mut parser: lexopt::Parser) -> Outcome<Command> {
    let mut words = Vec::new();
    while let Some(argument) = next(&mut parser)? {
        match argument {
            Value(word) => words.push(word.string().context(|| "an argument".to_owned())?),
            Short('h') | Long("help") => return Ok(Command::Help(HELP_TENANT)),
            other => return Err(unexpected(other)),
        }
    }
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let order = match words.as_slice() {
        [] => return Ok(Command::Help(HELP_TENANT)),
        ["show", client_id] => TenantOrder::Show {
            client_id: (*client_id).to_owned(),
        },
        ["put", client_id, settings] => TenantOrder::Put {
            client_id: (*client_id).to_owned(),
            settings: PathBuf::from(settings),
        },
        ["key", client_id] => TenantOrder::AddKey {
            client_id: (*client_id).to_owned(),
        },
        ["remove-key", client_id, key_id] => TenantOrder::RemoveKey {
            client_id: (*client_id).to_owned(),
            key_id: (*key_id).to_owned(),
        },
        _ => {
            return Err(Failure::new(
                "not a tenant command; `cargo xtask tenant --help` shows the four there are",
            ));
        }
    };
    Ok(Command::Tenant(order))
}

fn test(mut parser: lexopt::Parser) -> Outcome<Command> {
    let mut options = TestOptions::default();
    while let Some(argument) = next(&mut parser)? {
        match argument {
            Long("only") => options
                .only
                .extend(text(&mut parser)?.split(',').map(str::to_owned)),
            Short('h') | Long("help") => return Ok(Command::Help(HELP_TEST)),
            other => return Err(unexpected(other)),
        }
    }
    Ok(Command::Test(options))
}

fn trail(mut parser: lexopt::Parser) -> Outcome<Command> {
    match next(&mut parser)? {
        None | Some(Short('h') | Long("help")) => Ok(Command::Help(HELP_TRAIL)),
        Some(Value(word)) if word == "audit" => {
            plain(parser, HELP_TRAIL, Command::Maintain(MaintenanceTask::Audit))
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

const HELP: &str = "\
cargo xtask <command> [--help]

  bench    measure the worker and the widget
  build    make dist/: the worker, the widget, the configuration of the runtime
  dev      build and run everything: the worker, the example portal, the simulated phone
  test     every check and every suite
  fuzz     look for inputs that break a rule
  mutants  look for rules that no test guards
  sbom     print what the worker and the widget are made of
  keys     make the secrets of a new deployment; rotate the keys that sign tokens; seal anew under a new root key
  tenant   show, create and change portals of a deployment
  trail    verify every audit trail of a deployment

Needs Rust and Node 20 or newer. Everything else comes from crates.io and npm.";

const HELP_BENCH: &str = "\
cargo xtask bench [options]

  --only edge|widget      one half
  --no-build              measure dist/ as it is
  --dist DIR              measure another existing build
  --seconds N             length of each measured phase (default: 5)
  --accounts N            accounts that exist (default: 20000)
  --account-owners WHICH  shards:N or per-account (default: shards:16)

Prints figures and judges nothing. Compare within one run: absolute times drift with the machine.";

const HELP_BUILD: &str = "\
cargo xtask build [--features LIST] [--out DIR] [--if-changed] [--only widget]

  --features LIST  cargo features of the worker, such as test-hooks; never for production
  --out DIR        where to (default: dist)
  --if-changed     do nothing when the sources hash to what DIR was built from
  --only widget    leave the worker as it was last compiled";

const HELP_DEV: &str = "\
cargo xtask dev [options]

  --no-build              run dist/ as it is
  --dist DIR              run another existing build, as it is
  --state DIR             keys, accounts and the portal's users (default: .state/dev)
  --edge-port N           the worker (default: 8787)
  --portal-port N         the example portal and the phone (default: 8080)
  --account-owners WHICH  shards:N or per-account (default: shards:16); fixed for a state directory
  --json                  when ready, one line of JSON on standard output, for scripts
  --stop-with-parent      stop when the process that started this one ends (Linux)

Ctrl-C or SIGTERM stops everything. State survives; delete the state directory to begin anew.";

const HELP_FUZZ: &str = "\
cargo xtask fuzz [TARGET] [options]

  TARGET       one of the folders of fuzz/corpus (default: all)
  --seconds N  how long each runs (default: 180)
  --keep       add to fuzz/corpus, for each target, the ten inputs that reach the most new code

As many run at a time as there are processors. An input that breaks a rule is kept in fuzz/artifacts. What was found
is gone on with the next time; `cargo xtask test --only fuzz` begins with the corpus alone.";

const HELP_KEYS: &str = "\
cargo xtask keys                          make the secrets of a new deployment
cargo xtask keys list                     the keys that sign tokens; times in seconds since 1970
cargo xtask keys rotate ALG [--at-once]   bring on the next key of ES256 or EdDSA; at once only after a leak
cargo xtask keys remove KID               refuse its tokens from now on; not the key that signs

cargo xtask keys reseal                   seal what is stored anew, after a new version was put into ROOT_KEYS

The first prints NAME=VALUE lines, to be piped into a secret store, and keeps nothing. The last goes over everything that
a running deployment has stored, while logins go on; it may be stopped and begun again at any time. Its result says which
versions of the root key are still needed; it fails where something does not open.
Environment of the others: PBX2FA_URL (such as https://2fa.example.com; default http://127.0.0.1:8787) and
PBX2FA_OPERATOR_KEY.";

const HELP_TRAIL: &str = "\
cargo xtask trail audit

Verifies the whole audit trail of every account of a running deployment, and counts the accounts. Logins go on
meanwhile. Fails where anything was altered or taken out, and names the keys of the accounts' rows.

Environment: PBX2FA_URL (such as https://2fa.example.com; default http://127.0.0.1:8787) and PBX2FA_OPERATOR_KEY.";

const HELP_MUTANTS: &str = "\
cargo xtask mutants

Changes the rules that decide who gets in, one place after the other, and looks whether a test notices. The list of what
none notices is target/mutants/mutants.out/missed.txt. Takes two hours or more; begun again, it goes on where it was.";

const HELP_SBOM: &str = "\
cargo xtask sbom

Prints the bill of materials of a build without further features, CycloneDX 1.6 in JSON, as dist/sbom.cdx.json has it.";

const HELP_TENANT: &str = "\
cargo xtask tenant show CLIENT_ID
cargo xtask tenant put CLIENT_ID SETTINGS.json    create or replace; API keys stay
cargo xtask tenant key CLIENT_ID                  make an API key; shown this once
cargo xtask tenant remove-key CLIENT_ID KEY_ID

Environment: PBX2FA_URL (such as https://2fa.example.com; default http://127.0.0.1:8787) and PBX2FA_OPERATOR_KEY.";

const HELP_TEST: &str = "\
cargo xtask test [--only STAGE[,STAGE...]]

Stages, in order: fmt, clippy, deny, unit, portal, then each folder of tests/ that holds *.test.mjs (contract,
browser, deploy, ...). The last line is `N passed, N failed`; a check without tests of its own counts as one.";

#[cfg(test)]
mod tests {
    use super::{Command, KeysOrder, SignatureAlgorithm, parse_from};
    use pbx_2fa_shared::maintenance::MaintenanceTask;

    fn parse(line: &str) -> Result<Command, String> {
        parse_from(lexopt::Parser::from_args(line.split_whitespace())).map_err(|failure| failure.to_string())
    }

    #[test]
    fn options_arrive() {
        let Ok(Command::Dev(dev)) = parse("dev --edge-port 9000 --account-owners per-account --json") else {
            panic!("not dev");
        };
        assert_eq!(
            (dev.edge_port, dev.portal_port, dev.json, dev.build),
            (9000, 8080, true, true)
        );
        assert_eq!(dev.account_owners, "per-account");
        let Ok(Command::Test(test)) = parse("test --only fmt,unit --only deploy") else {
            panic!("not test");
        };
        assert_eq!(test.only, ["fmt", "unit", "deploy"]);
        let Ok(Command::Fuzz(fuzz)) = parse("fuzz phone --seconds 600 --keep") else {
            panic!("not fuzz");
        };
        assert_eq!(
            (fuzz.target.as_deref(), fuzz.seconds, fuzz.keep),
            (Some("phone"), 600, true)
        );
    }

    #[test]
    fn another_build_is_run_as_it_is() {
        assert!(matches!(parse("dev --dist dist-test"), Ok(Command::Dev(dev)) if !dev.build));
    }

    #[test]
    fn keys_are_made_or_named() {
        assert!(matches!(parse("keys"), Ok(Command::Keys(KeysOrder::Make))));
        assert!(matches!(parse("keys list"), Ok(Command::Keys(KeysOrder::List))));
        let Ok(Command::Keys(KeysOrder::Rotate { alg, at_once })) = parse("keys rotate EdDSA --at-once")
        else {
            panic!("not rotate");
        };
        assert_eq!((alg, at_once), (SignatureAlgorithm::EdDsa, true));
        assert!(matches!(
            parse("keys rotate ES256"),
            Ok(Command::Keys(KeysOrder::Rotate { at_once: false, .. }))
        ));
        assert!(
            matches!(parse("keys remove KID"), Ok(Command::Keys(KeysOrder::Remove { kid })) if kid == "KID")
        );
    }

    #[test]
    fn what_is_stored_is_gone_over_by_two_commands() {
        let (reseal, audit) = (parse("keys reseal"), parse("trail audit"));
        assert!(matches!(reseal, Ok(Command::Maintain(MaintenanceTask::Reseal))));
        assert!(matches!(audit, Ok(Command::Maintain(MaintenanceTask::Audit))));
    }

    #[test]
    fn mistakes_are_told() {
        for line in [
            "deploy",
            "dev --edge-port 0",
            "dev --edge-port x",
            "dev --colour",
            "tenant put only-one",
            "keys now",
            "keys --at-once",
            "keys rotate",
            "keys rotate HS256",
            "keys remove",
            "keys remove KID --at-once",
            "keys reseal now",
            "trail reseal",
            "fuzz phone origin",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
