//! Teaches the tagger: two averaged perceptrons from what another tagger and parser said of a text.

use super::certain::Counted;
use super::{
    Context, FIRST_PART, FIRST_TAG, History, Memory, PART_WORDS, Part, PartContext, ROWS, TAG_WORDS, Table, TagContext,
    Tagger, WORDS_BESIDE, certain_part, look_ahead, read_tags,
};
use crate::language::{Class, Classes, Frame};
use crate::statement::nibbles::{NIBBLES, ZERO, pack};
use crate::statement::token::{Analysis, Shape, Token};
use crate::statement::unit::{Tag, Unit};

/// A unit's true tag and part, as another parser gave them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lesson {
    pub tag: Tag,
    pub part: Part,
}

/// Returns the tag that a word has where a parser of English gave it a Penn tag and a dependency.
pub fn tag_of_penn(token: &Token, penn: &str, dependency: &str) -> Tag {
    const NOUNS: &[(Class, Tag)] = &[
        (Class::Month, Tag::Time),
        (Class::Weekday, Tag::Time),
        (Class::Number, Tag::Number),
        (Class::TimeWord, Tag::Time),
        (Class::Role, Tag::Role),
        (Class::Organisation, Tag::Organisation),
        (Class::Document, Tag::Document),
        (Class::SpeechNoun, Tag::SpeechNoun),
    ];
    let capital = token.shape.has(Shape::CAPITAL) && !token.shape.has(Shape::SENTENCE_START);
    let listed = |classes: &[Class]| token.classes.meets(Classes::of(classes));
    match penn {
        "MD" => Tag::Modal,
        _ if penn.starts_with("VB") && listed(&[Class::Be]) => Tag::Be,
        _ if penn.starts_with("VB") && listed(&[Class::Have]) => Tag::Have,
        _ if penn.starts_with("VB") && listed(&[Class::Do]) => Tag::Do,
        "VBG" if token.frame == Some(Frame::According) => Tag::According,
        "VB" => Tag::VerbBase,
        "VBP" | "VBZ" => Tag::VerbThird,
        "VBD" => Tag::VerbPast,
        "VBN" => Tag::VerbParticiple,
        "VBG" => Tag::VerbGerund,
        "NNP" | "NNPS" if token.is(Class::Title) => Tag::Title,
        "NNP" | "NNPS" if listed(&[Class::Month, Class::Weekday]) => Tag::Time,
        "NNP" | "NNPS" => Tag::Name,
        "NN" | "NNS" if !capital && let Some(&(_, tag)) = NOUNS.iter().find(|(class, _)| token.is(*class)) => tag,
        "NNS" => Tag::Plural,
        "JJ" | "JJR" | "JJS" | "AFX" => Tag::Adjective,
        "RB" | "RBR" | "RBS" if token.is(Class::Negation) => Tag::Negation,
        "RB" | "RBR" | "RBS" => Tag::Adverb,
        "RP" => Tag::Particle,
        "IN" if token.frame == Some(Frame::According) => Tag::According,
        "IN" if token.is(Class::That) => Tag::That,
        "IN" if dependency == "mark" => Tag::Subordinator,
        "IN" => Tag::Preposition,
        "TO" => Tag::To,
        "DT" | "PDT" if dependency.starts_with("nsubj") || dependency == "dobj" => Tag::Empty,
        "DT" | "PDT" => Tag::Determiner,
        "PRP" if listed(&[Class::EmptyPronoun]) => Tag::Empty,
        "PRP" if listed(&[Class::SubjectPronoun]) => Tag::Subject,
        "PRP" => Tag::Object,
        "PRP$" | "POS" | "WP$" => Tag::Possessive,
        "WDT" => Tag::Relative,
        "WP" if token.is(Class::Relative) && !token.shape.has(Shape::SENTENCE_START) => Tag::Relative,
        "WP" | "WRB" => Tag::QuestionWord,
        "CC" => Tag::Coordinator,
        "CD" => Tag::Number,
        "EX" => Tag::Empty,
        _ => Tag::Noun,
    }
}

/// Returns the part that a dependency in the scheme of ClearNLP stands for.
pub fn part_of_dependency(dependency: &str) -> Part {
    match dependency {
        "ROOT" | "parataxis" => Part::Root,
        "ccomp" => Part::Complement,
        "xcomp" | "pcomp" => Part::OpenComplement,
        "advcl" => Part::Adverbial,
        "relcl" => Part::Relative,
        "acl" => Part::NounClause,
        "nsubj" | "csubj" | "expl" => Part::Subject,
        "nsubjpass" | "csubjpass" => Part::PassiveSubject,
        "dobj" | "dative" | "attr" | "oprd" | "acomp" => Part::Object,
        "pobj" => Part::PrepositionObject,
        "appos" => Part::Apposition,
        "compound" | "amod" | "nmod" | "det" | "poss" | "nummod" | "quantmod" | "predet" | "case" => Part::Modifier,
        "advmod" | "npadvmod" | "neg" | "intj" => Part::Adverb,
        "aux" | "auxpass" => Part::Auxiliary,
        "mark" => Part::Marker,
        "prep" | "agent" | "prt" => Part::Preposition,
        "cc" | "preconj" => Part::Coordinator,
        _ => Part::Other,
    }
}

/// Learns both tables.
pub struct Teacher {
    tags: Averaged<{ TAG_WORDS * NIBBLES }>,
    parts: Averaged<{ PART_WORDS * NIBBLES }>,
    pub seen: u64,
    pub right_tags: u64,
    pub right_parts: u64,
}

impl Default for Teacher {
    fn default() -> Self {
        Self { tags: Averaged::new(), parts: Averaged::new(), seen: 0, right_tags: 0, right_parts: 0 }
    }
}

impl Teacher {
    /// Goes over one paragraph; units without a lesson are left as they are.
    pub fn teach(&mut self, text: &Analysis<'_>, units: &mut [Unit], lessons: &[Option<Lesson>]) {
        let mut memory = Memory::default();
        let mut lessons = lessons;
        for sentence in units.chunk_by_mut(|a, b| a.sentence == b.sentence) {
            let (of_sentence, behind) = lessons.split_at(sentence.len());
            self.teach_sentence(text, sentence, of_sentence, &mut memory);
            lessons = behind;
        }
    }

    fn teach_sentence(
        &mut self,
        text: &Analysis<'_>,
        units: &mut [Unit],
        lessons: &[Option<Lesson>],
        memory: &mut Memory,
    ) {
        memory.read_words(text, units, |_, _| None);
        let Memory { words, tags, ahead, .. } = memory;
        let mut before = [Tag::Outside; 2];
        for (index, (words, unit)) in words.array_windows().zip(&mut *units).enumerate() {
            if !words[WORDS_BESIDE].is_certain {
                let features = features_of(&TagContext { words, before, begins_sentence: index == 0 });
                let best = self.tags.best(&features);
                unit.tag = Tag::ALL[FIRST_TAG + best];
                if let Some(lesson) = lessons[index] {
                    self.tags.learn(&features, best, (lesson.tag as usize).checked_sub(FIRST_TAG));
                    self.seen += 1;
                    self.right_tags += u64::from(unit.tag == lesson.tag);
                }
            }
            before = [unit.tag, before[0]];
        }
        read_tags(units, tags);
        look_ahead(units, ahead);
        let mut history = History::default();
        let places = words.array_windows().zip(tags.array_windows()).zip(&*ahead);
        for ((((words, tags), &ahead), unit), lesson) in places.zip(units).zip(lessons) {
            let certain = certain_part(unit.tag);
            unit.part = certain.unwrap_or_else(|| {
                let features = features_of(&PartContext { words, tags, ahead, history });
                let best = self.parts.best(&features);
                if let Some(lesson) = lesson {
                    self.parts.learn(&features, best, (lesson.part as usize).checked_sub(FIRST_PART));
                }
                Part::ALL[FIRST_PART + best]
            });
            self.right_parts += u64::from(lesson.is_some_and(|lesson| lesson.part == unit.part));
            history.add(text, unit);
        }
    }

    /// Returns what is certain by some counts, and the averaged tables.
    pub fn tagger(&self, counted: &Counted) -> Tagger {
        Tagger { certain: counted.certain(), tags: self.tags.table(), parts: self.parts.table() }
    }
}

fn features_of(context: &impl Context) -> Vec<u32> {
    [context.early().as_ref(), context.late().as_ref(), context.further().as_ref()].concat()
}

/// An averaged perceptron while it learns.
struct Averaged<const LABELS: usize> {
    weights: Vec<[i32; LABELS]>,
    /// Sum of weight changes times the moment they were made.
    moments: Vec<[i64; LABELS]>,
    now: i64,
}

impl<const LABELS: usize> Averaged<LABELS> {
    fn new() -> Self {
        Self { weights: vec![[0; LABELS]; ROWS], moments: vec![[0; LABELS]; ROWS], now: 1 }
    }

    fn best(&self, features: &[u32]) -> usize {
        let mut sums = [0i32; LABELS];
        for &feature in features {
            for (sum, &weight) in sums.iter_mut().zip(&self.weights[feature as usize]) {
                *sum += weight;
            }
        }
        (0..LABELS).max_by_key(|&label| (sums[label], std::cmp::Reverse(label))).unwrap_or(0)
    }

    /// Learns from one answer; what is right may be none of the labels.
    fn learn(&mut self, features: &[u32], said: usize, right: Option<usize>) {
        self.now += 1;
        let Some(right) = right.filter(|&right| right != said) else { return };
        for &feature in features {
            let feature = feature as usize;
            self.weights[feature][right] += 1;
            self.weights[feature][said] -= 1;
            self.moments[feature][right] += self.now;
            self.moments[feature][said] -= self.now;
        }
    }

    fn table<const WORDS: usize>(&self) -> Table<WORDS> {
        let average = |row: usize, label: usize| {
            f64::from(self.weights[row][label]) - self.moments[row][label] as f64 / self.now as f64
        };
        let mut sizes: Vec<f64> = (0..self.weights.len())
            .flat_map(|row| (0..LABELS).map(move |label| (row, label)))
            .map(|(row, label)| average(row, label).abs())
            .filter(|&size| size > 0.0)
            .collect();
        sizes.sort_by(f64::total_cmp);
        // The few largest weights are clipped, so that the many small ones keep their differences.
        let largest = sizes.get(sizes.len() * 9975 / 10_000).copied().unwrap_or(1.0).max(1e-9);
        let scale = f64::from(ZERO) / largest;
        let weight = |row, label| (average(row, label) * scale).round().clamp(-8.0, 7.0) as i8;
        let rows: Vec<[u64; WORDS]> = (0..ROWS)
            .map(|row| {
                let weights: [u8; LABELS] =
                    std::array::from_fn(|label| weight(row, label).wrapping_add_unsigned(ZERO) as u8);
                pack(&weights)
            })
            .collect();
        Table { rows: rows.into_boxed_slice().try_into().expect("as many rows as the table has") }
    }
}
