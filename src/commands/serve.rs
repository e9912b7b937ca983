use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::Context;
use chrono::Local;
use clap::Parser;
use dateline::index::Place;
use dateline::output::neutralise;
use dateline::web::{self, Listening, Log, LogLine, Options};

use super::arguments::Threads;
use super::{Common, Run};
use crate::error::{Exit, Hinted};

/// Serve the archive as a web page, an HTTP API and feeds
#[derive(Parser)]
#[command(after_help = "Listens on this machine alone unless told otherwise; only reads. What another ingest commits \
                        is answered from at once.\n\nExamples:\n  dateline serve\n  \
                        DATELINE_TOKEN=… dateline serve --listen 0.0.0.0:7878 --host archive.example.org\n\n\
                        docs/web.md shows how to put it behind a proxy with TLS.")]
pub struct Serve {
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value_t = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 7878))]
    listen: SocketAddr,
    /// Name under which the server is reached, such as a proxy's; may be given several times
    #[arg(long, value_name = "NAME")]
    host: Vec<String>,
    /// Address under which readers reach the server, for links in feeds; else what each request names
    #[arg(long, value_name = "URL", value_parser = web_address)]
    public_url: Option<String>,
    /// Token that every request must bring, as bearer or as password
    #[arg(long, value_name = "TOKEN", env = "DATELINE_TOKEN", hide_env_values = true)]
    token: Option<String>,
    /// Let everybody ask who reaches an address beyond this machine
    #[arg(long, conflicts_with = "token")]
    public: bool,
    /// Most seconds until an answer begins
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    timeout: u64,
    #[command(flatten)]
    threads: Threads,
}

impl Run for Serve {
    fn run(self, common: &Common) -> anyhow::Result<Exit> {
        if !self.listen.ip().is_loopback() && self.token.is_none() && !self.public {
            return Err(Hinted {
                message: format!("{} can be reached from other machines, and nothing keeps anybody out", self.listen),
                hint: "give a --token, or --public if all may read".into(),
            }
            .into());
        }
        let library = web::open(Place::new(&common.index))?;
        let options = Options {
            listen: self.listen,
            hosts: self.host,
            public_url: self.public_url,
            token: self.token.filter(|token| !token.is_empty()),
            threads: self.threads.count(),
            within: Duration::from_secs(self.timeout.max(1)),
            today: || Local::now().date_naive(),
            log: Box::new(Journal { tells_requests: !common.quiet, tells_queries: common.verbose }),
        };
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start")?;
        runtime.block_on(async {
            let cannot_listen = || format!("cannot listen on {}", self.listen);
            let listening = Listening::start(library, options).await.with_context(cannot_listen)?;
            let address = listening.address().with_context(cannot_listen)?;
            if !common.quiet {
                anstream::eprintln!("serving http://{address}/ (stop with Ctrl-C)");
            }
            let stop = stop_signal().context("cannot wait for signals")?;
            listening.serve(stop).await;
            anyhow::Ok(())
        })?;
        Ok(Exit::Done)
    }
}

fn web_address(typed: &str) -> Result<String, &'static str> {
    let is_address =
        ["https://", "http://"].iter().any(|scheme| typed.len() > scheme.len() && typed.starts_with(scheme));
    if is_address { Ok(typed.to_owned()) } else { Err("it begins with https:// or http://") }
}

/// Returns a future that is done when the system or the terminal asks the program to stop.
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        Ok(async move {
            tokio::select! {
                _ = interrupt.recv() => (),
                _ = terminate.recv() => (),
            }
        })
    }
    #[cfg(not(unix))]
    {
        Ok(async {
            // Where the signal cannot be waited for, the process is ended from outside.
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        })
    }
}

/// A line for each request on standard error, as names and values.
struct Journal {
    tells_requests: bool,
    /// Queries are the reader's own affair; who wants them logged asks for it.
    tells_queries: bool,
}

impl Log for Journal {
    fn answered(&self, line: &LogLine<'_>) {
        if !self.tells_requests {
            return;
        }
        let at = Local::now().format("%Y-%m-%dT%H:%M:%S%.3f%:z");
        let peer = line.peer.map(|peer| peer.ip().to_string()).unwrap_or_default();
        let mut path = neutralise(line.path).into_owned();
        if let Some(query) = line.query.filter(|_| self.tells_queries) {
            path.push('?');
            path.push_str(&neutralise(query));
        }
        let (method, status, ms) = (line.method, line.status.as_u16(), line.took.as_secs_f64() * 1e3);
        anstream::eprintln!("{at} peer={peer} method={method} path={path} status={status} ms={ms:.1}");
    }

    fn failed(&self, error: &dyn std::error::Error) {
        let at = Local::now().format("%Y-%m-%dT%H:%M:%S%.3f%:z");
        anstream::eprintln!("{at} error={:?}", neutralise(&error.to_string()));
    }
}
