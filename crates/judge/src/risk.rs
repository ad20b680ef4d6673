//! A dossier weighed: findings towards and away, and three values that stay apart.

use jiff::{SignedDuration, Timestamp};
use model::dossier::PageKind;
use model::{
    Confidence, Dossier, Finding, FindingId, Probed, Reached, Risk, Score, Severity, Stage,
    Thresholds,
};

use crate::{Infrastructure, Shared};

mod certificate;
mod company;
mod dns;
mod page;
mod registration;
mod screenshot;
mod table;

pub use table::{RiskTable, RiskTableFault};

/// Changes with every change of a rule or a weight that comes with the program.
pub const RULES: &str = "2026-11-23";

/// Everything that bears on a domain, at the time of one look.
#[derive(Clone, Copy)]
pub struct Exhibit<'a> {
    /// What its name came to by itself, in natural log odds; none where no organisation is named.
    pub name: Option<f64>,
    /// What was seen of it.
    pub dossier: &'a Dossier,
    /// The stages that it stands on.
    pub stages: &'a [Reached],
    /// What it shares with the organisation's own domains.
    pub shared: &'a [Shared],
    /// Why it is tied to an alert, if it is.
    pub company: Option<&'a str>,
    /// What is said of registrars, authorities and name servers.
    pub infrastructure: &'a Infrastructure,
    /// When it was detected.
    pub detected: Timestamp,
    /// From when tiers begin.
    pub thresholds: Thresholds,
}

/// A trait of a dossier that speaks for or against an attack.
pub struct RiskSignal {
    /// Stable id in kebab-case; the id of its findings.
    pub id: &'static str,
    /// Why it bears on the question, in a sentence.
    pub why: &'static str,
    /// The values that it can take; each has a weight of its own.
    pub levels: &'static [&'static str],
    /// Which value an exhibit has, with the evidence in a sentence for people.
    pub read: fn(&Exhibit<'_>) -> Option<(usize, String)>,
}

/// All signals, in the order in which findings are told.
pub const RISK_SIGNALS: &[RiskSignal] = &[
    registration::AGE,
    registration::REGISTRAR,
    registration::PRIVACY,
    registration::SHARED,
    certificate::QUICK,
    dns::MAIL,
    dns::NAME_SERVERS,
    dns::ABSENT,
    page::SIMILARITY,
    page::FORM,
    page::BORROWED,
    page::KIND,
    page::CLOAKING,
    screenshot::LOOKS,
    company::COMPANY,
];

/// Weighs an exhibit by a table.
///
/// What the name came to is the first finding, so that the sum of all log odds is the logit of the score. The same exhibit
/// by the same table gives the same answer, whenever it is asked.
pub fn assess(exhibit: &Exhibit<'_>, table: &RiskTable) -> Risk {
    let of_name = exhibit.name.map(of_name);
    let of_dossier = RISK_SIGNALS
        .iter()
        .enumerate()
        .filter_map(|(place, signal)| {
            let (level, says) = (signal.read)(exhibit)?;
            let log_odds = table.value(place, level);
            // What weighs nothing is no finding.
            (log_odds != 0.0).then_some(Finding {
                id: FindingId(signal.id),
                log_odds,
                says,
            })
        });
    let findings: Vec<Finding> = of_name.into_iter().chain(of_dossier).collect();
    let log_odds = |with: &dyn Fn(&Finding) -> bool| {
        let counted = findings.iter().filter(|finding| with(finding));
        Score::from_log_odds(counted.map(|finding| finding.log_odds).sum())
    };
    let score = log_odds(&|_| true);
    let alone = log_odds(&|finding| finding.id.0 != company::COMPANY.id);
    let own = exhibit.shared.iter().find(|shared| shared.clears);
    let own = own.map(|shared| shared.says.clone());
    // Whoever imitates nobody that we know is nobody's alarm.
    let tier = |score| {
        let tier = exhibit.thresholds.tier(score);
        tier.filter(|_| own.is_none() && exhibit.name.is_some())
    };
    Risk {
        severity: if own.is_some() {
            Severity::Low
        } else {
            severity(exhibit)
        },
        confidence: confidence(exhibit.dossier),
        tier: tier(score),
        alone: tier(alone),
        findings,
        score,
        own,
        rules: RULES,
    }
}

/// The name, weighed before anything was seen of the domain.
fn of_name(log_odds: f64) -> Finding {
    Finding {
        id: FindingId("name"),
        log_odds,
        says: format!(
            "its name alone has a score of {:.2}",
            Score::from_log_odds(log_odds).value()
        ),
    }
}

/// How bad it is, by the furthest stage and by what is shown there.
fn severity(exhibit: &Exhibit<'_>) -> Severity {
    let on = |stage| exhibit.stages.iter().any(|reached| reached.stage == stage);
    let page = exhibit.dossier.page.answer();
    let idle = page.is_some_and(|page| {
        matches!(
            page.kind,
            PageKind::Parked | PageKind::ForSale | PageKind::Default | PageKind::Suspended
        )
    });
    let deceives = page.is_some_and(|page| {
        page.similarity.is_some_and(|alike| alike >= 0.5) || !page.borrowed.is_empty()
    });
    match () {
        () if on(Stage::Suspended) || on(Stage::Expired) => Severity::Low,
        () if on(Stage::Sighted) || on(Stage::CredentialForm) => Severity::Critical,
        () if deceives || (on(Stage::MailReady) && !idle && !on(Stage::Serving)) => Severity::High,
        () if idle => Severity::Low,
        () if on(Stage::Resolving) || on(Stage::MailReady) || on(Stage::Certified) => {
            Severity::Medium
        }
        () => Severity::Low,
    }
}

/// How sure, by what answered. A failure is no answer; that there is nothing is one.
fn confidence(dossier: &Dossier) -> Confidence {
    fn told<T>(outcome: &Probed<T>) -> bool {
        matches!(outcome, Probed::Answered(_) | Probed::Absent(_))
    }
    let dns = told(&dossier.dns.outcome);
    let registration = told(&dossier.registration.outcome);
    let resolves = dossier
        .dns
        .answer()
        .is_some_and(|dns| dns.addresses.answer().is_some());
    let served = told(&dossier.page.outcome) || told(&dossier.tls.outcome);
    match (dns, registration, served || !resolves) {
        (true, true, true) => Confidence::High,
        (true, true, false) | (true, false, true) => Confidence::Moderate,
        _ => Confidence::Low,
    }
}

/// How old the domain was when it was detected.
fn age_at_detection(exhibit: &Exhibit<'_>) -> Option<SignedDuration> {
    let created = exhibit.dossier.registration.answer()?.created?;
    Some(exhibit.detected.duration_since(created))
}

/// Days, for people.
fn days(duration: SignedDuration) -> i64 {
    duration.as_hours() / 24
}

#[cfg(test)]
mod tests;
