//! *Could this name be about one of ours?*, answered for every name in the world.
//!
//! Tables are asked, whose cost grows far slower than the number of terms:
//!
//! - **Grams** ([`grams`]): each shape of a term is cut into disjoint pieces, one more than the edits
//!   allowed, so that one piece survives any such edits (the pigeonhole principle); a rare run of
//!   three or four letters of each piece is looked up at every position of the name. Before anything
//!   is compared in full, the four letters on either side are, in one step each.
//! - **Whole tokens** ([`tokens`]): what stands between seams is looked up by its skeleton, which is
//!   the same for all look-alike letters; by how it sounds; and, for shapes too short to cut, with
//!   each letter left out in turn.
//!
//! A hit is only kept where [`admits`] says so: the shorter the shape, the more must it stand apart.

mod buckets;
mod grams;
#[cfg(test)]
mod oracle;
mod tokens;

pub(crate) use buckets::Buckets;

use crate::align::Window;
use crate::lexicon::Lexicon;
use crate::term::{Form, TermKind};
use crate::text::Text;

/// How a shape was found.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Means {
    /// By its letters, with at most the steps of the window.
    Letters,
    /// By its skeleton: all letters look the same.
    Skeleton,
    /// By its sound.
    Sound,
}

/// A shape of a term in a name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Hit {
    pub(crate) form: u32,
    pub(crate) window: Window,
    pub(crate) means: Means,
}

impl Hit {
    /// Whether the letters are those of the shape.
    fn is_exact(&self) -> bool {
        self.means == Means::Letters && self.window.steps.is_empty()
    }

    /// Whether an exact shape among `hits` covers most of what this one only comes near:
    /// `an-microsoft` is `microsoft`, not nearly `onmicrosoft`.
    pub(crate) fn is_explained(&self, hits: &[Self], text: &Text) -> bool {
        let (from, to) = (self.window.from, self.window.to);
        let covers = |exact: &Self| {
            let shared = exact
                .window
                .to
                .min(to)
                .saturating_sub(exact.window.from.max(from));
            exact.is_exact() && 4 * shared >= 3 * (to - from)
        };
        // A whole label is nearer than a part of it.
        let whole = stand(text, from.into(), to.into()) == Stand::Whole;
        !self.is_exact() && !whole && hits.iter().any(covers)
    }
}

/// How a window stands in its surroundings.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Stand {
    /// Letters on both sides.
    Inside,
    /// Letters on one side.
    Edge,
    /// Seams or digits on both sides.
    Token,
    /// A whole label, or several.
    Whole,
}

/// The compiled tables.
pub(crate) struct Sieve {
    forms: Vec<Form>,
    grams: grams::Grams,
    tokens: tokens::Tokens,
}

impl Sieve {
    /// Compiles `forms`; `lexicon` tells which grams are rare.
    pub(crate) fn new(forms: Vec<Form>, lexicon: &Lexicon) -> Self {
        let grams = grams::Grams::new(&forms, lexicon);
        let tokens = tokens::Tokens::new(&forms);
        Self {
            forms,
            grams,
            tokens,
        }
    }

    /// Finds all shapes that `text` could hold, into `hits`, which is cleared first.
    #[inline]
    pub(crate) fn sift(&self, text: &Text, skeleton: &mut Vec<u8>, hits: &mut Vec<Hit>) {
        hits.clear();
        self.grams.sift(&self.forms, text, hits);
        self.tokens.sift(&mut tokens::Search {
            forms: &self.forms,
            text,
            skeleton,
            hits,
        });
    }

    pub(crate) fn form(&self, place: u32) -> &Form {
        &self.forms[place as usize]
    }
}

/// Whether a digit stands at `at`, unless the neighbour across is a digit too.
fn digit_border(text: &Text, outside: Option<usize>, inside: usize) -> bool {
    let letters = text.letters();
    outside.is_some_and(|at| at < letters.len() && letters[at].is_ascii_digit())
        && letters
            .get(inside)
            .is_some_and(|letter| !letter.is_ascii_digit())
}

/// How `from..to` stands in `text`.
#[inline]
pub(crate) fn stand(text: &Text, from: usize, to: usize) -> Stand {
    if text.dot(from) && text.dot(to) {
        return Stand::Whole;
    }
    let left = text.seam(from) || digit_border(text, from.checked_sub(1), from);
    let right = text.seam(to) || digit_border(text, Some(to), to.wrapping_sub(1));
    match (left, right) {
        (true, true) => Stand::Token,
        (false, false) => Stand::Inside,
        _ => Stand::Edge,
    }
}

/// Whether a hit of `form` at `window` is worth an explanation.
///
/// Exact shapes of five letters and more count anywhere, of three and four where they touch a seam or
/// a digit, of two where they stand alone. With one step, eight letters count anywhere, four to seven as a
/// token or a label, three as a whole label.
#[inline]
pub(crate) fn admits(form: &Form, window: &Window, text: &Text) -> bool {
    let (from, to) = (usize::from(window.from), usize::from(window.to));
    let stand = stand(text, from, to);
    let length = form.codes.len();
    let inner_dot = || (from + 1..to).any(|at| text.dot(at));
    let inner_seam = || (from + 1..to).any(|at| text.seam(at));
    if window.steps.len() > form.most_edits() {
        return false;
    }
    match form.kind {
        TermKind::Everyday => return stand == Stand::Whole,
        TermKind::GenericService | TermKind::Surname if length <= 6 && stand == Stand::Inside => {
            return false;
        }
        _ => {}
    }
    match (window.steps.len(), length) {
        (0, 5..) | (1, 8..) => true,
        (0, 3..=4) => stand >= Stand::Edge && (stand >= Stand::Token || !inner_seam()),
        (0, _) => {
            let apart = text.seam(from) && text.seam(to) && !inner_seam();
            apart || stand == Stand::Whole && !inner_dot()
        }
        (1, 4..=7) => stand == Stand::Whole && !inner_dot() || tokens::is_token(text, from, to),
        (1, 3) => stand == Stand::Whole && !inner_dot(),
        _ => false,
    }
}
