//! In: the tokens of headline and body. Out: every use of a name in them, and who bears it.
//!
//! 1. cut capitalised words into names and the titles before them 2. tell persons from organisations and places
//! 3. lead short forms ("Roe", "Jane") to the full name 4. look up known names where all words are capitalised

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::BuildHasher;
use std::rc::Rc;

use foldhash::fast::RandomState;

use super::names::{Chunk, cut_names, folded, is_suffix};
use super::token::{Analysis, Shape, TokenRange};
use super::{StatementField, Texts};
use crate::language::FastHash;
use crate::language::en::people::{Gender, are_company_forms, country_of, is_organisation_word};
use crate::speaker::{Likeness, Name};

/// Number of a bearer in [`People::bearers`].
pub(super) type BearerId = usize;

/// Whoever or whatever bears a name in an article.
#[derive(Clone, Debug)]
pub(super) struct Bearer {
    /// Fullest form in the article.
    pub name: String,
    pub kind: BearerKind,
    /// Feminine or masculine where something tells.
    pub gender: Option<Gender>,
    /// Roles as given, in reading order.
    pub roles: Vec<super::role::GivenRole>,
    /// How often it is named.
    pub uses: u32,
    /// Whether another person of the same surname is named, so that the surname alone may mean either.
    pub shares_surname: bool,
    /// Where it is named in full: field, first token, sentence; in reading order.
    full_uses: Vec<(StatementField, usize, usize)>,
    /// Ruling offices that stood before the full name.
    offices: Vec<&'static str>,
    parsed: Rc<Name>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BearerKind {
    Person,
    Organisation,
    Place,
    /// A name that nothing tells apart.
    Unknown,
}

/// One use of a name.
#[derive(Clone, Copy, Debug)]
pub(super) struct NameUse {
    pub field: StatementField,
    /// The name alone: "Jane Roe".
    pub tokens: TokenRange,
    /// With the capitalised words before it: "Norland Foreign Minister Jane Roe".
    pub whole: TokenRange,
    pub bearer: BearerId,
    pub sentence: usize,
    /// Inside a quotation: the speaker's words, not the writer's.
    pub is_quoted: bool,
}

/// The names of an article.
#[derive(Debug, Default)]
pub(super) struct People {
    pub bearers: Vec<Bearer>,
    /// Headline first, then the body; each in reading order.
    pub uses: Vec<NameUse>,
    headline_uses: usize,
    /// Bearers by the sound of their first and last word, and by acronym: an article may name thousands.
    by_end: Namesakes,
    by_acronym: Namesakes,
}

/// Bearers by a word, those of each in a chain through one list.
#[derive(Debug, Default)]
struct Namesakes {
    /// By the hash of the word: whoever is found without bearing it is told apart by all of the name.
    chains: HashMap<u64, Chain, FastHash>,
    links: Vec<Link>,
    hasher: RandomState,
}

#[derive(Clone, Copy, Debug)]
struct Chain {
    /// Its last link.
    last: usize,
    length: usize,
}

#[derive(Clone, Copy, Debug)]
struct Link {
    bearer: BearerId,
    /// The one before it.
    before: Option<usize>,
}

impl Namesakes {
    /// Returns the bearers of a word, the last one first.
    fn of(&self, word: &str) -> impl Iterator<Item = BearerId> {
        self.links_of(self.chains.get(&self.hasher.hash_one(word)).copied())
    }

    fn links_of(&self, chain: Option<Chain>) -> impl Iterator<Item = BearerId> {
        let last = chain.map(|chain| self.links[chain.last]);
        std::iter::successors(last, |link| Some(self.links[link.before?])).map(|link| link.bearer)
    }

    fn enter(&mut self, word: &str, bearer: BearerId) {
        let word = self.hasher.hash_one(word);
        let chain = self.chains.get(&word).copied();
        let length = chain.map_or(0, |chain| chain.length);
        if length < MAX_NAMESAKES && !self.links_of(chain).any(|known| known == bearer) {
            self.chains.insert(word, Chain { last: self.links.len(), length: length + 1 });
            self.links.push(Link { bearer, before: chain.map(|chain| chain.last) });
        }
    }
}

/// Bearers by the first and the last word of their name.
type ByWord<'n> = HashMap<&'n str, Vec<BearerId>, RandomState>;

/// Bearers of one surname that are told apart; a list of names may hold more, and is no story.
const MAX_NAMESAKES: usize = 64;

impl People {
    /// Finds every name of an article and its bearer.
    pub(super) fn find(texts: &Texts<'_>) -> Self {
        let mut chunks = Vec::new();
        let mut titles = Vec::new();
        let mut people = Self::default();
        for (field, text) in texts.fields() {
            for (number, &sentence) in text.sentences.iter().enumerate() {
                if is_title_case(text, sentence) {
                    titles.push((field, number));
                } else {
                    let first = sentence.indices().find(|&index| text.tokens[index].start() >= texts.start_of(field));
                    let sentence = TokenRange::new(first.unwrap_or(sentence.end), sentence.end);
                    cut_names(text, field, sentence, number, &mut chunks);
                }
            }
        }
        people.by_end.chains.reserve(chunks.len());
        people.by_acronym.chains.reserve(chunks.len());
        people.bear_full_names(texts, &chunks);
        people.bear_short_names(texts, &chunks);
        people.look_up_in_title_case(texts, &titles);
        people.uses.sort_by_key(|used| (used.field == StatementField::Body, used.tokens.start));
        people.headline_uses = people.uses.partition_point(|used| used.field == StatementField::Headline);
        people.mark_shared_surnames();
        people
    }

    /// Returns the uses in one field, in reading order.
    pub(super) fn uses_in(&self, field: StatementField) -> &[NameUse] {
        match field {
            StatementField::Headline => &self.uses[..self.headline_uses],
            StatementField::Body => &self.uses[self.headline_uses..],
        }
    }

    /// Returns the uses that overlap a range of tokens.
    pub(super) fn uses_within(&self, field: StatementField, range: TokenRange) -> &[NameUse] {
        let uses = self.uses_in(field);
        let first = uses.partition_point(|used| used.tokens.end <= range.start);
        let last = uses.partition_point(|used| used.tokens.start < range.end);
        &uses[first.min(last)..last]
    }

    /// Gives names of several words to bearers: the same person's if the names may be one's.
    fn bear_full_names(&mut self, texts: &Texts<'_>, chunks: &[Chunk<'_>]) {
        let mut names = Names(HashMap::with_capacity_and_hasher(chunks.len(), RandomState::default()));
        for chunk in chunks.iter().filter(|chunk| chunk.words.len() >= 2) {
            let parsed = names.parsed(&chunk.words);
            let known = self.ending_like(parsed).find(|&id| is_same_bearer(&self.bearers[id], parsed, chunk));
            let bearer = known.unwrap_or_else(|| self.add_bearer(texts, chunk, Rc::clone(parsed)));
            self.add_use(texts, chunk, bearer, parsed);
        }
    }

    /// Returns the bearers whose name begins or ends like this one or has it for its acronym, the first named first.
    fn ending_like(&self, parsed: &Name) -> impl Iterator<Item = BearerId> {
        let (first, last) = (parsed.sounds.first(), parsed.sounds.last());
        let acronym = parsed.words.first().filter(|_| parsed.words.len() == 1);
        let ends = [first, last.filter(|_| first != last)].into_iter().flatten();
        let ends = ends.flat_map(|sound| self.by_end.of(sound));
        let acronym = acronym.into_iter().flat_map(|word| self.by_acronym.of(word));
        let mut bearers: Vec<BearerId> = ends.chain(acronym).collect();
        bearers.sort_unstable();
        bearers.dedup();
        bearers.into_iter()
    }

    /// Enters a bearer under the ends and the acronym of its name.
    fn enter(&mut self, id: BearerId) {
        let parsed = &self.bearers[id].parsed;
        for sound in [parsed.sounds.first(), parsed.sounds.last()].into_iter().flatten() {
            self.by_end.enter(sound, id);
        }
        // Neither a person nor a place goes by one.
        let may_be_body = matches!(self.bearers[id].kind, BearerKind::Organisation | BearerKind::Unknown);
        if parsed.words.len() > 1 && may_be_body {
            self.by_acronym.enter(&acronym_of(&parsed.words), id);
        }
    }

    /// Leads surnames and given names to the bearer of the full name; what is left bears its own name.
    ///
    /// Titled ones come first: "Mr. Roe" and "President Roe" tell which Roe the article is about.
    fn bear_short_names(&mut self, texts: &Texts<'_>, chunks: &[Chunk<'_>]) {
        let shorts = || chunks.iter().filter(|chunk| chunk.words.len() == 1);
        let courteous = shorts().filter(|chunk| chunk.is_titled && chunk.ruler.is_none());
        let rulers = shorts().filter(|chunk| chunk.is_titled && chunk.ruler.is_some());
        let plain = shorts().filter(|chunk| !chunk.is_titled && !chunk.is_doubtful);
        let doubtful = shorts().filter(|chunk| chunk.is_doubtful);
        let mut names = Names(HashMap::with_capacity_and_hasher(chunks.len(), RandomState::default()));
        for chunk in courteous.chain(rulers).chain(plain).chain(doubtful) {
            let parsed = names.parsed(&chunk.words);
            let bearer = match self.bearer_of_short(chunk, parsed) {
                Some(bearer) => bearer,
                None if chunk.is_doubtful => continue,
                None => self.add_bearer(texts, chunk, Rc::clone(parsed)),
            };
            self.add_use(texts, chunk, bearer, parsed);
        }
    }

    /// Finds the bearer that a single word stands for.
    fn bearer_of_short(&self, chunk: &Chunk<'_>, parsed: &Name) -> Option<BearerId> {
        let word = &*chunk.words[0];
        let stands_for = |bearer: &Bearer| {
            let words = &bearer.parsed.words;
            if words.len() == 1 {
                return words[0] == word && !(chunk.is_titled && bearer.kind == BearerKind::Organisation);
            }
            match bearer.kind {
                BearerKind::Organisation => {
                    // A partnership goes by its first partner: "Roe" for "Roe & Doe"; a company without its form.
                    let is_company = bearer.goes_by(1);
                    let goes_by_first = bearer.name.contains('&') || is_company;
                    let short = if goes_by_first { words.first() } else { words.last() };
                    !chunk.is_titled
                        && (is_company || !chunk.is_doubtful)
                        && (short.is_some_and(|short| short == word) || acronym_of(words) == word)
                }
                BearerKind::Place => false,
                _ => {
                    words.last().is_some_and(|last| last == word)
                        || (words.first().is_some_and(|first| first == word)
                            && (chunk.is_knighted || !chunk.is_titled)
                            && !chunk.is_doubtful)
                }
            }
        };
        // "Jordan said" may be Pat Jordan, "in Jordan" is the country.
        let is_own_name = |bearer: &Bearer| {
            let is_single = bearer.parsed.words.len() == 1;
            (is_single && bearer.kind == chunk.kind)
                || (!is_single && bearer.kind == BearerKind::Person && !chunk.follows_preposition)
        };
        let candidates: Vec<BearerId> = self
            .ending_like(parsed)
            .filter(|&id| {
                let bearer = &self.bearers[id];
                stands_for(bearer)
                    && genders_agree(bearer.gender, chunk.gender)
                    && (chunk.kind != BearerKind::Place || is_own_name(bearer))
                    && !(chunk.is_doubtful && bearer.kind == BearerKind::Place)
                    && !self.is_other_than_ruler(id, chunk)
            })
            .collect();
        let bears_surname = |id: &BearerId| self.bearers[*id].parsed.words.last().is_some_and(|last| last == word);
        let by_surname: Vec<BearerId> = candidates.iter().copied().filter(bears_surname).collect();
        let candidates = if by_surname.is_empty() { candidates } else { by_surname };
        match candidates.as_slice() {
            [] => None,
            [only] => Some(*only),
            several => self.most_likely_of_surname(several, chunk),
        }
    }

    /// "President Roe" who leads the story is not the Jane Roe who is named in full later, without that office.
    fn is_other_than_ruler(&self, id: BearerId, chunk: &Chunk<'_>) -> bool {
        let Some(office) = chunk.ruler else { return false };
        let bearer = &self.bearers[id];
        let first = bearer.full_uses.iter().find(|(field, ..)| *field == chunk.field);
        // Whoever is "Mr. Roe" throughout is the President Roe of the story.
        let is_main_person = bearer.uses >= 3;
        !is_main_person
            && bearer.is_full()
            && !bearer.offices.contains(&office)
            && first.is_none_or(|(_, token, _)| *token > chunk.tokens.start)
    }

    /// Of several people of one surname the one named in full just before, else the one named oftenest.
    fn most_likely_of_surname(&self, candidates: &[BearerId], chunk: &Chunk<'_>) -> Option<BearerId> {
        let just_named = |id: BearerId| {
            let full_uses = &self.bearers[id].full_uses;
            let before = full_uses.partition_point(|(field, token, _)| {
                (*field == StatementField::Body, *token) < (chunk.field == StatementField::Body, chunk.tokens.start)
            });
            full_uses[..before]
                .last()
                .is_some_and(|(field, _, sentence)| *field == chunk.field && sentence + 1 >= chunk.sentence)
        };
        let recent: Vec<BearerId> = candidates.iter().copied().filter(|&id| just_named(id)).collect();
        if let [only] = recent.as_slice() {
            return Some(*only);
        }
        candidates.iter().copied().max_by_key(|&id| {
            let is_known = self.bearers[id].kind != BearerKind::Unknown;
            (is_known, self.bearers[id].uses, std::cmp::Reverse(id))
        })
    }

    fn add_bearer(&mut self, texts: &Texts<'_>, chunk: &Chunk<'_>, parsed: Rc<Name>) -> BearerId {
        self.bearers.push(Bearer {
            name: written(texts, chunk),
            kind: chunk.kind,
            gender: chunk.gender,
            roles: Vec::new(),
            uses: 0,
            shares_surname: false,
            full_uses: Vec::new(),
            offices: Vec::new(),
            parsed,
        });
        let id = self.bearers.len() - 1;
        self.enter(id);
        id
    }

    fn add_use(&mut self, texts: &Texts<'_>, chunk: &Chunk<'_>, id: BearerId, parsed: &Rc<Name>) {
        let bearer = &mut self.bearers[id];
        if parsed.words.len() > bearer.parsed.words.len() {
            bearer.parsed = Rc::clone(parsed);
            bearer.name = written(texts, chunk);
            self.enter(id);
        }
        let bearer = &mut self.bearers[id];
        bearer.uses += 1;
        if chunk.words.len() >= 2 {
            bearer.full_uses.push((chunk.field, chunk.tokens.start, chunk.sentence));
        }
        bearer.gender = bearer.gender.or(chunk.gender);
        bearer.offices.extend(chunk.ruler);
        if bearer.kind == BearerKind::Unknown
            && !(chunk.kind == BearerKind::Organisation && is_surname_in_capitals(texts, chunk, bearer))
        {
            bearer.kind = chunk.kind;
        }
        self.uses.push(NameUse {
            field: chunk.field,
            tokens: chunk.tokens,
            whole: chunk.whole,
            bearer: id,
            sentence: chunk.sentence,
            is_quoted: chunk.is_quoted,
        });
    }

    /// Finds known names in headlines, where capital letters tell nothing.
    ///
    /// `titles` are the fields and numbers of the sentences that are written so.
    fn look_up_in_title_case(&mut self, texts: &Texts<'_>, titles: &[(StatementField, usize)]) {
        if titles.is_empty() {
            return;
        }
        let mut by_word = ByWord::default();
        for (id, bearer) in self.bearers.iter().enumerate() {
            for word in [bearer.parsed.words.first(), bearer.parsed.words.last()].into_iter().flatten() {
                let bearers = by_word.entry(word).or_default();
                if bearers.last() != Some(&id) {
                    bearers.push(id);
                }
            }
        }
        let mut found = Vec::new();
        for &(field, number) in titles {
            let text = texts.of(field);
            self.look_up(text, field, text.sentences[number], number, &by_word, &mut found);
        }
        for used in &found {
            self.bearers[used.bearer].uses += 1;
        }
        self.uses.extend(found);
    }

    fn look_up(
        &self,
        text: &Analysis<'_>,
        field: StatementField,
        sentence: TokenRange,
        number: usize,
        by_word: &ByWord<'_>,
        found: &mut Vec<NameUse>,
    ) {
        let mut at = sentence.start;
        while at < sentence.end {
            let word = if text.tokens[at].is_word() { folded(text, at) } else { Cow::default() };
            let best = by_word
                .get(&*word)
                .into_iter()
                .flatten()
                .take(MAX_NAMESAKES)
                .map(|&id| (self.length_at(text, at, sentence.end, id), id))
                .max_by_key(|&(length, id)| (length, std::cmp::Reverse(id)));
            let Some((length, bearer)) = best.filter(|(length, _)| *length > 0) else {
                at += 1;
                continue;
            };
            let tokens = TokenRange::new(at, at + length);
            let is_quoted = text.tokens[at].quotation != 0;
            found.push(NameUse { field, tokens, whole: tokens, bearer, sentence: number, is_quoted });
            at += length;
        }
    }

    /// Returns how many tokens from `at` are this bearer's name: all of it, or the surname alone.
    fn length_at(&self, text: &Analysis<'_>, at: usize, end: usize, id: BearerId) -> usize {
        let words = &self.bearers[id].parsed.words;
        let matched = words
            .iter()
            .zip(at..end)
            .take_while(|(word, index)| text.tokens[*index].is_word() && folded(text, *index) == **word)
            .count();
        if matched == words.len() || matched > 0 && self.bearers[id].goes_by(matched) {
            return matched;
        }
        let is_surname = words.last().is_some_and(|last| folded(text, at) == *last);
        usize::from(is_surname && self.bearers[id].kind != BearerKind::Organisation)
    }

    fn mark_shared_surnames(&mut self) {
        let mut by_surname: HashMap<&str, u32, RandomState> =
            HashMap::with_capacity_and_hasher(self.bearers.len(), RandomState::default());
        let is_person = |bearer: &Bearer| matches!(bearer.kind, BearerKind::Person | BearerKind::Unknown);
        for bearer in self.bearers.iter().filter(|bearer| is_person(bearer)) {
            *by_surname.entry(bearer.parsed.words.last().map_or("", String::as_str)).or_default() += 1;
        }
        let shared: Vec<bool> = self
            .bearers
            .iter()
            .map(|bearer| {
                is_person(bearer) && bearer.parsed.words.last().is_some_and(|last| by_surname[last.as_str()] > 1)
            })
            .collect();
        for (bearer, is_shared) in self.bearers.iter_mut().zip(shared) {
            bearer.shares_surname = is_shared;
        }
    }
}

/// Names taken apart: most are used again and again.
struct Names<'c>(HashMap<&'c [Cow<'c, str>], Rc<Name>, RandomState>);

impl<'c> Names<'c> {
    fn parsed(&mut self, words: &'c [Cow<'c, str>]) -> &Rc<Name> {
        self.0.entry(words).or_insert_with(|| Name::of_folded(words).into())
    }
}

impl Bearer {
    /// Whether the name tells the person from the rest of the family.
    pub(super) fn is_full(&self) -> bool {
        self.parsed.words.len() >= 2
    }

    pub(super) fn words(&self) -> &[String] {
        &self.parsed.words
    }

    /// Whether the first words stand for the name of a company: "Roe Tools" or "Roe" for "Roe Tools Inc".
    fn goes_by(&self, count: usize) -> bool {
        let (short, form) = self.words().split_at(count);
        let [.., last] = form else { return false };
        let is_own_name = |word: &String| !is_organisation_word(word) && country_of(word).is_none();
        let is_short = || count == 1 && are_company_forms(std::slice::from_ref(last)) && short.iter().all(is_own_name);
        self.kind == BearerKind::Organisation && (are_company_forms(form) || is_short())
    }
}

/// Capitals tell an acronym, but not in "ROE" of "Jane Roe".
fn is_surname_in_capitals(texts: &Texts<'_>, chunk: &Chunk<'_>, bearer: &Bearer) -> bool {
    let printed = written(texts, chunk);
    let last = bearer.name.rsplit(' ').next().unwrap_or_default();
    bearer.is_full() && last != printed && last.eq_ignore_ascii_case(&printed)
}

fn genders_agree(a: Option<Gender>, b: Option<Gender>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a == b || a == Gender::Either || b == Gender::Either,
        _ => true,
    }
}

fn is_same_bearer(bearer: &Bearer, parsed: &Name, chunk: &Chunk<'_>) -> bool {
    if bearer.parsed.words == parsed.words && bearer.parsed.suffix == parsed.suffix {
        return true;
    }
    let (shorter, longer) = if parsed.words.len() < bearer.parsed.words.len() {
        (&parsed.words, &bearer.parsed.words)
    } else {
        (&bearer.parsed.words, &parsed.words)
    };
    let is_thing = |kind| matches!(kind, BearerKind::Organisation | BearerKind::Place);
    if is_thing(bearer.kind) || is_thing(chunk.kind) {
        // "Roe Tools" is Roe Tools Inc, unless it is known for a place's or a person's name.
        let may_be_company = |kind| matches!(kind, BearerKind::Organisation | BearerKind::Unknown);
        let form = longer.strip_prefix(shorter.as_slice()).unwrap_or_default();
        return may_be_company(bearer.kind) && may_be_company(chunk.kind) && are_company_forms(form);
    }
    // "Peña Nieto" is Enrique Peña Nieto, whichever comes first.
    let is_end_of = shorter.len() >= 2 && longer.len() > shorter.len() && longer.ends_with(shorter);
    genders_agree(bearer.gender, chunk.gender) && (is_end_of || bearer.parsed.likeness(parsed) != Likeness::Different)
}

fn acronym_of(words: &[String]) -> String {
    let skipped = ["of", "for", "and", "the", "on", "in", "at"];
    words.iter().filter(|word| !skipped.contains(&word.as_str())).filter_map(|word| word.chars().next()).collect()
}

/// Returns the name as printed, on one line.
fn written(texts: &Texts<'_>, chunk: &Chunk<'_>) -> String {
    let text = texts.of(chunk.field);
    let mut name = one_line(text.span(chunk.tokens).of(text.text));
    // "said Nora Ore.": what reads like an abbreviation ends its sentence, but for "Jr." and initials.
    let ends_sentence = chunk.tokens.end == text.sentences[chunk.sentence].end;
    if ends_sentence && chunk.words.len() > 1 && name.ends_with('.') {
        let last = name.rsplit(' ').next().unwrap_or_default();
        if last.len() > 2 && !is_suffix(last) {
            name.pop();
        }
    }
    name
}

/// Returns words with every stretch of white space as one space.
pub(super) fn one_line(text: &str) -> String {
    // Most names are one already: printable ASCII, and no space but single ones between words.
    let is_word = |byte: &u8| byte.is_ascii_graphic();
    let (bytes, mut is_space) = (text.as_bytes(), true);
    let is_one_line = bytes.iter().all(|byte| {
        let follows_space = std::mem::replace(&mut is_space, *byte == b' ');
        is_word(byte) || *byte == b' ' && !follows_space
    });
    if is_one_line && !is_space {
        return text.to_owned();
    }
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// Returns whether a sentence capitalises its words as headlines do, or is all capitals, so that a capital letter
/// tells no name.
pub(super) fn is_title_case(text: &Analysis<'_>, sentence: TokenRange) -> bool {
    let [mut words, mut capitals, mut long_words, mut long_capitals] = [0_usize; 4];
    for token in &text.tokens[sentence.indices()] {
        if token.is_word() && !token.shape.has(Shape::DIGIT) {
            let is_long = usize::from(token.end() - token.start() >= 4);
            let is_capital = usize::from(token.shape.has(Shape::CAPITAL));
            words += 1;
            capitals += is_capital;
            long_words += is_long;
            long_capitals += is_long * is_capital;
            // More than a fifth of all words are in small letters already, whatever follows.
            if (long_words - long_capitals) * 5 > sentence.len() {
                return false;
            }
        }
    }
    // Four of five: "Mr. Roe of the Norland Times met Jane Doe" has capitals enough, but not that many. Half of all:
    // "Prime Minister Jane Roe said it was a sad day" has only its name.
    long_words >= 4 && long_capitals * 5 >= long_words * 4 && capitals * 2 > words
}
