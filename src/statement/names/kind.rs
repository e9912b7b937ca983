//! Tells persons, organisations and places by their names.

use std::borrow::Cow;

use super::{Cutter, is_outlet, is_suffix};
use crate::language::NameList;
use crate::language::en::people;
use crate::statement::people::BearerKind;
use crate::statement::token::{Shape, TokenRange};

impl Cutter<'_, '_> {
    /// Returns what bears a name of these folded words.
    pub(super) fn kind(&self, words: &[Cow<'_, str>], tokens: TokenRange, is_titled: bool) -> BearerKind {
        // A mark before or between the words is none of them: the first word of “Jim” Church is no first token.
        let may_begin_in = |list| words.len() < tokens.len() || self.text.may_be_in(list, tokens.start);
        let may_be_place = || may_begin_in(if words.len() == 1 { NameList::Place } else { NameList::BeginsPlace });
        let is_place = || match words {
            [word] => people::is_place(word),
            _ => people::is_place(&words.join(" ")),
        };
        if !is_titled && may_be_place() && is_place() {
            return BearerKind::Place;
        }
        if is_outlet(self.text, tokens, self.sentence.end) {
            return BearerKind::Organisation;
        }
        let may_have_organisation_word =
            tokens.indices().any(|index| self.text.may_be_in(NameList::OrganisationWord, index));
        let has_organisation_word =
            may_have_organisation_word && words.iter().any(|word| people::is_organisation_word(word));
        // "Roe & Doe".
        let is_partnership = tokens.indices().any(|index| self.text.word(index) == "&");
        let ends_in_organisation_word =
            has_organisation_word && words.last().is_some_and(|word| people::is_organisation_word(word));
        let is_joined = words.iter().any(|word| matches!(&**word, "of" | "for" | "and"));
        let begins_with_given_name =
            words.len() >= 2 && may_begin_in(NameList::GivenName) && people::gender_of_given_name(&words[0]).is_some();
        if words.len() >= 2
            && (ends_in_organisation_word || is_joined || is_partnership)
            && !(is_titled && begins_with_given_name)
        {
            return BearerKind::Organisation;
        }
        // "lead manager Norland Bank Holding": the noun before it says what the body does.
        if words.len() >= 2 && has_organisation_word && is_titled && !begins_with_given_name {
            return BearerKind::Organisation;
        }
        if is_titled || begins_with_given_name {
            return BearerKind::Person;
        }
        let first = &self.text.tokens[tokens.start];
        let is_acronym = words.len() == 1
            && first.shape.has(Shape::ALL_CAPITALS)
            && words[0].len() >= 2
            && !first.shape.has(Shape::HYPHEN);
        // "NewsTown", "eMarket": people are not written so, but for "McRoe" and "DeLoe".
        let written = self.text.word(tokens.start);
        let is_trademark = words.len() == 1 && {
            let humps = written.char_indices().skip(1).filter(|(_, c)| c.is_uppercase()).map(|(at, _)| at);
            humps.min().is_some_and(|at| at > 3) && !first.shape.has(Shape::HYPHEN)
        };
        if has_organisation_word || is_acronym || is_trademark {
            return BearerKind::Organisation;
        }
        let has_initial = tokens.indices().skip(1).any(|index| {
            let word = self.text.word(index);
            index + 1 < tokens.end && word.len() == 2 && word.ends_with('.')
        });
        let has_suffix = tokens.len() >= 3 && is_suffix(self.text.word(tokens.end - 1));
        if words.len() >= 2 && (has_initial || has_suffix) { BearerKind::Person } else { BearerKind::Unknown }
    }
}

#[cfg(test)]
mod tests {
    use super::super::cut_names;
    use super::*;
    use crate::article::Article;
    use crate::language::LANGUAGES;
    use crate::statement::StatementField;
    use crate::statement::token::Analysis;

    #[test]
    fn names_tell_what_bears_them() {
        use BearerKind::{Organisation, Person, Place, Unknown};
        let rows = [
            ("Jane Stahl said the plan was late.", "Jane Stahl", Person),
            ("Old friends of Dr. Stahl said the plan was late.", "Stahl", Person),
            ("Then the Stahl Bank said the plan was late.", "Stahl Bank", Organisation),
            ("Then Stahl & Krone said the plan was late.", "Stahl & Krone", Organisation),
            ("Then the plan came to Germany.", "Germany", Place),
            ("Then Stahl Krone said the plan was late.", "Stahl Krone", Unknown),
            // Of a titled person the given name outweighs the word of a body, in quotation marks, too.
            ("Dr. Jim Church said the plan was late.", "Jim Church", Person),
            ("Dr. “Jim” Church said the plan was late.", "“Jim” Church", Person),
        ];
        let lexicon = (LANGUAGES[0].lexicon)();
        for (body, name, expected) in rows {
            let article = Article::of_lines(body);
            let text = Analysis::new(&article.body, &article.paragraphs, &lexicon);
            let mut chunks = Vec::new();
            cut_names(&text, StatementField::Body, text.sentences[0], 0, &mut chunks);
            let chunks = chunks.iter().filter(|chunk| !chunk.is_doubtful);
            let found: Vec<_> = chunks.map(|chunk| (text.span(chunk.tokens).of(body), chunk.kind)).collect();
            assert_eq!(found, [(name, expected)], "{body}");
        }
    }
}
