//! Threads for what blocks: as many as there are cores, with a queue that ends and a time after which each gives up.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::http::header::{HeaderValue, RETRY_AFTER};
use axum::http::{Response, StatusCode};
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, oneshot};

use super::outgoing::Outgoing;
use super::problem::Problem;
use crate::search::Deadline;

/// Who may wait behind the one being answered; past that, an honest "busy" beats a long silence.
const WAITING_PER_THREAD: usize = 32;
/// Downloads at once. They last as long as their client reads, so they have threads of their own.
const DOWNLOADS: usize = 4;

/// Whether an answer is bounded or goes on for as long as there are hits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    Bounded,
    Download,
}

/// Runs blocking work, a bounded number at once.
pub struct Work {
    bounded: Arc<Semaphore>,
    downloads: Arc<Semaphore>,
    waiting: AtomicUsize,
    most_waiting: usize,
    /// Longest time until an answer begins.
    within: Duration,
}

impl Work {
    pub fn new(threads: usize, within: Duration) -> Self {
        Self {
            bounded: Arc::new(Semaphore::new(threads)),
            downloads: Arc::new(Semaphore::new(DOWNLOADS)),
            waiting: AtomicUsize::new(0),
            most_waiting: threads * WAITING_PER_THREAD,
            within,
        }
    }

    /// Runs `write` on a thread that may block and returns the answer as soon as it begins. Where it does not begin in
    /// time, or nobody waits for it any more, its deadline is over, and the thread with it.
    ///
    /// # Errors
    /// If too many wait already, or the answer did not begin in time.
    pub async fn run(
        &self,
        length: Length,
        write: impl FnOnce(Outgoing, Deadline) + Send + 'static,
    ) -> Result<Response<Body>, Problem> {
        let Some(_place) = Place::take(self) else { return Err(busy("too many questions wait to be answered")) };
        let deadline = Deadline::within(self.within);
        let waited_for = WaitedFor(deadline.clone());
        let threads = match length {
            Length::Bounded => Arc::clone(&self.bounded),
            Length::Download => Arc::clone(&self.downloads),
        };
        let answered = async {
            let Ok(permit) = threads.acquire_owned().await else { return None };
            let (sender, receiver) = oneshot::channel();
            let outgoing = Outgoing::new(Handle::current(), sender);
            tokio::task::spawn_blocking(move || {
                write(outgoing, deadline);
                drop(permit);
            });
            receiver.await.ok()
        };
        match tokio::time::timeout(self.within, answered).await {
            Ok(Some(answer)) => {
                // What has begun lasts for as long as its client reads.
                waited_for.0.lift();
                Ok(answer)
            }
            // The thread ended without a word: it panicked, or broke off before anything was sent.
            Ok(None) => Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the answer could not be made")
                .hint("dateline check tells whether the index is damaged")),
            Err(_) => Err(self.too_long()),
        }
    }

    /// Returns the problem of an answer that did not begin in time.
    pub fn too_long(&self) -> Problem {
        let seconds = self.within.as_secs();
        busy(&format!("the answer took longer than {seconds} seconds")).hint("narrow the query, or try later")
    }
}

fn busy(detail: &str) -> Problem {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail).header(RETRY_AFTER, HeaderValue::from_static("5"))
}

/// Gives an answer up that has not begun when nobody waits for it any more.
struct WaitedFor(Deadline);

impl Drop for WaitedFor {
    fn drop(&mut self) {
        self.0.give_up();
    }
}

/// A place in the queue.
struct Place<'w>(&'w Work);

impl<'w> Place<'w> {
    fn take(work: &'w Work) -> Option<Self> {
        let place = Self(work);
        let before = work.waiting.fetch_add(1, Ordering::Relaxed);
        (before < work.most_waiting).then_some(place)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}
