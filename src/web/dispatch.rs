//! In: a request. Out: the answer of the route that its path names, made on a thread that may block.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::{MatchedPath, RawPathParams, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HOST, HeaderMap, HeaderValue, IF_NONE_MATCH};
use axum::http::{Method, Response, StatusCode};
use axum::middleware::Next;
use axum::routing::get;
use chrono::NaiveDate;
use tower_http::compression::CompressionLayer;

use super::guard::{Guard, SECURITY_HEADERS};
use super::outgoing::Outgoing;
use super::pages;
use super::parameters::Parameters;
use super::problem::Problem;
use super::server::Peer;
use super::work::{Length, Work};
use super::{Library, Opened};
use crate::search::Archive;

/// Whom a route answers, and so in which form it says that something went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    People,
    Programs,
}

/// One path and what answers it.
pub struct Route {
    /// With at most one `{segment}`.
    pub path: &'static str,
    pub answers: For,
    pub length: Length,
    /// Whether the answer follows from the commit, the day and the address alone.
    pub is_of_commit: bool,
    pub answer: fn(&Asked, &mut Outgoing) -> Result<(), Problem>,
}

/// What a route answers to.
pub struct Asked {
    pub opened: Arc<Opened>,
    /// What was opened, for as long as the answer may take.
    pub archive: Archive,
    pub parameters: Parameters,
    /// The segment of the path that the route leaves open.
    segment: Option<String>,
    /// The day from which "yesterday" counts.
    pub today: NaiveDate,
    /// Where readers reach this server, as `https://archive.example.org`; none where the request does not tell.
    pub site: Option<String>,
}

impl Asked {
    /// Returns the segment of the path that the route leaves open.
    pub fn segment(&self) -> &str {
        self.segment.as_deref().unwrap_or_default()
    }
}

/// One request, answered.
pub struct LogLine<'a> {
    pub peer: Option<std::net::SocketAddr>,
    pub method: &'a Method,
    /// Without its query, which is the reader's own affair.
    pub path: &'a str,
    pub query: Option<&'a str>,
    pub status: StatusCode,
    pub took: Duration,
}

/// Tells of requests and of an index that cannot be followed.
pub trait Log: Send + Sync + 'static {
    fn answered(&self, line: &LogLine<'_>);
    fn failed(&self, error: &dyn std::error::Error);
}

/// Everything that requests share.
pub struct App {
    pub library: Library,
    pub work: Work,
    pub guard: Guard,
    pub today: fn() -> NaiveDate,
    pub public_url: Option<String>,
    pub log: Box<dyn Log>,
    pub routes: HashMap<&'static str, &'static Route>,
}

/// Makes the router of all routes.
pub fn router(app: Arc<App>) -> Router {
    let mut router = Router::new();
    for path in app.routes.keys() {
        router = router.route(path, get(answer));
    }
    router
        .method_not_allowed_fallback(wrong_method)
        .fallback(nothing_there)
        .with_state(Arc::clone(&app))
        .layer(CompressionLayer::new().gzip(true))
        .layer(axum::middleware::from_fn_with_state(app, guarded))
}

/// Refuses who may not ask, and adds to every answer what holds for all.
async fn guarded(State(app): State<Arc<App>>, request: Request, next: Next) -> Response<Body> {
    let started = Instant::now();
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let peer = request.extensions().get::<Peer>().map(|peer| peer.0);
    let is_open = uri.path() == HEALTH;
    let refusal = app.guard.refusal(&uri, request.headers(), is_open);
    let mut response = match refusal {
        Some(problem) => say(&problem, of_path(uri.path())),
        None => next.run(request).await,
    };
    for (name, value) in &SECURITY_HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    let (path, query, status) = (uri.path(), uri.query(), response.status());
    app.log.answered(&LogLine { peer, method: &method, path, query, status, took: started.elapsed() });
    response
}

/// How long an answer waits for a new commit to be ready before it is given from the one before.
const NEW_COMMIT_WITHIN: Duration = Duration::from_secs(1);

/// Path by which a supervisor asks whether the server lives; open to it without a token.
pub const HEALTH: &str = "/healthz";

async fn answer(
    State(app): State<Arc<App>>,
    path: MatchedPath,
    segments: RawPathParams,
    request: Request,
) -> Response<Body> {
    let Some(&route) = app.routes.get(path.as_str()) else {
        return say(&Problem::not_found("there is nothing at this address"), For::People);
    };
    let segment = segments.iter().next().map(|(_, value)| value.to_owned());
    let parameters = Parameters::read(request.uri().query());
    let known = request.headers().get(IF_NONE_MATCH).and_then(|tags| tags.to_str().ok()).map(str::to_owned);
    let site = app.public_url.clone().or_else(|| named_site(&request));
    let for_work = Arc::clone(&app);
    let answered = app.work.run(route.length, move |mut outgoing, deadline| {
        let (opened, error) = for_work.library.last_commit(NEW_COMMIT_WITHIN);
        if let Some(error) = error {
            for_work.log.failed(&error);
        }
        let today = (for_work.today)();
        if route.is_of_commit {
            let tag = format!("W/\"{}-{today}\"", opened.tag);
            outgoing.tag(&tag);
            if known.is_some_and(|known| known.split(',').any(|known| known.trim() == tag)) {
                outgoing.status(StatusCode::NOT_MODIFIED);
                return outgoing.finish();
            }
        }
        let archive = opened.archive.until(deadline.clone());
        let asked = Asked { opened, archive, parameters, segment, today, site };
        match (route.answer)(&asked, &mut outgoing) {
            Ok(()) => outgoing.finish(),
            // Half an answer is dropped with its connection.
            Err(problem) => {
                let problem = if deadline.is_over() { for_work.work.too_long() } else { problem };
                if outgoing.start_over() {
                    write_problem(&problem, route.answers, &mut outgoing);
                    outgoing.finish();
                }
            }
        }
    });
    match answered.await {
        Ok(answer) => answer,
        Err(problem) => say(&problem, route.answers),
    }
}

/// Returns the server as the request names it, which the guard has let pass.
fn named_site(request: &Request) -> Option<String> {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    let host = host.or_else(|| request.uri().authority().map(|authority| authority.as_str()));
    host.map(|host| format!("http://{host}"))
}

async fn nothing_there(request: Request) -> Response<Body> {
    say(&Problem::not_found("there is nothing at this address"), of_path(request.uri().path()))
}

async fn wrong_method(request: Request) -> Response<Body> {
    let problem = Problem::new(StatusCode::METHOD_NOT_ALLOWED, "this server only answers GET and HEAD");
    say(&problem, of_path(request.uri().path()))
}

fn of_path(path: &str) -> For {
    if path.starts_with("/api/v1/") { For::Programs } else { For::People }
}

fn write_problem(problem: &Problem, to: For, out: &mut Outgoing) {
    use std::io::Write;
    out.problem(problem);
    let (content_type, text) = problem_text(problem, to);
    out.content_type(content_type);
    // What is so short stays in memory.
    let _ = out.write_all(text.as_bytes());
}

fn problem_text(problem: &Problem, to: For) -> (&'static str, String) {
    match to {
        For::Programs => ("application/problem+json", format!("{}\n", problem.json())),
        For::People => ("text/html; charset=utf-8", pages::problem(problem)),
    }
}

/// Returns the answer that says why there is no other.
fn say(problem: &Problem, to: For) -> Response<Body> {
    let (content_type, text) = problem_text(problem, to);
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = problem.status;
    let headers: &mut HeaderMap = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.remove(ETAG);
    headers.extend(problem.headers.iter().cloned());
    response
}
