//! A candidate to a dossier: what the domain itself publishes, looked at from outside.
//!
//! A folder for each protocol: `ask` puts the question through [`egress`], `read` turns bytes into facts and does nothing else.
//! A [`Prober`] puts the answers together: [`Live`] asks the world, [`Recorded`] answers from dossiers of the past. Bytes
//! are hostile; none makes a reader panic, and each reader is bounded.

pub mod dates;
pub mod dns;
mod error;
mod live;
mod network;
mod outcome;
pub mod page;
mod prober;
pub mod rdap;
mod recorded;
pub mod screenshot;
pub mod services;
mod text;
pub mod tls;
pub mod whois;

pub use error::ProbeError;
pub use live::{Live, Ports, Settings};
pub use network::Networks;
pub use prober::{Prober, Subject, Taken};
pub use recorded::Recorded;
