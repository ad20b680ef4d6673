//! What can be wrong with a name or a suffix list.

use thiserror::Error;

/// Why bytes are not a name. The fault is always in what was read, never ours.
///
/// Small and `Copy`, so that a feed can count faults by [`NameFault::id`] and
/// show them beside the rejected line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
pub enum NameFault {
    /// Nothing is left once white space, `*.` and the root dot are taken away.
    #[error("the name is empty")]
    Empty,
    /// Over 253 octets in A-label form, or over [`MAX_INPUT`](crate::MAX_INPUT) as read.
    #[error("the name is longer than 253 octets")]
    TooLong,
    /// A label has over 63 octets in A-label form (RFC 1035 §2.3.4).
    #[error("a label is longer than 63 octets")]
    LabelTooLong,
    /// Two dots in a row, or a dot at the start.
    #[error("a label is empty")]
    EmptyLabel,
    /// An ASCII character that no host or owner name here may have.
    #[error("the character U+{:04X} cannot stand in a name", u32::from(*.character))]
    Character {
        /// The first such character; it may be a control, so escape it before showing it.
        character: char,
    },
    /// Bytes beyond ASCII that are not UTF-8.
    #[error("the name is not UTF-8")]
    NotUtf8,
    /// An `xn--` label that does not decode (RFC 3492).
    #[error("an xn-- label is not valid Punycode")]
    Punycode,
    /// A label that UTS #46 does not allow: disallowed or unassigned characters,
    /// a broken bidirectional or joiner rule, or an `xn--` label that is not the
    /// canonical form of what it decodes to.
    #[error("a label is not valid under UTS #46")]
    Idna,
    /// An IPv4 address in dotted decimal form, which names nothing.
    #[error("this is an IP address, not a name")]
    IpAddress,
}

impl NameFault {
    /// A stable identifier in kebab-case, for counters and reject reports.
    pub fn id(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLong => "too-long",
            Self::LabelTooLong => "label-too-long",
            Self::EmptyLabel => "empty-label",
            Self::Character { .. } => "character",
            Self::NotUtf8 => "not-utf8",
            Self::Punycode => "punycode",
            Self::Idna => "idna",
            Self::IpAddress => "ip-address",
        }
    }
}

/// Why bytes are not a public suffix list.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SuffixListFault {
    /// Over [`MAX_SUFFIX_LIST`](crate::MAX_SUFFIX_LIST) bytes.
    #[error("the suffix list has {bytes} bytes; at most {limit} are read")]
    TooLarge {
        /// Size of what was given.
        bytes: usize,
        /// The largest size that is read.
        limit: usize,
    },
    /// The list is not UTF-8, as its format requires.
    #[error("the suffix list is not UTF-8")]
    NotUtf8,
    /// No rule stands between the `BEGIN ICANN DOMAINS` or `BEGIN PRIVATE DOMAINS`
    /// marker and the end.
    #[error("the suffix list has no rule (are the BEGIN … DOMAINS markers there?)")]
    NoRule,
    /// A rule that the format does not allow.
    #[error("the suffix list is broken: {what}")]
    Broken {
        /// What the reader of the list says, escaped.
        what: String,
    },
}
