//! As much of a campaign as can be drawn.

use std::collections::{BTreeMap, BTreeSet};

use super::{Domains, Edge, Graph, Kind, Node, Parts, Tied};
use crate::text;
use model::Member;

/// What makes two domains the same: the organisations that they imitate, and what they have.
type Ties = (BTreeSet<usize>, Vec<(usize, bool)>);

/// Domains drawn as one, with their ties.
type Group<'p> = (Vec<&'p Member>, Ties);

/// The graph of what there is, with at most so many nodes and edges.
///
/// Each domain for itself, if that is few enough. If not, those with the same ties are one; if that is still too much, the weakest values
/// go, a third at a time, until it is not; in the end, where nothing else helps, all organisations are one, too.
pub(super) fn drawn(parts: &Parts<'_>, most_nodes: usize, most_edges: usize) -> Graph {
    let fits = |sketch: &Sketch<'_>| sketch.nodes() <= most_nodes && sketch.edges() <= most_edges;
    let mut sketch = Sketch::single(parts);
    if !fits(&sketch) {
        let mut kept = parts.ties.len();
        sketch = Sketch::grouped(parts, kept, false);
        while !fits(&sketch) && kept > 0 {
            kept = kept * 2 / 3;
            sketch = Sketch::grouped(parts, kept, false);
        }
        if !fits(&sketch) {
            sketch = Sketch::grouped(parts, 0, true);
        }
    }
    sketch.graph()
}

/// What would be drawn.
struct Sketch<'p> {
    parts: &'p Parts<'p>,
    ties: &'p [Tied],
    /// All organisations are one.
    one_target: bool,
    groups: Vec<Group<'p>>,
}

impl<'p> Sketch<'p> {
    fn single(parts: &'p Parts<'p>) -> Self {
        let ties = ties_of(parts, &parts.ties, false);
        let members = parts.members.iter().map(|member| vec![*member]);
        Self {
            parts,
            ties: &parts.ties,
            one_target: false,
            groups: members.zip(ties).collect(),
        }
    }

    fn grouped(parts: &'p Parts<'p>, kept: usize, one_target: bool) -> Self {
        let ties = &parts.ties[..kept];
        let mut places: BTreeMap<Ties, usize> = BTreeMap::new();
        let mut groups: Vec<Group<'_>> = vec![];
        for (member, ties) in parts.members.iter().zip(ties_of(parts, ties, one_target)) {
            let place = *places.entry(ties.clone()).or_insert(groups.len());
            match groups.get_mut(place) {
                Some((members, _)) => members.push(member),
                None => groups.push((vec![member], ties)),
            }
        }
        Self {
            parts,
            ties,
            one_target,
            groups,
        }
    }

    fn targets(&self) -> usize {
        let organisations = self.parts.organisations.len();
        if self.one_target {
            organisations.min(1)
        } else {
            organisations
        }
    }

    fn nodes(&self) -> usize {
        let hidden = usize::from(self.parts.hidden > 0);
        self.targets() + self.groups.len() + hidden + self.ties.len()
    }

    fn edges(&self) -> usize {
        let edges = |(_, (targets, ties)): &Group<'_>| targets.len() + ties.len();
        let outward = self.ties.iter().filter(|tie| tie.outward).count();
        self.groups.iter().map(edges).sum::<usize>() + outward
    }

    fn graph(&self) -> Graph {
        let mut nodes = vec![];
        let mut add = |letter: char, number: usize, kind: Kind| {
            let id = format!("{letter}{}", number + 1);
            nodes.push(Node { id, kind });
            nodes.len() - 1
        };
        let organisations = &self.parts.organisations;
        let targets: Vec<usize> = if self.one_target {
            let all = Kind::Organisations(organisations.len());
            vec![add('o', 0, all)]
        } else {
            let name = |id: &model::OrganisationId| Kind::Organisation(id.to_string());
            let numbered = organisations.iter().enumerate();
            numbered.map(|(at, id)| add('o', at, name(id))).collect()
        };
        let groups = self.groups.iter().enumerate();
        let groups: Vec<usize> = groups
            .map(|(at, (members, _))| add('d', at, Kind::Domains(Domains::of(members))))
            .collect();
        let hidden = self.parts.hidden;
        let hidden = (hidden > 0).then(|| add('h', 0, Kind::Hidden(hidden)));
        let ties = self.ties.iter().enumerate();
        let ties: Vec<usize> = ties
            .map(|(at, tie)| add('v', at, tie.kind.clone()))
            .collect();

        let mut edges = vec![];
        for (&to, (_, (imitated, _))) in groups.iter().zip(&self.groups) {
            edges.extend(imitated.iter().map(|target| Edge {
                from: targets[*target],
                to,
                label: "imitates",
                strength: 0,
                claimed: false,
            }));
        }
        let having = |from: usize, tie: usize, claimed: bool| Edge {
            from,
            to: ties[tie],
            label: self.ties[tie].label,
            strength: self.ties[tie].strength,
            claimed,
        };
        for (&from, (_, (_, has))) in groups.iter().zip(&self.groups) {
            edges.extend(has.iter().map(|&(tie, claimed)| having(from, tie, claimed)));
        }
        for (tie, _) in self.ties.iter().enumerate().filter(|(_, tie)| tie.outward) {
            edges.extend(hidden.map(|from| having(from, tie, false)));
        }
        Graph {
            id: String::new(),
            name: String::new(),
            nodes,
            edges,
            notes: self.notes(),
        }
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = vec![];
        let members = self.parts.members.len();
        if self.groups.len() < members {
            notes.push(format!(
                "Domains with the same ties are drawn as one: {members} domains as {}.",
                text::count(self.groups.len(), "node", "nodes")
            ));
        }
        let left_out = self.parts.ties.len() - self.ties.len();
        if left_out > 0 {
            let values = text::count(left_out, "shared value is", "shared values are");
            notes.push(format!("The weakest {values} not drawn."));
        }
        notes
    }
}

/// The ties of each member, in their order.
fn ties_of(parts: &Parts<'_>, ties: &[Tied], one_target: bool) -> Vec<Ties> {
    let mut all: Vec<Ties> = parts
        .members
        .iter()
        .map(|member| {
            let place = |organisation| {
                let place = parts.organisations.binary_search(&organisation);
                let place = place.expect("the organisations of a campaign are sorted, and all");
                if one_target { 0 } else { place }
            };
            let aims = member.aims.iter().map(|aim| place(&aim.organisation));
            (aims.collect(), vec![])
        })
        .collect();
    for (at, tie) in ties.iter().enumerate() {
        for (&member, &claimed) in &tie.members {
            all[member].1.push((at, claimed));
        }
    }
    all
}
