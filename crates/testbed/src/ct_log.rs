//! A log of certificate transparency on loopback, in both dialects, that can be told to fail and to lie.
//!
//! It issues certificates with an authority of its own, gives each a place, and signs a new head every 200 ms. It
//! keeps all entries in memory, compressed. Beside what a log serves it takes `POST /testbed/issue` (names, one a
//! line), `POST /testbed/fault` (the id of a [`Fault`], or `none`) and `GET /testbed/size`.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

use crate::error::TestbedError;

pub(crate) mod archive;
pub(crate) mod entry;
mod fault;
mod head;
mod history;
pub(crate) mod issuer;
mod list;
mod log;
mod options;
mod recorded;
mod serve;
pub(crate) mod tree;

pub use fault::Fault;
use head::base64;
use log::{Log, Sequencer};
pub use options::{CtLogOptions, Dialect, NAME_LIMIT};

/// How many threads answer requests, for all logs together.
const SERVING_THREADS: usize = 2;

/// Running logs, and the list that names them. They end when this is dropped.
#[derive(Debug)]
pub struct CtLogs {
    logs: Vec<CtLog>,
    /// Stops before the server does.
    sequencers: Vec<Sequencer>,
    runtime: Option<Runtime>,
    list: PathBuf,
    _directory: TempDir,
}

/// One running log.
#[derive(Clone, Debug)]
pub struct CtLog {
    log: Arc<Log>,
    address: SocketAddr,
}

impl CtLogs {
    /// Fills and starts logs, one for each of `options`.
    ///
    /// It returns once all of them answer. Filling takes some 50 µs an entry.
    pub fn start(options: Vec<CtLogOptions>) -> Result<Self, TestbedError> {
        let serve = |port| move |source| TestbedError::Serve { port, source };
        let runtime = Builder::new_multi_thread()
            .worker_threads(SERVING_THREADS)
            .thread_name("testbed-serve")
            .enable_all()
            .build()
            .map_err(serve(0))?;
        let directory = TempDir::with_prefix("enpassant-testbed-").map_err(serve(0))?;
        let mut logs = Vec::new();
        let mut sequencers = Vec::new();
        for options in options {
            let port = options.port;
            let listener = listen(&runtime, port).map_err(serve(port))?;
            let address = listener.local_addr().map_err(serve(port))?;
            let every = options.sequence_every;
            let rate = options.rate;
            let log = Arc::new(Log::fill(options, address)?);
            runtime.spawn(serve::serve(listener, Arc::clone(&log)));
            sequencers.push(Sequencer::start(Arc::clone(&log), rate, every).map_err(serve(port))?);
            logs.push(CtLog { log, address });
        }
        let list = directory.path().join("log_list.json");
        let text = list::log_list(logs.iter().map(|log| &*log.log));
        std::fs::write(&list, text).map_err(|source| TestbedError::List {
            path: list.clone(),
            source,
        })?;
        Ok(Self {
            logs,
            sequencers,
            runtime: Some(runtime),
            list,
            _directory: directory,
        })
    }

    /// The logs, in the order of their options.
    pub fn logs(&self) -> &[CtLog] {
        &self.logs
    }

    /// The list of the logs, version 3 of its format, for `watch --log-list`. The file goes with the logs.
    pub fn log_list(&self) -> &Path {
        &self.list
    }

    /// Ends the logs: the ports are free, and open answers are broken off.
    pub fn stop(self) {
        drop(self);
    }
}

#[expect(clippy::disallowed_methods, reason = "it listens, on loopback only")]
fn listen(runtime: &Runtime, port: u16) -> io::Result<TcpListener> {
    runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, port)))
}

impl Drop for CtLogs {
    fn drop(&mut self) {
        self.sequencers.clear();
        if let Some(runtime) = self.runtime.take() {
            // Answers may trickle for minutes; and this may run where nobody is to wait.
            runtime.shutdown_background();
        }
    }
}

impl CtLog {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The prefix of all that it serves, with the slash at its end.
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// The origin line of its checkpoints (tlog-checkpoint).
    pub fn origin(&self) -> &str {
        self.log.signer().origin()
    }

    /// Its public key, a `SubjectPublicKeyInfo` in base 64, as log lists have it.
    pub fn key(&self) -> String {
        base64(&self.log.signer().spki())
    }

    /// SHA-256 of its key, in base 64.
    pub fn log_id(&self) -> String {
        self.log.signer().log_id().to_string()
    }

    /// How many entries it has taken in; the last may not be published yet.
    pub fn size(&self) -> u64 {
        self.log.size()
    }

    /// Puts `name` on a certificate and logs it. The answer is the index of the entry; the next head covers it.
    pub fn issue(&self, name: &str) -> Result<u64, TestbedError> {
        self.log.issue(name)
    }

    /// Lets something go wrong from now on, or with `None` nothing any more.
    pub fn set_fault(&self, fault: Option<Fault>) {
        self.log.set_fault(fault);
    }

    /// What whoever starts a log wants to know, as one line of JSON: `address`, `origin`, `key`, `log_id` and, with
    /// the path given, `log_list`.
    pub fn announcement(&self, log_list: &Path) -> String {
        json!({
            "address": self.url().trim_end_matches('/'),
            "origin": self.origin(),
            "key": self.key(),
            "log_id": self.log_id(),
            "log_list": log_list,
        })
        .to_string()
    }
}
