//! The worker under measurement: a process of its own, with its state where the measurement wants it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use pbx_2fa_shared::operator::TenantSettings;
use serde_json::json;

use super::gateway;
use crate::dev::{self, WorkerPlace};
use crate::failure::{Context, Failure, Outcome};
use crate::files;
use crate::operator::Operator;

pub(super) struct Server {
    running: dev::Running,
    pub(super) port: u16,
    pub(super) pid: u32,
    pub(super) start: Duration,
    api_key: String,
    directory: PathBuf,
}

const CLIENT_ID: &str = "bench";
const ORIGIN: &str = "https://portal.example";

impl Server {
    /// `open_files` bounds the process's file descriptors (`ulimit -n`).
    pub(super) fn start(
        dist: &Path,
        directory: &Path,
        owners: &str,
        open_files: Option<u64>,
    ) -> Outcome<Self> {
        if directory.exists() {
            // Of a run that was interrupted.
            std::fs::remove_dir_all(directory).context(|| "removing an earlier bench's state".to_owned())?;
        }
        let port = dev::any_free_port()?;
        let base = format!("http://127.0.0.1:{port}");
        let state = dev::State::open(directory)?;
        let mut running = dev::Running::default();
        let place = WorkerPlace {
            dist,
            port,
            account_owners: owners,
            issuer: &base,
        };
        let command = dev::worker(&place, &state)?;
        let command = match open_files {
            Some(limit) => bounded(&command, limit),
            None => command,
        };
        let started = Instant::now();
        let service = running.start("worker", command)?;
        dev::await_worker(&base, service, || false)?;
        let start = started.elapsed();
        let pid = running
            .pids()
            .get("worker")
            .copied()
            .ok_or_else(|| Failure::new("no worker"))?;
        let operator = Operator::new(&base, &state.secrets.keys.operator_key);
        let settings: TenantSettings = serde_json::from_value(json!({
            "portal_name": "Bench", "origins": [ORIGIN], "delivery": { "webhook": { "url": gateway::start()?, "secret": state.secrets.webhook_secret } },
        }))
        .context(|| "the settings of the bench".to_owned())?;
        let tenant = operator.put_tenant(CLIENT_ID, &settings)?;
        for old in tenant.api_keys {
            operator.remove_key(CLIENT_ID, old.id.as_str())?;
        }
        let api_key = operator.add_key(CLIENT_ID)?.api_key;
        Ok(Self {
            running,
            port,
            pid,
            start,
            api_key,
            directory: directory.to_owned(),
        })
    }

    pub(super) const fn origin(&self) -> &'static str {
        ORIGIN
    }

    pub(super) fn portal_headers(&self) -> String {
        format!("authorization: Bearer {}\r\n", self.api_key)
    }

    /// User and system time so far.
    pub(super) fn cpu(&self) -> Outcome<Duration> {
        let path = format!("/proc/{}/stat", self.pid);
        let stat = files::read_text(Path::new(&path))?;
        let fields: Vec<u64> = stat
            .rsplit(") ")
            .next()
            .unwrap_or_default()
            .split(' ')
            .map(|f| f.parse().unwrap_or(0))
            .collect();
        let ticks = fields.get(11).copied().unwrap_or(0) + fields.get(12).copied().unwrap_or(0);
        // Linux counts in hundredths of a second, whatever its timer (proc(5), USER_HZ).
        Ok(Duration::from_millis(ticks * 10))
    }

    /// Resident memory in MiB: now, or the most there was.
    pub(super) fn memory(&self, most: bool) -> Outcome<u64> {
        let name = if most { "VmHWM:" } else { "VmRSS:" };
        let status = files::read_text(Path::new(&format!("/proc/{}/status", self.pid)))?;
        let line = status.lines().find(|l| l.starts_with(name)).unwrap_or_default();
        let kib: u64 = line
            .split_whitespace()
            .nth(1)
            .and_then(|n| n.parse().ok())
            .unwrap_or(0);
        Ok(kib / 1_024)
    }

    pub(super) fn open_files(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.pid)).map_or(0, Iterator::count)
    }

    /// Disk syncs while `work` is done, counted by strace; `None` where it is not installed or may not look.
    pub(super) fn syncs(&self, work: impl FnOnce() -> Outcome<()>) -> Outcome<Option<usize>> {
        let log = self.directory.join("syncs.txt");
        let pid = self.pid.to_string();
        let strace = Command::new("strace")
            .args(["-f", "-e", "trace=fsync,fdatasync", "-o"])
            .arg(&log)
            .args(["-p", &pid])
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn();
        let Ok(mut strace) = strace else { return Ok(None) };
        let attached = strace.stderr.take().is_some_and(says_attached);
        let done = work();
        let tracer = rustix::process::Pid::from_child(&strace);
        let stopped = rustix::process::kill_process(tracer, rustix::process::Signal::INT);
        stopped.context(|| "stopping strace".to_owned())?;
        strace.wait().context(|| "strace".to_owned())?;
        done?;
        let log = files::read_text(&log)?;
        Ok(attached.then(|| {
            log.lines()
                .filter(|l| l.contains("sync(") && !l.contains("resumed"))
                .count()
        }))
    }

    pub(super) fn stop(mut self) -> Outcome<()> {
        self.running.stop();
        std::fs::remove_dir_all(&self.directory).context(|| "removing the bench's state".to_owned())
    }
}

/// strace says on its first line whether it could attach.
fn says_attached(stderr: std::process::ChildStderr) -> bool {
    use std::io::{BufRead, BufReader};
    let mut line = String::new();
    BufReader::new(stderr).read_line(&mut line).is_ok() && line.contains("attached")
}

/// The same command under `ulimit -n`.
fn bounded(command: &Command, open_files: u64) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("ulimit -n {open_files} && exec \"$0\" \"$@\"")]);
    shell.arg(command.get_program()).args(command.get_args());
    shell.env_clear();
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            shell.env(name, value);
        }
    }
    if let Some(directory) = command.get_current_dir() {
        shell.current_dir(directory);
    }
    shell
}
