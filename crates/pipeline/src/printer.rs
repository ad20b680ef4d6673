//! Detections, printed as they are recorded: out of the ledger, so that a reader who is slow holds up nobody.

use crate::error::PipelineError;
use crate::watch::{Shared, again, panic_on};
use ledger::{Event, EventKind};
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

/// Where lines go.
pub type Sink = Box<dyn FnMut(&str) -> io::Result<()> + Send>;

/// Events of one round.
const AT_ONCE: u32 = 500;

/// Prints the events after `after` until all is drained. Where a line cannot be written, as nobody reads any more or the disk
/// is full, that is told, and no more are printed; the ledger has them all.
pub(crate) async fn print_all(
    sink: Sink,
    after: u64,
    shared: Arc<Shared>,
) -> Result<(), PipelineError> {
    let sink = Arc::new(Mutex::new(sink));
    let mut newest = shared.hub.newest();
    let mut cursor = after;
    loop {
        let ending = shared.drained.is_cancelled();
        let events = again("events", || shared.ledger.events(cursor, AT_ONCE)).await?;
        if let Some(last) = events.last() {
            cursor = last.number;
            let sink = sink.clone();
            let printed = tokio::task::spawn_blocking(move || {
                let mut print = sink.lock().unwrap_or_else(PoisonError::into_inner);
                events
                    .iter()
                    .filter(|event| is_detection(event))
                    .try_for_each(|event| print(&event.body))
            });
            match printed.await {
                Ok(Ok(())) => continue,
                Ok(Err(error)) => {
                    tracing::warn!(%error, "a detection cannot be printed; no more are");
                    return Ok(());
                }
                Err(error) => {
                    panic_on(error);
                    return Ok(());
                }
            }
        }
        if ending {
            return Ok(());
        }
        tokio::select! {
            _ = newest.changed() => {}
            () = shared.drained.cancelled() => {}
        }
    }
}

fn is_detection(event: &Event) -> bool {
    matches!(
        event.kind,
        EventKind::Detection | EventKind::Raised | EventKind::Sighting
    )
}
