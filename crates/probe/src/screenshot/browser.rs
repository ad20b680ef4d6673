//! Chromium, run so that a hostile page gains nothing by it.

use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::time::timeout;

use super::read::MAX_BYTES;

/// Where distributions install it.
const PROGRAMS: &[&str] = &[
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
];
/// The user and group `nobody` of Debian and most others.
const NOBODY: u32 = 65_534;
/// The window, in pixels.
const WINDOW: &str = "1280,960";
/// The picture, in the directory of the run.
const PICTURE: &str = "picture.png";

/// A Chromium on this machine, with its own sandbox on.
///
/// Each run has an empty profile that is thrown away, an empty environment, a proxy through which all goes, and a time after
/// which all its processes are killed. Where we are root, it runs as `nobody`.
#[derive(Clone, Debug)]
pub struct Browser {
    program: PathBuf,
    /// The time for one picture.
    time: Duration,
}

impl Browser {
    /// The Chromium that is installed, if any; 30 s for a picture.
    pub fn find() -> Option<Self> {
        let program = PROGRAMS.iter().map(Path::new).find(|path| path.is_file())?;
        Some(Self::at(program, Duration::from_secs(30)))
    }

    /// The Chromium at this path, and the time for one picture.
    pub fn at(program: &Path, time: Duration) -> Self {
        Browser {
            program: program.to_owned(),
            time,
        }
    }

    pub(super) fn time(&self) -> Duration {
        self.time
    }

    /// A picture of the page in PNG, through the proxy.
    ///
    /// Errors: [`io::ErrorKind::TimedOut`]; [`io::ErrorKind::FileTooLarge`] for more than 16 MiB; those of starting it; and
    /// [`io::ErrorKind::Other`] where it ended without a picture.
    pub(super) async fn picture(&self, url: &str, proxy: SocketAddr) -> io::Result<Vec<u8>> {
        let directory = TempDir::with_prefix("enpassant-browser-")?;
        let picture = directory.path().join(PICTURE);
        let mut command = self.command(url, proxy, directory.path());
        if rustix::process::geteuid().is_root() {
            chown(directory.path(), Some(NOBODY), Some(NOBODY))?;
            command.uid(NOBODY).gid(NOBODY);
        }
        let mut group = Group(command.spawn()?);
        let ended = timeout(self.time, group.0.wait()).await;
        drop(group);
        let status = ended.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        let size = match tokio::fs::metadata(&picture).await {
            Ok(metadata) => metadata.len(),
            Err(_) => return Err(io::Error::other(format!("no picture, {status}"))),
        };
        if size > MAX_BYTES as u64 {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        tokio::fs::read(&picture).await
    }

    fn command(&self, url: &str, proxy: SocketAddr, directory: &Path) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args([
                "--headless=new",
                "--no-first-run",
                "--no-default-browser-check",
            ])
            .args(["--disable-gpu", "--hide-scrollbars", "--mute-audio"])
            // Nothing of its own is asked for.
            .args([
                "--disable-background-networking",
                "--disable-component-update",
            ])
            .args([
                "--disable-sync",
                "--disable-extensions",
                "--disable-default-apps",
            ])
            .args([
                "--disable-domain-reliability",
                "--disable-breakpad",
                "--no-pings",
            ])
            .arg(
                "--disable-features=Translate,OptimizationHints,MediaRouter,DialMediaRouteProvider",
            )
            // All goes through the proxy, loopback too, and nothing beside it.
            .arg(format!("--proxy-server=http://{proxy}"))
            .arg("--proxy-bypass-list=<-loopback>")
            .arg("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")
            .args([
                "--disable-quic",
                "--webrtc-ip-handling-policy=disable_non_proxied_udp",
            ])
            .args([
                "--deny-permission-prompts",
                "--password-store=basic",
                "--incognito",
            ])
            // Who serves it was told by the handshake.
            .arg("--ignore-certificate-errors")
            .arg(format!("--timeout={}", self.time.as_millis() / 2))
            .arg(format!("--window-size={WINDOW}"))
            .arg(format!(
                "--user-data-dir={}",
                directory.join("profile").display()
            ))
            .arg(format!(
                "--screenshot={}",
                directory.join(PICTURE).display()
            ))
            .arg(url)
            .env_clear()
            .env("HOME", directory)
            .env("TMPDIR", directory)
            .env("PATH", "/usr/bin:/bin")
            .env("LANG", "C.UTF-8")
            .current_dir(directory)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .kill_on_drop(true);
        command
    }
}

/// A process with all that it started: killed when this is dropped, also where nobody waits any more.
struct Group(Child);

impl Drop for Group {
    fn drop(&mut self) {
        let pid = self.0.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        if let Some(pid) = pid {
            // It may have ended by itself.
            _ = kill_process_group(pid, Signal::KILL);
        }
    }
}
