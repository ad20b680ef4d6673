//! How often a name of the ordinary world resembles a term by chance.
//!
//! A three-letter term needs far more evidence than `microsoftonline`. So each term is looked for in
//! a background of real names when the watchlist is compiled, and how often it was found, and how,
//! is kept as an expected number in a million names.

use crate::guard::{Guard, Scratch, Sifted};
use crate::likeness::{Likeness, Place};
use crate::sieve::Stand;
use crate::term::Term;

/// The expectation counts as if it had been seen in this many million names before.
const WEIGHT: f32 = 0.1;

/// In what manner a name resembles a term, as far as chance depends on it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Class(u8);

/// How many classes there are: four ways to stand, three degrees of nearness.
pub const CLASSES: usize = 12;

impl Class {
    /// The class of a likeness.
    pub fn of(likeness: &Likeness) -> Self {
        let stand = match likeness.stand {
            Stand::Inside => 0,
            Stand::Edge => 1,
            Stand::Token => 2,
            Stand::Whole => 3,
        };
        Self(stand * 3 + likeness.steps().min(2) as u8)
    }

    /// Its place among [`CLASSES`].
    pub fn place(self) -> usize {
        usize::from(self.0)
    }
}

/// Expected resemblances in a million names, for each term and class.
pub struct Chance {
    per_million: Vec<[f32; CLASSES]>,
}

impl Chance {
    /// What is expected before anything was measured: by the term's length alone.
    pub(crate) fn unmeasured(terms: &[Term]) -> Self {
        Self {
            per_million: terms
                .iter()
                .map(|term| expected(term.letters.len()))
                .collect(),
        }
    }

    /// What `background` shows, one name a line, joined with what was expected.
    ///
    /// Names that `guard` knows as owned do not count.
    pub(crate) fn measured(guard: &Guard, background: &str) -> Self {
        let mut counts = vec![[0u32; CLASSES]; guard.terms().len()];
        let mut scratch = Scratch::default();
        let mut parser = names::Scratch::default();
        let mut names = 0u32;
        let mut seen: Vec<(u32, Class)> = vec![];
        for line in background.lines() {
            let Ok(name) = parser.parse(line.as_bytes()) else {
                continue;
            };
            names += 1;
            let split = guard.split(name);
            if guard.sift(name, split, &mut scratch) != Sifted::Maybe {
                continue;
            }
            seen.clear();
            guard.explain(name, split, &mut scratch, |likeness| {
                let what = (likeness.term, Class::of(&likeness));
                if likeness.place == Place::Registrable && !seen.contains(&what) {
                    seen.push(what);
                    counts[what.0 as usize][what.1.place()] += 1;
                }
            });
        }
        let millions = names as f32 / 1e6;
        let per_million = guard
            .terms()
            .iter()
            .zip(&counts)
            .map(|(term, counts)| {
                let expected = expected(term.letters.len());
                std::array::from_fn(|class| {
                    (counts[class] as f32 + expected[class] * WEIGHT) / (millions + WEIGHT)
                })
            })
            .collect();
        Self { per_million }
    }

    /// Resemblances of this class expected in a million names, by chance.
    pub fn of(&self, term: u32, class: Class) -> f32 {
        self.per_million[term as usize][class.place()]
    }
}

/// Resemblances in a million names to a term of `length` letters, as the mean of many terms.
fn expected(length: usize) -> [f32; CLASSES] {
    BY_LENGTH[length.clamp(2, 12) - 2]
}

/// Means over the labels of 10,000 well-known domains in popular names, from two letters to twelve and
/// more; `cargo xtask expect` prints them. Classes are exact, one step, two steps; inside, at an edge,
/// as a token, as the whole label. Of two to four letters there are few, so those rows are rounded.
#[rustfmt::skip]
const BY_LENGTH: [[f32; CLASSES]; 11] = [
    [1.0, 1.0, 1.0, 400.0, 1.0, 1.0, 400.0, 20.0, 1.0, 20.0, 900.0, 1.0],
    [1.0, 1.0, 1.0, 350.0, 1.0, 1.0, 40.0, 20.0, 1.0, 6.0, 340.0, 1.0],
    [0.5, 0.5, 0.5, 60.0, 0.6, 0.2, 8.0, 130.0, 13.0, 3.0, 73.0, 9.0],
    [17.098, 2.452, 0.003, 37.879, 1.878, 0.003, 3.988, 46.824, 4.196, 1.768, 16.233, 3.020],
    [5.463, 0.426, 0.003, 17.230, 116.951, 19.834, 2.910, 7.929, 0.924, 1.811, 6.155, 0.907],
    [1.560, 0.061, 0.003, 7.360, 55.819, 5.031, 1.279, 6.149, 0.301, 1.689, 2.953, 0.208],
    [1.014, 6.105, 0.675, 4.649, 21.745, 1.663, 0.956, 1.499, 0.026, 1.154, 1.523, 0.167],
    [0.269, 1.178, 0.437, 2.527, 4.037, 62.184, 0.661, 0.241, 2.352, 1.576, 0.842, 9.504],
    [0.347, 0.526, 0.069, 1.930, 2.265, 26.343, 0.502, 0.192, 1.016, 0.967, 0.535, 4.371],
    [0.049, 0.092, 0.016, 0.579, 0.643, 10.096, 0.168, 0.049, 0.525, 1.141, 0.178, 1.638],
    [0.025, 0.141, 0.016, 0.218, 0.303, 1.666, 0.070, 0.007, 0.070, 0.514, 0.087, 0.379],
];
