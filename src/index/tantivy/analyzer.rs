//! Our words as the engine's tokens.

use tantivy::tokenizer::{PreTokenizedString, Token, TokenStream, Tokenizer, TokenizerManager};

use crate::index::words::{self, Word};

/// Names of the tokenizers in the index's metadata.
pub const WORDS: &str = "dateline_words";
pub const NAMES: &str = "dateline_names";

/// Stands at the first word of each value of a name field, so that nothing matches across two people.
pub const VALUE: &str = "\u{1}v";

/// Registers what the schema's text fields need; every `Index` that is opened needs it.
pub fn register(tokenizers: &TokenizerManager) {
    tokenizers.register(WORDS, Words { opens_with: None });
    tokenizers.register(NAMES, Words { opens_with: Some(VALUE) });
}

/// Cuts text with `words::cut`.
#[derive(Clone)]
struct Words {
    /// A term that stands before the first word, at its position.
    opens_with: Option<&'static str>,
}

struct Stream {
    words: std::vec::IntoIter<Word>,
    token: Token,
}

impl Tokenizer for Words {
    type TokenStream<'a> = Stream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream {
        let mut words = words::cut(text);
        if let (Some(opening), Some(first)) = (self.opens_with, words.first()) {
            words.insert(0, Word { folded: opening.to_owned(), ..first.clone() });
        }
        Stream { words: words.into_iter(), token: Token::default() }
    }
}

impl TokenStream for Stream {
    fn advance(&mut self) -> bool {
        let Some(word) = self.words.next() else { return false };
        self.token = token(word);
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

fn token(word: Word) -> Token {
    Token {
        offset_from: word.span.start,
        offset_to: word.span.end,
        position: word.position as usize,
        position_length: word.parts as usize,
        text: word.folded,
    }
}

/// Returns words that were cut before as text for the engine.
pub fn tokens(words: impl IntoIterator<Item = Word>) -> PreTokenizedString {
    PreTokenizedString { text: String::new(), tokens: words.into_iter().map(token).collect() }
}

/// Returns terms at given positions as text for the engine.
pub fn terms(terms: impl IntoIterator<Item = (u32, String)>) -> PreTokenizedString {
    let tokens =
        terms.into_iter().map(|(position, text)| Token { position: position as usize, text, ..Token::default() });
    PreTokenizedString { text: String::new(), tokens: tokens.collect() }
}
