//! The recipes in `docs/` say what the program understands.

use std::fs;
use std::process::Command;

use crate::archive::page;
use crate::scene::{Run, Scene, checkout};

const UNITS: [&str; 3] = ["dateline-ingest.service", "dateline-ingest.timer", "dateline-watch.service"];
/// Where the units expect the program.
const INSTALLED: &str = "/usr/local/bin/dateline";

/// Returns the program as a shell finds it.
fn program() -> String {
    assert_cmd::cargo::cargo_bin!("dateline").display().to_string()
}

#[test]
fn systemd_understands_the_units() {
    if Command::new("systemd-analyze").arg("--version").output().is_err() {
        println!("this machine has no systemd-analyze to ask");
        return;
    }
    let scene = Scene::new();
    let paths = UNITS.map(|unit| {
        let text = fs::read_to_string(checkout("docs/systemd").join(unit)).unwrap();
        scene.file(unit, text.replace(INSTALLED, &program()))
    });
    let verified = Command::new("systemd-analyze").args(["verify", "--man=no"]).args(paths).output().unwrap();
    let complaints = String::from_utf8_lossy(&verified.stderr);
    let ours: Vec<&str> = complaints.lines().filter(|line| line.contains("dateline")).collect();
    assert!(verified.status.success() && ours.is_empty(), "{complaints}");
}

#[test]
fn the_commands_of_units_and_cron_run() {
    let mut commands = Vec::new();
    for unit in UNITS {
        let text = fs::read_to_string(checkout("docs/systemd").join(unit)).unwrap();
        commands.extend(text.lines().filter_map(|line| line.strip_prefix("ExecStart=")).map(str::to_owned));
    }
    let crontab = fs::read_to_string(checkout("docs/crontab")).unwrap();
    let jobs = crontab.lines().filter(|line| line.starts_with(|first: char| first.is_ascii_digit()));
    commands.extend(jobs.map(|line| line.splitn(6, ' ').nth(5).expect("five fields stand before it").to_owned()));
    assert_eq!(commands.len(), 4, "{commands:?}");

    let scene = Scene::new();
    scene.file("news/a.txt", page(1));
    scene.file("news/dateline.toml", "[queries]\ntalks = 'talking'\n");
    for command in commands {
        let here = command
            .replace(INSTALLED, "dateline")
            .replacen("dateline ", &format!("{} ", program()), 1)
            .replace("/srv/news", "news")
            .replace("/home/reporter/", "");
        // Watching never ends by itself: it is enough that it begins.
        let here = if here.contains("--watch") { format!("timeout 5 {here}; test $? = 124") } else { here };
        Run::of(scene.shell(&here).output().unwrap()).expect(0);
    }
    assert!(fs::read_to_string(scene.path().join("morning.txt")).unwrap().contains("Ines Varga"));
}
