//! Who may ask: by a name of this server, with the token where there is one, and without a body; and what a browser may
//! do with an answer.

use std::net::IpAddr;
use std::str::FromStr;

use axum::http::header::{
    AUTHORIZATION, CONNECTION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, HOST, HeaderMap, HeaderName, HeaderValue,
    REFERRER_POLICY, TRANSFER_ENCODING, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{StatusCode, Uri};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::problem::Problem;

/// Sent with every answer. Nothing inline runs or styles, nothing is fetched from elsewhere, nobody frames a page.
pub static SECURITY_HEADERS: [(HeaderName, &str); 7] = [
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), interest-cohort=()"),
];

/// Decides who may ask.
#[derive(Clone, Debug, Default)]
pub struct Guard {
    /// Names under which the server is reached, besides `localhost` and addresses; lower case.
    hosts: Vec<String>,
    /// Hash of the token that every request must bring: equal time for every wrong guess.
    token: Option<blake3::Hash>,
}

impl Guard {
    pub fn new(hosts: &[String], token: Option<&str>) -> Self {
        Self {
            hosts: hosts.iter().map(|host| host.to_ascii_lowercase()).collect(),
            token: token.map(|token| blake3::hash(token.as_bytes())),
        }
    }

    /// Returns why a request is refused; `is_open` where no token is asked for.
    pub fn refusal(&self, uri: &Uri, headers: &HeaderMap, is_open: bool) -> Option<Problem> {
        if let Some(problem) = refused_body(headers).or_else(|| self.misnamed(uri, headers)) {
            return Some(problem);
        }
        if !is_open && self.token.is_some_and(|token| !brings(headers, token)) {
            let problem = Problem::new(StatusCode::UNAUTHORIZED, "this archive asks for a token");
            let ask = HeaderValue::from_static("Basic realm=\"dateline\", charset=\"UTF-8\"");
            return Some(
                problem
                    .header(WWW_AUTHENTICATE, ask)
                    .hint("send it as a bearer token, or as the password with any user name"),
            );
        }
        None
    }

    /// Returns why a request is not for this server. An address in absolute form names a host too, and who sends two
    /// different ones hopes that a proxy and this server each believe another.
    fn misnamed(&self, uri: &Uri, headers: &HeaderMap) -> Option<Problem> {
        let mut named: Vec<&str> = headers.get_all(HOST).iter().map(|host| host.to_str().unwrap_or_default()).collect();
        let hosts = named.len();
        named.extend(uri.authority().map(|authority| authority.as_str()));
        if named.is_empty() {
            return Some(Problem::bad_request("the request does not say which host it is for"));
        }
        if hosts > 1 {
            return Some(Problem::bad_request("the request says several times which host it is for"));
        }
        if named.iter().all(|host| self.knows(host)) {
            return None;
        }
        let problem = Problem::new(StatusCode::MISDIRECTED_REQUEST, "this server does not go by that name");
        Some(problem.hint("start it with --host NAME for each name under which it is reached"))
    }

    /// Returns whether a host is this server. A page elsewhere can point its own name at this machine and so read
    /// answers as its own (DNS rebinding); it cannot do so with an address or `localhost`.
    fn knows(&self, authority: &str) -> bool {
        let host = without_port(authority).to_ascii_lowercase();
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        host == "localhost" || IpAddr::from_str(bare).is_ok() || self.hosts.contains(&host)
    }
}

/// Returns why a request with a body is refused: nothing here reads one, and where it would end is what two servers in
/// a row can be made to disagree about (request smuggling). The connection ends with the answer, and the body unread.
fn refused_body(headers: &HeaderMap) -> Option<Problem> {
    let problem = if headers.contains_key(TRANSFER_ENCODING) {
        Problem::bad_request("a request with Transfer-Encoding is not read")
    } else if headers.get_all(CONTENT_LENGTH).iter().any(|length| length != "0") {
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "a request with a body is not read")
    } else {
        return None;
    };
    let problem = problem.header(CONNECTION, HeaderValue::from_static("close"));
    Some(problem.hint("put everything into the address"))
}

/// Returns the host of `host:port`; the colons of a bracketed IPv6 address are its own.
fn without_port(authority: &str) -> &str {
    let Some((host, port)) = authority.rsplit_once(':') else { return authority };
    let is_port = port.bytes().all(|byte| byte.is_ascii_digit());
    let is_inside_address = host.contains(':') && !host.ends_with(']');
    if is_port && !is_inside_address { host } else { authority }
}

/// Returns whether the token came along: as bearer, or as the password of basic authentication, which browsers and
/// feed readers ask their user for.
fn brings(headers: &HeaderMap, token: blake3::Hash) -> bool {
    let Some(value) = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()) else { return false };
    let Some((scheme, rest)) = value.split_once(' ') else { return false };
    let brought = match scheme.to_ascii_lowercase().as_str() {
        "bearer" => rest.trim().as_bytes().to_vec(),
        "basic" => {
            let Ok(decoded) = BASE64_STANDARD.decode(rest.trim()) else { return false };
            let Some(colon) = decoded.iter().position(|&byte| byte == b':') else { return false };
            decoded[colon + 1..].to_vec()
        }
        _ => return false,
    };
    // Comparing hashes takes the same time for every guess.
    blake3::hash(&brought) == token
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(guard: &Guard, uri: &'static str, headers: &[(HeaderName, &str)]) -> Option<u16> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name, HeaderValue::from_str(value).unwrap());
        }
        guard.refusal(&Uri::from_static(uri), &map, false).map(|problem| problem.status.as_u16())
    }

    #[test]
    fn only_our_own_names_are_answered() {
        let guard = Guard::new(&["News.example.org".into()], None);
        let rows = [
            (Some("localhost:7878"), None),
            (Some("LOCALHOST"), None),
            (Some("127.0.0.1:7878"), None),
            (Some("[::1]:7878"), None),
            (Some("192.0.2.7"), None),
            (Some("news.example.org"), None),
            (Some("news.example.org:443"), None),
            (Some("evil.example"), Some(421)),
            (Some("evil.example:7878"), Some(421)),
            (Some("news.example.org.evil.example"), Some(421)),
            (Some("localhost.evil.example"), Some(421)),
            (Some("127.0.0.1.evil.example"), Some(421)),
            (Some("localhost@evil.example"), Some(421)),
            (Some(""), Some(421)),
            (None, Some(400)),
        ];
        for (host, expected) in rows {
            let headers: Vec<(HeaderName, &str)> = host.map(|host| (HOST, host)).into_iter().collect();
            assert_eq!(status(&guard, "/", &headers), expected, "{host:?}");
        }
    }

    #[test]
    fn every_name_that_a_request_gives_is_ours() {
        let guard = Guard::new(&[], None);
        let rows: [(&str, &[&str], Option<u16>); 8] = [
            ("http://localhost/", &["localhost"], None),
            ("http://127.0.0.1:7878/", &["localhost:7878"], None),
            ("http://localhost/", &[], None),
            ("http://evil.example/", &["localhost"], Some(421)),
            ("http://localhost/", &["evil.example"], Some(421)),
            ("http://localhost@evil.example/", &["localhost"], Some(421)),
            ("/", &["localhost", "localhost"], Some(400)),
            ("/", &["localhost", "evil.example"], Some(400)),
        ];
        for (uri, hosts, expected) in rows {
            let headers: Vec<(HeaderName, &str)> = hosts.iter().map(|host| (HOST, *host)).collect();
            assert_eq!(status(&guard, uri, &headers), expected, "{uri} {hosts:?}");
        }
    }

    #[test]
    fn a_body_is_not_read() {
        let guard = Guard::new(&[], None);
        type Headers<'h> = &'h [(HeaderName, &'h str)];
        let rows: [(Headers<'_>, Option<u16>); 5] = [
            (&[(CONTENT_LENGTH, "0")], None),
            (&[(CONTENT_LENGTH, "1")], Some(413)),
            (&[(CONTENT_LENGTH, "0"), (CONTENT_LENGTH, "7")], Some(413)),
            (&[(TRANSFER_ENCODING, "chunked")], Some(400)),
            (&[(TRANSFER_ENCODING, "chunked"), (CONTENT_LENGTH, "0")], Some(400)),
        ];
        for (headers, expected) in rows {
            let headers = [&[(HOST, "localhost")], headers].concat();
            assert_eq!(status(&guard, "/", &headers), expected, "{headers:?}");
        }
    }

    #[test]
    fn the_token_comes_as_bearer_or_password() {
        let guard = Guard::new(&[], Some("s:cret"));
        let basic = |text: &str| format!("Basic {}", BASE64_STANDARD.encode(text));
        let rows = [
            (Some("Bearer s:cret".to_owned()), None),
            (Some("bearer s:cret".to_owned()), None),
            (Some(basic("anyone:s:cret")), None),
            (Some(basic(":s:cret")), None),
            (Some("Bearer s:cre".to_owned()), Some(401)),
            (Some("Bearer".to_owned()), Some(401)),
            (Some(basic("s:cret")), Some(401)),
            (Some("Basic ???".to_owned()), Some(401)),
            (Some("Digest s:cret".to_owned()), Some(401)),
            (None, Some(401)),
        ];
        for (authorization, expected) in rows {
            let mut headers = vec![(HOST, "localhost")];
            headers.extend(authorization.as_deref().map(|value| (AUTHORIZATION, value)));
            assert_eq!(status(&guard, "/", &headers), expected, "{authorization:?}");
        }
    }
}
