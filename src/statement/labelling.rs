//! What a unit may be to a cue, and what may follow what.

/// What a unit is to a cue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum Label {
    #[default]
    Outside,
    Content,
    Mention,
}

pub const LABELS: usize = 3;
pub const ALL_LABELS: [Label; LABELS] = [Label::Outside, Label::Content, Label::Mention];

/// A label, and whether content and mention were seen up to here: `label + 3 · content + 6 · mention`.
pub const STATES: usize = 12;
/// Before the first unit: outside, nothing seen.
pub const START: usize = 0;

pub fn label_of(state: usize) -> Label {
    ALL_LABELS[state % LABELS]
}

/// Returns the state that a label leads to, if it may follow.
pub const fn next_state(state: usize, label: Label) -> Option<usize> {
    let (content, mention) = (state / 3 % 2 == 1, state / 6 == 1);
    if matches!(label, Label::Mention) && mention && state % LABELS != Label::Mention as usize {
        return None;
    }
    let content = content || matches!(label, Label::Content);
    let mention = mention || matches!(label, Label::Mention);
    Some(label as usize + 3 * content as usize + 6 * mention as usize)
}

/// States that a path can be in.
pub const REACHABLE: [usize; 8] = [0, 3, 4, 6, 8, 9, 10, 11];

/// Position of each state in `REACHABLE`; that of the others means nothing.
const PLACES: [usize; STATES] = {
    let mut places = [0; STATES];
    let mut place = 0;
    while place < REACHABLE.len() {
        places[REACHABLE[place]] = place;
        place += 1;
    }
    places
};

/// Returns the position of a state in `REACHABLE`.
#[inline]
pub const fn place_of(state: usize) -> usize {
    PLACES[state]
}
