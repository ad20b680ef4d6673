//! The built binary, as people and programs use it.
//!
//! Scores are never compared with numbers: the weights may be fitted anew without a change here.

mod actor;
mod bad_input;
mod campaigns;
mod explain;
mod lists;
mod replay;
mod scan;
mod since;
mod watchlist;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Two organisations of the 2017 case.
const WATCHLIST: &str = r#"
[[organisation]]
id = "en-marche"
name = "En Marche !"
domains = ["en-marche.fr"]
terms = ["en-marche"]
services = ["microsoft-365"]

[[organisation.allow]]
name = "en-marche-allowed.example"
author = "tests"
reason = "to see it allowed"

[[organisation]]
id = "Konrad-Adenauer-Stiftung"
domains = ["kas.de"]
terms = ["konrad adenauer stiftung"]
"#;

/// What a run left behind.
struct Run {
    code: i32,
    out: String,
    err: String,
}

impl Run {
    /// The objects of JSON Lines.
    fn objects(&self) -> Vec<serde_json::Value> {
        self.out
            .lines()
            .map(|line| serde_json::from_str(line).expect("each line is an object"))
            .collect()
    }

    /// The values of a text field of all objects, divided by blanks.
    fn each(&self, field: &str) -> String {
        let objects = self.objects();
        let texts: Vec<&str> = objects
            .iter()
            .map(|object| object[field].as_str().expect("a text"))
            .collect();
        texts.join(" ")
    }

    /// The summary that `--summary json` prints last.
    fn summary(&self) -> serde_json::Value {
        let last = self.err.lines().next_back().expect("there is a summary");
        serde_json::from_str(last).expect("the summary is an object")
    }
}

/// A temporary directory with a watchlist, in which commands are run.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        let place = Self(tempfile::tempdir().expect("a temporary directory"));
        place.write("watchlist.toml", WATCHLIST);
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), text).expect("the file can be written");
    }

    /// Runs a command line, divided at blanks, with nothing on standard input.
    #[track_caller]
    fn run(&self, line: &str) -> Run {
        self.feed(line, b"")
    }

    /// The same with standard input.
    #[track_caller]
    fn feed(&self, line: &str, input: &[u8]) -> Run {
        let mut child = self.start(line);
        let mut stdin = child.stdin.take().expect("standard input is a pipe");
        let input = input.to_vec();
        // It may end without reading all.
        let feeder = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().expect("it can be waited for");
        feeder.join().expect("the feeder does not panic");
        let run = Run {
            code: output.status.code().expect("no signal ended it"),
            out: String::from_utf8(output.stdout).expect("output is UTF-8"),
            err: String::from_utf8(output.stderr).expect("messages are UTF-8"),
        };
        assert!(!run.err.contains("panicked"), "{}", run.err);
        run
    }

    /// `scan` with the watchlist and a JSON summary.
    #[track_caller]
    fn scan(&self, line: &str) -> Run {
        self.run(&format!(
            "scan --watchlist watchlist.toml --format jsonl --summary json {line}"
        ))
    }

    /// Starts a command line with all three streams as pipes.
    fn start(&self, line: &str) -> Child {
        Command::new(env!("CARGO_BIN_EXE_enpassant"))
            .args(line.split_whitespace())
            .current_dir(self.0.path())
            .env_remove("ENPASSANT_WATCHLIST")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary was built")
    }
}

/// A path in the repository.
fn repository(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.join(path)
        .to_str()
        .expect("the path is UTF-8")
        .to_owned()
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(vec![], flate2::Compression::best());
    packed.write_all(text).expect("memory takes everything");
    packed.finish().expect("memory takes everything")
}
