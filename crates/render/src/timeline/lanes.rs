//! The rows of the picture.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use model::{Campaign, Member, Moment};
use names::DomainName;

use crate::text;

/// The most domains that have a row each.
pub(super) const MOST: usize = 40;

/// A row: what happened to a domain, to several, or to the campaign as a whole.
pub(super) struct Lane<'c> {
    pub(super) name: String,
    pub(super) is_domain: bool,
    /// In order of time.
    pub(super) moments: Vec<&'c Moment>,
}

/// The rows, the earliest domain first; what concerns the campaign as a whole before them, further domains after them.
pub(super) fn lanes(campaign: &Campaign) -> Vec<Lane<'_>> {
    let own = own_rows(&campaign.members);
    let mut whole = vec![];
    let mut rest = vec![];
    let mut rows: BTreeMap<&DomainName, Vec<&Moment>> = BTreeMap::new();
    for moment in &campaign.timeline {
        match &moment.domain {
            None => whole.push(moment),
            Some(domain) if own.contains(domain) => rows.entry(domain).or_default().push(moment),
            Some(_) => rest.push(moment),
        }
    }
    let mut lanes = vec![];
    if !whole.is_empty() {
        lanes.push(Lane::of_many("the campaign", whole));
    }
    let members = campaign.members.iter().map(|member| &member.domain);
    for domain in members.filter(|domain| own.contains(domain)) {
        lanes.push(Lane {
            name: text::domain(domain),
            is_domain: true,
            moments: in_order(rows.remove(domain).unwrap_or_default()),
        });
    }
    let others = campaign.members.len() - own.len();
    if others > 0 {
        lanes.push(Lane::of_many(&format!("{others} more domains"), rest));
    } else if !rest.is_empty() {
        lanes.push(Lane::of_many("domains that left", rest));
    }
    lanes
}

impl<'c> Lane<'c> {
    fn of_many(name: &str, moments: Vec<&'c Moment>) -> Self {
        Self {
            name: name.to_owned(),
            is_domain: false,
            moments: in_order(moments),
        }
    }
}

fn in_order(mut moments: Vec<&Moment>) -> Vec<&Moment> {
    moments.sort_by_key(|moment| moment.at);
    moments
}

/// The domains with a row of their own: those that came furthest.
fn own_rows(members: &[Member]) -> BTreeSet<&DomainName> {
    let mut members: Vec<&Member> = members.iter().collect();
    if members.len() > MOST {
        // Stable: of equals the earlier.
        members.sort_by_key(|member| Reverse(member.stages.iter().map(|it| it.stage).max()));
        members.truncate(MOST - 1);
    }
    members.into_iter().map(|member| &member.domain).collect()
}
