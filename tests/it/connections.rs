//! `dateline serve` and clients that break the protocol, hold on, or ask for too much.

use std::io::{Read, Write};
#[cfg(unix)]
use std::net::TcpStream;
use std::time::{Duration, Instant};

#[cfg(unix)]
use crate::scene::Scene;
use crate::served::{Served, archive};

#[test]
fn requests_that_two_servers_could_read_differently_are_refused() {
    let scene = archive();
    let served = Served::start(&scene, &[]);
    let smuggled = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    // What is sent, and the statuses that come back.
    let rows: &[(&str, &[u16])] = &[
        ("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", &[200, 200]),
        ("GET http://localhost/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", &[200, 200]),
        ("GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n", &[200, 200]),
        (
            "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            &[400],
        ),
        (
            "GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\n",
            &[400],
        ),
        ("GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", &[400]),
        ("GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", &[400]),
        ("GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n", &[400]),
        ("GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx", &[400]),
        ("GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", &[400]),
        ("GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nbody", &[413]),
        ("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nbody", &[413]),
        ("GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", &[421]),
        ("GET http://localhost/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", &[421]),
        ("GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n", &[400]),
        ("GET / HTTP/1.1\r\nConnection: close\r\n\r\n", &[400]),
        ("GET /\0 HTTP/1.1\r\nHost: localhost\r\n\r\n", &[400]),
    ];
    for (request, expected) in rows {
        // Behind each stands a request that must not be taken for a second one where the first was refused.
        let last = smuggled.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
        let answer = served.raw(format!("{request}{last}").as_bytes());
        let statuses = answer.match_indices("HTTP/1.1 ").filter_map(|(at, _)| answer[at + 9..].get(..3)?.parse().ok());
        assert_eq!(statuses.collect::<Vec<u16>>(), *expected, "{request:?} gives {answer}");
    }
}

#[test]
fn a_head_has_a_bound() {
    let scene = archive();
    let served = Served::start(&scene, &[]);
    let begin = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Long: ";
    let whole = format!("{begin}{}\r\n\r\n", "x".repeat(60 << 10));
    assert!(served.raw(whole.as_bytes()).starts_with("HTTP/1.1 200 "));
    // Exactly what the server takes before it refuses, so that nothing unread makes it break off without a word.
    let endless = format!("{begin}{}", "x".repeat((64 << 10) - begin.len()));
    let answer = served.raw(endless.as_bytes());
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer:?}");
}

#[test]
fn a_request_that_never_ends_is_cut_off() {
    let scene = archive();
    let served = Served::start(&scene, &[]);
    let mut stream = served.connect();
    let started = Instant::now();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ").expect("it can be asked");
    stream.set_read_timeout(Some(Duration::from_millis(500))).expect("a time-out can be set");
    while started.elapsed() < Duration::from_secs(25) {
        // A letter now and then keeps the connection alive and the request unfinished.
        let _ = stream.write_all(b"x");
        if !matches!(stream.read(&mut [0; 512]), Err(error) if is_time_out(&error)) {
            break;
        }
    }
    let took = started.elapsed();
    assert!((10..20).contains(&took.as_secs()), "it was cut off after {took:?}");
}

/// Connections that somebody holds without asking anything, where the system lets one process hold so many.
const HELD: usize = 10_000;

#[cfg(unix)]
#[test]
fn those_who_only_hold_connections_keep_nobody_out() {
    let scene = archive();
    let held_at_once = holdable(&scene);
    assert!(
        held_at_once > 700,
        "`ulimit -n` lets a process hold {held_at_once} connections, and the server has 512 seats"
    );
    let served = Served::start(&scene, &[]);
    // Many more than the server has seats for; half of them send a letter of a request now and then.
    let mut held: Vec<TcpStream> = Vec::with_capacity(held_at_once);
    for number in 0..held_at_once {
        let mut stream = served.connect();
        if number % 2 == 0 {
            // A connection that gave way already refuses it.
            let _ = stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
        }
        held.push(stream);
    }
    for _ in 0..5 {
        let started = Instant::now();
        assert_eq!(served.get("/?q=treaty").status, 200);
        assert!(started.elapsed() < Duration::from_secs(5), "others waited {:?}", started.elapsed());
        for stream in &mut held {
            let _ = stream.write_all(b"x");
        }
    }
    let mut gave_way = 0;
    for stream in &mut held {
        stream.set_nonblocking(true).expect("it need not block");
        // What is still open has nothing to read.
        gave_way += usize::from(!matches!(stream.read(&mut [0; 64]), Err(error) if is_time_out(&error)));
    }
    assert!(gave_way >= held_at_once - 512, "only {gave_way} connections gave way");
}

/// Returns how many connections this process can hold beside what else it does.
#[cfg(unix)]
fn holdable(scene: &Scene) -> usize {
    let limit = scene.shell("ulimit -n").output().expect("a shell starts").stdout;
    let limit = String::from_utf8_lossy(&limit).trim().parse().unwrap_or(usize::MAX);
    HELD.min(limit.saturating_sub(200))
}

fn is_time_out(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut)
}

#[cfg(unix)]
#[test]
fn it_stops_when_asked_to() {
    let scene = archive();
    let mut served = Served::start(&scene, &[]);
    // Whoever keeps a connection open is not waited for.
    let _idle = served.connect();
    assert_eq!(served.get("/healthz").body, "ok\n");
    let started = Instant::now();
    let id = served.child.id().to_string();
    assert!(scene.shell(&format!("kill -TERM {id}")).status().expect("a shell starts").success());
    let status = served.child.wait().expect("it ends");
    assert!(status.success(), "{status}");
    assert!(started.elapsed() < Duration::from_secs(5), "it took {:?}", started.elapsed());
}
