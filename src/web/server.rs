//! In: a listening address. Out: connections, each with a bound on its time and none able to keep others out.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tower_service::Service;

use super::seats::{Seat, Seats};

/// Connections that are open at once. A process may open 1,024 files where nobody raised that, and an index of many
/// segments needs some of them.
const CONNECTIONS: usize = 512;
/// A browser sends its headers within one packet's travel; a client that needs longer only keeps a seat.
const HEADERS_WITHIN: Duration = Duration::from_secs(15);
/// Line and headers of a request, and so the longest query that fits into an address.
const HEAD_BYTES: usize = 64 << 10;
/// How long requests that are being answered may take after the server was asked to stop.
const LAST_ANSWERS_WITHIN: Duration = Duration::from_secs(10);
/// Pause after the system could not accept, for want of file handles for example.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// A socket that listens, before anything is answered.
pub struct Server {
    listener: TcpListener,
}

impl Server {
    /// Listens on `address`; port 0 takes a free one.
    ///
    /// # Errors
    /// If the address is taken, not this machine's, or not allowed.
    pub async fn bind(address: SocketAddr) -> io::Result<Self> {
        Ok(Self { listener: TcpListener::bind(address).await? })
    }

    /// Returns the address with the port in force.
    ///
    /// # Errors
    /// If the system does not tell.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers until `stop` is done, then lets running answers end.
    pub async fn run(self, router: Router, stop: impl Future<Output = ()>) {
        let graceful = GracefulShutdown::new();
        let seats = Seats::new(CONNECTIONS);
        let mut stop = std::pin::pin!(stop);
        loop {
            tokio::select! {
                () = &mut stop => break,
                accepted = self.listener.accept() => match accepted {
                    // Where every seat is taken by somebody who is being answered, the connection is dropped.
                    Ok((stream, peer)) => if let Some(seat) = Seats::take(&seats) {
                        serve(stream, peer, seat, router.clone(), &graceful);
                    },
                    Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
                },
            }
        }
        drop(self.listener);
        // Whoever still talks after that is cut off.
        let _ = tokio::time::timeout(LAST_ANSWERS_WITHIN, graceful.shutdown()).await;
    }
}

/// Answers one connection in a task of its own.
fn serve(stream: TcpStream, peer: SocketAddr, seat: Seat, router: Router, graceful: &GracefulShutdown) {
    // An answer leaves at once, whatever its last packet holds.
    let _ = stream.set_nodelay(true);
    let seat = Arc::new(seat);
    let for_requests = Arc::clone(&seat);
    let service = service_fn(move |request: Request<Incoming>| {
        let busy = Seat::busy(&for_requests);
        let mut router = router.clone();
        async move {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(Peer(peer));
            let answer = router.call(request).await;
            drop(busy);
            answer
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_WITHIN)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    let connection = graceful.watch(connection);
    tokio::spawn(async move {
        tokio::select! {
            // What a client did wrong is its own affair.
            _ = connection => (),
            () = seat.is_wanted() => (),
        }
    });
}

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);
