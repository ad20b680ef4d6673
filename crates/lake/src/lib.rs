//! Every name ever observed, kept for later questions: Parquet files, a folder a day.
//!
//! [`Rows`] gathers names in memory, and [`Lake::write`] makes a segment of them that appears whole or not at all. Which
//! segments count is for the ledger to say: one that it did not register is removed by [`Lake::reconcile`], so that
//! whatever was written twice, or written and not settled, is there once or not at all.
//!
//! Everything here blocks; writing a full segment takes a tenth of a second of CPU and the disk's time.

mod encode;
mod error;
#[cfg(any(test, feature = "faults"))]
mod faults;
mod path;
mod read;
pub mod retention;
mod rows;
mod schema;
mod segment;

pub use error::LakeError;
#[cfg(any(test, feature = "faults"))]
pub use faults::Fault;
pub use rows::{Row, Rows};
pub use schema::{SCHEMA_KEY, SCHEMA_VERSION};
pub use segment::{Lake, Reconciled, Written};
