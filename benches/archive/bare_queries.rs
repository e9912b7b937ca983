//! What bare tantivy is asked where dateline is asked the same: its own queries, over the same fields.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::path::Path;

use anyhow::Result;
use chrono::{NaiveDate, NaiveTime};
use tantivy::query::{BooleanQuery, BoostQuery, Occur, PhraseQuery, Query, RangeQuery, RegexQuery, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::tokenizer::TokenStream as _;
use tantivy::{DateTime, Index, ReloadPolicy, Searcher, Term};

use crate::bare::STEMMED;

/// Shares of the score of a word in headline, lead and body, as dateline has them.
const WEIGHTS: [f32; STEMMED.len()] = [2.0, 0.5, 1.0];

/// The index of bare tantivy.
pub struct Bare {
    index: Index,
    pub searcher: Searcher,
    pub body: Field,
    headline: Field,
    date: Field,
    stemmed: [Field; STEMMED.len()],
    /// The words of headlines and bodies by their stems.
    inflections: BTreeMap<String, BTreeSet<String>>,
}

impl Bare {
    pub fn open(folder: &Path) -> Result<Self> {
        let index = Index::open_in_dir(folder)?;
        let schema = index.schema();
        let field = |name: &str| schema.get_field(name);
        let (headline, body, date) = (field("headline")?, field("body")?, field("date")?);
        let [in_headline, in_lead, in_body] = STEMMED.map(field);
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let stemmed = [in_headline?, in_lead?, in_body?];
        let inflections = BTreeMap::new();
        let mut bare = Self { searcher: reader.searcher(), body, headline, date, stemmed, inflections, index };
        for segment in bare.searcher.segment_readers() {
            for field in [headline, body] {
                let inverted = segment.inverted_index(field)?;
                let mut terms = inverted.terms().stream()?;
                while let Some((term, _)) = terms.next() {
                    let word = String::from_utf8_lossy(term).into_owned();
                    bare.inflections.entry(stem(&bare.index, &word)).or_default().insert(word);
                }
            }
        }
        Ok(bare)
    }

    /// As dateline looks for a bare word: its stem in headline, lead and body.
    pub fn word(&self, word: &str) -> Box<dyn Query> {
        let stem = self.stem(word);
        Self::any(
            self.stemmed.iter().zip(WEIGHTS).map(|(&field, weight)| -> Box<dyn Query> {
                Box::new(BoostQuery::new(Self::term(field, &stem), weight))
            }),
        )
    }

    pub fn in_body(&self, word: &str) -> Box<dyn Query> {
        Self::term(self.body, word)
    }

    pub fn phrase(&self, a: &str, b: &str, slop: u32) -> Box<dyn Query> {
        Self::any([self.headline, self.body].map(|field| Self::phrase_in(field, a, b, slop)))
    }

    /// As dateline looks for bare words near each other: any inflection of one near any of the other. The engine's phrases of
    /// expressions, which would be one query for each field, take longer than these.
    pub fn near_inflected(&self, a: &str, b: &str, slop: u32) -> Box<dyn Query> {
        self.near_inflected_in(&[self.headline, self.body], a, b, slop)
    }

    pub fn near_inflected_in_body(&self, a: &str, b: &str, slop: u32) -> Box<dyn Query> {
        self.near_inflected_in(&[self.body], a, b, slop)
    }

    fn near_inflected_in(&self, fields: &[Field], a: &str, b: &str, slop: u32) -> Box<dyn Query> {
        let forms = |word: &str| self.inflections.get(&self.stem(word)).into_iter().flatten();
        let pairs = forms(a).flat_map(|a| forms(b).map(move |b| (a, b)));
        Self::any(pairs.flat_map(|(a, b)| fields.iter().map(move |field| Self::phrase_in(*field, a, b, slop))))
    }

    pub fn phrase_in_body(&self, a: &str, b: &str, slop: u32) -> Box<dyn Query> {
        Self::phrase_in(self.body, a, b, slop)
    }

    pub fn beginning(&self, letters: &str) -> Result<Box<dyn Query>> {
        let parts = [self.headline, self.body].map(|field| Self::beginning_in(field, letters));
        Ok(Self::any(parts.into_iter().collect::<Result<Vec<_>>>()?))
    }

    pub fn beginning_in_body(&self, letters: &str) -> Result<Box<dyn Query>> {
        Self::beginning_in(self.body, letters)
    }

    /// Two years.
    pub fn days(&self) -> Box<dyn Query> {
        let first_of = |year| {
            let day = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default();
            let seconds = day.and_time(NaiveTime::MIN).and_utc().timestamp();
            Term::from_field_date_for_search(self.date, DateTime::from_timestamp_secs(seconds))
        };
        Box::new(RangeQuery::new(Bound::Included(first_of(2018)), Bound::Excluded(first_of(2020))))
    }

    pub fn all(parts: impl IntoIterator<Item = Box<dyn Query>>) -> Box<dyn Query> {
        Box::new(BooleanQuery::new(parts.into_iter().map(|part| (Occur::Must, part)).collect()))
    }

    pub fn any(parts: impl IntoIterator<Item = Box<dyn Query>>) -> Box<dyn Query> {
        Box::new(BooleanQuery::new(parts.into_iter().map(|part| (Occur::Should, part)).collect()))
    }

    fn term(field: Field, word: &str) -> Box<dyn Query> {
        Box::new(TermQuery::new(Term::from_field_text(field, word), IndexRecordOption::WithFreqs))
    }

    fn phrase_in(field: Field, a: &str, b: &str, slop: u32) -> Box<dyn Query> {
        let mut phrase = PhraseQuery::new([a, b].map(|word| Term::from_field_text(field, word)).to_vec());
        phrase.set_slop(slop);
        Box::new(phrase)
    }

    fn beginning_in(field: Field, letters: &str) -> Result<Box<dyn Query>> {
        Ok(Box::new(RegexQuery::from_pattern(&format!("{letters}.*"), field)?))
    }

    fn stem(&self, word: &str) -> String {
        stem(&self.index, word)
    }
}

fn stem(index: &Index, word: &str) -> String {
    let Some(mut analyzer) = index.tokenizers().get("en_stem") else { return word.to_owned() };
    let mut tokens = analyzer.token_stream(word);
    if tokens.advance() { tokens.token().text.clone() } else { word.to_owned() }
}
