//! Places for connections: one that idles gives way to one that arrives.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// A bounded number of connections. Those that wait for their client stand in the order in which they fell idle.
pub struct Seats {
    bound: usize,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    count: usize,
    /// Turns that were given out so far.
    turns: u64,
    /// Whom to ask to leave, longest idle first.
    idle: BTreeMap<u64, Arc<Notify>>,
}

/// The place of one connection, given back when dropped.
pub struct Seat {
    seats: Arc<Seats>,
    leave: Arc<Notify>,
    state: Mutex<State>,
}

#[derive(Clone, Copy)]
enum State {
    /// With the turn under which it stands among the idle.
    Idle(u64),
    Busy,
}

impl Seats {
    pub fn new(bound: usize) -> Arc<Self> {
        Arc::new(Self { bound, taken: Mutex::default() })
    }

    /// Gives a place to a connection that arrives. Where none is free, the longest idle one is asked to leave; where
    /// none is idle, there is no place.
    pub fn take(seats: &Arc<Self>) -> Option<Seat> {
        let mut taken = seats.lock();
        if taken.count >= seats.bound {
            let (_, leave) = taken.idle.pop_first()?;
            leave.notify_one();
        }
        taken.count += 1;
        let leave = Arc::new(Notify::new());
        let turn = taken.rest(&leave);
        drop(taken);
        Some(Seat { seats: Arc::clone(seats), leave, state: Mutex::new(State::Idle(turn)) })
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Taken {
    fn rest(&mut self, leave: &Arc<Notify>) -> u64 {
        self.turns += 1;
        self.idle.insert(self.turns, Arc::clone(leave));
        self.turns
    }
}

impl Seat {
    /// Keeps the connection from being asked to leave for as long as the value lives.
    pub fn busy(seat: &Arc<Self>) -> Busy {
        seat.become_busy(true);
        Busy(Arc::clone(seat))
    }

    /// Returns when the place is wanted for another connection.
    pub async fn is_wanted(&self) {
        self.leave.notified().await;
    }

    fn become_busy(&self, busy: bool) {
        let mut taken = self.seats.lock();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        *state = match (*state, busy) {
            (State::Idle(turn), true) => {
                taken.idle.remove(&turn);
                State::Busy
            }
            (State::Busy, false) => State::Idle(taken.rest(&self.leave)),
            (state, _) => state,
        };
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.lock();
        taken.count -= 1;
        if let State::Idle(turn) = *self.state.get_mut().unwrap_or_else(PoisonError::into_inner) {
            taken.idle.remove(&turn);
        }
    }
}

/// A request is being answered.
pub struct Busy(Arc<Seat>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.become_busy(false);
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Waker};

    use super::*;

    fn is_asked_to_leave(seat: &Seat) -> bool {
        pin!(seat.is_wanted()).poll(&mut Context::from_waker(Waker::noop())).is_ready()
    }

    #[test]
    fn the_longest_idle_gives_way_and_the_busy_stay() {
        let seats = Seats::new(2);
        let first = Arc::new(Seats::take(&seats).unwrap());
        let second = Arc::new(Seats::take(&seats).unwrap());
        // The first was idle for longer until it was asked something.
        drop(Seat::busy(&first));
        let third = Arc::new(Seats::take(&seats).unwrap());
        assert!(is_asked_to_leave(&second) && !is_asked_to_leave(&first));
        drop(second);
        let (_busy, _busy_too) = (Seat::busy(&first), Seat::busy(&third));
        assert!(Seats::take(&seats).is_none(), "everybody is being answered");
        drop(first);
        assert!(Seats::take(&seats).is_none(), "an answer outlives its connection's own handle");
    }

    #[test]
    fn a_place_is_given_back() {
        let seats = Seats::new(1);
        for _ in 0..3 {
            let seat = Arc::new(Seats::take(&seats).unwrap());
            let busy = Seat::busy(&seat);
            drop(seat);
            drop(busy);
        }
        let taken = seats.lock();
        assert_eq!((taken.count, taken.idle.len()), (0, 0));
    }
}
