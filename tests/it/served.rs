//! A server of a scene's index, and what it answers.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::scene::Scene;

/// A server of the scene's index, ended with the value.
pub struct Served {
    pub child: Child,
    pub address: String,
}

/// What was answered.
pub struct Answer {
    pub status: u16,
    /// Names in small letters.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Served {
    pub fn start(scene: &Scene, arguments: &[&str]) -> Self {
        let mut command = scene.command();
        command.args(["serve", "--listen", "127.0.0.1:0"]).args(arguments).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let mut lines = BufReader::new(child.stderr.take().expect("stderr is piped")).lines();
        let first = lines.next().expect("it says where it listens").expect("messages are UTF-8");
        let address = first.split('/').nth(2).unwrap_or_else(|| panic!("no address in {first:?}")).to_owned();
        // A pipe that nobody reads would stop the server when it is full.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address }
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).expect("it listens");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a time-out can be set");
        stream
    }

    pub fn get(&self, target: &str) -> Answer {
        self.ask("GET", target, &[("Host", &self.address)])
    }

    /// Asks as HTTP/1.0, so that the answer ends with the connection.
    pub fn ask(&self, method: &str, target: &str, headers: &[(&str, &str)]) -> Answer {
        let mut stream = self.connect();
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        write!(stream, "{method} {target} HTTP/1.0\r\n{headers}\r\n").expect("it can be asked");
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).expect("it answers");
        Answer::read(&String::from_utf8(bytes).expect("answers are UTF-8"))
    }

    /// Sends bytes as they are and returns what comes back until the server hangs up.
    pub fn raw(&self, request: &[u8]) -> String {
        let mut stream = self.connect();
        // The server may hang up before all is said.
        let _ = stream.write_all(request);
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    }

    #[track_caller]
    pub fn json(&self, target: &str) -> Value {
        let answer = self.get(target);
        assert_eq!(answer.status, 200, "{target}: {}", answer.body);
        serde_json::from_str(&answer.body).expect("the answer is JSON")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Answer {
    pub fn read(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no head in {text:?}"));
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|status| status.parse().ok());
        let headers = lines.filter_map(|line| line.split_once(": "));
        Self {
            status: status.expect("the first line has a status"),
            headers: headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect(),
            body: body.to_owned(),
        }
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

/// A scene with the index of the example archive.
pub fn archive() -> Scene {
    let scene = Scene::new();
    scene.copy("corpus/default");
    scene.dateline(&["ingest", "corpus/default", "--quiet"]).expect(0);
    scene
}
