//! When a question is given up: set by whoever answers others, looked at by whatever may take long.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

/// The end of the time that a question may take; without one, as long as it takes. Clones are one deadline.
#[derive(Clone, Debug, Default)]
pub struct Deadline(Option<Arc<Limit>>);

#[derive(Debug)]
struct Limit {
    until: Instant,
    state: AtomicU8,
}

const RUNNING: u8 = 0;
const LIFTED: u8 = 1;
const GIVEN_UP: u8 = 2;

/// The deadline of a question is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the answer takes longer than it may")]
pub struct Over;

/// As the engine's own error, for what runs within the engine.
impl From<Over> for tantivy::TantivyError {
    fn from(over: Over) -> Self {
        std::io::Error::new(std::io::ErrorKind::TimedOut, over).into()
    }
}

impl Deadline {
    /// Returns the deadline that is over in so long.
    pub fn within(time: Duration) -> Self {
        // What the clock cannot count to never comes.
        let until = Instant::now().checked_add(time);
        Self(until.map(|until| Arc::new(Limit { until, state: AtomicU8::new(RUNNING) })))
    }

    /// Gives whoever has begun to answer all the time there is.
    pub fn lift(&self) {
        self.settle(LIFTED);
    }

    /// Ends the time at once, where nobody waits for the answer any more.
    pub fn give_up(&self) {
        self.settle(GIVEN_UP);
    }

    fn settle(&self, state: u8) {
        if let Some(limit) = &self.0 {
            // Whichever of the two came first stays.
            let _ = limit.state.compare_exchange(RUNNING, state, Ordering::Relaxed, Ordering::Relaxed);
        }
    }

    /// Returns whether the time is over; once it is, it stays so.
    pub fn is_over(&self) -> bool {
        self.0.as_ref().is_some_and(|limit| match limit.state.load(Ordering::Relaxed) {
            LIFTED => false,
            RUNNING => Instant::now() >= limit.until,
            _ => true,
        })
    }

    /// Returns where there is time left.
    ///
    /// # Errors
    /// If there is none.
    pub fn check(&self) -> Result<(), Over> {
        if self.is_over() { Err(Over) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_stays_over_and_what_is_lifted_never_is() {
        const HOUR: Duration = Duration::from_secs(3600);
        type Step = fn(&Deadline);
        let rows: [(&str, Deadline, &[Step], bool); 8] = [
            ("none", Deadline::default(), &[Deadline::give_up], false),
            ("far", Deadline::within(HOUR), &[], false),
            ("beyond the clock", Deadline::within(Duration::MAX), &[], false),
            ("now", Deadline::within(Duration::ZERO), &[], true),
            ("lifted", Deadline::within(Duration::ZERO), &[Deadline::lift], false),
            ("given up", Deadline::within(HOUR), &[Deadline::give_up], true),
            ("lifted too late", Deadline::within(HOUR), &[Deadline::give_up, Deadline::lift], true),
            ("given up too late", Deadline::within(HOUR), &[Deadline::lift, Deadline::give_up], false),
        ];
        for (name, deadline, steps, expected) in rows {
            let clone = deadline.clone();
            steps.iter().for_each(|step| step(&clone));
            assert_eq!(deadline.is_over(), expected, "{name}");
        }
    }
}
