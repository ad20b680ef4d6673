//! A campaign held against campaigns that others published.

use std::collections::{BTreeMap, BTreeSet};

use model::actor::{IndicatorKind, Reference};
use model::{
    Admiralty, Basis, Confidence, Hypothesis, Likelihood, Pivot, PivotFamily, PivotKind, Witness,
};
use names::DomainName;

use super::{Inquiry, listed, planted};

/// From so many thousandths of a bit, by independent kinds of evidence, a set is called possible.
const POSSIBLE: u32 = 20_000;

/// What a campaign shares with all that was published of one set.
#[derive(Default)]
struct Shared<'a> {
    ids: BTreeSet<String>,
    /// Domains of the campaign that were themselves published as the set's.
    listed: BTreeSet<&'a DomainName>,
    /// The strongest shared value of each family.
    best: BTreeMap<PivotFamily, u32>,
    /// Domains of the campaign that share anything.
    touched: BTreeSet<&'a DomainName>,
    witnesses: Vec<Witness>,
    grade: Option<Admiralty>,
    /// When the published activity ended, as far as it says.
    ended: Option<jiff::Timestamp>,
}

/// One hypothesis for each set with which anything is shared.
pub(super) fn hypotheses(inquiry: &Inquiry<'_>) -> Vec<Hypothesis> {
    let mut sets = BTreeMap::<&str, Shared<'_>>::new();
    for reference in inquiry.references {
        let found = Found::of(inquiry, reference);
        if found.is_nothing() {
            continue;
        }
        for attributed in &reference.attributed {
            let shared = sets.entry(&attributed.name).or_default();
            shared
                .ids
                .extend(attributed.set.iter().map(ToString::to_string));
            shared.add(&found, reference, attributed.grade);
        }
    }
    let mut hypotheses = vec![];
    for (set, shared) in sets {
        hypotheses.push(shared.hypothesis(set, inquiry));
    }
    hypotheses
}

/// What a campaign shares with one published campaign.
struct Found<'a> {
    listed: Vec<&'a DomainName>,
    /// Values, with what they are worth and who has them.
    values: BTreeMap<&'a Pivot, (u32, Vec<&'a DomainName>)>,
}

impl<'a> Found<'a> {
    fn of(inquiry: &Inquiry<'a>, reference: &Reference) -> Self {
        let mut domains = BTreeSet::new();
        let mut values = BTreeSet::new();
        for indicator in &reference.indicators {
            match kind_of(indicator.kind()) {
                Some(kind) => values.extend(crate::pivot(kind, indicator.value())),
                None => drop(domains.insert(indicator.value())),
            }
        }
        let mut found = Self {
            listed: vec![],
            values: BTreeMap::new(),
        };
        for member in inquiry.members {
            if domains.contains(member.domain.as_str()) {
                found.listed.push(&member.domain);
            }
            for fact in member
                .facts
                .iter()
                .filter(|fact| values.contains(&fact.pivot))
            {
                // At least the domain here and one there have it.
                if let Some(strength) = inquiry.rarity.strength(&fact.pivot, 2) {
                    let entry = found
                        .values
                        .entry(&fact.pivot)
                        .or_insert((strength.bits, vec![]));
                    entry.1.push(&member.domain);
                }
            }
        }
        found
    }

    fn is_nothing(&self) -> bool {
        self.listed.is_empty() && self.values.is_empty()
    }
}

/// The kind of pivot that an indicator of infrastructure is; none for names.
fn kind_of(kind: IndicatorKind) -> Option<PivotKind> {
    Some(match kind {
        IndicatorKind::NameServer => PivotKind::NameServer,
        IndicatorKind::Address => PivotKind::Address,
        IndicatorKind::RegistrantEmail | IndicatorKind::Email => PivotKind::RegistrantEmail,
        IndicatorKind::RegistrantName => PivotKind::RegistrantName,
        IndicatorKind::RegistrantOrganisation => PivotKind::RegistrantOrganisation,
        IndicatorKind::RegistrantPhone => PivotKind::RegistrantPhone,
        IndicatorKind::CertificateSha1 | IndicatorKind::CertificateSha256 => PivotKind::Certificate,
        IndicatorKind::Url => PivotKind::FormTarget,
        IndicatorKind::Domain | IndicatorKind::Host => return None,
    })
}

impl<'a> Shared<'a> {
    fn add(&mut self, found: &Found<'a>, reference: &Reference, grade: Admiralty) {
        let name = &reference.name;
        let by = reference
            .source
            .as_deref()
            .unwrap_or("a publisher who is not named");
        if !found.listed.is_empty() {
            self.listed.extend(&found.listed);
            self.touched.extend(&found.listed);
            self.witnesses.push(Witness {
                says: format!("{by} lists {} in “{name}”", listed(&found.listed)),
                grade,
            });
        }
        for (pivot, (bits, domains)) in &found.values {
            let best = self.best.entry(pivot.kind.family()).or_default();
            *best = (*best).max(*bits);
            self.touched.extend(domains);
            self.witnesses.push(Witness {
                says: format!(
                    "{} {} the same {} as “{name}” ({by})",
                    listed(domains),
                    if domains.len() == 1 { "has" } else { "have" },
                    pivot.kind.says(),
                ),
                grade,
            });
        }
        self.grade = self.grade.min(Some(grade)).or(Some(grade));
        let times = reference
            .indicators
            .iter()
            .filter_map(|indicator| indicator.valid_until.or(indicator.valid_from));
        self.ended = self.ended.max(times.max().or(reference.published));
    }

    fn hypothesis(self, set: &str, inquiry: &Inquiry<'_>) -> Hypothesis {
        let bits: u32 = self.best.values().sum();
        let independent = self.best.len() + usize::from(!self.listed.is_empty());
        let likelihood = if !self.listed.is_empty() || (independent > 1 && bits >= POSSIBLE) {
            Likelihood::POSSIBLE
        } else if bits >= inquiry.rarity.joins() {
            Likelihood::Unlikely
        } else {
            Likelihood::VeryUnlikely
        };
        let reliable = self.grade.is_some_and(|grade| grade.reliability <= 'B');
        let confidence = if reliable && independent > 1 {
            Confidence::Moderate
        } else {
            Confidence::Low
        };
        Hypothesis {
            set: set.to_owned(),
            ids: self.ids.iter().cloned().collect(),
            basis: Basis::Compared,
            likelihood,
            confidence,
            speaks_against: self.against(inquiry),
            speaks_for: self.witnesses,
            rivals: vec![],
            verdict: None,
        }
    }

    fn against(&self, inquiry: &Inquiry<'_>) -> Vec<Witness> {
        let mut against = vec![];
        let untouched: Vec<&DomainName> = inquiry
            .members
            .iter()
            .map(|member| &member.domain)
            .filter(|domain| !self.touched.contains(domain))
            .collect();
        if !untouched.is_empty() {
            against.push(Witness {
                says: format!(
                    "{} of {} domains share nothing with what was published: {}",
                    untouched.len(),
                    inquiry.members.len(),
                    listed(&untouched)
                ),
                grade: Admiralty::SEEN,
            });
        }
        if self.best.len() == 1 && self.listed.is_empty() {
            against.push(Witness {
                says: "all that is shared is of one kind".into(),
                grade: Admiralty::SEEN,
            });
        }
        let began = inquiry.members.iter().map(|member| member.first).min();
        if let (Some(ended), Some(began)) = (self.ended, began) {
            let days = began.duration_since(ended).as_hours() / 24;
            if days > 180 {
                against.push(Witness {
                    says: format!("what was published ended {days} days before this began: what they used may be somebody else's by now"),
                    grade: Admiralty::SEEN,
                });
            }
        }
        against.push(planted());
        against
    }
}
