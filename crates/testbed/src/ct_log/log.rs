//! One log: what it takes in, when it publishes, and who may see what.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use data_encoding::HEXLOWER;
use jiff::Timestamp;

use super::archive::Archive;
use super::fault::Fault;
use super::head::Signer;
use super::history::{History, Needed};
use super::issuer::{Issuer, milliseconds};
use super::options::{CtLogOptions, Dialect, NAME_LIMIT};
use super::recorded;
use crate::authority::Authority;
use crate::error::TestbedError;
use crate::key::sha256;

/// Everything about one log. Whoever takes both locks takes the issuer's first.
#[derive(Debug)]
pub(crate) struct Log {
    signer: Signer,
    /// Held while an entry gets its place.
    issuer: Mutex<Issuer>,
    history: Mutex<History>,
    /// Issuing certificates by their fingerprint: SHA-256, in lower-case hexadecimal.
    issuers: BTreeMap<String, Vec<u8>>,
    root: Vec<u8>,
    dialect: Dialect,
    page_size: u64,
    /// A name for the entry that is no certificate.
    first_name: Option<String>,
    address: SocketAddr,
    description: String,
    interval: Option<(Timestamp, Timestamp)>,
    started: Timestamp,
}

impl Log {
    /// Makes a log with all that it has at its start, and its first head.
    pub(crate) fn fill(options: CtLogOptions, address: SocketAddr) -> Result<Self, TestbedError> {
        for name in &options.names {
            fits(name)?;
        }
        let authority = Authority::new()?;
        let issuers = authority
            .chain()
            .map(|der| (HEXLOWER.encode(&sha256(der)), der.to_vec()))
            .into();
        let root = authority.chain()[1].to_vec();
        let signer = Signer::new(address.to_string())?;
        let mut archive = Archive::default();
        if let Some(directory) = &options.recorded {
            recorded::load(directory, &mut archive)?;
        }
        let first_name = options.names.first().cloned();
        let mut issuer = Issuer::new(
            authority,
            options.names,
            options.seed,
            options.dialect.tiles(),
        );
        while archive.size() < options.entries || (options.rate == 0 && issuer.waiting() > 0) {
            archive.push(&issuer.next(archive.size(), &signer));
        }
        let history = History::new(archive, &signer, now_ms(), options.fault);
        Ok(Self {
            signer,
            issuer: Mutex::new(issuer),
            history: Mutex::new(history),
            issuers,
            root,
            dialect: options.dialect,
            page_size: options.page_size.max(1),
            first_name,
            address,
            description: options.description,
            interval: options.interval,
            started: Timestamp::now(),
        })
    }

    /// Puts a name on a certificate and logs that.
    pub(crate) fn issue(&self, name: &str) -> Result<u64, TestbedError> {
        fits(name)?;
        let mut issuer = self.issuer();
        let index = self.size();
        let tile_leaf = issuer.named(name.to_owned(), index);
        self.history().append(&tile_leaf);
        Ok(index)
    }

    /// Takes in `due` entries, or as many as there is time for until `deadline`, and publishes a head.
    fn sequence(&self, due: u64, deadline: Instant) -> u64 {
        let mut issuer = self.issuer();
        let mut taken = 0;
        while taken < due && Instant::now() < deadline {
            let tile_leaf = issuer.next(self.size(), &self.signer);
            self.history().append(&tile_leaf);
            taken += 1;
        }
        let needed = self.history().begin();
        match needed {
            Some(Needed::Garbage) => {
                let tile_leaf = issuer.garbage(self.first_name.as_deref(), self.size());
                self.history().append(&tile_leaf);
            }
            Some(Needed::Unknown) => {
                let tile_leaf = issuer.unknown(self.size());
                self.history().append(&tile_leaf);
            }
            Some(Needed::Others(from)) => {
                let others: Vec<_> = (from..self.size())
                    .map(|index| issuer.next(index, &self.signer))
                    .collect();
                self.history().fork(from, &others);
            }
            None => {}
        }
        self.history().publish(&self.signer, now_ms());
        taken
    }

    pub(crate) fn set_fault(&self, fault: Option<Fault>) {
        self.history().set_fault(fault, &self.signer, now_ms());
    }

    pub(crate) fn size(&self) -> u64 {
        self.history().size()
    }

    pub(crate) fn signer(&self) -> &Signer {
        &self.signer
    }

    /// For a moment: requests wait meanwhile.
    pub(crate) fn history(&self) -> MutexGuard<'_, History> {
        self.history.lock().expect("nobody panics while holding it")
    }

    fn issuer(&self) -> MutexGuard<'_, Issuer> {
        self.issuer.lock().expect("nobody panics while holding it")
    }

    /// The issuing certificate with this fingerprint, in lower-case hexadecimal.
    pub(crate) fn issuing(&self, fingerprint: &str) -> Option<&[u8]> {
        self.issuers.get(fingerprint).map(Vec::as_slice)
    }

    /// The root of the log's own authority, which is the only one it accepts.
    pub(crate) fn root(&self) -> &[u8] {
        &self.root
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.dialect
    }

    pub(crate) fn page_size(&self) -> u64 {
        self.page_size
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    pub(crate) fn description(&self) -> &str {
        &self.description
    }

    pub(crate) fn interval(&self) -> Option<(Timestamp, Timestamp)> {
        self.interval
    }

    pub(crate) fn started(&self) -> Timestamp {
        self.started
    }
}

/// The thread that sequences and publishes; dropping it ends it.
#[derive(Debug)]
pub(crate) struct Sequencer {
    end: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Sequencer {
    /// Adds `rate` entries a second and publishes a head every so often.
    pub(crate) fn start(log: Arc<Log>, rate: u32, every: Duration) -> io::Result<Self> {
        let (end, ended) = channel();
        let thread = std::thread::Builder::new()
            .name("testbed-sequence".to_owned())
            .spawn(move || {
                let start = Instant::now();
                let (mut taken, mut next) = (0, start + every);
                // Nothing is ever sent: the channel closes.
                while ended.recv_timeout(next.saturating_duration_since(Instant::now()))
                    == Err(RecvTimeoutError::Timeout)
                {
                    let due = start.elapsed().as_millis() as u64 * u64::from(rate) / 1_000;
                    let deadline = Instant::now() + every;
                    taken += log.sequence(due.saturating_sub(taken), deadline);
                    next = (next + every).max(Instant::now());
                }
            })?;
        Ok(Self {
            end: Some(end),
            thread: Some(thread),
        })
    }
}

impl Drop for Sequencer {
    fn drop(&mut self) {
        self.end = None;
        if let Some(thread) = self.thread.take() {
            // If it panicked, its message has been printed; there is nothing left to end.
            let _ = thread.join();
        }
    }
}

fn fits(name: &str) -> Result<(), TestbedError> {
    if (1..=NAME_LIMIT).contains(&name.len()) {
        Ok(())
    } else {
        Err(TestbedError::Name {
            length: name.len(),
            limit: NAME_LIMIT,
        })
    }
}

fn now_ms() -> u64 {
    milliseconds(Timestamp::now())
}
