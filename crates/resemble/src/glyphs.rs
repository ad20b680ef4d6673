//! Which letters of a name stand for which of a term, where both look the same.

/// A stretch of the term and the stretch of the name that stands for it, as ranges of both.
pub(crate) type Pair = ((usize, usize), (usize, usize));

/// The stretches in which `term` and `name` differ, both having the same skeleton.
///
/// Single letters are paired first, then one with two, two with one, one with three, two with two, so
/// that what follows is still alike; what cannot be paired so is told as one stretch.
pub(crate) fn differences(term: &str, name: &str) -> Vec<Pair> {
    let (t, n) = (term.as_bytes(), name.as_bytes());
    let mut pairs = vec![];
    let (mut i, mut j) = (0, 0);
    while i < t.len() && j < n.len() {
        if t[i] == n[j] && fits(term, name, i + 1, j + 1) {
            i += 1;
            j += 1;
            continue;
        }
        let way = [(1, 1), (1, 2), (2, 1), (1, 3), (2, 2)]
            .into_iter()
            .find(|&(a, b)| {
                i + a <= t.len()
                    && j + b <= n.len()
                    && names::skeleton(&term[i..i + a]) == names::skeleton(&name[j..j + b])
                    && fits(term, name, i + a, j + b)
            });
        let Some((a, b)) = way else { break };
        pairs.push(((i, i + a), (j, j + b)));
        i += a;
        j += b;
    }
    if i < t.len() || j < n.len() {
        pairs.push(((i, t.len()), (j, n.len())));
    }
    pairs
}

/// One letter is paired with as many as leave the rest still alike.
fn fits(term: &str, name: &str, i: usize, j: usize) -> bool {
    names::skeleton(&term[i..]) == names::skeleton(&name[j..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(term: &str, name: &str, expected: &str) {
        let shown: Vec<_> = differences(term, name)
            .into_iter()
            .map(|((a, b), (c, d))| format!("{}→{}", &term[a..b], &name[c..d]))
            .collect();
        assert_eq!(shown.join(" "), expected);
    }

    #[test]
    fn pairs_are_as_short_as_they_can_be() {
        check("microsoft", "rnicrosoft", "m→rn");
        check("microsoft", "micr0s0ft", "o→0 o→0");
        check("wikileaks", "vvikileaks", "w→vv");
        check("google", "goog1e", "l→1");
        check("bund", "bundl", "d→dl");
        check("bundestag", "buncllestag", "d→cll");
    }
}
