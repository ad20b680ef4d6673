use super::{Reading, Signal};

pub(crate) const SIGNAL: Signal = Signal {
    id: "script",
    why: "Latin words written with letters of other scripts are meant to be misread.",
    levels: &["accents", "mixed", "whole"],
    read: |case| {
        let likeness = case.likeness;
        let foreign = likeness.look_alikes.iter().any(|look| !look.is.is_ascii());
        match (likeness.mixed_script, likeness.whole_script, foreign) {
            (true, _, true) => Some(Reading::level(1)),
            (_, true, true) => Some(Reading::level(2)),
            (_, _, true) => Some(Reading::level(0)),
            _ => None,
        }
    },
    says: |case| {
        if case.likeness.mixed_script {
            "letters of several scripts in one word".into()
        } else if case.likeness.whole_script {
            "a word in letters of another script that look Latin".into()
        } else {
            "letters with marks where the original has none".into()
        }
    },
};
