//! Signals of what a browser shows.

use super::RiskSignal;

pub(super) const LOOKS: RiskSignal = RiskSignal {
    id: "looks",
    why: "What looks like the organisation's own page was made to.",
    levels: &["same", "alike"],
    read: |exhibit| {
        let distance = exhibit.dossier.screenshot.answer()?.distance?;
        let level = match distance {
            0..=6 => 0,
            7..=12 => 1,
            _ => return None,
        };
        Some((
            level,
            format!("it looks like the organisation's own page ({distance} of 64 bits differ)"),
        ))
    },
};
