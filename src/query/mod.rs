//! In: a query's text. Out: a `Query`, the tree that every engine lowers.

mod tree;

pub use tree::{Boundary, Bounds, Interval, Pattern, Query, Scope, Word};
