//! Reads the opening of a story that says where it was written, and sometimes when and by which agency:
//! `PARIS, March 3 (Reuters) -`.

mod words;

use std::borrow::Cow;

use super::date::{self, PrintedDay};
use super::{Place, Span, place};
use words::{is_agency, is_capitals, is_false_opening, is_place_shaped, is_weekday};

/// A dateline as it stands at the start of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Opening {
    pub places: Vec<Place>,
    pub(super) day: Option<PrintedDay>,
    pub agency: Option<String>,
    /// Byte at which the dateline ends, its dash included.
    pub end: usize,
}

/// Longest dateline, in bytes: three cities with countries, a date and an agency.
const LONGEST: usize = 160;

/// Returns the dateline with which a paragraph opens.
pub(crate) fn opening(paragraph: &str) -> Option<Opening> {
    let window = &paragraph[..paragraph.floor_char_boundary(LONGEST)];
    let (head, end) = delimiters(window).take(MOST_DASHES).find_map(|delimiter| {
        let head = Head::read(&window[..delimiter.start], Reading::Strict)?;
        let text = paragraph[delimiter.end..].trim_start();
        head.opens(text, delimiter.mark).then_some((head, delimiter.end))
    })?;
    // "TEHRAN – IRNA – …".
    let (agency, end) = match head.agency {
        Some(agency) => (Some(agency), end),
        None => agency_behind(window, end).map_or((None, end), |(agency, end)| (Some(agency), end)),
    };
    Some(Opening { places: head.places, day: head.day, agency, end })
}

/// Returns the dateline of a body and where it stands: in the first paragraph, or behind a summary.
pub(super) fn find(body: &str, paragraphs: &[Span]) -> Option<(Opening, Span)> {
    /// A summary has one sentence or two; further down a dateline opens another story.
    const DEEPEST: usize = 3;
    paragraphs.iter().take(DEEPEST).enumerate().find_map(|(index, paragraph)| {
        let text = paragraph.of(body);
        let found = opening(text)?;
        let printed = &text[..found.end];
        let is_backed = found.agency.is_some() || found.day.is_some();
        // Transcripts set a speaker's name in capitals.
        let is_city = is_capitals(printed) && found.places[0].country.is_some();
        let is_plain = index == 0 || is_backed || is_city;
        let end = paragraph.start + found.end;
        is_plain.then_some((found, Span::new(paragraph.start, end)))
    })
}

/// Returns the place that metadata name: `Tehran`, `Tehran, Iran`.
pub(super) fn location(text: &str) -> Vec<Place> {
    if let Some(found) = apart(text) {
        return found.places;
    }
    let mut parts = text.splitn(2, ',').map(str::trim);
    let name = parts.next().filter(|name| name.chars().any(char::is_alphabetic));
    name.map(|name| place::place(name, parts.next())).into_iter().collect()
}

/// Returns what a text says that is a dateline and nothing else, as some inputs hold it apart; a dash may end it.
pub(crate) fn apart(text: &str) -> Option<Opening> {
    let window = text[..text.floor_char_boundary(LONGEST)].trim();
    let window = window.trim_start_matches(|character: char| !character.is_alphanumeric());
    let dashed = delimiters(window).find_map(|delimiter| Head::read(&window[..delimiter.start], Reading::Lenient));
    let head = dashed.or_else(|| Head::read(window.trim_end_matches(['-', '–', '—', '_', ' ']), Reading::Lenient))?;
    Some(Opening { places: head.places, day: head.day, agency: head.agency, end: text.len() })
}

/// Returns the dateline that is a whole line of a page: `PORT SELWYN, Marrowmere, May 6, 2025`.
pub(crate) fn line(text: &str) -> Option<Opening> {
    if text.len() > LONGEST || !date::has_number(text) {
        return None;
    }
    let head = Head::read(text.trim_end_matches(['-', '–', '—', ' ']), Reading::Strict)?;
    // Without a day, which has a number, a line of capitals is a headline.
    head.day?;
    (head.is_known || head.is_capitals).then_some(Opening {
        places: head.places,
        day: head.day,
        agency: head.agency,
        end: text.len(),
    })
}

/// "GUINEA-BISSAU - A ferry -": the second dash may be the right one.
const MOST_DASHES: usize = 3;

/// A dash, or what stands for one, that may end a dateline.
struct Delimiter {
    start: usize,
    end: usize,
    mark: char,
}

fn delimiters(text: &str) -> impl Iterator<Item = Delimiter> {
    let marks = text.char_indices().filter(|(_, mark)| matches!(mark, '—' | '―' | '–' | '−' | '-' | '_' | ':' | '：'));
    marks.filter_map(move |(start, mark)| {
        let mut end = start + mark.len_utf8();
        let before = text[..start].chars().next_back()?;
        let behind = text[end..].chars().next();
        let is_spaced = before.is_whitespace() || matches!(before, ')' | '.') || before.is_ascii_digit();
        let is_parted = behind.is_none_or(char::is_whitespace);
        let ends = match mark {
            '—' | '―' => true,
            '–' | '−' => is_parted || before.is_whitespace(),
            '-' if before == '-' => false,
            '-' if behind == Some('-') => {
                end += text[end..].bytes().take_while(|&byte| byte == b'-').count();
                true
            }
            '-' => is_spaced && is_parted || before == ')',
            '_' => before.is_whitespace() && is_parted,
            ':' | '：' => is_parted,
            _ => false,
        };
        ends.then_some(Delimiter { start, end, mark })
    })
}

/// Reads an agency that stands behind the first dash of a dateline and before a second one.
fn agency_behind(text: &str, end: usize) -> Option<(String, usize)> {
    let rest = &text[end..];
    let delimiter = delimiters(rest).next().filter(|delimiter| delimiter.mark != ':')?;
    let name = rest[..delimiter.start].trim();
    is_agency(name).then(|| (name.to_owned(), end + delimiter.end))
}

/// What stands before the dash.
struct Head {
    places: Vec<Place>,
    day: Option<PrintedDay>,
    agency: Option<String>,
    /// Whether the first place is one that the tables hold.
    is_known: bool,
    /// Whether the first place is printed in capitals.
    is_capitals: bool,
    /// Letters of the first place.
    letters: usize,
}

/// Takes cities, or the region of the city before.
fn take_name<'t>(part: &'t str, names: &mut Vec<(&'t str, Option<&'t str>)>) -> Option<()> {
    if let Some(last) = names.last_mut() {
        let is_second_city = last.1.is_some() || is_capitals(part) && place::is_known(part) && !place::is_region(part);
        if !is_second_city {
            let is_region = is_place_shaped(part) || place::is_region(part);
            last.1 = Some(part).filter(|_| is_region);
            return last.1.map(|_| ());
        }
    }
    for name in part.split('/').flat_map(|names| names.split(" and ")).flat_map(|names| names.split(" AND ")) {
        let name = name.trim();
        let is_name = is_place_shaped(name) || place::is_known(name);
        if !is_name || is_false_opening(name) || names.len() == MOST_PLACES {
            return None;
        }
        names.push((name, None));
    }
    Some(())
}

/// How strictly what is no part of a dateline is taken for proof that there is none.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    Strict,
    /// The input itself says that this is a dateline: slips such as "Marc 3" and "March 119" are passed over.
    Lenient,
}

impl Head {
    fn read(text: &str, reading: Reading) -> Option<Self> {
        let text = text.trim();
        let (text, bracketed) = without_brackets(text);
        let parts = text.split([',', '،']).map(str::trim).filter(|part| !part.is_empty());
        let mut head =
            Head { places: Vec::new(), day: None, agency: None, is_known: false, is_capitals: false, letters: 0 };
        // Name and region of each place.
        let mut names: Vec<(&str, Option<&str>)> = Vec::new();
        for part in parts {
            if head.take(part, &mut names).is_none() && (reading == Reading::Strict || names.is_empty()) {
                return None;
            }
        }
        let &(first, region) = names.first()?;
        head.is_capitals = is_capitals(first);
        head.letters = first.chars().filter(|character| character.is_alphabetic()).count();
        head.places = names.into_iter().map(|(name, region)| place::place(name, region)).collect();
        // Without a region, its country is that of the tables.
        head.is_known = match region {
            None => head.places[0].country.is_some(),
            Some(_) => place::is_known(first),
        };
        head.agency = bracketed.map(str::to_owned).or(head.agency);
        Some(head)
    }

    /// Takes what stands between two commas; none where that is no part of a dateline.
    fn take<'t>(&mut self, part: &'t str, names: &mut Vec<(&'t str, Option<&'t str>)>) -> Option<()> {
        if !names.is_empty() && is_agency(part) && !place::is_region(part) {
            self.agency = Some(part.to_owned());
            return Some(());
        }
        match (self.day, date::find_day(part)) {
            // "March 3", "Va. Feb 26", "March 3 1987".
            (None, Some(day)) => {
                let behind = part[day.span.end..].trim_matches(['.', ' ']);
                let named = part[..day.span.start].trim();
                let is_whole = behind.is_empty() && (named.is_empty() || take_name(named, names).is_some());
                self.day = Some(day).filter(|_| is_whole);
                self.day.map(|_| ())
            }
            _ if is_weekday(part) => Some(()),
            // "March 3, 2025".
            (Some(mut day), _) if part.len() == 4 => {
                let year = part.parse().ok().filter(|year| (1600..2200).contains(year))?;
                day.year.get_or_insert(year);
                self.day = Some(day);
                Some(())
            }
            (Some(_), _) => None,
            (None, None) => take_name(part, names),
        }
    }

    /// Whether this opens the story that goes on with `text`.
    fn opens(&self, text: &str, mark: char) -> bool {
        let next = text.chars().find(|character| character.is_alphanumeric());
        let goes_on_in_small_letters = text.chars().take(200).any(char::is_lowercase);
        let has_case = next.is_some_and(|next| next.is_uppercase() || next.is_lowercase());
        let begins_sentence = next.is_some_and(|next| !next.is_lowercase());
        if text.is_empty() {
            return self.agency.is_some() || self.day.is_some();
        }
        let is_backed = self.agency.is_some() || self.day.is_some();
        match mark {
            // "ISLAMABAD: The minister …", as papers of South Asia print it.
            ':' | '：' => {
                self.is_known && (self.is_capitals || is_backed) && begins_sentence && goes_on_in_small_letters
            }
            // Two letters are oftener "US" or "UN" than a city, and three that nobody knows an organisation.
            _ if self.is_capitals && goes_on_in_small_letters => {
                is_backed || self.letters > 3 || self.is_known && self.letters > 2
            }
            _ if self.letters <= 2 && self.is_capitals => false,
            _ if is_backed => self.is_known || self.agency.is_some() && self.day.is_some(),
            // Without capitals in the script, or with small letters, only a place that is known opens a story.
            _ => self.is_known && begins_sentence && (goes_on_in_small_letters || !has_case),
        }
    }
}

/// More places than any story is written from.
const MOST_PLACES: usize = 6;

/// Cuts out what stands in brackets, and returns it where it names an agency.
fn without_brackets(text: &str) -> (Cow<'_, str>, Option<&str>) {
    let Some(open) = text.find(['(', '（']) else { return (Cow::Borrowed(text), None) };
    let Some(length) = text[open..].find([')', '）']) else { return (Cow::Borrowed(text), None) };
    let inner_start = open + text[open..].chars().next().map_or(1, char::len_utf8);
    let inner = text[inner_start..open + length].trim();
    let behind = &text[open + length..];
    let behind = &behind[behind.chars().next().map_or(0, char::len_utf8)..];
    let is_short = inner.split_whitespace().count() <= 4;
    let is_name = inner.chars().any(char::is_alphabetic)
        && (is_agency(inner) || inner.chars().next().is_some_and(|first| !first.is_lowercase()));
    let outside = if behind.trim().is_empty() {
        Cow::Borrowed(text[..open].trim_end())
    } else {
        Cow::Owned(format!("{},{behind}", text[..open].trim_end()))
    };
    (outside, (is_short && is_name).then_some(inner))
}

#[cfg(test)]
mod tests;
