//! Whether what is planted comes out: the canary listened for at the far end, where everybody else reads.

use crate::error::PipelineError;
use crate::watch::{Shared, again};
use jiff::Timestamp;
use ledger::{EventKind, NewAlarm};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

const ALARM: &str = "deaf";

/// Rings when no canary has come out for `every` and `due` together; all is well again when one does.
pub(crate) async fn listen(
    every: Duration,
    due: Duration,
    shared: Arc<Shared>,
) -> Result<(), PipelineError> {
    let mut newest = shared.hub.newest();
    let mut cursor = again("events", || shared.ledger.last_event()).await?;
    let mut deadline = Instant::now() + due;
    let mut rung = again("alarms", || shared.ledger.alarms(true))
        .await?
        .iter()
        .any(|alarm| alarm.id == ALARM);
    loop {
        tokio::select! {
            _ = newest.changed() => {
                loop {
                    let events = again("events", || shared.ledger.events(cursor, 500)).await?;
                    let Some(last) = events.last() else { break };
                    cursor = last.number;
                    if events.iter().any(|event| event.kind == EventKind::Test) {
                        deadline = Instant::now() + every + due;
                        if std::mem::take(&mut rung) {
                            let now = Timestamp::now();
                            let event = again("clear", || shared.ledger.clear(None, ALARM, now, &shared.told)).await?;
                            shared.publish(event.as_slice());
                        }
                    }
                }
            }
            () = sleep_until(deadline) => {
                rung = true;
                deadline = Instant::now() + every.max(due);
                let says = format!(
                    "a planted name did not come out within {} s: something between feeds and events is stuck",
                    due.as_secs()
                );
                let alarm = NewAlarm {
                    kind: ALARM,
                    feed: None,
                    says: &says,
                    evidence: None,
                    at: Timestamp::now(),
                    channels: &shared.told,
                };
                let event = again("raise", || shared.ledger.raise(&alarm)).await?;
                shared.publish(event.as_slice());
            }
            () = shared.stop.cancelled() => return Ok(()),
        }
    }
}
