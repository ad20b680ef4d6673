//! Names in, candidates out: every core at work, the order of the input kept.
//!
//! ```text
//! reader thread ──> workers: parse, sift, weigh ──> the caller's thread: back in order, told once
//!        ^                                                        │
//!        └───────────────── batches, a fixed number of ───────────┘
//! ```
//!
//! A batch is read, judged and handed back; as there are only so many, memory does not grow with the input.
//! Workers know nothing of each other's names. What depends on the order, such as what was told already,
//! happens on the caller's thread alone, so the result is the same for any number of workers.

mod reported;
mod run;
mod sequence;
mod sift;
mod tally;

pub(crate) use reported::Reported;
pub(crate) use run::{Event, Feed, run};
pub(crate) use sift::{Bench, Desk, Judged, Unreadable};
pub(crate) use tally::{NameTally, Summary};
