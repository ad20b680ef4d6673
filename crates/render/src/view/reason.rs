//! Reasons that analysts typed, taken out of what happened: they may name persons, in words that nobody can look for.

use model::MomentKind;

/// What stands for a reason.
pub(super) const WITHHELD: &str = "(reason withheld)";

/// What comes before the reason where a sentence tells what ties two domains; the reason has no end that could be told.
const SAYS_SO: &str = "an analyst says so: ";

/// What a moment says, without an analyst's reason.
///
/// A decision is told as `decision 7: what was decided: why`, or as `decision 7 was taken back: why`. Where it cannot be told
/// from its reason, all of it is taken for the reason.
pub(super) fn without_reason(kind: MomentKind, says: &str) -> String {
    let kept = match kind {
        MomentKind::Decided => decided(says),
        _ => match says.split_once(SAYS_SO) {
            Some((before, _)) => before.len() + SAYS_SO.len(),
            None => return says.to_owned(),
        },
    };
    format!("{}{WITHHELD}", &says[..kept])
}

/// How many bytes come before the reason of a decision. What was decided ends at the first colon: names in it may hold one,
/// and are rather cut.
fn decided(says: &str) -> usize {
    let numbered = says.strip_prefix("decision ").and_then(|rest| {
        rest.trim_start_matches(|digit: char| digit.is_ascii_digit())
            .strip_prefix(": ")
    });
    let what = numbered.unwrap_or(says);
    let begin = says.len() - what.len();
    what.find(": ").map_or(0, |end| begin + end + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_decided_stays_and_why_does_not() {
        use MomentKind::{Changed, Decided, Joined, Seen};
        for (kind, says, left) in [
            (
                Decided,
                "decision 7: a[.]example and b[.]example belong together: Jo Doe said: so",
                "decision 7: a[.]example and b[.]example belong together: (reason withheld)",
            ),
            (
                Decided,
                "decision 12 was taken back: decision 7: by Jo Doe",
                "decision 12 was taken back: (reason withheld)",
            ),
            (
                Decided,
                "decision 7: that Odd: Bear is behind 0123abcd is confirmed: Jo Doe",
                "decision 7: that Odd: (reason withheld)",
            ),
            (Decided, "decision 7: Jo Doe", "(reason withheld)"),
            (Decided, "Jo Doe", "(reason withheld)"),
            (Decided, "", "(reason withheld)"),
            (
                Joined,
                "a[.]example and b[.]example: an analyst says so: Jo Doe; an analyst says so: too",
                "a[.]example and b[.]example: an analyst says so: (reason withheld)",
            ),
            (
                Changed,
                "2 domains belong together: a[.]example and b[.]example: an analyst says so: Jo Doe; the same title",
                "2 domains belong together: a[.]example and b[.]example: an analyst says so: (reason withheld)",
            ),
            (Changed, "takes in 0123abcd", "takes in 0123abcd"),
            (Seen, "decision 7: seen: by us", "decision 7: seen: by us"),
        ] {
            assert_eq!(without_reason(kind, says), left, "{says}");
        }
    }
}
