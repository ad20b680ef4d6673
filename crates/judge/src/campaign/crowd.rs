//! Values that join only together with others: added up for each pair of domains, the strongest of each family.

use super::{Edge, Holding, Value, chain};

/// That two domains share a value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pair {
    one: u32,
    other: u32,
    family: u8,
    /// What the value lacks to the most there can be, so that the strongest comes first.
    lacks: u16,
    since: i32,
}

/// Every two domains that had the value near enough in time. So weak a value is not asked for many.
pub(super) fn pairs(held: &[Holding], value: &Value, pairs: &mut Vec<Pair>) {
    let bits = u16::try_from(value.strength.bits).unwrap_or(u16::MAX);
    for (at, holding) in held.iter().enumerate() {
        let near = held[at + 1..]
            .iter()
            .filter(|other| chain::is_within(holding.first, other.first, value.strength.days));
        pairs.extend(near.map(|other| Pair {
            one: holding.domain.min(other.domain),
            other: holding.domain.max(other.domain),
            family: value.family as u8,
            lacks: u16::MAX - bits,
            since: other.first,
        }));
    }
}

/// A link for each pair that comes to `joins`.
pub(super) fn add_up(mut pairs: Vec<Pair>, joins: u32, edges: &mut Vec<Edge>) {
    pairs.sort_unstable();
    for pair in pairs.chunk_by(|a, b| (a.one, a.other) == (b.one, b.other)) {
        let families = pair.chunk_by(|a, b| a.family == b.family);
        let strongest = families.map(|family| (u16::MAX - family[0].lacks, family[0].since));
        let (strength, since) = strongest.fold((0, i32::MIN), |(sum, since), (bits, from)| {
            (sum + u32::from(bits), since.max(from))
        });
        if strength >= joins {
            let (one, other) = (pair[0].one, pair[0].other);
            edges.push(Edge {
                one,
                other,
                strength,
                since,
            });
        }
    }
}
