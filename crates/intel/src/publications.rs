//! The publications that are known, and what is to be said of each.

use model::Admiralty;
use model::actor::{Publication, SourceId};

/// What is known of a publication beforehand.
struct Known {
    id: &'static str,
    keeper: &'static str,
    name: &'static str,
    licence: &'static str,
    grade: (char, u8),
}

const ATTACK: &str = "© 2025 The MITRE Corporation. This work is reproduced and distributed with the permission of The MITRE Corporation.";
const GALAXY: &str = "MISP galaxy, CC0 1.0 Universal";

/// Grades are ours: `B2` where somebody keeps records of their own and revises them, `C3` where many add to a list by hand.
const KNOWN: &[Known] = &[
    Known {
        id: "attack",
        keeper: "attack",
        name: "MITRE ATT&CK",
        licence: ATTACK,
        grade: ('B', 2),
    },
    Known {
        id: "attack-misp",
        keeper: "attack",
        name: "MISP galaxy, ATT&CK groups",
        licence: "MISP galaxy, CC0 1.0 Universal; the groups: © 2025 The MITRE Corporation. This work is reproduced and distributed with the permission of The MITRE Corporation.",
        grade: ('B', 2),
    },
    Known {
        id: "misp",
        keeper: "misp",
        name: "MISP galaxy, threat actors",
        licence: GALAXY,
        grade: ('C', 3),
    },
    Known {
        id: "microsoft",
        keeper: "microsoft",
        name: "Microsoft, threat actor names",
        licence: "Microsoft, CC BY 4.0; reduced to names and origins",
        grade: ('B', 2),
    },
    Known {
        id: "microsoft-misp",
        keeper: "microsoft",
        name: "MISP galaxy, Microsoft activity groups",
        licence: GALAXY,
        grade: ('C', 3),
    },
];

/// The publication of that id. One that is not known beforehand keeps its own records, and cannot be judged.
///
/// `name` is its name for people, should it not be known; `id` has to be fit for an id.
pub(crate) fn publication(id: SourceId, name: &str, edition: Option<String>) -> Publication {
    let known = KNOWN.iter().find(|known| known.id == id.as_str());
    match known {
        Some(known) => Publication {
            keeper: source(known.keeper),
            name: known.name.to_owned(),
            edition,
            licence: known.licence.to_owned(),
            grade: Admiralty::of(known.grade.0, known.grade.1)
                .expect("invariant: a test reads the grades"),
            id,
        },
        None => Publication {
            keeper: id.clone(),
            name: name.to_owned(),
            edition,
            licence: "not stated; ask the publisher".to_owned(),
            grade: Admiralty::UNKNOWN,
            id,
        },
    }
}

/// An id that is known to be fit for one.
pub(crate) fn source(id: &'static str) -> SourceId {
    SourceId::new(id).expect("invariant: written in the source, and short")
}

/// Whether a publication is one of those that come with the program.
pub(crate) fn is_known(id: &SourceId) -> bool {
    KNOWN.iter().any(|known| known.id == id.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_sound() {
        for known in KNOWN {
            let publication = publication(source(known.id), "", None);
            assert!(is_known(&publication.id) && is_known(&publication.keeper));
            assert!(publication.licence.contains("MITRE") == (known.keeper == "attack"));
        }
        let other = publication(source("other"), "Other", None);
        assert_eq!(
            (other.keeper, other.grade),
            (source("other"), Admiralty::UNKNOWN)
        );
    }
}
