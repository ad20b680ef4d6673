//! Domains that belong together, and why.

use std::fmt;

use jiff::Timestamp;
use names::DomainName;

use crate::{Hypothesis, OrganisationId, Pivot, Reached, Stage, Tier};

/// A campaign: a set of related activity over time, known by the domains it set up. It says nothing of who did it: that is a
/// [`Hypothesis`], and an intrusion set is a third thing.
#[derive(Clone, PartialEq, Debug)]
pub struct Campaign {
    /// Its id.
    pub id: CampaignId,
    /// A name to speak of it by, made from the id; it means nothing.
    pub name: String,
    /// Its domains, the earliest first.
    pub members: Vec<Member>,
    /// What ties them: enough links to hold it together, the earliest first.
    pub links: Vec<Link>,
    /// Values that several of its domains share, the strongest first.
    pub centre: Vec<Centre>,
    /// What happened, in order of time.
    pub timeline: Vec<Moment>,
    /// Who may be behind it; empty: nobody that we could name.
    pub hypotheses: Vec<Hypothesis>,
}

/// The id of a campaign: eight hexadecimal digits, made from its founder, the domain that was there first. So the same domains
/// make the same campaign, in whatever order they came.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CampaignId(pub String);

/// A domain of a campaign.
#[derive(Clone, PartialEq, Debug)]
pub struct Member {
    /// The registrable domain.
    pub domain: DomainName,
    /// When it was there first, as far as known; the earliest of `possible` where there are any.
    pub first: Timestamp,
    /// The days that may be its first (their first instants, UTC, in order), where only these were published and not which of them it
    /// is; empty where `first` is known. What is told of it on one of them is told by an assumed order.
    pub possible: Vec<Timestamp>,
    /// Whom it imitates; empty where only its company tells on it.
    pub aims: Vec<Aim>,
    /// The stages it stands on.
    pub stages: Vec<Reached>,
}

/// That a domain imitates an organisation.
#[derive(Clone, PartialEq, Debug)]
pub struct Aim {
    /// Whom.
    pub organisation: OrganisationId,
    /// The name that was seen.
    pub name: String,
    /// What it looks like: the domain, word or service imitated.
    pub imitated: String,
    /// How far the detection goes by itself; none below both thresholds.
    pub tier: Option<Tier>,
    /// Why the company it keeps makes it an alert, if it does; it may be one by itself.
    pub promoted: Option<String>,
    /// Whether an analyst ruled it harmless, so that it is let pass.
    pub let_pass: bool,
}

/// That two domains belong together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    /// One, the earlier in the alphabet.
    pub one: DomainName,
    /// The other.
    pub other: DomainName,
    /// Why.
    pub reasons: Vec<Tie>,
    /// How strong it is, in thousandths of a bit: the strongest reason of each family, added up. An analyst's word has none.
    pub strength: u32,
    /// Since when it was there to be seen.
    pub since: Timestamp,
}

/// Why two domains belong together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Tie {
    /// They share a value.
    Shared {
        /// Which.
        pivot: Pivot,
        /// On how many domains it was observed in all.
        holders: u64,
        /// What it is worth, in thousandths of a bit.
        strength: u32,
        /// Whether it is what somebody published, rather than what was seen.
        claimed: bool,
    },
    /// An analyst said so.
    Pinned {
        /// Who.
        by: String,
        /// Why.
        why: String,
    },
}

/// A value that several domains of a campaign share.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Centre {
    /// Which.
    pub pivot: Pivot,
    /// How many domains of the campaign have it.
    pub within: u64,
    /// How many domains have it in all.
    pub holders: u64,
    /// What it is worth, in thousandths of a bit.
    pub strength: u32,
}

/// Something that happened at a time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Moment {
    /// When; a day is its first instant (UTC).
    pub at: Timestamp,
    /// Whether only the day is known.
    pub day_only: bool,
    /// To which domain; none where it concerns the campaign as a whole.
    pub domain: Option<DomainName>,
    /// What.
    pub kind: MomentKind,
    /// A sentence for people.
    pub says: String,
    /// Why an analyst decided so, in their words, which may name persons; none where no analyst did.
    pub why: Option<String>,
}

/// Kinds of [`Moment`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum MomentKind {
    /// A domain came to a stage.
    Stage(Stage),
    /// We saw it.
    Seen,
    /// It joined the campaign.
    Joined,
    /// It was raised to an alert by its company.
    Promoted,
    /// Two campaigns became one, or one became two.
    Changed,
    /// An analyst decided.
    Decided,
    /// Others published something.
    Published,
}

impl Campaign {
    /// The organisations aimed at, sorted.
    pub fn organisations(&self) -> Vec<&OrganisationId> {
        let aims = self.members.iter().flat_map(|member| &member.aims);
        let mut all: Vec<_> = aims.map(|aim| &aim.organisation).collect();
        all.sort();
        all.dedup();
        all
    }

    /// How many of its domains are alerts, with the company they keep.
    pub fn alerts(&self) -> usize {
        let is_alert = |member: &&Member| {
            let mut aims = member.aims.iter();
            aims.any(|aim| aim.raised() == Some(Tier::Alert))
        };
        self.members.iter().filter(is_alert).count()
    }

    /// Its domains that are not let pass, the earliest first. Where all that imitate somebody are let pass, those that are tied to
    /// them and imitate nobody are, too.
    pub fn pursued(&self) -> Vec<&Member> {
        let left = || self.members.iter().filter(|member| !member.is_let_pass());
        let harmless = left().count() < self.members.len();
        if harmless && left().all(|member| member.aims.is_empty()) {
            return vec![];
        }
        left().collect()
    }

    /// How far the most advanced domain has come; ends do not count.
    pub fn stage(&self) -> Option<Stage> {
        let stages = self.members.iter().flat_map(|member| &member.stages);
        let stages = stages.map(|reached| reached.stage);
        stages.filter(|stage| !stage.is_end()).max()
    }

    /// Its first and last activity.
    pub fn active(&self) -> Option<(Timestamp, Timestamp)> {
        let first = self.members.iter().map(|member| member.first).min()?;
        let moments = self.timeline.iter().filter(|moment| {
            matches!(moment.kind, MomentKind::Stage(stage) if !stage.is_end())
                || moment.kind == MomentKind::Seen
        });
        let last = moments.map(|moment| moment.at).max();
        let came = self.members.iter().map(Member::first_at_latest).max()?;
        Some((first, last.unwrap_or(came).max(came)))
    }

    /// Whether a time that is told of one of `domains` is assumed: one of the days of which it is not known which was its first.
    pub fn is_assumed(&self, at: Timestamp, domains: &[&DomainName]) -> bool {
        let mut members = self.members.iter();
        members.any(|member| member.is_assumed(at) && domains.contains(&&member.domain))
    }
}

impl Member {
    /// When it was there first at the latest: the last of the possible days, or else when it was.
    pub fn first_at_latest(&self) -> Timestamp {
        self.possible.last().copied().unwrap_or(self.first)
    }

    /// As [`Campaign::is_assumed`].
    pub fn is_assumed(&self, at: Timestamp) -> bool {
        self.possible.contains(&at)
    }

    /// Whether it imitates somebody, and an analyst lets it pass for each of them.
    pub fn is_let_pass(&self) -> bool {
        !self.aims.is_empty() && self.aims.iter().all(|aim| aim.let_pass)
    }
}

impl Aim {
    /// How far the detection goes, with the company it keeps; none where it is let pass.
    pub fn raised(&self) -> Option<Tier> {
        match self.promoted {
            _ if self.let_pass => None,
            Some(_) => Some(Tier::Alert),
            None => self.tier,
        }
    }

    /// Whether the company it keeps made it an alert, as it is none by itself.
    pub fn is_promoted(&self) -> bool {
        self.promoted.is_some() && !self.let_pass && self.tier != Some(Tier::Alert)
    }
}

impl fmt::Display for CampaignId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl MomentKind {
    /// Its id.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stage(stage) => stage.as_str(),
            Self::Seen => "seen",
            Self::Joined => "joined",
            Self::Promoted => "promoted",
            Self::Changed => "changed",
            Self::Decided => "decided",
            Self::Published => "published",
        }
    }
}
