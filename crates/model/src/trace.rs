//! What a domain publishes that may give away which services its owner uses.

use std::fmt;

/// One published record, as far as it speaks of a service.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Trace {
    /// What kind of record.
    pub kind: TraceKind,
    /// The name that it stands at, in A-label form, lower case.
    pub at: String,
    /// What it says: a host in lower case without a dot at its end, or for [`TraceKind::Text`] the text. Hostile.
    pub says: String,
}

/// Kinds of [`Trace`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum TraceKind {
    /// A mail exchanger (RFC 5321 §5.1).
    Mx,
    /// A domain whose policy for senders counts, too: `include` or `redirect` (RFC 7208 §5.2, §6.1).
    Spf,
    /// Where an alias leads (RFC 1034 §3.6.2).
    Alias,
    /// A key for signatures of mail (RFC 6376 §3.6.2.1) that stands at the domain itself; what it says is the selector.
    Dkim,
    /// Who gets the reports on mail (`rua`, RFC 7489 §6.2).
    Reports,
    /// Any other text, such as the token by which a service knows that the domain is its customer's.
    Text,
}

impl TraceKind {
    /// A word for it, for people.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mx => "MX",
            Self::Spf => "SPF",
            Self::Alias => "CNAME",
            Self::Dkim => "DKIM",
            Self::Reports => "DMARC",
            Self::Text => "TXT",
        }
    }
}

impl fmt::Display for TraceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
