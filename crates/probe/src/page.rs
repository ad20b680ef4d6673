//! Pages: what a web server shows (RFC 9110, HTML), and what can be read off it. Nothing is ever submitted.

mod ask;
mod cloak;
mod favicon;
mod forms;
mod kind;
mod print;
mod read;
mod sketch;
mod tokens;
mod trackers;

pub(crate) use ask::{Manner, Whom, ask};
pub use favicon::favicon_hash;
pub use print::Print;
pub use read::{Context, Fetched, read};
