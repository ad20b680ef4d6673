//! How each kind of moment is marked.

use model::{MomentKind, Stage};

/// A mark for a kind of moment.
pub(super) struct Mark {
    pub(super) kind: MomentKind,
    /// Around its middle, within five pixels.
    pub(super) path: &'static str,
    pub(super) class: &'static str,
    pub(super) says: &'static str,
    /// How much it matters where there is no room for all; no two are alike.
    pub(super) weight: u8,
}

const CIRCLE: &str = "M-4.5 0A4.5 4.5 0 1 0 4.5 0A4.5 4.5 0 1 0 -4.5 0Z";
const DOT: &str = "M-2.5 0A2.5 2.5 0 1 0 2.5 0A2.5 2.5 0 1 0 -2.5 0Z";
const SQUARE: &str = "M-4 -4H4V4H-4Z";
const DIAMOND: &str = "M0 -5L5 0L0 5L-5 0Z";
const UP: &str = "M0 -5L5 4.5H-5Z";
const CROSS: &str = "M-4 -4L4 4M4 -4L-4 4";
const PLUS: &str = "M-4.5 0H4.5M0 -4.5V4.5";
const CHEVRON: &str = "M-4.5 1L0 -4L4.5 1M-4.5 5L0 0L4.5 5";
const TICK: &str = "M0 -5V5";
const FLAG: &str = "M-3 5V-5L4.5 -2L-3 1";

/// All marks, in the order of the legend.
#[rustfmt::skip]
const MARKS: [Mark; 16] = [
    Mark { kind: MomentKind::Stage(Stage::Registered), path: CIRCLE, class: "calm", says: "registered", weight: 6 },
    Mark { kind: MomentKind::Stage(Stage::Delegated), path: DOT, class: "calm", says: "delegated", weight: 2 },
    Mark { kind: MomentKind::Stage(Stage::Resolving), path: CIRCLE, class: "calm hollow", says: "resolving", weight: 7 },
    Mark { kind: MomentKind::Stage(Stage::MailReady), path: SQUARE, class: "near", says: "ready for mail", weight: 11 },
    Mark { kind: MomentKind::Stage(Stage::Certified), path: DIAMOND, class: "near", says: "certified", weight: 8 },
    Mark { kind: MomentKind::Stage(Stage::Serving), path: UP, class: "near", says: "serving", weight: 14 },
    Mark { kind: MomentKind::Stage(Stage::CredentialForm), path: UP, class: "bad", says: "asks for credentials", weight: 16 },
    Mark { kind: MomentKind::Stage(Stage::Sighted), path: DIAMOND, class: "bad", says: "sighted in use", weight: 15 },
    Mark { kind: MomentKind::Stage(Stage::Suspended), path: CROSS, class: "line", says: "suspended", weight: 12 },
    Mark { kind: MomentKind::Stage(Stage::Expired), path: CROSS, class: "line faint", says: "expired", weight: 3 },
    Mark { kind: MomentKind::Seen, path: TICK, class: "line", says: "seen by us", weight: 1 },
    Mark { kind: MomentKind::Joined, path: PLUS, class: "line", says: "joined the campaign", weight: 4 },
    Mark { kind: MomentKind::Promoted, path: CHEVRON, class: "line bad", says: "raised to an alert", weight: 13 },
    Mark { kind: MomentKind::Changed, path: DIAMOND, class: "calm hollow", says: "campaigns merged or split", weight: 5 },
    Mark { kind: MomentKind::Decided, path: SQUARE, class: "calm hollow", says: "decided by an analyst", weight: 9 },
    Mark { kind: MomentKind::Published, path: FLAG, class: "calm", says: "published by others", weight: 10 },
];

/// The mark of a kind, and where it stands in the legend.
pub(super) fn mark(kind: MomentKind) -> (usize, &'static Mark) {
    let mut marks = MARKS.iter().enumerate();
    let found = marks.find(|(_, mark)| mark.kind == kind);
    found.expect("every kind has its mark, as a test shows")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_mark() {
        let stages = Stage::ALL.into_iter().map(MomentKind::Stage);
        let others = [
            MomentKind::Seen,
            MomentKind::Joined,
            MomentKind::Promoted,
            MomentKind::Changed,
            MomentKind::Decided,
            MomentKind::Published,
        ];
        let kinds: Vec<MomentKind> = stages.chain(others).collect();
        assert_eq!(kinds.len(), MARKS.len());
        for kind in kinds {
            assert_eq!(mark(kind).1.kind, kind);
        }
        let mut weights: Vec<u8> = MARKS.iter().map(|mark| mark.weight).collect();
        weights.sort_unstable();
        weights.dedup();
        assert_eq!(weights.len(), MARKS.len());
    }
}
