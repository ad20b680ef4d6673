use super::{Reading, Signal};

pub(crate) const SIGNAL: Signal = Signal {
    id: "shape",
    why: "Words put in another order or torn apart are still read as the same name.",
    levels: &["reordered", "dot-inside", "hyphen-inside"],
    read: |case| match (case.likeness.reordered, case.likeness.split) {
        (true, _) => Some(Reading::level(0)),
        (_, Some('.')) => Some(Reading::level(1)),
        (_, Some(_)) => Some(Reading::level(2)),
        _ => None,
    },
    says: |case| match (case.likeness.reordered, case.likeness.split) {
        (true, _) => format!("the words of “{}” in another order", case.term()),
        (_, Some('.')) => format!("a dot inside “{}”", case.term()),
        _ => format!("a hyphen inside “{}”", case.term()),
    },
};
