//! What a failure means to whoever looks at a peer, in a few words that stay.

use crate::dns::DnsRefusal;
use crate::error::EgressError;

/// Kinds of [`EgressError`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Kind {
    /// It was answered that the name has no address.
    NoName,
    /// The host is there, and nobody listens.
    NoService,
    /// No answer in the time given.
    Timeout,
    /// The connection could not be made or broke.
    Unreachable,
    /// Our own guard refused the address, or a redirect that was not to be followed.
    Forbidden,
    /// The peer refuses to say.
    Refused,
    /// The peer fails.
    Broken,
    /// The answer cannot be read.
    Malformed,
    /// More bytes or hops than were wanted.
    TooLarge,
    /// The caller's or the operator's fault: nobody was called.
    Ours,
}

impl EgressError {
    /// What this failure means.
    pub fn kind(&self) -> Kind {
        match self {
            EgressError::NoAddress { .. } => Kind::NoName,
            EgressError::Connect { refused: true, .. } => Kind::NoService,
            EgressError::PeerTimeout { .. } => Kind::Timeout,
            EgressError::Resolve { .. }
            | EgressError::Connect { .. }
            | EgressError::PeerInterrupted { .. } => Kind::Unreachable,
            EgressError::Refused { .. } | EgressError::PeerRedirect { .. } => Kind::Forbidden,
            EgressError::PeerStatus { status, .. } if *status >= 500 => Kind::Broken,
            EgressError::PeerDns {
                code: DnsRefusal::Refused,
                ..
            }
            | EgressError::PeerStatus { .. } => Kind::Refused,
            EgressError::PeerDns { .. }
            | EgressError::PeerTls { .. }
            | EgressError::PeerAliases { .. } => Kind::Broken,
            EgressError::PeerMalformed { .. }
            | EgressError::PeerEncoding { .. }
            | EgressError::PeerUpgrade { .. }
            | EgressError::Gzip { .. } => Kind::Malformed,
            EgressError::TooLarge { .. }
            | EgressError::HeadTooLarge { .. }
            | EgressError::TooManyHops { .. } => Kind::TooLarge,
            EgressError::Url { .. }
            | EgressError::Name { .. }
            | EgressError::Header { .. }
            | EgressError::ConfigSetting { .. }
            | EgressError::ConfigRoots { .. }
            | EgressError::NoRoots => Kind::Ours,
        }
    }
}
