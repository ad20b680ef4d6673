//! DNS (RFC 1034, RFC 1035): what is set up for a name.

mod ask;
mod read;

pub(crate) use ask::ask;
pub use read::{Answers, read};
