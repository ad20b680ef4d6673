use super::{Reading, Signal};
use resemble::Place;

pub(crate) const SIGNAL: Signal = Signal {
    id: "place",
    why: "Customers and partners name their own hosts after an organisation; domains they seldom register.",
    levels: &["host", "across"],
    read: |case| match case.likeness.place {
        Place::Registrable => None,
        Place::Host => Some(Reading::level(0)),
        Place::Across => Some(Reading::level(1)),
    },
    says: |case| match case.likeness.place {
        Place::Across => "it is read across a dot".into(),
        _ => "it stands before the registrable domain, where hosts are named".into(),
    },
};
