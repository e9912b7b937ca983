//! Tells the header of a page saved as text from the story below it.
//!
//! Headline, date line, byline, outlet and dateline stand in any order and any of them may be missing. What is not
//! recognised stays in the body: no words are lost.

use super::RawArticle;
use super::lines::{Line, are_wrapped, lines, paragraphs};
use crate::article::byline::{is_bare_name, is_byline, is_office, names_outlet};
use crate::article::date::{DateLine, date_line};
use crate::article::dateline;
use crate::article::sentence::ends_like_sentence;

/// A page, sorted into header and body.
pub(super) struct Page<'p> {
    line: u32,
    headline: Option<String>,
    published: Option<&'p str>,
    /// What `published` tells of.
    told: DateLine,
    dateline: Option<&'p str>,
    byline: Vec<&'p str>,
    outlet: Option<&'p str>,
    body: String,
}

/// Lines that are asked whether they belong to the header: none that was seen has more.
const MOST_HEADER_LINES: usize = 16;

/// Lines at the end of a page that may hold its date.
const MOST_FOOTER_LINES: usize = 3;

impl<'p> Page<'p> {
    /// Sorts the lines of a page.
    pub fn read(text: &'p str) -> Self {
        let mut lines = lines(text);
        let mut page = Self {
            line: lines.first().map_or(1, |line| line.number),
            headline: None,
            published: None,
            told: DateLine::Updated,
            dateline: None,
            byline: Vec::new(),
            outlet: None,
            body: String::new(),
        };
        let mut kept = Vec::with_capacity(lines.len());
        let mut at = 0;
        while at < lines.len() && at < MOST_HEADER_LINES {
            let taken = page.take_header(&lines, at);
            if taken > 0 {
                at += taken;
                continue;
            }
            // A summary above the byline, or a first paragraph above the date, is text; the header goes on below.
            let block = block_length(&lines, at);
            if !page.goes_on(&lines, at + block) {
                break;
            }
            kept.extend_from_slice(&lines[at..at + block]);
            at += block;
        }
        let footer = if page.published.is_none() { page.take_footer(&lines[at..]) } else { 0 };
        lines.truncate(lines.len() - footer);
        kept.extend_from_slice(&lines[at.min(lines.len())..]);
        page.body = paragraphs(&kept, are_wrapped(&kept));
        page
    }

    pub fn into_article(self) -> RawArticle {
        RawArticle {
            line: self.line,
            headline: self.headline,
            published: self.published.map(str::to_owned),
            dateline: self.dateline.map(str::to_owned),
            byline: self.byline.into_iter().map(str::to_owned).collect(),
            outlet: self.outlet.map(str::to_owned),
            body: self.body,
            ..RawArticle::default()
        }
    }

    /// Takes what the line at `at` says, if it belongs to the header; returns how many lines that is.
    fn take_header(&mut self, lines: &[Line<'p>], at: usize) -> usize {
        let text = lines[at].text;
        if self.take_signed_date(text)
            || self.take_date(text)
            || self.take_byline(text)
            || self.take_parts(text)
            || is_section(text)
        {
            return 1;
        }
        let next = lines.get(at + 1).map(|line| line.text);
        if self.headline.is_none() {
            // A masthead stands above the headline.
            if self.outlet.is_none() && is_credit(text) && next.is_some_and(|next| date_line(next).is_none()) {
                self.outlet = Some(text);
                return 1;
            }
            let length = headline_length(lines, at);
            if length > 0 {
                let parts: Vec<&str> = lines[at..at + length].iter().map(|line| line.text).collect();
                self.headline = Some(parts.join(" "));
            }
            return length;
        }
        let above = at.checked_sub(1).map(|above| lines[above].text);
        if above.is_some_and(|above| is_byline(above) || is_bare_name(above)) && is_office(text) {
            return 1;
        }
        let stands_by_date = [above, next].into_iter().flatten().any(|line| date_line(line).is_some());
        if self.outlet.is_none() && !self.byline.is_empty() && is_credit(text) && stands_by_date {
            self.outlet = Some(text);
            return 1;
        }
        let is_signed = next.is_some_and(|next| is_office(next) && !is_byline(next));
        if is_bare_name(text) && (stands_by_date || is_signed) || is_credit(text) && self.byline.is_empty() {
            self.byline.push(text);
            return 1;
        }
        if self.dateline.is_none() && dateline::line(text).is_some() {
            self.dateline = Some(text);
            return 1;
        }
        0
    }

    /// Takes a date line; of several the first that tells of publication holds.
    fn take_date(&mut self, text: &'p str) -> bool {
        let Some(told) = date_line(text) else { return false };
        if self.published.is_none() || (self.told, told) == (DateLine::Updated, DateLine::Published) {
            self.published = Some(text);
            self.told = told;
        }
        true
    }

    /// Takes "By Jane Roe, 2 September 2025", "The Harbour Post, 2 September 2025".
    fn take_signed_date(&mut self, text: &'p str) -> bool {
        let Some((name, date)) = text.split_once(", ").filter(|(_, date)| date_line(date).is_some()) else {
            return false;
        };
        if is_byline(name) {
            self.byline.push(name);
        } else if is_credit(name) && self.headline.is_some() {
            self.outlet = self.outlet.or(Some(name));
        } else {
            return false;
        }
        self.take_date(date)
    }

    fn take_byline(&mut self, text: &'p str) -> bool {
        let is_byline = is_byline(text);
        if is_byline {
            self.byline.push(text);
        }
        is_byline
    }

    /// Takes a line of several parts: `By Jane Roe | Politics | 2 September 2025`.
    fn take_parts(&mut self, text: &'p str) -> bool {
        let is_header = are_parts_of_header(text);
        for part in parts(text).filter(|_| is_header) {
            if !self.take_date(part) && !self.take_byline(part) && is_bare_name(part) {
                self.byline.push(part);
            }
        }
        is_header
    }

    /// Whether the header goes on at a line that stands below other text.
    fn goes_on(&self, lines: &[Line<'_>], at: usize) -> bool {
        lines.get(at).is_some_and(|line| {
            let stands_alone = block_length(lines, at) <= 2;
            let lacks = self.published.is_none() && date_line(line.text).is_some()
                || self.byline.is_empty() && is_byline(line.text)
                || self.headline.is_some() && self.dateline.is_none() && dateline::line(line.text).is_some();
            stands_alone && lacks
        })
    }

    /// Takes a date line that ends the page; returns how many lines that costs.
    fn take_footer(&mut self, lines: &[Line<'p>]) -> usize {
        let last = lines.iter().rev().take(MOST_FOOTER_LINES.min(lines.len().saturating_sub(1)));
        let found = last.enumerate().find(|(_, line)| date_line(line.text).is_some());
        match found {
            Some((0, line)) if self.take_date(line.text) => 1,
            Some((_, line)) => {
                // What stands below it stays text, and so must it.
                self.take_date(line.text);
                0
            }
            None => 0,
        }
    }
}

/// Returns how many lines stand together, without a blank one, from `at` on.
fn block_length(lines: &[Line<'_>], at: usize) -> usize {
    1 + lines[at + 1..].iter().take_while(|line| !line.begins_block).count()
}

/// Longest headline, in characters.
const LONGEST_HEADLINE: usize = 250;

/// Returns of how many lines the headline is that begins at `at`; 0 where the story does.
fn headline_length(lines: &[Line<'_>], at: usize) -> usize {
    let text = lines[at].text;
    let is_text = text.chars().any(char::is_alphabetic);
    if !is_text || text.chars().count() > LONGEST_HEADLINE || dateline::opening(text).is_some() {
        return 0;
    }
    let block = block_length(lines, at);
    if at + block == lines.len() && block == 1 {
        // All there is: a headline, if it is no sentence.
        return usize::from(!ends_like_sentence(text));
    }
    let below = lines.get(at + 1).map_or("", |line| line.text);
    if block == 1 {
        return usize::from(!is_sentence(text) || below.len() > 2 * text.len());
    }
    if is_header(below) || dateline::opening(below).is_some() || lines[at + 1].indent >= lines[at].indent + 2 {
        return usize::from(!is_sentence(text));
    }
    if !are_wrapped(&lines[at + 1..]) {
        return usize::from(!is_sentence(text) && below.len() > text.len());
    }
    // A headline broken over two or three lines, or one that ends far from the right margin above the story.
    let header = lines[at..at + block].iter().take_while(|line| !is_header(line.text)).count();
    if header == 0 {
        return 0;
    }
    let last = lines[at + header - 1].text;
    let is_broken = header <= 3 && !ends_like_sentence(last) && (header < block || at + block < lines.len());
    if is_broken {
        return header;
    }
    let width = lines[at + 1..].iter().take(5).map(|line| line.text.len()).max().unwrap_or(0);
    let is_cut_short = text.len() * 4 < width * 3 && below.starts_with(char::is_uppercase) && !ends_like_sentence(text);
    usize::from(is_cut_short)
}

/// Whether a line reads as a sentence of the story rather than as its headline.
fn is_sentence(text: &str) -> bool {
    const LONGEST_SHORT: usize = 100;
    text.ends_with('.') && text.chars().count() > LONGEST_SHORT
}

fn is_header(text: &str) -> bool {
    date_line(text).is_some() || is_byline(text) || is_office(text) || are_parts_of_header(text)
}

const PART_MARKS: [char; 4] = ['|', '•', '·', '\t'];

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(PART_MARKS).map(str::trim).filter(|part| !part.is_empty())
}

/// Whether a line is made of short parts of which one at least is a date or a byline.
fn are_parts_of_header(text: &str) -> bool {
    const LONGEST: usize = 160;
    if text.len() > LONGEST || !text.contains(PART_MARKS) {
        return false;
    }
    let tells = |part: &str| date_line(part).is_some() || is_byline(part);
    let is_short = |part: &str| part.split_whitespace().count() <= 4 && !ends_like_sentence(part);
    parts(text).any(tells) && parts(text).all(|part| tells(part) || is_short(part))
}

/// Labels over a story that say what kind it is; sorted.
const SECTIONS: [&str; 28] = [
    "analysis",
    "arts",
    "breaking",
    "breaking news",
    "business",
    "comment",
    "culture",
    "economy",
    "editorial",
    "exclusive",
    "explainer",
    "feature",
    "headlines",
    "health",
    "international",
    "interview",
    "latest news",
    "national",
    "news",
    "obituary",
    "opinion",
    "politics",
    "science",
    "sport",
    "sports",
    "technology",
    "top stories",
    "world",
];

/// Whether a line is such a label, or several in a row: "News Sport".
fn is_section(text: &str) -> bool {
    const LONGEST: usize = 40;
    let is_known = |label: &str| SECTIONS.binary_search(&label.trim_end_matches(':').to_lowercase().as_str()).is_ok();
    text.len() <= LONGEST && (is_known(text) || !text.is_empty() && text.split_whitespace().all(is_known))
}

/// Whether a line credits an outlet or agency: few words, each with a capital, or "From wire reports".
pub(super) fn is_credit(text: &str) -> bool {
    const LONGEST: usize = 48;
    let small = ["of", "the", "and", "for"];
    let has_capitals = |text: &str| {
        text.split_whitespace()
            .all(|word| word.starts_with(|first: char| !first.is_lowercase()) || small.contains(&word))
    };
    text.len() <= LONGEST
        && text.split_whitespace().count() <= 5
        && names_outlet(text)
        && !ends_like_sentence(text)
        && !text.contains([',', ':', '“', '"', '\'', '’'])
        && (has_capitals(text) || text.starts_with("From "))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Page; headline, date line, byline, dateline, outlet, start of the body.
    type Row<'r> = (&'r str, [&'r str; 6]);

    const LEAD: &str =
        "PORT ALMENA – Ferries will sail again, the minister said on Tuesday, after a winter in harbour.";

    fn check(rows: &[Row<'_>]) {
        for (page, expected) in rows {
            let page = page.replace("LEAD", LEAD);
            let article = Page::read(&page).into_article();
            let found = [
                article.headline.as_deref().unwrap_or(""),
                article.published.as_deref().unwrap_or(""),
                &article.byline.join("+"),
                article.dateline.as_deref().unwrap_or(""),
                article.outlet.as_deref().unwrap_or(""),
                &article.body,
            ]
            .map(str::to_owned);
            let body = expected[5].replace("LEAD", LEAD);
            let expected = [expected[0], expected[1], expected[2], expected[3], expected[4], &body];
            assert_eq!(found, expected, "{page}");
        }
    }

    #[test]
    fn headers_stand_in_any_order() {
        check(&[
            (
                "Ferries return\n\nSeptember 2, 2025 - 20:48\n\nLEAD\n\nIt rained.\n",
                ["Ferries return", "September 2, 2025 - 20:48", "", "", "", "LEAD\n\nIt rained."],
            ),
            (
                "Ferries return\n\nBy Jane Roe\nTribune Staff Writer\n\nOct. 18, 2024 | 6:05 p.m.\n\nLEAD",
                ["Ferries return", "Oct. 18, 2024 | 6:05 p.m.", "By Jane Roe", "", "", "LEAD"],
            ),
            (
                "Thursday 15 May 2025\n\nFerries return\n\nBy Our Correspondent\n\nLEAD",
                ["Ferries return", "Thursday 15 May 2025", "By Our Correspondent", "", "", "LEAD"],
            ),
            (
                "Ferries return\n\nBy Jane Roe\n\nLEAD\n\nUpdated 9:14 p.m., Nov. 27, 2024\n\nIt rained.",
                ["Ferries return", "Updated 9:14 p.m., Nov. 27, 2024", "By Jane Roe", "", "", "LEAD\n\nIt rained."],
            ),
            (
                "Ferries return\n\nThe boats that nobody missed.\n\nBy Jane Roe\n\nLEAD",
                ["Ferries return", "", "By Jane Roe", "", "", "The boats that nobody missed.\n\nLEAD"],
            ),
            (
                "Ferries return\n\nJane Roe\n4 February 2025\n\nLEAD",
                ["Ferries return", "4 February 2025", "Jane Roe", "", "", "LEAD"],
            ),
            (
                "Ferries return\n\nMeridian Wire\n\n4 March 2025\n\nLEAD",
                ["Ferries return", "4 March 2025", "Meridian Wire", "", "", "LEAD"],
            ),
            (
                "Ferries return\n\nANALYSIS\n\nBy Jane Roe\nPORT SELWYN, Marrowmere, May 6, 2025\n\nIt rained today.",
                ["Ferries return", "", "By Jane Roe", "PORT SELWYN, Marrowmere, May 6, 2025", "", "It rained today."],
            ),
            (
                "The Harbour Post\nFerries return\nBy Jane Roe | Politics | 2 September 2025\n\nLEAD",
                ["Ferries return", "2 September 2025", "By Jane Roe", "", "The Harbour Post", "LEAD"],
            ),
            (
                "Ferries return\n\nBy Jane Roe\nHarlow Courier\nPublished 12 May 2025\n\nLEAD",
                ["Ferries return", "Published 12 May 2025", "By Jane Roe", "", "Harlow Courier", "LEAD"],
            ),
            (
                "Ferries return\n\nBy Jane Roe, 12 May 2025\n\nLEAD",
                ["Ferries return", "12 May 2025", "By Jane Roe", "", "", "LEAD"],
            ),
            (
                "Ferries return\n\nHarlow Courier, Monday 12 May 2025\n\nLEAD",
                ["Ferries return", "Monday 12 May 2025", "", "", "Harlow Courier", "LEAD"],
            ),
            (
                "Ferries return\n\nJane Roe came, 12 May 2025\n\nLEAD",
                ["Ferries return", "", "", "", "", "Jane Roe came, 12 May 2025\n\nLEAD"],
            ),
            (
                "Ferries return\n\nUpdated 3 May 2025\nPublished 2 May 2025\n\nLEAD",
                ["Ferries return", "Published 2 May 2025", "", "", "", "LEAD"],
            ),
            (
                "Ferries return\n\nLEAD\n\nIt rained.\n\nPublished 2 May 2025\n",
                ["Ferries return", "Published 2 May 2025", "", "", "", "LEAD\n\nIt rained."],
            ),
        ]);
    }

    #[test]
    fn stories_without_header_lose_nothing() {
        check(&[
            ("LEAD\n\nIt rained.", ["", "", "", "", "", "LEAD\n\nIt rained."]),
            ("It rained.", ["", "", "", "", "", "It rained."]),
            ("Ferries return", ["Ferries return", "", "", "", "", ""]),
            ("", ["", "", "", "", "", ""]),
            ("- - -", ["", "", "", "", "", "- - -"]),
            (
                "Ferries return\n\nBy the time it rained, nobody was there to see it happen.\n\nIt rained.",
                [
                    "Ferries return",
                    "",
                    "",
                    "",
                    "",
                    "By the time it rained, nobody was there to see it happen.\n\nIt rained.",
                ],
            ),
        ]);
    }

    #[test]
    fn lines_may_be_broken_or_not() {
        check(&[
            (
                "Ferries return\nThe ferries will sail again, the minister said on Tuesday.\nNobody had asked for them, but nobody minds.",
                [
                    "Ferries return",
                    "",
                    "",
                    "",
                    "",
                    "The ferries will sail again, the minister said on Tuesday.\n\nNobody had asked for them, but nobody minds.",
                ],
            ),
            (
                "FERRIES RETURN AFTER A WINTER IN WHICH\nNOBODY CROSSED THE SOUND\n\nThe ferries will sail again, the minister\nsaid on Tuesday.\n\nNobody had asked\nfor them.",
                [
                    "FERRIES RETURN AFTER A WINTER IN WHICH NOBODY CROSSED THE SOUND",
                    "",
                    "",
                    "",
                    "",
                    "The ferries will sail again, the minister said on Tuesday.\n\nNobody had asked for them.",
                ],
            ),
            (
                "Ferries return\nThe ferries will sail again, the minister\nsaid on Tuesday, after a winter in which\nnobody crossed the sound.",
                [
                    "Ferries return",
                    "",
                    "",
                    "",
                    "",
                    "The ferries will sail again, the minister said on Tuesday, after a winter in which nobody crossed the sound.",
                ],
            ),
            (
                "The ferries will sail again, the minister\nsaid on Tuesday, after a winter in which\nnobody crossed the sound.\n\nIt rained\nagain.",
                [
                    "",
                    "",
                    "",
                    "",
                    "",
                    "The ferries will sail again, the minister said on Tuesday, after a winter in which nobody crossed the sound.\n\nIt rained again.",
                ],
            ),
        ]);
    }

    #[test]
    fn an_article_begins_at_its_first_line() {
        assert_eq!(Page::read("\n\n  \nFerries return\n\nIt rained.").into_article().line, 4);
    }

    #[test]
    fn sections_are_sorted() {
        assert!(SECTIONS.is_sorted());
    }

    #[test]
    fn a_story_may_open_with_a_line_that_could_be_an_office() {
        let page = "AS A WRITER, MARLOW\nHAS THE GIFT OF CLARITY, AS A POLITICIAN SHE KNOWS THE USES OF\nAMBIGUITY, AND AS \
                    A JUDGE SHE HAS SHOWN REMARKABLE PATIENCE WITH BOTH . FROM\nTHIRTY YEARS OF LETTERS COME THESE LINES .";
        let article = Page::read(page).into_article();
        assert_eq!(article.headline, None);
        assert!(article.body.ends_with("COME THESE LINES ."), "{}", article.body);
    }

    proptest::proptest! {
        #[test]
        fn no_page_loses_its_words(lines in proptest::collection::vec("(By )?[A-Za-z]{0,8}( [a-z]{1,9}){0,12}\\.?|2 May 2025||  \\PC{0,30}", 0..14)) {
            let page = lines.join("\n");
            let article = Page::read(&page).into_article();
            let fields = [article.headline, article.published, article.dateline, article.outlet];
            let mut kept = article.body.split_whitespace().count();
            kept += fields.iter().flatten().map(|field| field.split_whitespace().count()).sum::<usize>();
            kept += article.byline.iter().map(|byline| byline.split_whitespace().count()).sum::<usize>();
            let words = page.split_whitespace().filter(|word| !matches!(*word, "2" | "May" | "2025")).count();
            // Offices below a byline and labels of sections are left out on purpose.
            let dropped = lines.iter().filter(|line| is_section(line.trim()) || is_office(line.trim())).count() * 6;
            proptest::prop_assert!(kept + dropped + page.matches('-').count() >= words, "{} of {} words in {:?}", kept, words, page);
        }
    }
}
