//! `date:2025-06..2025-09`: days and ranges of them. `value::date` reads them.

use super::{Operator, Role};

pub(super) const OPERATOR: Operator = Operator {
    usage: "date:day, date:from..to",
    spellings: &["..", "none"],
    help: "days, months, quarters, years and ranges with both ends; 30d, 4w, 6m and 2y count back from today, and weeks \
           begin on Monday",
    examples: &[
        ("date:2025-09-02", "that day, as printed"),
        ("date:2025-09", "that month"),
        ("date:2025-Q3", "that quarter"),
        ("date:2025-06..2025-09", "June to September"),
        ("date:2025..", "since the beginning of that year"),
        ("date:..yesterday", "until yesterday"),
        ("date:30d..", "the last thirty days and today"),
        ("date:\"last week\"", "Monday to Sunday of the week before"),
        ("date:>=2025-06", "the same as 2025-06.."),
        ("date:none", "without a date"),
        ("said_on:2025-09-02", "the day it was said"),
        ("added:7d..", "indexed in the last seven days"),
    ],
    role: Role::Grammar,
};
