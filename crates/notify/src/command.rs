//! Telling by running a program.

use std::io::{self, ErrorKind};
use std::os::fd::OwnedFd;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::unix::pipe::Receiver;
use tokio::process::{Child, ChildStdin};
use tokio::time::timeout;

use crate::error::NotifyError;
use crate::message::Message;

/// A program that is run for every event.
///
/// It gets the event as one line of JSON on standard input, and in its environment, beside ours, `ENPASSANT_EVENT` (such
/// as `detection`), `ENPASSANT_NUMBER`, and `ENPASSANT_ID` ([`Message::id`]). Nothing of what strangers wrote stands in its
/// arguments or environment, and no shell is involved.
///
/// It has told the event if it ends with status 0; whether it read its input does not matter. What it leaves running in
/// the background is not waited for, and no longer heard.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Command {
    program: String,
    arguments: Vec<String>,
    timeout: Duration,
}

impl Command {
    /// `argv` is the program and its arguments; the program is looked for in `PATH`.
    ///
    /// Errors: [`NotifyError::ConfigNoProgram`].
    pub fn new(argv: Vec<String>, timeout: Duration) -> Result<Self, NotifyError> {
        let mut argv = argv.into_iter();
        match argv.next() {
            Some(program) if !program.is_empty() => Ok(Command {
                program,
                arguments: argv.collect(),
                timeout,
            }),
            _ => Err(NotifyError::ConfigNoProgram),
        }
    }

    pub(crate) async fn deliver(&self, message: &Message<'_>) -> Result<(), NotifyError> {
        let cannot = |source| NotifyError::Run {
            program: self.program.clone(),
            source,
        };
        let (mut group, output) = self.spawn(message).map_err(cannot)?;
        let mut tail = Tail::default();
        let line = format!("{}\n", message.body);
        let run = run(&mut group.leader, line.as_bytes(), output, &mut tail);
        match timeout(self.timeout, run).await {
            Ok(Ok(status)) if status.success() => Ok(()),
            Ok(Ok(status)) => Err(NotifyError::ProgramFailed {
                program: self.program.clone(),
                status: status.to_string(),
                says: tail.text(),
            }),
            Ok(Err(source)) => Err(cannot(source)),
            Err(_) => Err(NotifyError::ProgramTimeout {
                program: self.program.clone(),
                after: self.timeout,
                says: tail.text(),
            }),
        }
    }

    /// Starts the program at the head of a process group, with standard output and error in one pipe.
    fn spawn(&self, message: &Message<'_>) -> io::Result<(Group, Receiver)> {
        let (reader, writer) = io::pipe()?;
        let output = Receiver::from_owned_fd(OwnedFd::from(reader))?;
        let leader = tokio::process::Command::new(&self.program)
            .args(&self.arguments)
            .env("ENPASSANT_EVENT", message.event)
            .env("ENPASSANT_NUMBER", message.number.to_string())
            .env("ENPASSANT_ID", message.id())
            .stdin(Stdio::piped())
            .stdout(writer.try_clone()?)
            .stderr(writer)
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        Ok((Group { leader }, output))
    }
}

/// Feeds the program and hears it until it has ended.
async fn run(
    leader: &mut Child,
    line: &[u8],
    output: Receiver,
    tail: &mut Tail,
) -> io::Result<ExitStatus> {
    let stdin = leader.stdin.take();
    let feeding = feed(stdin, line);
    let hearing = tail.hear(output);
    let running = async {
        let (fed, status) = tokio::join!(feeding, leader.wait());
        fed.and(status)
    };
    tokio::pin!(hearing, running);
    let mut silent = false;
    let status = loop {
        tokio::select! {
            status = &mut running => break status,
            () = &mut hearing, if !silent => silent = true,
        }
    };
    if !silent {
        // What it said last may still be in the pipe; whoever it left behind may keep that open for ever.
        let _ = timeout(LAST_WORDS, hearing).await;
    }
    status
}

/// The time for what is left in the pipe once the program has ended.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// Writes the event and closes standard input. A program need not read it.
async fn feed(stdin: Option<ChildStdin>, line: &[u8]) -> io::Result<()> {
    let Some(mut stdin) = stdin else {
        return Ok(());
    };
    match stdin.write_all(line).await {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// A program and whatever it started. If it was not waited for to its end, all of them are killed.
struct Group {
    leader: Child,
}

impl Drop for Group {
    fn drop(&mut self) {
        // There is an id only until the leader was waited for, so it cannot be somebody else's by now.
        let id = self
            .leader
            .id()
            .and_then(|id| Pid::from_raw(id.cast_signed()));
        if let Some(id) = id {
            // That nobody is left is as good.
            let _ = kill_process_group(id, Signal::KILL);
        }
    }
}

/// The end of what a program says.
#[derive(Default)]
struct Tail(Vec<u8>);

const TAIL_BYTES: usize = 500;

impl Tail {
    async fn hear(&mut self, mut output: Receiver) {
        let mut buffer = [0; 4096];
        // An error of the pipe is its end: what counts is how the program ends.
        while let Ok(size @ 1..) = output.read(&mut buffer).await {
            self.0.extend_from_slice(&buffer[..size]);
            let surplus = self.0.len().saturating_sub(TAIL_BYTES);
            self.0.drain(..surplus);
        }
    }

    /// In printable ASCII, on one line.
    fn text(&self) -> String {
        let tame = |&byte: &u8| match byte {
            b' '..=b'~' => char::from(byte),
            b'\n' => '|',
            _ => '?',
        };
        self.0.trim_ascii().iter().map(tame).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;
    use std::time::Instant;

    use super::*;

    const MESSAGE: Message<'static> = Message {
        number: 7,
        event: "detection",
        ledger: "l1",
        body: r#"{"number":7,"name":"$(touch pwned).example"}"#,
    };

    fn shell(script: &str, timeout_ms: u64) -> Command {
        let argv = ["sh", "-c", script].map(str::to_owned).to_vec();
        Command::new(argv, Duration::from_millis(timeout_ms)).expect("it names a program")
    }

    async fn check(script: &str, expected: &str) {
        let told = match shell(script, 5000).deliver(&MESSAGE).await {
            Ok(()) => "told".to_owned(),
            Err(error) => error.to_string(),
        };
        assert_eq!(told, expected, "{script}");
    }

    #[tokio::test]
    async fn the_event_comes_on_standard_input() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("got");
        let script = format!(
            "cat > {0}; echo $ENPASSANT_EVENT $ENPASSANT_NUMBER $ENPASSANT_ID $# >> {0}",
            file.display()
        );
        check(&script, "told").await;
        let got = fs::read_to_string(&file).expect("it was written");
        assert_eq!(got, format!("{}\ndetection 7 l1-7 0\n", MESSAGE.body));
    }

    #[tokio::test]
    async fn how_it_ends_decides() {
        check("true", "told").await;
        check("cat > /dev/null; exit 3", "sh ended with exit status: 3").await;
        check(
            "echo one; printf 'two\\033[2J' >&2; exit 1",
            "sh ended with exit status: 1: one|two?[2J",
        )
        .await;
        check("kill -9 $$", "sh ended with signal: 9 (SIGKILL)").await;
        let none = Command::new(vec!["no-such-program".to_owned()], LAST_WORDS);
        let error = none.expect("it has a name").deliver(&MESSAGE).await;
        assert!(matches!(error, Err(NotifyError::Run { .. })), "{error:?}");
        for argv in [vec![], vec![String::new()]] {
            let empty = Command::new(argv, LAST_WORDS);
            assert!(matches!(empty, Err(NotifyError::ConfigNoProgram)));
        }
    }

    #[tokio::test]
    async fn a_flood_is_heard_to_its_end_and_forgotten() {
        let error = shell("yes no | head -c 5000000; printf last; exit 1", 20_000)
            .deliver(&MESSAGE)
            .await
            .expect_err("it fails");
        let NotifyError::ProgramFailed { says, .. } = error else {
            panic!("{error}");
        };
        assert!(
            says.ends_with("no|nolast") && says.len() <= TAIL_BYTES,
            "{says}"
        );
    }

    #[tokio::test]
    async fn a_large_event_and_a_program_that_does_not_read() {
        let body = "x".repeat(1 << 20);
        let large = Message {
            body: &body,
            ..MESSAGE
        };
        for script in ["true", "test $(wc -c) = 1048577"] {
            shell(script, 5000).deliver(&large).await.expect(script);
        }
    }

    /// Whether the process whose id is in the file runs; one that ended and was not fetched yet does not.
    fn runs(file: &Path) -> bool {
        let id = fs::read_to_string(file).expect("the script wrote it");
        let stat = fs::read_to_string(format!("/proc/{}/stat", id.trim()));
        stat.is_ok_and(|stat| !stat.contains(") Z "))
    }

    #[tokio::test]
    async fn a_program_that_hangs_is_killed_with_its_children() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("child");
        let script = format!("echo busy; sleep 60 & echo $! > {}; wait", file.display());
        let error = shell(&script, 500)
            .deliver(&MESSAGE)
            .await
            .expect_err("it is killed");
        assert_eq!(error.to_string(), "sh was killed after 0.5 s: busy");
        let patience = Instant::now() + Duration::from_secs(5);
        while runs(&file) {
            assert!(Instant::now() < patience, "the child lives on");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    #[tokio::test]
    async fn whoever_stays_behind_holds_up_nobody() {
        let start = Instant::now();
        check("sleep 3 &", "told").await;
        assert!(start.elapsed() < Duration::from_secs(2));
    }
}
