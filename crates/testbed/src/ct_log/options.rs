//! What kind of log is wanted.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use jiff::Timestamp;

use super::fault::Fault;
use crate::error::TestbedError;

/// The longest name put on a certificate, in bytes; longer than any DNS name, for those who test with such.
pub const NAME_LIMIT: usize = 1_000;

/// A log to be started. Each field is a flag of `enpassant testbed ct-log`, or for tests only.
#[derive(Clone, Debug)]
pub struct CtLogOptions {
    /// How entries are served.
    pub dialect: Dialect,
    /// These are put on certificates before all others, in order, one on each.
    pub names: Vec<String>,
    /// Entries at the start. Those beyond `names` and `recorded` are ordinary. Where `rate` is 0 there are as many as
    /// all names take, if that is more.
    pub entries: u64,
    /// Entries added in a second, while it runs: names that are left, then ordinary ones.
    pub rate: u32,
    /// Decides the serial numbers, the ordinary names and their order.
    pub seed: u64,
    /// What is wrong with it from the start.
    pub fault: Option<Fault>,
    /// The port on 127.0.0.1; 0 for any that is free.
    pub port: u16,
    /// How often new entries are published.
    pub sequence_every: Duration,
    /// Entries on a page of `get-entries`, whose pages begin at multiples of it; at least 1.
    pub page_size: u64,
    /// A directory with a real log as it was saved, of which the full tiles below `tile/data/` come first, from index
    /// 0 on. Their issuers are not served: `issuer/` and the chains of `get-entries` lack them.
    pub recorded: Option<PathBuf>,
    /// When the certificates expire that it takes: from the first, before the second. Only the list says so.
    pub interval: Option<(Timestamp, Timestamp)>,
    /// Its name in the list.
    pub description: String,
}

impl Default for CtLogOptions {
    fn default() -> Self {
        Self {
            dialect: Dialect::Tiles,
            names: Vec::new(),
            entries: 0,
            rate: 0,
            seed: 0,
            fault: None,
            port: 0,
            sequence_every: Duration::from_millis(200),
            page_size: 256,
            recorded: None,
            interval: None,
            description: "En Passant testbed log".to_owned(),
        }
    }
}

/// How a log serves its entries.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Dialect {
    /// static-ct-api.
    Tiles,
    /// RFC 6962 §4.
    Rfc6962,
    /// Both, and listed as a log of RFC 6962, as some real ones are.
    Both,
}

impl Dialect {
    /// Stable, for the command line.
    pub fn id(self) -> &'static str {
        match self {
            Self::Tiles => "tiles",
            Self::Rfc6962 => "rfc6962",
            Self::Both => "both",
        }
    }

    /// Whether there are checkpoints, tiles and issuers.
    pub(crate) fn tiles(self) -> bool {
        self != Self::Rfc6962
    }

    /// Whether there is `ct/v1/`.
    pub(crate) fn rfc6962(self) -> bool {
        self != Self::Tiles
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.id())
    }
}

impl FromStr for Dialect {
    type Err = TestbedError;

    fn from_str(given: &str) -> Result<Self, TestbedError> {
        [Self::Tiles, Self::Rfc6962, Self::Both]
            .into_iter()
            .find(|dialect| dialect.id() == given)
            .ok_or_else(|| TestbedError::UnknownDialect {
                given: given.to_owned(),
            })
    }
}
