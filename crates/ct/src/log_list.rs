//! Lists of logs (the log list schema, version 3, of Google and Apple): which logs there are, where they are served,
//! and which key each signs with.

mod json;

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;

use crate::checkpoint;
use crate::fault::CtFault;
use crate::key::{LogId, LogKey};

/// A list of logs, read. Signed lists are to be verified first, see [`verify_signature`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogList {
    /// The version that the list gives itself; empty when it gives none.
    pub version: String,
    /// When the list was made; `None` when it does not say.
    pub timestamp: Option<Timestamp>,
    /// The logs that can be read, each id once: those served as tiles, then the others.
    pub logs: Vec<ListedLog>,
    /// What was left out or made do with.
    pub oddities: Vec<Oddity>,
}

/// One log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedLog {
    /// SHA-256 of the key; the list agrees.
    pub id: LogId,
    /// The key that it signs with.
    pub key: LogKey,
    /// What the list calls it; may be empty.
    pub description: String,
    /// Who runs it.
    pub operator: String,
    /// The maximum merge delay: how long a certificate may wait before it shows in the tree.
    pub mmd: Duration,
    /// Whether it is trusted, and until when it was.
    pub state: LogState,
    /// A temporal shard takes certificates that end from the first time on and before the second.
    pub interval: Option<(Timestamp, Timestamp)>,
    /// Where and how it is served.
    pub dialect: Dialect,
}

/// How a log is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dialect {
    /// As tiles (C2SP static-ct-api). Both URLs end in a slash.
    Tiles {
        /// Where certificates are submitted. The origin of checkpoints comes from it.
        submission_url: String,
        /// Where checkpoint and tiles are.
        monitoring_url: String,
    },
    /// By requests (RFC 6962 §4).
    Rfc6962 {
        /// What `ct/v1/…` is appended to; it ends in a slash.
        url: String,
    },
}

/// The life of a log, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LogState {
    /// Asks to be taken in.
    Pending,
    /// Taken in, not yet everywhere.
    Qualified,
    /// In full use.
    Usable,
    /// Takes no more certificates; at most this many entries if the list tells.
    ReadOnly {
        /// The size of its last tree.
        final_size: Option<u64>,
    },
    /// No longer trusted for new certificates; may vanish.
    Retired,
    /// Never trusted.
    Rejected,
    /// The list does not tell, or tells a state that version 3 does not have.
    Unknown,
}

/// What is odd about a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Oddity {
    /// The log, as the list calls it, or where it stands when it has no name. Hostile text, if the list is.
    pub log: String,
    /// What is odd.
    pub kind: OddityKind,
}

/// The ways in which a log of a list is odd.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OddityKind {
    /// It lacks what every log has, or has it in another form. Left out.
    Malformed(String),
    /// Its key cannot be used. Left out.
    Key(CtFault),
    /// Its id is not that of its key. Left out.
    IdOfAnotherKey,
    /// Its id stands in the list before. Left out; of tiles and requests the tiles stay.
    Twice,
    /// Its state is not known. Kept.
    UnknownState(String),
}

impl LogList {
    /// Reads a list. A log that cannot be used is left out and told in `oddities`; the others stay.
    ///
    /// # Errors
    ///
    /// [`CtFault::ListMalformed`] when it is no list at all.
    pub fn parse(json: &[u8]) -> Result<Self, CtFault> {
        json::parse(json)
    }
}

/// Checks the detached signature of a list, with the publisher's key in DER: SHA-256 with RSA or ECDSA, without any
/// frame. It covers the bytes of the list as they are served.
///
/// # Errors
///
/// [`CtFault::ConfigKey`] or [`CtFault::ListBadSignature`].
pub fn verify_signature(list: &[u8], signature: &[u8], key_der: &[u8]) -> Result<(), CtFault> {
    if LogKey::from_der(key_der)?.verify_bare(list, signature) {
        Ok(())
    } else {
        Err(CtFault::ListBadSignature)
    }
}

impl ListedLog {
    /// The origin that checkpoints of this log name: the URL that certificates are submitted to, without scheme and
    /// last slash (C2SP static-ct-api, "Checkpoints").
    pub fn origin(&self) -> &str {
        let (Dialect::Tiles {
            submission_url: url,
            ..
        }
        | Dialect::Rfc6962 { url }) = &self.dialect;
        checkpoint::origin(url)
    }

    /// Where the log is read: the prefix of all requests. It ends in a slash.
    pub fn url(&self) -> &str {
        let (Dialect::Tiles {
            monitoring_url: url,
            ..
        }
        | Dialect::Rfc6962 { url }) = &self.dialect;
        url
    }
}

impl LogState {
    /// The word that lists use, `unknown` for what they have no word for.
    pub fn id(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Qualified => "qualified",
            Self::Usable => "usable",
            Self::ReadOnly { .. } => "readonly",
            Self::Retired => "retired",
            Self::Rejected => "rejected",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for OddityKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(why) => write!(f, "left out: {why}"),
            Self::Key(fault) => write!(f, "left out: {fault}"),
            Self::IdOfAnotherKey => f.write_str("left out: its id is not that of its key"),
            Self::Twice => f.write_str("left out: its id stands in the list twice"),
            Self::UnknownState(state) => write!(f, "its state is not known: {state}"),
        }
    }
}
