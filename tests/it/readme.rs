//! Every command of the README is run, and prints what the README says it prints.

use std::fs;
use std::process::Stdio;

use crate::scene::{Run, Scene, checkout};

/// A command of the README and what is said to come out.
struct Step {
    command: String,
    /// Number of the line after the command, from 0.
    line: usize,
    expected: Vec<String>,
}

/// A line of the README that stands for any lines of output.
const ANYTHING: &str = "…";

/// How the README calls the program before it is installed.
const FROM_SOURCE: &str = "cargo run --release -- ";

#[test]
fn commands_print_what_the_readme_says() {
    let path = checkout("README.md");
    let text = fs::read_to_string(&path).unwrap();
    let scene = Scene::new();
    scene.copy("corpus/default");
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let steps = steps(&lines);
    assert!(steps.len() > 5, "the README has {} commands", steps.len());
    let mut wrong = Vec::new();
    // Backwards where the README is rewritten, so that line numbers stay right.
    let mut found = Vec::new();
    for step in &steps {
        found.push(output(&scene, &step.command));
    }
    for (step, found) in steps.iter().zip(found).rev() {
        if agrees(&step.expected, &found) {
            continue;
        }
        wrong.push(format!(
            "$ {}\n--- README says\n{}\n--- prints\n{}",
            step.command,
            step.expected.join("\n"),
            found.join("\n")
        ));
        lines.splice(step.line..step.line + step.expected.len(), found);
    }
    if std::env::var_os("DATELINE_BLESS").is_some() && !wrong.is_empty() {
        fs::write(&path, lines.join("\n") + "\n").unwrap();
        return;
    }
    assert!(wrong.is_empty(), "{}\n\nDATELINE_BLESS=1 cargo test readme rewrites the README", wrong.join("\n\n"));
}

#[test]
fn the_readme_names_every_command() {
    let text = fs::read_to_string(checkout("README.md")).unwrap();
    let help = Scene::new().dateline(&["--help"]).expect(0);
    let commands =
        help.lines().skip_while(|line| *line != "Commands:").skip(1).map_while(|line| line.split_whitespace().next());
    for name in commands.filter(|name| *name != "help") {
        assert!(text.contains(&format!("| `{name}")), "the README has no row for {name}");
    }
}

#[test]
fn the_readme_lists_every_format() {
    let path = checkout("README.md");
    let text = fs::read_to_string(&path).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let first = lines.iter().position(|line| line == FORMATS_HEADER).expect("the README has a table of formats");
    let after = lines[first..].iter().position(String::is_empty).map_or(lines.len(), |count| first + count);
    let expected = formats_table();
    if std::env::var_os("DATELINE_BLESS").is_some() {
        lines.splice(first..after, expected);
        fs::write(&path, lines.join("\n") + "\n").unwrap();
        return;
    }
    assert_eq!(lines[first..after], expected, "DATELINE_BLESS=1 cargo test readme rewrites the table");
}

const FORMATS_HEADER: &str = "| format | usual names |";

/// Returns the table of formats as the README has it.
fn formats_table() -> Vec<String> {
    let rows = dateline::input::FORMATS.iter().map(|format| {
        let names: Vec<String> = format.extensions.iter().map(|extension| format!("`.{extension}`")).collect();
        format!("| {} | {} |", format.title, names.join(" "))
    });
    [FORMATS_HEADER.to_owned(), "|---|---|".to_owned()].into_iter().chain(rows).collect()
}

/// Returns the commands in the blocks marked `console`, with the lines that follow each.
fn steps(lines: &[String]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut inside = false;
    for (number, line) in lines.iter().enumerate() {
        if line.starts_with("```") {
            inside = line == "```console";
        } else if inside && let Some(command) = line.strip_prefix("$ ") {
            steps.push(Step { command: command.to_owned(), line: number + 1, expected: Vec::new() });
        } else if inside && let Some(step) = steps.last_mut() {
            step.expected.push(line.clone());
        }
    }
    steps
}

/// Returns what a shell prints for the command, on both streams.
fn output(scene: &Scene, command: &str) -> Vec<String> {
    let command = command.replace(FROM_SOURCE, "dateline ");
    let program = assert_cmd::cargo::cargo_bin!("dateline");
    let folder = program.parent().unwrap();
    let mut shell = scene.shell(&format!("{command} 2>&1"));
    shell.env("PATH", format!("{}:/usr/bin:/bin", folder.display())).stdin(Stdio::null());
    Run::of(shell.output().unwrap()).stdout.lines().map(|line| line.trim_end().to_owned()).collect()
}

/// Tells whether the output is as expected; a line `…` stands for any lines.
fn agrees(expected: &[String], found: &[String]) -> bool {
    match expected.split_first() {
        None => found.is_empty(),
        Some((first, rest)) if first.trim() == ANYTHING => (0..=found.len()).any(|from| agrees(rest, &found[from..])),
        Some((first, rest)) => found.first().is_some_and(|line| line == first) && agrees(rest, &found[1..]),
    }
}
