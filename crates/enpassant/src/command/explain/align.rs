//! The letters of an imitation beside those of the original.

/// Longest texts that are aligned, in characters; a name has at most 253.
const LONGEST: usize = 300;

/// Two texts below each other, and a line with `^` under what differs; all three without blanks at their ends.
///
/// Equal but for case is equal. Swapped neighbours are marked both; `·` stands where a letter has no counterpart.
pub(super) fn aligned(original: &str, here: &str) -> [String; 3] {
    let one: Vec<char> = original.chars().take(LONGEST).collect();
    let other: Vec<char> = here.chars().take(LONGEST).collect();
    let mut lines = [String::new(), String::new(), String::new()];
    for (a, b) in pairs(&one, &other) {
        let shown = [a, b].map(|c| {
            c.map_or_else(
                || "·".to_owned(),
                |c| names::defanged(&c.to_string()).to_string(),
            )
        });
        let same = matches!((a, b), (Some(a), Some(b)) if alike(a, b));
        let width = shown
            .each_ref()
            .map(|text| crate::output::width(text))
            .into_iter()
            .max()
            .unwrap_or(0);
        for (line, text) in lines.iter_mut().zip(&shown) {
            line.push_str(text);
            line.extend(std::iter::repeat_n(' ', width - crate::output::width(text)));
        }
        lines[2].extend(std::iter::repeat_n(if same { ' ' } else { '^' }, width));
    }
    lines.map(|line| line.trim_end().to_owned())
}

fn alike(a: char, b: char) -> bool {
    a == b || a.to_lowercase().eq(b.to_lowercase())
}

/// What stands opposite what in the cheapest way from one text to the other: each letter left out, put in or
/// replaced costs 1, and so does each pair of neighbours that changed places.
fn pairs(one: &[char], other: &[char]) -> Vec<(Option<char>, Option<char>)> {
    let costs = costs(one, other);
    let (mut i, mut j) = (one.len(), other.len());
    let mut pairs = vec![];
    while i > 0 || j > 0 {
        let cost = costs[i][j];
        if i > 0 && j > 0 && alike(one[i - 1], other[j - 1]) && costs[i - 1][j - 1] == cost {
            pairs.push((Some(one[i - 1]), Some(other[j - 1])));
            (i, j) = (i - 1, j - 1);
        } else if swapped(one, other, i, j) && costs[i - 2][j - 2] + 1 == cost {
            pairs.push((Some(one[i - 1]), Some(other[j - 1])));
            pairs.push((Some(one[i - 2]), Some(other[j - 2])));
            (i, j) = (i - 2, j - 2);
        } else if i > 0 && j > 0 && costs[i - 1][j - 1] + 1 == cost {
            pairs.push((Some(one[i - 1]), Some(other[j - 1])));
            (i, j) = (i - 1, j - 1);
        } else if i > 0 && costs[i - 1][j] + 1 == cost {
            pairs.push((Some(one[i - 1]), None));
            i -= 1;
        } else {
            pairs.push((None, Some(other[j - 1])));
            j -= 1;
        }
    }
    pairs.reverse();
    pairs
}

/// The cost of every beginning of one text against every beginning of the other (optimal string alignment).
fn costs(one: &[char], other: &[char]) -> Vec<Vec<u16>> {
    let mut costs = vec![vec![0; other.len() + 1]; one.len() + 1];
    for i in 0..=one.len() {
        for j in 0..=other.len() {
            if i == 0 || j == 0 {
                costs[i][j] = (i + j) as u16;
                continue;
            }
            let change = u16::from(!alike(one[i - 1], other[j - 1]));
            let mut least = (costs[i - 1][j - 1] + change)
                .min(costs[i - 1][j] + 1)
                .min(costs[i][j - 1] + 1);
            if swapped(one, other, i, j) {
                least = least.min(costs[i - 2][j - 2] + 1);
            }
            costs[i][j] = least;
        }
    }
    costs
}

fn swapped(one: &[char], other: &[char], i: usize, j: usize) -> bool {
    i > 1 && j > 1 && alike(one[i - 1], other[j - 2]) && alike(one[i - 2], other[j - 1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(original: &str, here: &str, expected: [&str; 3]) {
        assert_eq!(aligned(original, here), expected);
    }

    #[test]
    fn what_differs_is_marked() {
        check(
            "microsoft",
            "micorsoft",
            ["microsoft", "micorsoft", "   ^^"],
        );
        check("en-marche", "enmarche", ["en-marche", "en·marche", "  ^"]);
        check("marche", "rnarche", ["·marche", "rnarche", "^^"]);
        check("paypal", "paypals", ["paypal·", "paypals", "      ^"]);
        check("Macron", "macron", ["Macron", "macron", ""]);
        check("paypal", "pаypal", ["paypal", "pаypal", " ^"]);
        check(
            "bundestag",
            "bundes.tag",
            ["bundes·  tag", "bundes[.]tag", "      ^^^"],
        );
        check("", "a", ["·", "a", "^"]);
    }

    #[test]
    fn long_texts_stay_bounded() {
        let [original, here, _] = aligned(&"a".repeat(10_000), &"b".repeat(10_000));
        assert_eq!((original.len(), here.len()), (LONGEST, LONGEST));
    }
}
