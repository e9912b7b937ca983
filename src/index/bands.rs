//! Where bands are looked up: many of them in one list, which tells them apart.
//!
//! Nearly every band stands in one document. A term for each would make more than half of all terms of an index, and a
//! look-up would walk through a dictionary of millions. Of a band the first bits are its term; what is left of it, and one
//! more, stands in the list where the engine keeps how often a document holds the term.

use super::keys::BAND_BITS;

/// Bits that tell apart what stands in one list: with a million documents a segment, a list has some hundred.
const REST_BITS: u32 = 9;

/// Lists of bands: of articles, and of statements.
pub const BUCKETS: usize = 1 << (BAND_BITS + 1 - REST_BITS);

/// Where a band is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Number of its list, in the order of terms.
    pub bucket: u32,
    /// How often a document that has the band is said to hold the term.
    pub frequency: u32,
}

impl Place {
    pub fn of(band: u64) -> Self {
        let bucket = (band >> REST_BITS) % BUCKETS as u64;
        Self { bucket: bucket as u32, frequency: (band % (1 << REST_BITS)) as u32 + 1 }
    }

    /// Returns the term of a list.
    pub fn term(bucket: u32) -> String {
        format!("{bucket:04x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_band_has_a_place_of_its_own() {
        let bands = [0, 1, 511, 512, 513, (1 << BAND_BITS) - 1, 1 << BAND_BITS, (2 << BAND_BITS) - 1];
        let places = bands.map(Place::of);
        for (index, place) in places.iter().enumerate() {
            assert!(!places[..index].contains(place), "{}", bands[index]);
            assert!(place.frequency > 0 && (place.bucket as usize) < BUCKETS);
        }
        let terms = [0, 1, 15, 16, 4_095, 4_096, BUCKETS as u32 - 1].map(Place::term);
        assert!(terms.is_sorted() && terms.iter().all(|term| term.len() == 4), "{terms:?}");
    }
}
