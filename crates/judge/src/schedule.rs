//! When to look again.
//!
//! Attackers set up first and activate later: often at first, then less and less, and often again after each step. Waits
//! are spread by a fifth, so that what was detected together is not looked at together.

use std::time::Duration;

use model::{Risk, Stage, Tier};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// Somebody is to hear of it today.
const HOT: &[u64] = &[10 * MINUTE, HOUR, 6 * HOUR, DAY, DAY, DAY, 3 * DAY, 7 * DAY];
/// It is kept quietly.
const WARM: &[u64] = &[HOUR, DAY, 3 * DAY, 7 * DAY, 14 * DAY];
/// It is the organisation's own, or has come to an end.
const COLD: &[u64] = &[7 * DAY, 28 * DAY];
/// Something could not be asked.
const FAILED: &[u64] = &[10 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR, DAY];

/// Where a domain stands after a look.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'a> {
    /// What the look came to.
    pub risk: &'a Risk,
    /// The furthest stage.
    pub stage: Option<Stage>,
    /// How many looks there were since the last step, this one among them; 0 if this look showed a step.
    pub quiet: u32,
    /// How many looks in a row had a question that failed, this one among them.
    pub failed: u32,
}

/// How long to wait before the next look. The same `seed` and standing give the same wait.
pub fn next_look(standing: &Standing<'_>, seed: u64) -> Duration {
    let over = standing.stage.is_some_and(Stage::is_end) || standing.risk.own.is_some();
    let waits = match standing.risk.tier {
        _ if over => COLD,
        Some(Tier::Alert) => HOT,
        Some(Tier::Watch) => WARM,
        None => COLD,
    };
    let wait = at(waits, standing.quiet);
    let wait = match standing.failed.checked_sub(1) {
        Some(before) => wait.min(at(FAILED, before)),
        None => wait,
    };
    spread(Duration::from_secs(wait), seed ^ u64::from(standing.quiet))
}

fn at(waits: &[u64], step: u32) -> u64 {
    waits[(step as usize).min(waits.len() - 1)]
}

/// Up to a fifth less or more.
fn spread(wait: Duration, seed: u64) -> Duration {
    wait.mul_f64(0.8 + 0.4 * chance(seed))
}

/// From 0 to 1 (`SplitMix64`; Steele, Lea and Flood, 2014).
fn chance(seed: u64) -> f64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Confidence, Score, Severity};

    fn risk(tier: Option<Tier>, own: bool) -> Risk {
        Risk {
            findings: vec![],
            score: Score::from_log_odds(0.0),
            severity: Severity::Medium,
            confidence: Confidence::High,
            tier,
            alone: tier,
            own: own.then(|| "its own".to_owned()),
            rules: crate::RULES,
        }
    }

    #[track_caller]
    fn check(tier: Option<Tier>, stage: Stage, quiet: u32, failed: u32, about: u64) {
        let risk = risk(tier, false);
        let standing = Standing {
            risk: &risk,
            stage: Some(stage),
            quiet,
            failed,
        };
        for seed in 0..100 {
            let wait = next_look(&standing, seed).as_secs_f64() / about as f64;
            assert!((0.8..=1.2).contains(&wait), "{wait} of {about}");
        }
    }

    #[test]
    fn often_at_first_and_after_each_step_then_less_and_less() {
        check(Some(Tier::Alert), Stage::Certified, 0, 0, 10 * MINUTE);
        check(Some(Tier::Alert), Stage::Certified, 3, 0, DAY);
        check(Some(Tier::Alert), Stage::Certified, 99, 0, 7 * DAY);
        check(Some(Tier::Watch), Stage::Registered, 0, 0, HOUR);
        check(Some(Tier::Alert), Stage::Suspended, 0, 0, 7 * DAY);
        check(None, Stage::Serving, 1, 0, 28 * DAY);
    }

    #[test]
    fn what_failed_is_asked_again_soon_and_never_later_than_otherwise() {
        check(Some(Tier::Watch), Stage::Resolving, 4, 1, 10 * MINUTE);
        check(Some(Tier::Watch), Stage::Resolving, 4, 5, DAY);
        check(Some(Tier::Alert), Stage::Resolving, 0, 5, 10 * MINUTE);
    }
}
