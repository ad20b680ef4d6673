//! Which published names belong together, by what was published: joined day by day, by the rules of a live watch.

use super::case::{Event, When};
use super::claim::{Claim, ClaimKind};
use super::outlook::midnight;
use super::report::{Seen, Step};
use crate::command::behind;
use intel::Knowledge;
use jiff::Timestamp;
use judge::{Claimed, Group, Inquiry, Rarity, Suspect, attribute, campaign_name, campaigns};
use model::{
    Admiralty, Aim, Campaign, Fact, Link, Member, Moment, MomentKind, Pivot, PivotKind, Stage,
    Target, Tier,
};
use names::DomainName;

/// What belongs together, and what does not.
pub(super) struct Together<'a> {
    /// What joined on which day, in order.
    pub(super) joinings: Vec<Joining<'a>>,
    /// The campaigns at the end.
    pub(super) campaigns: Vec<Campaign>,
    /// Published names that nothing ties to any other.
    pub(super) alone: Vec<&'a Event>,
}

/// That a name was joined to others on its day.
pub(super) struct Joining<'a> {
    pub(super) event: &'a Event,
    /// The link that joined it.
    pub(super) link: Link,
}

impl<'a> Together<'a> {
    /// Joins the names of `steps` as they come, and those of `undated` not at all.
    pub(super) fn of(
        steps: &[Step<'a>],
        undated: &[Seen<'a>],
        claims: &[Claim],
        rarity: &Rarity,
        known: &Knowledge,
    ) -> Self {
        let mut suspects: Vec<Suspect> = vec![];
        let mut groups = vec![];
        let mut joinings = vec![];
        for seen in steps.iter().flat_map(|step| &step.seen) {
            if let Some(suspect) = suspect(seen, claims) {
                let at = suspects.partition_point(|known| known.domain < suspect.domain);
                suspects.insert(at, suspect);
            }
            groups = campaigns(&suspects, |_| 0, &[], rarity);
            joinings.extend(joining(seen.event, &groups));
        }
        let all: Vec<&Seen<'a>> = steps
            .iter()
            .flat_map(|step| &step.seen)
            .chain(undated)
            .collect();
        let is_joined = |event: &&Event| {
            groups
                .iter()
                .any(|group| group.members.contains(&event.domain))
        };
        let alone = all
            .iter()
            .map(|seen| seen.event)
            .filter(|event| !is_joined(event));
        Self {
            alone: alone.collect(),
            campaigns: groups
                .iter()
                .map(|group| campaign(group, &all, &suspects, claims, &joinings, rarity, known))
                .collect(),
            joinings,
        }
    }
}

/// What a name may share with others, by what was published; none where no day is known for it, or nothing.
fn suspect(seen: &Seen<'_>, claims: &[Claim]) -> Option<Suspect> {
    let at = midnight(seen.event.when.day()?);
    let about = claims
        .iter()
        .filter(|claim| claim.domains.contains(&seen.event.domain));
    let shared = about.filter_map(|claim| match (&claim.value, claim.kind) {
        // It is not the mailbox, which was not published, but that it is one and the same.
        (Some(value), ClaimKind::Registrant) => Some(Fact {
            pivot: Pivot {
                kind: PivotKind::RegistrantEmail,
                value: value.clone(),
            },
            first: at,
            last: at,
            claimed: true,
        }),
        _ => None,
    });
    Some(Suspect {
        domain: seen.event.domain.clone(),
        first: at,
        facts: shared.collect(),
        alert: names_its_target(seen),
    })
}

/// Whether the name alone says whom it is aimed at. A name such as `portal-office` imitates a service that many use: that the
/// service is on the watchlist makes an alert of it, and still it does not say whose users it is for.
fn names_its_target(seen: &Seen<'_>) -> bool {
    seen.told.iter().any(|candidate| {
        let is_service = matches!(candidate.resemblance.target, Target::Service(_));
        candidate.assessment.tier == Some(Tier::Alert) && !is_service
    })
}

fn joining<'a>(event: &'a Event, groups: &[Group]) -> Option<Joining<'a>> {
    let group = groups
        .iter()
        .find(|group| group.members.contains(&event.domain))?;
    let of_this = |link: &&Link| link.one == event.domain || link.other == event.domain;
    Some(Joining {
        event,
        link: group.links.iter().find(of_this)?.clone(),
    })
}

fn campaign(
    group: &Group,
    all: &[&Seen<'_>],
    suspects: &[Suspect],
    claims: &[Claim],
    joinings: &[Joining<'_>],
    rarity: &Rarity,
    known: &Knowledge,
) -> Campaign {
    let seen = |domain: &DomainName| all.iter().find(|seen| seen.event.domain == *domain);
    let members: Vec<Member> = group
        .members
        .iter()
        .filter_map(|domain| Some(member(seen(domain)?, group)))
        .collect();
    let mut timeline: Vec<Moment> = group
        .members
        .iter()
        .filter_map(|domain| Some(registered(seen(domain)?.event)))
        .collect();
    timeline.extend(
        joinings
            .iter()
            .filter(|joining| group.members.contains(&joining.event.domain))
            .map(|joining| Moment {
                at: joining
                    .event
                    .when
                    .day()
                    .map_or(Timestamp::UNIX_EPOCH, midnight),
                day_only: true,
                domain: Some(joining.event.domain.clone()),
                kind: MomentKind::Joined,
                says: format!(
                    "{}{}",
                    judge::link_says(&joining.link),
                    assumed(&joining.event.when)
                ),
                why: None,
            }),
    );
    timeline.sort_by(|a, b| (a.at, &a.domain, a.kind).cmp(&(b.at, &b.domain, b.kind)));
    let of_group: Vec<Suspect> = suspects
        .iter()
        .filter(|suspect| group.members.contains(&suspect.domain))
        .cloned()
        .collect();
    let mut hypotheses = attribute(&Inquiry {
        campaign: &group.id,
        members: &of_group,
        references: &[],
        claims: &claimed(claims, ClaimKind::Attribution),
        doubts: &claimed(claims, ClaimKind::Doubt),
        decisions: &[],
        rarity,
    });
    behind::identify(&mut hypotheses, known);
    Campaign {
        id: group.id.clone(),
        name: campaign_name(&group.id),
        members,
        links: group.links.clone(),
        centre: group.centre.clone(),
        timeline,
        hypotheses,
    }
}

fn member(seen: &Seen<'_>, group: &Group) -> Member {
    let domain = &seen.event.domain;
    let when = &seen.event.when;
    let possible: Vec<Timestamp> = when.possible().iter().map(|day| midnight(*day)).collect();
    let known = when.day().map_or(Timestamp::UNIX_EPOCH, midnight);
    let first = possible.first().copied().unwrap_or(known);
    let promotion = group
        .promoted
        .iter()
        .find(|promotion| promotion.domain == *domain);
    let aims = seen.told.iter().map(|candidate| Aim {
        organisation: candidate.resemblance.organisation.clone(),
        name: domain.to_string(),
        imitated: candidate.resemblance.target.as_str().to_owned(),
        tier: candidate.assessment.tier,
        promoted: promotion.map(judge::promotion_says),
        let_pass: false,
    });
    let mut stages = seen.outlook.stages.clone();
    for reached in &mut stages {
        reached.since = first;
    }
    Member {
        domain: domain.clone(),
        first,
        possible,
        aims: aims.collect(),
        stages,
    }
}

/// The day of a name: its registration where that was published for it, else what was published of it.
fn registered(event: &Event) -> Moment {
    let (kind, says) = match event.when {
        When::Published(_) => (
            MomentKind::Stage(Stage::Registered),
            event.published.clone(),
        ),
        _ => (
            MomentKind::Published,
            format!("{}{}", event.published, assumed(&event.when)),
        ),
    };
    Moment {
        at: event.when.day().map_or(Timestamp::UNIX_EPOCH, midnight),
        day_only: true,
        domain: Some(event.domain.clone()),
        kind,
        says,
        why: None,
    }
}

/// What is said of a moment that stands on a day of the assumed order.
fn assumed(when: &When) -> &'static str {
    match when {
        When::Assumed { .. } => "; the order is assumed",
        When::Published(_) | When::Period(_) | When::Unknown => "",
    }
}

fn claimed(claims: &[Claim], kind: ClaimKind) -> Vec<Claimed> {
    let claims = claims.iter().filter(|claim| claim.kind == kind);
    let claims = claims.filter_map(|claim| {
        let (by, set) = claim.attributed.clone()?;
        Some(Claimed {
            set,
            by,
            domains: claim.domains.clone(),
            says: claim.says.clone(),
            source: claim.source.clone(),
            grade: Admiralty::PUBLISHED,
        })
    });
    claims.collect()
}
