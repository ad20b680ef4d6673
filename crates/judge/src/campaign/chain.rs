//! Values that join alone: a chain through the domains that had it, in order of time.

use super::{Edge, Holding, Value};

/// Minutes of a day.
const DAY: i64 = 24 * 60;

/// Links each holder of a value with the one before it, if that was near enough in time. What an analyst set apart may not carry a
/// chain, so it is linked with every other.
pub(super) fn links(held: &[Holding], value: &Value, set_apart: &[u32], edges: &mut Vec<Edge>) {
    let is_apart = |holding: &Holding| set_apart.binary_search(&holding.domain).is_ok();
    let mut before: Option<&Holding> = None;
    for holding in held.iter().filter(|holding| !is_apart(holding)) {
        edges.extend(before.and_then(|before| link(before, holding, value)));
        before = Some(holding);
    }
    if set_apart.is_empty() {
        return;
    }
    for (at, holding) in held.iter().enumerate() {
        for other in &held[at + 1..] {
            if is_apart(holding) || is_apart(other) {
                edges.extend(link(holding, other, value));
            }
        }
    }
}

fn link(earlier: &Holding, later: &Holding, value: &Value) -> Option<Edge> {
    let days = value.strength.days;
    is_within(earlier.first, later.first, days).then(|| Edge {
        one: earlier.domain.min(later.domain),
        other: earlier.domain.max(later.domain),
        strength: value.strength.bits,
        since: later.first,
    })
}

/// Whether no more than so many days lie between two minutes, the earlier first.
pub(super) fn is_within(earlier: i32, later: i32, days: Option<u32>) -> bool {
    let between = i64::from(later) - i64::from(earlier);
    days.is_none_or(|days| between <= i64::from(days) * DAY)
}
