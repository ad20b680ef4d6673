//! What the domains of a campaign share, value by value.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::Timestamp;
use model::{Pivot, Tie};
use names::DomainName;

use super::View;
use crate::text;

/// A shared value, with the domains that are known to have it.
pub(crate) struct Shared<'v> {
    /// Which.
    pub(crate) pivot: &'v Pivot,
    /// Who has it, and whether that is only what somebody published. Empty where it stands in the centre alone: links, of which there
    /// are only as many as hold the campaign together, tell who has what.
    pub(crate) domains: BTreeMap<&'v DomainName, bool>,
    /// Whether a domain that is not shown has it, too.
    pub(crate) outward: bool,
    /// Since when it was there to be seen on two of them.
    pub(crate) since: Option<Timestamp>,
    /// How many domains of the campaign have it.
    pub(crate) within: u64,
    /// How many domains have it in all; not fewer than within.
    pub(crate) holders: u64,
    /// What it is worth, in thousandths of a bit.
    pub(crate) strength: u32,
}

impl View {
    /// What domains share, the strongest first.
    pub(crate) fn shared(&self) -> Vec<Shared<'_>> {
        let mut values: BTreeMap<&Pivot, Shared<'_>> = BTreeMap::new();
        for link in &self.campaign.links {
            for tie in &link.reasons {
                note(&mut values, tie, &[&link.one, &link.other], link.since);
            }
        }
        for link in &self.outward {
            for tie in &link.reasons {
                if let Some(value) = note(&mut values, tie, &[&link.domain], link.since) {
                    value.outward = true;
                }
            }
        }
        for centre in &self.campaign.centre {
            let value = entry(&mut values, &centre.pivot);
            value.within = value.within.max(centre.within);
            value.holders = value.holders.max(centre.holders);
            value.strength = value.strength.max(centre.strength);
        }
        let mut values: Vec<Shared<'_>> = values.into_values().collect();
        for value in &mut values {
            let known = value.domains.len() as u64 + u64::from(value.outward);
            value.within = value.within.max(known);
            value.holders = value.holders.max(value.within);
        }
        // Stable: equal ones stay in the order of their kinds.
        values.sort_by_key(|value| Reverse(value.strength));
        values
    }
}

/// Notes that `domains` have the value of `tie`, if it has one.
fn note<'m, 'v>(
    values: &'m mut BTreeMap<&'v Pivot, Shared<'v>>,
    tie: &'v Tie,
    domains: &[&'v DomainName],
    since: Timestamp,
) -> Option<&'m mut Shared<'v>> {
    let Tie::Shared {
        pivot,
        holders,
        strength,
        claimed,
    } = tie
    else {
        return None;
    };
    let value = entry(values, pivot);
    for domain in domains {
        let only_claimed = value.domains.entry(domain).or_insert(*claimed);
        *only_claimed &= *claimed;
    }
    value.since = Some(value.since.map_or(since, |known| known.min(since)));
    value.holders = value.holders.max(*holders);
    value.strength = value.strength.max(*strength);
    Some(value)
}

fn entry<'m, 'v>(
    values: &'m mut BTreeMap<&'v Pivot, Shared<'v>>,
    pivot: &'v Pivot,
) -> &'m mut Shared<'v> {
    values.entry(pivot).or_insert_with(|| Shared {
        pivot,
        domains: BTreeMap::new(),
        outward: false,
        since: None,
        within: 0,
        holders: 0,
        strength: 0,
    })
}

impl Shared<'_> {
    /// Whether all that is known of it is what somebody published.
    pub(crate) fn claimed(&self) -> bool {
        !self.domains.is_empty() && self.domains.values().all(|claimed| *claimed)
    }

    /// How rare it is, in words.
    pub(crate) fn rarity(&self) -> String {
        text::rarity(self.within, self.holders)
    }
}
