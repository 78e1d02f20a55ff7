//! What `--help` prints, for each command.

pub(super) const ALL: &str = "\
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

pub(super) const BENCH: &str = "\
cargo xtask bench [options]

  --only edge|widget      one half
  --no-build              measure dist/ as it is
  --dist DIR              measure another existing build
  --seconds N             length of each measured phase (default: 5)
  --accounts N            accounts that exist (default: 20000)
  --account-owners WHICH  shards:N or per-account (default: shards:16)

Prints figures and judges nothing. Compare within one run: absolute times drift with the machine.";

pub(super) const BUILD: &str = "\
cargo xtask build [--features LIST] [--out DIR] [--if-changed] [--only widget]

  --features LIST  cargo features of the worker, such as test-hooks; never for production
  --out DIR        where to (default: dist)
  --if-changed     do nothing when the sources hash to what DIR was built from
  --only widget    leave the worker as it was last compiled";

pub(super) const DEV: &str = "\
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

pub(super) const FUZZ: &str = "\
cargo xtask fuzz [TARGET] [options]

  TARGET       one of the folders of fuzz/corpus (default: all)
  --seconds N  how long each runs (default: 180)
  --keep       add to fuzz/corpus, for each target, the ten inputs that reach the most new code

As many run at a time as there are processors. An input that breaks a rule is kept in fuzz/artifacts. What was found
is gone on with the next time; `cargo xtask test --only fuzz` begins with the corpus alone.";

pub(super) const KEYS: &str = "\
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

pub(super) const TRAIL: &str = "\
cargo xtask trail audit

Verifies the whole audit trail of every account of a running deployment, and counts the accounts. Logins go on
meanwhile. Fails where anything was altered or taken out, and names the keys of the accounts' rows.

Environment: PBX2FA_URL (such as https://2fa.example.com; default http://127.0.0.1:8787) and PBX2FA_OPERATOR_KEY.";

pub(super) const MUTANTS: &str = "\
cargo xtask mutants

Changes the rules that decide who gets in, one place after the other, and looks whether a test notices. The list of what
none notices is target/mutants/mutants.out/missed.txt. Takes two hours or more; begun again, it goes on where it was.";

pub(super) const SBOM: &str = "\
cargo xtask sbom

Prints the bill of materials of a build without further features, CycloneDX 1.6 in JSON, as dist/sbom.cdx.json has it.";

pub(super) const TENANT: &str = "\
cargo xtask tenant show CLIENT_ID
cargo xtask tenant put CLIENT_ID SETTINGS.json    create or replace; API keys stay
cargo xtask tenant key CLIENT_ID                  make an API key; shown this once
cargo xtask tenant remove-key CLIENT_ID KEY_ID

Environment: PBX2FA_URL (such as https://2fa.example.com; default http://127.0.0.1:8787) and PBX2FA_OPERATOR_KEY.";

pub(super) const TEST: &str = "\
cargo xtask test [--only STAGE[,STAGE...]]

Stages, in order: fmt, clippy, deny, unit, portal, then each folder of tests/ that holds *.test.mjs (contract,
browser, deploy, ...). The last line is `N passed, N failed`; a check without tests of its own counts as one.";
