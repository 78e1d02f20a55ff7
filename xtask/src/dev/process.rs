//! Services: programs that run until they are told to stop, and that never outlive this one.

use std::collections::{BTreeMap, VecDeque};
use std::io::Read;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

use crate::failure::{Context, Failure, Outcome};
use crate::run::lines;

/// How long a service may take to end by itself.
const GRACE: Duration = Duration::from_secs(5);
const KEPT_LINES: usize = 20;
/// How long the last lines of a service that has ended may be on their way.
const LAST_LINES: Duration = Duration::from_secs(1);

#[derive(Default)]
pub(crate) struct Running(Vec<Service>);

pub(crate) struct Service {
    name: &'static str,
    child: Child,
    last: Arc<Mutex<VecDeque<String>>>,
    relays: Vec<JoinHandle<()>>,
}

impl Running {
    /// Shows the service's output line by line behind its name.
    pub(crate) fn start(&mut self, name: &'static str, mut command: Command) -> Outcome<&mut Service> {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        // Its own process group: Ctrl-C reaches this program alone, which then stops the others in order.
        command.process_group(0);
        dies_with_us(&mut command);
        let mut child = command.spawn().context(|| format!("starting {name}"))?;
        let last = Arc::default();
        let mut relays = Vec::new();
        relays.extend(child.stdout.take().map(|stdout| relay(name, stdout, &last)));
        relays.extend(child.stderr.take().map(|stderr| relay(name, stderr, &last)));
        self.0.push(Service {
            name,
            child,
            last,
            relays,
        });
        self.0
            .last_mut()
            .ok_or_else(|| Failure::new("no service was started"))
    }

    pub(super) fn services(&mut self) -> impl Iterator<Item = &mut Service> {
        self.0.iter_mut()
    }

    pub(crate) fn pids(&self) -> BTreeMap<&'static str, u32> {
        self.0
            .iter()
            .map(|service| (service.name, service.child.id()))
            .collect()
    }

    /// SIGTERM to all, SIGKILL to those that are still there after the grace time.
    pub(crate) fn stop(&mut self) {
        self.0.iter().for_each(|service| service.signal(Signal::TERM));
        let deadline = Instant::now() + GRACE;
        while Instant::now() < deadline && !self.services().all(Service::is_gone) {
            thread::sleep(Duration::from_millis(20));
        }
        self.0.iter().for_each(|service| service.signal(Signal::KILL));
        for service in self.services() {
            // Nothing is left to do for a child that cannot be waited for.
            let _ = service.child.wait();
        }
        self.0.clear();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Service {
    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    /// Why the service is no longer there, if it is not.
    pub(super) fn ended(&mut self) -> Option<Failure> {
        let status = self.child.try_wait().ok().flatten()?;
        self.await_last_lines();
        Some(Failure::new(format!(
            "{} {}; its last lines:\n{}",
            self.name,
            how(status),
            self.last_lines()
        )))
    }

    pub(super) fn last_lines(&self) -> String {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.iter()
            .map(|line| format!("  {line}"))
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// What the service wrote before it ended has been read when its streams are at their end. Something that it started
    /// and left behind may hold them open.
    fn await_last_lines(&self) {
        let deadline = Instant::now() + LAST_LINES;
        while Instant::now() < deadline && !self.relays.iter().all(JoinHandle::is_finished) {
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn is_gone(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(Some(_)))
    }

    /// To the whole group: whatever the service started goes with it.
    fn signal(&self, signal: Signal) {
        if let Some(group) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            // It fails when the group is gone, which is the purpose.
            let _ = kill_process_group(group, signal);
        }
    }
}

fn how(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("ended with exit code {code}"),
        (None, Some(signal)) => format!("was ended by signal {signal}"),
        (None, None) => "ended".to_owned(),
    }
}

fn relay(
    name: &'static str,
    stream: impl Read + Send + 'static,
    last: &Arc<Mutex<VecDeque<String>>>,
) -> JoinHandle<()> {
    let last = Arc::clone(last);
    thread::spawn(move || {
        lines(stream, |line| {
            eprintln!("{name} | {line}");
            let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
            if last.len() == KEPT_LINES {
                last.pop_front();
            }
            last.push_back(line.to_owned());
        });
    })
}

/// Even SIGKILL to this program stops the service: the kernel tells it when the thread that started it ends.
#[cfg(target_os = "linux")]
#[allow(
    unsafe_code,
    reason = "one system call between fork and exec, which needs no memory and takes no lock"
)]
fn dies_with_us(command: &mut Command) {
    use rustix::process::set_parent_process_death_signal;
    // SAFETY: prctl is async-signal-safe, and the closure touches nothing of the parent.
    unsafe {
        command.pre_exec(|| set_parent_process_death_signal(Some(Signal::TERM)).map_err(Into::into));
    }
}

#[cfg(not(target_os = "linux"))]
fn dies_with_us(_: &mut Command) {}

/// The same for this program and the one that started it.
#[cfg(target_os = "linux")]
pub(super) fn stop_with_parent() -> Outcome<()> {
    use rustix::process::set_parent_process_death_signal;
    set_parent_process_death_signal(Some(Signal::TERM)).context(|| "--stop-with-parent".to_owned())
}

#[cfg(not(target_os = "linux"))]
pub(super) fn stop_with_parent() -> Outcome<()> {
    Err(Failure::new("--stop-with-parent works on Linux only"))
}

#[cfg(test)]
mod tests {
    use super::{Running, Service};
    use std::process::Command;
    use std::time::{Duration, Instant};

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    fn await_end(service: &mut Service) -> String {
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            if let Some(failure) = service.ended() {
                return failure.to_string();
            }
            assert!(Instant::now() < deadline, "the service did not end");
            std::thread::yield_now();
        }
    }

    #[test]
    fn an_end_is_told_with_code_or_signal() {
        let mut running = Running::default();
        assert!(
            await_end(running.start("one", shell("exit 3")).unwrap())
                .starts_with("one ended with exit code 3")
        );
        assert!(await_end(running.start("two", shell("kill -9 $$")).unwrap()).contains("signal 9"));
    }

    #[test]
    fn stopping_takes_the_whole_group() {
        let mut running = Running::default();
        let service = running
            .start("group", shell("sleep 600 & echo $!; wait"))
            .unwrap();
        let deadline = Instant::now() + Duration::from_secs(10);
        while service.last_lines().is_empty() {
            assert!(Instant::now() < deadline, "the service said nothing");
            std::thread::yield_now();
        }
        let grandchild: i32 = service.last_lines().trim().parse().unwrap();
        running.stop();
        let pid = rustix::process::Pid::from_raw(grandchild).unwrap();
        while rustix::process::test_kill_process(pid).is_ok() && !is_zombie(grandchild) {
            assert!(Instant::now() < deadline, "the grandchild is still there");
            std::thread::yield_now();
        }
    }

    /// Ended, but nobody has asked how yet (in a container without an init process).
    fn is_zombie(pid: i32) -> bool {
        std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| stat.contains(") Z "))
    }
}
