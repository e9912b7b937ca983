//! When a page was published: what it states for machines, what it shows its readers, and its address.

use super::clutter;
use super::head_lines::HeadLines;
use super::metadata::Metadata;
use super::tree::Tree;
use crate::article::Published;
use crate::article::date::{DateLine, dated_line, metadata_date};
use crate::config::DateOrder;

/// In the order in which they are believed.
const PUBLISHED: [&str; 25] = [
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "article.published",
    "article:published",
    "parsely-pub-date",
    "sailthru.date",
    "rnews:datepublished",
    "publishdate",
    "publish-date",
    "publish_date",
    "publication_date",
    "publication-date",
    "publicationdate",
    "published",
    "published_at",
    "pubdate",
    "originalpublicationdate",
    "article_date_original",
    "displaydate",
    "bt:pubdate",
    "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime",
    "citation_publication_date",
];

/// Names that pages of any kind have: the day may be that on which the page was made or changed.
const GENERIC: [&str; 7] =
    ["dcterms.issued", "dc.date.issued", "dcterms.created", "dcterms.date", "dc.date.created", "dc.date", "date"];

/// When a page was last changed: taken for the day of publication only where nothing else is known.
const MODIFIED: [&str; 6] =
    ["article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "lastmod", "last-modified"];

/// "Last updated on Wednesday, 24 September 2025 at 16:51 Central European Summer Time" has 78.
const MAX_DATE_BYTES: usize = 100;

/// A date and the words that tell it.
#[derive(Clone, Debug)]
struct Dated {
    published: Published,
    text: String,
    is_metadata: bool,
}

/// A date that the page shows.
struct Shown {
    dated: Dated,
    /// Whether it is said to be that of a change.
    is_update: bool,
    /// Whether it stands around the headline.
    is_near: bool,
    /// Whether it stands above the headline.
    is_above: bool,
    /// Whether its element says that it is a date.
    is_marked: bool,
    /// The smaller, the more it looks like the article's.
    rank: (bool, bool, bool, u8, usize),
}

/// Whether a page states for machines when its article was published.
pub(super) fn is_told(metadata: &Metadata<'_>) -> bool {
    metadata.metas(&PUBLISHED[..3]).next().is_some()
}

/// Returns the publication date as printed, and whether it is one for machines.
pub(super) fn find(metadata: &Metadata<'_>, lines: &HeadLines) -> (Option<String>, bool) {
    let order = order_of(metadata.locale().as_deref());
    let read = |text: &str| Dated::read(text, true, order);
    let described = &metadata.described;
    let published = described.published.as_deref().into_iter().chain(metadata.metas(&PUBLISHED));
    let mut stated: Vec<Dated> = published.filter_map(read).collect();
    let is_generic = stated.is_empty();
    stated.extend(metadata.metas(&GENERIC).filter_map(read));
    let modified = described.modified.as_deref().into_iter().chain(metadata.metas(&MODIFIED)).find_map(read);
    let address = metadata.url().as_deref().and_then(date_of_address).as_deref().and_then(read);
    let shown = shown_dates(metadata.tree, lines, order);
    let found = choose(Stated { dates: &stated, is_generic }, &shown, address, modified);
    (found.as_ref().map(|dated| dated.text.clone()), found.is_some_and(|dated| dated.is_metadata))
}

/// What a page states for machines.
struct Stated<'s> {
    /// In the order in which they are believed.
    dates: &'s [Dated],
    /// Whether none of them is said to be that of an article.
    is_generic: bool,
}

/// Chooses among what is stated, shown and in the address; the day that readers see is the one that counts.
fn choose(stated: Stated<'_>, shown: &[Shown], address: Option<Dated>, modified: Option<Dated>) -> Option<Dated> {
    let Stated { dates: stated, is_generic } = stated;
    let mut own = shown.iter().filter(|shown| !shown.is_update).map(|shown| &shown.dated);
    let Some(first) = stated.first() else {
        let own = own.next().cloned();
        // The day in an address is that of the article; what is shown may be another's.
        return match (own, address) {
            (Some(own), Some(address)) if (own.published.day - address.published.day).num_days().abs() > 1 => {
                Some(address)
            }
            (own, address) => own.or(address).or(modified),
        };
    };
    let near = || shown.iter().filter(|shown| shown.is_near && !shown.is_update);
    // Above the headline may stand the day on which the page was shown or saved.
    let has_below = near().any(|shown| shown.is_marked && !shown.is_above);
    let near: Vec<&Dated> = near().filter(|shown| !has_below || !shown.is_above).map(|shown| &shown.dated).collect();
    if near.iter().any(|shown| shown.published.day == first.published.day) {
        return Some(first.clone());
    }
    if is_generic && let Some(shown) = near.first() {
        return Some((*shown).clone());
    }
    // A moment in Greenwich time may lie on another day where the outlet is.
    if first.is_greenwich_time() {
        let is_local = |other: &&Dated| {
            other.published.utc_offset_minutes != Some(0)
                && (other.published.day - first.published.day).num_days().abs() == 1
        };
        if let Some(local) = near.iter().copied().chain(stated).chain(address.as_ref()).find(is_local) {
            return Some(local.clone());
        }
    }
    // Of what a page states, and where it shows but the day of its last change and calls it its date, readers are shown
    // one.
    let is_stated = |shown: &&&Dated| {
        stated.iter().chain(modified.as_ref()).any(|stated| stated.published.day == shown.published.day)
    };
    let seen = near.iter().find(is_stated);
    Some(seen.map_or(first, |shown| shown).clone())
}

impl Dated {
    /// Reads a date; one in figures that reads in two ways by the order that the page's language has.
    fn read(text: &str, is_metadata: bool, order: Option<DateOrder>) -> Option<Self> {
        if !text.chars().any(char::is_numeric) {
            return None;
        }
        if let Some(published) = metadata_date(text, None) {
            return Some(Self { published, text: text.to_owned(), is_metadata });
        }
        let published = metadata_date(text, Some(order?))?;
        Some(Self { published, text: published.to_string(), is_metadata })
    }

    fn is_greenwich_time(&self) -> bool {
        self.published.time.is_some() && self.published.utc_offset_minutes == Some(0)
    }
}

/// Returns the order in which a page's language, or English of its country, writes dates in figures.
fn order_of(locale: Option<&str>) -> Option<DateOrder> {
    let locale = locale?.to_ascii_lowercase();
    let mut parts = locale.split(['-', '_']);
    match (parts.next()?, parts.next()) {
        ("en", Some("us")) => Some(DateOrder::Mdy),
        ("en", Some("gb" | "uk" | "ie" | "au" | "nz" | "in" | "za")) => Some(DateOrder::Dmy),
        ("en" | "ja" | "zh" | "ko" | "hu" | "lt" | "", _) => None,
        _ => Some(DateOrder::Dmy),
    }
}

/// Returns the dates that the page shows, the most likely one first.
fn shown_dates(tree: &Tree, lines: &HeadLines, order: Option<DateOrder>) -> Vec<Shown> {
    let mut found: Vec<Shown> = Vec::new();
    for (position, node) in tree.descendants(Tree::ROOT).enumerate() {
        let Some(kind) = date_kind(tree, node) else { continue };
        if lines.is_of_others(tree, node) {
            continue;
        }
        let for_machines = ["datetime", "content"].iter().find_map(|name| tree.attribute(node, name));
        let is_full = |text: &&str| text.chars().filter(char::is_ascii_digit).count() >= 4;
        let (text, is_metadata) = match for_machines.map(str::trim).filter(is_full) {
            Some(text) => (text.to_owned(), true),
            None => (tree.folded_text(node), false),
        };
        if text.len() > MAX_DATE_BYTES {
            continue;
        }
        let printed = dated_line(&tree.folded_text(node), order);
        let is_update = clutter::is_modified(tree, node) || printed.is_some_and(|(_, told)| told == DateLine::Updated);
        // A `meta` shows nothing.
        let is_near = lines.hold(position) && tree.name(node) != "meta";
        let is_above = lines.is_above(position);
        let Some(mut dated) = Dated::read(&text, is_metadata, order) else { continue };
        // What readers see, where machines are told a moment elsewhere.
        if let Some((published, _)) = printed
            && is_metadata
            && (published.day - dated.published.day).num_days().abs() == 1
        {
            dated = Dated { published, text: published.to_string(), is_metadata };
        }
        let rank = (is_update, !is_near, is_above, kind, position);
        found.push(Shown { dated, is_update, is_near, is_above, is_marked: true, rank });
    }
    for (position, line) in lines.lines.iter().enumerate() {
        if let Some((published, told)) = dated_line(&line.text, order) {
            let dated = match Dated::read(&line.text, false, None) {
                Some(dated) => dated,
                None => Dated { published, text: published.to_string(), is_metadata: true },
            };
            let is_update = told == DateLine::Updated;
            let (is_above, is_near) = (line.is_above, true);
            let rank = (is_update, false, is_above, 3, position);
            found.push(Shown { dated, is_update, is_near, is_above, is_marked: false, rank });
        }
    }
    found.sort_by_key(|shown| shown.rank);
    found
}

/// Returns how surely an element holds the date of the article: 0 where it says so, 1 a time, 2 what is called a date.
fn date_kind(tree: &Tree, node: usize) -> Option<u8> {
    let says_so = tree
        .attribute(node, "itemprop")
        .is_some_and(|mark| mark.split_whitespace().any(|mark| matches!(mark, "datePublished" | "dateCreated")))
        || tree.attribute(node, "pubdate").is_some();
    if says_so {
        Some(0)
    } else if tree.name(node) == "time" {
        Some(1)
    } else if clutter::marks(tree, node).is_some_and(|marks| clutter::is_date(&marks)) {
        Some(2)
    } else {
        None
    }
}

/// Returns the day that stands in an address as year, month and day: `/2025/09/02/`, `/2025-09-02-`, `/20250902`,
/// `/2025/sep/02/`.
fn date_of_address(url: &str) -> Option<String> {
    let path = url.splitn(4, '/').nth(3)?;
    let parts: Vec<&str> = path.split(|character: char| !character.is_ascii_digit()).collect();
    let in_parts = parts.windows(3).find_map(|window| day_of(window[0], window[1], window[2]));
    let compact =
        || parts.iter().filter(|part| part.len() == 8).find_map(|part| day_of(&part[..4], &part[4..6], &part[6..]));
    in_parts.or_else(compact).or_else(|| {
        let parts: Vec<&str> = path.split('/').collect();
        parts.windows(3).find_map(|window| {
            let month =
                window[1].chars().all(char::is_alphabetic).then(|| metadata_date(&window.join(" "), None))??;
            day_of(window[0], &month.day.format("%m").to_string(), window[2])
        })
    })
}

fn day_of(year: &str, month: &str, day: &str) -> Option<String> {
    let is_date = year.len() == 4
        && (1990..2100).contains(&year.parse::<u32>().ok()?)
        && (1..=12).contains(&month.parse::<u32>().ok()?)
        && (1..=31).contains(&day.parse::<u32>().ok()?);
    is_date.then(|| format!("{year}-{month:0>2}-{day:0>2}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(head: &str, body: &str) -> Option<String> {
        let text =
            "The ferry sailed at noon with all its passengers aboard, the harbour master said on Tuesday. ".repeat(3);
        let page = format!(
            "<html lang=en-GB><head><title>Ferry sails</title>{head}</head><body>{body}<p>{text}</p><p>{text}</p>\
             <p>{text}</p><p>Posted 9 September 2019</p></body>"
        );
        let tree = Tree::parse(&page).unwrap();
        let metadata = Metadata::read(&tree);
        let lines = HeadLines::of(&tree, metadata.heading(), None);
        find(&metadata, &lines).0
    }

    fn stated(date: &str) -> String {
        format!("<meta property=article:published_time content='{date}'>")
    }

    #[test]
    fn the_day_that_readers_see_counts() {
        let greenwich = stated("2025-05-02T01:30:00Z");
        let rows = [
            // A moment in Greenwich time, and the day there or elsewhere.
            (greenwich.clone(), "<h1>Ferry sails</h1><p>May 1, 2025, 9:30 p.m.</p>", "May 1, 2025, 9:30 p.m."),
            (greenwich.clone(), "<h1>Ferry sails</h1><p>May 2, 2025</p>", "2025-05-02T01:30:00Z"),
            (greenwich.clone(), "<h1>Ferry sails</h1><p>April 12, 2025</p>", "2025-05-02T01:30:00Z"),
            (
                greenwich.clone(),
                "<h1>Ferry sails</h1><time datetime='2025-05-02T01:30:00Z'>May 1, 2025 9:30 pm</time>",
                "May 1, 2025 9:30 pm",
            ),
            (
                greenwich.clone() + "<link rel=canonical href='https://post.example/2025/05/01/ferry'>",
                "<h1>Ferry sails</h1>",
                "2025-05-01",
            ),
            (
                greenwich.clone() + "<link rel=canonical href='https://post.example/2024/03/01/ferry'>",
                "<h1>Ferry sails</h1>",
                "2025-05-02T01:30:00Z",
            ),
            // The day on which the page was shown, above the headline; one of the text does not make it that.
            (
                greenwich.clone(),
                "<div class=date>Friday, May 2, 2025</div><h1>Ferry sails</h1><time>May 1, 2025, 9:30 p.m.</time>",
                "May 1, 2025, 9:30 p.m.",
            ),
            (
                greenwich,
                "<div class=date>Friday, May 2, 2025</div><h1>Ferry sails</h1><p>Dravny, May 1, 2025</p>",
                "2025-05-02T01:30:00Z",
            ),
            // A time with its own zone is the outlet's.
            (
                stated("2025-05-02T01:30:00+02:00"),
                "<h1>Ferry sails</h1><p>May 1, 2025</p>",
                "2025-05-02T01:30:00+02:00",
            ),
            // What any page states may be another day.
            ("<meta name=date content=2025-05-02>".into(), "<h1>Ferry sails</h1><time>1 May 2025</time>", "1 May 2025"),
            (
                "<meta name=date content=2025-05-02>".into(),
                "<h1>Ferry sails</h1><p>Updated 20 June 2025</p>",
                "2025-05-02",
            ),
            (
                stated("2025-05-02") + "<meta name=date content=2025-05-03>",
                "<h1>Ferry sails</h1><time>1 April 2025</time>",
                "2025-05-02",
            ),
            // Where only the day of the last change is shown as the date.
            (
                stated("2025-05-02") + "<meta property=article:modified_time content=2025-06-20>",
                "<h1>Ferry sails</h1><p>20 June 2025</p>",
                "20 June 2025",
            ),
            (
                stated("2025-05-02") + "<meta property=article:modified_time content=2025-06-20>",
                "<h1>Ferry sails</h1><p>Updated 20 June 2025</p>",
                "2025-05-02",
            ),
        ];
        for (head, body, expected) in rows {
            assert_eq!(of(&head, body).as_deref(), Some(expected), "{head} {body}");
        }
    }

    #[test]
    fn pages_that_state_nothing_show_their_date() {
        let rows = [
            (
                "",
                "<h1>Ferry sails</h1><div>Dec 18, 2024 <span>5 min read</span></div>",
                Some("Dec 18, 2024 5 min read"),
            ),
            ("", "<h1>Ferry sails</h1><span>By Una Moor | March 9, 2025</span>", Some("By Una Moor | March 9, 2025")),
            ("", "<h1>Ferry sails</h1><p class=date>2 May 2025</p>", Some("2 May 2025")),
            // Figures are read as the page's country writes them.
            ("", "<h1>Ferry sails</h1><p>03/04/2025</p>", Some("2025-04-03")),
            (
                "<link rel=canonical href='https://post.example/news/20250502/ferry'>",
                "<h1>Ferry sails</h1>",
                Some("2025-05-02"),
            ),
            ("<meta name=last-modified content=2025-05-02>", "<h1>Ferry sails</h1>", Some("2025-05-02")),
            // Of an address and what is shown, where they are far apart.
            (
                "<link rel=canonical href='https://post.example/2025/may/02/ferry'>",
                "<h1>Ferry sails</h1><p>Stated on 3 March 2025 in a letter</p>",
                Some("2025-05-02"),
            ),
            (
                "<link rel=canonical href='https://post.example/2025/05/01/ferry'>",
                "<h1>Ferry sails</h1><p>2 May 2025</p>",
                Some("2 May 2025"),
            ),
            // What was stated cannot be read.
            ("<meta name=date content='2 days ago'>", "<h1>Ferry sails</h1><p>2 May 2025</p>", Some("2 May 2025")),
            // Dates of other articles, of copyright and in the text are none.
            ("", "<h1>Ferry sails</h1><ul class=related><li>2 May 2025</ul>", None),
            ("", "<h1>Ferry sails</h1><p>The treaty of 2 May 2025 was to hold for another ten years.</p>", None),
            ("", "<h1>Ferry sails</h1><footer>Copyright 2 May 2025</footer>", None),
            ("", "<h1>Ferry sails</h1>", None),
        ];
        for (head, body, expected) in rows {
            assert_eq!(of(head, body).as_deref(), expected, "{head} {body}");
        }
    }

    #[test]
    fn addresses_hold_whole_days() {
        let rows = [
            ("https://post.example/2025/09/02/ferry", Some("2025-09-02")),
            ("https://post.example/ferry-2025-9-2.html", Some("2025-09-02")),
            ("https://post.example/20250902/ferry", Some("2025-09-02")),
            ("https://post.example/2025/sep/02/ferry", Some("2025-09-02")),
            ("https://post.example/2025/politics/02/ferry", None),
            ("https://post.example/2025/13/02/ferry", None),
            ("https://post.example/2025/09/ferry", None),
            ("https://post.example/story/12345678", None),
            ("https://post.example", None),
        ];
        for (address, expected) in rows {
            assert_eq!(date_of_address(address).as_deref(), expected, "{address}");
        }
    }
}
