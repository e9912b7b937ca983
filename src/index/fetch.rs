//! Memory that is needed next, brought near.

/// Looks at one value after the other, with nothing between, so that the processor waits for many of them at once.
///
/// What is found in large tables comes from memory, which takes a hundred times as long as to use it.
pub fn fetch(values: impl Iterator<Item = u32>) {
    std::hint::black_box(values.fold(0, |all, value| all ^ value));
}
