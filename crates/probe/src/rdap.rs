//! RDAP: registration data as JSON over HTTP (RFC 9082, RFC 9083, RFC 9537).

mod ask;
mod bootstrap;
mod jcard;
mod json;
mod read;

pub(crate) use ask::ask;
pub use bootstrap::Bootstrap;
pub(crate) use bootstrap::suffixes;
pub use read::read;
