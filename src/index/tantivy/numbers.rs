//! Numbers of seven bits a byte, of which posting lists in memory are made.

use super::chains::ShortBytes;

/// Appends a number.
pub fn push_number(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Up to two numbers, as `push_number` writes them.
#[derive(Default)]
pub struct Few {
    bytes: [u8; 20],
    length: usize,
}

impl Few {
    pub fn push(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.bytes[self.length] = number as u8 | 0x80;
            self.length += 1;
            number >>= 7;
        }
        self.bytes[self.length] = number as u8;
        self.length += 1;
    }

    pub fn written(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    /// Returns what was written, if it is short.
    pub fn short(&self) -> Option<ShortBytes> {
        ShortBytes::first_of(&self.bytes, self.length)
    }
}

/// Reads what `push_number` wrote.
pub struct Numbers<'b>(pub &'b [u8]);

impl Iterator for Numbers<'_> {
    type Item = u64;

    #[inline]
    fn next(&mut self) -> Option<u64> {
        let (&first, rest) = self.0.split_first()?;
        self.0 = rest;
        // Nearly all are short.
        if first < 0x80 {
            return Some(first.into());
        }
        let mut number = u64::from(first & 0x7f);
        for shift in (7..u64::BITS).step_by(7) {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                break;
            }
        }
        Some(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back() {
        for number in [0, 1, 0x7f, 0x80, 0x3fff, 0x4000, u64::from(u32::MAX), u64::from(u32::MAX) << 5 | 31, u64::MAX] {
            let mut few = Few::default();
            few.push(number);
            few.push(5);
            assert_eq!(Numbers(few.written()).collect::<Vec<_>>(), [number, 5]);
            let mut pushed = Vec::new();
            push_number(&mut pushed, number);
            push_number(&mut pushed, 5);
            assert_eq!(pushed, few.written());
        }
        assert_eq!(Numbers(&[0x80, 0x80]).next(), None, "cut off");
    }
}
