//! In: text. Out: its words, folded, each with its place in the text. What is indexed, what a query's words become
//! and what is highlighted are all cut here, so that they agree.
//!
//! - Words are folded for case and accents; ’ and ' are one, a possessive 's is dropped, digits are ASCII.
//! - A hyphenated word gives its parts and, at the first part's position, the parts joined.
//! - `U.S.` is one word, `u.s.`; scripts written without spaces give one word a character; an emoji is a word.

use std::ops::Range;

pub use super::letters::fold;
use super::letters::{LONGEST_WORD_BYTES, fold_into, is_emoji, is_flag_letter, is_hyphen, stands_alone};
pub(crate) use super::letters::{is_apostrophe, is_letter};
use crate::article::Span;

/// Most parts of a hyphenated word that are also indexed joined.
const MOST_JOINED_PARTS: usize = 8;

/// One word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    pub folded: String,
    pub span: Span,
    pub position: u32,
    /// How many positions it covers: more than one for the joined form of a hyphenated word.
    pub parts: u32,
}

/// One word among `Words`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WordRef<'w> {
    pub folded: &'w str,
    pub span: Span,
    pub position: u32,
    /// As in `Word`.
    pub parts: u32,
}

/// The words of a text. Their folded forms stand in one string, because an archive has hundreds of millions of words
/// and one allocation for each would cost more than all the rest of indexing.
#[derive(Clone, Debug, Default)]
pub struct Words {
    folded: String,
    places: Vec<Place>,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    span: Span,
    /// Where its folded form ends; it starts where the one before ends.
    folded_end: usize,
    position: u32,
    parts: u32,
}

/// Takes the words of a text in their order; the joined form of a hyphenated word comes after its first part.
pub trait TakeWords {
    /// Takes a word of nothing but ASCII letters and digits, as it is printed: folded it is in small letters.
    fn plain(&mut self, printed: &str, span: Span, position: u32);

    fn folded(&mut self, word: WordRef<'_>);
}

impl TakeWords for Words {
    fn plain(&mut self, printed: &str, span: Span, position: u32) {
        let start = self.folded.len();
        self.folded.push_str(printed);
        self.folded[start..].make_ascii_lowercase();
        self.places.push(Place { span, folded_end: self.folded.len(), position, parts: 1 });
    }

    fn folded(&mut self, WordRef { folded, span, position, parts }: WordRef<'_>) {
        self.folded.push_str(folded);
        self.places.push(Place { span, folded_end: self.folded.len(), position, parts });
    }
}

/// Cuts `piece` of `text` into words at positions from `position` on; spans are those of `text`.
pub fn cut_piece(text: &str, piece: Span, position: u32, words: &mut impl TakeWords) {
    Cutter { text: piece.of(text), offset: piece.start, position, words }.run();
}

impl Words {
    pub fn len(&self) -> usize {
        self.places.len()
    }

    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Returns the word number `index`, if there are so many.
    pub fn get(&self, index: usize) -> Option<WordRef<'_>> {
        let place = self.places.get(index)?;
        let start = index.checked_sub(1).map_or(0, |before| self.places[before].folded_end);
        let folded = &self.folded[start..place.folded_end];
        Some(WordRef { folded, span: place.span, position: place.position, parts: place.parts })
    }

    pub fn last(&self) -> Option<WordRef<'_>> {
        self.get(self.len().checked_sub(1)?)
    }

    /// Returns the words in order; the joined form of a hyphenated word stands after its first part.
    pub fn iter(&self) -> impl Iterator<Item = WordRef<'_>> {
        (0..self.len()).map_while(|index| self.get(index))
    }

    /// Cuts `piece` of `text` and appends its words at the positions that follow; spans are those of `text`.
    pub fn push_piece(&mut self, text: &str, piece: Span) {
        let position = self.places.last().map_or(0, |last| last.position + 1);
        cut_piece(text, piece, position, self);
    }

    pub fn clear(&mut self) {
        self.folded.clear();
        self.places.clear();
    }
}

/// Returns the words of `text` in order; the joined form of a hyphenated word stands after its first part.
pub fn cut(text: &str) -> Vec<Word> {
    let mut words = Words::default();
    words.push_piece(text, Span::new(0, text.len()));
    let words = words.iter();
    words
        .map(|WordRef { folded, span, position, parts }| Word { folded: folded.to_owned(), span, position, parts })
        .collect()
}

/// Returns the numbers of those among the words of a text that start in `span`.
pub fn starting_within<W>(words: &[W], span_of: impl Fn(&W) -> Span, span: Span) -> Range<usize> {
    let start = words.partition_point(|word| span_of(word).start < span.start);
    let count = words[start..].partition_point(|word| span_of(word).start < span.end);
    start..start + count
}

/// Returns the numbers of the words of `piece` among those of all of `text`, or none where the piece alone may be cut
/// otherwise.
///
/// The words of an article are so cut and folded once, however often it is quoted from.
pub fn part<W>(words: &[W], span_of: impl Fn(&W) -> Span, text: &str, piece: Span) -> Option<Range<usize>> {
    let range = starting_within(words, &span_of, piece);
    let goes_on = words[range.clone()].iter().any(|word| span_of(word).end > piece.end);
    (stands_free(text, piece) && !goes_on).then_some(range)
}

/// Whether nothing around a piece of text can join its first or last word: it stands between spaces, marks of
/// quotation and the ends of sentences.
fn stands_free(text: &str, piece: Span) -> bool {
    let before = text[..piece.start].chars().next_back();
    let mut after = text[piece.end..].chars();
    let is_open = |char: char| char.is_whitespace() || matches!(char, '"' | '“' | '”' | '„' | '«' | '»' | '(' | '[');
    let is_close = |char: Option<char>| {
        char.is_none_or(|char| char.is_whitespace() || matches!(char, '"' | '“' | '”' | '«' | '»' | ')' | ']'))
    };
    before.is_none_or(is_open)
        && match after.next() {
            // Inside a number or between initials these join.
            Some('.' | ',') => is_close(after.next()),
            Some(';' | ':' | '!' | '?') => true,
            char => is_close(char),
        }
}

/// Letters before an apostrophe that belong to the next word: l'eau, qu'elle, dell'arte.
fn is_elided(before: &str, after: &str) -> bool {
    let mut letters = after.chars();
    let Some(first) = letters.next() else { return false };
    let starts_open = "aeiouhy".contains(first) && letters.nth(1).is_some();
    let short = before.chars().count() == 1 && "ldjmtsnc".contains(before);
    starts_open
        && (short
            || matches!(
                before,
                "qu" | "jusqu" | "lorsqu" | "puisqu" | "dell" | "nell" | "sull" | "dall" | "all" | "un" | "quest"
            ))
}

struct Cutter<'t, 'w, W> {
    text: &'t str,
    /// Where it starts in the text that it is a piece of.
    offset: usize,
    /// Of the next word.
    position: u32,
    words: &'w mut W,
}

/// A word between two hyphens, and how it joins what stands before it.
struct Part {
    folded: String,
    span: Span,
    joint: &'static str,
}

impl<W: TakeWords> Cutter<'_, '_, W> {
    fn run(&mut self) {
        let mut at = 0;
        while let Some(char) = self.char_at(at) {
            at = if is_letter(char) {
                self.word(at)
            } else if stands_alone(char) {
                self.character(at)
            } else if is_emoji(char) {
                self.emoji(at)
            } else {
                at + char.len_utf8()
            };
        }
    }

    fn char_at(&self, at: usize) -> Option<char> {
        // Most text is ASCII: the byte is the character.
        match self.text.as_bytes().get(at) {
            Some(&byte) if byte < 0x80 => Some(byte as char),
            Some(_) => self.text[at..].chars().next(),
            None => None,
        }
    }

    /// Hands over the next word, folded already.
    fn push(&mut self, folded: &str, span: Span) {
        if !folded.is_empty() {
            self.hand_over(folded, span, self.position, 1);
            self.position += 1;
        }
    }

    fn hand_over(&mut self, folded: &str, span: Span, position: u32, parts: u32) {
        let span = self.in_whole_text(span);
        self.words.folded(WordRef { folded, span, position, parts });
    }

    fn in_whole_text(&self, span: Span) -> Span {
        Span::new(self.offset + span.start, self.offset + span.end)
    }

    /// Hands over the word at `start` and returns its end, if nothing but ASCII letters and digits decides that: so it is
    /// with most words.
    fn plain(&mut self, start: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let end = start + bytes[start..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let is_whole = match bytes.get(end) {
            None => true,
            // A number may go on, or initials.
            Some(b'.' | b',') => end - start > 1 && !bytes[end - 1].is_ascii_digit(),
            // A compound, a contraction, an accent may go on.
            Some(b'-' | b'\'' | 0x80..) => false,
            Some(_) => true,
        };
        if !is_whole || !(1..=LONGEST_WORD_BYTES).contains(&(end - start)) {
            return None;
        }
        let span = self.in_whole_text(Span::new(start, end));
        self.words.plain(&self.text[start..end], span, self.position);
        self.position += 1;
        Some(end)
    }

    fn character(&mut self, start: usize) -> usize {
        let mut end = start + self.char_at(start).map_or(0, char::len_utf8);
        while let Some(char) = self.char_at(end) {
            let is_mark =
                unicode_normalization::char::is_combining_mark(char) || matches!(char, '\u{ff9e}' | '\u{ff9f}');
            if !is_mark {
                break;
            }
            end += char.len_utf8();
        }
        self.push(&fold(&self.text[start..end]), Span::new(start, end));
        end
    }

    fn emoji(&mut self, start: usize) -> usize {
        let first = self.char_at(start).unwrap_or_default();
        let mut end = start + first.len_utf8();
        if is_flag_letter(first)
            && let Some(second) = self.char_at(end).filter(|&second| is_flag_letter(second))
        {
            end += second.len_utf8();
        }
        while let Some(char) = self.char_at(end) {
            let joins = matches!(char, '\u{fe0f}' | '\u{200d}' | '\u{1f3fb}'..='\u{1f3ff}');
            let is_joined = is_emoji(char) && self.text[..end].ends_with('\u{200d}');
            if !joins && !is_joined {
                break;
            }
            end += char.len_utf8();
        }
        let folded: String = self.text[start..end].chars().filter(|char| !matches!(char, '\u{fe0f}')).collect();
        self.push(&folded, Span::new(start, end));
        end
    }

    /// Reads a word with all that is joined to it and returns where it ends.
    fn word(&mut self, start: usize) -> usize {
        if let Some(end) = self.plain(start) {
            return end;
        }
        let (first, mut end) = self.part(start, "");
        let mut more = Vec::new();
        while let Some((next, joint)) = self.joined(end) {
            let (part, part_end) = self.part(next, joint);
            end = part_end;
            more.push(part);
        }
        if more.is_empty() {
            self.elided_or_whole(first);
            return end;
        }
        let mut parts = vec![first];
        parts.append(&mut more);
        self.compound(parts);
        end
    }

    /// Returns where the next part of a hyphenated word starts, if one follows at `end`.
    fn joined(&self, end: usize) -> Option<(usize, &'static str)> {
        let hyphen = self.char_at(end).filter(|&char| is_hyphen(char))?;
        let next = end + hyphen.len_utf8();
        self.char_at(next).filter(|&char| is_letter(char)).map(|_| (next, ""))
    }

    /// Reads the letters, inner apostrophes and inner dots of one part.
    fn part(&self, start: usize, joint: &'static str) -> (Part, usize) {
        if let Some((folded, end)) = self.initials(start) {
            let span = Span::new(start, end);
            let end = self.skip_possessive(end);
            return (Part { folded, span, joint }, end);
        }
        let mut raw_end = self.letters(start);
        let mut resume = raw_end;
        let mut number = None;
        while let Some(char) = self.char_at(raw_end) {
            let after = raw_end + char.len_utf8();
            if is_apostrophe(char) && self.char_at(after).is_some_and(is_letter) {
                let piece_end = self.letters(after);
                if matches!(&self.text[after..piece_end], "s" | "S") {
                    resume = piece_end;
                    break;
                }
                raw_end = piece_end;
                resume = raw_end;
            } else if matches!(char, '.' | ',') && self.is_inside_number(start, raw_end, char) {
                let from = number.get_or_insert_with(|| self.text[start..raw_end].to_owned());
                let piece_end = self.letters(after);
                if char == '.' {
                    from.push('.');
                }
                from.push_str(&self.text[after..piece_end]);
                raw_end = piece_end;
                resume = raw_end;
            } else {
                break;
            }
        }
        let folded = fold(number.as_deref().unwrap_or(&self.text[start..raw_end]));
        (Part { folded, span: Span::new(start, raw_end), joint }, resume)
    }

    fn letters(&self, mut at: usize) -> usize {
        while let Some(char) = self.char_at(at).filter(|&char| is_letter(char)) {
            at += char.len_utf8();
        }
        at
    }

    fn skip_possessive(&self, end: usize) -> usize {
        let Some(mark) = self.char_at(end).filter(|&char| is_apostrophe(char)) else { return end };
        let after = end + mark.len_utf8();
        let piece_end = self.letters(after);
        if matches!(&self.text[after..piece_end], "s" | "S") { piece_end } else { end }
    }

    /// Whether a dot or comma stands inside a number: `3.5`, and `1,000` where three digits follow.
    fn is_inside_number(&self, start: usize, mark: usize, char: char) -> bool {
        let bytes = self.text.as_bytes();
        let digits_before = mark > start && bytes[mark - 1].is_ascii_digit();
        let after = &bytes[mark + 1..];
        let digits_after = after.iter().take_while(|byte| byte.is_ascii_digit()).count();
        match char {
            '.' => digits_before && digits_after > 0,
            _ => digits_before && digits_after == 3,
        }
    }

    /// Reads `U.S.`, `e.g.`, `U.S`: single letters between dots, two at least.
    fn initials(&self, start: usize) -> Option<(String, usize)> {
        let mut folded = String::new();
        let mut at = start;
        let mut end = start;
        let mut count = 0;
        loop {
            let letter = self.char_at(at).filter(|char| char.is_alphabetic() && is_letter(*char));
            let Some(letter) = letter else { break };
            let after = at + letter.len_utf8();
            let next = self.char_at(after);
            if next.is_some_and(is_letter) {
                // `U.Stan`: the last dot ended a sentence.
                break;
            }
            fold_into(letter.encode_utf8(&mut [0; 4]), &mut folded);
            folded.push('.');
            count += 1;
            end = after;
            if next != Some('.') {
                break;
            }
            end = after + 1;
            at = end;
        }
        // What follows is letters: nothing but whole single letters makes initials.
        (count >= 2 && !self.char_at(end).is_some_and(is_letter)).then_some((folded, end))
    }

    fn elided_or_whole(&mut self, part: Part) {
        let Some((before, after)) = part.folded.split_once('\'') else { return self.push(&part.folded, part.span) };
        if !is_elided(before, after) {
            return self.push(&part.folded, part.span);
        }
        let raw = part.span.of(self.text);
        let Some((offset, mark)) = raw.char_indices().find(|(_, char)| is_apostrophe(*char)) else {
            return self.push(&part.folded, part.span);
        };
        let split = part.span.start + offset;
        let (before, after) = (before.to_owned(), after.to_owned());
        self.compound(vec![
            Part { folded: before, span: Span::new(part.span.start, split), joint: "" },
            Part { folded: after, span: Span::new(split + mark.len_utf8(), part.span.end), joint: "'" },
        ]);
    }

    fn compound(&mut self, parts: Vec<Part>) {
        let parts: Vec<Part> = parts.into_iter().filter(|part| !part.folded.is_empty()).collect();
        let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return };
        let whole = Span::new(first.span.start, last.span.end);
        let count = parts.len();
        let joined: String = parts.iter().flat_map(|part| [part.joint, &part.folded]).collect();
        let is_joined = (2..=MOST_JOINED_PARTS).contains(&count) && joined.len() <= LONGEST_WORD_BYTES;
        for (index, part) in parts.iter().enumerate() {
            let position = self.position;
            self.push(&part.folded, part.span);
            if index == 0 && is_joined {
                self.hand_over(&joined, whole, position, count as u32);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let words = cut(text);
        let shown = words.iter().map(|word| match word.parts {
            1 => format!("{}{}", word.position, word.folded),
            parts => format!("{}+{parts}{}", word.position, word.folded),
        });
        shown.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn words_are_cut_and_folded() {
        for (name, text, expected) in [
            ("plain", "The path, for talks.", "0the 1path 2for 3talks"),
            ("accents", "Café Ångström naïve Đurić", "0cafe 1angstrom 2naive 3duric"),
            ("accents composed and not", "e\u{301}t\u{e9}", "0ete"),
            ("sharp s, ligatures", "Straße ﬁn æon", "0strasse 1fin 2aeon"),
            // Apostrophes.
            ("possessive, straight and curly", "Iran's Iran’s officials' S's", "0iran 1iran 2officials 3s"),
            ("contraction is one word", "don't don’t O’Brien", "0don't 1don't 2o'brien"),
            ("elision is two", "l’Iran qu'elle", "0l 0+2l'iran 1iran 2qu 2+2qu'elle 3elle"),
            ("not an elision", "d'Arc rock'n'roll", "0d 0+2d'arc 1arc 2rock'n'roll"),
            ("single quotes around", "'so he said'", "0so 1he 2said"),
            // Hyphens.
            ("hyphen", "cease-fire deal", "0cease 0+2ceasefire 1fire 2deal"),
            ("three parts", "state-of-siege", "0state 0+3stateofsiege 1of 2siege"),
            ("dangling hyphens", "pre- and -post", "0pre 1and 2post"),
            ("soft hyphen", "cease\u{ad}fire", "0ceasefire"),
            ("possessive compound", "vice-president's", "0vice 0+2vicepresident 1president"),
            ("dash is no hyphen", "talks–missiles talks—now", "0talks 1missiles 2talks 3now"),
            // Dots.
            ("initials", "U.S. u.s. U.S U.N.'s", "0u.s. 1u.s. 2u.s. 3u.n."),
            ("initials end", "in the U.S.A. Then", "0in 1the 2u.s.a. 3then"),
            ("initials in a compound", "U.S.-led", "0u.s. 0+2u.s.led 1led"),
            ("one letter is none", "plan B. Then", "0plan 1b 2then"),
            ("capitals", "US us NATO", "0us 1us 2nato"),
            // Numbers.
            ("numbers", "1,000 3.5 20:48 9/11 1,00", "01000 13.5 220 348 49 511 61 700"),
            ("grouped twice", "1,234,567.89", "01234567.89"),
            ("end of a sentence", "in 1987.", "0in 11987"),
            ("other digits", "۱۲۳ ٤٥", "0123 145"),
            // Scripts.
            ("cyrillic keeps its short i", "Й Ёлка", "0й 1елка"),
            ("arabic folds", "إيران مُحَمَّد", "0ايران 1محمد"),
            ("persian letters", "ایران", "0ايران"),
            ("persian compound", "می\u{200c}خواهد", "0مي 0+2ميخواهد 1خواهد"),
            ("chinese by character", "北京 said", "0北 1京 2said"),
            ("korean by syllable", "서울에", "0서 1울 2에"),
            ("greek", "Σίσυφος", "0σισυφοσ"),
            ("emoji", "ok 👍🏽 ❤️ 🇮🇷🇺🇸", "0ok 1👍🏽 2❤ 3🇮🇷 4🇺🇸"),
            ("full width", "ＮＡＴＯ", "0nato"),
            ("nothing", " \u{200f}—… $", ""),
        ] {
            assert_eq!(shown(text), expected, "{name}");
        }
    }

    #[test]
    fn spans_cut_the_word() {
        let text = "“Iran’s cease-fire,” he said in the U.S.";
        let cut: Vec<_> = cut(text).into_iter().map(|word| word.span.of(text).to_owned()).collect();
        assert_eq!(cut, ["Iran", "cease", "cease-fire", "fire", "he", "said", "in", "the", "U.S."]);
    }

    #[test]
    fn long_words_are_cut_alike() {
        assert_eq!(cut(&"x".repeat(3000))[0].folded.len(), LONGEST_WORD_BYTES);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_cut_in_order(text in "\\PC{0,60}") {
            let words = cut(&text);
            for pair in words.windows(2) {
                assert!(pair[0].position <= pair[1].position);
                assert!(pair[0].span.start <= pair[1].span.start);
            }
            for word in &words {
                assert!(!word.folded.is_empty());
                assert!(!word.span.of(&text).is_empty());
            }
        }

        #[test]
        fn a_part_is_cut_as_a_piece_or_not_at_all(
            text in "[a-zA-Z0-9.,'’“” é\\-\u{300}]{0,30}", ends in (0_usize..30, 0_usize..30)
        ) {
            let mut offsets = text.char_indices().map(|(offset, _)| offset).chain([text.len()]).cycle();
            let (a, b) = (offsets.clone().nth(ends.0).unwrap(), offsets.nth(ends.1).unwrap());
            let piece = Span::new(a.min(b), a.max(b));
            let (mut whole, mut alone) = (Words::default(), Words::default());
            whole.push_piece(&text, Span::new(0, text.len()));
            alone.push_piece(&text, piece);
            if let Some(range) = part(&whole.places, |place| place.span, &text, piece) {
                let first = whole.get(range.start).map_or(0, |word| word.position);
                let words = range.filter_map(|index| whole.get(index));
                let part: Vec<_> = words.map(|word| WordRef { position: word.position - first, ..word }).collect();
                assert_eq!(part, alone.iter().collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn parts_that_stand_free_are_taken_from_the_whole() {
        for (text, piece, is_free) in [
            ("He said “the U.S. will not wait” twice.", "the U.S. will not wait", true),
            ("He said it was 3.", "it was 3", true),
            ("He said it was 3.5 then.", "it was 3", false),
            ("the U.S. said", "the U.S", false),
            ("Iran's talks", "Iran", false),
            ("a cease-fire held", "fire held", false),
        ] {
            let start = text.find(piece).unwrap();
            let mut whole = Words::default();
            whole.push_piece(text, Span::new(0, text.len()));
            let part = part(&whole.places, |place| place.span, text, Span::new(start, start + piece.len()));
            assert_eq!(part.is_some(), is_free, "{piece}");
        }
    }
}
