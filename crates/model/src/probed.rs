//! What came of a question: an answer, an absence, a failure and a silence are four things.

use std::time::Duration;

use jiff::Timestamp;

/// What came of one question to the world.
#[derive(Clone, PartialEq, Debug)]
pub enum Probed<T> {
    /// It was answered.
    Answered(T),
    /// It was answered that there is nothing; that is evidence, too.
    Absent(Absence),
    /// No answer that means anything. It is no evidence of innocence: it lowers confidence and asks for another look.
    Failed(Failure),
    /// It was not asked.
    NotAsked(Reason),
}

impl<T> Probed<T> {
    /// The answer, if there was one.
    pub fn answer(&self) -> Option<&T> {
        match self {
            Self::Answered(answer) => Some(answer),
            _ => None,
        }
    }

    /// Whether somebody said that there is nothing.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent(_))
    }

    /// Turns the answer into another.
    pub fn map<U>(self, turn: impl FnOnce(T) -> U) -> Probed<U> {
        match self {
            Self::Answered(answer) => Probed::Answered(turn(answer)),
            Self::Absent(absence) => Probed::Absent(absence),
            Self::Failed(failure) => Probed::Failed(failure),
            Self::NotAsked(reason) => Probed::NotAsked(reason),
        }
    }
}

/// How it was said that there is nothing.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Absence {
    /// The name does not exist: NXDOMAIN (RFC 1035 §4.1.1), 404 of RDAP (RFC 7480 §5.3), "no match" of WHOIS.
    NoName,
    /// The name exists without such a record: NODATA (RFC 2308 §2.2).
    NoData,
    /// Nobody listens there: the connection was refused.
    NoService,
    /// Nobody is to be asked: the top-level domain has neither RDAP nor WHOIS.
    NoRegistry,
}

/// Why there is no answer that means anything.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failure {
    /// Its kind; a stable word for counters and rules.
    pub kind: FailureKind,
    /// One line for people, without control characters.
    pub says: String,
    /// When the peer wants to be asked again, if it said so.
    pub retry_after: Option<Duration>,
}

/// Kinds of [`Failure`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum FailureKind {
    /// No answer in the time given.
    Timeout,
    /// The connection could not be made or broke.
    Unreachable,
    /// Our own guard refused the address or the redirect.
    Forbidden,
    /// The peer refused to say: throttled, blocked, 403, REFUSED.
    Refused,
    /// The peer failed: SERVFAIL, 5xx, a lame delegation.
    Broken,
    /// The answer cannot be read.
    Malformed,
    /// More bytes, hops or records than we take.
    TooLarge,
}

/// Why nobody asked.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Reason {
    /// The organisation's policy does not go so far.
    Policy,
    /// What would have to be there first is not: no address, no service.
    NothingThere,
    /// This installation cannot: no Chromium, no table.
    NotInstalled,
}

/// One question with what came of it, and what it rests on.
#[derive(Clone, PartialEq, Debug)]
pub struct Look<T> {
    /// What came of it.
    pub outcome: Probed<T>,
    /// When it was asked.
    pub at: Timestamp,
    /// How long it took.
    pub took: Duration,
    /// Who was asked, such as `rdap.nic.example` or `whois.nic.example`; empty when nobody was.
    pub source: String,
    /// The raw bytes that the answer was read from, by their digest, in the order in which they came.
    pub evidence: Vec<EvidenceDigest>,
}

impl<T> Look<T> {
    /// A question that nobody asked.
    pub fn not_asked(reason: Reason, at: Timestamp) -> Self {
        Look {
            outcome: Probed::NotAsked(reason),
            at,
            took: Duration::ZERO,
            source: String::new(),
            evidence: Vec::new(),
        }
    }

    /// The answer, if there was one.
    pub fn answer(&self) -> Option<&T> {
        self.outcome.answer()
    }
}

/// SHA-256 of raw bytes that were kept.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct EvidenceDigest(pub [u8; 32]);

/// Raw bytes that an answer was read from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Evidence {
    /// SHA-256 of the bytes.
    pub digest: EvidenceDigest,
    /// What they are: a media type (RFC 6838), such as `application/rdap+json`.
    pub media: String,
    /// The bytes as they came.
    pub bytes: Vec<u8>,
}
