//! Feeds that never end: logs followed, streams listened to.
//!
//! A [`Source`] tells [`News`]: stretches of entries, proven where the feed can be proven, and how the feed is. What
//! it holds at hand is bounded by [`Room`], for all sources together.

mod block;
mod canary;
mod ct_log;
mod ct_rfc6962;
mod ct_static;
mod dialect;
mod door;
mod head;
mod issuers;
mod patience;
mod permutation;
mod room;
mod source;
mod stream;

pub use block::{Block, EntryFacts, NameAt, Unread};
pub use canary::Canary;
pub use ct_log::{CtLog, Start};
pub use ct_rfc6962::Rfc6962;
pub use ct_static::Static;
pub use dialect::Dialect;
pub use door::{Door, Pacing};
pub use issuers::Issuers;
pub use permutation::{Imitations, Permutations};
pub use room::Room;
pub use source::{Assurance, EntryBatch, Head, News, Source, Trouble, TroubleKind};
pub use stream::Stream;
