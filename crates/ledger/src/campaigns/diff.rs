//! What became of campaigns between two joinings.

use super::region::Region;
use super::written::{self, WrittenPromotion};
use judge::{Group, Promotion};
use model::CampaignId;
use names::DomainName;
use std::collections::{BTreeMap, BTreeSet};

/// What is to be written.
pub(super) struct Diff<'a> {
    /// Domains that belong to another campaign now, or to none.
    pub(super) moved: Vec<(i64, Option<&'a CampaignId>)>,
    /// Campaigns that there were not before.
    pub(super) made: Vec<&'a CampaignId>,
    /// Campaigns that there are no more, with the one in which most of their domains are now.
    pub(super) ended: Vec<(&'a str, Option<&'a CampaignId>)>,
    /// Domains that are raised to an alert now, or no more, or by something else; by their number in the region.
    pub(super) promoted: Vec<(usize, Option<String>)>,
    /// What is to be told, in order.
    pub(super) changes: Vec<Change<'a>>,
}

/// A change of a campaign.
pub(super) struct Change<'a> {
    /// Which, by the id that it has now.
    pub(super) campaign: &'a CampaignId,
    /// `formed`, `joined`, `merged`, `renamed`, `split`, `left`, `promoted` or `let-down`.
    pub(super) kind: &'static str,
    /// The domain that it is about, if it is about one.
    pub(super) domain: Option<&'a DomainName>,
    /// How many domains the campaign has now.
    pub(super) domains: usize,
    /// In a sentence for people.
    pub(super) says: String,
}

impl<'a> Diff<'a> {
    pub(super) fn between(region: &'a Region, groups: &'a [Group]) -> Self {
        let mut after = vec![None; region.suspects.len()];
        for group in groups {
            for domain in &group.members {
                if let Ok(at) = region
                    .suspects
                    .binary_search_by(|suspect| suspect.domain.cmp(domain))
                {
                    after[at] = Some(group);
                }
            }
        }
        let mut before = BTreeMap::<&str, Vec<usize>>::new();
        for (at, row) in region.rows.iter().enumerate() {
            if let Some(campaign) = &row.campaign {
                before.entry(campaign).or_default().push(at);
            }
        }
        let moved = region.rows.iter().zip(&after).filter_map(|(row, after)| {
            let id = after.map(|group| &group.id);
            (row.campaign.as_deref() != id.map(|id| id.0.as_str())).then_some((row.id, id))
        });
        let made = groups.iter().map(|group| &group.id);
        let is_new = |id: &&CampaignId| !before.contains_key(id.0.as_str());
        let stays: BTreeSet<&str> = groups.iter().map(|group| group.id.0.as_str()).collect();
        let ended = before.iter().filter(|(id, _)| !stays.contains(*id));
        let mut diff = Self {
            moved: moved.collect(),
            made: made.filter(is_new).collect(),
            ended: ended
                .map(|(id, members)| (*id, heir(members, &after)))
                .collect(),
            promoted: vec![],
            changes: vec![],
        };
        let heirs: BTreeMap<&str, &CampaignId> = diff
            .ended
            .iter()
            .filter_map(|(id, heir)| Some((*id, (*heir)?)))
            .collect();
        for group in groups {
            diff.grown(region, group, &heirs);
        }
        for (id, members) in &before {
            diff.shrunk(region, id, members, &after);
        }
        diff.promote(region, groups, &after);
        diff
    }

    /// A campaign that was formed, that others were merged into, that has another founder, or that domains joined.
    fn grown(&mut self, region: &'a Region, group: &'a Group, heirs: &BTreeMap<&str, &CampaignId>) {
        let rows = group.members.iter().filter_map(|domain| {
            let at = region
                .suspects
                .binary_search_by(|suspect| suspect.domain.cmp(domain))
                .ok()?;
            Some((domain, region.rows[at].campaign.as_deref()))
        });
        let rows: Vec<_> = rows.collect();
        let from: BTreeSet<&str> = rows.iter().filter_map(|row| row.1).collect();
        let mut change = |kind, domain, says| {
            self.changes.push(Change {
                campaign: &group.id,
                kind,
                domain,
                domains: group.members.len(),
                says,
            });
        };
        if from.is_empty() {
            let founder = &group.members[0];
            let says = match group.links.first() {
                Some(link) => format!(
                    "{} domains belong together: {}",
                    group.members.len(),
                    judge::link_says(link)
                ),
                None => format!("{founder} and others belong together"),
            };
            change("formed", None, says);
            return;
        }
        let others: Vec<&str> = from
            .iter()
            .filter(|id| **id != group.id.0)
            .copied()
            .collect();
        let before = others.join(", ");
        let is_heir = heirs.get(before.as_str()) == Some(&&group.id);
        match (from.len(), others.len()) {
            (1, 0) => {}
            (1, _) if is_heir => change("renamed", None, format!("was {before}")),
            (1, _) => change("formed", None, format!("split off {before}")),
            _ => change("merged", None, format!("takes in {before}")),
        }
        for (domain, _) in rows.iter().filter(|row| row.1.is_none()) {
            let link = group
                .links
                .iter()
                .find(|link| link.one == **domain || link.other == **domain);
            let says = link.map_or_else(String::new, judge::link_says);
            change("joined", Some(*domain), says);
        }
    }

    /// A campaign that lost domains: split, or left by some.
    fn shrunk(
        &mut self,
        region: &'a Region,
        id: &str,
        members: &[usize],
        after: &[Option<&'a Group>],
    ) {
        let heir = heir(members, after);
        let mut groups = members.iter().filter_map(|&at| after[at]);
        let Some(heir) = groups.find(|group| Some(&group.id) == heir) else {
            return;
        };
        let parts: BTreeSet<&CampaignId> = members
            .iter()
            .filter_map(|&at| after[at])
            .map(|group| &group.id)
            .collect();
        if parts.len() > 1 {
            let parts: Vec<&str> = parts.iter().map(|part| part.0.as_str()).collect();
            self.changes.push(Change {
                campaign: &heir.id,
                kind: "split",
                domain: None,
                domains: heir.members.len(),
                says: format!("{id} is now {}", parts.join(" and ")),
            });
        }
        for &at in members.iter().filter(|at| after[**at].is_none()) {
            self.changes.push(Change {
                campaign: &heir.id,
                kind: "left",
                domain: Some(&region.suspects[at].domain),
                domains: heir.members.len(),
                says: "it stands by itself now".into(),
            });
        }
    }

    fn promote(&mut self, region: &'a Region, groups: &'a [Group], after: &[Option<&'a Group>]) {
        let promotions = groups.iter().flat_map(|group| &group.promoted);
        let by_domain: BTreeMap<&DomainName, &Promotion> = promotions
            .map(|promotion| (&promotion.domain, promotion))
            .collect();
        for (at, (suspect, row)) in region.suspects.iter().zip(&region.rows).enumerate() {
            let promotion = by_domain.get(&suspect.domain).filter(|_| !row.let_pass);
            let written = promotion.map(|promotion| {
                written::write(WrittenPromotion {
                    by: promotion.by.to_string(),
                    pivot: (&promotion.pivot).into(),
                    says: judge::promotion_says(promotion),
                })
            });
            if written == row.promoted {
                continue;
            }
            let was = row.promoted.is_some();
            self.promoted.push((at, written));
            let Some(group) = after[at] else { continue };
            let (kind, says) = match promotion {
                Some(promotion) if !was => ("promoted", judge::promotion_says(promotion)),
                None if row.let_pass => ("let-down", "an analyst lets it pass".into()),
                None => ("let-down", "no alert is tied to it any more".into()),
                Some(_) => continue,
            };
            self.changes.push(Change {
                campaign: &group.id,
                kind,
                domain: Some(&suspect.domain),
                domains: group.members.len(),
                says,
            });
        }
    }
}

/// The campaign in which most of these are now.
fn heir<'a>(members: &[usize], after: &[Option<&'a Group>]) -> Option<&'a CampaignId> {
    let mut counts = BTreeMap::<&CampaignId, usize>::new();
    for group in members.iter().filter_map(|&at| after[at]) {
        *counts.entry(&group.id).or_default() += 1;
    }
    let most = counts
        .iter()
        .max_by_key(|(id, count)| (**count, std::cmp::Reverse(**id)));
    most.map(|(id, _)| *id)
}
