//! What others have published about actors: intrusion sets, their names, indicators; STIX 2.1, MISP, CSV to nouns.
//!
//! Bytes in, values out. Two kinds of files, each told by its content:
//!
//! | what | read by | formats |
//! |---|---|---|
//! | knowledge of intrusion sets and their names | [`read_records`] | a STIX 2.1 bundle as ATT&CK publishes it, clusters of the MISP galaxy, Microsoft's mapping of names, and what [`write_records`] writes |
//! | campaigns with their indicators | [`read_references`] | a STIX 2.1 bundle, events of MISP, CSV |
//!
//! Files are hostile, and seldom whole. Each object is read by itself; what cannot be read is counted with its reason
//! ([`Skipped`]), and its neighbours are read. Sizes have limits: [`MAX_BYTES`], [`MAX_OBJECTS`], [`MAX_LIST`].
//!
//! [`Knowledge`] holds the records of many publications beside each other and answers who uses a name for what. It decides
//! nothing: a name that two sets claim stays ambiguous, and sets of two publications are shown together only where one of
//! them names the other.

mod error;
mod json;
mod key;
mod knowledge;
mod lookup;
mod publications;
mod records;
mod reference;
mod skipped;
mod stix;
mod top;

pub use error::IntelError;
pub use knowledge::{Counts, Knowledge};
pub use lookup::{Answer, Group, Held, Named, Tie};
pub use records::{Producers, Records, read_producers, read_records, write_records};
pub use reference::read_references;
pub use skipped::{Read, Skip, Skipped};

/// The largest file that is read, in bytes; the largest bundle of ATT&CK has some 50 million.
pub const MAX_BYTES: usize = 64 << 20;

/// The most objects of one file; those beyond are counted.
pub const MAX_OBJECTS: usize = 500_000;

/// The most entries of a list within an object; those beyond are counted.
pub const MAX_LIST: usize = 10_000;
