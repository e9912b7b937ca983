//! Pairs quotation marks of every style.
//!
//! A mark that is left open ends with its paragraph, and where the next paragraph opens with a mark the quotation
//! goes on there, as newspapers print speeches.

use super::token::{Mark, Shape, Token, TokenRange};
use crate::language::Class;

/// What stands between two quotation marks, in one paragraph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quotation {
    /// From the opening mark to the closing mark, both inside.
    pub tokens: TokenRange,
    /// Whether a closing mark was printed.
    pub closed: bool,
    /// How many words stand inside.
    pub words: usize,
}

/// How a quotation that is open will close.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Closing {
    /// The same straight mark: `"`.
    Straight,
    /// Two apostrophes: ''.
    Apostrophes,
    /// One of these.
    OneOf(&'static str),
    /// A single mark before something that is no letter.
    Single,
}

/// Returns the quotations and numbers the tokens inside them.
pub fn pair_quotation_marks(text: &str, tokens: &mut [Token], paragraphs: &[TokenRange]) -> Vec<Quotation> {
    let mut quotations: Vec<Quotation> = Vec::new();
    // One alone is a quotation that begins with a word in capitals: "WARNING: Do not enter".
    let is_transcript = paragraphs.iter().filter(|paragraph| opens_turn(tokens, **paragraph)).nth(1).is_some();
    for &paragraph in paragraphs {
        let mut open: Option<(usize, Closing)> = None;
        let mut resuming = resumptions(text, tokens, paragraph);
        for index in paragraph.indices() {
            let token = tokens[index];
            if !matches!(token.mark, Mark::Quote | Mark::SingleQuote) {
                continue;
            }
            match open {
                None => {
                    let opens_turn = || is_transcript && index == paragraph.start && opens_turn(tokens, paragraph);
                    if marks_extract(text, tokens, index, paragraph) || opens_turn() {
                        continue;
                    }
                    if let Some(closing) = opens(text, tokens, index, paragraph) {
                        open = Some((index, closing));
                    }
                }
                Some((start, closing)) => {
                    while resuming.last().is_some_and(|&mark| mark < index) {
                        resuming.pop();
                    }
                    if closing == Closing::Straight && resuming.last() == Some(&index) {
                        continue;
                    }
                    if closes(text, tokens, index, paragraph, closing) {
                        quotations.push(quotation(tokens, start, index + 1, true));
                        open = None;
                    }
                }
            }
        }
        if let Some((start, _)) = open {
            quotations.push(quotation(tokens, start, paragraph.end, false));
        }
    }
    for (number, quotation) in quotations.iter().enumerate() {
        for token in &mut tokens[quotation.tokens.indices()] {
            token.quotation = (number + 1).min(u16::MAX as usize) as u16;
        }
    }
    quotations
}

fn quotation(tokens: &[Token], start: usize, end: usize, closed: bool) -> Quotation {
    let words = tokens[start..end].iter().filter(|token| token.is_word()).count();
    Quotation { tokens: TokenRange::new(start, end), closed, words }
}

/// Whether a straight mark only says that the paragraph is an extract from elsewhere: it opens the paragraph, nothing
/// closes it, and what is quoted inside has marks of another style.
fn marks_extract(text: &str, tokens: &[Token], index: usize, paragraph: TokenRange) -> bool {
    if index != paragraph.start || tokens[index].span().of(text) != "\"" {
        return false;
    }
    let mut others = tokens[index + 1..paragraph.end].iter().filter(|token| token.mark == Mark::Quote);
    let straight = others.clone().any(|token| token.span().of(text) == "\"");
    !straight && others.any(|token| token.span().of(text) == "“")
}

/// Whether a mark at the beginning of a paragraph says that an extract goes on, which is a transcript: the name of the next
/// speaker follows, and what is said begins behind its colon; or a stage direction in brackets does.
fn opens_turn(tokens: &[Token], paragraph: TokenRange) -> bool {
    let Some((first, behind)) = tokens[paragraph.indices()].split_first() else { return false };
    if first.mark != Mark::Quote {
        return false;
    }
    if behind.first().is_some_and(|token| token.mark == Mark::OpenBracket) {
        let inside = behind.iter().take_while(|token| token.mark != Mark::CloseBracket).count();
        return behind[inside..].len() == 1;
    }
    begins_with_label(behind)
}

/// Whether a name in capitals and a colon come first: the label of a turn, "MRS. ROE:".
pub(super) fn begins_with_label(tokens: &[Token]) -> bool {
    let name = tokens.iter().take_while(|token| is_of_label(token)).count();
    (1..=MOST_WORDS_OF_LABEL).contains(&name) && tokens.get(name).is_some_and(|token| token.mark == Mark::Colon)
}

/// Whether a word may stand in the label of a turn: capitals, or a title before them.
pub(super) fn is_of_label(token: &Token) -> bool {
    token.shape.has(Shape::ALL_CAPITALS) || token.shape.has(Shape::STOP_INSIDE) && token.is(Class::Title)
}

/// Words of the longest label of a turn.
pub(super) const MOST_WORDS_OF_LABEL: usize = 4;

/// Whether white space or an opening bracket or dash stands before the mark, and none behind it.
fn stands_before_word(tokens: &[Token], index: usize, paragraph: TokenRange) -> bool {
    let spaced = index == paragraph.start
        || tokens[index].shape.has(Shape::SPACE_BEFORE)
        || matches!(tokens[index - 1].mark, Mark::Dash | Mark::OpenBracket | Mark::Quote | Mark::SingleQuote);
    let glued = tokens[index + 1..paragraph.end].first().is_some_and(|next| !next.shape.has(Shape::SPACE_BEFORE));
    spaced && glued
}

/// Whether a word or another mark stands glued before the mark, and none glued behind it.
fn stands_behind_word(tokens: &[Token], index: usize, paragraph: TokenRange) -> bool {
    let glued = index > paragraph.start && !tokens[index].shape.has(Shape::SPACE_BEFORE);
    let next = tokens[index + 1..paragraph.end].first();
    glued && next.is_none_or(|next| next.shape.has(Shape::SPACE_BEFORE) || !next.is_word())
}

/// Returns the straight marks of a paragraph that, inside an open quotation, open a further paragraph of the speech, where
/// the break before it was lost: they stand before a word and behind the end of a sentence, and of the marks that follow
/// the first one that does not do the same closes something. The last one comes first.
fn resumptions(text: &str, tokens: &[Token], paragraph: TokenRange) -> Vec<usize> {
    let starts_sentence = |index: usize| {
        index > paragraph.start
            && matches!(tokens[index - 1].mark, Mark::Stop | Mark::Question | Mark::Exclamation | Mark::Ellipsis)
            && stands_before_word(tokens, index, paragraph)
    };
    let mut resuming = Vec::new();
    let mut is_closed_later = false;
    for index in paragraph.indices().rev() {
        if tokens[index].mark != Mark::Quote || tokens[index].span().of(text) != "\"" {
            continue;
        }
        if !starts_sentence(index) {
            is_closed_later = stands_behind_word(tokens, index, paragraph);
        } else if is_closed_later {
            resuming.push(index);
        }
    }
    resuming
}

fn opens(text: &str, tokens: &[Token], index: usize, paragraph: TokenRange) -> Option<Closing> {
    let mark = tokens[index].span().of(text);
    Some(match mark {
        "“" | "‟" => Closing::OneOf("”\""),
        "„" => Closing::OneOf("“”\""),
        "«" => Closing::OneOf("»"),
        "「" => Closing::OneOf("」"),
        "『" => Closing::OneOf("』"),
        "\"" | "＂" if !stands_behind_word(tokens, index, paragraph) => Closing::Straight,
        "''" | "``" => Closing::Apostrophes,
        // Written the wrong way round, or German: »so«.
        "”" | "»" if stands_before_word(tokens, index, paragraph) => {
            if mark == "»" {
                Closing::OneOf("«»")
            } else {
                Closing::OneOf("”“\"")
            }
        }
        "‘" | "'" | "‹" | "‚" if stands_before_word(tokens, index, paragraph) => {
            let next = tokens.get(index + 1).map_or("", |next| next.span().of(text));
            // "since '71, she": a year that no word follows.
            let is_year = next.len() == 2
                && next.bytes().all(|byte| byte.is_ascii_digit())
                && (index + 2 >= paragraph.end || !tokens[index + 2].is_word());
            if is_decade(next) || is_year {
                return None;
            }
            // "'em": an apostrophe, unless something closes it.
            let closes_later = (index + 2..paragraph.end)
                .take(MOST_TOKENS_IN_SINGLE_MARKS)
                .any(|later| closes(text, tokens, later, paragraph, Closing::Single));
            if !closes_later {
                return None;
            }
            Closing::Single
        }
        _ => return None,
    })
}

/// Whether a word is a decade whose century an apostrophe leaves out: "'90s".
fn is_decade(word: &str) -> bool {
    word.len() == 3 && word.ends_with("0s") && word.starts_with(|first: char| first.is_ascii_digit())
}

/// A quotation in single marks that is longer is taken for an apostrophe and a later plural genitive.
const MOST_TOKENS_IN_SINGLE_MARKS: usize = 120;

fn closes(text: &str, tokens: &[Token], index: usize, paragraph: TokenRange, closing: Closing) -> bool {
    let token = tokens[index];
    let mark = token.span().of(text);
    match closing {
        Closing::Straight => {
            mark == "\"" || mark == "＂" || (mark == "”" && !stands_before_word(tokens, index, paragraph))
        }
        Closing::Apostrophes => mark == "''" || mark == "\"",
        Closing::OneOf(marks) => marks.contains(mark),
        Closing::Single => {
            let spaced = tokens[index + 1..paragraph.end]
                .first()
                .is_none_or(|next| next.shape.has(Shape::SPACE_BEFORE) || !next.is_word());
            matches!(mark, "’" | "'" | "›" | "‘") && spaced && !token.shape.has(Shape::SPACE_BEFORE)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use crate::article::lines;
    use crate::language::{LANGUAGES, Lexicon};
    use crate::statement::token::Analysis;

    static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| (LANGUAGES[0].lexicon)());

    /// A text, a paragraph a line, and its quotations.
    const CASES: &[(&str, &[&str])] = &[
        ("No one spoke.", &[]),
        ("\"No,\" she said. \"Not now.\"", &["\"No,\"", "\"Not now.\""]),
        ("“No,” she said, “it was ‘fine’ then.”", &["“No,”", "“it was ‘fine’ then.”"]),
        ("„Nein“, sagte er. «Non», dit-elle.", &["„Nein“", "«Non»"]),
        ("The '90s were Jones' best years.", &[]),
        ("She came in '71, and said 'no'.", &["'no'"]),
        ("They called it 'a gift', she said.", &["'a gift'"]),
        // Left open, to go on in the next paragraph.
        ("\"The bridge stands.\n\"It will stand,\" she said.", &["\"The bridge stands.", "\"It will stand,\""]),
        // The same where the break between both paragraphs was lost.
        ("\"It stands. \"It will stand,\" she said.", &["\"It stands. \"It will stand,\""]),
        ("\"It stands. \"It will. \"It must!\" Mr Roe went.", &["\"It stands. \"It will. \"It must!\""]),
        ("“It stands. “It will stand,” she said.", &["“It stands. “It will stand,”"]),
        // A space on the wrong side of a mark changes nothing where others do not bear it out.
        ("\"It stands. \"She left. \"It will.\"", &["\"It stands. \"She left. \"It will.\""]),
        ("\"It stands, \"she said. The end.", &["\"It stands, \""]),
        ("\" It stands , \" she said .", &["\" It stands , \""]),
        ("\"It stands. \"she said.", &["\"It stands. \""]),
        // A transcript inside of marks: whoever speaks next opens the paragraph.
        ("\"ROE: It stands.\n\"DE VRIES: It fell!\"", &[]),
        ("“ROE: It is ‘fine’.\n“POE: “No.”", &["‘fine’", "“No.”"]),
        ("\"ROE: It stands.\n\"(LAUGHTER.)\n\"(Laughter.) It fell.", &["\"(Laughter.) It fell."]),
        ("\"WARNING: DO NOT ENTER,\" the sign said.", &["\"WARNING: DO NOT ENTER,\""]),
        ("\"Roe: It stands.\n\"NO: NOT NOW,\" he said.", &["\"Roe: It stands.", "\"NO: NOT NOW,\""]),
        ("\"IT: A HISTORY OF FOUR WORDS TOO MANY\"", &["\"IT: A HISTORY OF FOUR WORDS TOO MANY\""]),
        ("\"IT IS SO VERY: LATE.", &["\"IT IS SO VERY: LATE."]),
        // What closes nothing opens nothing.
        ("It stands,\" she said. \"It will.\"", &["\"It will.\""]),
        ("He is 6'2\" tall, and said \"No.\"", &["\"No.\""]),
        ("She said:\"No.\"", &["\"No.\""]),
    ];

    #[test]
    fn marks_are_paired() {
        for &(text, expected) in CASES {
            let analysis = Analysis::new(text, &lines(text), &LEXICON);
            let found = analysis.quotations.iter().map(|quotation| analysis.span(quotation.tokens).of(text));
            assert_eq!(found.collect::<Vec<_>>(), expected, "{text}");
        }
    }
}
