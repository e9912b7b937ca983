//! Inputs far larger than memory should be asked for, or than they seem: time and memory stay bounded.

use std::io::{Cursor, Write as _};
use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

use dateline::input::{ReadOptions, Reason, read_from};
use flate2::write::GzEncoder;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// Returns why an input as a whole is rejected, and how long that took.
fn rejection(shown: &str, bytes: &[u8]) -> (Option<Reason>, Duration) {
    let start = Instant::now();
    let result = read_from(bytes, shown, &ReadOptions::default(), &mut |_| ControlFlow::Continue(()));
    (result.err().map(|rejected| rejected.reason), start.elapsed())
}

/// A bomb, of 10 MB on the disk, that gives 10 GB: a thousand files of zeros, each packed a thousand times smaller.
#[test]
fn a_bomb_of_ten_gigabytes_is_refused_in_under_a_second() {
    let mut one = ZipWriter::new(Cursor::new(Vec::new()));
    one.start_file("zeros.txt", SimpleFileOptions::default().compression_level(Some(9))).unwrap();
    one.write_all(&vec![b'0'; 10 << 20]).unwrap();
    let mut one = ZipArchive::new(one.finish().unwrap()).unwrap();
    let mut bomb = ZipWriter::new(Cursor::new(Vec::new()));
    for number in 0..1_000 {
        bomb.raw_copy_file_rename(one.by_index_raw(0).unwrap(), format!("{number}.txt")).unwrap();
    }
    let bomb = bomb.finish().unwrap().into_inner();
    assert!((5 << 20..20 << 20).contains(&bomb.len()), "{} bytes", bomb.len());
    let (reason, time) = rejection("bomb.zip", &bomb);
    assert_eq!(reason, Some(Reason::ExpandsTooMuch { limit_ratio: 200 }));
    assert!(time < Duration::from_secs(1), "{time:?}");
}

#[test]
fn archives_a_thousand_deep_are_refused_at_once() {
    let zip = |inner: Vec<u8>| {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        writer.start_file("a.zip", stored).unwrap();
        writer.write_all(&inner).unwrap();
        writer.finish().unwrap().into_inner()
    };
    let gzip = |inner: Vec<u8>| {
        let mut writer = GzEncoder::new(Vec::new(), flate2::Compression::none());
        writer.write_all(&inner).unwrap();
        writer.finish().unwrap()
    };
    let tar = |inner: Vec<u8>| {
        let mut writer = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_ustar();
        header.set_size(inner.len() as u64);
        header.set_mode(0o644);
        writer.append_data(&mut header, "a.tar", &inner[..]).unwrap();
        writer.into_inner().unwrap()
    };
    type Wrap<'w> = &'w dyn Fn(Vec<u8>) -> Vec<u8>;
    let rows: [(&str, Wrap<'_>); 3] = [("a.zip", &zip), ("a.txt.gz", &gzip), ("a.tar", &tar)];
    for (shown, wrap) in rows {
        let deep = |layers| (0..layers).fold(b"Talks went on in Port Almena.".to_vec(), |inner, _| wrap(inner));
        let (reason, time) = rejection(shown, &deep(1_000));
        assert_eq!(reason, Some(Reason::NestedTooDeep { limit: 4 }), "{shown}");
        assert!(time < Duration::from_secs(1), "{shown}: {time:?}");
        assert_eq!(rejection(shown, &deep(4)).0, None, "{shown}: four are read");
    }
}

/// What nests in itself within one input: elements, lists, quotations, parts of a message.
#[test]
fn what_nests_a_thousand_deep_within_an_input_is_refused_or_read() {
    let deep = |open: &str, inner: &str, close: &str| {
        format!("{}{inner}{}", open.repeat(1_000), close.repeat(1_000)).into_bytes()
    };
    let talks = "Talks went on in Port Almena.";
    let parts: String = (0..1_000)
        .map(|number| format!("Content-Type: multipart/mixed; boundary=b{number}\n\n--b{number}\n"))
        .collect();
    let mail = "From: a@post.example\nTo: b@post.example\nSubject: Talks\nMIME-Version: 1.0\n";
    let messages = format!("{mail}Content-Type: message/rfc822\n\n").repeat(1_000);
    let document = |xml: &[u8]| {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file("word/document.xml", SimpleFileOptions::default()).unwrap();
        writer.write_all(xml).unwrap();
        writer.finish().unwrap().into_inner()
    };
    let rows: [(&str, Vec<u8>, &str); 9] = [
        ("a.html", deep("<div>", talks, "</div>"), "is not valid HTML: its elements stand more than 512 deep"),
        ("a.xml", deep("<a>", talks, "</a>"), "is not valid XML: its elements stand more than 200 deep"),
        (
            "a.docx",
            document(&deep("<w:p>", talks, "</w:p>")),
            "is not valid XML: its elements stand more than 200 deep",
        ),
        (
            "a.json",
            [b"{\"body\": ".to_vec(), deep("[", "1", "]"), b"}".to_vec()].concat(),
            "is not valid JSON: recursion",
        ),
        (
            "a.md",
            [b"---\ntitle: ".to_vec(), deep("[", "1", "]"), b"\n---\nTalks.".to_vec()].concat(),
            "is not valid YAML",
        ),
        (
            "b.md",
            [b"+++\ntitle = ".to_vec(), deep("[", "1", "]"), b"\n+++\nTalks.".to_vec()].concat(),
            "is not valid TOML",
        ),
        ("c.md", deep("> ", talks, ""), ""),
        ("a.eml", format!("{mail}{parts}Content-Type: text/plain\n\n{talks}").into_bytes(), ""),
        ("b.eml", format!("{messages}{mail}\n{talks}").into_bytes(), ""),
    ];
    for (shown, bytes, expected) in rows {
        let (reason, time) = rejection(shown, &bytes);
        let reason = reason.map(|reason| reason.to_string()).unwrap_or_default();
        assert!(reason.starts_with(expected) && reason.is_empty() == expected.is_empty(), "{shown}: {reason}");
        assert!(time < Duration::from_secs(1), "{shown}: {time:?}");
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::io::{BufRead as _, BufReader};
    use std::process::Stdio;

    use super::*;
    use crate::scene::Scene;

    /// What the project promises to stream.
    const ARCHIVE_BYTES: usize = 1 << 30;
    /// Markup and scripts around the text of a page.
    const PAGE_BYTES: usize = 256 << 10;
    /// A photograph as crawls bring seven of with each page: most of an archive is no text.
    const PICTURE_BYTES: usize = 256 << 10;
    const PICTURES: usize = 7;
    /// Memory at the end, whatever the size of the archive.
    const PEAK_BYTES: u64 = 384 << 20;
    /// How much of that may have come after the first quarter of the archive; the archive is far larger.
    const GROWTH_BYTES: u64 = 16 << 20;

    #[test]
    fn a_web_archive_streams_in_bounded_memory() {
        let pages = ARCHIVE_BYTES / (PAGE_BYTES + PICTURES * PICTURE_BYTES);
        let photograph = record("image/jpeg", 0, &vec![0xFF; PICTURE_BYTES]);
        let around = [photograph.repeat(PICTURES), revisit()].concat();
        let scene = Scene::new();
        let mut command = scene.command();
        command.args(["extract", "-", "--format", "jsonl", "--threads", "2"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let articles = BufReader::new(child.stdout.take().unwrap());
        let articles = std::thread::spawn(move || articles.lines().map(Result::unwrap).count());
        let mut pipe = child.stdin.take().unwrap();
        let mut early = 0;
        for number in 0..pages {
            pipe.write_all(&record("text/html; charset=utf-8", number, &page(number))).unwrap();
            pipe.write_all(&around).unwrap();
            if number == pages / 4 {
                early = peak_bytes(child.id());
            }
        }
        // All but what the pipe holds was read; the program waits for more.
        let peak = peak_bytes(child.id());
        drop(pipe);
        assert!(child.wait().unwrap().success());
        assert_eq!(articles.join().unwrap(), pages);
        println!("{pages} pages: {early} bytes at a quarter, {peak} at the end");
        // The kernel counts in steps: the later figure may be a little less.
        assert!(early > 0 && peak < PEAK_BYTES && peak < early + GROWTH_BYTES, "{early}, then {peak}");
    }

    /// Returns a page as sites send them: mostly script.
    fn page(number: usize) -> Vec<u8> {
        let script = "var tracker = tracker || []; tracker.push(['seen', 'page']);\n";
        let page = format!(
            "<!DOCTYPE html><html><head><title>Harbour talks enter round {number}</title><script>{}</script></head>\
             <body><article><h1>Harbour talks enter round {number}</h1><p>PORT ALMENA – “We will keep talking,” Minister \
             Ines Varga said on Monday, in the hall of the port.</p><p>Nothing else happened in round {number}, and the \
             envoys went home to their families for the week.</p></article></body></html>",
            script.repeat(PAGE_BYTES / script.len())
        );
        page.into_bytes()
    }

    /// Returns a record of what a server sent.
    fn record(content_type: &str, number: usize, content: &[u8]) -> Vec<u8> {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\n\r\n");
        let length = head.len() + content.len();
        let header = format!(
            "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:round:{number}>\r\n\
             WARC-Target-URI: https://post.example/{number}\r\nContent-Type: application/http; msgtype=response\r\n\
             Content-Length: {length}\r\n\r\n{head}"
        );
        [header.as_bytes(), content, b"\r\n\r\n"].concat()
    }

    /// Returns a record that says that a page had not changed.
    fn revisit() -> Vec<u8> {
        b"WARC/1.0\r\nWARC-Type: revisit\r\nWARC-Target-URI: https://post.example/0\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
            .to_vec()
    }

    /// Returns the most memory that a process has held so far.
    fn peak_bytes(process: u32) -> u64 {
        let status = std::fs::read_to_string(Path::new("/proc").join(process.to_string()).join("status")).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        let kibibytes: u64 = line.trim().trim_end_matches(" kB").trim().parse().unwrap();
        kibibytes << 10
    }
}
