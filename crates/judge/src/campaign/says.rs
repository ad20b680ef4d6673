//! Links and decisions in words. Values are left out: some are data on persons, and whoever shows them asks the reader's label first.

use model::{Allowance, Decision, Link, Tie};
use names::{DomainName, defanged, escaped};

use super::Promotion;

/// Why two domains belong together, in a sentence; without the reasons of analysts, which stand with their decisions.
pub fn link_says(link: &Link) -> String {
    let says = |tie: &Tie| match tie {
        Tie::Pinned { .. } => "an analyst says so".to_owned(),
        Tie::Shared { .. } => tie_says(tie),
    };
    let ties: Vec<String> = link.reasons.iter().map(says).collect();
    let (one, other) = (defanged(link.one.as_str()), defanged(link.other.as_str()));
    format!("{one} and {other}: {}", ties.join("; "))
}

/// One reason, in words; without which analyst.
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
        Tie::Pinned { why, .. } => format!("an analyst says so: {why}"),
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

/// What was decided, in a sentence; without who and why.
pub fn decision_says(decision: &Decision) -> String {
    match decision {
        Decision::Together(domains) => format!("{} belong together", listed(domains)),
        Decision::Apart { one, other } => {
            let kept = if one.len() == 1 {
                "is kept"
            } else {
                "are kept"
            };
            format!("{} {kept} apart from {}", listed(one), listed(other))
        }
        Decision::NoEvidence(pivot) => {
            format!(
                "that domains share one {} is no evidence",
                pivot.kind.says()
            )
        }
        Decision::Attribution {
            campaign,
            set,
            confirmed,
        } => {
            let said = if *confirmed { "confirmed" } else { "rejected" };
            format!("that {} is behind {campaign} is {said}", escaped(set))
        }
        Decision::Confirmed {
            domain,
            organisation,
        } => format!(
            "{} does imitate {}",
            domain.defanged(),
            escaped(organisation.as_str())
        ),
        Decision::Benign {
            domain,
            organisation,
            allow,
        } => {
            let besides = match allow {
                Allowance::Name => String::new(),
                Allowance::Registrant(pivot) => {
                    format!(", as is whatever has the same {}", pivot.kind.says())
                }
                Allowance::Pattern(pattern) => {
                    format!(", as is whatever fits {}", defanged(pattern.as_str()))
                }
            };
            let organisation = escaped(organisation.as_str());
            format!(
                "{} is harmless to {organisation}{besides}",
                domain.defanged()
            )
        }
    }
}

/// Domains in a row; of many, the first three and how many more.
fn listed(domains: &[DomainName]) -> String {
    let shown: Vec<String> = domains
        .iter()
        .take(3)
        .map(|domain| domain.defanged().to_string())
        .collect();
    match (domains.len() - shown.len(), shown.as_slice()) {
        (0, [some @ .., last]) if !some.is_empty() => format!("{} and {last}", some.join(", ")),
        (0, shown) => shown.join(", "),
        (more, shown) => format!("{} and {more} more", shown.join(", ")),
    }
}
