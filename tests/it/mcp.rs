//! `dateline mcp` and what is no message.

use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use serde_json::{Value, json};

use crate::scene::Scene;
use crate::served::archive;

#[test]
fn what_is_no_message_is_told_and_what_follows_is_answered_as_on_the_command_line() {
    let scene = archive();
    let (mut tools, welcome) = Tools::start(&scene);
    assert_eq!(welcome["result"]["serverInfo"]["name"], "dateline");
    let instructions = welcome["result"]["instructions"].as_str().expect("a model is instructed");
    assert!(instructions.contains("`reference`") && instructions.contains("Quote verbatim"), "{instructions}");

    let deep = "[".repeat(100_000);
    let long = format!("\"{}\"", "x".repeat(9 << 20));
    let rows: [(&[u8], i64); 9] = [
        (b"{", -32700),
        (b"not json", -32700),
        (b"{\"jsonrpc\": \"2.0\", \"id\": 7, \"method\": \"ping\"", -32700),
        (b"{\"jsonrpc\": \"2.0\"} {}", -32700),
        (b"{\"method\": \"\xff\"}", -32700),
        (deep.as_bytes(), -32700),
        (long.as_bytes(), -32700),
        (b"[]", -32600),
        (br#"{"id": 7}"#, -32600),
    ];
    for (number, (line, code)) in rows.iter().enumerate() {
        let shown = String::from_utf8_lossy(&line[..line.len().min(60)]);
        tools.send(line);
        let answer = tools.receive();
        assert_eq!(answer["error"]["code"], *code, "{shown} gives {answer}");
        assert!(answer["id"].is_null(), "{shown} gives {answer}");
        // A line of nothing is no message either, and nothing to tell.
        tools.send(b"");
        tools.send(json!({"jsonrpc": "2.0", "id": number, "method": "ping"}).to_string().as_bytes());
        assert_eq!(tools.receive(), json!({"jsonrpc": "2.0", "id": number, "result": {}}), "after {shown}");
    }
    let (is_error, told) = tools.call("search_statements", &json!({"query": 7}));
    assert!(is_error, "a wrong argument is told to the model: {told}");
    let question = json!({"query": "treaty", "group_by": "speaker", "per_group": 1, "limit": 2});
    let told = tools.answer("search_statements", &question);
    let arguments =
        ["query", "-s", "treaty", "--group-by", "speaker", "--per-group", "1", "-n", "2", "--format", "json"];
    let printed: Value = serde_json::from_str(&scene.dateline(&arguments).expect(0)).expect("it is JSON");
    assert_eq!((&told["groups"], &told["group_by"]), (&printed["groups"], &printed["group_by"]));
    let reference = told["groups"][0]["hits"][0]["reference"].as_str().expect("a hit has a reference");
    scene.dateline(&["show", reference]).expect(0);
    tools.end();
}

#[test]
fn every_answer_is_short_and_says_what_it_leaves_out() {
    let scene = Scene::new();
    // Eighty statements of a hundred and fifty words, and one that alone is longer than an answer.
    let said = |number: usize, words: usize| {
        // Not one word of them in another: copies would be shown once.
        let words: String = (0..words).map(|word| format!(" quay{number}x{word}")).collect();
        let name: String = [number / 16, number % 16].map(|place| char::from(b'a' + place as u8)).into_iter().collect();
        format!("“The ferry {number}{words},” said Odile Varg{name} on Monday.")
    };
    let body = (0..80).map(|number| said(number, 150)).chain([said(80, 7_000)]).collect::<Vec<_>>().join("\n\n");
    let article = json!({"headline": "Ferries", "date": "2025-09-02", "language": "en", "body": body});
    scene.file("news/long.json", article.to_string());
    scene.dateline(&["ingest", "news", "--quiet"]).expect(0);
    let (mut tools, _) = Tools::start(&scene);
    let hits = |answer: &Value, list: &str| answer[list].as_array().map_or(0, Vec::len) as u64;

    let found = tools.answer("search_statements", &json!({"query": "ferry", "sort": "said", "limit": 50}));
    assert!(hits(&found, "hits") > 5 && found["left_out"] == 50 - hits(&found, "hits"), "{}", found["left_out"]);
    let grouped = json!({"query": "ferry", "group_by": "speaker", "limit": 50});
    let found = tools.answer("search_statements", &grouped);
    assert!(hits(&found, "groups") > 5 && found["left_out"] == 50 - hits(&found, "groups"), "{}", found["left_out"]);
    let one = tools.answer("search_statements", &json!({"query": "said:80", "limit": 50}));
    assert_eq!((hits(&one, "hits"), &one["total"], &one["left_out"]), (0, &json!(1), &json!(1)));
    let profile = tools.answer("speaker_profile", &json!({"name": "odile"}));
    assert_eq!(hits(&profile["profile"], "details"), 5);
    assert!(hits(&profile["statements"], "hits") > 0);
    let (is_error, told) = tools.call("search_statements", &json!({"query": format!("({}", "ferry ".repeat(9_000))}));
    assert!(is_error && told.len() < 10_000, "{} bytes tell of a mistake", told.len());

    // Read part by part, the article is whole, and so are the statements but the one that no part can hold.
    let id = tools.answer("search_articles", &json!({"query": "ferry"}))["hits"][0]["id"].clone();
    let (mut read, mut statements, mut left_out, mut from) = (String::new(), 0, 0, Some(0));
    while let Some(start) = from {
        let part = tools.answer("get_article", &json!({"id": id, "from": start}));
        read.push_str(part["body"].as_str().expect("a part has text"));
        statements += hits(&part, "statements");
        left_out += part["left_out"].as_u64().unwrap_or_default();
        for statement in part["statements"].as_array().into_iter().flatten() {
            let reference = statement["reference"].as_str().expect("a statement can be cited");
            assert!(reference.contains("long.json:1 span:") && reference.contains(" hash:"), "{reference}");
        }
        from = part["continue_from"].as_u64();
    }
    assert_eq!(read, body);
    assert_eq!((statements, left_out), (80, 1));
    tools.end();
}

/// The program, spoken to as a client of the protocol does.
struct Tools {
    child: Child,
    input: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
}

/// Longest answer of a tool, in bytes.
const LONGEST: usize = 64 << 10;

impl Tools {
    /// Starts the program, and returns how it welcomes the client.
    fn start(scene: &Scene) -> (Self, Value) {
        let mut command = scene.command();
        let mut child = command.arg("mcp").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
        let input = child.stdin.take().expect("stdin is piped");
        let lines = BufReader::new(child.stdout.take().expect("stdout is piped")).lines();
        let mut tools = Self { child, input, lines };
        let hello = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
            "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"},
        }});
        tools.send(hello.to_string().as_bytes());
        let welcome = tools.receive();
        tools.send(br#"{"jsonrpc": "2.0", "method": "notifications/initialized"}"#);
        (tools, welcome)
    }

    fn send(&mut self, bytes: &[u8]) {
        self.input.write_all(&[bytes, b"\n"].concat()).expect("it reads");
    }

    fn receive(&mut self) -> Value {
        let line = self.lines.next().expect("it answers").expect("answers are UTF-8");
        serde_json::from_str(&line).expect("answers are JSON")
    }

    /// Calls a tool; returns whether that is an error, and the text.
    fn call(&mut self, name: &str, arguments: &Value) -> (bool, String) {
        let call = json!({"jsonrpc": "2.0", "id": 9, "method": "tools/call", "params": {
            "name": name, "arguments": arguments,
        }});
        self.send(call.to_string().as_bytes());
        let answer = self.receive();
        let text = answer["result"]["content"][0]["text"].as_str().unwrap_or_else(|| panic!("{name} gives {answer}"));
        assert!(text.len() <= LONGEST, "{name} gives {} bytes", text.len());
        (answer["result"]["isError"] == true, text.to_owned())
    }

    #[track_caller]
    fn answer(&mut self, name: &str, arguments: &Value) -> Value {
        let (is_error, text) = self.call(name, arguments);
        assert!(!is_error, "{name} {arguments}: {text}");
        serde_json::from_str(&text).expect("the text is JSON")
    }

    fn end(mut self) {
        drop(self.input);
        assert!(self.child.wait().expect("it ends").success());
    }
}
