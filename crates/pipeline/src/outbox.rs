//! The outbox: each channel gets what it is owed, in its own time. One that fails keeps nothing from the others.

use crate::error::PipelineError;
use crate::settings::{ChannelKind, ChannelSettings};
use crate::watch::{Shared, again};
use egress::Http;
use jiff::Timestamp;
use ledger::{Delivery, NewAlarm};
use notify::{Command, Message, Notifier, NotifyError, Secret, Webhook};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;

/// After so many failures of one delivery somebody should know.
const MOST_TRIES: u32 = 3;
/// Deliveries of one round.
const AT_ONCE: u32 = 50;
/// How often a channel is looked at when no event wakes it: for what failed before.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Somebody who is told, and how.
pub(crate) struct Channel {
    pub(crate) name: String,
    notifier: Notifier,
}

impl Channel {
    /// Faults are the configuration's: a secret that cannot be read, a command without a program.
    pub(crate) fn open(settings: &ChannelSettings, http: &Http) -> Result<Self, NotifyError> {
        let timeout = settings.timeout;
        let notifier = match &settings.kind {
            ChannelKind::Command(argv) => Notifier::Command(Command::new(argv.clone(), timeout)?),
            ChannelKind::Webhook { url, secret_file } => {
                let secret = secret_file.as_deref().map(Secret::read).transpose()?;
                Notifier::Webhook(Webhook::new(http.clone(), url.clone(), timeout, secret))
            }
        };
        Ok(Self {
            name: settings.name.clone(),
            notifier,
        })
    }
}

/// Delivers to one channel until we are to end, then once more what is due.
pub(crate) async fn deliver_all(
    channel: Channel,
    shared: Arc<Shared>,
) -> Result<(), PipelineError> {
    let mut newest = shared.hub.newest();
    loop {
        let ending = shared.drained.is_cancelled();
        let due = again("outbox", || {
            shared.ledger.due(&channel.name, Timestamp::now(), AT_ONCE)
        })
        .await?;
        let (some, mut failed) = (!due.is_empty(), false);
        for delivery in due {
            failed |= !deliver(&channel, &delivery, &shared).await?;
        }
        if some && !failed {
            continue;
        }
        if ending {
            return Ok(());
        }
        tokio::select! {
            _ = newest.changed() => {}
            () = sleep(LOOK_EVERY) => {}
            () = shared.drained.cancelled() => {}
        }
    }
}

/// Whether it arrived.
async fn deliver(
    channel: &Channel,
    delivery: &Delivery,
    shared: &Shared,
) -> Result<bool, PipelineError> {
    let Delivery {
        event,
        kind,
        body,
        tries,
        ..
    } = delivery;
    let alarm = format!("notify:{}", channel.name);
    let message = Message {
        number: *event,
        event: kind.as_str(),
        ledger: &shared.ledger_id,
        body,
    };
    let outcome = channel.notifier.deliver(&message).await;
    let now = Timestamp::now();
    shared
        .hub
        .metrics()
        .delivery(&channel.name, outcome.is_ok());
    let arrived = outcome.is_ok();
    let told = match outcome {
        Ok(()) => {
            again("deliver", || {
                shared.ledger.delivered(*event, &channel.name, now)
            })
            .await?;
            if *tries == 0 {
                return Ok(arrived);
            }
            again("clear", || {
                shared.ledger.clear(None, &alarm, now, &shared.told)
            })
            .await?
        }
        Err(error) => {
            let (tries, says) = (tries + 1, error.to_string());
            tracing::warn!(channel = %channel.name, event, tries, error = %says, "not delivered");
            let wait = error.retry_after().unwrap_or_else(|| back_off(tries));
            let later = now.saturating_add(wait).unwrap_or(now);
            again("deliver", || {
                let name = &channel.name;
                shared
                    .ledger
                    .delivery_failed(*event, name, &says, later, tries)
            })
            .await?;
            if tries < MOST_TRIES {
                return Ok(arrived);
            }
            let others: Vec<_> = shared
                .told
                .iter()
                .filter(|other| other.name != channel.name)
                .cloned()
                .collect();
            let raised = NewAlarm {
                kind: &alarm,
                feed: None,
                says: &says,
                evidence: None,
                at: now,
                channels: &others,
            };
            again("raise", || shared.ledger.raise(&raised)).await?
        }
    };
    shared.publish(told.as_slice());
    Ok(arrived)
}

/// Seconds, doubling from two to ten minutes.
fn back_off(tries: u32) -> Duration {
    Duration::from_secs(1 << tries.min(10)).min(Duration::from_mins(10))
}
