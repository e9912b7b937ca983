//! What is wrong with a query, where, and what was probably meant.

use std::fmt;
use std::ops::Range;

use chrono::NaiveDate;
use unicode_width::UnicodeWidthChar;

/// A mistake in a query, with the place it points to.
///
/// Its text is the message and, beneath, the query with the place marked; `hint` says what to do.
#[derive(Clone, Debug, PartialEq)]
pub struct QueryError {
    pub mistake: Box<Mistake>,
    /// The text that holds the mistake: the query, an option as `field:value`, or a saved query.
    pub text: String,
    /// Where in `text`; on character boundaries.
    pub span: Range<usize>,
    /// Where in the query itself: the span, or the name of the saved query that holds the mistake.
    pub at: Range<usize>,
    pub part: Part,
}

/// Which text holds a mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    Query,
    /// A filter that came as an option; its field is in the text.
    Filter,
    /// The saved query of this name.
    Saved(String),
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Mistake {
    #[error("the query is longer than {most} bytes")]
    TooLong { most: usize },
    #[error("the query has more than {most} parts")]
    TooManyParts { most: usize },
    #[error("brackets, NOT and fields are nested more than {most} deep")]
    TooDeep { most: usize },
    #[error("no word to look for")]
    NoWord,

    #[error("this bracket is never closed")]
    UnclosedBracket,
    #[error("this bracket was never opened")]
    UnopenedBracket,
    #[error("nothing stands between these brackets")]
    EmptyBrackets,
    #[error("this phrase is never closed")]
    UnclosedPhrase,

    #[error("`{operator}` needs something to its {side}")]
    MissingOperand { operator: String, side: Side },
    #[error("`{typed}` is no operator")]
    ForeignOperator { typed: &'static str, ours: &'static str },
    #[error("`{name}` needs what follows its slash")]
    LoneOperator { name: String, spelling: String },
    #[error("`{operator}/` takes a whole number from 1 to 1000")]
    Count { operator: String },
    #[error("`{first}` and `{second}` stand side by side")]
    MixedOperators { first: String, second: String },
    #[error("{what} cannot stand inside {operator}")]
    Inside { what: &'static str, operator: String, hint: &'static str },

    #[error("unknown field `{name}`")]
    UnknownField { name: String, meant: Option<String> },
    #[error("a field cannot stand inside `{field}:`")]
    FieldInField { field: String },
    #[error("`{name}:` is about the article, and `said:( )` about one statement")]
    ArticleFieldInSaid { name: String },
    #[error("`said:` cannot stand inside `said:( )`")]
    NestedSaid,
    #[error("which statement is this about?")]
    BesideSeveralStatements,

    #[error("this regular expression is never closed")]
    UnclosedRegex,
    #[error("a regular expression ends at the second slash")]
    RegexGoesOn,
    #[error("this regular expression cannot be read: {message}")]
    InvalidRegex { message: String },
    #[error("a `*` alone stands for no word")]
    LoneWildcard,
    #[error("wildcards stand for letters, and here each character is a word")]
    WildcardWithoutSpaces,
    #[error("`!` does not cut words off")]
    Truncation { word: String },
    #[error("`~` takes 1 or 2 edits")]
    FuzzyDistance,
    #[error("`~` follows a word or a phrase")]
    LoneTilde,
    #[error("`~` after a phrase takes a whole number from 1 to 1000")]
    PhraseDistance,
    #[error("one word has no distance")]
    OneWordPhrase,
    #[error("`^` takes a number above 0, up to 1000")]
    Boost,
    #[error("CAPS takes words and phrases as they are written")]
    PatternInCaps,

    #[error("`{value}` is not a day, month, year or range of them")]
    InvalidDate { value: String },
    #[error("`{value}` is one end of a range")]
    LoneSpan { value: String },
    #[error("the range ends before it begins")]
    ReversedRange,
    #[error("`{end}` cannot be `{value}`")]
    InvalidEnd { end: &'static str, value: String },
    #[error("`since` is {since}, which is later than `until`: {until}")]
    ReversedEnds { since: NaiveDate, until: NaiveDate },
    #[error("`{value}` is not a {what}")]
    InvalidNumber { value: String, what: &'static str },
    #[error("`{field}:` is never `{value}`")]
    InvalidValue { field: &'static str, value: String, choices: &'static [&'static str], meant: Option<String> },
    #[error("`{value}` is not a pattern of paths: {message}")]
    InvalidGlob { value: String, message: String },

    #[error("there is no saved query `{name}`")]
    UnknownSaved { name: String, meant: Option<String> },
    #[error("the saved query leads to itself: {}", .names.join(" → "))]
    SavedCycle { names: Vec<String> },
}

/// On which side of an operator something is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Left,
    Right,
}

impl fmt::Display for Side {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Left => "left",
            Self::Right => "right",
        })
    }
}

impl Mistake {
    /// Returns what to do about it, where that can be told.
    pub fn hint(&self) -> Option<String> {
        let did_you_mean = |meant: &Option<String>| meant.as_ref().map(|meant| format!("did you mean `{meant}`?"));
        let hint = match self {
            Self::UnclosedBracket => "close it with `)`; between quotation marks brackets mean nothing",
            Self::UnopenedBracket => "between quotation marks brackets mean nothing",
            Self::UnclosedPhrase => "close it with `\"`",
            Self::MissingOperand { operator, .. } if operator == "-" => "a dash with a space behind it means nothing",
            Self::MissingOperand { operator, .. } => {
                return Some(format!("write it in small letters, `{}`, for the word", operator.to_lowercase()));
            }
            Self::ForeignOperator { ours, .. } => return Some(format!("write {ours}")),
            Self::LoneOperator { name, spelling } => {
                let spelling = spelling.replace("/n", "/5");
                return Some(format!("write {spelling}, or `{}` for the word", name.to_lowercase()));
            }
            Self::MixedOperators { first, second } => {
                return Some(format!("bracket what belongs together: (a {first} b) {second} c"));
            }
            Self::Inside { hint, .. } => hint,
            Self::UnknownField { name, meant } => {
                let as_words = || format!("write \"{name}:…\" between quotation marks for the words");
                return Some(written_otherwise(name).or_else(|| did_you_mean(meant)).unwrap_or_else(as_words));
            }
            Self::FieldInField { .. } => "put the fields side by side",
            Self::ArticleFieldInSaid { .. } => "put it beside `said:( )`",
            Self::NestedSaid => "inside `said:( )` words are a speaker's own already",
            Self::BesideSeveralStatements => "put it inside the `said:( )` it belongs to",
            Self::UnclosedRegex => "close it with `/`, or put it between quotation marks for the words",
            Self::RegexGoesOn => "put it between quotation marks for the words",
            Self::InvalidRegex { .. } => "it is matched with one whole word, in small letters and without accents",
            Self::LoneWildcard => "put letters beside it; BEFORE/n finds words that stand apart",
            Self::WildcardWithoutSpaces => "leave it out: the characters are found inside longer words anyway",
            Self::Truncation { word } => return Some(format!("write `{word}*`")),
            Self::FuzzyDistance => "write velishew~ or velishew~2",
            Self::LoneTilde => "write it behind the word or the closing quotation mark",
            Self::PhraseDistance => "write \"a b\"~5 for a NEAR/5 b",
            Self::OneWordPhrase => "write `~` without quotation marks for other spellings",
            Self::Boost => "write missile^3 to count a word three times as much",
            Self::InvalidDate { value } if value.starts_with('[') => "a range is written 2025-06..2025-09",
            Self::InvalidDate { value } if matches!(&*value.to_lowercase(), "last" | "this") => {
                "write \"last week\" between quotation marks"
            }
            Self::InvalidDate { .. } => {
                "write 2025-09-02, 2025-09, 2025, 2025-Q3, 2025-06..2025-09, 30d.., ..yesterday, \"last week\" or none"
            }
            Self::LoneSpan { value } => return Some(format!("write `{value}..` for all since then")),
            Self::ReversedRange => "write the earlier or smaller end first",
            Self::InvalidEnd { .. } => {
                "write one day, month or year: 2025-09-02, 2025-09, 2025, 2025-Q3, 30d, yesterday or \"last week\""
            }
            Self::ReversedEnds { .. } => "exchange the two days",
            Self::InvalidNumber { .. } => "write 500, >500, <=500 or 100..500",
            Self::InvalidValue { choices, meant, .. } => {
                return Some(did_you_mean(meant).unwrap_or_else(|| format!("it is one of {}", choices.join(", "))));
            }
            Self::UnknownSaved { meant, .. } => {
                let none = "queries are saved under [queries] in dateline.toml, and known after the next ingest";
                return Some(did_you_mean(meant).unwrap_or_else(|| none.into()));
            }
            Self::TooLong { .. }
            | Self::TooManyParts { .. }
            | Self::TooDeep { .. }
            | Self::NoWord
            | Self::EmptyBrackets
            | Self::Count { .. }
            | Self::PatternInCaps
            | Self::InvalidGlob { .. }
            | Self::SavedCycle { .. } => return None,
        };
        Some(hint.into())
    }
}

/// Names that other systems have for what is a value here, and how that is written.
const OTHER_NAMES: &[(&[&str], &str)] = &[
    (&["since", "after", "from"], "date:2025-09-02.."),
    (&["until", "before", "to"], "date:..2025-09-02"),
    (&["on", "day", "year", "month"], "date:2025-09-02, date:2025-09 or date:2025"),
    (&["by", "said_by", "who", "quote"], "speaker:varga"),
    (&["country", "city"], "location:norland"),
    (&["site", "source", "newspaper"], "outlet:herald"),
    (&["type"], "kind:direct"),
];

fn written_otherwise(name: &str) -> Option<String> {
    let name = name.to_lowercase();
    let (_, ours) = OTHER_NAMES.iter().find(|(names, _)| names.contains(&name.as_str()))?;
    Some(format!("write {ours}"))
}

impl QueryError {
    pub(super) fn new(mistake: Box<Mistake>, text: &str, span: Range<usize>, part: Part) -> Self {
        Self { mistake, text: text.into(), span: span.clone(), at: span, part }
    }

    /// Returns what to do about it, where that can be told.
    pub fn hint(&self) -> Option<String> {
        self.mistake.hint()
    }
}

impl std::error::Error for QueryError {}

impl fmt::Display for QueryError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.mistake)?;
        if let Part::Saved(name) = &self.part {
            write!(formatter, " (in the saved query `{name}`)")?;
        }
        if self.text.is_empty() {
            return Ok(());
        }
        let (excerpt, before, marked) = excerpt(&self.text, &self.span);
        write!(formatter, "\n  {excerpt}\n  {}{}", " ".repeat(before), "^".repeat(marked.max(1)))
    }
}

/// Columns of a query that are shown on each side of a mistake: with them a line fits most terminals.
const COLUMNS_AROUND: usize = 50;

/// Most columns that are marked: a longer mistake is seen by its beginning.
const MOST_MARKED_COLUMNS: usize = 60;

/// Returns one line around a place, and how many columns stand before and within it.
fn excerpt(text: &str, span: &Range<usize>) -> (String, usize, usize) {
    let shown = |char: char| if char.is_control() { ' ' } else { char };
    let columns = |char: &char| char.width().unwrap_or(0);
    let (start, end) = (floor(text, span.start), floor(text, span.end));
    let mut before: Vec<char> = text[..start].chars().rev().map(shown).take(COLUMNS_AROUND + 1).collect();
    if before.len() > COLUMNS_AROUND {
        before[COLUMNS_AROUND] = '…';
    }
    before.reverse();
    let mut within: Vec<char> = text[start..end.max(start)].chars().map(shown).take(MOST_MARKED_COLUMNS).collect();
    let rest = text[end.max(start)..].chars().map(shown);
    let is_cut = text[start..end.max(start)].chars().nth(MOST_MARKED_COLUMNS).is_some();
    let mut after: Vec<char> = if is_cut { vec!['…'] } else { rest.take(COLUMNS_AROUND + 1).collect() };
    if after.len() > COLUMNS_AROUND {
        after[COLUMNS_AROUND] = '…';
    }
    let before_columns = before.iter().map(columns).sum();
    let marked_columns = within.iter().map(columns).sum();
    before.append(&mut within);
    before.append(&mut after);
    (before.into_iter().collect::<String>().trim_end().to_owned(), before_columns, marked_columns)
}

fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// Returns the name most like `name`, if one is so like it that it was probably meant.
pub(super) fn meant<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Option<String> {
    /// Below it names that share half their letters are offered for each other.
    const LEAST_LIKENESS: f64 = 0.8;
    let name = name.to_lowercase();
    let likeness = names.map(|known| (strsim::jaro_winkler(&name, known), known));
    let best = likeness.filter(|(likeness, _)| *likeness >= LEAST_LIKENESS).max_by(|a, b| a.0.total_cmp(&b.0));
    best.map(|(_, known)| known.to_owned())
}
