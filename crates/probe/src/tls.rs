//! TLS: what a server shows at the handshake (RFC 8446, RFC 5246).

mod ask;
mod read;

pub(crate) use ask::ask;
pub use read::{certificate, read};
