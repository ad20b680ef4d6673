//! What we serve: numbered events, certstream, metrics, health.
//!
//! The pipeline pushes into a [`Hub`] and never waits for anybody there. [`serve`] answers clients out of the hub and
//! out of the ledger:
//!
//! | path | what |
//! |---|---|
//! | `/api/v1/events` | every event of the ledger, numbered, as server-sent events or JSON; a client that was away loses nothing |
//! | `/`, `/full-stream`, `/domains-only` | every certificate, over a web socket in certstream's format; who is slow loses messages, and is told so |
//! | `/metrics` | counters and gauges, as `OpenMetrics` text |
//! | `/healthz`, `/readyz` | whether the pipeline lives, and whether it can work |
//!
//! Clients are hostile until shown otherwise: their number, their requests and their patience are bounded, and a web
//! page of somebody else reads nothing.

mod accept;
mod certificate_update;
mod certstream;
mod error;
mod events;
mod guard;
mod health;
mod hub;
mod metrics;
mod serve;

pub use certificate_update::Update;
pub use error::ConsoleError;
pub use health::{Health, Need};
pub use hub::{Hub, Wants};
pub use metrics::{FeedGauges, Metrics, Outcome};
pub use serve::{Exposure, serve};
