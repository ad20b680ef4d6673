use super::{Reading, Signal};
use resemble::Stand;

pub(crate) const SIGNAL: Signal = Signal {
    id: "chance",
    why: "Short and everyday words stand in countless names; each term is measured on real ones.",
    levels: &["part", "part-near", "whole", "whole-near"],
    read: |case| {
        let likeness = case.likeness;
        let near = usize::from(likeness.steps() > 0);
        let whole = if likeness.stand == Stand::Whole { 2 } else { 0 };
        let amount = f64::from(likeness.chance.max(0.01)).ln();
        Some(Reading {
            level: whole + near,
            amount,
        })
    },
    says: |case| {
        let chance = case.likeness.chance;
        let number = if chance >= 10.0 {
            format!("{chance:.0}")
        } else {
            format!("{chance:.2}")
        };
        format!(
            "about {number} in a million ordinary names resemble “{}” so by chance",
            case.term()
        )
    },
};
