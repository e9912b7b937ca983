//! In: a command. Out: how long it ran, how much of the processors and of memory it took, read from `/proc`: a
//! process of its own is the only one whose peak can be told.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// What a process took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Run {
    pub wall_seconds: f64,
    pub cpu_seconds: f64,
    pub peak_bytes: u64,
}

/// Between two looks at a process: short beside what is measured, long beside a look.
const STEP: Duration = Duration::from_millis(5);
/// The kernel counts processor time in these, on every architecture in use.
const TICKS_PER_SECOND: f64 = 100.0;

/// Runs a command to its end.
pub fn run(command: &mut Command) -> Result<Run> {
    let shown = format!("{command:?}");
    let started = Instant::now();
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().with_context(|| shown.clone())?;
    let mut run = Run::default();
    while !has_ended(&child) {
        run.peak_bytes = peak_bytes(&child).unwrap_or(run.peak_bytes);
        thread::sleep(STEP);
    }
    run.wall_seconds = started.elapsed().as_secs_f64();
    // A process that ended but was not waited for still tells its processor time.
    run.cpu_seconds = cpu_seconds(&child).unwrap_or_default();
    let status = child.wait()?;
    if !status.success() {
        bail!("{shown} ended with {status}");
    }
    Ok(run)
}

/// Runs a short command to its end and returns the seconds it took.
pub fn seconds(command: &mut Command) -> Result<f64> {
    let started = Instant::now();
    let status =
        command.stdout(Stdio::null()).stderr(Stdio::null()).status().with_context(|| format!("{command:?}"))?;
    // `dateline` and `rg` say with 1 that nothing was found.
    if status.code().is_none_or(|code| code > 1) {
        bail!("{command:?} ended with {status}");
    }
    Ok(started.elapsed().as_secs_f64())
}

/// Returns the fields of `/proc/PID/stat` behind the name, which may hold anything.
fn stat(child: &Child) -> Option<Vec<String>> {
    let stat = fs::read_to_string(format!("/proc/{}/stat", child.id())).ok()?;
    Some(stat.rsplit_once(')')?.1.split_whitespace().map(str::to_owned).collect())
}

fn has_ended(child: &Child) -> bool {
    stat(child).is_none_or(|fields| fields.first().is_none_or(|state| state == "Z"))
}

fn cpu_seconds(child: &Child) -> Option<f64> {
    let fields = stat(child)?;
    let ticks = |field: usize| fields.get(field)?.parse::<f64>().ok();
    Some((ticks(11)? + ticks(12)?) / TICKS_PER_SECOND)
}

fn peak_bytes(child: &Child) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(kilobytes.trim().trim_end_matches("kB").trim().parse::<u64>().ok()? << 10)
}
