//! `dateline serve`: who may ask, what is answered, and that nothing from an article or an address becomes markup.

use std::io::{Read, Write};

use regex::Regex;
use serde_json::Value;

use crate::scene::Scene;
use crate::served::{Served, archive};

#[test]
fn only_who_may_ask_is_answered() {
    let scene = archive();
    let served = Served::start(&scene, &["--token", "s3cret", "--host", "archive.example.org"]);
    let bearer = ("Authorization", "Bearer s3cret");
    let here = ("Host", "localhost");
    type Headers<'h> = &'h [(&'h str, &'h str)];
    let rows: &[(&str, Headers<'_>, u16)] = &[
        ("/", &[here, bearer], 200),
        ("/", &[("Host", "archive.example.org"), bearer], 200),
        // `:s3cret` in Base64.
        ("/", &[here, ("Authorization", "Basic OnMzY3JldA==")], 200),
        ("/", &[here], 401),
        ("/api/v1/status", &[here], 401),
        ("/assets/dateline.css", &[here], 401),
        ("/", &[here, ("Authorization", "Bearer s3cre")], 401),
        ("/?token=s3cret", &[here], 401),
        ("/", &[("Host", "evil.example"), bearer], 421),
        ("/", &[bearer], 400),
        ("/healthz", &[here], 200),
        ("/healthz", &[("Host", "evil.example")], 421),
    ];
    for (target, headers, status) in rows {
        assert_eq!(served.ask("GET", target, headers).status, *status, "{target} {headers:?}");
    }
    assert!(served.ask("GET", "/", &[here]).header("www-authenticate").starts_with("Basic"));
}

#[test]
fn an_address_beyond_this_machine_needs_a_decision() {
    let scene = archive();
    let run = scene.dateline(&["serve", "--listen", "0.0.0.0:0"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("--token"), "{}", run.stderr);
}

#[test]
fn answers_of_every_kind_keep_a_browser_safe() {
    let scene = archive();
    let served = Served::start(&scene, &[]);
    let rows = [
        ("GET", "/", 200, "text/html"),
        ("HEAD", "/", 200, "text/html"),
        ("GET", "/?q=treaty", 200, "text/html"),
        ("GET", "/?q=speeker:x", 200, "text/html"),
        ("GET", "/assets/dateline.js", 200, "text/javascript"),
        ("GET", "/nowhere", 404, "text/html"),
        ("GET", "/article/0000000000000000", 404, "text/html"),
        ("GET", "/files", 200, "text/html"),
        ("GET", "/files?collection=nowhere", 404, "text/html"),
        ("GET", "/article/..%2f..%2fCargo.toml", 404, "text/html"),
        ("GET", "/assets/..%2fdateline.css", 404, "text/html"),
        ("GET", "/assets/../Cargo.toml", 404, "text/html"),
        ("GET", "/speaker/Nobody", 404, "text/html"),
        ("POST", "/", 405, "text/html"),
        ("GET", "/api/v1/query?q=treaty", 200, "application/json"),
        ("GET", "/api/v1/query?q=speeker:x", 400, "application/problem+json"),
        ("GET", "/api/v1/query?q=treaty&colour=red", 400, "application/problem+json"),
        ("GET", "/api/v1/query?q=treaty&limit=1001", 400, "application/problem+json"),
        ("GET", "/api/v1/query?q=treaty&format=pdf", 400, "application/problem+json"),
        ("GET", "/api/v1/query?q=treaty&group_by=colour", 400, "application/problem+json"),
        ("GET", "/api/v1/query?q=treaty&per_group=2", 400, "application/problem+json"),
        ("GET", "/api/v1/query?q=treaty&group_by=outlet&limit=100&per_group=11", 400, "application/problem+json"),
        ("GET", "/api/v1/query?q=treaty&group_by=outlet&limit=100&per_group=10", 200, "application/json"),
        ("GET", "/api/v1/show/xyz", 404, "application/problem+json"),
        ("GET", "/api/v1/nowhere", 404, "application/problem+json"),
        ("DELETE", "/api/v1/status", 405, "application/problem+json"),
        ("GET", "/feed?q=treaty", 200, "application/atom+xml"),
        ("GET", "/suggest?q=kos", 200, "application/json"),
    ];
    for (method, target, status, content_type) in rows {
        let answer = served.ask(method, target, &[("Host", &served.address)]);
        assert_eq!(answer.status, status, "{method} {target}");
        let found = answer.header("content-type");
        assert!(found.starts_with(content_type), "{method} {target} is {found}");
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{method} {target}: {policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{method} {target}");
        assert_eq!(answer.header("set-cookie"), "", "{method} {target}");
    }
    let answer = served.get("/api/v1/query?q=treaty+speeker:x");
    let problem: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(problem["span"], serde_json::json!([7, 14]), "{problem}");
    assert!(problem["hint"].as_str().unwrap().contains("speaker"), "{problem}");
}

/// In every field of an article, in a saved query and in an address: closes an attribute, opens an element.
const HOSTILE: &str = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>&amp;";

#[test]
fn nothing_from_an_article_or_an_address_becomes_markup() {
    let scene = Scene::new();
    let article = serde_json::json!({
        "id": format!("a{HOSTILE}"),
        "headline": format!("Talks {HOSTILE}"),
        "date": "2025-09-02",
        "byline": format!("Ines Moro {HOSTILE}"),
        "outlet": format!("Post {HOSTILE}"),
        "location": format!("Port Almena {HOSTILE}"),
        "language": "en",
        "url": format!("javascript:alert(3)//{HOSTILE}"),
        "body": format!(
            "PORT ALMENA – “We will sail {HOSTILE} again,” Minister Odile {HOSTILE} Varga said on Monday.\n\nThe mayor, \
             Nils {HOSTILE} Brandt, said that the ferry {HOSTILE} would not.\n\n“It will, {HOSTILE} I am sure of it,” \
             Odile Varga said."
        ),
    });
    // In names of files, too, where the system lets them.
    let file = if cfg!(unix) { HOSTILE } else { "evil" };
    scene.file(&format!("news/{file}.jsonl"), format!("{article}\n"));
    scene.file(&format!("news/{file}.json"), format!("{{\"headline\": \"{}", HOSTILE.replace('"', "'")));
    let settings = format!(
        "name = '''News {HOSTILE}'''\nofficials = 'officials.toml'\n[queries]\nferry = '''ferry {HOSTILE}'''\n\
         [[corrections.alias]]\nname = '''Nils {HOSTILE} Brandt'''\nalso = ['Nils Brandt']\n"
    );
    scene.file("news/dateline.toml", settings);
    let official = format!(
        "[[official]]\nname = 'Odile Varga'\naliases = ['''Varga {HOSTILE}''']\noffice = [{{ role = '''minister \
         {HOSTILE}''', from = 2024-01-01 }}]\n"
    );
    scene.file("news/officials.toml", official);
    scene.dateline(&["ingest", "news", "--quiet"]).expect(3);
    let served = Served::start(&scene, &[]);

    let found = served.json("/api/v1/query?q=ferry");
    let id = found["hits"][0]["id"].as_str().unwrap_or_else(|| panic!("nothing in {found}"));
    let escaped = percent_encoded(HOSTILE);
    let pages = [
        "/".to_owned(),
        "/?q=ferry".into(),
        "/?q=ferry&target=articles".into(),
        "/?q=sail&target=statements".into(),
        format!("/article/{id}"),
        "/speakers".into(),
        "/saved".into(),
        "/files".into(),
        format!("/files?collection={escaped}"),
        "/help".into(),
        "/api".into(),
        format!("/article/{id}?since={escaped}"),
        format!("/statement/{escaped}"),
        format!("/cite/{escaped}"),
        format!("/?q=dateline:{id}+{escaped}:1+hash:0000000000000000"),
        "/feed?q=ferry&target=articles".into(),
        "/feed?q=sail".into(),
        format!("/?q={escaped}"),
        format!("/?q=ferry&speaker={escaped}&sort=newest"),
        format!("/?q=ferry&sort={escaped}"),
        format!("/?q=ferry&{escaped}={escaped}"),
        format!("/article/{escaped}"),
        format!("/speaker/{escaped}"),
        format!("/speakers?q={escaped}"),
        format!("/compare?q=ferry&q={escaped}"),
        format!("/trace?text={escaped}"),
        "/trace?text=that+the+ferry+script+alert+1".into(),
        format!("/{escaped}"),
        format!("/feed?q={escaped}"),
    ];
    let files = served.get("/files").body;
    assert!(files.contains("alert(1)") && files.contains("is not valid JSON"), "a rejected file is shown: {files}");
    let speakers = served.json("/api/v1/speakers");
    let named = speakers["speakers"].as_array().into_iter().flatten().filter_map(|row| row["speaker"].as_str());
    let said = served.json("/api/v1/query?target=statements&q=ferry");
    let cited = said["hits"].as_array().into_iter().flatten().filter_map(|hit| hit["id"].as_str());
    let cited: Vec<String> = cited.map(|id| format!("/cite/{id}")).collect();
    assert!(!cited.is_empty(), "nothing is said: {said}");
    let of_speakers = named.map(|name| format!("/speaker/{}", percent_encoded(name)));
    let pages: Vec<String> = pages.into_iter().chain(of_speakers).chain(cited).collect();
    let of_varga = |page: &String| page.starts_with("/speaker/") && page.ends_with("Varga");
    assert!(pages.iter().any(of_varga), "the speaker has a page: {speakers}");
    let mut were_shown = 0;
    for page in &pages {
        let mut answer = served.get(page);
        while answer.status == 303 {
            answer = served.get(answer.header("location").split('#').next().unwrap_or_default());
        }
        match answer.header("content-type").split(';').next() {
            Some("text/html") => assert_eq!(strange_markup(&answer.body), None, "in {page}"),
            Some("application/atom+xml") => assert_eq!(strange_elements(&answer.body), None, "in {page}"),
            // A browser shows the text of JSON as text.
            other => assert_eq!(other, Some("application/problem+json"), "{page}"),
        }
        were_shown += usize::from(answer.body.contains("alert(1)"));
    }
    // A test of escaping that never meets what is to be escaped would prove nothing.
    assert!(were_shown >= 12, "only {were_shown} pages show the hostile text");
}

fn percent_encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).into() } else { format!("%{byte:02x}") })
        .collect()
}

/// Elements that the templates have.
const ELEMENTS: &str = " html head meta title link script body a header nav main footer p form input label div button \
                        textarea h1 h2 h3 section article aside ul ol li dl dt dd table thead tbody tr th td code pre kbd \
                        b bdi em mark strong span br blockquote figure figcaption svg rect line details summary ";

/// Returns the first tag of a page that no template has written.
fn strange_markup(page: &str) -> Option<String> {
    let tag = Regex::new(r#"^/?([a-z0-9]+)((?:\s+[a-zA-Z][a-zA-Z0-9-]*(?:="[^"<>]*")?)*)\s*/?$"#)
        .expect("it is an expression");
    let attribute = Regex::new(r#"([a-zA-Z][a-zA-Z0-9-]*)(?:="([^"]*)")?"#).expect("it is an expression");
    let own_file = Regex::new("^/assets/[a-z]+\\.js\\?v=[0-9a-f]+$").expect("it is an expression");
    let body = page.strip_prefix("<!doctype html>").unwrap_or(page);
    for piece in body.split('<').skip(1) {
        let Some((inside, text)) = piece.split_once('>') else { return Some(piece.into()) };
        let strange = || Some(format!("<{piece}"));
        // A `>` in text would end a tag that began unseen.
        let Some(parts) = tag.captures(inside).filter(|_| !text.contains('>')) else { return strange() };
        let is_open_script = inside.starts_with("script") && !parts[2].contains("src=");
        if is_open_script || !ELEMENTS.contains(&format!(" {} ", &parts[1])) {
            return strange();
        }
        for parts in attribute.captures_iter(&parts[2]) {
            let value = parts.get(2).map_or("", |value| value.as_str());
            let is_fine = match &parts[1] {
                "href" => {
                    value.starts_with(['/', '#']) || value.starts_with("http://") || value.starts_with("https://")
                }
                "src" => own_file.is_match(value),
                "action" => value.starts_with('/'),
                "style" | "srcdoc" => false,
                name => !name.starts_with("on"),
            };
            if !is_fine {
                return strange();
            }
        }
    }
    None
}

/// Returns the first element of a feed that is none of Atom's.
fn strange_elements(feed: &str) -> Option<String> {
    let known = "feed title id generator entry updated published author name link content";
    let mut reader = quick_xml::Reader::from_str(feed);
    loop {
        match reader.read_event().expect("a feed is XML") {
            quick_xml::events::Event::Eof => return None,
            quick_xml::events::Event::Start(element) | quick_xml::events::Event::Empty(element) => {
                let name = element.name().as_ref().to_owned();
                if !known.split(' ').any(|known| known == name) {
                    return Some(name);
                }
            }
            _ => {}
        }
    }
}

#[test]
fn markup_that_no_template_has_is_seen() {
    let rows = [
        ("<p>1 &lt; 2 &#62; 0</p>", true),
        ("<a href=\"/x\">x</a>", true),
        ("<script src=\"/assets/dateline.js?v=0a1b\" defer></script>", true),
        ("<script>alert(1)</script>", false),
        ("<script src=\"/article/x.js\"></script>", false),
        ("<img src=x>", false),
        ("<p>1 > 2</p>", false),
        ("<p>1 < 2</p>", false),
        ("<a href=\"javascript:alert(1)\">x</a>", false),
        ("<p onclick=\"x\">x</p>", false),
        ("<p title=\"x\"><b onload=\"x\">", false),
        ("<p title=\"\"x\">", false),
    ];
    for (page, is_fine) in rows {
        assert_eq!(strange_markup(page).is_none(), is_fine, "{page}");
    }
    assert_eq!(strange_elements("<feed><entry><script/></entry></feed>").as_deref(), Some("script"));
}

#[test]
fn the_api_gives_what_the_command_line_prints() {
    let scene = archive();
    let served = Served::start(&scene, &[]);
    let rows: &[(&[&str], &str)] = &[
        (&["query", "treaty"], "/api/v1/query?q=treaty"),
        (&["query", "-s", "treaty"], "/api/v1/query?q=treaty&target=statements"),
        (
            &["query", "canal NEAR/5 treaty", "-n", "3", "--offset", "2"],
            "/api/v1/query?q=canal+NEAR/5+treaty&limit=3&offset=2",
        ),
        (
            &["query", "-s", "--speaker", "kosvat", "--sort", "said"],
            "/api/v1/query?target=statements&speaker=kosvat&sort=said",
        ),
        (
            &["query", "ferry", "--since", "2025-01", "--until", "2025-06", "--outlet", "harbour"],
            "/api/v1/query?q=ferry&since=2025-01&until=2025-06&outlet=harbour",
        ),
        (
            &["query", "--any", "who spoke of the treaty", "--all"],
            "/api/v1/query?q=who+spoke+of+the+treaty&any=1&all=1",
        ),
        (&["query", "nothingwhatsoever"], "/api/v1/query?q=nothingwhatsoever"),
        (&["speakers"], "/api/v1/speakers"),
        (&["speakers", "kosvat"], "/api/v1/speakers?name=kosvat"),
        (&["timeline", "treaty"], "/api/v1/timeline?q=treaty"),
        (
            &["timeline", "-s", "treaty", "ferry", "--unit", "quarter", "--share"],
            "/api/v1/timeline?target=statements&q=treaty&q=ferry&unit=quarter&share=1",
        ),
        (&["timeline", "ferry", "--by", "outlet", "--top", "2"], "/api/v1/timeline?q=ferry&by=outlet&top=2"),
        (&["trace", "the passage belongs to the world"], "/api/v1/trace?text=the+passage+belongs+to+the+world"),
        (&["files"], "/api/v1/files"),
        (&["status"], "/api/v1/status"),
    ];
    for (arguments, target) in rows {
        let mut command = scene.command();
        command.args(*arguments).args(["--format", "json", "--quiet"]);
        let printed = crate::scene::Run::of(command.output().expect("the program starts")).stdout;
        let mut printed: Value = serde_json::from_str(&printed).unwrap_or_else(|_| panic!("{arguments:?}: {printed}"));
        let mut answered = served.json(target);
        for side in [&mut printed, &mut answered] {
            side.as_object_mut().expect("an object").shift_remove("took_ms");
        }
        // The program was told where the index is by a path of its own.
        assert_eq!(printed, answered, "{arguments:?} and {target}");
    }
    let id = served.json("/api/v1/query?q=treaty")["hits"][0]["id"].as_str().unwrap().to_owned();
    let shown = scene.dateline(&["show", &id, "--format", "json"]).expect(0);
    assert_eq!(served.get(&format!("/api/v1/show/{id}")).body, shown);
}

#[test]
fn a_reference_leads_to_what_was_cited() {
    let scene = Scene::new();
    let article = |words: &str| {
        let body = format!("\"The ferry will sail {words},\" said Odile Varga.");
        serde_json::json!({"headline": "Ferry", "date": "2025-09-02", "language": "en", "body": body}).to_string()
    };
    scene.file("news/one.json", article("on Monday"));
    scene.dateline(&["ingest", "news", "--quiet"]).expect(0);
    let served = Served::start(&scene, &[]);
    let hit = served.json("/api/v1/query?q=ferry&target=statements")["hits"][0].clone();
    let (id, reference) = (hit["id"].as_str().unwrap(), hit["reference"].as_str().unwrap());
    let (article_id, statement) = id.split_once('.').unwrap();
    let page = format!("/article/{article_id}");
    assert!(served.get(&page).body.contains(&format!("dateline:{article_id} one.json:1 hash:")));
    let cited = percent_encoded(reference);
    let leads = |address: &str| {
        let mut answer = served.get(address);
        // The search box leads to the page that follows references.
        while answer.header("location").starts_with("/statement/") {
            answer = served.get(answer.header("location"));
        }
        (answer.status, answer.header("location").to_owned())
    };
    let here = (303, format!("{page}#{statement}"));
    for address in
        [format!("/statement/{id}"), format!("/article/{id}"), format!("/statement/{cited}"), format!("/?q={cited}")]
    {
        assert_eq!(leads(&address), here, "{address}");
    }
    assert_eq!(leads(&format!("/article/{}", article_id.to_uppercase())), (303, page.clone()));
    let shown = |address: &str| {
        let answer = served.get(&format!("/api/v1/show/{address}"));
        (answer.status, answer.header("dateline-reference").to_owned())
    };
    assert_eq!(shown(&cited), (200, "as-cited".into()));
    assert_eq!(
        served.get(&format!("/api/v1/show/{cited}")).body,
        scene.dateline(&["show", reference, "--format", "json"]).expect(0)
    );

    // A moved file is followed by the id that it had and by the reference.
    std::fs::rename(scene.path().join("news/one.json"), scene.path().join("news/two.json")).unwrap();
    scene.dateline(&["ingest", "news", "--quiet"]).expect(0);
    assert_eq!((shown(&cited), shown(article_id)), ((200, "moved".into()), (200, "moved".into())));
    let (status, moved) = leads(&page);
    assert!(status == 303 && moved != page && served.get(&moved).status == 200, "{status} {moved}");

    // Other words at the same place are said to be others.
    scene.file("news/two.json", article("on Tuesday"));
    scene.dateline(&["ingest", "news", "--quiet"]).expect(0);
    let of_article = served.json("/api/v1/query?q=ferry")["hits"][0]["reference"].as_str().unwrap().to_owned();
    let changed = percent_encoded(&format!("{}hash:0123456789abcdef", &of_article[..of_article.len() - 21]));
    assert_eq!(shown(&changed), (200, "reworded".into()));
    let (_, reworded) = leads(&format!("/?q={changed}"));
    assert!(served.get(&reworded).body.contains("not those that were cited"), "{reworded}");
    assert!(!served.get(&moved).body.contains("not those that were cited"));
    for gone in ["0000000000000000", "dateline:0000000000000000", "ferry", "0000000000000000.00000000"] {
        assert_eq!(shown(gone).0, 404, "{gone}");
        assert_eq!(leads(&format!("/statement/{gone}")).0, 404, "{gone}");
    }
}

#[test]
fn an_export_holds_every_hit() {
    let scene = archive();
    let served = Served::start(&scene, &[]);
    let total = served.json("/api/v1/query?q=language:en&target=statements&all=1&limit=1")["total"].as_u64().unwrap();
    let answer = served.get("/api/v1/export?q=language:en&target=statements&all=1&format=jsonl");
    assert_eq!(answer.body.lines().count() as u64, total);
    assert!(answer.body.len() > 256 << 10, "{} bytes do not show that answers stream", answer.body.len());
    assert!(answer.header("content-disposition").contains("dateline.jsonl"));
    for line in answer.body.lines() {
        serde_json::from_str::<Value>(line).expect("each line is JSON");
    }
}

#[test]
fn an_export_in_groups_holds_every_hit_of_each() {
    let scene = archive();
    let served = Served::start(&scene, &[]);
    let of_group = |page: &Value| -> Vec<(Value, u64, usize)> {
        let groups = page["groups"].as_array().into_iter().flatten();
        let row = |group: &Value| {
            let hits = group["hits"].as_array().map_or(0, Vec::len);
            (group["value"].clone(), group["total"].as_u64().unwrap_or_default(), hits)
        };
        groups.map(row).collect()
    };
    let whole = of_group(&served.json("/api/v1/export?q=treaty&all=1&group_by=outlet&format=json"));
    assert!(whole.len() > 2 && whole.iter().any(|(_, total, _)| *total > 3), "{whole:?}");
    assert!(whole.iter().all(|(_, total, hits)| *hits as u64 == *total), "{whole:?}");
    let first = of_group(&served.json("/api/v1/export?q=treaty&all=1&group_by=outlet&per_group=1&format=json"));
    assert!(first.iter().all(|(_, _, hits)| *hits == 1) && first.len() == whole.len(), "{first:?}");
    let rows = served.get("/api/v1/export?q=treaty&all=1&group_by=outlet").body;
    assert!(rows.starts_with("group,group_total,"), "{rows}");
}

#[test]
fn an_entry_of_a_feed_leads_to_its_article() {
    let scene = Scene::new();
    let article = |headline: &str, url: &str| {
        let body = "\"The ferry will sail,\" said Odile Varga.";
        serde_json::json!({"headline": headline, "date": "2025-09-02", "language": "en", "url": url, "body": body})
    };
    let lines = [article("With an address", "https://post.example/1"), article("Without", "")];
    scene.file("news/two.jsonl", lines.map(|line| line.to_string()).join("\n"));
    scene.dateline(&["ingest", "news", "--quiet"]).expect(0);
    let link = Regex::new(r#"<link rel="([a-z]+)" href="([^"]+)"/>"#).expect("it is an expression");
    let links = |feed: &str| -> Vec<(String, String)> {
        let pair = |found: regex::Captures<'_>| (found[1].to_owned(), found[2].to_owned());
        link.captures_iter(feed).map(pair).collect()
    };
    let proxied = ["--public-url", "https://archive.example.org/"];
    for (arguments, host, site) in [
        (&[][..], None, None),
        (&proxied, None, Some("https://archive.example.org")),
        (&proxied, Some("archive.example.org"), Some("https://archive.example.org")),
    ] {
        let served = Served::start(&scene, arguments);
        let host = host.unwrap_or(&served.address);
        let site = site.map_or_else(|| format!("http://{host}"), str::to_owned);
        for target in ["statements", "articles"] {
            let feed = served.ask("GET", &format!("/feed?q=ferry&all=1&target={target}"), &[("Host", host)]);
            let links = links(&feed.body);
            let printed = ("alternate".to_owned(), "https://post.example/1".to_owned());
            assert!(links.contains(&printed) && links.len() == 3, "{links:?}");
            let ours = links.iter().filter_map(|(_, url)| url.strip_prefix(&site));
            let mut led = 0;
            for path in ours {
                let (path, anchor) = path.split_once('#').unwrap_or((path, ""));
                let page = served.get(path);
                assert!(page.status == 200 && page.body.contains(&format!("id=\"{anchor}")), "{path}#{anchor}");
                led += 1;
            }
            assert_eq!(led, 2, "{links:?}");
        }
    }
    let printed = scene.dateline(&["query", "-s", "ferry", "--all", "--format", "atom"]).expect(0);
    assert_eq!(links(&printed).len(), 1, "nobody serves it: {printed}");
    assert_eq!(scene.dateline(&["serve", "--public-url", "archive.example.org"]).code, 2);
}

#[test]
fn a_stream_has_an_end() {
    let scene = archive();
    let served = Served::start(&scene, &[]);
    for encoding in ["identity", "gzip"] {
        let mut stream = served.connect();
        let target = "/api/v1/export?q=language:en&target=statements&format=jsonl";
        let head = format!("Host: localhost\r\nAccept-Encoding: {encoding}\r\nConnection: close\r\n");
        write!(stream, "GET {target} HTTP/1.1\r\n{head}\r\n").expect("it can be asked");
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).expect("it answers");
        assert!(bytes.len() > 64 << 10, "{encoding}: {} bytes do not stream", bytes.len());
        assert!(bytes.ends_with(b"\r\n0\r\n\r\n"), "{encoding}: the last chunk is missing");
    }
}

#[test]
fn a_new_commit_is_answered_from_at_once() {
    let scene = archive();
    let served = Served::start(&scene, &[]);
    let target = "/api/v1/query?q=zeppelin";
    let first = served.get(target);
    let tag = first.header("etag").to_owned();
    let host = ("Host", served.address.as_str());
    assert_eq!(served.ask("GET", target, &[host, ("If-None-Match", &tag)]).status, 304);
    assert_eq!(served.ask("GET", target, &[host, ("If-None-Match", "W/\"other\"")]).status, 200);
    assert!(first.body.contains("\"total\":0"), "{}", first.body);

    scene.file(
        "corpus/default/late.jsonl",
        "{\"headline\": \"A zeppelin over Port Almena\", \"date\": \"2025-09-02\", \"body\": \"It came at noon.\"}\n",
    );
    scene.dateline(&["ingest", "corpus/default", "--quiet"]).expect(0);
    let second = served.ask("GET", target, &[host, ("If-None-Match", &tag)]);
    assert_eq!(second.status, 200);
    assert!(second.body.contains("\"total\":1"), "{}", second.body);
    assert_ne!(second.header("etag"), tag);
}
