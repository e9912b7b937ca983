//! Terms at positions, packed into one text without an allocation for each term.

/// Stands before the terms of each position after the first.
const NEXT: char = '\0';
/// Stands between two terms of one position.
const SAME: char = '\u{3}';

/// Terms in order of position. No term holds a control character that separates them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Packed {
    text: String,
    position: u32,
}

impl Packed {
    /// Appends a term at a position that is not before the last one's.
    pub fn push(&mut self, position: u32, term: &str) {
        debug_assert!(position >= self.position, "{term} goes back to {position}");
        debug_assert!(!term.contains([NEXT, SAME]), "{term:?} holds a separator");
        if position == self.position && !self.text.is_empty() {
            self.text.push(SAME);
        }
        for _ in self.position..position {
            self.text.push(NEXT);
        }
        self.position = self.position.max(position);
        self.text.push_str(term);
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// Returns the terms of a packed text with their positions.
pub fn terms(packed: &str) -> Terms<'_> {
    Terms { rest: packed, position: 0 }
}

/// See `terms`.
#[derive(Clone, Debug)]
pub struct Terms<'p> {
    rest: &'p str,
    position: u32,
}

impl<'p> Iterator for Terms<'p> {
    type Item = (u32, &'p str);

    fn next(&mut self) -> Option<Self::Item> {
        while !self.rest.is_empty() {
            let bytes = self.rest.as_bytes();
            let end = bytes.iter().position(|&byte| byte == NEXT as u8 || byte == SAME as u8).unwrap_or(bytes.len());
            let (term, separator) = (&self.rest[..end], bytes.get(end));
            let position = self.position;
            self.position += u32::from(separator == Some(&(NEXT as u8)));
            self.rest = self.rest.get(end + 1..).unwrap_or_default();
            if !term.is_empty() {
                return Some((position, term));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_come_back_at_their_positions() {
        for (name, rows) in [
            ("nothing", vec![]),
            ("one after the other", vec![(0, "the"), (1, "path"), (2, "é")]),
            ("two at one position", vec![(0, "cease"), (0, "ceasefire"), (1, "fire")]),
            ("gaps", vec![(3, "\u{1}s"), (3, "Path"), (9, "Iran")]),
        ] {
            let mut packed = Packed::default();
            rows.iter().for_each(|&(position, term)| packed.push(position, term));
            assert_eq!(terms(packed.as_str()).collect::<Vec<_>>(), rows, "{name}");
        }
    }
}
