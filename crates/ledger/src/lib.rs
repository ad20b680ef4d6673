//! The durable state: `SQLite` in one file, or `PostgreSQL` by URL; the only crate that knows SQL.
//!
//! A [`Ledger`] is the one place where a thing waits, and the only way back after a crash. What a batch of
//! entries brought is [recorded](Ledger::record) in one transaction: detections, the feeds' *seen* positions, the
//! events that tell of it and the deliveries that are owed. What has been written to the lake is
//! [settled](Ledger::settle) in another. Both may be repeated: what is there already is not written twice, not
//! told twice and not counted twice. So whoever was killed, or does not know whether a commit came through, does
//! the same again.
//!
//! Both stores answer to the same queries, written once, over sqlx's `Any` driver. That driver knows few types,
//! hence the columns: integers and text.
//!
//! Writers of one ledger take turns, by a lock on one row; so event numbers have no gaps and grow in the order
//! of the commits. That only one program follows the feeds is another matter: see [`Ledger::hold`].

mod alarms;
mod backup;
mod campaigns;
mod detail;
mod detections;
mod error;
mod events;
mod evidence;
mod facts;
#[cfg(feature = "faults")]
mod faults;
mod feeds;
mod hold;
mod looks;
mod migrate;
mod open;
mod outbox;
mod record;
mod references;
mod retro;
mod rulings;
mod segments;
mod settle;
mod sql;
mod stored;
mod turn;
mod unreadable;
mod url;

pub use alarms::{Alarm, NewAlarm};
pub use campaigns::{Company, Upshot, Word};
pub use detail::{Detail, DetailFinding, DetailTechnique};
pub use detections::{Detection, DetectionFilter, SeenIn, Times};
pub use error::{Blame, LedgerError};
pub use events::{Event, EventKind};
#[cfg(feature = "faults")]
pub use faults::{Fault, FaultPlan};
pub use feeds::{FeedHealth, FeedKind, FeedState, Head, NewFeed};
pub use hold::Hold;
pub use looks::{DueLook, LookCounts, Looked, NewLook, StageLine};
pub use open::Ledger;
pub use outbox::{Channel, Delivery, Waiting};
pub use record::{CertificateFacts, NewSighting, Recording, SightingKind};
pub use references::{Imported, Kept, PublishedReference};
pub use retro::{Guarded, RetroScan};
pub use segments::Segment;
pub use settle::{SettledFeed, Settlement};
pub use unreadable::{MAX_KEPT, NewUnreadable};
pub use url::{LedgerUrl, UrlFault};
