//! Reads the opening of a story that says where it was written, and sometimes when and by which agency:
//! `PARIS, March 3 (Reuters) -`.

use std::borrow::Cow;

use super::date::{self, PrintedDay};
use super::{Place, Span, place};

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
        let head = Head::read(&window[..delimiter.start])?;
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
        let is_plain = index == 0 || is_capitals(printed) || found.agency.is_some() || found.day.is_some();
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
    let dashed = delimiters(window).find_map(|delimiter| Head::read(&window[..delimiter.start]));
    let head = dashed.or_else(|| Head::read(window.trim_end_matches(['-', '–', '—', '_', ' '])))?;
    Some(Opening { places: head.places, day: head.day, agency: head.agency, end: text.len() })
}

/// Returns the dateline that is a whole line of a page: `PORT SELWYN, Marrowmere, May 6, 2025`.
pub(crate) fn line(text: &str) -> Option<Opening> {
    if text.len() > LONGEST {
        return None;
    }
    let head = Head::read(text.trim_end_matches(['-', '–', '—', ' ']))?;
    // Without a day a line of capitals is a headline.
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
    text.char_indices().filter_map(move |(start, mark)| {
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

impl Head {
    fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let (text, bracketed) = without_brackets(text);
        let parts = text.split([',', '،']).map(str::trim).filter(|part| !part.is_empty());
        let mut head =
            Head { places: Vec::new(), day: None, agency: None, is_known: false, is_capitals: false, letters: 0 };
        // Name and region of each place.
        let mut names: Vec<(&str, Option<&str>)> = Vec::new();
        for (index, part) in parts.enumerate() {
            if index > 0 && is_agency(part) && !place::is_region(part) {
                head.agency = Some(part.to_owned());
                continue;
            }
            let named = match date::find_day(part) {
                Some(day) if head.day.is_none() => {
                    let named = part[..day.span.start].trim();
                    let behind = part[day.span.end..].trim_matches(['.', ' ']);
                    head.day = Some(day);
                    if !behind.is_empty() {
                        return None;
                    }
                    named
                }
                _ => part,
            };
            // "PARIS, March 3, 2025", "PARIS, Tuesday".
            if named.is_empty() || is_weekday(named) {
                continue;
            }
            if let Some(day) = &mut head.day {
                let year = named.trim_end_matches('.').parse().ok()?;
                day.year = day.year.or(Some(year)).filter(|year| (1600..2200).contains(year));
                continue;
            }
            head.take(named, &mut names)?;
        }
        let &(first, _) = names.first()?;
        head.is_known = place::is_known(first);
        head.is_capitals = is_capitals(first);
        head.letters = first.chars().filter(|character| character.is_alphabetic()).count();
        head.places = names.into_iter().map(|(name, region)| place::place(name, region)).collect();
        head.agency = bracketed.map(str::to_owned).or(head.agency);
        Some(head)
    }

    /// Takes a part between commas: cities, or the region of the city before.
    fn take<'t>(&self, part: &'t str, names: &mut Vec<(&'t str, Option<&'t str>)>) -> Option<()> {
        if let Some(last) = names.last_mut() {
            let is_second_city =
                last.1.is_some() || is_capitals(part) && place::is_known(part) && !place::is_region(part);
            if !is_second_city {
                last.1 = Some(part).filter(|part| is_place_shaped(part));
                return last.1.map(|_| ());
            }
        }
        for name in part.split('/').flat_map(|names| names.split(" and ")).flat_map(|names| names.split(" AND ")) {
            let name = name.trim();
            if !is_place_shaped(name) || is_false_opening(name) || names.len() == MOST_PLACES {
                return None;
            }
            names.push((name, None));
        }
        Some(())
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

/// Agencies that stand in datelines without brackets.
const AGENCIES: [&str; 34] = [
    "AA",
    "AAP",
    "AFP",
    "ANI",
    "ANSA",
    "AP",
    "APA",
    "Bloomberg",
    "Bernama",
    "CNA",
    "dpa",
    "DPA",
    "EFE",
    "Fars",
    "IANS",
    "Interfax",
    "IRNA",
    "ISNA",
    "KUNA",
    "Kyodo",
    "MNA",
    "PA",
    "PTI",
    "Reuters",
    "REUTERS",
    "RIA Novosti",
    "SPA",
    "TASS",
    "Tasnim",
    "UNI",
    "UPI",
    "WAM",
    "Xinhua",
    "Yonhap",
];

fn is_agency(name: &str) -> bool {
    let is_named_so =
        ["News Agency", "NEWS AGENCY", "Newswire", " Wire", " News"].iter().any(|end| name.ends_with(end));
    AGENCIES.contains(&name)
        || is_named_so && name.len() < 40
        || matches!(name, "ایرنا" | "ایسنا" | "تسنیم" | "فارس" | "مهر")
}

fn is_weekday(text: &str) -> bool {
    const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let lower = text.trim_end_matches('.').to_ascii_lowercase();
    lower.len() >= 3 && DAYS.iter().any(|day| day.starts_with(&lower))
}

/// Whether all but a slip of the printer is in capitals: "WALtHAM", "McALLEN".
fn is_capitals(text: &str) -> bool {
    let (mut capitals, mut small) = (0, 0);
    for letter in text.chars().filter(|letter| letter.is_alphabetic()) {
        capitals += u32::from(letter.is_uppercase());
        small += u32::from(letter.is_lowercase());
    }
    capitals >= 2 && small * 3 <= capitals
}

/// Small words inside names of places.
const PARTICLES: [&str; 26] = [
    "al", "am", "and", "au", "da", "das", "de", "del", "der", "des", "di", "do", "dos", "du", "el", "es", "in", "la",
    "le", "near", "of", "on", "sur", "the", "upon", "y",
];

/// Whether a text could be a place's name: few words, each with a capital or of a script without.
fn is_place_shaped(text: &str) -> bool {
    /// "ABOARD THE PRESIDENTIAL TRAIN", "Trinidad and Tobago".
    const MOST_WORDS: usize = 5;
    const MOST_BYTES: usize = 64;
    let mut words = 0;
    for word in text.split_whitespace() {
        words += 1;
        let first = word.trim_start_matches(['\'', '’', '‘', '(']).chars().next();
        let is_capital = first.is_some_and(|first| first.is_alphabetic() && !first.is_lowercase());
        let is_glued = ["al-", "el-", "ash-", "as-", "d’", "d'"].iter().any(|start| word.starts_with(start));
        if !is_capital && !is_glued && (words == 1 || !PARTICLES.contains(&word)) {
            return false;
        }
    }
    let is_allowed = |character: char| {
        character.is_alphabetic()
            || unicode_normalization::char::is_combining_mark(character)
            || matches!(character, ' ' | '.' | '-' | '‐' | '\'' | '’' | '‘' | '\u{200c}')
    };
    (1..=MOST_WORDS).contains(&words) && text.len() <= MOST_BYTES && text.chars().all(is_allowed)
}

/// First words of what looks like a dateline and is none; sorted.
const FALSE_OPENINGS: [&str; 96] = [
    "A",
    "ADVISORY",
    "AFTER",
    "ALERT",
    "ALSO",
    "AN",
    "ANALYSIS",
    "AND",
    "ANSWER",
    "AS",
    "AT",
    "ATTENTION",
    "BACKGROUND",
    "BREAKING",
    "BRIEF",
    "BRIEFS",
    "BUT",
    "BY",
    "CLARIFICATION",
    "COLUMN",
    "COMMENT",
    "COMMENTARY",
    "CORRECTED",
    "CORRECTION",
    "DEVELOPING",
    "DISCLAIMER",
    "EDITOR",
    "EDITORIAL",
    "EDITORS",
    "EXCLUSIVE",
    "EXPLAINER",
    "FACT",
    "FACTBOX",
    "FEATURE",
    "FIFA",
    "FOCUS",
    "FOR",
    "FROM",
    "GRAPHIC",
    "HIGHLIGHTS",
    "HOW",
    "IAEA",
    "IF",
    "IN",
    "INSIGHT",
    "INTERVIEW",
    "IT",
    "JUST",
    "KEY",
    "LIVE",
    "MORE",
    "MR",
    "MRS",
    "NASA",
    "NATO",
    "NEWS",
    "NOTE",
    "OF",
    "ON",
    "OPEC",
    "OPINION",
    "OUR",
    "PHOTO",
    "PHOTOS",
    "POLL",
    "PRESS",
    "PREVIEW",
    "PROFILE",
    "PS",
    "QUESTION",
    "READ",
    "REFILE",
    "RELATED",
    "REVIEW",
    "RPT",
    "SEE",
    "SINCE",
    "SPECIAL",
    "SPOILER",
    "SUMMARY",
    "TIMELINE",
    "TO",
    "TRANSCRIPT",
    "UEFA",
    "UNESCO",
    "UNICEF",
    "UPDATE",
    "UPDATED",
    "URGENT",
    "VIDEO",
    "WARNING",
    "WATCH",
    "WHAT",
    "WHY",
    "WITH",
    "WRAPUP",
];

fn is_false_opening(name: &str) -> bool {
    let Some(first) = name.split(|character: char| !character.is_alphabetic()).next() else { return true };
    if is_weekday(first) && first.len() > 4 {
        return true;
    }
    let upper = first.to_ascii_uppercase();
    let is_listed = FALSE_OPENINGS.binary_search(&upper.as_str()).is_ok();
    // "A CORUÑA" is a city all the same.
    is_listed && !(name.contains(' ') && place::is_known(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Text; places with countries, day, agency and what follows.
    type Row<'r> = (&'r str, &'r [(&'r str, &'r str)], &'r str, &'r str, &'r str);

    const ROWS: &[Row<'_>] = &[
        ("TEHRAN – Iran’s top official said", &[("Tehran", "IR")], "", "", "Iran’s"),
        ("PARIS, March 3 (Reuters) - The bank", &[("Paris", "FR")], "3.3.", "Reuters", "The"),
        ("BEIRUT/JERUSALEM — The ministers", &[("Beirut", "LB"), ("Jerusalem", "IL")], "", "", "The"),
        ("WASHINGTON (AP) — The Senate", &[("Washington", "US")], "", "AP", "The"),
        ("NEW YORK, N.Y., Sept 2 (AP) -- The city", &[("New York", "US")], "2.9.", "AP", "The"),
        ("WASHINGTON (AP) _ The Senate", &[("Washington", "US")], "", "AP", "The"),
        ("BEIJING, Sept. 2 (Xinhua) -- China", &[("Beijing", "CN")], "2.9.", "Xinhua", "China"),
        ("LONDON, 2 Sept — “We will”, he said", &[("London", "GB")], "2.9.", "", "“We"),
        ("HIGHMOOR, Jan. 30, 2025 — President Roe", &[("Highmoor", "")], "30.1.2025", "", "President"),
        ("PORTLAND, Maine — The mayor", &[("Portland", "US")], "", "", "The"),
        ("CAMBRIDGE, England, May 1 - The dons", &[("Cambridge", "GB")], "1.5.", "", "The"),
        ("PORT-AU-PRINCE, Haiti (AP) — A ferry", &[("Port-au-Prince", "HT")], "", "AP", "A"),
        ("TOLMIN, Kestrovia — Four men", &[("Tolmin", "")], "", "", "Four"),
        ("SABE TOWN, Lower Sabe – Mothers at", &[("Sabe Town", "")], "", "", "Mothers"),
        ("LISBON/PUERTO ALMENA — Negotiators from", &[("Lisbon", "PT"), ("Puerto Almena", "")], "", "", "Negotiators"),
        ("TEHRAN - IRNA - The minister", &[("Tehran", "IR")], "", "IRNA", "The"),
        ("TEHRAN, (MNA) – The minister", &[("Tehran", "IR")], "", "MNA", "The"),
        ("TEHRAN (Tasnim) – The minister", &[("Tehran", "IR")], "", "Tasnim", "The"),
        ("GENEVA (Meridian Wire) — They met", &[("Geneva", "CH")], "", "Meridian Wire", "They"),
        ("ISLAMABAD: The minister said", &[("Islamabad", "PK")], "", "", "The"),
        ("Paris – The minister said", &[("Paris", "FR")], "", "", "The"),
        ("Berlin, 2. September (dpa) - Der Minister", &[("Berlin", "DE")], "2.9.", "dpa", "Der"),
        ("PARIS, 2 septembre (AFP) - Le ministre", &[("Paris", "FR")], "2.9.", "AFP", "Le"),
        ("МОСКВА, 2 сентября (ТАСС) — Министр", &[("Москва", "RU")], "2.9.", "ТАСС", "Министр"),
        ("تهران - ایرنا - وزیر گفت", &[("تهران", "IR")], "", "ایرنا", "وزیر"),
        ("THE HAGUE, Netherlands (AP) — Judges", &[("The Hague", "NL")], "", "AP", "Judges"),
        ("UNITED NATIONS (Reuters) - The council", &[("United Nations", "US")], "", "Reuters", "The"),
        ("ROME and PARIS — The ministers", &[("Rome", "IT"), ("Paris", "FR")], "", "", "The"),
        ("BEIRUT—Lebanon’s army", &[("Beirut", "LB")], "", "", "Lebanon’s"),
        ("PELO – Water was struck", &[("Pelo", "")], "", "", "Water"),
        ("SEOUL, Tuesday — The court", &[("Seoul", "KR")], "", "", "The"),
        ("MONDAY MORNING, Ill. — A town", &[], "", "", ""),
    ];

    #[test]
    fn datelines_are_read_whole() {
        for &(text, places, day, agency, next) in ROWS {
            let found = opening(text);
            if places.is_empty() {
                assert_eq!(found, None, "{text}");
                continue;
            }
            let found = found.unwrap_or_else(|| panic!("no dateline in {text}"));
            let read: Vec<(&str, &str)> =
                found.places.iter().map(|place| (&*place.name, place.country.as_deref().unwrap_or(""))).collect();
            assert_eq!(read, places, "{text}");
            let printed = found.day.map_or(String::new(), |day| {
                format!("{}.{}.{}", day.day, day.month, day.year.map_or(String::new(), |year| year.to_string()))
            });
            assert_eq!(printed, day, "{text}");
            assert_eq!(found.agency.as_deref().unwrap_or(""), agency, "{text}");
            assert!(text[found.end..].trim_start().starts_with(next), "{text}: {}", &text[found.end..]);
        }
    }

    #[test]
    fn other_openings_are_no_datelines() {
        let rows = [
            "NOTE – This story was changed.",
            "UPDATE 1 - The bank said so.",
            "EDITOR'S NOTE — This is the third of a series.",
            "EDITOR’S NOTE — This is the third of a series.",
            "BREAKING: The president resigns.",
            "BREAKING NEWS — The president resigns.",
            "NATO – The alliance met on Monday.",
            "US - The president spoke.",
            "The dam - built in 1975 - holds.",
            "Iran - a country of many peoples - votes.",
            "The minister, who is 54, said — and meant — it.",
            "On Tuesday, March 3 — the day of the vote — it rained.",
            "By Jane Roe, March 3 - The dam holds.",
            "Jane Roe - The dam holds.",
            "“Paris – The city” is a book.",
            "WHAT WOULD IT DO?",
            "Q: Is it true — at all?",
            "In Paris — The city of light — it rained.",
            "A man - tall - came.",
            "PARIS",
            "PARIS –",
            "",
            "–",
            "THE BANK RAISED ITS RATE - THE MARKETS FELL.",
        ];
        for text in rows {
            assert_eq!(opening(text), None, "{text}");
        }
    }

    #[test]
    fn a_dateline_apart_needs_no_dash() {
        let rows = [
            ("SALVADOR, Feb 26 -", Some(("Salvador", "BR"))),
            ("PORT MALLOW, March 2", Some(("Port Mallow", ""))),
            ("WASHINGTON, March 26 - Senate writers worked on a 37-", Some(("Washington", "US"))),
            ("Chicago, March 16 -", Some(("Chicago", "US"))),
            ("March 16", None),
            ("", None),
        ];
        for (text, expected) in rows {
            let found = apart(text).map(|opening| opening.places[0].clone());
            let found = found.as_ref().map(|place| (&*place.name, place.country.as_deref().unwrap_or("")));
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn a_dateline_may_stand_behind_a_summary() {
        let rows = [
            ("PARIS – It rained.\n\nIt stopped.", Some("PARIS –")),
            ("The summary of the day.\n\nPARIS – It rained.", Some("PARIS –")),
            ("The summary of the day.\n\nParis – It rained.", None),
            ("It rained.\n\nIt stopped.\n\nIt snowed.\n\nPARIS – It rained.", None),
        ];
        for (body, expected) in rows {
            let found = find(body, &crate::article::sentence::paragraphs(body)).map(|(_, span)| span.of(body));
            assert_eq!(found, expected, "{body:?}");
        }
    }

    #[test]
    fn metadata_name_a_place() {
        let rows = [
            ("Tehran", Some(("Tehran", "IR"))),
            ("Portland, Maine", Some(("Portland", "US"))),
            ("aboard the ferry, off Marrowmere", Some(("aboard the ferry", ""))),
            ("", None),
            ("12", None),
        ];
        for (text, expected) in rows {
            let places = location(text);
            let found = places.first().map(|place| (&*place.name, place.country.as_deref().unwrap_or("")));
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn a_line_of_place_and_day_is_a_dateline() {
        let rows = [
            ("PORT SELWYN, Marrowmere, May 6, 2025", true),
            ("HIGHMOOR, Nov. 20, 2025", true),
            ("Paris, 2 September 2025", true),
            ("PORT SELWYN", false),
            ("Jane Roe, 2 September 2025", false),
            ("2 September 2025", false),
        ];
        for (text, expected) in rows {
            assert_eq!(line(text).is_some(), expected, "{text}");
        }
    }

    #[test]
    fn false_openings_are_sorted() {
        assert!(FALSE_OPENINGS.is_sorted());
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_the_reader(text in "([A-Z]{2,9}|[a-z]{1,5}|[,./()\\-–—_: ]|March 3|\\PC){0,24}") {
            if let Some(found) = opening(&text) {
                proptest::prop_assert!(text.is_char_boundary(found.end) && found.end > 0);
                proptest::prop_assert!(!found.places.is_empty());
            }
            apart(&text);
            line(&text);
        }
    }
}
