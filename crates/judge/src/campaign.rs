//! Which domains belong together: a function of the facts and the analysts' decisions alone.
//!
//! Facts come in any order, so nothing may depend on it. Each shared value proposes links between domains that came to it near in
//! time; values too weak to join alone are added up for each pair of domains, one of each family. The links are then
//! taken, the strongest first, unless one would bring together what an analyst put apart. What hangs together in the end
//! is a campaign.
//!
//! Whoever keeps campaigns up to date need not join everything again: a new fact touches only the campaigns of the
//! domains that have its value, and these are joined anew.

mod assemble;
mod chain;
mod crowd;
mod forest;
mod name;
mod says;

pub use assemble::{Group, Promotion, Suspect, campaigns};
pub use name::{campaign_id, campaign_name};
pub use says::{decision_says, link_says, promotion_says, tie_says};

use model::PivotFamily;

use crate::Strength;
use forest::Forest;

/// Facts and decisions, gathered to be joined. Domains are numbered by their alphabetical order, from 0: so equal links are taken in
/// the same order, whoever gathers them.
pub struct Joiner {
    joins: u32,
    values: Vec<Value>,
    holdings: Vec<Holding>,
    together: Vec<(u32, u32)>,
    apart: Vec<[Vec<u32>; 2]>,
}

/// A value among those to be joined by.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ValueIndex(pub u32);

struct Value {
    strength: Strength,
    family: PivotFamily,
}

/// That a domain came to a value at a minute.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Holding {
    value: u32,
    first: i32,
    domain: u32,
}

/// A link that holds a campaign together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Edge {
    /// One domain, the lower number.
    pub one: u32,
    /// The other.
    pub other: u32,
    /// In thousandths of a bit; 0 for an analyst's word.
    pub strength: u32,
    /// From when on it was there to be seen, in minutes since 1970.
    pub since: i32,
}

/// What came of joining.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Joined {
    /// Campaigns: domains that belong together, at least two, each list and the lists in order.
    pub groups: Vec<Vec<u32>>,
    /// The links that hold them together, the strongest first.
    pub edges: Vec<Edge>,
}

impl Joiner {
    /// Nothing gathered yet. From `joins` thousandths of a bit on two domains are joined.
    pub fn new(joins: u32) -> Self {
        Self {
            joins,
            values: vec![],
            holdings: vec![],
            together: vec![],
            apart: vec![],
        }
    }

    /// A value to join by, of this family and strength.
    pub fn value(&mut self, family: PivotFamily, strength: Strength) -> ValueIndex {
        self.values.push(Value { strength, family });
        ValueIndex(u32::try_from(self.values.len() - 1).unwrap_or(u32::MAX))
    }

    /// That a domain came to a value, in a minute since 1970. Once for each domain and value.
    pub fn hold(&mut self, value: ValueIndex, domain: u32, first: i32) {
        self.holdings.push(Holding {
            value: value.0,
            first,
            domain,
        });
    }

    /// An analyst said that two domains belong together.
    pub fn together(&mut self, one: u32, other: u32) {
        self.together.push((one.min(other), one.max(other)));
    }

    /// An analyst said that no campaign holds domains of both sides.
    pub fn apart(&mut self, one: Vec<u32>, other: Vec<u32>) {
        self.apart.push([one, other]);
    }

    /// Joins, among `domains` domains.
    pub fn join(mut self, domains: u32) -> Joined {
        self.holdings.sort_unstable();
        let set_apart: Vec<u32> = {
            let mut all: Vec<u32> = self.apart.iter().flatten().flatten().copied().collect();
            all.sort_unstable();
            all.dedup();
            all
        };
        let mut edges = vec![];
        let mut pairs = vec![];
        for held in self
            .holdings
            .chunk_by(|one, other| one.value == other.value)
        {
            let value = &self.values[held[0].value as usize];
            if value.strength.alone {
                chain::links(held, value, &set_apart, &mut edges);
            } else {
                crowd::pairs(held, value, &mut pairs);
            }
        }
        drop(self.holdings);
        crowd::add_up(pairs, self.joins, &mut edges);
        edges.sort_unstable_by_key(|edge| {
            (u32::MAX - edge.strength, edge.since, edge.one, edge.other)
        });
        let mut forest = Forest::new(domains, &self.apart);
        self.together.sort_unstable();
        let mut kept: Vec<Edge> = vec![];
        for (one, other) in self.together {
            forest.pin(one, other);
            let (strength, since) = (0, i32::MIN);
            kept.push(Edge {
                one,
                other,
                strength,
                since,
            });
        }
        edges.retain(|edge| forest.link(edge.one, edge.other));
        kept.append(&mut edges);
        Joined {
            groups: forest.groups(),
            edges: kept,
        }
    }
}
