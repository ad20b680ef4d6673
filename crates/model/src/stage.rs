//! How far a domain has come.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

/// A step on the way from a registered name to a lure, or to its end. A domain may stand on several at once.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Stage {
    /// It is registered.
    Registered,
    /// Its registry delegates it to name servers.
    Delegated,
    /// It has an address.
    Resolving,
    /// It can take mail (MX), or says who may send for it (SPF).
    MailReady,
    /// A certificate was issued for it.
    Certified,
    /// A web server answers under it.
    Serving,
    /// Its page asks for credentials.
    CredentialForm,
    /// It was seen in mail or logs of the organisation.
    Sighted,
    /// Registrar, registry or hoster took it down, or its traffic goes to a sinkhole.
    Suspended,
    /// The registration has ended or is about to be deleted.
    Expired,
}

impl Stage {
    /// All of them, in the order in which an attacker comes to them; the two ends last.
    pub const ALL: [Self; 10] = [
        Self::Registered,
        Self::Delegated,
        Self::Resolving,
        Self::MailReady,
        Self::Certified,
        Self::Serving,
        Self::CredentialForm,
        Self::Sighted,
        Self::Suspended,
        Self::Expired,
    ];

    /// Its id: `registered`, `mail-ready`, ….
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::Delegated => "delegated",
            Self::Resolving => "resolving",
            Self::MailReady => "mail-ready",
            Self::Certified => "certified",
            Self::Serving => "serving",
            Self::CredentialForm => "credential-form",
            Self::Sighted => "sighted",
            Self::Suspended => "suspended",
            Self::Expired => "expired",
        }
    }

    /// What an attacker does with it, as techniques of MITRE ATT&CK (Enterprise). A domain that is harmless stands on the
    /// same stages: these say what it could be for, not what it is.
    pub fn techniques(self) -> &'static [&'static str] {
        match self {
            Self::Registered | Self::Delegated | Self::Resolving => &["T1583.001"],
            Self::MailReady => &["T1583.001", "T1566.002"],
            Self::Certified => &["T1588.004"],
            Self::Serving => &["T1608.003", "T1608.005"],
            Self::CredentialForm => &["T1608.005", "T1598.003"],
            Self::Sighted => &["T1566.002", "T1598.003"],
            Self::Suspended | Self::Expired => &[],
        }
    }

    /// Whether it is an end: coming to it is a step down.
    pub fn is_end(self) -> bool {
        matches!(self, Self::Suspended | Self::Expired)
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that names no stage.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("no stage has this name")]
pub struct StageFault;

impl FromStr for Stage {
    type Err = StageFault;

    fn from_str(text: &str) -> Result<Self, StageFault> {
        let mut all = Self::ALL.into_iter();
        all.find(|stage| stage.as_str() == text).ok_or(StageFault)
    }
}

/// A stage that a domain stands on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reached {
    /// Which.
    pub stage: Stage,
    /// Since when: as the world tells it (the day of registration, the certificate's begin), or else since the look that
    /// showed it first.
    pub since: Timestamp,
    /// What shows it, in a sentence for people.
    pub says: String,
}

/// A change between two looks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// Towards use, or away from it.
    pub direction: Direction,
    /// The stage that was reached or left.
    pub stage: Stage,
    /// When the look was taken that showed it.
    pub at: Timestamp,
    /// What shows it.
    pub says: String,
}

/// Where a step leads.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Direction {
    /// A stage was reached, or an end was left.
    Up,
    /// A stage was left, or an end was reached.
    Down,
}

impl Direction {
    /// Its id.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
        }
    }
}
