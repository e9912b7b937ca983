//! What an ingest does when the system fails it: the last commit stands, the error names path and cause, and the next
//! run completes.

use dateline::index::Place;
use dateline::index::check::{self, Finding};

use crate::archive::{contents, fresh_contents, page};
use crate::scene::{Run, Scene};

/// A folder with an index of its first state, and then another state.
fn scene() -> (Scene, Place) {
    let scene = Scene::new();
    for number in 0..20 {
        scene.file(&format!("news/{number}.txt"), page(number));
    }
    scene.dateline(&["ingest", "news"]).expect(0);
    for number in 10..60 {
        scene.file(&format!("news/{number}.txt"), page(number + 100).repeat(3));
    }
    let place = Place::new(scene.path().join("index"));
    (scene, place)
}

/// Checks that a failed run told its cause, and left a commit that answers.
#[track_caller]
fn assert_stands(run: &Run, place: &Place, cause: &str, what: &str) {
    assert_eq!(run.code, 2, "{what}: {}", run.stderr);
    assert!(run.stderr.contains("index") && run.stderr.contains(cause), "{what}: {}", run.stderr);
    let report = check::check(place).unwrap();
    let only_rubble = report.findings.iter().all(|finding| matches!(finding, Finding::Orphan { .. }));
    assert!(only_rubble && report.inputs >= 20, "{what}: {:?}", report.findings);
}

#[track_caller]
fn assert_next_run_completes(scene: &Scene, place: &Place) {
    scene.dateline(&["ingest", "news"]).expect(0);
    assert!(check::check(place).unwrap().is_clean());
    assert_eq!(contents(place), fresh_contents(&scene.path().join("news")));
}

/// Every file of the index may only grow to so many blocks: the write that passes it fails, an earlier one for each
/// smaller limit.
#[cfg(unix)]
#[test]
fn a_write_that_fails_loses_nothing() {
    let (scene, place) = scene();
    let program = assert_cmd::cargo::cargo_bin!("dateline");
    let mut failed = 0;
    for blocks in [1, 2, 3, 5, 8, 13, 21, 34] {
        let limited = format!(
            "trap '' XFSZ; ulimit -f {blocks}; exec {} ingest news --quiet --commit-every 0.01",
            program.display()
        );
        let run = Run::of(scene.shell(&limited).output().unwrap());
        if run.code != 0 {
            failed += 1;
            assert_stands(&run, &place, "File too large", &format!("{blocks} blocks"));
        }
    }
    assert!(failed >= 3, "the limits bite: {failed}");
    assert_next_run_completes(&scene, &place);
}

/// A disk of its own, smaller than the index; in a namespace of its own, so that nothing of this machine is mounted.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_loses_nothing() {
    let (scene, place) = scene();
    let program = assert_cmd::cargo::cargo_bin!("dateline");
    let on_small_disk = format!(
        "mkdir disk && mount -t tmpfs -o size=$(($(du -sk index | cut -f1) + 24))k tmpfs disk && cp -r index disk/ && \
         {{ {} ingest news --quiet --index disk/index; code=$?; rm -rf kept; cp -r disk/index kept; exit $code; }}",
        program.display()
    );
    let mut unshared = std::process::Command::new("unshare");
    unshared.args(["--map-root-user", "--mount", "sh", "-c", &on_small_disk]).current_dir(scene.path());
    let run = Run::of(unshared.output().unwrap());
    if run.stderr.contains("unshare") || run.stderr.contains("mount:") {
        println!("this machine lets nobody mount a disk of his own; limits of file sizes are tested instead");
        return;
    }
    let kept = Place::new(scene.path().join("kept"));
    assert_stands(&run, &kept, "No space left on device", "a full disk");
    std::fs::remove_dir_all(place.root()).unwrap();
    std::fs::rename(kept.root(), place.root()).unwrap();
    assert_next_run_completes(&scene, &place);
}

#[cfg(target_os = "linux")]
#[test]
fn an_index_that_may_not_be_written_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let (scene, place) = scene();
    let folders = [place.root().to_owned(), place.current().unwrap()];
    for (number, folder) in (70..).zip(folders) {
        scene.file(&format!("news/{number}.txt"), page(number));
        let mode = |mode| std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(mode)).unwrap();
        mode(0o555);
        let output = scene.bound_by_permissions().args(["ingest", "news", "--quiet"]).output().unwrap();
        mode(0o755);
        let run = Run::of(output);
        assert_stands(&run, &place, "ermission denied", &folder.display().to_string());
        assert!(run.stderr.contains("index"), "{}", run.stderr);
    }
    assert_next_run_completes(&scene, &place);
}

#[cfg(target_os = "linux")]
#[test]
fn a_root_that_may_not_be_listed_stays_as_it_was() {
    use std::os::unix::fs::PermissionsExt;
    let (scene, place) = scene();
    let before = contents(&place);
    let news = scene.path().join("news");
    let mode = |mode| std::fs::set_permissions(&news, std::fs::Permissions::from_mode(mode)).unwrap();
    mode(0o111);
    let output = scene.bound_by_permissions().args(["ingest", "news", "--quiet"]).output().unwrap();
    mode(0o755);
    let run = Run::of(output);
    assert!(run.code == 2 && run.stderr.contains("cannot be read"), "{}: {}", run.code, run.stderr);
    assert_eq!(contents(&place), before);
    assert_next_run_completes(&scene, &place);
}
