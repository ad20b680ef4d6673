//! How often a peer is called: a steady rate, a pause when it asks for one, and longer waits while it fails.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// The longest pause that a peer may ask for.
pub const MAX_HOLD: Duration = Duration::from_hours(1);

/// Keys beyond this many make room for new ones, if they have nothing to remember.
const MANY_KEYS: usize = 4096;

/// A steady rate with room for a burst.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Rate {
    interval: Duration,
    slack: Duration,
}

impl Rate {
    /// So many calls a second, from 0.001 to 1,000,000; and so many at once after a rest, at least 1. What is beyond
    /// these bounds counts as the bound, and what is no number as the lowest.
    pub fn per_second(rate: f64, burst: u32) -> Self {
        let rate = if rate.is_nan() { 0.0 } else { rate };
        let interval = Duration::from_secs_f64(1.0 / rate.clamp(0.001, 1e6));
        Rate {
            interval,
            slack: interval.saturating_mul(burst.saturating_sub(1)),
        }
    }
}

/// A token bucket for each key, such as a host or a log.
///
/// Kept as the time at which the bucket would be full again (the generic cell rate algorithm), so that a key costs two
/// instants and nothing has to be refilled.
#[derive(Debug)]
pub struct Pace {
    rate: Rate,
    buckets: Mutex<HashMap<Box<str>, Bucket>>,
}

impl Pace {
    /// Every key has this rate until [`Pace::set_rate`] gives it its own.
    pub fn new(rate: Rate) -> Self {
        Pace {
            rate,
            buckets: Mutex::default(),
        }
    }

    /// Waits until `key` may be called, first come, first served. Takes a token; one that waits no longer (its future
    /// is dropped) has spent it all the same.
    pub async fn ready(&self, key: &str) {
        loop {
            let slot = self.with(key, Bucket::reserve);
            if slot > Instant::now() {
                sleep_until(slot).await;
            }
            // A pause that began while this one slept is for this one too.
            if !self.with(key, |bucket, now| bucket.held > now) {
                return;
            }
        }
    }

    /// Nobody is let through to `key` before `until`, or before [`MAX_HOLD`] is over; then one by one, without a
    /// burst. A pause is never shortened.
    pub fn hold_until(&self, key: &str, until: Instant) {
        self.with(key, |bucket, now| {
            let until = until.min(now + MAX_HOLD);
            bucket.held = bucket.held.max(until);
            bucket.full_at = bucket.full_at.max(until + bucket.rate.slack);
        });
    }

    /// [`Pace::hold_until`] so long from now; for `Retry-After`.
    pub fn hold_for(&self, key: &str, pause: Duration) {
        self.hold_until(key, Instant::now() + pause.min(MAX_HOLD));
    }

    /// Gives `key` a rate of its own from now on.
    pub fn set_rate(&self, key: &str, rate: Rate) {
        self.with(key, |bucket, _| {
            bucket.rate = rate;
            bucket.own = true;
        });
    }

    fn with<T>(&self, key: &str, act: impl FnOnce(&mut Bucket, Instant) -> T) -> T {
        let now = Instant::now();
        // A bucket is changed in one go; a panic elsewhere leaves none half changed.
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bucket) = buckets.get_mut(key) {
            return act(bucket, now);
        }
        if buckets.len() >= MANY_KEYS {
            buckets.retain(|_, bucket| bucket.own || bucket.full_at > now);
        }
        let bucket = buckets.entry(key.into()).or_insert(Bucket {
            rate: self.rate,
            own: false,
            full_at: now,
            held: now,
        });
        act(bucket, now)
    }
}

#[derive(Debug)]
struct Bucket {
    rate: Rate,
    /// The rate was set for this key.
    own: bool,
    full_at: Instant,
    /// The end of the last pause; never later than `full_at`.
    held: Instant,
}

impl Bucket {
    /// Takes a token, and says when it may be used.
    fn reserve(&mut self, now: Instant) -> Instant {
        let base = self.full_at.max(now);
        self.full_at = base + self.rate.interval;
        base.checked_sub(self.rate.slack)
            .map_or(now, |slot| slot.max(now))
    }
}

/// Waits between attempts at something that keeps failing: exponential, with full jitter, so that many who failed
/// together do not come back together.
#[derive(Clone, Debug)]
pub struct Backoff {
    base: Duration,
    cap: Duration,
    failures: u32,
    random: u64,
}

impl Backoff {
    /// The first wait is at most `base`, each further one at most twice the one before, none more than `cap`. The same
    /// `seed` gives the same waits.
    pub fn new(base: Duration, cap: Duration, seed: u64) -> Self {
        Backoff {
            base,
            cap,
            failures: 0,
            random: seed,
        }
    }

    /// How long to wait after one more failure: anything from nothing to the bound, each as likely.
    pub fn next_wait(&mut self) -> Duration {
        let factor = 1_u32.checked_shl(self.failures).unwrap_or(u32::MAX);
        let bound = self.base.saturating_mul(factor).min(self.cap);
        self.failures = self.failures.saturating_add(1);
        // 53 bits are what an `f64` below 1 holds exactly.
        bound.mul_f64((self.random() >> 11) as f64 / (1_u64 << 53) as f64)
    }

    /// How often it failed since the last success.
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// It worked.
    pub fn reset(&mut self) {
        self.failures = 0;
    }

    /// `SplitMix64` (Steele, Lea and Flood, 2014).
    fn random(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    /// The times, in ms, at which so many callers get through who all come at once.
    async fn passes(pace: &Arc<Pace>, key: &'static str, callers: usize) -> Vec<u128> {
        let start = Instant::now();
        let tasks: Vec<_> = (0..callers)
            .map(|_| {
                let pace = Arc::clone(pace);
                tokio::spawn(async move {
                    pace.ready(key).await;
                    start.elapsed().as_millis()
                })
            })
            .collect();
        let mut times = Vec::new();
        for task in tasks {
            times.push(task.await.expect("no caller panics"));
        }
        times.sort_unstable();
        times
    }

    fn pace() -> Arc<Pace> {
        Arc::new(Pace::new(Rate::per_second(10.0, 3)))
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_and_then_the_rate() {
        let pace = pace();
        assert_eq!(passes(&pace, "a", 6).await, [0, 0, 0, 100, 200, 300]);
        assert_eq!(passes(&pace, "b", 2).await, [0, 0]);
        sleep_until(Instant::now() + Duration::from_secs(9)).await;
        assert_eq!(passes(&pace, "a", 4).await, [0, 0, 0, 100]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_empties_the_bucket() {
        let pace = pace();
        pace.hold_for("a", Duration::from_secs(2));
        pace.hold_for("a", Duration::from_secs(1));
        assert_eq!(passes(&pace, "a", 3).await, [2000, 2100, 2200]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_holds_back_those_who_wait() {
        let pace = pace();
        let waiting = {
            let pace = Arc::clone(&pace);
            tokio::spawn(async move { passes(&pace, "a", 5).await })
        };
        sleep_until(Instant::now() + Duration::from_millis(50)).await;
        pace.hold_for("a", Duration::from_secs(1));
        let times = waiting.await.expect("no panic");
        assert_eq!(times, [0, 0, 0, 1050, 1150]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_has_an_end() {
        let pace = pace();
        pace.hold_for("a", Duration::MAX);
        assert_eq!(passes(&pace, "a", 1).await, [MAX_HOLD.as_millis()]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_key_may_have_its_own_rate() {
        let pace = pace();
        pace.set_rate("a", Rate::per_second(2.0, 1));
        assert_eq!(passes(&pace, "a", 3).await, [0, 500, 1000]);
        for wrong in [f64::NAN, -1.0, 0.0] {
            assert_eq!(Rate::per_second(wrong, 0), Rate::per_second(0.001, 1));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn keys_without_memory_make_room() {
        let pace = pace();
        pace.set_rate("own", Rate::per_second(1.0, 1));
        for key in 0..MANY_KEYS {
            pace.ready(&key.to_string()).await;
        }
        sleep_until(Instant::now() + Duration::from_secs(1)).await;
        pace.hold_for("held", Duration::from_secs(1));
        let keys = pace.buckets.lock().expect("no panic").len();
        assert_eq!(keys, 2);
    }

    #[test]
    fn waits_grow_up_to_the_cap_and_are_the_same_again() {
        let (base, cap) = (Duration::from_millis(100), Duration::from_secs(5));
        let mut backoff = Backoff::new(base, cap, 7);
        let waits: Vec<_> = (0..100).map(|_| backoff.next_wait()).collect();
        for (failures, wait) in waits.iter().enumerate() {
            assert!(*wait <= base.saturating_mul(1 << failures.min(20)).min(cap));
        }
        let late: Duration = waits[10..].iter().sum();
        assert!(
            (150..300).contains(&late.as_secs()),
            "90 waits of 2.5 s in the mean, not {late:?}"
        );
        assert_eq!(backoff.failures(), 100);
        let mut again = Backoff::new(base, cap, 7);
        assert!(waits.iter().all(|wait| *wait == again.next_wait()));
        backoff.reset();
        assert!(backoff.next_wait() <= base);
    }
}
