//! When trouble is told, and how long to wait after it.

use super::source::{News, Trouble, TroubleKind};
use egress::Backoff;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

/// What is wrong just now, and since when.
///
/// Trouble that may pass is told once it has lasted; any other at once. Neither is told twice before it was mended.
#[derive(Debug)]
pub(super) struct Patience {
    lasts: Duration,
    open: BTreeMap<TroubleKind, Open>,
    backoff: Backoff,
}

#[derive(Debug)]
struct Open {
    since: Instant,
    told: bool,
}

/// The most that the first wait after a failure takes; it doubles up to [`MOST`].
const FIRST: Duration = Duration::from_secs(1);
const MOST: Duration = Duration::from_mins(1);

impl Patience {
    /// Passing trouble is told once it has lasted for `lasts`.
    pub(super) fn new(lasts: Duration) -> Self {
        Self {
            lasts,
            open: BTreeMap::new(),
            backoff: Backoff::new(FIRST, MOST, fastrand::u64(..)),
        }
    }

    /// Takes note of a failure; the trouble is given back when it is time to tell it.
    pub(super) fn failed(&mut self, trouble: Trouble) -> Option<Trouble> {
        let now = Instant::now();
        let open = self.open.entry(trouble.kind).or_insert(Open {
            since: now,
            told: false,
        });
        let due = !trouble.kind.may_pass() || now - open.since >= self.lasts;
        let is_news = due && !open.told;
        open.told |= due;
        is_news.then_some(trouble)
    }

    /// How long to wait after a failure before the next try; never less than the other side asked for.
    pub(super) fn wait(&mut self, asked: Option<Duration>) -> Duration {
        self.backoff.next_wait().max(asked.unwrap_or_default())
    }

    /// A step succeeded: trouble of these kinds is over. Tells what had been told.
    pub(super) fn mended(&mut self, kinds: &[TroubleKind]) -> Vec<News> {
        self.backoff.reset();
        let told = kinds
            .iter()
            .filter(|kind| self.open.remove(kind).is_some_and(|open| open.told));
        told.map(|kind| News::Mended(*kind)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn passing_trouble_is_told_when_it_lasts_and_once() {
        let mut patience = Patience::new(Duration::from_secs(30));
        let slow = || Trouble::new(TroubleKind::Timeout, "no answer");
        assert_eq!(patience.failed(slow()), None);
        tokio::time::advance(Duration::from_secs(31)).await;
        assert_eq!(patience.failed(slow()), Some(slow()));
        assert_eq!(patience.failed(slow()), None);
        assert_eq!(patience.mended(&[TroubleKind::Timeout]).len(), 1);
        assert_eq!(patience.mended(&[TroubleKind::Timeout]).len(), 0);
        let forged = Trouble::new(TroubleKind::BadSignature, "not by its key");
        assert_eq!(patience.failed(forged.clone()), Some(forged));
    }

    #[test]
    fn waits_heed_what_was_asked_and_end_at_a_minute() {
        let mut patience = Patience::new(Duration::ZERO);
        for _ in 0..20 {
            assert!(patience.wait(None) <= MOST);
        }
        let asked = Duration::from_secs(90);
        assert_eq!(patience.wait(Some(asked)), asked);
    }
}
