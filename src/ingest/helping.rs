//! Threads that have no input left help those that have: a large input's members are made by all of them.
//!
//! The thread that reads an input offers its members and takes them back in their order, so that what it hands over is
//! the same whoever made it. Where nobody helps it makes them itself.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TrySendError, bounded};

use super::IngestError;
use super::member::{InputContext, Made, Member, make};
use super::work::Job;

/// Members that wait for each helper: one more than it has in hand, so that it need not wait for the reader.
const WAITING_PER_HELPER: usize = 2;
/// Bytes of text under way, whose documents are to fit into the batch that they fill.
const TEXT_BYTES_UNDER_WAY: usize = 2 << 20;
/// Time between two looks whether a reader that waits for a helper was given up.
const WAIT_STEP: Duration = Duration::from_millis(100);

/// A member that somebody else may make.
pub(super) struct Order {
    /// Number of the task it belongs to.
    pub task: usize,
    input: Arc<InputContext>,
    member: Box<Member>,
    reply: Sender<thread::Result<Made>>,
}

impl Order {
    /// Makes the member and hands it back.
    pub fn fill(self, job: &Job) {
        let made = catch_unwind(AssertUnwindSafe(|| make(job, &self.input, *self.member)));
        // Whoever gave the order may have been given up.
        let _ = self.reply.send(made);
    }
}

/// Where orders wait, and how many threads look for them.
pub(super) struct Exchange {
    orders: Receiver<Order>,
    helpers: AtomicUsize,
}

impl Exchange {
    /// Returns the exchange and what puts orders into it; once all copies of that are gone, helpers go home.
    pub fn new(threads: usize) -> (Self, Sender<Order>) {
        let (sender, orders) = bounded(threads * WAITING_PER_HELPER);
        (Self { orders, helpers: AtomicUsize::new(0) }, sender)
    }

    /// Hands every order that comes to `fill`, until no more can come or one is not filled.
    pub fn help(&self, mut fill: impl FnMut(Order) -> Result<(), IngestError>) {
        self.helpers.fetch_add(1, Ordering::Relaxed);
        for order in &self.orders {
            if fill(order).is_err() {
                break;
            }
        }
        self.helpers.fetch_sub(1, Ordering::Relaxed);
    }

    fn has_helpers(&self) -> bool {
        self.helpers.load(Ordering::Relaxed) > 0
    }
}

/// Members of one input on their way, in their order.
pub(super) struct UnderWay<'p> {
    job: &'p Job,
    input: Arc<InputContext>,
    task: usize,
    exchange: &'p Exchange,
    orders: &'p Sender<Order>,
    members: VecDeque<Waiting>,
    text_bytes: usize,
}

struct Waiting {
    text_bytes: usize,
    made: WaitingFor,
}

enum WaitingFor {
    Turn(Box<Made>),
    Helper(Receiver<thread::Result<Made>>),
}

impl<'p> UnderWay<'p> {
    pub fn new(
        job: &'p Job,
        input: InputContext,
        task: usize,
        exchange: &'p Exchange,
        orders: &'p Sender<Order>,
    ) -> Self {
        Self { job, input: Arc::new(input), task, exchange, orders, members: VecDeque::new(), text_bytes: 0 }
    }

    /// Sends a member on its way: to a helper, if one is free, else it is made here and now.
    pub fn send(&mut self, member: Member) {
        let text_bytes = member.raw.body.len();
        let made = match self.offer(Box::new(member)) {
            Ok(reply) => WaitingFor::Helper(reply),
            Err(member) => WaitingFor::Turn(Box::new(make(self.job, &self.input, *member))),
        };
        self.text_bytes += text_bytes;
        self.members.push_back(Waiting { text_bytes, made });
    }

    fn offer(&self, member: Box<Member>) -> Result<Receiver<thread::Result<Made>>, Box<Member>> {
        if !self.exchange.has_helpers() {
            return Err(member);
        }
        let (reply, receiver) = bounded(1);
        let order = Order { task: self.task, input: self.input.clone(), member, reply };
        match self.orders.try_send(order) {
            Ok(()) => Ok(receiver),
            Err(TrySendError::Full(order) | TrySendError::Disconnected(order)) => Err(order.member),
        }
    }

    /// Returns the next member that is made; none where it is still in hand and may be waited for.
    ///
    /// # Errors
    /// As `must_go_on`, which is asked while a helper is waited for.
    pub fn next(
        &mut self,
        is_last: bool,
        must_go_on: impl Fn() -> Result<(), IngestError>,
    ) -> Result<Option<Made>, IngestError> {
        let must_wait = is_last || self.text_bytes > TEXT_BYTES_UNDER_WAY;
        let Some(Waiting { text_bytes, made }) = self.members.pop_front() else { return Ok(None) };
        let made = match made {
            WaitingFor::Turn(made) => *made,
            WaitingFor::Helper(reply) => loop {
                match reply.recv_timeout(if must_wait { WAIT_STEP } else { Duration::ZERO }) {
                    Ok(result) => break result.unwrap_or_else(|panic| resume_unwind(panic)),
                    Err(RecvTimeoutError::Timeout) if must_wait => must_go_on()?,
                    Err(RecvTimeoutError::Timeout) => {
                        self.members.push_front(Waiting { text_bytes, made: WaitingFor::Helper(reply) });
                        return Ok(None);
                    }
                    Err(RecvTimeoutError::Disconnected) => return Err(IngestError::Abandoned),
                }
            },
        };
        self.text_bytes -= text_bytes;
        Ok(Some(made))
    }
}
