//! How many are called at once: so many of one host, with gaps between them, and so many of all.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::pace::{Pace, Rate};

/// Hosts beyond this many make room for new ones, if nobody is with them.
const MANY_HOSTS: usize = 4096;

/// How we call on many hosts.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Manners {
    /// The most calls at once, to all hosts together; at least 1.
    pub at_once: usize,
    /// The most calls at once to one host; at least 1.
    pub per_host: usize,
    /// How often a call to one host may begin.
    pub rate: Rate,
}

impl Default for Manners {
    /// 64 at once, 2 of them to one host, where 4 may begin at once and then one each quarter of a second.
    fn default() -> Self {
        Manners {
            at_once: 64,
            per_host: 2,
            rate: Rate::per_second(4.0, 4),
        }
    }
}

/// Lets calls begin, one after the other. A clone is the same gate.
#[derive(Clone, Debug)]
pub struct Gate {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    pace: Pace,
    all: Arc<Semaphore>,
    per_host: usize,
    hosts: Mutex<HashMap<Box<str>, Arc<Semaphore>>>,
}

/// A call under way. Dropped, it makes room for the next.
#[derive(Debug)]
pub struct Permit {
    _of_all: OwnedSemaphorePermit,
    _of_host: OwnedSemaphorePermit,
}

impl Gate {
    /// A gate with nobody in it.
    pub fn new(manners: Manners) -> Self {
        let room = |size: usize| size.clamp(1, Semaphore::MAX_PERMITS);
        Gate {
            inner: Arc::new(Inner {
                pace: Pace::new(manners.rate),
                all: Arc::new(Semaphore::new(room(manners.at_once))),
                per_host: room(manners.per_host),
                hosts: Mutex::default(),
            }),
        }
    }

    /// Waits until `host` may be called. Whoever holds a permit must not wait for a second one.
    ///
    /// Those who wait for one host take no room from others.
    pub async fn enter(&self, host: &str) -> Permit {
        let inner = &*self.inner;
        let of_host = acquire(inner.host(host)).await;
        inner.pace.ready(host).await;
        let of_all = acquire(Arc::clone(&inner.all)).await;
        Permit {
            _of_all: of_all,
            _of_host: of_host,
        }
    }

    /// Nobody is let through to `host` for so long; for `Retry-After`. See [`Pace::hold_until`].
    pub fn hold_for(&self, host: &str, pause: Duration) {
        self.inner.pace.hold_for(host, pause);
    }
}

impl Inner {
    fn host(&self, host: &str) -> Arc<Semaphore> {
        // A map is changed in one go; a panic elsewhere leaves nothing half changed.
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(room) = hosts.get(host) {
            return Arc::clone(room);
        }
        if hosts.len() >= MANY_HOSTS {
            // Whoever is in, or waits, has a share of it.
            hosts.retain(|_, room| Arc::strong_count(room) > 1);
        }
        let room = Arc::new(Semaphore::new(self.per_host));
        hosts.insert(host.into(), Arc::clone(&room));
        room
    }
}

async fn acquire(room: Arc<Semaphore>) -> OwnedSemaphorePermit {
    room.acquire_owned()
        .await
        .expect("no room of a gate is ever closed")
}

#[cfg(test)]
mod tests {
    use tokio::time::{Instant, sleep};

    use super::*;

    /// The times, in ms, at which calls of 100 ms to these hosts begin, all asked for at once, in this order.
    async fn check(manners: Manners, hosts: &[&'static str], expected: &[u128]) -> Gate {
        let gate = Gate::new(manners);
        let start = Instant::now();
        let calls: Vec<_> = hosts
            .iter()
            .map(|&host| {
                let gate = gate.clone();
                tokio::spawn(async move {
                    let _permit = gate.enter(host).await;
                    let began = start.elapsed().as_millis();
                    sleep(Duration::from_millis(100)).await;
                    began
                })
            })
            .collect();
        let mut began = Vec::new();
        for call in calls {
            began.push(call.await.expect("no call panics"));
        }
        assert_eq!(began, expected);
        gate
    }

    fn manners(at_once: usize, per_host: usize, rate: f64) -> Manners {
        Manners {
            at_once,
            per_host,
            rate: Rate::per_second(rate, 1),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn so_many_of_one_host() {
        let fast = 1e6;
        check(
            manners(9, 1, fast),
            &["a", "a", "b", "a"],
            &[0, 100, 0, 200],
        )
        .await;
        check(manners(9, 2, fast), &["a", "a", "a"], &[0, 1, 100]).await;
    }

    #[tokio::test(start_paused = true)]
    async fn with_a_gap_between_them() {
        check(manners(9, 9, 5.0), &["a", "a", "b", "a"], &[0, 200, 0, 400]).await;
    }

    #[tokio::test(start_paused = true)]
    async fn so_many_of_all() {
        check(manners(2, 1, 1e6), &["a", "b", "c"], &[0, 0, 100]).await;
        // Those who wait for `a` are in nobody's way.
        check(manners(2, 1, 1e6), &["a", "a", "a", "b"], &[0, 100, 200, 0]).await;
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_hosts_are_remembered_than_are_called() {
        let gate = Gate::new(manners(usize::MAX, 1, 1e6));
        let held = gate.enter("held").await;
        for host in 0..MANY_HOSTS {
            drop(gate.enter(&host.to_string()).await);
        }
        let remembered = gate.inner.hosts.lock().expect("no panic").len();
        assert_eq!(remembered, 2, "`held` and the last");
        drop(held);
    }
}
