//! Lining up a term with a part of a name, given a stretch where both are the same.

use arrayvec::ArrayVec;

/// The most edits that are ever told.
pub(crate) const MOST_EDITS: usize = 2;

/// One difference between two runs of codes, at its place in the name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Step {
    /// The term's letter at `.0` is missing before the name's position `.1`.
    Omitted(u8, u16),
    /// The name's letter at `.0` is not in the term.
    Inserted(u16),
    /// The term's letter at `.0` is another one at the name's position `.1`.
    Replaced(u8, u16),
    /// The term's letters at `.0` and `.0 + 1` stand swapped from the name's position `.1` on.
    Transposed(u8, u16),
}

impl Step {
    /// The same step of a term that has `by` more letters before it.
    fn later(self, by: u8) -> Self {
        match self {
            Self::Omitted(t, n) => Self::Omitted(t + by, n),
            Self::Inserted(n) => Self::Inserted(n),
            Self::Replaced(t, n) => Self::Replaced(t + by, n),
            Self::Transposed(t, n) => Self::Transposed(t + by, n),
        }
    }
}

pub(crate) type Steps = ArrayVec<Step, MOST_EDITS>;

/// A place where a term may lie in a name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Window {
    pub(crate) from: u16,
    pub(crate) to: u16,
    pub(crate) steps: Steps,
}

/// Up to eight codes of a term on one side of a piece, the nearest in the lowest byte.
#[derive(Clone, Copy)]
pub(crate) struct Side {
    codes: u64,
    mask: u64,
}

impl Side {
    /// The side of which `codes` come first.
    pub(crate) fn new(codes: impl Iterator<Item = u8>) -> Self {
        let (mut side, mut shift) = (Self { codes: 0, mask: 0 }, 0);
        for code in codes.take(8) {
            side.codes |= u64::from(code) << shift;
            side.mask |= 0xff << shift;
            shift += 8;
        }
        side
    }

    /// The fewest steps, as far as eight letters tell, from this side to `name`: 0, 1, or 2 for more.
    #[inline]
    pub(crate) fn steps(self, name: u64) -> usize {
        let differ = (self.codes ^ name) & self.mask;
        if differ == 0 {
            return 0;
        }
        // All letters before the first that differs are the same, so what follows decides.
        let at = differ.trailing_zeros() & !7;
        let from = u64::MAX << at;
        let after = from << 8;
        let replaced = differ & after;
        let inserted = (self.codes << 8 ^ name) & (self.mask << 8) & after;
        let omitted = (self.codes >> 8 ^ name) & (self.mask >> 8) & from;
        if replaced == 0 || inserted == 0 || omitted == 0 {
            return 1;
        }
        let swap = |codes: u64| (codes >> at & 0xff) << 8 | (codes >> at >> 8 & 0xff);
        let swapped = swap(self.codes) == name >> at & 0xffff && differ & after << 8 == 0;
        if swapped { 1 } else { 2 }
    }
}

/// Where `term` lies in `name` with at most `edits` steps, given that `length` codes from `term[at]`
/// on are the same as those from `name[place]` on.
///
/// The fewest steps are taken, first to the left, then to the right.
#[inline]
pub(crate) fn around(
    term: &[u8],
    at: usize,
    length: usize,
    name: &[u8],
    place: usize,
    edits: usize,
) -> Option<Window> {
    let mut steps = Steps::new();
    let from = leftwards(&term[..at], &name[..place], edits, &mut steps)?;
    let left = edits - steps.len();
    let mut right = Steps::new();
    let to = rightwards(term, at + length, name, place + length, left, &mut right)?;
    steps.extend(right);
    Some(Window { from: from as u16, to: to as u16, steps })
}

/// The steps from `term` to `name` as a whole, at most `edits`; positions count from `base`.
pub(crate) fn whole(term: &[u8], name: &[u8], base: usize, edits: usize) -> Option<Steps> {
    let same = term.iter().zip(name).take_while(|(a, b)| a == b).count();
    let (t, n) = (&term[same..], &name[same..]);
    if t.is_empty() && n.is_empty() {
        return Some(Steps::new());
    }
    if edits == 0 {
        return None;
    }
    let swapped = t.len() > 1 && n.len() > 1 && t[0] == n[1] && t[1] == n[0];
    let (term_at, name_at) = (same as u8, (base + same) as u16);
    let ways = [
        swapped.then_some((Step::Transposed(term_at, name_at), 2, 2)),
        (!n.is_empty()).then_some((Step::Inserted(name_at), 0, 1)),
        (!t.is_empty() && !n.is_empty()).then_some((Step::Replaced(term_at, name_at), 1, 1)),
        (!t.is_empty()).then_some((Step::Omitted(term_at, name_at), 1, 0)),
    ];
    let mut steps = Steps::new();
    best(ways, edits, &mut steps, |term_by, name_by, rest, tail| {
        let (t, n) = (same + term_by, same + name_by);
        let deeper = whole(&term[t..], &name[n..], base + n, rest)?;
        tail.extend(deeper.into_iter().map(|step| step.later(t as u8)));
        Some(0)
    })?;
    Some(steps)
}

/// The end in `name` of the rest of the term from `t` on, read from `n` on.
fn rightwards(
    term: &[u8],
    mut t: usize,
    name: &[u8],
    mut n: usize,
    edits: usize,
    steps: &mut Steps,
) -> Option<usize> {
    while t < term.len() && n < name.len() && term[t] == name[n] {
        t += 1;
        n += 1;
    }
    if t == term.len() {
        return Some(n);
    }
    if edits == 0 {
        return None;
    }
    let has = n < name.len();
    let swapped = t + 1 < term.len()
        && n + 1 < name.len()
        && term[t] == name[n + 1]
        && term[t + 1] == name[n];
    let ways = [
        swapped.then_some((Step::Transposed(t as u8, n as u16), 2, 2)),
        has.then_some((Step::Inserted(n as u16), 0, 1)),
        has.then_some((Step::Replaced(t as u8, n as u16), 1, 1)),
        Some((Step::Omitted(t as u8, n as u16), 1, 0)),
    ];
    best(ways, edits, steps, |term_by, name_by, rest, tail| {
        rightwards(term, t + term_by, name, n + name_by, rest, tail)
    })
}

/// The start in `name` of the term's beginning `term`, read backwards from the end of both.
fn leftwards(term: &[u8], name: &[u8], edits: usize, steps: &mut Steps) -> Option<usize> {
    let same = term.iter().rev().zip(name.iter().rev()).take_while(|(a, b)| a == b).count();
    let (term, name) = (&term[..term.len() - same], &name[..name.len() - same]);
    let (t, n) = (term.len(), name.len());
    if t == 0 {
        return Some(n);
    }
    if edits == 0 {
        return None;
    }
    let swapped = t > 1 && n > 1 && term[t - 1] == name[n - 2] && term[t - 2] == name[n - 1];
    let ways = [
        swapped.then(|| (Step::Transposed(t as u8 - 2, n as u16 - 2), 2, 2)),
        (n > 0).then(|| (Step::Inserted(n as u16 - 1), 0, 1)),
        (n > 0).then(|| (Step::Replaced(t as u8 - 1, n as u16 - 1), 1, 1)),
        Some((Step::Omitted(t as u8 - 1, n as u16), 1, 0)),
    ];
    best(ways, edits, steps, |term_by, name_by, rest, tail| {
        leftwards(&term[..t - term_by], &name[..n - name_by], rest, tail)
    })
}

/// Tries each way on; of those that arrive, the one with the fewest steps, the first among equals.
fn best(
    ways: [Option<(Step, usize, usize)>; 4],
    edits: usize,
    steps: &mut Steps,
    mut on: impl FnMut(usize, usize, usize, &mut Steps) -> Option<usize>,
) -> Option<usize> {
    let mut found: Option<(usize, Steps)> = None;
    let mut allowed = edits;
    for (step, term_by, name_by) in ways.into_iter().flatten() {
        let mut tail = Steps::new();
        tail.push(step);
        let mut rest = Steps::new();
        let Some(end) = on(term_by, name_by, allowed - 1, &mut rest) else { continue };
        if found.as_ref().is_some_and(|(_, known)| known.len() <= 1 + rest.len()) {
            continue;
        }
        tail.extend(rest);
        allowed = tail.len();
        found = Some((end, tail));
    }
    let (end, tail) = found?;
    steps.extend(tail);
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(term: &str, at: usize, length: usize, name: &str, place: usize, expected: &str) {
        let found = around(term.as_bytes(), at, length, name.as_bytes(), place, 2);
        let shown = match found {
            None => "nothing".to_owned(),
            Some(Window { from, to, steps }) => format!("{from}..{to} {steps:?}"),
        };
        assert_eq!(shown, expected, "{term} in {name}");
    }

    #[test]
    fn a_side_is_never_further_than_the_alignment_says() {
        let letters = |seed: u64, length: u64| -> Vec<u8> {
            (0..length).map(|at| 1 + ((seed >> (2 * at)) & 3) as u8).collect()
        };
        for seed in 0..40_000u64 {
            let term = letters(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15), 1 + seed % 9);
            let name = letters(seed.wrapping_mul(0xd1b5_4a32_d192_ed03), seed % 12);
            let mut padded = [0; 8];
            name.iter().zip(&mut padded).for_each(|(from, to)| *to = *from);
            let steps = Side::new(term.iter().copied()).steps(u64::from_le_bytes(padded));
            if let Some(window) = around(&term, 0, 0, &name, 0, 1) {
                assert!(steps <= window.steps.len(), "{term:?} {name:?}");
            }
        }
    }

    #[test]
    fn windows_grow_from_what_is_the_same() {
        check("microsoft", 0, 3, "microsoftlogin", 0, "0..9 []");
        check("microsoft", 0, 3, "loginmicrosft", 5, "5..13 [Omitted(6, 11)]");
        check("microsoft", 6, 3, "micorsoft", 6, "0..9 [Transposed(3, 3)]");
        check("microsoft", 6, 3, "xxmicrossoft", 9, "2..12 [Inserted(7)]");
        check("microsoft", 6, 3, "nicr0soft", 6, "0..9 [Replaced(4, 4), Replaced(0, 0)]");
        check("microsoft", 6, 3, "soft", 1, "nothing");
        check("microsoft", 0, 3, "mic", 0, "nothing");
    }
}
