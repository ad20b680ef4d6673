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
    /// When it was there first, as far as known.
    pub first: Timestamp,
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
    /// Why it was raised to an alert by the company it keeps, if it was.
    pub promoted: Option<String>,
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
        let came = self.members.iter().map(|member| member.first).max()?;
        Some((first, last.unwrap_or(came).max(came)))
    }
}

impl Aim {
    /// How far the detection goes, with the company it keeps.
    pub fn raised(&self) -> Option<Tier> {
        match self.promoted {
            Some(_) => Some(Tier::Alert),
            None => self.tier,
        }
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
