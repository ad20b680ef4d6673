//! Glued labels taken apart into words: `fes` is a word of `fes-webmail`, not of `professor`.
//!
//! The cheapest way to write a stretch as words of the [`Lexicon`] and loose letters, where a word
//! costs the negative logarithm of its frequency. Costs are kept from both ends, so that the price of
//! insisting on one word anywhere is one addition.

use crate::lexicon::{LONGEST, Lexicon, Word, WordHash};

/// What a letter costs that belongs to no word.
const LOOSE_LETTER: f32 = 4.6;
/// What a digit costs.
const DIGIT: f32 = 2.0;
/// What a guarded term costs at most, as if it were a middling word.
const TERM: f32 = 9.0;

/// A stretch of letters, segmented; positions count from the start of the whole text.
#[derive(Default)]
pub(crate) struct Segments {
    from: usize,
    /// The cheapest cost of what lies before each position, and where its last piece begins.
    before: Vec<(f32, u16)>,
    after: Vec<f32>,
    words: Vec<(u16, u16, Word)>,
}

/// A piece of the cheapest segmentation.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Piece {
    pub(crate) from: usize,
    pub(crate) to: usize,
    /// `None` for a loose letter or digit.
    pub(crate) word: Option<Word>,
}

impl Segments {
    /// Segments `letters[from..to]`; no word crosses a place where `seam` holds.
    pub(crate) fn read(
        &mut self,
        lexicon: &Lexicon,
        letters: &[u8],
        from: usize,
        to: usize,
        seam: impl Fn(usize) -> bool,
    ) {
        let length = to - from;
        self.from = from;
        self.words.clear();
        self.before.clear();
        self.before.resize(length + 1, (f32::INFINITY, 0));
        self.before[0] = (0.0, 0);
        for start in 0..length {
            let (cost, _) = self.before[start];
            let loose = cost + loose(letters[from + start]);
            if loose < self.before[start + 1].0 {
                self.before[start + 1] = (loose, start as u16);
            }
            let mut hash = WordHash::START;
            for end in start + 1..=length.min(start + LONGEST) {
                hash = hash.with(letters[from + end - 1]);
                if end == start + 4 && !lexicon.begins(&letters[from + start..from + end]) {
                    break;
                }
                if let Some(word) = lexicon.get(hash) {
                    self.words.push((start as u16, end as u16, *word));
                    if cost + word.cost < self.before[end].0 {
                        self.before[end] = (cost + word.cost, start as u16);
                    }
                }
                if end < length && seam(from + end) {
                    break;
                }
            }
        }
        self.after.clear();
        self.after.resize(length + 1, f32::INFINITY);
        self.after[length] = 0.0;
        let mut words = self.words.iter().rev().peekable();
        for start in (0..length).rev() {
            self.after[start] = self.after[start + 1] + loose(letters[from + start]);
            while let Some(&(_, end, word)) = words.next_if(|word| usize::from(word.0) == start) {
                self.after[start] = self.after[start].min(self.after[usize::from(end)] + word.cost);
            }
        }
    }

    /// How much more likely the stretch is with a word of its own at `from..to` than without, in
    /// natural log odds; below zero where other words explain the letters better.
    pub(crate) fn margin(&self, from: usize, to: usize) -> f32 {
        let (from, to) = (from - self.from, to - self.from);
        let known = self
            .words
            .iter()
            .find(|word| (word.0, word.1) == (from as u16, to as u16));
        let term = known.map_or(TERM, |(_, _, word)| word.cost.min(TERM));
        let with = self.before[from].0 + term + self.after[to];
        self.after[0] - with
    }

    /// Calls `each` with the pieces of the cheapest segmentation of what lies before `to`, last first.
    pub(crate) fn pieces_before(&self, to: usize, mut each: impl FnMut(Piece)) {
        let mut end = to - self.from;
        while end > 0 {
            let start = usize::from(self.before[end].1);
            let word = self.word_at(start, end);
            each(Piece {
                from: self.from + start,
                to: self.from + end,
                word,
            });
            end = start;
        }
    }

    /// Calls `each` with the pieces of the cheapest segmentation of what lies after `from`, in order.
    pub(crate) fn pieces_after(&self, from: usize, mut each: impl FnMut(Piece)) {
        let mut start = from - self.from;
        while start + 1 < self.after.len() {
            let cheapest = self
                .words
                .iter()
                .filter(|word| usize::from(word.0) == start)
                .map(|&(_, end, word)| (usize::from(end), word))
                .find(|&(end, word)| self.after[end] + word.cost <= self.after[start]);
            let (end, word) = match cheapest {
                Some((end, word)) => (end, Some(word)),
                None => (start + 1, None),
            };
            each(Piece {
                from: self.from + start,
                to: self.from + end,
                word,
            });
            start = end;
        }
    }

    fn word_at(&self, start: usize, end: usize) -> Option<Word> {
        let place = (start as u16, end as u16);
        self.words
            .iter()
            .find(|word| (word.0, word.1) == place)
            .map(|&(_, _, word)| word)
    }
}

fn loose(letter: u8) -> f32 {
    if letter.is_ascii_digit() {
        DIGIT
    } else {
        LOOSE_LETTER
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;

    fn segments(label: &str) -> Segments {
        let lexicon = Lexicon::embedded(&Catalogue::embedded());
        let mut segments = Segments::default();
        segments.read(&lexicon, label.as_bytes(), 0, label.len(), |_| false);
        segments
    }

    fn check_pieces(label: &str, expected: &str) {
        let mut pieces = vec![];
        segments(label).pieces_after(0, |piece| {
            pieces.push(label[piece.from..piece.to].to_owned());
        });
        assert_eq!(pieces.join("|"), expected);
        let mut reversed = vec![];
        segments(label).pieces_before(label.len(), |piece| {
            reversed.push(label[piece.from..piece.to].to_owned());
        });
        reversed.reverse();
        assert_eq!(reversed.join("|"), expected, "read backwards");
    }

    #[test]
    fn labels_fall_into_words() {
        check_pieces("professor", "professor");
        check_pieces("secureloginportal", "secure|login|portal");
        check_pieces("facebooklogin", "facebook|login");
    }

    #[test]
    fn a_term_stands_alone_or_it_does_not() {
        let margin = |label: &str, term: &str| {
            let from = label.find(term).expect("the label holds the term");
            segments(label).margin(from, from + term.len())
        };
        assert!(margin("feswebmail", "fes") > 0.0);
        assert!(margin("professor", "fes") < -5.0);
        assert!(margin("kassel", "kas") < -5.0);
        assert!(margin("pineapple", "apple") < -5.0);
    }
}
