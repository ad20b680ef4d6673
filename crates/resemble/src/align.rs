//! Lining up a term with a part of a name, given a stretch where both are the same.

use arrayvec::ArrayVec;

/// The most edits that are ever told.
pub(crate) const MOST_EDITS: usize = 1;

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

pub(crate) type Steps = ArrayVec<Step, MOST_EDITS>;

/// A place where a term may lie in a name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Window {
    pub(crate) from: u16,
    pub(crate) to: u16,
    pub(crate) steps: Steps,
}

/// Up to four codes of a term on one side of a piece, the nearest in the lowest byte.
#[derive(Clone, Copy)]
pub(crate) struct Side(u32);

impl Side {
    /// The side of which `codes` come first.
    pub(crate) fn new(codes: impl Iterator<Item = u8>) -> Self {
        Self(
            codes
                .take(4)
                .zip([0, 8, 16, 24])
                .fold(0, |side, (code, shift)| side | u32::from(code) << shift),
        )
    }

    /// The fewest steps, as far as the four letters tell, from this side, of `length` letters in all, to
    /// `name`: 0, 1, or 2 for more.
    #[inline]
    pub(crate) fn steps(self, length: usize, name: u32) -> usize {
        const MASKS: [u32; 5] = [0, 0xff, 0xffff, 0xff_ffff, 0xffff_ffff];
        let mask = MASKS[length.min(4)];
        let differ = (self.0 ^ name) & mask;
        // All letters before the first that differs are the same, so what follows decides. Without
        // branches, for which way it goes is as good as random.
        let at = (differ | 1 << 31).trailing_zeros() & 0x18;
        let from = u32::MAX << at;
        let after = from << 8;
        let replaced = differ & after == 0;
        let inserted = (self.0 << 8 ^ name) & (mask << 8) & after == 0;
        let omitted = (self.0 >> 8 ^ name) & (mask >> 8) & from == 0;
        let swap = |codes: u32| (codes >> at & 0xff) << 8 | (codes >> at >> 8 & 0xff);
        let swapped = (swap(self.0) == name >> at & 0xffff) & (differ & after << 8 == 0);
        usize::from(differ != 0) * (2 - usize::from(replaced | inserted | omitted | swapped))
    }
}

/// Calls `each` with every place where `term` lies in `name` with at most `edits` steps, 0 or 1, given
/// that `length` codes from `term[at]` on are the same as those from `name[place]` on; the likeliest
/// first. Ends as soon as `each` says that it has what it wants.
#[inline]
pub(crate) fn around(
    term: &[u8],
    (at, length): (usize, usize),
    name: &[u8],
    place: usize,
    edits: usize,
    mut each: impl FnMut(Window) -> bool,
) {
    let left = Run {
        term: &term[..at],
        name: &name[..place],
        back: true,
    };
    let right = Run {
        term: &term[at + length..],
        name: &name[place + length..],
        back: false,
    };
    let (t, n) = (at + length, place + length);
    let window = |from: usize, to: usize, steps: Steps| Window {
        from: (place - from) as u16,
        to: (n + to) as u16,
        steps,
    };
    let (same_left, same_right) = (left.same(), right.same());
    let (all_left, all_right) = (same_left == left.term.len(), same_right == right.term.len());
    if all_left && all_right {
        each(window(same_left, same_right, Steps::new()));
    } else if all_left && edits > 0 {
        for way in right.ways(same_right) {
            let step = way.step(t + same_right, n + same_right);
            if each(window(same_left, way.end, std::iter::once(step).collect())) {
                return;
            }
        }
    } else if all_right && edits > 0 {
        for way in left.ways(same_left) {
            // The step begins at its last letter when it is read backwards.
            let (t, n) = (
                at - same_left - way.term_by,
                place - same_left - way.name_by,
            );
            if each(window(
                way.end,
                same_right,
                std::iter::once(way.step(t, n)).collect(),
            )) {
                return;
            }
        }
    }
}

/// The step from `term` to `name` as a whole, if one is enough; none where they are the same. Places
/// count from `base`.
pub(crate) fn whole(term: &[u8], name: &[u8], base: usize) -> Option<Steps> {
    let run = Run {
        term,
        name,
        back: false,
    };
    let same = run.same();
    if same == term.len() && same == name.len() {
        return Some(Steps::new());
    }
    let way = run.ways(same).find(|way| way.end == name.len())?;
    Some(std::iter::once(way.step(same, base + same)).collect())
}

/// What is left of a term and of a name, read forwards or backwards from where they meet.
#[derive(Clone, Copy)]
struct Run<'a> {
    term: &'a [u8],
    name: &'a [u8],
    back: bool,
}

/// One step after which the rest of the term is the same.
#[derive(Clone, Copy)]
struct Way {
    kind: fn(u8, u16) -> Step,
    term_by: usize,
    name_by: usize,
    /// How much of the name the term then covers.
    end: usize,
}

impl Way {
    fn step(&self, term: usize, name: usize) -> Step {
        (self.kind)(term as u8, name as u16)
    }
}

impl<'a> Run<'a> {
    fn term(self, at: usize) -> Option<&'a u8> {
        if self.back {
            self.term.iter().rev().nth(at)
        } else {
            self.term.get(at)
        }
    }

    fn name(self, at: usize) -> Option<&'a u8> {
        if self.back {
            self.name.iter().rev().nth(at)
        } else {
            self.name.get(at)
        }
    }

    /// How many codes are the same from the start.
    fn same(self) -> usize {
        if self.back {
            self.term
                .iter()
                .rev()
                .zip(self.name.iter().rev())
                .take_while(|(a, b)| a == b)
                .count()
        } else {
            self.term
                .iter()
                .zip(self.name)
                .take_while(|(a, b)| a == b)
                .count()
        }
    }

    /// The single steps, after `same` codes, from which on the rest of the term is the same.
    fn ways(self, same: usize) -> impl Iterator<Item = Way> + use<'a> {
        let next = |at| (self.term(same + at), self.name(same + at));
        let ((t, n), (t2, n2)) = (next(0), next(1));
        let swapped = t.is_some() && n.is_some() && t == n2 && t2 == n;
        let kinds: [(bool, fn(u8, u16) -> Step, usize, usize); 4] = [
            (swapped, Step::Transposed, 2, 2),
            (n.is_some(), |_, n| Step::Inserted(n), 0, 1),
            (t.is_some() && n.is_some(), Step::Replaced, 1, 1),
            (t.is_some(), Step::Omitted, 1, 0),
        ];
        kinds
            .into_iter()
            .filter_map(move |(possible, kind, term_by, name_by)| {
                let rest = (same + term_by..self.term.len())
                    .zip(same + name_by..)
                    .all(|(t, n)| self.term(t) == self.name(n));
                let end = same + name_by + (self.term.len() - same).saturating_sub(term_by);
                (possible && rest).then_some(Way {
                    kind,
                    term_by,
                    name_by,
                    end,
                })
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(term: &str, at: usize, length: usize, name: &str, place: usize, expected: &str) {
        let mut found = vec![];
        around(
            term.as_bytes(),
            (at, length),
            name.as_bytes(),
            place,
            1,
            |window| {
                found.push(format!(
                    "{}..{} {:?}",
                    window.from,
                    window.to,
                    &window.steps[..]
                ));
                false
            },
        );
        assert_eq!(found.join("; "), expected, "{term} in {name}");
    }

    #[test]
    fn a_side_is_never_further_than_the_alignment_says() {
        let letters = |seed: u64, length: u64| -> Vec<u8> {
            (0..length)
                .map(|at| 1 + ((seed >> (2 * at)) & 3) as u8)
                .collect()
        };
        for seed in 0..40_000u64 {
            let term = letters(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15), 1 + seed % 9);
            let name = letters(seed.wrapping_mul(0xd1b5_4a32_d192_ed03), seed % 12);
            let mut padded = [0; 4];
            name.iter()
                .zip(&mut padded)
                .for_each(|(from, to)| *to = *from);
            let side = Side::new(term.iter().copied());
            let steps = side.steps(term.len(), u32::from_le_bytes(padded));
            around(&term, (0, 0), &name, 0, 1, |window| {
                assert!(steps <= window.steps.len(), "{term:?} {name:?}");
                false
            });
        }
    }

    #[test]
    fn windows_grow_from_what_is_the_same() {
        check("microsoft", 0, 3, "microsoftlogin", 0, "0..9 []");
        check(
            "microsoft",
            0,
            3,
            "loginmicrosft",
            5,
            "5..13 [Omitted(6, 11)]",
        );
        check("microsoft", 6, 3, "micorsoft", 6, "0..9 [Transposed(3, 3)]");
        check("microsoft", 6, 3, "xxmicrossoft", 9, "2..12 [Inserted(7)]");
        check("microsoft", 6, 3, "micr0soft", 6, "0..9 [Replaced(4, 4)]");
        check("microsoft", 6, 3, "soft", 1, "");
        check("microsoft", 0, 3, "mic", 0, "");
    }

    #[test]
    fn all_ways_of_one_step_are_told() {
        check(
            "intune",
            0,
            3,
            "aintunaea",
            1,
            "1..8 [Inserted(6)]; 1..7 [Replaced(5, 6)]; 1..6 [Omitted(5, 6)]",
        );
        check(
            "intune",
            3,
            3,
            "untune",
            3,
            "0..6 [Replaced(0, 0)]; 1..6 [Omitted(0, 1)]",
        );
    }

    #[test]
    fn a_whole_is_one_step_away_or_not_alike() {
        let shown = |term: &str, name: &str| {
            whole(term.as_bytes(), name.as_bytes(), 10).map(|steps| format!("{steps:?}"))
        };
        assert_eq!(shown("naver", "naver").as_deref(), Some("[]"));
        assert_eq!(shown("naver", "naverr").as_deref(), Some("[Inserted(15)]"));
        assert_eq!(shown("naver", "nave").as_deref(), Some("[Omitted(4, 14)]"));
        assert_eq!(
            shown("naver", "nvaer").as_deref(),
            Some("[Transposed(1, 11)]")
        );
        assert_eq!(shown("naver", "nvre"), None);
    }
}
