//! In: bytes as a handler writes them. Out: one answer with its length while it is short, a stream as it grows.

use std::io::{self, Write};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, HeaderName, HeaderValue, LOCATION};
use axum::http::{Response, StatusCode};
use hyper::body::{Body as HttpBody, Frame};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};

use super::problem::Problem;

/// Bytes that are held back so that an error can still be told with its own status.
const HELD_BYTES: usize = 64 << 10;
/// Pieces of a stream that wait for the client.
const PIECES: usize = 4;
/// A client that takes nothing for so long has gone, or means to keep a worker busy.
const STALLED_AFTER: Duration = Duration::from_secs(30);

/// An answer that is being written, by a thread that may block.
pub struct Outgoing {
    status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
    held: Vec<u8>,
    runtime: Handle,
    /// Takes the answer, once.
    answer: Option<oneshot::Sender<Response<Body>>>,
    /// Takes the rest of an answer that has begun.
    rest: Option<mpsc::Sender<Piece>>,
}

impl Outgoing {
    pub fn new(runtime: Handle, answer: oneshot::Sender<Response<Body>>) -> Self {
        Self {
            status: StatusCode::OK,
            headers: Vec::new(),
            held: Vec::new(),
            runtime,
            answer: Some(answer),
            rest: None,
        }
    }

    pub fn content_type(&mut self, value: &'static str) {
        self.header(CONTENT_TYPE, HeaderValue::from_static(value));
    }

    pub fn status(&mut self, status: StatusCode) {
        self.status = status;
    }

    /// Makes a browser save the answer as a file.
    pub fn save_as(&mut self, file_name: &str) {
        let value = format!("attachment; filename=\"{file_name}\"");
        if let Ok(value) = HeaderValue::from_str(&value) {
            self.header(CONTENT_DISPOSITION, value);
        }
    }

    /// Lets whoever keeps the answer ask whether it still holds.
    pub fn tag(&mut self, tag: &str) {
        if let Ok(value) = HeaderValue::from_str(tag) {
            self.header(ETAG, value);
            self.header(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
        }
    }

    /// Keeps anybody from keeping the answer: the next to the same question may hold more.
    pub fn for_now(&mut self) {
        self.headers.retain(|(name, _)| *name != ETAG);
        self.header(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }

    /// Sends the client to another page of this server.
    pub fn see(&mut self, address: &str) {
        if let Ok(value) = HeaderValue::from_str(address) {
            self.status = StatusCode::SEE_OTHER;
            self.header(LOCATION, value);
        }
    }

    pub fn header(&mut self, name: HeaderName, value: HeaderValue) {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value));
    }

    /// Throws away what was held back, for an answer that says why there is none. Returns whether it was not too late.
    pub fn start_over(&mut self) -> bool {
        self.held.clear();
        self.headers.clear();
        self.answer.is_some()
    }

    /// Takes status and headers of a problem.
    pub fn problem(&mut self, problem: &Problem) {
        self.status = problem.status;
        self.headers.extend(problem.headers.iter().cloned());
        self.header(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }

    /// Sends what is left; the answer is whole.
    pub fn finish(mut self) {
        if self.rest.is_some() {
            // Without a client nobody is left to be told.
            let _ = self.send_held().and_then(|()| self.send(Piece::End));
        } else if let Some(answer) = self.answer.take() {
            let body = Body::from(std::mem::take(&mut self.held));
            let _ = answer.send(self.response(body));
        }
    }

    fn response(&mut self, body: Body) -> Response<Body> {
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        response.headers_mut().extend(self.headers.drain(..));
        response
    }

    fn send_held(&mut self) -> io::Result<()> {
        if let Some(answer) = self.answer.take() {
            let (rest, pieces) = mpsc::channel(PIECES);
            let response = self.response(Body::new(Growing { pieces, is_over: false }));
            answer.send(response).map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
            self.rest = Some(rest);
        }
        let piece = Bytes::from(std::mem::take(&mut self.held));
        self.send(Piece::Data(piece))
    }

    fn send(&mut self, piece: Piece) -> io::Result<()> {
        let Some(rest) = &self.rest else { return Err(io::ErrorKind::BrokenPipe.into()) };
        let sent = self.runtime.block_on(rest.send_timeout(piece, STALLED_AFTER));
        sent.map_err(|error| match error {
            mpsc::error::SendTimeoutError::Timeout(_) => io::ErrorKind::TimedOut.into(),
            mpsc::error::SendTimeoutError::Closed(_) => io::ErrorKind::BrokenPipe.into(),
        })
    }
}

/// A part of an answer that has begun.
enum Piece {
    Data(Bytes),
    /// The answer is whole.
    End,
}

/// The body of an answer that is still being written. Where its writer goes away before the end, that is an error,
/// which breaks the connection: half an answer must not be taken for the whole.
struct Growing {
    pieces: mpsc::Receiver<Piece>,
    is_over: bool,
}

impl HttpBody for Growing {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if self.is_over {
            return Poll::Ready(None);
        }
        let piece = ready!(self.pieces.poll_recv(context));
        self.is_over = !matches!(piece, Some(Piece::Data(_)));
        Poll::Ready(match piece {
            Some(Piece::Data(bytes)) => Some(Ok(Frame::data(bytes))),
            Some(Piece::End) => None,
            None => Some(Err(io::Error::other("the answer could not be finished"))),
        })
    }

    fn is_end_stream(&self) -> bool {
        self.is_over
    }
}

impl Write for Outgoing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.held.extend_from_slice(bytes);
        if self.held.len() >= HELD_BYTES {
            self.send_held()?;
        }
        Ok(bytes.len())
    }

    /// What is held back stays so: nothing gains from small pieces.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    fn polled(body: &mut Growing) -> String {
        match Pin::new(body).poll_frame(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Some(Ok(_))) => "data".into(),
            Poll::Ready(Some(Err(error))) => error.to_string(),
            Poll::Ready(None) => "end".into(),
            Poll::Pending => "pending".into(),
        }
    }

    #[test]
    fn only_an_end_that_was_said_is_one() {
        for (says_so, last) in [(true, "end"), (false, "the answer could not be finished")] {
            let (sender, pieces) = mpsc::channel(4);
            let mut body = Growing { pieces, is_over: false };
            assert_eq!(polled(&mut body), "pending");
            sender.try_send(Piece::Data(Bytes::from_static(b"half"))).unwrap();
            if says_so {
                sender.try_send(Piece::End).unwrap();
            }
            drop(sender);
            // Layers may ask again after the end.
            let found = [polled(&mut body), polled(&mut body), polled(&mut body)];
            assert_eq!(found, ["data", last, "end"]);
        }
    }
}
