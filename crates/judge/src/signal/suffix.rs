use super::{Reading, Signal};
use crate::weights::ABUSE_LEVELS;

pub(crate) const SAME: Signal = Signal {
    id: "same-suffix",
    why: "An imitation under the organisation's own suffix differs in one place less.",
    levels: &["exact", "near"],
    read: |case| {
        case.likeness
            .same_suffix
            .then(|| Reading::level(usize::from(case.likeness.steps() > 0)))
    },
    says: |case| {
        format!(
            "under .{}, as a domain of the organisation's own",
            case.suffix()
        )
    },
};

pub(crate) const ABUSED: Signal = Signal {
    id: "suffix-abuse",
    why: "Some suffixes are cheap and unchecked, and much used for lures; others are closed.",
    levels: ABUSE_LEVELS,
    read: |case| case.abuse.map(Reading::level),
    says: |case| {
        let often = match case.abuse {
            Some(0) => "much more often than most",
            Some(1) => "more often than most",
            Some(2) => "somewhat more often than most",
            Some(3) => "less often than most",
            _ => "much less often than most",
        };
        format!("names under .{} are lures {often}", case.suffix())
    },
};
