//! In: where single words stand in one text. Out: where phrases, nearness and sentences of them stand.
//!
//! The engine evaluates a query with it over posting lists, highlighting over a text that was cut again; both give
//! the same extents.

use std::borrow::Cow;

use super::deadline::Deadline;

/// Where something stands, in positions of words; the end is exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Extent {
    pub start: u32,
    pub end: u32,
}

impl Extent {
    fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// How words stand to each other. Leaves are numbered; each number stands in one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    Leaf(usize),
    /// Side by side, in this order.
    Phrase(Vec<Shape>),
    Either(Vec<Shape>),
    Near {
        operands: Vec<Shape>,
        within: u32,
        is_ordered: bool,
    },
    /// All between two starts: in one sentence, paragraph or value.
    Same {
        operands: Vec<Shape>,
        divided_by: Divider,
    },
}

/// What divides a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Divider {
    Sentence,
    Paragraph,
    /// The values of a name field.
    Value,
}

/// One text, as far as a shape asks for it. Every list is in order.
#[derive(Clone, Debug, Default)]
pub struct Stretch {
    /// Until when windows are looked for, by those who look at it afterwards too. None where only marks are wanted: the
    /// search ends after `MOST_STEPS` then, and what would have been found later stays unmarked.
    pub until: Option<Deadline>,
    /// For each leaf where its words stand.
    pub leaves: Vec<Vec<Extent>>,
    /// Positions at which sentences start.
    pub sentences: Vec<u32>,
    pub paragraphs: Vec<u32>,
    pub values: Vec<u32>,
}

impl Stretch {
    pub fn starts(&self, divider: Divider) -> &[u32] {
        match divider {
            Divider::Sentence => &self.sentences,
            Divider::Paragraph => &self.paragraphs,
            Divider::Value => &self.values,
        }
    }

    pub fn starts_mut(&mut self, divider: Divider) -> &mut Vec<u32> {
        match divider {
            Divider::Sentence => &mut self.sentences,
            Divider::Paragraph => &mut self.paragraphs,
            Divider::Value => &mut self.values,
        }
    }
}

/// Which of the windows that begin with one word are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    /// One of them.
    First,
    /// Each that ends elsewhere, because another operator measures from its end.
    All,
}

/// Steps of the search for windows in one text after which the deadline is looked at. Windows of distinct words need a
/// few; many operands that share their words could need more than anybody waits for.
const MOST_STEPS: usize = 1_000_000;

/// How long the search for windows in one text goes on.
struct Steps<'t> {
    left: usize,
    until: Option<&'t Deadline>,
}

impl<'t> Steps<'t> {
    fn new(text: &'t Stretch) -> Self {
        Self { left: MOST_STEPS, until: text.until.as_ref() }
    }

    /// Takes one step; false where there is no time for it.
    fn take(&mut self) -> bool {
        if self.left == 0 && self.until.is_some_and(|until| !until.is_over()) {
            self.left = MOST_STEPS;
        }
        let may = self.left > 0;
        self.left = self.left.saturating_sub(1);
        may
    }
}

impl Shape {
    /// Returns the extents at which the shape stands in a text, in order, without repeats: of windows one for each word
    /// that opens one, of sentences one each, which tells whether it stands there and how often.
    pub fn extents(&self, text: &Stretch) -> Vec<Extent> {
        self.found(text, Wanted::First).into_owned()
    }

    /// Returns at how many places the shape starts in a text.
    pub fn count(&self, text: &Stretch) -> u32 {
        match self {
            Self::Leaf(leaf) => count_of_starts(&text.leaves[*leaf]),
            // Most of what is asked for, and by far the most often looked at.
            Self::Phrase(operands) => match &operands[..] {
                [Self::Leaf(first), Self::Leaf(second)] => count_followed(&text.leaves[*first], &text.leaves[*second]),
                _ => count_of_starts(&self.found(text, Wanted::First)),
            },
            _ => count_of_starts(&self.found(text, Wanted::First)),
        }
    }

    /// Returns every extent at which the shape stands in a text, in order: of windows each that ends elsewhere.
    pub fn every_extent(&self, text: &Stretch) -> Vec<Extent> {
        self.found(text, Wanted::All).into_owned()
    }

    fn found<'t>(&self, text: &'t Stretch, wanted: Wanted) -> Cow<'t, [Extent]> {
        let mut extents = match self {
            Self::Leaf(leaf) => return Cow::Borrowed(&text.leaves[*leaf]),
            Self::Phrase(operands) => phrases(&lists(operands, text)),
            Self::Either(operands) => {
                operands.iter().flat_map(|operand| operand.found(text, wanted).into_owned()).collect()
            }
            Self::Near { operands, within, is_ordered: true } => in_order(&lists(operands, text), *within, wanted),
            Self::Near { operands, within, is_ordered: false } => {
                near(operands, &lists(operands, text), *within, wanted, Steps::new(text))
            }
            Self::Same { operands, divided_by } => {
                same(operands, &lists(operands, text), text.starts(*divided_by), wanted, Steps::new(text))
            }
        };
        extents.sort_unstable();
        extents.dedup();
        Cow::Owned(extents)
    }

    /// Returns the largest number of operands that stand side by side somewhere in the shape.
    pub fn widest(&self) -> usize {
        match self {
            Self::Leaf(_) => 1,
            Self::Phrase(operands)
            | Self::Either(operands)
            | Self::Near { operands, .. }
            | Self::Same { operands, .. } => {
                operands.iter().map(Self::widest).chain([operands.len()]).max().unwrap_or(0)
            }
        }
    }

    /// Calls `visit` with every divider that the shape asks for.
    pub fn visit_dividers(&self, visit: &mut impl FnMut(Divider)) {
        match self {
            Self::Leaf(_) => {}
            Self::Phrase(operands) | Self::Either(operands) | Self::Near { operands, .. } => {
                operands.iter().for_each(|operand| operand.visit_dividers(visit));
            }
            Self::Same { operands, divided_by } => {
                visit(*divided_by);
                operands.iter().for_each(|operand| operand.visit_dividers(visit));
            }
        }
    }
}

fn lists<'t>(operands: &[Shape], text: &'t Stretch) -> Vec<Cow<'t, [Extent]>> {
    operands.iter().map(|operand| operand.found(text, Wanted::All)).collect()
}

/// Returns at how many places extents, which are in order, start.
pub fn count_of_starts(extents: &[Extent]) -> u32 {
    extents.chunk_by(|a, b| a.start == b.start).count().try_into().unwrap_or(u32::MAX)
}

/// Returns at how many places one of `first` starts that one of `second` follows.
fn count_followed(first: &[Extent], second: &[Extent]) -> u32 {
    let is_followed = |extent: &Extent| second.binary_search_by_key(&extent.end, |next| next.start).is_ok();
    let places = first.chunk_by(|a, b| a.start == b.start);
    places.filter(|place| place.iter().any(is_followed)).count().try_into().unwrap_or(u32::MAX)
}

fn phrases(lists: &[Cow<'_, [Extent]>]) -> Vec<Extent> {
    let Some((first, rest)) = lists.split_first() else { return Vec::new() };
    let mut found = Cow::Borrowed(&**first);
    for list in rest {
        let mut longer = Vec::new();
        for so_far in &*found {
            let from = list.partition_point(|next| next.start < so_far.end);
            let next = list[from..].iter().take_while(|next| next.start == so_far.end);
            longer.extend(next.map(|next| Extent { start: so_far.start, end: next.end }));
        }
        longer.sort_unstable();
        longer.dedup();
        found = Cow::Owned(longer);
    }
    found.into_owned()
}

/// Finds the operands in their order, the last one starting at most `within` positions from where the first one ends.
fn in_order(lists: &[Cow<'_, [Extent]>], within: u32, wanted: Wanted) -> Vec<Extent> {
    let Some((first, rest)) = lists.split_first() else { return Vec::new() };
    let Some((last, between)) = rest.split_last() else { return first.to_vec() };
    let mut found = Vec::new();
    'first: for first in &**first {
        let limit = first.end.saturating_add(within);
        let mut end = first.end;
        for list in between {
            // What ends first leaves most room; nested alternatives may start later and end sooner.
            let from = list.partition_point(|next| next.start < end);
            let next = list[from..].iter().take_while(|next| next.start < limit).min_by_key(|next| next.end);
            let Some(next) = next else { continue 'first };
            end = next.end;
        }
        let from = last.partition_point(|next| next.start < end);
        let next = last[from..].iter().take_while(|next| next.start < limit);
        let next = next.take(if wanted == Wanted::First { 1 } else { usize::MAX });
        found.extend(next.map(|next| Extent { start: first.start, end: next.end }));
    }
    found
}

/// Finds the operands in any order, none overlapping another, every one starting at most `within` positions from
/// where the first one ends.
fn near(
    operands: &[Shape],
    lists: &[Cow<'_, [Extent]>],
    within: u32,
    wanted: Wanted,
    mut steps: Steps<'_>,
) -> Vec<Extent> {
    if let ([a, b], Wanted::First) = (lists, wanted) {
        return [(a, b), (b, a)].into_iter().flat_map(|(first, next)| first_behind(first, next, within)).collect();
    }
    let mut found = Vec::new();
    for (index, list) in lists.iter().enumerate() {
        for first in &**list {
            let window = first.end..first.end.saturating_add(within);
            let mut chosen = Chosen::new(operands, lists, &mut steps, vec![(index, *first)]);
            match wanted {
                Wanted::First if chosen.complete(0, &window) => found.extend(chosen.hull()),
                Wanted::First => {}
                Wanted::All => chosen.visit_last(&window, &mut |hull| found.push(hull)),
            }
        }
    }
    found
}

/// Finds for each extent the first one of another list that starts at most `within` positions from where it ends.
fn first_behind(list: &[Extent], next: &[Extent], within: u32) -> impl Iterator<Item = Extent> {
    list.iter().filter_map(move |first| {
        let next = next.get(next.partition_point(|next| next.start < first.end))?;
        let is_near = next.start < first.end.saturating_add(within);
        is_near.then_some(Extent { start: first.start, end: next.end })
    })
}

/// Finds, between each two of `starts`, all operands at once, none overlapping another.
fn same(
    operands: &[Shape],
    lists: &[Cow<'_, [Extent]>],
    starts: &[u32],
    wanted: Wanted,
    mut steps: Steps<'_>,
) -> Vec<Extent> {
    let Some(shortest) = lists.iter().min_by_key(|list| list.len()) else { return Vec::new() };
    let mut found = Vec::new();
    let mut done_until = 0;
    for extent in &**shortest {
        if extent.start < done_until {
            continue;
        }
        let next = starts.partition_point(|start| *start <= extent.start);
        let from = next.checked_sub(1).map_or(0, |index| starts[index]);
        let until = starts.get(next).copied().unwrap_or(u32::MAX);
        done_until = until;
        let inside: Vec<Cow<'_, [Extent]>> = lists
            .iter()
            .map(|list| {
                let first = list.partition_point(|extent| extent.start < from);
                let inside = list[first..].iter().take_while(|extent| extent.start < until);
                inside.filter(|extent| extent.end <= until).copied().collect()
            })
            .collect();
        match wanted {
            Wanted::First => {
                let mut chosen = Chosen::new(operands, &inside, &mut steps, Vec::new());
                if chosen.complete(0, &(from..until)) {
                    found.extend(chosen.hull());
                }
            }
            Wanted::All => {
                for (index, list) in inside.iter().enumerate() {
                    for first in &**list {
                        let mut chosen = Chosen::new(operands, &inside, &mut steps, vec![(index, *first)]);
                        chosen.visit_last(&(first.end..until), &mut |hull| found.push(hull));
                    }
                }
            }
        }
    }
    found
}

/// One extent for each operand, as far as they are chosen.
struct Chosen<'a, 't> {
    operands: &'a [Shape],
    lists: &'a [Cow<'a, [Extent]>],
    steps: &'a mut Steps<'t>,
    taken: Vec<(usize, Extent)>,
    /// How many of those taken stand fast: what opens the window, and what closes it.
    fixed: usize,
}

impl<'a, 't> Chosen<'a, 't> {
    fn new(
        operands: &'a [Shape],
        lists: &'a [Cow<'a, [Extent]>],
        steps: &'a mut Steps<'t>,
        taken: Vec<(usize, Extent)>,
    ) -> Self {
        Self { operands, lists, steps, fixed: taken.len(), taken }
    }

    /// Calls `visit` with every extent that the operands can have together whose first one is taken and whose last one
    /// starts in `window`.
    fn visit_last(&mut self, window: &std::ops::Range<u32>, visit: &mut impl FnMut(Extent)) {
        if self.lists.len() == self.fixed {
            self.hull().into_iter().for_each(visit);
            return;
        }
        let opened = self.fixed;
        for (index, list) in self.lists.iter().enumerate() {
            if self.is_fixed(index) {
                continue;
            }
            for &last in &list[list.partition_point(|extent| extent.start < window.start)..] {
                if last.start >= window.end || !self.steps.take() {
                    break;
                }
                self.taken.push((index, last));
                self.fixed = opened + 1;
                // What does not overlap the last one and ends before it ends where it starts, or sooner.
                if self.complete(0, &(window.start..last.start)) {
                    self.hull().into_iter().for_each(&mut *visit);
                }
                self.fixed = opened;
                self.taken.truncate(opened);
            }
        }
    }

    /// Chooses for the operands from number `index` on, all starting in `window`.
    fn complete(&mut self, index: usize, window: &std::ops::Range<u32>) -> bool {
        if index == self.lists.len() {
            return true;
        }
        if self.is_fixed(index) {
            return self.complete(index + 1, window);
        }
        let list = &self.lists[index];
        // Of operands that are the same words the later one takes what stands later: trying them in every order would
        // find nothing else.
        let free = &self.taken[self.fixed..];
        let twin = free.iter().filter(|(other, _)| is_twin(self.operands, *other, index)).map(|(_, e)| e.start);
        let from = twin.max().map_or(window.start, |after| window.start.max(after.saturating_add(1)));
        let first = list.partition_point(|extent| extent.start < from);
        let behind = list.partition_point(|extent| extent.start < window.end);
        let later = (index + 1..self.lists.len())
            .filter(|other| !self.is_fixed(*other) && is_twin(self.operands, index, *other))
            .count();
        // Each of them needs one that stands later still.
        let last = behind.saturating_sub(later).max(first);
        for &extent in &list[first..last] {
            if !self.steps.take() {
                break;
            }
            if self.taken.iter().any(|(_, taken)| taken.overlaps(extent)) {
                continue;
            }
            self.taken.push((index, extent));
            if self.complete(index + 1, window) {
                return true;
            }
            self.taken.pop();
        }
        false
    }

    fn is_fixed(&self, index: usize) -> bool {
        self.taken[..self.fixed].iter().any(|(taken, _)| *taken == index)
    }

    /// Returns from where to where the chosen extents reach.
    fn hull(&self) -> Option<Extent> {
        let start = self.taken.iter().map(|(_, extent)| extent.start).min()?;
        let end = self.taken.iter().map(|(_, extent)| extent.end).max()?;
        Some(Extent { start, end })
    }
}

/// Whether two operands are the same words: whoever numbers the leaves gives such operands one number.
fn is_twin(operands: &[Shape], a: usize, b: usize) -> bool {
    operands[a] == operands[b]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Leaves are words; each stands where the text has it. `|` starts a sentence, `a+b` is a joined word with `ab`.
    fn stretch(text: &str, words: &[&str]) -> Stretch {
        let mut stretch = Stretch { leaves: vec![Vec::new(); words.len()], ..Stretch::default() };
        stretch.sentences.push(0);
        let mut at = 0;
        for word in text.split_whitespace() {
            if word == "|" {
                stretch.sentences.push(at);
                continue;
            }
            for (leaf, wanted) in words.iter().enumerate() {
                if *wanted == word {
                    stretch.leaves[leaf].push(Extent { start: at, end: at + 1 });
                }
            }
            at += 1;
        }
        stretch
    }

    fn leaves(count: usize) -> Vec<Shape> {
        (0..count).map(Shape::Leaf).collect()
    }

    fn shown(shape: &Shape, text: &Stretch) -> String {
        let extents = shape.extents(text).into_iter().map(|extent| format!("{}-{}", extent.start, extent.end));
        extents.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn phrases_stand_side_by_side() {
        for (text, expected) in [("x a b a b", "1-3 3-5"), ("a x b", ""), ("b a", ""), ("a a b", "1-3")] {
            assert_eq!(shown(&Shape::Phrase(leaves(2)), &stretch(text, &["a", "b"])), expected, "{text}");
        }
    }

    #[test]
    fn a_joined_word_covers_its_parts() {
        let mut text = stretch("x x x deal", &["ceasefire", "deal"]);
        text.leaves[0].push(Extent { start: 1, end: 3 });
        assert_eq!(shown(&Shape::Phrase(leaves(2)), &text), "1-4");
    }

    #[test]
    fn nearness_counts_positions() {
        for (within, is_ordered, text, expected) in [
            (1, false, "a b", "0-2"),
            (1, false, "b a", "0-2"),
            (1, true, "b a", ""),
            (2, false, "b x a", "0-3"),
            (1, false, "b x a", ""),
            (2, true, "a a x b", "1-4"),
            (3, true, "a x b | a", "0-3"),
            (1000, false, "a", ""),
        ] {
            let near = Shape::Near { operands: leaves(2), within, is_ordered };
            assert_eq!(shown(&near, &stretch(text, &["a", "b"])), expected, "{text} within {within}");
        }
    }

    #[test]
    fn a_word_near_itself_is_two_of_them() {
        let twice = Shape::Near { operands: vec![Shape::Leaf(0), Shape::Leaf(0)], within: 3, is_ordered: false };
        assert_eq!(shown(&twice, &stretch("a x", &["a"])), "");
        assert_eq!(shown(&twice, &stretch("a x a", &["a"])), "0-3");
        // Looked for in every order that could do, so many would take for ever.
        let many = Shape::Near { operands: vec![Shape::Leaf(0); 40], within: 1000, is_ordered: false };
        let hours = Some(Deadline::default());
        let text = |count| Stretch { until: hours.clone(), ..stretch(&"a ".repeat(count), &["a"]) };
        assert_eq!(shown(&many, &text(39)), "");
        assert_eq!(shown(&many, &text(40)), "0-40");
    }

    #[test]
    fn a_search_without_end_ends_with_its_deadline() {
        // Each operand is any word but one, and one word too few stands there: every order of them all is tried.
        let any_but = |number: usize| Shape::Either((0..24).filter(|word| *word != number).map(Shape::Leaf).collect());
        let near = Shape::Near { operands: (0..25).map(any_but).collect(), within: 1000, is_ordered: false };
        let words: Vec<String> = (0..24).map(|number| format!("w{number}")).collect();
        let names: Vec<&str> = words.iter().map(String::as_str).collect();
        let text = stretch(&words.join(" "), &names);
        let second = std::time::Duration::from_secs(1);
        assert_eq!(shown(&near, &text), "", "where nobody looks at a deadline, the search ends by itself");
        let until = Deadline::within(second);
        let started = std::time::Instant::now();
        assert_eq!(shown(&near, &Stretch { until: Some(until.clone()), ..text }), "");
        assert!(until.is_over(), "it was given up before its time, and nobody is told");
        assert!(started.elapsed() < 20 * second, "it took {:?}", started.elapsed());
    }

    #[test]
    fn a_chain_stands_in_one_window() {
        let chain = Shape::Near { operands: leaves(3), within: 3, is_ordered: false };
        assert_eq!(shown(&chain, &stretch("a b x c", &["a", "b", "c"])), "0-4");
        assert_eq!(shown(&chain, &stretch("a x b x c", &["a", "b", "c"])), "");
    }

    #[test]
    fn a_window_in_a_window_may_end_anywhere() {
        let within = |operands, within, is_ordered| Shape::Near { operands, within, is_ordered };
        for is_ordered in [false, true] {
            // Of the windows that begin with `a` the longer one stands beside `c`.
            let nested = within(vec![within(leaves(2), 5, is_ordered), Shape::Leaf(2)], 1, is_ordered);
            assert_eq!(shown(&nested, &stretch("a b x b c", &["a", "b", "c"])), "0-5", "ordered: {is_ordered}");
            assert_eq!(shown(&nested, &stretch("a b x c b", &["a", "b", "c"])), "", "ordered: {is_ordered}");
        }
        let same = Shape::Same { operands: leaves(2), divided_by: Divider::Sentence };
        let beside = within(vec![same, Shape::Leaf(2)], 1, false);
        assert_eq!(shown(&beside, &stretch("a b x b | c", &["a", "b", "c"])), "0-5");
        assert_eq!(shown(&beside, &stretch("a | b c", &["a", "b", "c"])), "");
        // The middle one of three that are the same word.
        let thrice = within(vec![Shape::Leaf(0); 3], 9, false);
        let beside = within(vec![thrice, Shape::Leaf(1)], 1, true);
        assert_eq!(shown(&beside, &stretch("a a x a c", &["a", "c"])), "0-5");
        assert_eq!(shown(&beside, &stretch("a x a c", &["a", "c"])), "");
    }

    #[test]
    fn phrases_measure_the_gap_between_them() {
        let either = Shape::Either(vec![Shape::Leaf(0), Shape::Phrase(vec![Shape::Leaf(1), Shape::Leaf(2)])]);
        let near = Shape::Near { operands: vec![either, Shape::Leaf(3)], within: 2, is_ordered: false };
        assert_eq!(shown(&near, &stretch("a b x c", &["a", "a", "b", "c"])), "0-4");
    }

    #[test]
    fn one_sentence_holds_all() {
        let same = Shape::Same { operands: leaves(2), divided_by: Divider::Sentence };
        for (text, expected) in [("a x b", "0-3"), ("a | b", ""), ("a | b x a | b a", "1-4 4-6"), ("x | a", "")] {
            assert_eq!(shown(&same, &stretch(text, &["a", "b"])), expected, "{text}");
        }
    }
}
