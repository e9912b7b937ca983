//! `dateline mcp` and what is no message.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::served::archive;

#[test]
fn what_is_no_message_is_told_and_what_follows_is_answered_as_on_the_command_line() {
    let scene = archive();
    let mut child = scene.command().arg("mcp").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
    let mut input = child.stdin.take().expect("stdin is piped");
    let mut lines = BufReader::new(child.stdout.take().expect("stdout is piped")).lines();
    let mut send = |bytes: &[u8]| input.write_all(&[bytes, b"\n"].concat()).expect("it reads");
    let mut receive = || -> Value {
        let line = lines.next().expect("it answers").expect("answers are UTF-8");
        serde_json::from_str(&line).expect("answers are JSON")
    };
    let hello = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"},
    }});
    send(hello.to_string().as_bytes());
    let welcome = receive();
    assert_eq!(welcome["result"]["serverInfo"]["name"], "dateline");
    let instructions = welcome["result"]["instructions"].as_str().expect("a model is instructed");
    assert!(instructions.contains("`reference`"), "{instructions}");
    send(br#"{"jsonrpc": "2.0", "method": "notifications/initialized"}"#);

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
        send(line);
        let answer = receive();
        assert_eq!(answer["error"]["code"], *code, "{shown} gives {answer}");
        assert!(answer["id"].is_null(), "{shown} gives {answer}");
        // A line of nothing is no message either, and nothing to tell.
        send(b"");
        send(json!({"jsonrpc": "2.0", "id": number, "method": "ping"}).to_string().as_bytes());
        assert_eq!(receive(), json!({"jsonrpc": "2.0", "id": number, "result": {}}), "after {shown}");
    }
    let call = json!({"jsonrpc": "2.0", "id": 99, "method": "tools/call", "params": {
        "name": "search_statements", "arguments": {"query": 7},
    }});
    send(call.to_string().as_bytes());
    let answer = receive();
    assert!(answer["result"]["isError"] == true, "a wrong argument is told to the model: {answer}");
    let question = json!({"query": "treaty", "group_by": "speaker", "per_group": 1, "limit": 2});
    let call = json!({"jsonrpc": "2.0", "id": 100, "method": "tools/call", "params": {
        "name": "search_statements", "arguments": question,
    }});
    send(call.to_string().as_bytes());
    let answer = receive();
    let told = answer["result"]["content"][0]["text"].as_str().expect("an answer is text");
    let told: Value = serde_json::from_str(told).expect("the text is JSON");
    let arguments =
        ["query", "-s", "treaty", "--group-by", "speaker", "--per-group", "1", "-n", "2", "--format", "json"];
    let printed: Value = serde_json::from_str(&scene.dateline(&arguments).expect(0)).expect("it is JSON");
    assert_eq!((&told["groups"], &told["group_by"]), (&printed["groups"], &printed["group_by"]));
    let reference = told["groups"][0]["hits"][0]["reference"].as_str().expect("a hit has a reference");
    scene.dateline(&["show", reference]).expect(0);
    drop(input);
    assert!(child.wait().expect("it ends").success());
}
