//! A private folder for one test, and the `dateline` command in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A folder that is gone after the test.
pub struct Scene {
    folder: TempDir,
}

/// What a run of the program left.
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Scene {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    /// Makes a scene in which articles, a JSON line each, are indexed from `news/articles.jsonl`.
    pub fn of_articles(json_lines: &str) -> Self {
        let scene = Self::new();
        scene.file("news/articles.jsonl", json_lines.trim_start());
        scene.dateline(&["ingest", "news"]).expect(0);
        scene
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file, with the folders above it.
    pub fn file(&self, path: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().expect("a file stands in a folder")).expect("folders can be made");
        fs::write(&path, content).expect("a file can be written");
        path
    }

    /// Copies a folder of the checkout to the same place here.
    pub fn copy(&self, folder: &str) {
        for entry in walkdir::WalkDir::new(checkout(folder)) {
            let entry = entry.expect("the checkout can be read");
            if entry.file_type().is_file() {
                let path = entry.path().strip_prefix(checkout("")).expect("it is below the checkout");
                self.file(path.to_str().expect("our names are UTF-8"), fs::read(entry.path()).expect("it can be read"));
            }
        }
    }

    /// Returns a shell that runs `command` in the folder.
    pub fn shell(&self, command: &str) -> Command {
        let mut shell = Command::new("sh");
        shell.args(["-c", command]);
        self.settle(&mut shell);
        shell
    }

    /// Returns the program, to be run in the folder; nothing of this machine's environment reaches it.
    pub fn command(&self) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("dateline"));
        self.settle(&mut command);
        command
    }

    /// Returns the program as one whom permissions bind, also where the tests run as root.
    #[cfg(target_os = "linux")]
    pub fn bound_by_permissions(&self) -> Command {
        let root = fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0);
        if !root {
            return self.command();
        }
        let mut command = Command::new("setpriv");
        command.arg("--bounding-set=-dac_override,-dac_read_search");
        command.arg(assert_cmd::cargo::cargo_bin!("dateline"));
        self.settle(&mut command);
        command
    }

    fn settle(&self, command: &mut Command) {
        command.current_dir(self.path()).env_clear().stdin(Stdio::null());
        command.env("PATH", "/usr/bin:/bin").env("TZ", "UTC").env("LANG", "C.UTF-8");
    }

    /// Runs the program with arguments.
    pub fn dateline(&self, arguments: &[&str]) -> Run {
        Run::of(self.command().args(arguments).output().expect("the program starts"))
    }
}

impl Run {
    pub fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).expect("output is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("messages are UTF-8"),
        }
    }

    /// Returns standard output of a run that ended with `code`.
    #[track_caller]
    pub fn expect(self, code: i32) -> String {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self.stdout
    }

    /// Returns the objects of JSON lines.
    #[track_caller]
    pub fn json_lines(self, code: i32) -> Vec<serde_json::Value> {
        self.expect(code).lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect()
    }
}

/// Returns a file or folder of the checkout.
pub fn checkout(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Returns a file or folder of the evaluation data; where there is none, says that `test` is skipped.
pub fn evaluation_data(test: &str, path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("DATELINE_EVAL_DATA").map_or_else(|| checkout("../shared"), PathBuf::from);
    let found = root.join(path);
    if found.exists() {
        return Some(found);
    }
    println!("SKIPPED: {test}: {} is not there; DATELINE_EVAL_DATA names its folder", found.display());
    None
}
