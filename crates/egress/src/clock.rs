//! The time that a call may take.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::error::EgressError;

/// The time of one call in several steps. What it waits for others of ours is not the peer's fault and not counted.
#[derive(Debug)]
pub(crate) struct Clock {
    whole: Duration,
    ends: Instant,
}

/// Longer than any call should take, and short enough to be added to any time.
const LONGEST: Duration = Duration::from_hours(24);

impl Clock {
    pub(crate) fn start(whole: Duration) -> Self {
        let whole = whole.min(LONGEST);
        Clock {
            whole,
            ends: Instant::now() + whole,
        }
    }

    /// A step, which may take what is left; `host` is who is too slow otherwise.
    pub(crate) async fn step<T>(
        &self,
        host: &str,
        step: impl Future<Output = Result<T, EgressError>>,
    ) -> Result<T, EgressError> {
        timeout_at(self.ends, step)
            .await
            .unwrap_or_else(|_| Err(self.over(host)))
    }

    /// Something that takes no time of this call.
    pub(crate) async fn aside<T>(&mut self, wait: impl Future<Output = T>) -> T {
        let since = Instant::now();
        let done = wait.await;
        self.ends += since.elapsed();
        done
    }

    pub(crate) fn over(&self, host: &str) -> EgressError {
        EgressError::PeerTimeout {
            host: host.to_owned(),
            after: self.whole,
        }
    }
}
