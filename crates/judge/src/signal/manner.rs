use super::{Reading, Signal};
use resemble::Stand;

pub(crate) const SIGNAL: Signal = Signal {
    id: "resemblance",
    why: "The nearer the letters and the more they stand apart, the less likely is it chance.",
    levels: &[
        "inside-exact",
        "inside-near",
        "inside-far",
        "edge-exact",
        "edge-near",
        "edge-far",
        "token-exact",
        "token-near",
        "token-far",
        "whole-exact",
        "whole-near",
        "whole-far",
    ],
    read: |case| {
        let stand = match case.likeness.stand {
            Stand::Inside => 0,
            Stand::Edge => 1,
            Stand::Token => 2,
            Stand::Whole => 3,
        };
        Some(Reading::level(stand * 3 + case.likeness.steps().min(2)))
    },
    says: |case| {
        let near = match case.likeness.steps() {
            0 => "the letters of",
            1 => "one step from",
            _ => "two steps from",
        };
        let stand = match case.likeness.stand {
            Stand::Inside => "inside a longer word",
            Stand::Edge => "at one end of a longer word",
            Stand::Token => "as a word of its own",
            Stand::Whole => "as the whole label",
        };
        format!("{near} “{}”, {stand}", case.term())
    },
};
