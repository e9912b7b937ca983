//! In: the tokens of headline and body. Out: every use of a name in them, and who bears it.
//!
//! 1. cut capitalised words into names and the titles before them 2. tell persons from organisations and places
//! 3. lead short forms ("Roe", "Jane") to the full name 4. look up known names where all words are capitalised

use std::borrow::Cow;
use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::bare_name::BareName;
use super::names::{Chunk, cut_names, folded, is_suffix};
use super::namesakes::{Keys, MAX_NAMESAKES, Namesakes};
use super::token::{Analysis, Shape, TokenRange};
use super::{StatementField, Texts};
use crate::language::en::people::{Gender, are_company_forms, country_of, is_organisation_word};
use crate::speaker::Likeness;

/// Number of a bearer in [`People::bearers`].
pub(super) type BearerId = usize;

/// Whoever or whatever bears a name in an article.
#[derive(Debug)]
pub(super) struct Bearer<'t> {
    /// Where the fullest form of its name stands.
    written: Written,
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
    /// Fullest form in the article.
    name: BareName<'t>,
}

/// Where a name is written.
#[derive(Clone, Copy, Debug)]
struct Written {
    field: StatementField,
    tokens: TokenRange,
    sentence: usize,
    has_several_words: bool,
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
pub(super) struct People<'t> {
    pub bearers: Vec<Bearer<'t>>,
    /// Headline first, then the body; each in reading order.
    pub uses: Vec<NameUse>,
    headline_uses: usize,
}

/// Bearers by the first and the last word of their name, of words that are asked for alone.
type ByWord<'n> = HashMap<Cow<'n, str>, Vec<BearerId>, RandomState>;

impl<'t> People<'t> {
    /// Finds every name of an article and its bearer.
    pub(super) fn find(texts: &Texts<'t>) -> Self {
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
        let mut namesakes = Namesakes::with_capacity(chunks.len());
        people.bear_full_names(texts, &mut chunks, &mut namesakes);
        people.bear_short_names(texts, &mut chunks, &mut namesakes);
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
    fn bear_full_names(&mut self, texts: &Texts<'t>, chunks: &mut [Chunk<'t>], namesakes: &mut Namesakes) {
        let mut alike = Vec::new();
        for chunk in chunks.iter_mut().filter(|chunk| chunk.words >= 2) {
            let Some(keys) = namesakes.keys(&chunk.name) else { continue };
            namesakes.find(keys, &mut alike);
            let known = alike.iter().copied().find(|&id| is_same_bearer(&self.bearers[id], chunk));
            let bearer = known.unwrap_or_else(|| self.add_bearer(chunk, keys, namesakes));
            self.add_use(texts, chunk, bearer, keys, namesakes);
        }
    }

    /// Enters a bearer under the ends and the acronym of its name.
    fn enter(&self, id: BearerId, keys: Keys, namesakes: &mut Namesakes) {
        let bearer = &self.bearers[id];
        namesakes.enter(keys, id);
        // Neither a person nor a place goes by one.
        let may_be_body = matches!(bearer.kind, BearerKind::Organisation | BearerKind::Unknown);
        if bearer.name.words.len() > 1 && may_be_body {
            namesakes.enter_acronym(&bearer.name, id);
        }
    }

    /// Leads surnames and given names to the bearer of the full name; what is left bears its own name.
    ///
    /// Titled ones come first: "Mr. Roe" and "President Roe" tell which Roe the article is about.
    fn bear_short_names(&mut self, texts: &Texts<'t>, chunks: &mut [Chunk<'t>], namesakes: &mut Namesakes) {
        let is_titled = |chunk: &Chunk<'_>| chunk.is_titled && chunk.ruler.is_none();
        let is_ruler = |chunk: &Chunk<'_>| chunk.is_titled && chunk.ruler.is_some();
        let is_plain = |chunk: &Chunk<'_>| !chunk.is_titled && !chunk.is_doubtful;
        let is_doubtful = |chunk: &Chunk<'_>| chunk.is_doubtful;
        let turns: [&dyn Fn(&Chunk<'_>) -> bool; 4] = [&is_titled, &is_ruler, &is_plain, &is_doubtful];
        let mut alike = Vec::new();
        for is_their_turn in turns {
            for chunk in chunks.iter_mut().filter(|chunk| chunk.words == 1 && is_their_turn(chunk)) {
                let Some(keys) = namesakes.keys(&chunk.name) else { continue };
                namesakes.find(keys, &mut alike);
                let bearer = match self.bearer_of_short(texts, chunk, &alike) {
                    Some(bearer) => bearer,
                    None if chunk.is_doubtful => continue,
                    None => self.add_bearer(chunk, keys, namesakes),
                };
                self.add_use(texts, chunk, bearer, keys, namesakes);
            }
        }
    }

    /// Finds the bearer that a single word stands for, among those whose names begin or end like it.
    fn bearer_of_short(&self, texts: &Texts<'_>, chunk: &Chunk<'_>, alike: &[BearerId]) -> Option<BearerId> {
        let word = chunk.name.words.first()?;
        let stands_for = |bearer: &Bearer<'_>| {
            let words = &bearer.name.words;
            if words.len() == 1 {
                return words[0] == *word && !(chunk.is_titled && bearer.kind == BearerKind::Organisation);
            }
            match bearer.kind {
                BearerKind::Organisation => {
                    // A partnership goes by its first partner: "Roe" for "Roe & Doe"; a company without its form.
                    let is_company = bearer.goes_by(1);
                    let goes_by_first = is_company || bearer.written.text(texts).contains('&');
                    let short = if goes_by_first { words.first() } else { words.last() };
                    !chunk.is_titled
                        && (is_company || !chunk.is_doubtful)
                        && (short.is_some_and(|short| short == word) || bearer.name.acronym().eq(word.chars()))
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
        let is_own_name = |bearer: &Bearer<'_>| {
            let is_single = bearer.words().len() == 1;
            (is_single && bearer.kind == chunk.kind)
                || (!is_single && bearer.kind == BearerKind::Person && !chunk.follows_preposition)
        };
        let candidates: Vec<BearerId> = alike
            .iter()
            .copied()
            .filter(|&id| {
                let bearer = &self.bearers[id];
                stands_for(bearer)
                    && genders_agree(bearer.gender, chunk.gender)
                    && (chunk.kind != BearerKind::Place || is_own_name(bearer))
                    && !(chunk.is_doubtful && bearer.kind == BearerKind::Place)
                    && !self.is_other_than_ruler(id, chunk)
            })
            .collect();
        let bears_surname = |id: &BearerId| self.bearers[*id].words().last().is_some_and(|last| last == word);
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

    fn add_bearer(&mut self, chunk: &mut Chunk<'t>, keys: Keys, namesakes: &mut Namesakes) -> BearerId {
        self.bearers.push(Bearer {
            written: Written::of(chunk),
            kind: chunk.kind,
            gender: chunk.gender,
            roles: Vec::new(),
            uses: 0,
            shares_surname: false,
            full_uses: Vec::new(),
            offices: Vec::new(),
            name: std::mem::take(&mut chunk.name),
        });
        let id = self.bearers.len() - 1;
        self.enter(id, keys, namesakes);
        id
    }

    fn add_use(
        &mut self,
        texts: &Texts<'_>,
        chunk: &mut Chunk<'t>,
        id: BearerId,
        keys: Keys,
        namesakes: &mut Namesakes,
    ) {
        let bearer = &mut self.bearers[id];
        if chunk.name.words.len() > bearer.words().len() {
            bearer.name = std::mem::take(&mut chunk.name);
            bearer.written = Written::of(chunk);
            self.enter(id, keys, namesakes);
        }
        let bearer = &mut self.bearers[id];
        bearer.uses += 1;
        if chunk.words >= 2 {
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
    fn look_up_in_title_case(&mut self, texts: &Texts<'t>, titles: &[(StatementField, usize)]) {
        if titles.is_empty() {
            return;
        }
        let mut by_word = ByWord::default();
        for &(field, number) in titles {
            let text = texts.of(field);
            let words = text.sentences[number].indices().filter(|&index| text.tokens[index].is_word());
            by_word.extend(words.map(|index| (folded(text, index), Vec::new())));
        }
        for (id, bearer) in self.bearers.iter().enumerate() {
            for word in [bearer.words().first(), bearer.words().last()].into_iter().flatten() {
                if let Some(bearers) = by_word.get_mut(word).filter(|bearers| bearers.last() != Some(&id)) {
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
        let words = self.bearers[id].words();
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
        let is_person = |bearer: &Bearer<'_>| matches!(bearer.kind, BearerKind::Person | BearerKind::Unknown);
        let persons = self.bearers.iter().enumerate().filter(|(_, bearer)| is_person(bearer));
        let mut surnames = Vec::with_capacity(self.bearers.len());
        surnames.extend(persons.filter_map(|(id, bearer)| Some((&**bearer.words().last()?, id))));
        surnames.sort_unstable();
        let shared = surnames.chunk_by(|(one, _), (other, _)| one == other).filter(|bearers| bearers.len() > 1);
        let shared: Vec<BearerId> = shared.flatten().map(|(_, id)| *id).collect();
        for id in shared {
            self.bearers[id].shares_surname = true;
        }
    }

    /// Returns the fullest form of a bearer's name, as printed.
    pub(super) fn name(&self, texts: &Texts<'_>, bearer: BearerId) -> String {
        self.bearers[bearer].written.name(texts)
    }
}

impl<'t> Bearer<'t> {
    /// Whether the name tells the person from the rest of the family.
    pub(super) fn is_full(&self) -> bool {
        self.words().len() >= 2
    }

    /// Returns the folded words of the name.
    pub(super) fn words(&self) -> &[Cow<'t, str>] {
        &self.name.words
    }

    /// Whether the first words stand for the name of a company: "Roe Tools" or "Roe" for "Roe Tools Inc".
    fn goes_by(&self, count: usize) -> bool {
        let (short, form) = self.words().split_at(count);
        let [.., last] = form else { return false };
        let is_own_name = |word: &Cow<'_, str>| !is_organisation_word(word) && country_of(word).is_none();
        let is_short = || count == 1 && are_company_forms(std::slice::from_ref(last)) && short.iter().all(is_own_name);
        self.kind == BearerKind::Organisation && (are_company_forms(form) || is_short())
    }
}

/// Capitals tell an acronym, but not in "ROE" of "Jane Roe".
fn is_surname_in_capitals(texts: &Texts<'_>, chunk: &Chunk<'_>, bearer: &Bearer<'_>) -> bool {
    let (printed, name) = (Written::of(chunk).name(texts), bearer.written.name(texts));
    let last = name.rsplit(' ').next().unwrap_or_default();
    bearer.is_full() && last != printed && last.eq_ignore_ascii_case(&printed)
}

fn genders_agree(a: Option<Gender>, b: Option<Gender>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a == b || a == Gender::Either || b == Gender::Either,
        _ => true,
    }
}

fn is_same_bearer(bearer: &Bearer<'_>, chunk: &Chunk<'_>) -> bool {
    let (known, named) = (&bearer.name, &chunk.name);
    if known.words == named.words && known.suffix == named.suffix {
        return true;
    }
    let (shorter, longer) =
        if named.words.len() < known.words.len() { (&named.words, &known.words) } else { (&known.words, &named.words) };
    let is_thing = |kind| matches!(kind, BearerKind::Organisation | BearerKind::Place);
    if is_thing(bearer.kind) || is_thing(chunk.kind) {
        // "Roe Tools" is Roe Tools Inc, unless it is known for a place's or a person's name.
        let may_be_company = |kind| matches!(kind, BearerKind::Organisation | BearerKind::Unknown);
        let form = longer.strip_prefix(shorter.as_slice()).unwrap_or_default();
        return may_be_company(bearer.kind) && may_be_company(chunk.kind) && are_company_forms(form);
    }
    // "Peña Nieto" is Enrique Peña Nieto, whichever comes first.
    let is_end_of = shorter.len() >= 2 && longer.len() > shorter.len() && longer.ends_with(shorter);
    genders_agree(bearer.gender, chunk.gender) && (is_end_of || known.likeness(named) != Likeness::Different)
}

impl Written {
    fn of(chunk: &Chunk<'_>) -> Self {
        let Chunk { field, tokens, sentence, .. } = *chunk;
        Self { field, tokens, sentence, has_several_words: chunk.words > 1 }
    }

    fn text<'a>(&self, texts: &Texts<'a>) -> &'a str {
        let text = texts.of(self.field);
        text.span(self.tokens).of(text.text)
    }

    /// Returns the name as printed, on one line.
    fn name(&self, texts: &Texts<'_>) -> String {
        let mut name = one_line(self.text(texts));
        // "said Nora Ore.": what reads like an abbreviation ends its sentence, but for "Jr." and initials.
        let ends_sentence = self.tokens.end == texts.of(self.field).sentences[self.sentence].end;
        if ends_sentence && self.has_several_words && name.ends_with('.') {
            let last = name.rsplit(' ').next().unwrap_or_default();
            if last.len() > 2 && !is_suffix(last) {
                name.pop();
            }
        }
        name
    }
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
