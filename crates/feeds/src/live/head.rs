//! A signed head, and what it means after the one before it.

use super::source::{Head, Trouble, TroubleKind};
use ct::TreeHead;
use jiff::Timestamp;
use std::sync::Arc;
use std::time::Duration;

/// A head whose signature holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct SignedHead {
    pub(super) tree: TreeHead,
    /// As it was received.
    pub(super) evidence: Arc<str>,
}

impl SignedHead {
    pub(super) fn new(tree: TreeHead, received: &[u8]) -> Self {
        Self {
            tree,
            evidence: String::from_utf8_lossy(received).into(),
        }
    }

    pub(super) fn size(&self) -> u64 {
        self.tree.size
    }

    /// For those who cannot check it themselves.
    pub(super) fn told(&self) -> Head {
        Head {
            size: self.tree.size,
            at: at(self.tree.timestamp_ms),
            evidence: self.evidence.clone(),
        }
    }
}

/// A time that a log wrote; one that no calendar has is the end of time.
pub(super) fn at(milliseconds: u64) -> Timestamp {
    i64::try_from(milliseconds)
        .ok()
        .and_then(|ms| Timestamp::from_millisecond(ms).ok())
        .unwrap_or(Timestamp::MAX)
}

/// What to do about a new head.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Next {
    /// It is larger, or the first.
    Grown,
    /// Nothing new, or from a front end that lags behind; such a head is no newer than ours.
    Unchanged,
    /// The log contradicts itself.
    Contradiction(Trouble),
}

/// Compares a head with the newest one before.
///
/// Front ends of one log lag behind each other, so a smaller head with an older timestamp is no sin. A smaller one
/// with a newer timestamp is, and so are two roots for one size.
pub(super) fn compare(before: Option<&SignedHead>, new: &SignedHead) -> Next {
    let Some(before) = before else {
        return Next::Grown;
    };
    let (old, now) = (&before.tree, &new.tree);
    let contradiction = |kind, says| {
        let heads = [before.told(), new.told()];
        Next::Contradiction(Trouble::new(kind, says).with(&heads))
    };
    if now.size > old.size {
        Next::Grown
    } else if now.size == old.size && now.root != old.root {
        let says = format!("two different trees of {} entries are signed", now.size);
        contradiction(TroubleKind::SplitView, says)
    } else if now.size < old.size && now.timestamp_ms > old.timestamp_ms {
        let says = format!(
            "a tree of {} entries is signed after one of {}",
            now.size, old.size
        );
        contradiction(TroubleKind::Rollback, says)
    } else {
        Next::Unchanged
    }
}

/// Whether a log's newest head is older than it may be.
pub(super) fn stale(head: &SignedHead, now: Timestamp, after: Duration) -> Option<Trouble> {
    let age = now.duration_since(head.told().at).unsigned_abs();
    let is_past = head.told().at < now;
    (is_past && age > after).then(|| {
        let says = format!(
            "the newest head is {} s old, {} s are usual",
            age.as_secs(),
            after.as_secs()
        );
        Trouble::new(TroubleKind::StaleHead, says).with([&head.told()])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(size: u64, root: u8, timestamp_ms: u64) -> SignedHead {
        let root = [root; 32];
        let tree = TreeHead {
            size,
            root,
            timestamp_ms,
        };
        SignedHead::new(tree, b"signed")
    }

    #[track_caller]
    fn check(before: (u64, u8, u64), new: (u64, u8, u64), want: &str) {
        let head = |(size, root, at)| head(size, root, at);
        let told = match compare(Some(&head(before)), &head(new)) {
            Next::Grown => "grown",
            Next::Unchanged => "unchanged",
            Next::Contradiction(trouble) => {
                assert_eq!(trouble.evidence.len(), 2);
                trouble.kind.id()
            }
        };
        assert_eq!(told, want, "{before:?} {new:?}");
    }

    #[test]
    fn heads_compared() {
        check((10, 1, 100), (11, 2, 200), "grown");
        check((10, 1, 100), (10, 1, 200), "unchanged");
        check((10, 1, 100), (10, 2, 200), "split-view");
        check((10, 1, 100), (9, 2, 200), "rollback");
        check((10, 1, 100), (9, 2, 90), "unchanged");
        assert_eq!(compare(None, &head(0, 0, 0)), Next::Grown);
    }

    #[test]
    fn old_heads_are_stale_and_those_of_the_future_are_not() {
        let now = at(10_000_000);
        let after = Duration::from_mins(1);
        assert_eq!(stale(&head(1, 1, 9_950_000), now, after), None);
        assert_eq!(stale(&head(1, 1, 99_000_000), now, after), None);
        let trouble = stale(&head(1, 1, 9_000_000), now, after).expect("it is old");
        assert_eq!(trouble.kind, TroubleKind::StaleHead);
        assert_eq!(at(u64::MAX), Timestamp::MAX);
    }
}
