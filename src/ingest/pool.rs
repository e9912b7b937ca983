//! The threads that look into inputs. One that crashes or hangs costs its input, not the ingest.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, unbounded};

use super::IngestError;
use super::helping::{Exchange, Order, UnderWay};
use super::member::InputContext;
use super::task::Waiting;
use super::work::{Job, Outcome, look_into, rejection};
use crate::index::tantivy::write::{Batch, Budget};
use crate::input::{Reason, Rejected};

/// Time between two looks for threads that hang.
const WATCH_STEP: Duration = Duration::from_millis(500);
/// Bytes of input for which a thread more is worth its start.
const BYTES_PER_THREAD: u64 = 1 << 20;
/// Parsers of nested formats recurse; their bounds are made for less than this.
const STACK_BYTES: usize = 16 << 20;

/// What a worker has to say.
pub(super) enum Message {
    /// A part of a large input.
    Part(Batch),
    /// The last part of an input, and what became of it.
    Done {
        task: usize,
        batch: Batch,
        outcome: Box<Outcome>,
    },
    Failed(IngestError),
}

/// Threads at work on the tasks of a job.
pub(super) struct Pool {
    shared: Arc<Shared>,
    messages: Receiver<Message>,
    slots: Vec<Arc<Slot>>,
    to_come: usize,
    orders: Sender<Order>,
}

struct Shared {
    job: Arc<Job>,
    next: AtomicUsize,
    // Unbounded, because the budget bounds what is in it.
    sender: Sender<Message>,
    budget: Arc<Budget>,
    exchange: Exchange,
}

/// What a thread is doing, for whoever watches it.
#[derive(Default)]
struct Slot {
    state: Mutex<SlotState>,
}

#[derive(Default)]
struct SlotState {
    /// None while it waits for others.
    busy: Option<Busy>,
    /// Whether the watcher gave it up; what it still says is not heard.
    abandoned: bool,
}

struct Busy {
    /// What for.
    task: usize,
    /// When it last got on.
    since: Instant,
    /// Whether another thread reads the input.
    helps: bool,
}

impl Slot {
    fn lock(&self) -> MutexGuard<'_, SlotState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pool {
    pub fn start(job: Arc<Job>, budget: Arc<Budget>) -> Self {
        let (sender, messages) = unbounded();
        let to_come = job.tasks.len();
        let bytes: u64 = job.tasks.iter().map(Waiting::bytes).sum();
        // Threads without an input of their own help, if there is enough to do.
        let useful = to_come.max((bytes / BYTES_PER_THREAD) as usize);
        let threads = job.options.threads.clamp(1, useful.max(1));
        let (exchange, orders) = Exchange::new(threads);
        let shared = Arc::new(Shared { job, next: AtomicUsize::new(0), sender, budget, exchange });
        let slots = (0..threads).map(|_| start_thread(&shared, &orders)).collect();
        Self { shared, messages, slots, to_come, orders }
    }

    /// Returns what comes next from the workers; none once every task is done.
    pub fn next(&mut self) -> Option<Message> {
        if self.to_come == 0 {
            return None;
        }
        let message = loop {
            match self.messages.recv_timeout(WATCH_STEP) {
                Ok(message) => break message,
                Err(RecvTimeoutError::Timeout) => {
                    if let Some(message) = self.give_up_one() {
                        break message;
                    }
                }
                Err(RecvTimeoutError::Disconnected) => unreachable!("the pool itself holds a sender"),
            }
        };
        if matches!(message, Message::Done { .. }) {
            self.to_come -= 1;
        }
        Some(message)
    }

    /// Gives up a thread that has not got on for too long; its input is rejected and another thread takes its place.
    fn give_up_one(&mut self) -> Option<Message> {
        let limit = self.shared.job.options.time_limit;
        for slot in &mut self.slots {
            let mut state = slot.lock();
            let Some(Busy { task, helps, .. }) = state.busy.take_if(|busy| busy.since.elapsed() > limit) else {
                continue;
            };
            state.abandoned = true;
            drop(state);
            *slot = start_thread(&self.shared, &self.orders);
            if helps {
                // Whoever reads the input waits for this thread, and is given up in its turn.
                continue;
            }
            let reason = Reason::TookTooLong { limit_seconds: limit.as_secs() };
            return Some(rejected(&self.shared.job, task, reason));
        }
        None
    }
}

fn rejected(job: &Job, task: usize, reason: Reason) -> Message {
    let unpacked = job.tasks[task].unpacked(&job.roots);
    let rejected = Rejected::input(unpacked.relative.clone(), reason);
    match rejection(job, &unpacked, rejected, 1, true) {
        Ok((batch, outcome)) => Message::Done { task, batch, outcome: Box::new(outcome) },
        Err(error) => Message::Failed(error),
    }
}

fn start_thread(shared: &Arc<Shared>, orders: &Sender<Order>) -> Arc<Slot> {
    let slot = Arc::new(Slot::default());
    let (shared, own, orders) = (shared.clone(), slot.clone(), orders.clone());
    let builder = thread::Builder::new().name("dateline-read".into()).stack_size(STACK_BYTES);
    let sender = shared.sender.clone();
    if let Err(error) = builder.spawn(move || work(&shared, &own, orders)) {
        // Without any thread nobody else would say so.
        let _ = sender.send(Message::Failed(IngestError::Thread(error)));
    }
    slot
}

fn work(shared: &Shared, slot: &Slot, orders: Sender<Order>) {
    loop {
        let number = shared.next.fetch_add(1, Ordering::Relaxed);
        let Some(waiting) = shared.job.tasks.get(number) else { break };
        let task = waiting.unpacked(&shared.job.roots);
        let hands = Hands { shared, slot, task: number, orders: &orders };
        hands.busy();
        let result = catch_unwind(AssertUnwindSafe(|| look_into(&shared.job, &task, &hands)));
        let message = match result {
            Ok(Ok(())) => continue,
            Ok(Err(IngestError::Abandoned)) => return,
            Ok(Err(error)) => Message::Failed(error),
            Err(panic) => rejected(&shared.job, number, Reason::Crashed { message: panic_message(&*panic) }),
        };
        if hands.send(message).is_err() {
            return;
        }
    }
    // Others help as long as somebody may give orders.
    drop(orders);
    shared.exchange.help(|order| {
        slot.lock().busy = Some(Busy { task: order.task, since: Instant::now(), helps: true });
        order.fill(&shared.job);
        let mut state = slot.lock();
        state.busy = None;
        if state.abandoned { Err(IngestError::Abandoned) } else { Ok(()) }
    });
}

fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("for an unknown reason").to_owned()
}

/// What a worker does with the results of one task.
pub(super) struct Hands<'h> {
    shared: &'h Shared,
    slot: &'h Slot,
    task: usize,
    orders: &'h Sender<Order>,
}

impl<'h> Hands<'h> {
    /// Returns the members of the input, of which none is on its way yet.
    pub fn under_way(&self, job: &'h Job, input: InputContext) -> UnderWay<'h> {
        UnderWay::new(job, input, self.task, &self.shared.exchange, self.orders)
    }

    /// Tells the watcher that the work gets on.
    ///
    /// # Errors
    /// If the watcher gave this thread up.
    pub fn beat(&self) -> Result<(), IngestError> {
        self.are_wanted()?;
        self.busy();
        Ok(())
    }

    /// Asks whether anybody waits for the results.
    ///
    /// # Errors
    /// If the watcher gave this thread up.
    pub fn are_wanted(&self) -> Result<(), IngestError> {
        if self.slot.lock().abandoned { Err(IngestError::Abandoned) } else { Ok(()) }
    }

    /// Pauses, which is not held against the input.
    pub fn wait(&self, pause: Duration) {
        self.slot.lock().busy = None;
        thread::sleep(pause);
        self.busy();
    }

    /// Hands over a part, once there is room for its `bytes`.
    ///
    /// # Errors
    /// If the watcher gave this thread up or nobody listens.
    pub fn part(&self, batch: Batch, bytes: u64) -> Result<(), IngestError> {
        let batch = self.held(batch, bytes);
        self.send(Message::Part(batch))?;
        self.busy();
        Ok(())
    }

    /// Hands over the last part and what became of the input.
    ///
    /// # Errors
    /// As `part`.
    pub fn done(&self, batch: Batch, bytes: u64, outcome: Outcome) -> Result<(), IngestError> {
        let batch = self.held(batch, bytes);
        self.send(Message::Done { task: self.task, batch, outcome: Box::new(outcome) })
    }

    fn held(&self, mut batch: Batch, bytes: u64) -> Batch {
        self.slot.lock().busy = None;
        batch.hold = (bytes > 0).then(|| self.shared.budget.hold(bytes));
        batch
    }

    fn busy(&self) {
        self.slot.lock().busy = Some(Busy { task: self.task, since: Instant::now(), helps: false });
    }

    fn send(&self, message: Message) -> Result<(), IngestError> {
        let mut state = self.slot.lock();
        if state.abandoned {
            return Err(IngestError::Abandoned);
        }
        state.busy = None;
        self.shared.sender.send(message).map_err(|_| IngestError::Abandoned)
    }
}
