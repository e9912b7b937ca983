//! Making an index anew: nothing is lost that the files do not hold, and queries never stop.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use dateline::index::inventory;
use dateline::index::tantivy::generation::{Generation, GenerationError};
use dateline::index::tantivy::remains::Remains;
use dateline::index::tantivy::state::{self, State};
use dateline::ingest::IngestError;

use crate::archive::{Archive, counts, now, page};

fn archive() -> Archive {
    let archive = Archive::new(&[]);
    for number in 0..8 {
        archive.write(&format!("{number}.txt"), &page(number));
    }
    archive
}

/// Returns when each article was added, in milliseconds, by article.
fn added(archive: &Archive) -> BTreeMap<u64, i64> {
    let searcher = Generation::open(&archive.place().current().unwrap()).unwrap().searcher().unwrap();
    let inputs = State::read(&searcher).unwrap().inputs;
    let members = inputs.iter().flat_map(|known| state::members(&searcher, known.input).unwrap());
    members.map(|member| (member.article, member.added_ms)).collect()
}

/// Writes another payload beside the last commit.
fn set_payload(archive: &Archive, change: impl FnOnce(&str) -> String) {
    let path = archive.place().current().unwrap().join("meta.json");
    let mut meta: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    let payload = change(meta["payload"].as_str().unwrap());
    meta["payload"] = payload.into();
    fs::write(path, meta.to_string()).unwrap();
}

#[test]
fn keeps_collections_and_the_days_of_addition() {
    let archive = archive();
    let other = archive.folder.path().join("other");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("c.txt"), page(30)).unwrap();
    archive.ingest();
    archive.ingest_with(|options| {
        options.paths = vec![other.clone()];
        options.now = now() + Duration::from_secs(500);
    });
    let before = added(&archive);
    assert_eq!(before.values().collect::<std::collections::BTreeSet<_>>().len(), 2);
    let old = archive.place().current().unwrap();
    let old_searcher = Generation::open(&old).unwrap().searcher().unwrap();

    // What changed since the last ingest is no news either; what is new is.
    archive.write("1.txt", &page(41));
    archive.write("new.txt", &page(42));
    let rebuilt = archive.ingest_with(|options| {
        options.rebuild = true;
        options.paths.clear();
        options.now = now() + Duration::from_secs(9_000);
    });
    assert_eq!(counts(&rebuilt), [10, 0, 0, 0, 0]);
    let after = added(&archive);
    let new: Vec<u64> = after.keys().filter(|id| !before.contains_key(id)).copied().collect();
    assert_eq!(new.len(), 2, "the changed one and the new one");
    let late = (now() + Duration::from_secs(9_000)).timestamp_millis();
    assert_eq!(after.values().filter(|&&added| added == late).count(), 1);
    assert!(before.iter().all(|(id, added)| after.get(id).is_none_or(|after| after == added)));

    assert_ne!(archive.place().current().unwrap(), old);
    assert!(!old.exists());
    let found = old_searcher.search(&tantivy::query::AllQuery, &tantivy::collector::Count).unwrap();
    assert!(found > 9, "who opened the old one still reads it: {found}");
    assert_eq!(counts(&archive.ingest_with(|options| options.paths.clear())), [0, 0, 0, 0, 10]);
}

#[test]
fn an_index_of_another_version_is_refused_and_made_anew() {
    let archive = archive();
    archive.ingest();
    let before = added(&archive);
    set_payload(&archive, |payload| payload.replace("\"schema\":1", "\"schema\":0").replace("\"stemmer\"", "\"gone\""));
    let refused = archive.try_ingest(|_| ()).unwrap_err();
    assert!(matches!(refused, IngestError::Generation(GenerationError::Outdated { .. })), "{refused}");
    let shown = std::process::Command::new(assert_cmd::cargo::cargo_bin!("dateline"))
        .args(["status", "--index"])
        .arg(archive.place().root())
        .output()
        .unwrap();
    let message = String::from_utf8(shown.stderr).unwrap();
    assert!(shown.status.code() == Some(2) && message.contains("dateline ingest --rebuild"), "{message}");
    archive.ingest_with(|options| {
        options.rebuild = true;
        options.paths.clear();
        options.now = now() + Duration::from_secs(9_000);
    });
    assert_eq!(added(&archive), before);
}

#[test]
fn refuses_to_lose_what_is_out_of_reach() {
    let archive = archive();
    archive.ingest();
    let rebuild = |prune: bool| {
        archive.try_ingest(|options| {
            options.rebuild = true;
            options.prune = prune;
        })
    };
    for number in 0..3 {
        fs::remove_file(archive.path(&format!("{number}.txt"))).unwrap();
    }
    assert!(matches!(rebuild(false).unwrap_err(), IngestError::RebuildLoses { .. }));
    let away = archive.folder.path().join("away");
    fs::rename(archive.news(), &away).unwrap();
    assert!(matches!(rebuild(false).unwrap_err(), IngestError::RebuildLoses { .. }));
    assert_eq!(inventory::status(&archive.place()).unwrap().collections[0].articles, 8, "the old one still answers");
    fs::rename(&away, archive.news()).unwrap();
    assert_eq!(rebuild(true).unwrap().added, 5);
    assert_eq!(archive.place().root().read_dir().unwrap().count(), 3, "about.toml, the lock and one generation");
}

#[test]
fn damage_does_not_stop_it() {
    for (what, damage) in [
        ("a segment's columns", (|archive| damage(archive, "fast")) as fn(&Archive)),
        ("a segment's store", |archive| damage(archive, "store")),
        ("the list of segments", |archive| {
            fs::write(archive.place().current().unwrap().join("meta.json"), "{").unwrap();
        }),
        ("the pointer", |archive| fs::write(archive.place().root().join("about.toml"), "layout = ").unwrap()),
    ] {
        let archive = archive();
        archive.ingest();
        damage(&archive);
        let rebuilt = archive.ingest_with(|options| options.rebuild = true);
        assert_eq!(rebuilt.articles, 8, "{what}");
        assert!(dateline::index::check::check(&archive.place()).unwrap().is_clean(), "{what}");
    }
}

/// Cuts the largest file of a kind in half.
fn damage(archive: &Archive, extension: &str) {
    let files = fs::read_dir(archive.place().current().unwrap()).unwrap().map(|entry| entry.unwrap().path());
    let of_kind = files.filter(|path| path.extension().is_some_and(|found| found == extension));
    let path = of_kind.max_by_key(|path| fs::metadata(path).unwrap().len()).unwrap();
    let bytes = fs::read(&path).unwrap();
    fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
}

#[test]
fn remains_are_read_without_the_columns_of_today() {
    let folder = tempfile::tempdir().unwrap();
    let mut schema = tantivy::schema::Schema::builder();
    let id = schema.add_u64_field("id", tantivy::schema::FAST);
    let index = tantivy::Index::create_in_dir(folder.path(), schema.build()).unwrap();
    let mut writer: tantivy::IndexWriter = index.writer_with_num_threads(1, 15 << 20).unwrap();
    writer.add_document(tantivy::doc!(id => 7_u64)).unwrap();
    writer.commit().unwrap();
    let remains = Remains::read(folder.path()).unwrap();
    assert_eq!((remains.added_ms(7), remains.inputs_of("news")), (None, 0));
}
