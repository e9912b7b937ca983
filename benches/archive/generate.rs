//! In: a number of articles and a seed. Out: an archive of that many articles, made from the sample articles
//! recombined: runs of paragraphs of several samples, with other words and other people in them.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use chrono::{Days, NaiveDate};

use crate::random::Random;
use crate::template::{Paragraph, Piece, Template, exchangeable_words, read_templates};
use crate::vocabulary::{Person, Vocabulary};

/// What to make.
#[derive(Clone, Debug)]
pub struct Archive {
    pub articles: usize,
    pub seed: u64,
    pub corpus: PathBuf,
    pub shape: Shape,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Shape {
    /// One page of text a file, in folders by outlet, year and month
    Pages,
    /// JSON lines, 10,000 articles a file
    Jsonl,
}

/// What was made.
#[derive(Clone, Copy, Debug, Default)]
pub struct Made {
    pub articles: usize,
    pub words: usize,
    pub bytes: usize,
}

const WORDS_MIN: f64 = 150.0;
const WORDS_MAX: f64 = 1_200.0;
/// Articles that repeat an earlier one with small changes: wire copy.
const NEAR_DUPLICATES: f64 = 0.08;
/// How far back the repeated one lies at most.
const REPRINT_DISTANCE: usize = 500;
/// Share of the exchangeable words that are exchanged: enough that two uses of one paragraph are no reprints.
const EXCHANGED: f64 = 0.7;
/// Share of runs that are of paragraphs in which nobody speaks, as in most news; the samples are dense with speech.
const PLAIN_RUNS: f64 = 0.86;
const ARTICLES_A_JSONL_FILE: usize = 10_000;
const FIRST_DAY: NaiveDate = NaiveDate::from_ymd_opt(2015, 1, 1).expect("a day of the calendar");
/// Ten years.
const DAYS: usize = 3_653;

const OUTLETS: &[&str] = &[
    "almena-tribune",
    "aster-valley-news",
    "bellhaven-gazette",
    "capital-ledger",
    "corrin-argus",
    "dravny-herald",
    "eastmarch-times",
    "evening-lantern",
    "fenwick-standard",
    "harbour-post",
    "highmoor-journal",
    "isiko-sentinel",
    "kestrovia-today",
    "meridian-wire",
    "north-sea-bulletin",
    "northern-ledger",
    "orchard-press",
    "quillena-daily",
    "ridgeway-echo",
    "sabe-observer",
    "selwyn-courier",
    "tidewater-review",
    "upland-mercury",
    "westgate-chronicle",
];
const CITIES: &[&str] = &[
    "GENEVA",
    "VIENNA",
    "LONDON",
    "PARIS",
    "WASHINGTON",
    "TEHRAN",
    "CAIRO",
    "MOSCOW",
    "BEIJING",
    "TOKYO",
    "NAIROBI",
    "BRASILIA",
    "OTTAWA",
    "CANBERRA",
    "ANKARA",
    "BERLIN",
    "ROME",
    "MADRID",
    "WARSAW",
    "NEW DELHI",
    "HIGHMOOR",
    "DRAVNY",
    "PORT SELWYN",
    "PUERTO ALMENA",
    "ISIKO",
];

impl Archive {
    /// Writes the archive into `folder`.
    ///
    /// # Errors
    /// If the samples cannot be read or a file cannot be written.
    pub fn write(&self, folder: &Path) -> io::Result<Made> {
        let templates = read_templates(&self.corpus)?;
        let vocabulary = Vocabulary::new(self.seed, exchangeable_words(&templates));
        let writer = &Writer { archive: self, templates, vocabulary, folder };
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        // Whole files of JSON lines go to one thread.
        let chunk = self.articles.div_ceil(threads).next_multiple_of(ARTICLES_A_JSONL_FILE);
        std::thread::scope(|scope| {
            let parts: Vec<_> = (0..self.articles)
                .step_by(chunk.max(1))
                .map(|first| scope.spawn(move || writer.write_part(first, (first + chunk).min(self.articles))))
                .collect();
            let mut made = Made::default();
            for part in parts {
                let part = part.join().map_err(|_| io::Error::other("a generating thread panicked"))??;
                made.articles += part.articles;
                made.words += part.words;
                made.bytes += part.bytes;
            }
            Ok(made)
        })
    }
}

struct Writer<'a> {
    archive: &'a Archive,
    templates: Vec<Template>,
    vocabulary: Vocabulary,
    folder: &'a Path,
}

/// One generated article.
struct Page {
    headline: String,
    byline: String,
    city: &'static str,
    outlet: &'static str,
    day: NaiveDate,
    body: String,
    words: usize,
}

impl Writer<'_> {
    fn write_part(&self, first: usize, end: usize) -> io::Result<Made> {
        let mut made = Made::default();
        let mut folders = HashSet::new();
        let mut text = String::new();
        let mut lines: Option<BufWriter<File>> = None;
        for index in first..end {
            let page = self.page(index);
            text.clear();
            match self.archive.shape {
                Shape::Pages => {
                    write_page(&mut text, &page);
                    let folder = self.folder.join(page.outlet).join(page.day.format("%Y/%m").to_string());
                    let path = folder.join(format!("{index:07}.txt"));
                    if folders.insert(folder.clone()) {
                        fs::create_dir_all(folder)?;
                    }
                    fs::write(path, &text)?;
                }
                Shape::Jsonl => {
                    write_json_line(&mut text, index, &page);
                    if index % ARTICLES_A_JSONL_FILE == 0 {
                        fs::create_dir_all(self.folder)?;
                        let name = format!("articles-{:03}.jsonl", index / ARTICLES_A_JSONL_FILE);
                        lines = Some(BufWriter::new(File::create(self.folder.join(name))?));
                    }
                    lines.as_mut().expect("opened with the first article of the file").write_all(text.as_bytes())?;
                }
            }
            made.articles += 1;
            made.words += page.words;
            made.bytes += text.len();
        }
        Ok(made)
    }

    fn page(&self, index: usize) -> Page {
        let mut random = Random::new(self.archive.seed, index as u64);
        let reprint = index > 0 && random.chance(NEAR_DUPLICATES);
        if !reprint {
            return self.original(&mut random, None);
        }
        let of = index - 1 - random.below(index.min(REPRINT_DISTANCE));
        let mut first = Random::new(self.archive.seed, of as u64);
        first.chance(NEAR_DUPLICATES);
        let dropped = random.below(8);
        let mut page = self.original(&mut first, Some(dropped));
        page.outlet = *random.choose(OUTLETS);
        page.day = page.day + Days::new(random.below(2) as u64);
        page.byline = self.byline(&mut random);
        page
    }

    /// Makes the article that the stream of numbers stands for, without its paragraph number `dropped`.
    fn original(&self, random: &mut Random, dropped: Option<usize>) -> Page {
        let wanted = (WORDS_MIN * (WORDS_MAX / WORDS_MIN).powf(random.fraction())) as usize;
        let outlet = *random.choose(OUTLETS);
        let city = *random.choose(CITIES);
        let day = FIRST_DAY + Days::new(random.below(DAYS) as u64);
        let byline = self.byline(random);
        let mut body = String::with_capacity(wanted * 8);
        let mut words = 0;
        let mut paragraphs = 0;
        while words < wanted {
            let template = random.choose(&self.templates);
            let people: Vec<&Person> = (0..template.people).map(|_| self.vocabulary.person(random)).collect();
            let plain = random.chance(PLAIN_RUNS);
            let length = 2 + random.below(5);
            let first = if plain { 0 } else { random.below(template.paragraphs.len()) };
            let run = template.paragraphs.iter().filter(|paragraph| !(plain && paragraph.speaks)).skip(first);
            for paragraph in run.take(length) {
                if words >= wanted {
                    break;
                }
                let start = body.len();
                self.write_paragraph(&mut body, paragraph, &people, random);
                if dropped == Some(paragraphs) {
                    body.truncate(start);
                }
                words += paragraph.words;
                paragraphs += 1;
            }
        }
        let headline = self.headline(random);
        Page { headline, byline, city, outlet, day, body, words }
    }

    fn byline(&self, random: &mut Random) -> String {
        let person = self.vocabulary.person(random);
        format!("{} {}", person.given, person.surname)
    }

    fn headline(&self, random: &mut Random) -> String {
        let person = self.vocabulary.person(random);
        let mut headline = person.surname.clone();
        headline += *random.choose(&[" rejects", " sees", " calls for", " meets over", " warns of", " opens"]);
        for _ in 0..2 + random.below(4) {
            headline.push(' ');
            headline += self.vocabulary.word(random);
        }
        headline
    }

    fn write_paragraph(&self, out: &mut String, paragraph: &Paragraph, people: &[&Person], random: &mut Random) {
        if !out.is_empty() {
            out.push_str("\n\n");
        }
        for piece in &paragraph.pieces {
            match piece {
                Piece::Fixed(text) => out.push_str(text),
                Piece::Word(_) if random.chance(EXCHANGED) => out.push_str(self.vocabulary.word(random)),
                Piece::Word(word) => out.push_str(word),
                Piece::Given(person) => out.push_str(&people[*person].given),
                Piece::Surname(person) => out.push_str(&people[*person].surname),
            }
        }
    }
}

fn write_page(out: &mut String, page: &Page) {
    let Page { headline, byline, city, day, body, .. } = page;
    // Outlets print dates in different ways.
    let printed = match page.outlet.len() % 3 {
        0 => day.format("%B %-d, %Y - 18:05"),
        1 => day.format("Published: %-d %B %Y, 06:40"),
        _ => day.format("%A %-d %B %Y"),
    };
    write!(out, "{headline}\n\nBy {byline}\n\n{printed}\n\n{city} — {body}\n").expect("a string takes any text");
}

fn write_json_line(out: &mut String, index: usize, page: &Page) {
    let line = serde_json::json!({
        "id": format!("{index:07}"),
        "headline": page.headline,
        "published": page.day.to_string(),
        "byline": page.byline,
        "outlet": page.outlet,
        "body": format!("{} — {}", page.city, page.body),
    });
    writeln!(out, "{line}").expect("a string takes any text");
}
