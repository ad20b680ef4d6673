//! Links in words. Values are left out: some are data on persons, and whoever shows them asks the reader's label first.

use model::{Link, Tie};
use names::defanged;

use super::Promotion;

/// Why two domains belong together, in a sentence.
pub fn link_says(link: &Link) -> String {
    let ties: Vec<String> = link.reasons.iter().map(tie_says).collect();
    let (one, other) = (defanged(link.one.as_str()), defanged(link.other.as_str()));
    format!("{one} and {other}: {}", ties.join("; "))
}

/// One reason, in words.
pub fn tie_says(tie: &Tie) -> String {
    match tie {
        Tie::Shared {
            pivot,
            holders,
            claimed,
            ..
        } => {
            let by = if *claimed { ", as published" } else { "" };
            format!(
                "the same {}{by}, observed on {holders} domains",
                pivot.kind.says()
            )
        }
        Tie::Pinned { by, why } => format!("{by} says so: {why}"),
    }
}

/// Why a domain is raised to an alert, in a sentence.
pub fn promotion_says(promotion: &Promotion) -> String {
    format!(
        "shares its {} with {}, which is an alert; observed on {} domains",
        promotion.pivot.kind.says(),
        defanged(promotion.by.as_str()),
        promotion.holders,
    )
}
