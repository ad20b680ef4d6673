//! WHOIS (RFC 3912), for registries without RDAP.

mod ask;
mod lines;
mod phrases;
mod read;
mod servers;
mod sheet;
mod words;

pub(crate) use ask::ask;
pub use read::{Whois, read};
pub use servers::{Server, Servers};
