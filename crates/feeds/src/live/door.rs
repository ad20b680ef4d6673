//! The way to one log: what is asked of it, how often, how much may come, and what its refusals mean.

use super::source::{Trouble, TroubleKind};
use bytes::Bytes;
use egress::{EgressError, Get, Http, Pace, Trust};
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// How a log is treated. The same for all, unless a log asks for more patience.
#[derive(Clone, Debug)]
pub struct Pacing {
    /// Between two looks at the head.
    pub poll: Duration,
    /// Requests to one log at the same time.
    pub parallel: usize,
    /// For one answer.
    pub timeout: Duration,
    /// How old the newest head may be before the log is called stale, where the log is not known to be slower.
    pub stale_after: Duration,
    /// How long passing trouble may last before it is told.
    pub patience: Duration,
}

impl Default for Pacing {
    fn default() -> Self {
        Self {
            poll: Duration::from_secs(1),
            parallel: 4,
            timeout: Duration::from_secs(30),
            stale_after: Duration::from_mins(15),
            patience: Duration::from_secs(30),
        }
    }
}

/// Requests to one log go through here.
#[derive(Clone)]
pub struct Door {
    base: Arc<Url>,
    http: Http,
    pace: Arc<Pace>,
    /// By what the pace counts: host and port.
    key: Arc<str>,
    trust: Trust,
    timeout: Duration,
}

/// Why a step could not be taken.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    pub(super) kind: TroubleKind,
    pub(super) says: String,
    /// How long the log asks us to stay away.
    pub(super) retry_after: Option<Duration>,
    /// It is not there (404).
    pub(super) absent: bool,
}

impl Fault {
    pub(super) fn new(kind: TroubleKind, says: impl Into<String>) -> Self {
        Self {
            kind,
            says: says.into(),
            retry_after: None,
            absent: false,
        }
    }

    pub(super) fn into_trouble(self) -> Trouble {
        Trouble::new(self.kind, self.says)
    }
}

/// The largest honest checkpoint, signed tree head or proof, in bytes.
pub(super) const MAX_HEAD: usize = 64 << 10;
/// The largest honest tile of hashes: 256 of 32 bytes.
pub(super) const MAX_HASHES: usize = 256 * 32;
/// The largest tile or page of entries that is read, unpacked or not, in bytes. Certificates of 64 KiB throughout
/// would fill it.
pub(super) const MAX_ENTRIES: usize = 32 << 20;

impl Door {
    /// A way to the log whose addresses begin with `base`. Its requests are counted together with those of all doors to
    /// the same host.
    pub fn new(http: Http, pace: Arc<Pace>, base: &Url, trust: Trust, timeout: Duration) -> Self {
        let mut base = base.clone();
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", base.path()));
        }
        Self {
            key: base.authority().into(),
            base: Arc::new(base),
            http,
            pace,
            trust,
            timeout,
        }
    }

    /// Where the log is.
    pub fn base(&self) -> &Url {
        &self.base
    }

    /// What stands at `path` below the log's address: at most `limit` bytes, packed or not.
    pub(super) async fn get(&self, path: &str, limit: usize) -> Result<Packed, Fault> {
        let url = self.base.join(path).map_err(|error| {
            let says = format!("{path} is no path: {error}");
            Fault::new(TroubleKind::Unavailable, says)
        })?;
        self.pace.ready(&self.key).await;
        let get = Get {
            accept_gzip: true,
            ..Get::new(&url, self.trust, limit, self.timeout)
        };
        match self.http.get(get).await {
            Ok(answer) => Ok(Packed {
                bytes: answer.body,
                gzip: answer.gzip,
                limit,
            }),
            Err(error) => Err(self.refused(path, &error)),
        }
    }

    fn refused(&self, path: &str, error: &EgressError) -> Fault {
        let kind = match error {
            _ if error.status() == Some(429) => TroubleKind::Throttled,
            EgressError::TooLarge { .. } => TroubleKind::Oversized,
            EgressError::PeerTimeout { .. } => TroubleKind::Timeout,
            _ => TroubleKind::Unavailable,
        };
        let retry_after = error.retry_after();
        if let Some(pause) = retry_after {
            self.pace.hold_for(&self.key, pause);
        }
        Fault {
            retry_after,
            absent: error.status() == Some(404),
            ..Fault::new(kind, format!("{path}: {error}"))
        }
    }
}

/// A body as it came.
pub(super) struct Packed {
    bytes: Bytes,
    gzip: bool,
    limit: usize,
}

impl Packed {
    /// Unpacked. Takes a while for tiles: for worker threads.
    pub(super) fn unpack(self) -> Result<Vec<u8>, Fault> {
        egress::unpack(&self.bytes, self.gzip, self.limit).map_err(|error| {
            let kind = match error {
                EgressError::TooLarge { .. } => TroubleKind::Oversized,
                _ => TroubleKind::BrokenFrame,
            };
            Fault::new(kind, error.to_string())
        })
    }
}

/// Runs work that takes longer than half a millisecond where it holds up nobody.
pub(super) async fn work<T: Send + 'static>(task: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(task).await {
        Ok(done) => done,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime is going down; so does whoever waits here.
            Err(_) => std::future::pending().await,
        },
    }
}
