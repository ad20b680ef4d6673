//! Who may be behind a campaign: hypotheses with both sides, never a verdict.
//!
//! Nobody is the default. A comparison with what others published may call a set possible and goes no further; what
//! others claim of these very domains stands beside it as their claim, and so does the word of an analyst who names a set that
//! nothing else names. Every hypothesis says what speaks against it, if only that what is shared can be bought, rented or planted.

mod compare;

use std::collections::BTreeMap;

use model::actor::Reference;
use model::{
    Admiralty, Basis, CampaignId, Confidence, Decided, Decision, Hypothesis, Likelihood, Verdict,
    Witness,
};
use names::{DomainName, defanged};

use crate::{Rarity, Suspect};

/// What hypotheses on a campaign are drawn from.
#[derive(Clone, Copy)]
pub struct Inquiry<'a> {
    /// Which campaign.
    pub campaign: &'a CampaignId,
    /// Its domains, with their facts.
    pub members: &'a [Suspect],
    /// Campaigns that others published.
    pub references: &'a [Reference],
    /// What others said of these domains.
    pub claims: &'a [Claimed],
    /// Who doubts that a set is behind them, or behind what came of them.
    pub doubts: &'a [Claimed],
    /// What people decided and did not take back, the earliest first.
    pub decisions: &'a [Decided],
    /// What shared values are worth.
    pub rarity: &'a Rarity,
}

/// That somebody published who is behind a domain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Claimed {
    /// The intrusion set, as they call it.
    pub set: String,
    /// Who said it.
    pub by: String,
    /// Of which domains.
    pub domains: Vec<DomainName>,
    /// What they said.
    pub says: String,
    /// Where it can be read.
    pub source: String,
    /// How far it can be relied on.
    pub grade: Admiralty,
}

impl Claimed {
    fn witness(&self) -> Witness {
        Witness {
            says: format!("{} [{}]", self.says, self.source),
            grade: self.grade,
        }
    }
}

/// What may explain a campaign, the likeliest first; empty: nobody that we could name.
pub fn attribute(inquiry: &Inquiry<'_>) -> Vec<Hypothesis> {
    let mut hypotheses: Vec<Hypothesis> = compare::hypotheses(inquiry);
    let compared: Vec<String> = hypotheses
        .iter()
        .map(|hypothesis| hypothesis.set.clone())
        .collect();
    for hypothesis in &mut hypotheses {
        let rivals = compared.iter().filter(|set| **set != hypothesis.set);
        hypothesis.rivals.extend(rivals.cloned());
    }
    let mut claims = BTreeMap::<(&str, &str), Vec<&Claimed>>::new();
    for claim in inquiry.claims {
        claims
            .entry((&claim.set, &claim.by))
            .or_default()
            .push(claim);
    }
    for claims in claims.values() {
        hypotheses.extend(claimed(inquiry, claims, &compared));
    }
    let words = words(inquiry);
    for word in words.iter().filter(|word| word.confirmed) {
        let named = |hypothesis: &Hypothesis| word.is_on(&hypothesis.set);
        if !hypotheses.iter().any(named) {
            hypotheses.push(held(word, &compared));
        }
    }
    for hypothesis in &mut hypotheses {
        let doubts = inquiry.doubts.iter();
        let doubts = doubts.filter(|doubt| doubt.set.eq_ignore_ascii_case(&hypothesis.set));
        let doubts = doubts.map(Claimed::witness);
        hypothesis.speaks_against.splice(0..0, doubts);
        let mut words = words.iter();
        let word = words.find(|word| word.is_on(&hypothesis.set));
        hypothesis.verdict = word.map(Word::verdict);
    }
    hypotheses.sort_by(|one, other| {
        let rank = |hypothesis: &Hypothesis| (hypothesis.likelihood, hypothesis.confidence);
        rank(other)
            .cmp(&rank(one))
            .then_with(|| one.set.cmp(&other.set))
    });
    hypotheses
}

/// What one publisher says of domains of the campaign: theirs, not ours.
fn claimed(inquiry: &Inquiry<'_>, claims: &[&Claimed], compared: &[String]) -> Option<Hypothesis> {
    let is_member = |domain: &&DomainName| {
        inquiry
            .members
            .iter()
            .any(|member| member.domain == **domain)
    };
    let mut named: Vec<&DomainName> = claims
        .iter()
        .flat_map(|claim| &claim.domains)
        .filter(is_member)
        .collect();
    named.sort();
    named.dedup();
    let first = claims.first().filter(|_| !named.is_empty())?;
    let of_members = claims
        .iter()
        .filter(|claim| claim.domains.iter().any(|domain| is_member(&domain)));
    let speaks_for = of_members.map(|claim| claim.witness());
    let (members, named_of) = (inquiry.members.len(), named.len());
    let of = if named_of == members {
        "it is one publisher's word".to_owned()
    } else {
        format!("it is said of {named_of} of {members} domains only")
    };
    let mut speaks_against = vec![Witness {
        says: format!("{of}; what it rests on was not published whole"),
        grade: Admiralty::UNKNOWN,
    }];
    if !compared.contains(&first.set) {
        speaks_against.push(Witness {
            says:
                "our own comparison with published campaigns finds nothing that points to anybody"
                    .into(),
            grade: Admiralty::SEEN,
        });
    }
    speaks_against.push(planted());
    let sure = first.grade.reliability <= 'B' && first.grade.credibility <= 2;
    Some(Hypothesis {
        set: first.set.clone(),
        ids: vec![],
        basis: Basis::Claimed {
            by: first.by.clone(),
            source: first.source.clone(),
        },
        likelihood: Likelihood::POSSIBLE,
        confidence: if sure {
            Confidence::Moderate
        } else {
            Confidence::Low
        },
        speaks_for: speaks_for.collect(),
        speaks_against,
        rivals: vec![],
        verdict: None,
    })
}

/// What an analyst holds of a set that nothing else names. As with a claim, their word makes it possible and no more; why they
/// hold it, the verdict says.
fn held(word: &Word<'_>, compared: &[String]) -> Hypothesis {
    let decision = word.decided.id;
    Hypothesis {
        set: word.set.to_owned(),
        ids: vec![],
        likelihood: Likelihood::POSSIBLE,
        confidence: Confidence::Low,
        speaks_for: vec![Witness {
            says: format!("an analyst holds that it is theirs [decision {decision}]"),
            grade: Admiralty::UNKNOWN,
        }],
        speaks_against: vec![
            Witness {
                says: "our own evidence alone does not say so: nothing at hand that was published under this name shares anything with these domains".into(),
                grade: Admiralty::SEEN,
            },
            planted(),
        ],
        basis: Basis::Decided { decision },
        rivals: compared.to_vec(),
        verdict: None,
    }
}

/// What speaks against every comparison of infrastructure.
fn planted() -> Witness {
    Witness {
        says: "names, servers and mailboxes can be bought, rented, taken over or planted: that two share one does not show whose hand it was".into(),
        grade: Admiralty::UNKNOWN,
    }
}

/// What an analyst said of a set.
struct Word<'a> {
    set: &'a str,
    confirmed: bool,
    decided: &'a Decided,
}

impl Word<'_> {
    fn is_on(&self, set: &str) -> bool {
        self.set.eq_ignore_ascii_case(set)
    }

    fn verdict(&self) -> Verdict {
        Verdict {
            confirmed: self.confirmed,
            by: self.decided.by.clone(),
            at: self.decided.at,
            why: self.decided.why.clone(),
        }
    }
}

/// The last word on each set, the latest first.
fn words<'a>(inquiry: &Inquiry<'a>) -> Vec<Word<'a>> {
    let mut words: Vec<Word<'a>> = vec![];
    for decided in inquiry.decisions.iter().rev() {
        let Decision::Attribution {
            campaign,
            set,
            confirmed,
        } = &decided.decision
        else {
            continue;
        };
        let known = words.iter().any(|word| word.is_on(set));
        if campaign == inquiry.campaign && !known {
            words.push(Word {
                set,
                confirmed: *confirmed,
                decided,
            });
        }
    }
    words
}

/// Names of domains for a sentence, at most three.
fn listed(domains: &[&DomainName]) -> String {
    let shown: Vec<String> = domains
        .iter()
        .take(3)
        .map(|domain| defanged(domain.as_str()).to_string())
        .collect();
    match domains.len() - shown.len() {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests;
