//! Names come in here: from files and standard input, compressed or not, in the formats the world publishes them in.
//!
//! An [`Input`] hands out [`Batch`]es of about 256 KiB of text with [`Record`]s pointing into it. A record is the
//! raw bytes of one name; whether they are a name at all is for `names` to say. Nothing is lost on the way: every
//! line is counted as read for its names, as structure, or as rejected with a reason ([`LineTally`]).
//!
//! Whatever an input holds, memory stays bounded: lines, records, decompression windows and temporary files have
//! limits, each documented where it is set. [`diff()`] compares two snapshots larger than memory.

mod archive;
mod batch;
mod certstream;
mod decompress;
mod detect;
mod diff;
mod error;
mod input;
mod lines;
mod list;
pub mod live;
mod reject;
mod runs;
mod table;
mod token;
mod zone;

pub use batch::{Batch, LineTally, Record};
pub use decompress::Compression;
pub use detect::Format;
pub use diff::{Change, DiffOptions, DiffSummary, SideSummary, diff};
pub use error::FeedError;
pub use input::Input;
pub use reject::{Reject, RejectReason};
