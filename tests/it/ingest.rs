//! The journey of files into the index, again and again.

use std::fs::{self, File};
use std::ops::ControlFlow;
use std::time::{Duration, SystemTime};

use dateline::index::inventory::{self, FilesWanted};
use dateline::ingest::{self, Doubt, HeldBack, IngestError, RootError};

use crate::archive::{Archive, age, counts, page};

#[test]
fn a_second_ingest_reads_nothing_and_commits_nothing() {
    let pages: Vec<(String, String)> = (0..6).map(|n| (format!("2025/{n}.txt"), page(n))).collect();
    let files: Vec<(&str, &str)> = pages.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let archive = Archive::new(&files);
    let first = archive.ingest();
    assert_eq!((counts(&first), first.articles, first.newly_rejected), ([6, 0, 0, 0, 0], 6, 0));
    let second = archive.ingest();
    assert_eq!((counts(&second), second.files_read, second.commits), ([0, 0, 0, 0, 6], 0, 0));

    archive.write("2025/1.txt", &page(21));
    fs::remove_file(archive.path("2025/2.txt")).unwrap();
    fs::create_dir(archive.path("moved")).unwrap();
    fs::rename(archive.path("2025/3.txt"), archive.path("moved/three.txt")).unwrap();
    let third = archive.ingest();
    assert_eq!((counts(&third), third.articles), ([0, 1, 1, 1, 3], 2));
    let fourth = archive.ingest();
    assert_eq!((counts(&fourth), fourth.files_read, fourth.commits), ([0, 0, 0, 0, 5], 0, 0));
}

fn lines(numbers: std::ops::Range<u32>) -> String {
    let line = |number| {
        format!(
            "{{\"id\": \"w-{number}\", \"title\": \"Round {number}\", \"date\": \"2025-09-02\", \"text\": \"Talks \
             number {number} went on in Port Almena.\"}}\n"
        )
    };
    numbers.map(line).collect()
}

#[test]
fn a_growing_file_is_not_extracted_whole() {
    let archive = Archive::new(&[("wire.jsonl", &lines(0..40))]);
    assert_eq!(archive.ingest().articles, 40);
    archive.write("wire.jsonl", &lines(0..45));
    let grown = archive.ingest();
    assert_eq!((counts(&grown), grown.articles), ([0, 1, 0, 0, 0], 5));
    // One line less at the start moves all others up: their lines are cited, so they are written again.
    archive.write("wire.jsonl", &lines(1..45));
    assert_eq!(archive.ingest().articles, 44);
    assert_eq!(articles(&archive), 44);
}

#[test]
fn threads_without_an_input_help_with_a_large_one() {
    let others: Vec<(String, String)> = (0..3).map(|n| (format!("{n}.txt"), page(n))).collect();
    let mut files: Vec<(&str, &str)> = others.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    // The largest is begun first or last; either way the others are done long before it.
    let large = lines(0..300) + "{\"id\": \"empty\"}\n" + &lines(300..400);
    files.push(("wire.jsonl", &large));
    let archive = Archive::new(&files);
    let ingested = archive.ingest_with(|options| options.threads = 4);
    assert_eq!((counts(&ingested), ingested.articles, ingested.newly_rejected), ([4, 0, 0, 0, 0], 403, 1));
    let alone = Archive::new(&files).ingest_with(|options| options.threads = 1);
    assert_eq!((alone.articles, alone.statements), (ingested.articles, ingested.statements));
    archive.write("wire.jsonl", &(large + &lines(400..410)));
    let grown = archive.ingest_with(|options| options.threads = 4);
    assert_eq!((counts(&grown), grown.articles), ([0, 1, 0, 0, 3], 10));
    assert_eq!(articles(&archive), 413);
}

fn articles(archive: &Archive) -> u64 {
    inventory::status(&archive.place()).unwrap().collections.iter().map(|collection| collection.articles).sum()
}

#[test]
fn a_touched_file_is_compared_and_not_read_as_news() {
    let archive = Archive::new(&[("a.txt", &page(1)), ("b.txt", &page(2))]);
    archive.ingest();
    age(&archive.path("a.txt"), Duration::from_secs(60));
    let touched = archive.ingest();
    assert_eq!((counts(&touched), touched.files_read, touched.articles), ([0, 0, 0, 0, 2], 1, 0));
    assert_eq!(archive.ingest().files_read, 0);
}

#[test]
fn checksums_find_a_change_that_kept_size_and_time() {
    let archive = Archive::new(&[("a.txt", &page(1))]);
    archive.ingest();
    let modified = fs::metadata(archive.path("a.txt")).unwrap().modified().unwrap();
    fs::write(archive.path("a.txt"), page(1).replace("Nothing", "Naughts")).unwrap();
    File::options().write(true).open(archive.path("a.txt")).unwrap().set_modified(modified).unwrap();
    assert_eq!(counts(&archive.ingest()), [0, 0, 0, 0, 1]);
    assert_eq!(counts(&archive.ingest_with(|options| options.checksum = true)), [0, 1, 0, 0, 0]);
}

#[test]
fn a_time_that_proves_nothing_makes_the_hash_decide() {
    let archive = Archive::new(&[("a.txt", &page(1))]);
    let future = SystemTime::now() + Duration::from_secs(86_400);
    File::options().write(true).open(archive.path("a.txt")).unwrap().set_modified(future).unwrap();
    archive.ingest();
    fs::write(archive.path("a.txt"), page(1).replace("Nothing", "Naughts")).unwrap();
    File::options().write(true).open(archive.path("a.txt")).unwrap().set_modified(future).unwrap();
    assert_eq!(counts(&archive.ingest()), [0, 1, 0, 0, 0], "changed, with the same size and time");
}

#[test]
fn a_rejection_is_told_once() {
    let archive = Archive::new(&[("a.txt", &page(1)), ("empty.txt", "")]);
    archive.write("wire.jsonl", &format!("{}{{broken\n", lines(0..3)));
    let first = archive.ingest();
    assert_eq!((first.newly_rejected, first.known_rejected), (2, 0), "{:?}", first.rejected);
    let second = archive.ingest();
    assert_eq!((second.newly_rejected, second.known_rejected, second.files_read), (0, 2, 0));
    age(&archive.path("empty.txt"), Duration::from_secs(5));
    let touched = archive.ingest();
    assert_eq!((touched.newly_rejected, touched.known_rejected), (0, 2));
    archive.write("wire.jsonl", &format!("{}{{broken\n{}", lines(0..3), lines(3..5)));
    let grown = archive.ingest();
    assert_eq!((grown.newly_rejected, grown.articles), (0, 2), "{:?}", grown.rejected);
    let retried = archive.ingest_with(|options| options.retry_rejected = true);
    assert_eq!((retried.newly_rejected, retried.files_read), (0, 2));

    let mut rows = Vec::new();
    let wanted = FilesWanted { rejected: true, collection: None };
    inventory::files(&archive.place(), &wanted, |row| {
        rows.push((row.path, row.rejections[0].reason.to_string()));
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0], ("empty.txt".to_owned(), "is empty".to_owned()));
}

#[test]
fn doubtful_losses_hold_the_collection_back() {
    let pages: Vec<(String, String)> = (0..10).map(|n| (format!("{n}.txt"), page(n))).collect();
    let files: Vec<(&str, &str)> = pages.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let archive = Archive::new(&files);
    archive.ingest();
    for number in 0..3 {
        fs::remove_file(archive.path(&format!("{number}.txt"))).unwrap();
    }
    archive.write("new.txt", &page(20));
    let held = archive.ingest();
    assert!(matches!(held.held_back[..], [HeldBack { doubt: Doubt::ManyVanished { vanished: 3, known: 10 }, .. }]));
    assert_eq!((counts(&held), articles(&archive)), ([0, 0, 0, 0, 0], 10));
    assert_eq!(counts(&archive.ingest_with(|options| options.prune = true)), [1, 0, 3, 0, 7]);

    let away = archive.folder.path().join("away");
    fs::rename(archive.news(), &away).unwrap();
    let held = archive.ingest_with(|options| options.paths.clear());
    assert!(matches!(held.held_back[..], [HeldBack { doubt: Doubt::RootMissing, .. }]));
    fs::create_dir(archive.news()).unwrap();
    let held = archive.ingest();
    assert!(matches!(held.held_back[..], [HeldBack { doubt: Doubt::RootEmpty { known: 8 }, .. }]));
    assert_eq!(articles(&archive), 8);
    fs::remove_dir(archive.news()).unwrap();
    fs::rename(&away, archive.news()).unwrap();
    assert_eq!(counts(&archive.ingest()), [0, 0, 0, 0, 8]);
}

#[test]
fn a_part_is_looked_at_alone() {
    let archive = Archive::new(&[("2024/a.txt", &page(1)), ("2025/b.txt", &page(2)), ("2025/c.txt", &page(3))]);
    archive.ingest();
    fs::remove_file(archive.path("2024/a.txt")).unwrap();
    fs::remove_file(archive.path("2025/b.txt")).unwrap();
    let part = archive.path("2025");
    assert_eq!(counts(&archive.ingest_with(|options| options.paths = vec![part])), [0, 0, 1, 0, 1]);
    let gone = archive.path("2024/a.txt");
    assert_eq!(counts(&archive.ingest_with(|options| options.paths = vec![gone])), [0, 0, 1, 0, 0]);
    assert_eq!(articles(&archive), 1);
}

#[test]
fn changed_settings_are_applied() {
    let archive = Archive::new(&[("a.txt", &page(1)), ("b.txt", &page(2))]);
    archive.ingest();
    archive.write("dateline.toml", "outlet = \"The Harbour Post\"\n[queries]\nvarga = \"speaker:varga\"\n");
    assert_eq!(counts(&archive.ingest()), [0, 2, 0, 0, 0]);
    let status = inventory::status(&archive.place()).unwrap();
    assert_eq!(status.collections[0].queries["varga"], "speaker:varga");
    archive.write("dateline.toml", "outlet = \"The Harbour Post\"\n");
    let queries_only = archive.ingest();
    assert_eq!((counts(&queries_only), queries_only.commits, queries_only.files_read), ([0, 0, 0, 0, 2], 1, 0));
    archive.write("dateline.toml", "name = \"harbour\"\noutlet = \"The Harbour Post\"\n");
    let renamed = archive.ingest();
    assert_eq!((counts(&renamed), articles(&archive)), ([0, 0, 0, 2, 0], 2));
    let status = inventory::status(&archive.place()).unwrap();
    assert_eq!(status.collections.iter().map(|known| known.name.as_str()).collect::<Vec<_>>(), ["harbour"]);
}

#[test]
fn names_of_the_settings_are_applied_and_read_again() {
    let line = r#"{"kop": "Dam holds", "tekst": "It rained.", "datum": "2025-09-02"}"#;
    let archive = Archive::new(&[("a.jsonl", line), ("b.txt", &page(2))]);
    archive.ingest();
    assert_eq!(articles(&archive), 1);
    archive.write("dateline.toml", "[json_names]\nheadline = \"kop\"\nbody = \"tekst\"\npublished = \"datum\"\n");
    archive.ingest();
    assert_eq!(articles(&archive), 2);
}

#[test]
fn forgets_a_collection_and_nothing_else() {
    let archive = Archive::new(&[("a.txt", &page(1)), ("b.txt", &page(2))]);
    let other = archive.folder.path().join("other");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("c.txt"), page(3)).unwrap();
    archive.ingest_with(|options| options.paths.push(other.clone()));
    assert_eq!(articles(&archive), 3);
    let error = ingest::forget(&archive.place(), "nothing", Duration::ZERO).unwrap_err();
    assert!(matches!(&error, IngestError::Root(RootError::Unknown { known, .. }) if known.len() == 2), "{error}");
    assert_eq!(ingest::forget(&archive.place(), "news", Duration::ZERO).unwrap(), 2);
    let status = inventory::status(&archive.place()).unwrap();
    let left: Vec<_> = status.collections.iter().map(|known| (known.name.as_str(), known.articles)).collect();
    assert_eq!(left, [("other", 1)]);
}

#[test]
fn a_dry_run_says_and_does_nothing() {
    let archive = Archive::new(&[("a.txt", &page(1)), ("b.txt", &page(2))]);
    archive.ingest();
    fs::remove_file(archive.path("a.txt")).unwrap();
    archive.write("c.txt", &page(5));
    let dry = archive.ingest_with(|options| options.dry_run = true);
    assert_eq!((counts(&dry), dry.commits), ([1, 0, 1, 0, 1], 0));
    assert_eq!(articles(&archive), 2);
}

#[test]
fn only_one_ingest_at_a_time() {
    let archive = Archive::new(&[("a.txt", &page(1))]);
    let _held = archive.place().lock(Duration::ZERO).unwrap();
    assert!(archive.try_ingest(|_| ()).unwrap_err().is_busy());
}

#[test]
fn overlapping_roots_are_an_error() {
    let archive = Archive::new(&[("2025/a.txt", &page(1))]);
    archive.ingest();
    let above = archive.folder.path().to_owned();
    let error = archive.try_ingest(|options| options.paths = vec![above]).unwrap_err();
    assert!(matches!(error, IngestError::Root(RootError::Overlap { .. })), "{error}");
}

#[test]
fn leaves_no_file_behind() {
    let archive = Archive::new(&[("a.txt", &page(1)), ("b.txt", &page(2))]);
    archive.ingest();
    for round in 0..12 {
        archive.write("a.txt", &page(round).repeat(round as usize % 3 + 1));
        archive.ingest();
    }
    let place = archive.place();
    let generation = place.current().unwrap();
    fs::write(generation.join(".tmpAbCdEf"), "half").unwrap();
    fs::write(generation.join("0123456789abcdef0123456789abcdef.7.del"), "of a killed commit").unwrap();
    archive.ingest();
    let mut kinds: Vec<String> = fs::read_dir(&generation)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .map(|name| name.split_once('.').map_or(name.clone(), |(_, kind)| kind.to_owned()))
        .collect();
    kinds.sort();
    let segments = kinds.iter().filter(|kind| *kind == "store").count();
    assert!(segments <= 8, "{kinds:?}");
    assert!(!kinds.iter().any(|kind| kind.starts_with("tmp") || kind == "7.del"), "{kinds:?}");
    assert_eq!(archive.place().root().read_dir().unwrap().count(), 3, "about.toml, the lock and one generation");
}

#[test]
fn what_takes_too_long_is_quarantined_by_its_hash_and_stops_nothing() {
    let archive =
        Archive::new(&[("a.txt", &page(1)), ("endless.txt", &"The mayor said that it rained. ".repeat(4_000))]);
    let impatient = |options: &mut ingest::Options| options.time_limit = Duration::ZERO;
    let first = archive.ingest_with(impatient);
    let reasons: Vec<String> = first.rejected.iter().map(ToString::to_string).collect();
    assert_eq!(reasons, ["endless.txt: kept the reader busy for more than 0 s"]);
    assert_eq!(first.articles, 1);
    let second = archive.ingest_with(impatient);
    assert_eq!((second.newly_rejected, second.known_rejected, second.files_read), (0, 1, 0));
    age(&archive.path("endless.txt"), Duration::from_secs(9));
    assert_eq!(archive.ingest_with(impatient).newly_rejected, 0, "touched, and still the same bytes");
    fs::rename(archive.path("endless.txt"), archive.path("renamed.txt")).unwrap();
    let moved = archive.ingest_with(impatient);
    assert_eq!((counts(&moved), moved.newly_rejected), ([0, 0, 0, 1, 1], 0));
    let wanted = FilesWanted { rejected: true, collection: None };
    inventory::files(&archive.place(), &wanted, |row| {
        assert_eq!((row.path.as_str(), row.rejections[0].path.as_str()), ("renamed.txt", "renamed.txt"));
        ControlFlow::Continue(())
    })
    .unwrap();
    let retried = archive.ingest_with(|options| {
        impatient(options);
        options.retry_rejected = true;
    });
    assert_eq!((retried.newly_rejected, retried.files_read), (0, 1));
}
