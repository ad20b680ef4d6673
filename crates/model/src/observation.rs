//! A name, seen once, and where.

use names::DomainName;
use std::sync::Arc;

/// Where a name was seen, exactly enough to find it again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Origin {
    /// A line of a file or of standard input (`-`), counted from 1.
    Line {
        /// The path as the user gave it, or `-`.
        source: Arc<str>,
        /// The line, from 1.
        line: u64,
    },
    /// An entry of a feed that counts its entries, such as a certificate transparency log.
    Entry {
        /// The id of the feed.
        feed: Arc<str>,
        /// The index of the entry, from 0.
        index: u64,
    },
}

impl Origin {
    /// The file or the feed.
    pub fn source(&self) -> &str {
        match self {
            Self::Line { source, .. } => source,
            Self::Entry { feed, .. } => feed,
        }
    }

    /// Where in it: the line or the index.
    pub fn place(&self) -> u64 {
        match self {
            Self::Line { line, .. } => *line,
            Self::Entry { index, .. } => *index,
        }
    }
}

/// A name seen once in a feed (STIX 2.1 §5.15, observed data).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Observation {
    /// The name without its wildcard label.
    pub name: DomainName,
    /// Whether `*.` stood before it.
    pub wildcard: bool,
    /// Where it was seen.
    pub origin: Origin,
}
