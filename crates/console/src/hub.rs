//! Where the pipeline pushes what clients want to know, and never waits.

use std::sync::Arc;

use tokio::sync::watch;

use crate::certificate_update::Update;
use crate::certstream::{Form, Streams};
use crate::health::Health;
use crate::metrics::Metrics;

/// Shared by the pipeline and all clients; a clone is the same hub.
#[derive(Clone)]
pub struct Hub {
    newest: Arc<watch::Sender<u64>>,
    streams: Arc<Streams>,
    metrics: Metrics,
    health: Health,
}

/// Which forms of certstream somebody is listening to. For the others nothing needs to be parsed or rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wants {
    /// `/full-stream`: the certificate itself and its chain.
    pub full: bool,
    /// `/`: what it says, without its bytes.
    pub lite: bool,
    /// `/domains-only`: its names.
    pub domains: bool,
}

impl Default for Hub {
    fn default() -> Self {
        Self::new()
    }
}

impl Wants {
    /// Whether anybody listens at all.
    pub fn any(self) -> bool {
        self.full || self.lite || self.domains
    }
}

impl Hub {
    /// A hub that nobody listens to yet.
    pub fn new() -> Self {
        let metrics = Metrics::new();
        Self {
            newest: Arc::new(watch::Sender::new(0)),
            streams: Arc::new(Streams::new(metrics.clone())),
            metrics,
            health: Health::new(),
        }
    }

    /// Wakes those who follow events: the ledger holds them up to `number`. Call it after the commit; a smaller number
    /// than before does nothing.
    pub fn published(&self, number: u64) {
        self.newest.send_if_modified(|newest| {
            let newer = number > *newest;
            *newest = number.max(*newest);
            newer
        });
    }

    /// Who listens to certstream just now. Costs three loads; ask once a batch.
    pub fn wants(&self) -> Wants {
        Wants {
            full: self.streams.listened(Form::Full),
            lite: self.streams.listened(Form::Lite),
            domains: self.streams.listened(Form::Domains),
        }
    }

    /// Tells a certificate to the certstream clients, rendered once in each form that somebody wants.
    ///
    /// Never waits: a client that is too slow loses messages, which are counted.
    pub fn certificate(&self, update: &Update<'_>) {
        let wants = self.wants();
        if wants.full {
            self.streams.send(Form::Full, update.full());
        }
        if wants.lite {
            self.streams.send(Form::Lite, update.lite());
        }
        if wants.domains {
            self.streams.send(Form::Domains, update.domains());
        }
    }

    /// What `/metrics` shows.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// What `/healthz` and `/readyz` answer.
    pub fn health(&self) -> &Health {
        &self.health
    }

    /// Changes whenever a newer event was committed; holds its number.
    pub fn newest(&self) -> watch::Receiver<u64> {
        self.newest.subscribe()
    }

    pub(crate) fn streams(&self) -> &Arc<Streams> {
        &self.streams
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newest_only_grows() {
        let hub = Hub::new();
        hub.published(5);
        let mut newest = hub.newest();
        hub.published(4);
        hub.published(5);
        assert!(!newest.has_changed().expect("the hub lives"));
        hub.published(9);
        hub.published(7);
        assert_eq!(*newest.borrow_and_update(), 9);
    }

    #[test]
    fn nothing_is_rendered_for_nobody() {
        let hub = Hub::new();
        assert!(!hub.wants().any());
        let listener = hub.streams().listen(Form::Lite);
        let lite = Wants {
            full: false,
            lite: true,
            domains: false,
        };
        assert_eq!(hub.wants(), lite);
        drop(listener);
        assert!(!hub.wants().any());
    }
}
