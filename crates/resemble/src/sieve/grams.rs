//! Pieces of terms looked up at every position of a name.

use super::{Buckets, Hit, Means, Stand, admits, stand};
use crate::align::{self, Side, Window};
use crate::lexicon::Lexicon;
use crate::term::Form;
use crate::text::Text;

/// A run of letters of a shape, as it is kept in its gram's list. Sixteen bytes, so that the table of
/// ten thousand organisations stays in the second-level cache.
#[derive(Clone, Copy)]
struct Piece {
    left: Side,
    right: Side,
    /// The form, and [`STEP`].
    form: u32,
    /// Where the run lies in the shape, and how much of it is the same in the name.
    offset: u8,
    length: u8,
    /// Where the run was found, relative to `offset`.
    shift: u8,
    /// The letters of the shape.
    size: u8,
}

/// One step is allowed.
const STEP: u32 = 1 << 31;
/// All pieces by their gram, of three and of four letters.
pub(super) struct Grams {
    three: Buckets<Piece, 15>,
    four: Buckets<Piece, 20>,
}

impl Grams {
    pub(super) fn new(forms: &[Form], lexicon: &Lexicon) -> Self {
        let mut three = Vec::new();
        let mut four = Vec::new();
        for (place, form) in forms.iter().enumerate() {
            let mut add = |gram: &[u8], at: usize, length: usize, shift: usize, flags: u32| {
                let piece = Piece {
                    left: Side::new(form.codes[..at].iter().rev().copied()),
                    right: Side::new(form.codes[at + length..].iter().copied()),
                    form: place as u32 | flags,
                    offset: at as u8,
                    length: length as u8,
                    shift: shift as u8,
                    size: form.codes.len() as u8,
                };
                match gram.len() {
                    3 => three.push((key(gram), piece)),
                    _ => four.push((key(gram), piece)),
                }
            };
            pieces(form, lexicon, &mut add);
        }
        Self {
            three: Buckets::new(three),
            four: Buckets::new(four),
        }
    }

    #[inline]
    pub(super) fn sift(&self, forms: &[Form], text: &Text, hits: &mut Vec<Hit>) {
        let mut key = 0;
        for (at, &code) in text.codes().iter().enumerate() {
            key = (key << 5 | u32::from(code)) & 0xf_ffff;
            if at >= 2 {
                for piece in self.three.get(key & 0x7fff) {
                    piece.compare(forms, text, at - 2, hits);
                }
                if at >= 3 {
                    for piece in self.four.get(key) {
                        piece.compare(forms, text, at - 3, hits);
                    }
                }
            }
        }
    }
}

impl Piece {
    /// Compares the whole shape around this piece, whose gram was found at `place`.
    #[inline]
    fn compare(&self, forms: &[Form], text: &Text, place: usize, hits: &mut Vec<Hit>) {
        let place = place + usize::from(self.shift);
        let (at, length) = (usize::from(self.offset), usize::from(self.length));
        let beyond = usize::from(self.size) - at;
        let left = self.left.steps(at, text.before(place));
        let right = self
            .right
            .steps(beyond - length, text.after(place + length));
        if left + right <= usize::from(self.form & STEP != 0) {
            self.confirm(forms, text, place, hits);
        }
    }

    fn confirm(&self, forms: &[Form], text: &Text, place: usize, hits: &mut Vec<Hit>) {
        let form_place = self.form & !STEP;
        let form = &forms[form_place as usize];
        let same = (usize::from(self.offset), usize::from(self.length));
        let edits = usize::from(self.form & STEP != 0);
        let mut best: Option<(Stand, Window)> = None;
        align::around(&form.codes, same, text.codes(), place, edits, |window| {
            let stand = stand(text, window.from.into(), window.to.into());
            let better = best.as_ref().is_none_or(|(known, _)| *known < stand);
            if better && admits(form, &window, text) {
                best = Some((stand, window));
            }
            false
        });
        let Some((_, window)) = best else { return };
        let known = |hit: &Hit| hit.form == form_place && hit.window == window;
        if !hits.iter().rev().take(8).any(known) {
            hits.push(Hit {
                form: form_place,
                window,
                means: Means::Letters,
            });
        }
    }
}

fn key(gram: &[u8]) -> u32 {
    gram.iter().fold(0, |key, &code| key << 5 | u32::from(code))
}

/// Cuts a shape into pieces, so that any admitted edits leave one of them whole:
///
/// - exact, anywhere: one piece, the rarest;
/// - one step, eight letters or more: two halves; where they touch, a swap of the letters at the joint
///   breaks both, so the swapped joint is a third piece.
fn pieces(form: &Form, lexicon: &Lexicon, add: &mut impl FnMut(&[u8], usize, usize, usize, u32)) {
    let codes = &*form.codes;
    let length = codes.len();
    let mut whole = |from: usize, to: usize, flags: u32| {
        let (offset, size) = rarest(form, from, to, lexicon);
        add(&codes[offset..offset + size], offset, size, 0, flags);
    };
    if length < 3 {
        return;
    }
    if form.most_edits() == 0 || length < 8 {
        whole(0, length, 0);
    }
    if form.most_edits() >= 1 && length >= 8 {
        let half = length / 2;
        whole(0, half, STEP);
        whole(half, length, STEP);
        let mut joint = codes.to_vec();
        joint.swap(half - 1, half);
        // The gram starts two letters before the second of the swapped two.
        add(&joint[half - 2..half + 2], half - 1, 0, 1, STEP);
    }
}

/// The rarest run of three or four letters within `from..to` of a shape.
fn rarest(form: &Form, from: usize, to: usize, lexicon: &Lexicon) -> (usize, usize) {
    let size = (to - from).min(4);
    let rarity = |at: &usize| lexicon.gram_count(&form.codes[*at..*at + size]);
    let at = (from..=to - size).min_by_key(rarity).unwrap_or(from);
    (at, size)
}
