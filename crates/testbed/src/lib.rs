//! Real servers on loopback, with faults on demand.
//!
//! [`ct_log`] is a log of certificate transparency that issues, signs and serves as a real one does, and lies when
//! told to. What it issues is signed by an [`Authority`] that nobody trusts. [`Bulk`] makes many entries fast, for
//! benches. [`postgres`] starts a private database server. [`world`] is what a look-alike shows from outside: its DNS,
//! registration, certificate and pages.
//!
//! Nothing here reaches beyond 127.0.0.1.

pub mod ct_log;
pub mod postgres;
pub mod world;

mod authority;
mod bulk;
mod error;
mod key;
mod ordinary;
mod random;

pub use authority::{Authority, Precertificate, Request};
pub use bulk::Bulk;
pub use error::TestbedError;
