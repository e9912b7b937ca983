//! Our words as the engine's tokens.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer, TokenizerManager};

use crate::article::Span;
use crate::index::packed::{self, Terms};
use crate::index::words::Words;

/// Names of the tokenizers in the index's metadata.
pub const WORDS: &str = "dateline_words";
pub const NAMES: &str = "dateline_names";
pub const PACKED: &str = "dateline_packed";

/// Stands at the first word of each value of a name field, so that nothing matches across two people.
pub const VALUE: &str = "\u{1}v";

/// Registers what the schema's text fields need; every `Index` that is opened needs it.
pub fn register(tokenizers: &TokenizerManager) {
    tokenizers.register(WORDS, WordTokenizer::default());
    tokenizers.register(NAMES, WordTokenizer { opens_with: Some(VALUE), ..WordTokenizer::default() });
    tokenizers.register(PACKED, PackedTokenizer::default());
}

/// Cuts text as `words::cut` does.
#[derive(Clone, Default)]
struct WordTokenizer {
    /// A term that stands before the first word, at its position.
    opens_with: Option<&'static str>,
    words: Words,
    token: Token,
}

struct WordStream<'t> {
    words: &'t Words,
    token: &'t mut Token,
    opens_with: Option<&'static str>,
    next: usize,
}

impl Tokenizer for WordTokenizer {
    type TokenStream<'t> = WordStream<'t>;

    fn token_stream<'t>(&'t mut self, text: &'t str) -> WordStream<'t> {
        self.words.clear();
        self.words.push_piece(text, Span::new(0, text.len()));
        WordStream { words: &self.words, token: &mut self.token, opens_with: self.opens_with, next: 0 }
    }
}

impl TokenStream for WordStream<'_> {
    fn advance(&mut self) -> bool {
        let Some(word) = self.words.get(self.next) else { return false };
        self.token.text.clear();
        match self.opens_with.take() {
            Some(opening) => self.token.text.push_str(opening),
            None => {
                self.token.text.push_str(word.folded);
                self.next += 1;
            }
        }
        self.token.offset_from = word.span.start;
        self.token.offset_to = word.span.end;
        self.token.position = word.position as usize;
        self.token.position_length = word.parts as usize;
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

/// Reads what `Packed` holds.
#[derive(Clone, Default)]
struct PackedTokenizer {
    token: Token,
}

struct PackedStream<'t> {
    terms: Terms<'t>,
    token: &'t mut Token,
}

impl Tokenizer for PackedTokenizer {
    type TokenStream<'t> = PackedStream<'t>;

    fn token_stream<'t>(&'t mut self, text: &'t str) -> PackedStream<'t> {
        PackedStream { terms: packed::terms(text), token: &mut self.token }
    }
}

impl TokenStream for PackedStream<'_> {
    fn advance(&mut self) -> bool {
        let Some((position, term)) = self.terms.next() else { return false };
        self.token.text.clear();
        self.token.text.push_str(term);
        self.token.position = position as usize;
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}
