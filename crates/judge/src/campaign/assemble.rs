//! Suspects to campaigns: what joins, why, who founded it, and who is raised by the company it keeps.

use std::collections::BTreeMap;

use jiff::Timestamp;
use model::{CampaignId, Centre, Decided, Decision, Fact, Link, Pivot, PivotFamily, Tie};
use names::DomainName;

use super::{Edge, Joiner, campaign_id, chain};
use crate::{Rarity, Strength};

/// A registrable domain with what others may share.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Suspect {
    /// Which.
    pub domain: DomainName,
    /// When it was there first, as far as known.
    pub first: Timestamp,
    /// Its facts, sorted by pivot, each once.
    pub facts: Vec<Fact>,
    /// Whether it is an alert by itself.
    pub alert: bool,
}

/// Domains that belong together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Group {
    /// The id that its founder gives it.
    pub id: CampaignId,
    /// Its domains, the founder first.
    pub members: Vec<DomainName>,
    /// Links that hold it together, in order of time.
    pub links: Vec<Link>,
    /// Values that several of its domains share, the strongest first.
    pub centre: Vec<Centre>,
    /// Domains that are raised to an alert, in order of name.
    pub promoted: Vec<Promotion>,
}

/// That a domain is raised to an alert, because it shares a value that joins alone with one that is an alert by itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Promotion {
    /// Which domain.
    pub domain: DomainName,
    /// By which alert.
    pub by: DomainName,
    /// What they share.
    pub pivot: Pivot,
    /// On how many domains that was observed in all.
    pub holders: u64,
    /// What it is worth, in thousandths of a bit.
    pub strength: u32,
}

/// The campaigns among `suspects`, which are sorted by name, each once. `holders` tells on how many domains a value was observed in
/// all, also on others than these; `decisions` are those that stand.
pub fn campaigns(
    suspects: &[Suspect],
    holders: impl Fn(&Pivot) -> u64,
    decisions: &[Decided],
    rarity: &Rarity,
) -> Vec<Group> {
    let room = Room::new(suspects, holders, decisions, rarity);
    let joined = room.join(decisions);
    let mut by_root = BTreeMap::<u32, usize>::new();
    for (group, members) in joined.groups.iter().enumerate() {
        by_root.extend(members.iter().map(|member| (*member, group)));
    }
    let mut edges: Vec<Vec<Edge>> = vec![vec![]; joined.groups.len()];
    for edge in &joined.edges {
        if let Some(group) = by_root.get(&edge.one) {
            edges[*group].push(*edge);
        }
    }
    let groups = joined.groups.iter().zip(edges);
    groups
        .map(|(members, edges)| room.group(members, &edges, decisions))
        .collect()
}

/// All that is joined, with what each shared value is worth.
struct Room<'a> {
    suspects: &'a [Suspect],
    shared: BTreeMap<&'a Pivot, Shared>,
    rarity: &'a Rarity,
}

/// A value that two suspects at least have, and that means something.
struct Shared {
    holders: u64,
    strength: Strength,
    held_by: Vec<u32>,
}

impl<'a> Room<'a> {
    fn new(
        suspects: &'a [Suspect],
        holders: impl Fn(&Pivot) -> u64,
        decisions: &[Decided],
        rarity: &'a Rarity,
    ) -> Self {
        let no_evidence = |pivot: &Pivot| {
            decisions.iter().any(|decided| {
                matches!(&decided.decision, Decision::NoEvidence(struck) if struck == pivot)
            })
        };
        let mut held = BTreeMap::<&Pivot, Vec<u32>>::new();
        for (suspect, number) in suspects.iter().zip(0..) {
            for fact in &suspect.facts {
                held.entry(&fact.pivot).or_default().push(number);
            }
        }
        held.retain(|pivot, held_by| held_by.len() > 1 && !no_evidence(pivot));
        let shared = held.into_iter().filter_map(|(pivot, held_by)| {
            let holders = holders(pivot).max(held_by.len() as u64);
            let strength = rarity.strength(pivot, holders)?;
            let shared = Shared {
                holders,
                strength,
                held_by,
            };
            Some((pivot, shared))
        });
        Self {
            suspects,
            shared: shared.collect(),
            rarity,
        }
    }

    fn join(&self, decisions: &[Decided]) -> super::Joined {
        let mut joiner = Joiner::new(self.rarity.joins());
        for (pivot, shared) in &self.shared {
            let value = joiner.value(pivot.kind.family(), shared.strength);
            for &number in &shared.held_by {
                if let Some(fact) = self.fact(number, pivot) {
                    joiner.hold(value, number, minute(fact.first));
                }
            }
        }
        for decided in decisions {
            match &decided.decision {
                Decision::Together(domains) => {
                    let numbers = self.numbers(domains);
                    for pair in numbers.windows(2) {
                        joiner.together(pair[0], pair[1]);
                    }
                }
                Decision::Apart { one, other } => {
                    joiner.apart(self.numbers(one), self.numbers(other));
                }
                _ => {}
            }
        }
        joiner.join(u32::try_from(self.suspects.len()).unwrap_or(u32::MAX))
    }

    fn numbers(&self, domains: &[DomainName]) -> Vec<u32> {
        let numbers = domains.iter().filter_map(|domain| {
            let at = self
                .suspects
                .binary_search_by(|suspect| suspect.domain.cmp(domain));
            at.ok().and_then(|at| u32::try_from(at).ok())
        });
        numbers.collect()
    }

    fn suspect(&self, number: u32) -> &'a Suspect {
        &self.suspects[number as usize]
    }

    fn fact(&self, number: u32, pivot: &Pivot) -> Option<&'a Fact> {
        let facts = &self.suspect(number).facts;
        let at = facts.binary_search_by(|fact| fact.pivot.cmp(pivot)).ok()?;
        Some(&facts[at])
    }

    fn group(&self, members: &[u32], edges: &[Edge], decisions: &[Decided]) -> Group {
        let mut by_age: Vec<&Suspect> =
            members.iter().map(|&number| self.suspect(number)).collect();
        by_age.sort_by_key(|suspect| (suspect.first, &suspect.domain));
        let mut links: Vec<Link> = edges
            .iter()
            .map(|edge| self.link(*edge, decisions))
            .collect();
        links.sort_by(|a, b| (a.since, &a.one, &a.other).cmp(&(b.since, &b.one, &b.other)));
        Group {
            id: campaign_id(&by_age[0].domain),
            members: by_age
                .iter()
                .map(|suspect| suspect.domain.clone())
                .collect(),
            links,
            centre: self.centre(members),
            promoted: self.promoted(members),
        }
    }

    fn link(&self, edge: Edge, decisions: &[Decided]) -> Link {
        let (one, other) = (self.suspect(edge.one), self.suspect(edge.other));
        let mut best = BTreeMap::<PivotFamily, u32>::new();
        let mut reasons = vec![];
        for fact in &one.facts {
            let Some(shared) = self.shared.get(&fact.pivot) else {
                continue;
            };
            let Some(theirs) = self.fact(edge.other, &fact.pivot) else {
                continue;
            };
            let (here, there) = (minute(fact.first), minute(theirs.first));
            if !chain::is_within(here.min(there), here.max(there), shared.strength.days) {
                continue;
            }
            let strength = shared.strength.bits;
            let family = best.entry(fact.pivot.kind.family()).or_default();
            *family = strength.max(*family);
            reasons.push(Tie::Shared {
                pivot: fact.pivot.clone(),
                holders: shared.holders,
                strength,
                claimed: fact.claimed || theirs.claimed,
            });
        }
        reasons.sort_by_key(|tie| match tie {
            Tie::Shared { strength, .. } => u32::MAX - strength,
            Tie::Pinned { .. } => 0,
        });
        let mut since = time(edge.since);
        if edge.strength == 0 {
            let pinned = decisions.iter().find(|decided| {
                matches!(&decided.decision, Decision::Together(domains)
                    if domains.contains(&one.domain) && domains.contains(&other.domain))
            });
            if let Some(decided) = pinned {
                since = decided.at;
                let (by, why) = (decided.by.clone(), decided.why.clone());
                reasons.insert(0, Tie::Pinned { by, why });
            }
        }
        Link {
            one: one.domain.clone(),
            other: other.domain.clone(),
            reasons,
            strength: best.values().sum(),
            since,
        }
    }

    fn centre(&self, members: &[u32]) -> Vec<Centre> {
        let mut within = BTreeMap::<&Pivot, u64>::new();
        for &member in members {
            for fact in &self.suspect(member).facts {
                *within.entry(&fact.pivot).or_default() += 1;
            }
        }
        let centre = within.into_iter().filter(|(_, within)| *within > 1);
        let mut centre: Vec<Centre> = centre
            .filter_map(|(pivot, within)| {
                let shared = self.shared.get(pivot)?;
                Some(Centre {
                    pivot: pivot.clone(),
                    within,
                    holders: shared.holders,
                    strength: shared.strength.bits,
                })
            })
            .collect();
        centre.sort_by(|a, b| {
            b.strength
                .cmp(&a.strength)
                .then_with(|| a.pivot.cmp(&b.pivot))
        });
        centre
    }

    /// For each that is no alert by itself the strongest value that it shares with one, and of these the earliest.
    fn promoted(&self, members: &[u32]) -> Vec<Promotion> {
        let mut best = BTreeMap::<&DomainName, Promotion>::new();
        for (pivot, shared) in &self.shared {
            let held_by = shared
                .held_by
                .iter()
                .filter(|number| members.binary_search(number).is_ok());
            let held_by: Vec<&Suspect> = held_by.map(|&number| self.suspect(number)).collect();
            let alerts = held_by.iter().filter(|suspect| suspect.alert);
            let alert = alerts.min_by_key(|suspect| (suspect.first, &suspect.domain));
            let (Some(alert), true) = (alert, shared.strength.alone) else {
                continue;
            };
            for suspect in held_by.iter().filter(|suspect| !suspect.alert) {
                let promotion = Promotion {
                    domain: suspect.domain.clone(),
                    by: alert.domain.clone(),
                    pivot: (*pivot).clone(),
                    holders: shared.holders,
                    strength: shared.strength.bits,
                };
                let before = best.get(&suspect.domain);
                if before.is_none_or(|before| before.strength < promotion.strength) {
                    best.insert(&suspect.domain, promotion);
                }
            }
        }
        best.into_values().collect()
    }
}

/// Minutes since 1970, as far as there is room for them.
pub(crate) fn minute(at: Timestamp) -> i32 {
    let minutes = at.as_second().div_euclid(60);
    i32::try_from(minutes).unwrap_or(if minutes < 0 { i32::MIN } else { i32::MAX })
}

fn time(minute: i32) -> Timestamp {
    Timestamp::from_second(i64::from(minute) * 60).unwrap_or(Timestamp::UNIX_EPOCH)
}
