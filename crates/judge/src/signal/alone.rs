use super::{Reading, Signal};
use resemble::Stand;

pub(crate) const SIGNAL: Signal = Signal {
    id: "stands-alone",
    why: "A term that is only part of another word (`fes` in `professor`) is not meant.",
    levels: &["other-words-far", "other-words", "unclear", "own-word"],
    read: |case| {
        let likeness = case.likeness;
        if likeness.stand >= Stand::Token {
            return None;
        }
        Some(Reading::level(match likeness.margin {
            ..-12.0 => 0,
            ..-4.0 => 1,
            ..1.0 => 2,
            _ => 3,
        }))
    },
    says: |case| {
        let margin = case.likeness.margin;
        if margin < -4.0 {
            format!(
                "other words explain these letters better (by {:.1} in log odds)",
                -margin
            )
        } else if margin < 1.0 {
            "the label may be read with this as a word of its own".into()
        } else {
            format!(
                "the label is best read with this as a word of its own (by {margin:.1} in log odds)"
            )
        }
    },
};
