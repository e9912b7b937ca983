//! Fourteen thousand wire stories of 1987: every one is an article, with its date to the second and its dateline's place.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::ops::ControlFlow;
use std::path::Path;

use chrono::NaiveDateTime;
use dateline::article::{Article, Context};
use dateline::input::{self, ReadOptions, Rejected, WalkOptions};

use crate::scene::evaluation_data;

/// What one `<REUTERS>` element says, read with nothing of the program.
struct Element {
    date: String,
    has_dateline: bool,
    has_text: bool,
}

fn between<'t>(text: &'t str, start: &str, end: &str) -> Option<&'t str> {
    let from = text.find(start)? + start.len();
    Some(&text[from..from + text[from..].find(end)?])
}

/// Whether anything but tags, references and white space stands in an element's text.
fn has_words(text: &str) -> bool {
    let mut in_tag = false;
    let without_references = text.split('&').map(|part| part.split_once(';').map_or(part, |(_, rest)| rest));
    without_references.flat_map(str::chars).any(|character| {
        in_tag = character == '<' || in_tag && character != '>';
        !in_tag && character.is_alphanumeric()
    })
}

fn elements(path: &Path) -> HashMap<String, Element> {
    let mut sgml = Vec::new();
    flate2::read::GzDecoder::new(File::open(path).unwrap()).read_to_end(&mut sgml).unwrap();
    let sgml = String::from_utf8_lossy(&sgml);
    let mut found = HashMap::new();
    for element in sgml.split("<REUTERS ").skip(1) {
        let key = between(element, "NEWID=\"", "\"").unwrap().to_owned();
        let date = between(element, "<DATE>", "</DATE>").unwrap();
        let text = element.find("<TEXT").map_or("", |start| &element[start..]);
        let element = Element {
            date: date.trim().to_owned(),
            has_dateline: text.contains("<DATELINE>"),
            has_text: has_words(text.split("</TEXT>").next().unwrap_or_default()),
        };
        found.insert(key, element);
    }
    found
}

/// Reads every file of the folder; returns its articles, and what was refused.
fn read_all(folder: &Path) -> (Vec<Article>, Vec<Rejected>) {
    let (mut articles, mut refused) = (Vec::new(), Vec::new());
    for entry in input::walk(folder, &WalkOptions::default()).unwrap() {
        let entry = entry.unwrap();
        let shown = entry.path().display().to_string();
        if !shown.ends_with(".sgm.gz") {
            continue;
        }
        let mut accept = |member| {
            match member {
                Ok(raw) => articles.push(Article::from_raw(raw, &Context::default()).unwrap()),
                Err(rejected) => refused.push(rejected),
            }
            ControlFlow::Continue(())
        };
        input::read(&entry.path(), &shown, &ReadOptions::default(), &mut accept).unwrap();
    }
    (articles, refused)
}

#[test]
fn every_story_is_an_article() {
    let Some(folder) = evaluation_data("every_story_is_an_article", "data/reuters21578") else { return };
    let mut told: HashMap<String, Element> = HashMap::new();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "gz") {
            told.extend(elements(&path));
        }
    }
    let with_text = told.values().filter(|element| element.has_text).count();
    let (articles, refused) = read_all(&folder);
    // An element without a word is refused, and named.
    assert_eq!(refused.len(), told.len() - with_text, "{refused:#?}");
    assert!(refused.iter().all(|rejected| rejected.place.key.is_some()), "{refused:#?}");
    assert_eq!(articles.len(), with_text);
    let (mut placed, mut in_countries, mut datelined) = (0, 0, 0);
    for article in &articles {
        let key = article.key.as_deref().unwrap();
        let element = told.remove(key).unwrap_or_else(|| panic!("{key} came twice or from nowhere"));
        // `26-FEB-1987 15:01:01.79`; chrono knows months in any case.
        let (printed, _) = element.date.rsplit_once('.').unwrap();
        let date = NaiveDateTime::parse_from_str(printed, "%d-%b-%Y %H:%M:%S").unwrap();
        let published = article.published.map(|published| published.to_string());
        assert_eq!(published, Some(date.format("%Y-%m-%dT%H:%M:%S").to_string()), "{key}: {}", element.date);
        if element.has_dateline {
            let places = article.dateline.as_ref().map_or(&[][..], |dateline| &dateline.places);
            datelined += 1;
            placed += usize::from(!places.is_empty());
            in_countries += usize::from(places.iter().any(|place| place.country.is_some()));
        }
    }
    println!("{placed} of {datelined} datelines give a place, {in_countries} a country");
    assert!(placed * 1000 >= datelined * 997, "{placed} of {datelined}");
    assert!(in_countries * 100 >= datelined * 99, "{in_countries} of {datelined}");
}
