use super::{Reading, Signal};
use resemble::Place;

pub(crate) const SIGNAL: Signal = Signal {
    id: "whole-domain",
    why: "A whole foreign domain inside a name is there to be taken for it.",
    levels: &["nested", "suffix-in-label"],
    read: |case| match (case.likeness.nested, case.likeness.suffix_in_label) {
        (true, _) if case.likeness.place != Place::Registrable => Some(Reading::level(0)),
        (_, Some(_)) => Some(Reading::level(1)),
        _ => None,
    },
    says: |case| {
        if case.likeness.nested {
            format!(
                "all of {} stands before the registrable domain",
                names::defanged(case.target())
            )
        } else {
            format!(
                "the suffix of {} follows in the label",
                names::defanged(case.target())
            )
        }
    },
};
