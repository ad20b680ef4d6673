//! The built program against the world of the testbed: every look goes over real sockets, on loopback.

mod campaigns;
mod ends;
mod init;
mod kill;
mod loopback;
mod permutations;
mod probe;
mod watch;

use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// `enpassant testbed world`, running.
struct World {
    child: Child,
    /// What it announced.
    told: Value,
    dir: TempDir,
}

impl World {
    /// Example Bank, and who imitates it.
    fn bank() -> Self {
        Self::start("")
    }

    /// The hosts of a scenario.
    fn of(scenario: &str) -> Self {
        Self::start(scenario)
    }

    fn start(scenario: &str) -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let mut command = Command::new(env!("CARGO_BIN_EXE_enpassant"));
        command.args(["testbed", "world"]);
        if !scenario.is_empty() {
            let file = dir.path().join("scenario.toml");
            fs::write(&file, scenario).expect("it can be written");
            command.arg("--scenario").arg(file);
        }
        let child = command.stdout(Stdio::piped()).spawn();
        let mut child = child.expect("the program starts");
        let out = child.stdout.take().expect("it is a pipe");
        let mut line = String::new();
        let read = BufReader::new(out).read_line(&mut line);
        read.expect("it announces itself");
        let told = serde_json::from_str(&line).expect("the first line is an object");
        let world = Self { child, told, dir };
        // A browser takes seconds for each page.
        world.configure("[probe]\n", "[probe]\nscreenshots = false\n");
        world
    }

    fn config(&self) -> PathBuf {
        PathBuf::from(self.told["config"].as_str().expect("a path"))
    }

    /// Puts one text in place of another in the configuration.
    fn configure(&self, old: &str, new: &str) {
        let text = fs::read_to_string(self.config()).expect("it was written");
        assert!(text.contains(old), "{text}");
        fs::write(self.config(), text.replace(old, new)).expect("it can be written");
    }

    /// A command with the configuration of the world.
    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_enpassant"));
        command.args(args).arg("--config").arg(self.config());
        command.env_remove("ENPASSANT_WATCHLIST");
        command
    }

    /// What one look at a name gives, as an object.
    #[track_caller]
    fn probe(&self, name: &str, more: &[&str]) -> Value {
        let mut command = self.command(&["probe", name, "--json", "--danger-loopback"]);
        let output = command.args(more).output().expect("the program starts");
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{name}: {told}");
        serde_json::from_slice(&output.stdout).expect("it is JSON")
    }

    /// A command that only reads the ledger.
    fn ledger(&self, args: &[&str]) -> String {
        let ledger = self.config().with_file_name("ledger.sqlite");
        let output = Command::new(env!("CARGO_BIN_EXE_enpassant"))
            .args(args)
            .arg("--ledger")
            .arg(ledger)
            .output();
        text(&output.expect("the program starts"))
    }

    fn detections(&self) -> Vec<Value> {
        let found = self.ledger(&["detections", "--format", "json", "--limit", "0"]);
        serde_json::from_str(&found).expect("it is a list")
    }

    /// A watch of the logs on a list, from their first entries.
    fn watch(&self, log_list: &Path) -> Watch {
        let log_list = log_list.to_str().expect("the testbed gives UTF-8");
        self.follow(&["--from-start", "--log-list", log_list])
    }

    /// A watch of what the configuration names, once its ledger can be asked.
    fn follow(&self, more: &[&str]) -> Watch {
        let file = |name: &str| fs::File::create(self.dir.path().join(name)).expect("it is made");
        let child = self
            .command(&["watch", "--danger-loopback", "--listen", "127.0.0.1:0"])
            .args(more)
            .stdout(file("out"))
            .stderr(file("err"))
            .spawn();
        let watch = Watch(child.expect("the program starts"));
        self.address();
        watch
    }

    /// Where the last watch listens. It says so once it has made and holds its ledger: a file of that name is there
    /// before its tables are.
    fn address(&self) -> SocketAddr {
        let told = |log: &str| -> Option<SocketAddr> {
            let at = log.split_once("listening at=")?.1;
            at.split_whitespace().next()?.parse().ok()
        };
        wait_for("the server", || told(&self.log()).is_some());
        told(&self.log()).expect("it was told just now")
    }

    /// What the last watch logged.
    fn log(&self) -> String {
        fs::read_to_string(self.dir.path().join("err")).unwrap_or_default()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        // As a service manager would, so that what is temporary goes; it may have ended.
        let _ = signal(&self.child, "-TERM");
        let _ = self.child.wait();
    }
}

/// A watch that goes on until it is dropped.
struct Watch(Child);

impl Watch {
    /// Ends it as a power cut would.
    fn kill(mut self) {
        self.0.kill().expect("it runs");
        self.0.wait().expect("it can be waited for");
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn signal(child: &Child, signal: &str) -> std::io::Result<std::process::ExitStatus> {
    Command::new("kill")
        .args([signal, &child.id().to_string()])
        .stderr(Stdio::null())
        .status()
}

/// What a command that succeeded wrote.
#[track_caller]
fn text(output: &Output) -> String {
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    String::from_utf8(output.stdout.clone()).expect("it is text")
}

/// Waits until `true`: first looks come within a minute.
#[track_caller]
fn wait_for(what: &str, mut is_so: impl FnMut() -> bool) {
    let since = Instant::now();
    while !is_so() {
        assert!(
            since.elapsed() < Duration::from_mins(2),
            "waited in vain for {what}"
        );
        std::thread::sleep(Duration::from_millis(300));
    }
}

/// The texts of a list of objects under a key.
fn each<'a>(list: &'a Value, key: &str) -> Vec<&'a str> {
    let list = list.as_array().expect("a list").iter();
    list.map(|object| object[key].as_str().expect("a text"))
        .collect()
}
