//! A private `PostgreSQL`: a cluster of its own in a temporary directory, on a free port of loopback.
//!
//! It takes the programs of Debian's package `postgresql` and fails with that name where they are missing: a test
//! that wants `PostgreSQL` never passes without it. The server ends with the process that started it, however that
//! ends: a shell reads a pipe that only this process holds open, and when the pipe closes takes the server down
//! and deletes its files.

use std::fs::{self, File};
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// Where Debian, Fedora and macOS put what is not on the path.
const PLACES: &[&str] = &[
    "/usr/lib/postgresql",
    "/usr/pgsql",
    "/opt/homebrew/opt/postgresql",
];

/// What is run of it. A directory that has only some of them is not the one.
const PROGRAMS: &[&str] = &["initdb", "postgres", "pg_isready", "createdb"];

/// How long a cluster may take to answer after it was started.
const PATIENCE: Duration = Duration::from_mins(1);

/// The superuser of every cluster; connections from loopback need no password.
pub const USER: &str = "enpassant";

/// What the shell does that stands by: its standard input ends with us. Without a checkpoint, since nobody needs the files.
const WATCH: &str = r#"while read -r _; do :; done
kill -QUIT "$1"
patience=100
while kill -0 "$1" 2>/dev/null && [ "$patience" -gt 0 ]; do
    patience=$((patience - 1))
    sleep 0.1
done
rm -rf "$2"
"#;

/// A running cluster; dropping it stops the server and deletes its files.
#[derive(Debug)]
pub struct Cluster {
    server: Child,
    watch: Child,
    programs: Programs,
    port: u16,
    databases: AtomicU32,
}

impl Cluster {
    /// Makes a cluster and waits until it answers.
    ///
    /// It forgoes `fsync`: killing the program under test loses nothing by that, only a power cut would.
    ///
    /// # Errors
    /// `PostgreSQL`'s programs are missing ([`io::ErrorKind::NotFound`]), or one of them failed; the message has what it said.
    pub fn start() -> io::Result<Self> {
        let programs = Programs::find()?;
        let directory = tempfile::Builder::new().prefix("enpassant-pg-").tempdir()?;
        programs.hand_over(directory.path())?;
        let data = directory.path().join("data");
        let mut initdb = programs.as_owner("initdb");
        initdb.arg("--pgdata").arg(&data);
        initdb.args(["--username", USER, "--auth", "trust", "--no-sync"]);
        initdb.args(["--encoding", "UTF8", "--locale", "C"]);
        said(&mut initdb)?;

        let port = free_port()?;
        let log = directory.path().join("log");
        let mut server = programs.server(&data, directory.path(), port);
        let mut server = server.stderr(File::create(&log)?).spawn()?;
        let mut watch = Command::new("sh");
        watch.args(["-c", WATCH, "sh", &server.id().to_string()]);
        watch.arg(directory.path()).stdin(Stdio::piped());
        watch.stdout(Stdio::null()).stderr(Stdio::null());
        let watch = watch.spawn().inspect_err(|_| {
            // Without its watch it would outlive us; that it has ended already is as good.
            let _stopped = server.kill();
        })?;
        // From here on the watch deletes it.
        let _path = directory.keep();
        let mut cluster = Self {
            server,
            watch,
            programs,
            port,
            databases: AtomicU32::new(0),
        };
        cluster.wait(&log)?;
        Ok(cluster)
    }

    /// The one cluster of this process, started by whoever asks first.
    ///
    /// # Panics
    /// When it cannot be started, with the reason: there is no test without it.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Cluster> = OnceLock::new();
        SHARED.get_or_init(|| match Self::start() {
            Ok(cluster) => cluster,
            Err(error) => panic!("no PostgreSQL to test with: {error}"),
        })
    }

    /// Makes an empty database of a name not used before, and tells its URL.
    ///
    /// # Errors
    /// `createdb` failed; the message has what it said.
    pub fn database(&self) -> io::Result<String> {
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{number}");
        let mut createdb = Command::new(self.programs.path("createdb"));
        createdb.args(["--host", "127.0.0.1", "--username", USER, "--port"]);
        createdb.arg(self.port.to_string()).arg(&name);
        said(&mut createdb)?;
        Ok(format!("postgres://{USER}@127.0.0.1:{}/{name}", self.port))
    }

    fn wait(&mut self, log: &Path) -> io::Result<()> {
        let started = Instant::now();
        loop {
            let mut ready = Command::new(self.programs.path("pg_isready"));
            ready.args(["--quiet", "--host", "127.0.0.1", "--port"]);
            if ready.arg(self.port.to_string()).status()?.success() {
                return Ok(());
            }
            if self.server.try_wait()?.is_some() || started.elapsed() > PATIENCE {
                let says = fs::read_to_string(log)?;
                return Err(io::Error::other(format!("it did not start: {says}")));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.watch.stdin.take());
        // Both end by themselves now. What they would tell, nobody could act on.
        let _server = self.server.wait();
        let _watch = self.watch.wait();
    }
}

/// Where `PostgreSQL`'s programs are, and as whom they run: the server refuses to be root.
#[derive(Debug)]
struct Programs {
    directory: PathBuf,
    /// The user to become, when this process is root.
    owner: Option<Owner>,
}

#[derive(Debug)]
struct Owner {
    user: u32,
    group: u32,
}

impl Programs {
    fn find() -> io::Result<Self> {
        let on_path = std::env::var_os("PATH").unwrap_or_default();
        let mut places: Vec<PathBuf> = std::env::split_paths(&on_path).collect();
        for place in PLACES {
            // One directory a major version; the highest is the last.
            let mut versions: Vec<PathBuf> = fs::read_dir(place)
                .into_iter()
                .flatten()
                .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
                .collect();
            versions.sort();
            places.extend(versions.into_iter().rev());
            places.push(Path::new(place).join("bin"));
        }
        let directory = places
            .into_iter()
            .find(|place| PROGRAMS.iter().all(|program| place.join(program).exists()))
            .ok_or_else(|| {
                io::Error::new(
                    io::ErrorKind::NotFound,
                    "its programs were not found; install Debian's package `postgresql`",
                )
            })?;
        Ok(Self {
            directory,
            owner: owner()?,
        })
    }

    fn path(&self, program: &str) -> PathBuf {
        self.directory.join(program)
    }

    /// `program`, run as the user that owns the cluster, from a directory that this user may enter.
    fn as_owner(&self, program: &str) -> Command {
        let mut command = match &self.owner {
            None => Command::new(self.path(program)),
            Some(owner) => {
                let mut command = Command::new("setpriv");
                command.arg(format!("--reuid={}", owner.user));
                command.arg(format!("--regid={}", owner.group));
                command.arg("--clear-groups").arg(self.path(program));
                command
            }
        };
        command.current_dir("/");
        command
    }

    fn hand_over(&self, directory: &Path) -> io::Result<()> {
        match &self.owner {
            None => Ok(()),
            Some(owner) => chown(directory, Some(owner.user), Some(owner.group)),
        }
    }

    fn server(&self, data: &Path, sockets: &Path, port: u16) -> Command {
        let mut server = self.as_owner("postgres");
        server.arg("-D").arg(data).arg("-k").arg(sockets);
        server.args(["-h", "127.0.0.1", "-p", &port.to_string()]);
        for setting in [
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
            "log_min_messages=fatal",
        ] {
            server.args(["-c", setting]);
        }
        server.stdin(Stdio::null()).stdout(Stdio::null());
        server
    }
}

/// Root becomes the user `postgres`, everybody else stays who they are.
fn owner() -> io::Result<Option<Owner>> {
    if fs::metadata("/proc/self")?.uid() != 0 {
        return Ok(None);
    }
    let users = fs::read_to_string("/etc/passwd")?;
    let entry = users.lines().find_map(|line| {
        let mut fields = line.strip_prefix("postgres:")?.split(':').skip(1);
        let user = fields.next()?.parse().ok()?;
        let group = fields.next()?.parse().ok()?;
        Some(Owner { user, group })
    });
    entry.map(Some).ok_or_else(|| {
        io::Error::new(
            io::ErrorKind::NotFound,
            "root needs the user `postgres`; install Debian's package `postgresql`",
        )
    })
}

/// A port that was free a moment ago.
#[expect(
    clippy::disallowed_methods,
    reason = "a port is asked for and given back; nothing is listened to"
)]
fn free_port() -> io::Result<u16> {
    let asked = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(asked.local_addr()?.port())
}

/// Runs `command`; what it said is the error when it fails.
fn said(command: &mut Command) -> io::Result<()> {
    let Output { status, stderr, .. } = command.output()?;
    if status.success() {
        return Ok(());
    }
    let program = command.get_program().to_string_lossy().into_owned();
    let says = String::from_utf8_lossy(&stderr);
    Err(io::Error::other(format!("{program}: {status}: {says}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_answers_and_ends_with_its_owner() {
        let cluster = Cluster::start().expect("PostgreSQL is installed");
        let first = cluster.database().expect("the cluster answers");
        let second = cluster.database().expect("the cluster answers");
        assert_ne!(first, second);
        let (isready, port) = (
            cluster.programs.path("pg_isready"),
            cluster.port.to_string(),
        );
        let answers = || {
            let mut ready = Command::new(&isready);
            ready.args(["--quiet", "--host", "127.0.0.1", "--port", &port]);
            ready.status().is_ok_and(|status| status.success())
        };
        assert!(answers());
        drop(cluster);
        assert!(!answers());
    }
}
