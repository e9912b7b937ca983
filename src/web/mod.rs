//! In: an index. Out: pages, an HTTP API and feeds for whoever may ask; the index is only read.
//!
//! 1. `server`: connections, each with a `seat` 2. `guard`: who may ask 3. `dispatch`: the route that a path names,
//! answered on a thread of `work` from the last commit of the `library` 4. `pages`, `api`, `feed`: the answers, as
//! bytes in an `outgoing`.

mod api;
mod asking;
mod assets;
mod dispatch;
mod feed;
mod guard;
mod names;
mod outgoing;
mod pages;
mod parameters;
mod problem;
mod request;
mod runs;
mod seats;
mod server;
mod suggest;
mod wording;
mod work;

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::http::Uri;
use chrono::NaiveDate;

pub use dispatch::{Log, LogLine};

use dispatch::{App, For, HEALTH, Route};
use guard::Guard;
pub use names::Names;
use outgoing::Outgoing;
use problem::Problem;
use server::Server;
use work::{Length, Work};

use crate::index::Place;
use crate::index::tantivy::generation::GenerationError;

/// How an archive is served.
pub struct Options {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Names under which the server is reached, besides `localhost` and addresses.
    pub hosts: Vec<String>,
    /// Where readers reach the server, where that is not what their requests name: behind a proxy with TLS.
    pub public_url: Option<String>,
    /// What every request must bring; none where everybody who reaches the server may ask.
    pub token: Option<String>,
    /// Questions that are answered at once.
    pub threads: usize,
    /// Longest time until an answer begins.
    pub within: Duration,
    /// Tells which day it is.
    pub today: fn() -> NaiveDate,
    pub log: Box<dyn Log>,
}

/// An archive that is about to be served.
pub struct Listening {
    server: Server,
    app: Arc<App>,
}

impl Listening {
    /// Listens, and answers nothing yet.
    ///
    /// # Errors
    /// If the address is taken, or not this machine's.
    pub async fn start(library: Library, options: Options) -> std::io::Result<Self> {
        let server = Server::bind(options.listen).await?;
        let mut hosts = options.hosts;
        // What readers are told to use they may use.
        let public: Option<Uri> = options.public_url.as_deref().and_then(|url| url.parse().ok());
        hosts.extend(public.and_then(|url| url.host().map(str::to_owned)));
        let app = App {
            library,
            work: Work::new(options.threads, options.within),
            guard: Guard::new(&hosts, options.token.as_deref()),
            today: options.today,
            public_url: options.public_url.map(|url| url.trim_end_matches('/').to_owned()),
            log: options.log,
            routes: routes().map(|route| (route.path, route)).collect(),
        };
        Ok(Self { server, app: Arc::new(app) })
    }

    /// Returns the address with the port in force.
    ///
    /// # Errors
    /// If the system does not tell.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.server.address()
    }

    /// Answers until `stop` is done, then lets running answers end.
    pub async fn serve(self, stop: impl Future<Output = ()>) {
        let app = Arc::clone(&self.app);
        let follow = tokio::spawn(async move {
            loop {
                tokio::time::sleep(FOLLOWED_EVERY).await;
                if let (_, Some(error)) = app.library.last_commit(Duration::ZERO) {
                    app.log.failed(&error);
                }
            }
        });
        self.server.run(dispatch::router(self.app), stop).await;
        follow.abort();
    }
}

/// The archive that is served, with the names that completion offers, as soon as they are gathered.
pub type Library = crate::library::Library<OnceLock<Names>>;
type Opened = crate::library::Opened<OnceLock<Names>>;

/// Opens an index to be served.
///
/// # Errors
/// If there is none, or it is damaged or of another version.
pub fn open(place: Place) -> Result<Library, GenerationError> {
    Library::open(place, |opened| {
        // Whoever asks of an index that cannot be read is told so by the answer.
        if let Ok(names) = Names::gather(&opened.archive) {
            opened.kept.get_or_init(|| names);
        }
    })
}

/// How often a server looks for a new commit, so that who asks rarely is not answered from an old one.
const FOLLOWED_EVERY: Duration = Duration::from_secs(1);

/// Routes that are neither pages nor the API.
const OTHER_ROUTES: &[Route] = &[
    Route {
        path: "/assets/{name}",
        answers: For::People,
        length: Length::Bounded,
        is_of_commit: false,
        answer: assets::asset,
    },
    Route {
        path: "/suggest",
        answers: For::Programs,
        length: Length::Bounded,
        is_of_commit: true,
        answer: suggest::suggest,
    },
    Route { path: "/feed", answers: For::Programs, length: Length::Bounded, is_of_commit: true, answer: feed::feed },
    Route { path: HEALTH, answers: For::Programs, length: Length::Bounded, is_of_commit: false, answer: health },
];

/// Returns every route.
fn routes() -> impl Iterator<Item = &'static Route> {
    pages::ROUTES.iter().chain(api::ENDPOINTS.iter().map(|endpoint| &endpoint.route)).chain(OTHER_ROUTES)
}

/// Answers `/healthz`: the server lives and has a commit to answer from.
fn health(_: &dispatch::Asked, out: &mut Outgoing) -> Result<(), Problem> {
    use std::io::Write;
    out.content_type("text/plain; charset=utf-8");
    out.write_all(b"ok\n")?;
    Ok(())
}
