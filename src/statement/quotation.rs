//! Pairs quotation marks of every style.
//!
//! A mark that is left open ends with its paragraph, and where the next paragraph opens with a mark the quotation
//! goes on there, as newspapers print speeches.

use super::token::{Mark, Shape, Token, TokenRange};

/// What stands between two quotation marks, in one paragraph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quotation {
    /// From the opening mark to the closing mark, both inside.
    pub tokens: TokenRange,
    /// Whether a closing mark was printed.
    pub closed: bool,
    /// Whether it goes on from a quotation that the paragraph before left open.
    pub continues: bool,
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
    let mut left_open = false;
    for &paragraph in paragraphs {
        let first_of_paragraph = quotations.len();
        let mut open: Option<(usize, Closing)> = None;
        for index in paragraph.indices() {
            let token = tokens[index];
            if !matches!(token.mark, Mark::Quote | Mark::SingleQuote) {
                continue;
            }
            match open {
                None => {
                    if marks_extract(text, tokens, index, paragraph) {
                        continue;
                    }
                    if let Some(closing) = opens(text, tokens, index, paragraph) {
                        open = Some((index, closing));
                    }
                }
                Some((start, closing)) => {
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
        if let Some(first) = quotations.get_mut(first_of_paragraph) {
            first.continues = left_open && first.tokens.start == paragraph.start;
        }
        left_open = open.is_some();
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
    Quotation { tokens: TokenRange::new(start, end), closed, continues: false, words }
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

/// Whether white space or an opening bracket or dash stands before the mark, and none behind it.
fn stands_before_word(tokens: &[Token], index: usize, paragraph: TokenRange) -> bool {
    let spaced = index == paragraph.start
        || tokens[index].shape.has(Shape::SPACE_BEFORE)
        || matches!(tokens[index - 1].mark, Mark::Dash | Mark::OpenBracket | Mark::Quote | Mark::SingleQuote);
    let glued = tokens[index + 1..paragraph.end].first().is_some_and(|next| !next.shape.has(Shape::SPACE_BEFORE));
    spaced && glued
}

fn opens(text: &str, tokens: &[Token], index: usize, paragraph: TokenRange) -> Option<Closing> {
    let mark = tokens[index].span().of(text);
    Some(match mark {
        "“" | "‟" => Closing::OneOf("”\""),
        "„" => Closing::OneOf("“”\""),
        "«" => Closing::OneOf("»"),
        "「" => Closing::OneOf("」"),
        "『" => Closing::OneOf("』"),
        "\"" | "＂" => Closing::Straight,
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
            // "'90s", "'em": an apostrophe, unless something closes it.
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
