//! The stages, joined: what `watch` does.
//!
//! ```text
//!  source (a task a feed) ──> judge (worker threads) ──> clerk, one task ──> ledger, lake
//!   head, tiles, proof         sift, explain, weigh       record, settle         │ events
//!                                                                                v
//!                       notify, standard output, /api/v1/events <── followers, a task each
//! ```
//!
//! Channels between them are bounded, so a slow stage slows the ones before it; followers read events out of the
//! ledger, so they slow nobody. The ledger is the only way back: a source that stops is started again from there.

mod clerk;
mod cold;
mod deaf;
mod error;
mod feed;
mod follow;
mod health;
mod hot;
mod logs;
mod looker;
mod outbox;
mod printer;
mod retro;
mod roster;
mod settings;
mod settle;
mod sighting;
mod sources;
mod tally;
mod watch;

pub use error::PipelineError;
pub use hot::{CANARY, Found, Guarded, Judged, Observed, What, judge};
pub use looker::{Looker, Outlook, Target};
pub use printer::Sink;
pub use settings::{
    ChannelKind, ChannelSettings, LakeSettings, ListSource, LogSettings, LookSettings,
    PermutationSettings, Settings, StartAt,
};
pub use tally::Tally;
pub use watch::{Ended, Signals, Stores, watch};
