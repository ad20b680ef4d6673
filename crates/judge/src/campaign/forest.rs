//! What hangs together, and what may not.

use std::collections::BTreeMap;

/// Disjoint sets of domains. Some carry marks: the side of a decision to keep two sides apart.
pub(super) struct Forest {
    parent: Vec<u32>,
    size: Vec<u32>,
    /// Marks of a set, by its root: the decision, and the side.
    marks: BTreeMap<u32, Vec<(usize, usize)>>,
}

impl Forest {
    /// Each domain by itself.
    pub(super) fn new(domains: u32, apart: &[[Vec<u32>; 2]]) -> Self {
        let mut marks = BTreeMap::<u32, Vec<_>>::new();
        for (decision, sides) in apart.iter().enumerate() {
            for (side, members) in sides.iter().enumerate() {
                for member in members {
                    marks.entry(*member).or_default().push((decision, side));
                }
            }
        }
        Self {
            parent: (0..domains).collect(),
            size: vec![1; domains as usize],
            marks,
        }
    }

    /// Joins two, unless they are joined already or may not be. Whether it did.
    pub(super) fn link(&mut self, one: u32, other: u32) -> bool {
        let (one, other) = (self.root(one), self.root(other));
        if one == other || self.is_forbidden(one, other) {
            return false;
        }
        self.join(one, other);
        true
    }

    /// Joins two, whatever was said before.
    pub(super) fn pin(&mut self, one: u32, other: u32) {
        let (one, other) = (self.root(one), self.root(other));
        if one != other {
            self.join(one, other);
        }
    }

    /// The sets of two and more.
    pub(super) fn groups(mut self) -> Vec<Vec<u32>> {
        let domains = u32::try_from(self.parent.len()).unwrap_or(u32::MAX);
        let mut members = vec![];
        for domain in 0..domains {
            let root = self.root(domain);
            if self.size[root as usize] > 1 {
                members.push((root, domain));
            }
        }
        members.sort_unstable();
        let sets = members.chunk_by(|one, other| one.0 == other.0);
        let mut groups: Vec<Vec<u32>> = sets
            .map(|set| set.iter().map(|member| member.1).collect())
            .collect();
        groups.sort_unstable();
        groups
    }

    fn root(&mut self, domain: u32) -> u32 {
        let mut at = domain;
        while self.parent[at as usize] != at {
            let above = self.parent[self.parent[at as usize] as usize];
            self.parent[at as usize] = above;
            at = above;
        }
        at
    }

    fn is_forbidden(&self, one: u32, other: u32) -> bool {
        let (Some(one), Some(other)) = (self.marks.get(&one), self.marks.get(&other)) else {
            return false;
        };
        let against = |mark: &(usize, usize)| other.contains(&(mark.0, 1 - mark.1));
        one.iter().any(against)
    }

    fn join(&mut self, one: u32, other: u32) {
        let larger_first = self.size[one as usize] >= self.size[other as usize];
        let (root, below) = if larger_first {
            (one, other)
        } else {
            (other, one)
        };
        self.parent[below as usize] = root;
        self.size[root as usize] += self.size[below as usize];
        if let Some(marks) = self.marks.remove(&below) {
            let all = self.marks.entry(root).or_default();
            all.extend(marks);
            all.sort_unstable();
            all.dedup();
        }
    }
}
