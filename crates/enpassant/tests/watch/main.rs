//! The built program against real logs on loopback: what is issued comes out as a detection, whatever happens between.

mod alarms;
mod faults;
mod kill;
mod list;
mod once;
mod running;
mod served;

use serde_json::Value;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Whom the tests guard.
const WATCHLIST: &str = r#"
[[organisation]]
id = "example-bank"
domains = ["examplebank.example"]

[[organisation]]
id = "northern-gazette"
domains = ["northerngazette.example"]
"#;

/// Everything at a pace that tests can wait for.
const CONFIG: &str = r#"
watchlist = "watchlist.toml"
canary = "3s"
[ct]
poll = "150ms"
timeout = "2s"
patience = "1s"
pause = "2s"
stale_after = "3s"
requests_per_second = 1000.0
[lake]
close_every = "1s"
[probe]
enabled = false
"#;

/// A directory with a watchlist and a configuration, in which a watch runs.
struct Place {
    dir: TempDir,
    ledger: String,
}

impl Place {
    fn new() -> Self {
        Self::with_config("")
    }

    /// `more` is put before the usual configuration.
    fn with_config(more: &str) -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let ledger = dir.path().join("ledger.sqlite").display().to_string();
        let place = Self { dir, ledger };
        place.write("watchlist.toml", WATCHLIST);
        place.write("enpassant.toml", &format!("{more}{CONFIG}"));
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("it can be written");
    }

    fn command(&self, command: &str) -> Command {
        let mut program = Command::new(env!("CARGO_BIN_EXE_enpassant"));
        program.env("ENPASSANT_LEDGER", &self.ledger).arg(command);
        program
    }

    /// A watch of all logs on a list, from their first entries.
    fn watch(&self, log_list: &Path) -> Command {
        let mut watch = self.command("watch");
        watch
            .args(["--from-start", "--config"])
            .arg(self.path("enpassant.toml"))
            .arg("--log-list")
            .arg(log_list)
            .arg("--lake")
            .arg(self.path("lake"));
        watch
    }

    /// The same up to the heads.
    fn watch_once(&self, log_list: &Path) -> Output {
        let output = self.watch(log_list).arg("--once").output();
        output.expect("the program starts")
    }

    /// A watch that goes on until it is dropped, once its ledger can be asked.
    fn start(&self, log_list: &Path) -> Running {
        self.launch(&mut self.watch(log_list))
    }

    /// The same, of other flags; its lines go to files.
    fn launch(&self, watch: &mut Command) -> Running {
        let file = |name: &str| fs::File::create(self.path(name)).expect("it can be made");
        let child = watch
            .args(["--listen", "127.0.0.1:0"])
            .stdout(file("out"))
            .stderr(file("err"))
            .spawn();
        let running = Running(child.expect("the program starts"));
        self.address();
        running
    }

    fn json(&self, args: &[&str]) -> Value {
        let output = self.command(args[0]).args(&args[1..]).output();
        let output = output.expect("the program starts");
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{args:?}: {told}");
        serde_json::from_slice(&output.stdout).expect("it is JSON")
    }

    fn detections(&self) -> Vec<Value> {
        let found = self.json(&["detections", "--format", "json", "--limit", "0"]);
        found.as_array().expect("a list").clone()
    }

    fn status(&self) -> Value {
        self.json(&["status", "--format", "json"])
    }

    /// Where the running watch listens. It says so once it has made and holds its ledger: a file of that name is there
    /// before its tables are.
    fn address(&self) -> SocketAddr {
        let told = |log: &str| -> Option<SocketAddr> {
            let at = log.split_once("listening at=")?.1;
            at.split_whitespace().next()?.parse().ok()
        };
        wait_for("the server", || told(&self.log()).is_some());
        told(&self.log()).expect("it was told just now")
    }

    /// The open alarm of this id, once it rings.
    fn alarm(&self, id: &str) -> Value {
        let mut found = None;
        wait_for(id, || {
            let alarms = self.status()["alarms"].clone();
            let mut alarms = alarms.as_array().expect("a list").iter();
            found = alarms.find(|alarm| alarm["id"] == id).cloned();
            found.is_some()
        });
        found.expect("it was waited for")
    }

    fn log(&self) -> String {
        fs::read_to_string(self.path("err")).unwrap_or_default()
    }
}

struct Running(Child);

impl Running {
    fn signal(&self, signal: &str) {
        let sent = Command::new("kill")
            .args([signal, &self.0.id().to_string()])
            .status();
        assert!(sent.expect("kill is there").success());
    }

    /// Ends it as a service manager would; the exit code.
    fn terminate(mut self) -> Option<i32> {
        self.signal("-TERM");
        self.0.wait().expect("it can be waited for").code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits until `true`, at most a while that is long even on a busy machine.
#[track_caller]
fn wait_for(what: &str, mut is_so: impl FnMut() -> bool) {
    let since = Instant::now();
    while !is_so() {
        assert!(
            since.elapsed() < Duration::from_secs(90),
            "waited in vain for {what}"
        );
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// Registrable domains and organisations of detections, sorted, with how many names each has.
fn pairs(detections: &[Value]) -> Vec<(String, String, u64)> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let pair = |found: &Value| {
        (
            text(&found["registrable"]),
            text(&found["organisation"]),
            found["names"].as_u64().expect("a number"),
        )
    };
    let mut pairs: Vec<_> = detections.iter().map(pair).collect();
    pairs.sort();
    pairs
}

fn silent(command: &mut Command) -> &mut Command {
    command.stdout(Stdio::null()).stderr(Stdio::null())
}
