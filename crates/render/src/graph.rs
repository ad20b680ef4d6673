//! Who has what: a campaign as a graph.

mod collapse;
mod dot;
mod graphml;
mod json;
mod layout;
mod svg;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use model::{Campaign, Member, OrganisationId, PivotKind, Stage, Tie, Tier, Viewer};
use names::DomainName;

use crate::text;
use crate::view::Shown;

/// A campaign as a graph: the organisations aimed at, the domains, and the values that these share.
///
/// An edge leads from an organisation to a domain that imitates it, and from a domain to a value that it has. It has at most
/// [`Graph::MOST_NODES`] nodes and [`Graph::MOST_EDGES`] edges: where there would be more, domains with the same ties are drawn as
/// one, and if need be the weakest values are not; it says so in its notes.
///
/// All text in it is fit to be shown: what is hostile is escaped, and labels are defanged.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Graph {
    id: String,
    name: String,
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    notes: Vec<String>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Node {
    /// `o1`, `d1`, `v1`, …: fit for every format.
    id: String,
    kind: Kind,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Kind {
    /// One that is aimed at.
    Organisation(String),
    /// Several that are aimed at.
    Organisations(usize),
    /// A domain, or some with the same ties.
    Domains(Domains),
    /// Domains that imitate organisations whose affairs the reader may not see.
    Hidden(usize),
    /// A value that domains share.
    Value(SharedValue),
    /// That an analyst joined domains.
    Word { by: String, why: String },
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Domains {
    /// At least one.
    names: Vec<DomainName>,
    /// The highest of them, raised by company or not.
    tier: Option<Tier>,
    /// Whether one of them was raised by the company it keeps.
    promoted: bool,
    /// Whether an analyst lets all of them pass.
    let_pass: bool,
    /// The furthest of them.
    stage: Option<Stage>,
    /// Whether all of them have come to an end.
    ended: bool,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct SharedValue {
    kind: PivotKind,
    value: String,
    fingerprint: bool,
    within: u64,
    holders: u64,
    strength: u32,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Edge {
    /// Which nodes, by their place.
    from: usize,
    to: usize,
    /// `imitates`, `pinned`, or the id of the kind of pivot.
    label: &'static str,
    /// In thousandths of a bit; 0 where there is no strength.
    strength: u32,
    /// Whether it is only what somebody published.
    claimed: bool,
}

/// A written form of a [`Graph`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GraphFormat {
    /// A picture, laid out.
    Svg,
    /// The language of Graphviz.
    Dot,
    /// An XML format that most programs for graphs read.
    GraphMl,
    /// For programs of one's own.
    Json,
}

/// A text that names no format.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("formats are svg, dot, graphml and json")]
pub struct GraphFormatFault;

impl FromStr for GraphFormat {
    type Err = GraphFormatFault;

    fn from_str(text: &str) -> Result<Self, GraphFormatFault> {
        match text {
            "svg" => Ok(Self::Svg),
            "dot" => Ok(Self::Dot),
            "graphml" => Ok(Self::GraphMl),
            "json" => Ok(Self::Json),
            _ => Err(GraphFormatFault),
        }
    }
}

impl Graph {
    /// The most nodes that are drawn.
    pub const MOST_NODES: usize = 300;

    /// The most edges that are drawn: more would neither be seen nor laid out in reasonable time.
    pub const MOST_EDGES: usize = 800;

    /// The graph of a campaign, as far as `viewer` may see it.
    pub fn of(campaign: &Campaign, viewer: &Viewer) -> Self {
        Self::of_view(&Shown::of(campaign, viewer), Self::MOST_NODES)
    }

    /// As [`Graph::of`], with at most so many nodes.
    pub(crate) fn of_view(view: &Shown, most: usize) -> Self {
        let parts = Parts::of(view);
        let mut graph = collapse::drawn(&parts, most, Self::MOST_EDGES);
        graph.id.clone_from(&view.campaign.id.0);
        graph.name.clone_from(&view.campaign.name);
        if parts.unplaced > 0 {
            let values = text::count(parts.unplaced, "value is", "values are");
            graph.notes.push(format!(
                "{} shared as well, but no link rests on them: they are listed, not drawn.",
                text::capital(&values)
            ));
        }
        graph
    }

    /// In one of its written forms.
    pub fn written(&self, format: GraphFormat) -> String {
        match format {
            GraphFormat::Svg => svg::svg(self).into_string(),
            GraphFormat::Dot => dot::dot(self),
            GraphFormat::GraphMl => graphml::graphml(self),
            GraphFormat::Json => json::json(self).to_string(),
        }
    }

    /// The picture, to stand in a page.
    pub(crate) fn picture(&self) -> maud::Markup {
        svg::svg(self)
    }

    /// What is not as one might expect, each in a sentence.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }
}

/// What there is to draw.
struct Parts<'v> {
    organisations: Vec<&'v OrganisationId>,
    members: Vec<&'v Member>,
    /// How many domains the reader does not see.
    hidden: usize,
    /// The strongest first; an analyst's word before all.
    ties: Vec<Tied>,
    /// How many values of the centre nobody is known to have.
    unplaced: usize,
}

/// What ties some members.
struct Tied {
    kind: Kind,
    label: &'static str,
    strength: u32,
    /// Which members have it, and whether that is only what somebody published.
    members: BTreeMap<usize, bool>,
    /// Whether a domain that is not shown has it, too.
    outward: bool,
}

impl<'v> Parts<'v> {
    fn of(view: &'v Shown) -> Self {
        let members: Vec<&Member> = view.campaign.members.iter().collect();
        let place: BTreeMap<&DomainName, usize> = members
            .iter()
            .enumerate()
            .map(|(at, member)| (&member.domain, at))
            .collect();
        let mut ties = words(view, &place);
        let mut unplaced = 0;
        for value in view.shared() {
            let having = value.domains.iter();
            let having =
                having.filter_map(|(domain, claimed)| Some((*place.get(domain)?, *claimed)));
            let having: BTreeMap<usize, bool> = having.collect();
            if having.is_empty() {
                unplaced += 1;
                continue;
            }
            ties.push(Tied {
                kind: Kind::Value(SharedValue {
                    kind: value.pivot.kind,
                    value: value.pivot.value.clone(),
                    fingerprint: view.is_fingerprint(value.pivot),
                    within: value.within,
                    holders: value.holders,
                    strength: value.strength,
                }),
                label: value.pivot.kind.as_str(),
                strength: value.strength,
                members: having,
                outward: value.outward,
            });
        }
        Self {
            organisations: view.campaign.organisations(),
            members,
            hidden: view.withheld.domains,
            ties,
            unplaced,
        }
    }
}

/// What analysts said, each with the domains that it joins.
fn words(view: &Shown, place: &BTreeMap<&DomainName, usize>) -> Vec<Tied> {
    let mut words: BTreeMap<(&String, &String), (BTreeSet<usize>, bool)> = BTreeMap::new();
    let inside = view.campaign.links.iter();
    let inside = inside.map(|link| (&link.reasons, vec![&link.one, &link.other], false));
    let outside = view.outward.iter();
    let outside = outside.map(|link| (&link.reasons, vec![&link.domain], true));
    for (reasons, domains, outward) in inside.chain(outside) {
        for tie in reasons {
            let Tie::Pinned { by, why } = tie else {
                continue;
            };
            let (members, leads_out) = words.entry((by, why)).or_default();
            members.extend(domains.iter().filter_map(|domain| place.get(domain)));
            *leads_out |= outward;
        }
    }
    let tied = |((by, why), (members, outward)): ((&String, &String), (BTreeSet<usize>, bool))| {
        let (by, why) = (by.clone(), why.clone());
        Tied {
            kind: Kind::Word { by, why },
            label: "pinned",
            strength: 0,
            members: members.into_iter().map(|member| (member, false)).collect(),
            outward,
        }
    };
    words.into_iter().map(tied).collect()
}

impl Domains {
    fn of(members: &[&Member]) -> Self {
        let aims = || members.iter().flat_map(|member| &member.aims);
        let stages = || members.iter().flat_map(|member| &member.stages);
        let ended = |member: &&Member| member.stages.iter().any(|it| it.stage.is_end());
        Self {
            names: members.iter().map(|member| member.domain.clone()).collect(),
            tier: aims().filter_map(model::Aim::raised).max(),
            promoted: aims().any(model::Aim::is_promoted),
            let_pass: members.iter().all(|member| member.is_let_pass()),
            stage: stages()
                .map(|reached| reached.stage)
                .filter(|stage| !stage.is_end())
                .max(),
            ended: members.iter().all(ended),
        }
    }

    /// How far it has come, in a few words.
    fn state(&self) -> String {
        let tier = match (self.tier, self.promoted) {
            (Some(_), true) => "alert by company".to_owned(),
            (Some(tier), false) => tier.to_string(),
            (None, _) if self.let_pass => "harmless".to_owned(),
            (None, _) => "by company only".to_owned(),
        };
        let stage = match (self.ended, self.stage) {
            (true, _) => "ended",
            (false, Some(stage)) => stage.as_str(),
            (false, None) => "not looked at",
        };
        format!("{tier} · {}", stage.replace('-', " "))
    }
}

impl Edge {
    /// How thick it is drawn: one pixel for what has no strength, four from 24 bits on.
    fn width(&self) -> f64 {
        1.0 + text::bits(self.strength).min(24.0) / 8.0
    }
}

impl Kind {
    /// Its id.
    fn as_str(&self) -> &'static str {
        match self {
            Self::Organisation(_) | Self::Organisations(_) => "organisation",
            Self::Domains(_) => "domain",
            Self::Hidden(_) => "withheld",
            Self::Value(_) => "value",
            Self::Word { .. } => "analyst",
        }
    }

    /// What is written in it, line by line; the first is its name.
    fn lines(&self) -> Vec<String> {
        match self {
            Self::Organisation(name) => vec![name.clone()],
            Self::Organisations(number) => vec![format!("{number} organisations")],
            Self::Domains(domains) => {
                let name = match domains.names.as_slice() {
                    [only] => text::domain(only),
                    many => format!("{} domains", many.len()),
                };
                vec![name, domains.state()]
            }
            Self::Hidden(number) => vec![
                text::domains(*number),
                "against other organisations".to_owned(),
            ],
            Self::Value(value) => vec![
                value.kind.says().to_owned(),
                value.shown(),
                format!(
                    "{} here, {} in all · {}",
                    value.within,
                    value.holders,
                    text::strength(value.strength)
                ),
            ],
            Self::Word { by, why } => vec![format!("joined by {by}"), why.clone()],
        }
    }

    /// All that is known of it, for whom the lines are too short.
    fn in_full(&self) -> String {
        match self {
            Self::Domains(domains) => {
                let names: Vec<String> = domains.names.iter().map(text::domain_in_full).collect();
                format!("{}: {}", text::list(&names, 30), domains.state())
            }
            other => other.lines().join(" · "),
        }
    }
}

impl SharedValue {
    /// The value, as it is shown: names and addresses in it lead nowhere.
    fn shown(&self) -> String {
        if self.fingerprint {
            return format!("withheld, {}", self.value);
        }
        text::inert(self.kind, &self.value)
    }
}

impl fmt::Display for GraphFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Svg => "svg",
            Self::Dot => "dot",
            Self::GraphMl => "graphml",
            Self::Json => "json",
        })
    }
}
