use super::{Reading, Signal};
use resemble::TermKind;

pub(crate) const SIGNAL: Signal = Signal {
    id: "target-kind",
    why: "A service or a last name is shared by many; beside a lure it still points at those who use it.",
    levels: &[
        "everyday",
        "joined",
        "person",
        "surname",
        "surname-lure",
        "service",
        "service-lure",
        "generic-service",
        "generic-service-lure",
        "generic-service-lure-suffix",
        "service-lure-suffix",
        "part",
        "part-lure",
    ],
    read: |case| {
        let likeness = case.likeness;
        let beside = likeness.rest.lures() > 0 || likeness.rest.services() > 0 || likeness.nested;
        let digits = likeness.rest.digits > 0;
        Some(Reading::level(match likeness.kind {
            TermKind::Name => return None,
            TermKind::Everyday => 0,
            TermKind::Joined => 1,
            TermKind::Person => 2,
            TermKind::Part if beside => 12,
            TermKind::Part => 11,
            TermKind::Surname if beside || digits => 4,
            TermKind::Surname => 3,
            TermKind::Service if beside && likeness.same_suffix => 10,
            TermKind::Service if beside => 6,
            TermKind::Service => 5,
            TermKind::GenericService if beside && likeness.same_suffix => 9,
            TermKind::GenericService if beside => 8,
            TermKind::GenericService => 7,
        }))
    },
    says: |case| match case.likeness.kind {
        TermKind::Everyday => format!("“{}” is an everyday word", case.term()),
        TermKind::Part => format!("part of {}", names::defanged(case.target())),
        TermKind::Joined => "an owned domain with its dots dropped".into(),
        TermKind::Person => format!("the name of {}", case.target()),
        TermKind::Surname => format!("the last name of {}", case.target()),
        TermKind::Service => format!("a word for {}, which the organisation uses", case.target()),
        TermKind::GenericService => {
            format!(
                "a word for {}, which the organisation uses, and for other things",
                case.target()
            )
        }
        TermKind::Name => String::new(),
    },
};
