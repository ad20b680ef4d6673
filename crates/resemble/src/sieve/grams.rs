//! Pieces of terms looked up at every position of a name.

use super::{Buckets, Hit, Means, admits};
use crate::align::{self, Side};
use crate::lexicon::Lexicon;
use crate::term::Form;
use crate::text::{Text, bag};

/// A run of letters of a shape, as it is kept in its gram's list.
#[derive(Clone, Copy)]
struct Piece {
    form: u32,
    left: Side,
    right: Side,
    /// Where the run lies in the shape, and how much of it is the same in the name.
    offset: u8,
    length: u8,
    /// Where the run was found, relative to `offset`.
    shift: u8,
    edits: u8,
    reach: Reach,
    /// The letters of the shape.
    size: u8,
}

/// Where a shape has to lie.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// Anywhere.
    Free,
    /// With one end at a seam or digit.
    Edge,
}

/// All pieces by their gram, of three and of four letters.
pub(super) struct Grams {
    three: Table<15>,
    four: Table<20>,
}

/// Pieces in the order of their grams. What rejects most of them is kept apart, so that it stays in
/// the cache: the letters that the shape has, one bit each, and [`STEP`] where one may be missing.
struct Table<const BITS: u32> {
    bags: Buckets<u32, BITS>,
    pieces: Box<[Piece]>,
}

/// The bit of a bag that says that one step is allowed; no code is so high.
const STEP: u32 = 1 << 31;

impl<const BITS: u32> Table<BITS> {
    fn new(mut items: Vec<(u32, u32, Piece)>) -> Self {
        items.sort_by_key(|&(key, ..)| key);
        let bags = Buckets::new(items.iter().map(|&(key, bag, _)| (key, bag)).collect());
        Self { bags, pieces: items.into_iter().map(|(_, _, piece)| piece).collect() }
    }

    /// Calls `each` with the pieces of a gram whose letters `bag` could have.
    #[inline]
    fn look_up(&self, key: u32, bag: u32, mut each: impl FnMut(&Piece)) {
        let range = self.bags.range(key);
        let start = range.start;
        for (at, &known) in self.bags.items()[range].iter().enumerate() {
            let missing = known & !bag & !STEP;
            // At most one bit is set, or none where no step is allowed.
            if missing == 0 || known & STEP != 0 && missing & (missing - 1) == 0 {
                each(&self.pieces[start + at]);
            }
        }
    }
}

impl Grams {
    pub(super) fn new(forms: &[Form], lexicon: &Lexicon) -> Self {
        let mut three = Vec::new();
        let mut four = Vec::new();
        for (place, form) in forms.iter().enumerate() {
            let bag = bag(&form.codes);
            let mut add = |gram: &[u8], at: usize, length: usize, shift: usize, edits, reach| {
                let bag = if edits > 0 { bag | STEP } else { bag };
                let piece = Piece {
                    form: place as u32,
                    left: Side::new(form.codes[..at].iter().rev().copied()),
                    right: Side::new(form.codes[at + length..].iter().copied()),
                    offset: at as u8,
                    length: length as u8,
                    shift: shift as u8,
                    edits,
                    reach,
                    size: form.codes.len() as u8,
                };
                match gram.len() {
                    3 => three.push((key(gram), bag, piece)),
                    _ => four.push((key(gram), bag, piece)),
                }
            };
            pieces(form, lexicon, &mut add);
        }
        Self { three: Table::new(three), four: Table::new(four) }
    }

    #[inline]
    pub(super) fn sift(&self, forms: &[Form], text: &Text, hits: &mut Vec<Hit>) {
        let (codes, bag) = (text.codes(), text.bag());
        let mut key = 0;
        for (at, &code) in codes.iter().enumerate() {
            key = (key << 5 | u32::from(code)) & 0xf_ffff;
            if at >= 3 {
                self.four.look_up(key, bag, |piece| piece.compare(forms, text, at - 3, hits));
            }
            if at >= 2 {
                self.three.look_up(key & 0x7fff, bag, |piece| piece.compare(forms, text, at - 2, hits));
            }
        }
    }
}

impl Piece {
    /// Compares the whole shape around this piece, whose gram was found at `place`.
    #[inline]
    fn compare(&self, forms: &[Form], text: &Text, place: usize, hits: &mut Vec<Hit>) {
        let place = place + usize::from(self.shift);
        let edits = usize::from(self.edits);
        let left = self.left.steps(text.before(place));
        if left > edits || left + self.right.steps(text.after(place + usize::from(self.length))) > edits {
            return;
        }
        if self.reaches(text, place) {
            self.confirm(forms, text, place, hits);
        }
    }

    /// Whether the shape can lie where it has to, give or take the edits.
    fn reaches(&self, text: &Text, place: usize) -> bool {
        // Digits are borders, too; the closer look tells.
        if self.reach == Reach::Free || text.has_digits() {
            return true;
        }
        let edits = usize::from(self.edits);
        let end = text.codes().len();
        let seam_near = |at: usize| {
            (at.saturating_sub(edits)..=(at + edits).min(end)).any(|at| text.seam(at))
        };
        seam_near(place.saturating_sub(usize::from(self.offset)))
            || seam_near(place + usize::from(self.size - self.offset))
    }

    fn confirm(&self, forms: &[Form], text: &Text, place: usize, hits: &mut Vec<Hit>) {
        let form = &forms[self.form as usize];
        let Some(window) = align::around(
            &form.codes,
            usize::from(self.offset),
            usize::from(self.length),
            text.codes(),
            place,
            usize::from(self.edits),
        ) else {
            return;
        };
        let known = |hit: &Hit| hit.form == self.form && hit.window == window;
        if admits(form, &window, text) && !hits.iter().rev().take(8).any(known) {
            hits.push(Hit { form: self.form, window, means: Means::Letters });
        }
    }
}

fn key(gram: &[u8]) -> u32 {
    gram.iter().fold(0, |key, &code| key << 5 | u32::from(code))
}

/// Cuts a shape into pieces, so that any admitted edits leave one of them whole:
///
/// - exact, anywhere: one piece, the rarest;
/// - one step, six letters or more: two halves; where they touch, a swap of the letters at the joint
///   breaks both, so the swapped joint is a third piece.
fn pieces(
    form: &Form,
    lexicon: &Lexicon,
    add: &mut impl FnMut(&[u8], usize, usize, usize, u8, Reach),
) {
    let codes = &*form.codes;
    let length = codes.len();
    let mut whole = |from: usize, to: usize, edits: u8, reach: Reach| {
        let (offset, size) = rarest(form, from, to, lexicon);
        add(&codes[offset..offset + size], offset, size, 0, edits, reach);
    };
    if length < 3 {
        return;
    }
    if form.most_edits() == 0 || length < 8 {
        whole(0, length, 0, Reach::Free);
    }
    if form.most_edits() >= 1 && length >= 6 {
        let reach = if length >= 8 { Reach::Free } else { Reach::Edge };
        let half = length / 2;
        whole(0, half, 1, reach);
        whole(half, length, 1, reach);
        let mut joint = codes.to_vec();
        joint.swap(half - 1, half);
        // The gram starts one or two letters before the second of the swapped two.
        let (from, size) = if half == 3 { (half - 1, 3) } else { (half - 2, 4) };
        add(&joint[from..from + size], half - 1, 0, half - 1 - from, 1, reach);
    }
}

/// The rarest run of three or four letters within `from..to` of a shape.
fn rarest(form: &Form, from: usize, to: usize, lexicon: &Lexicon) -> (usize, usize) {
    let size = (to - from).min(4);
    let rarity = |at: &usize| lexicon.gram_count(&form.codes[*at..*at + size]);
    let at = (from..=to - size).min_by_key(rarity).unwrap_or(from);
    (at, size)
}
