//! Arguments, exit codes, and what goes to which stream.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::scene::Scene;

#[test]
fn mistakes_in_arguments_exit_with_2_and_print_nothing_on_stdout() {
    let scene = Scene::new();
    for arguments in
        [&["frobnicate"][..], &["config", "--format", "papyrus"], &["extract"], &["extract", "nowhere"], &[]]
    {
        let run = scene.dateline(arguments);
        assert_eq!(run.code, 2, "{arguments:?}");
        assert!(run.stdout.is_empty() && !run.stderr.is_empty(), "{arguments:?} prints {:?}", run.stdout);
    }
}

#[test]
fn settings_say_where_they_come_from() {
    let scene = Scene::new();
    scene.file("news/dateline.toml", "outlet = \"The Harbour Post\"\n");
    let mut rows = Vec::new();
    for (environment, arguments) in
        [(None, &["config"][..]), (Some("here"), &["config"]), (Some("here"), &["config", "--index", "there", "news"])]
    {
        let mut command = scene.command();
        command.args(arguments).args(["--format", "csv"]);
        if let Some(place) = environment {
            command.env("DATELINE_INDEX", place);
        }
        let output = String::from_utf8(command.output().unwrap().stdout).unwrap();
        rows.extend(output.lines().filter(|line| line.contains("index") || line.contains("outlet")).map(str::to_owned));
    }
    let expected = [
        ",index,index,default",
        ",index,here,environment DATELINE_INDEX",
        ",index,there,option --index",
        "news,outlet,The Harbour Post,file news/dateline.toml",
    ];
    assert_eq!(rows, expected);
}

#[test]
fn a_broken_settings_file_is_named() {
    let scene = Scene::new();
    scene.file("news/dateline.toml", "outlett = \"The Harbour Post\"\n");
    let run = scene.dateline(&["config", "news"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("news/dateline.toml") && run.stderr.contains("outlett"), "{}", run.stderr);
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let scene = Scene::new();
    let long = "A minister spoke. ".repeat(20_000);
    for number in 0..40 {
        scene.file(&format!("news/{number}.txt"), format!("A headline of {number}\n\n{long}"));
    }
    let mut child =
        scene.command().args(["extract", "news"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    assert!(first.starts_with('{'));
    let ended = child.wait_with_output().unwrap();
    assert_eq!((ended.status.code(), ended.stderr.len()), (Some(0), 0));
}

#[test]
fn completions_and_manual_pages_know_every_command() {
    let scene = Scene::new();
    let help = scene.dateline(&["--help"]).expect(0);
    let names: Vec<&str> = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .map_while(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    assert!(names.contains(&"extract"), "{names:?}");
    scene.dateline(&["man", "--into", "man"]).expect(0);
    for shell in ["bash", "zsh", "fish"] {
        let script = scene.dateline(&["completions", shell]).expect(0);
        for name in &names {
            assert!(script.contains(name), "{shell} does not complete {name}");
        }
    }
    for name in names {
        let page = scene.path().join(format!("man/dateline-{name}.1"));
        assert!(page.is_file(), "{} is missing", page.display());
    }
}

#[test]
fn a_held_index_is_a_reason_to_come_back_later() {
    let scene = Scene::new();
    scene.file("news/a.txt", crate::archive::page(1));
    scene.dateline(&["ingest", "news"]).expect(0);
    let held = dateline::index::Place::new(scene.path().join("index")).lock(std::time::Duration::ZERO).unwrap();
    for arguments in [&["ingest", "news"][..], &["forget", "news"], &["check", "--repair"]] {
        let run = scene.dateline(arguments);
        assert!(run.code == 75 && run.stderr.contains("--wait"), "{arguments:?}: {} {}", run.code, run.stderr);
    }
    scene.dateline(&["status"]).expect(0);
    scene.dateline(&["check"]).expect(0);
    let waiting = scene.command().args(["ingest", "news", "--wait", "30"]).stdout(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(300));
    drop(held);
    let waited = crate::scene::Run::of(waiting.wait_with_output().unwrap());
    assert!(waited.expect(0).contains("1 unchanged"));
}
