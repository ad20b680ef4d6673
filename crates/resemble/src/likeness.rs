//! What can be told of one term in one name, before anybody weighs it.

use crate::lexicon::LureClass;
use crate::sieve::Stand;
use crate::term::TermKind;
use arrayvec::ArrayVec;
use model::{Edit, Span};

/// In which part of the name a term lies.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Place {
    /// In the registrable domain's own label.
    Registrable,
    /// In a label before it, which its owner chooses freely.
    Host,
    /// In several labels, read as one.
    Across,
}

/// A letter, or two, that look like another or two.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LookAlike {
    /// What the term has.
    pub was: Box<str>,
    /// What the name has.
    pub is: Box<str>,
    /// Where.
    pub span: Span,
}

impl LookAlike {
    /// Whether this is a digit for a letter, or a letter of another script or with a mark.
    pub fn is_deliberate(&self) -> bool {
        self.is.chars().any(|c| !c.is_ascii_alphabetic())
    }
}

/// A word beside the term.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Companion {
    /// Where it stands.
    pub span: Span,
    /// The class, when it lures.
    pub lure: Option<LureClass>,
    /// The place in the catalogue of the service of which it speaks.
    pub service: Option<u16>,
}

/// What else the label holds.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Rest {
    /// Words that lure or speak of a service; more than eight are not kept.
    pub companions: ArrayVec<Companion, 8>,
    /// Other words of real names.
    pub words: u8,
    /// Two-letter words that are country codes, or the letters of the target's suffix.
    pub regions: u8,
    /// Letters that belong to no word.
    pub loose: u8,
    /// Digits.
    pub digits: u8,
}

impl Rest {
    /// Whether the label is the term and nothing more.
    pub fn is_empty(&self) -> bool {
        self.companions.is_empty()
            && self.words == 0
            && self.regions == 0
            && self.loose == 0
            && self.digits == 0
    }

    /// How many lure words there are.
    pub fn lures(&self) -> usize {
        self.companions
            .iter()
            .filter(|companion| companion.lure.is_some())
            .count()
    }

    /// How many words speak of a service.
    pub fn services(&self) -> usize {
        self.companions
            .iter()
            .filter(|companion| companion.service.is_some())
            .count()
    }
}

/// One term in one name.
#[derive(Clone, PartialEq, Debug)]
pub struct Likeness {
    /// The organisation's place in the watchlist.
    pub organisation: u32,
    /// The term's place among the guard's terms.
    pub term: u32,
    /// Which of the term's owners this is.
    pub owner: u32,
    /// Why the term is looked for.
    pub kind: TermKind,
    /// Its length in letters.
    pub length: u8,
    /// The part of the name that resembles it.
    pub span: Span,
    /// Where that lies.
    pub place: Place,
    /// How it stands in its surroundings.
    pub stand: Stand,
    /// Letters that are missing, added, replaced or swapped.
    pub edits: ArrayVec<Edit, 3>,
    /// The first character of each edit, in the same order.
    pub edit_at: ArrayVec<u32, 3>,
    /// Whether the first edit doubles a letter, or drops one of two.
    pub doubled: bool,
    /// Letters that only look the same.
    pub look_alikes: Vec<LookAlike>,
    /// Whether it is alike by sound only.
    pub sound: bool,
    /// Whether the term's words stand in another order.
    pub reordered: bool,
    /// Whether a hyphen or dot stands inside it where the term has none.
    pub split: Option<char>,
    /// Whether a hyphen of the term is missing.
    pub joined: bool,
    /// Whether an edit touches the term's first letter.
    pub first_letter: bool,
    /// How much likelier the label is with the term as a word of its own, in natural log odds; 0 where
    /// it stands between seams.
    pub margin: f32,
    /// What else the label holds.
    pub rest: Rest,
    /// Whether the name has the public suffix of one of the organisation's domains.
    pub same_suffix: bool,
    /// Whether a whole owned domain stands before the registrable one (`en-marche.fr.example.com`).
    pub nested: bool,
    /// The letters of the owned domain's suffix follow it in the label (`enmarche-fr`).
    pub suffix_in_label: Option<Span>,
    /// How many of a million real names resemble this term so by chance; see [`crate::Chance`].
    pub chance: f32,
    /// Whether letters of several scripts stand in one label.
    pub mixed_script: bool,
    /// Whether every letter of the label is from one script that is not Latin.
    pub whole_script: bool,
}

impl Likeness {
    /// How many steps lie between the term and the name, as far as chance can have taken them: edits,
    /// and one for letters that look or sound alike. Digits for letters and letters of other scripts
    /// are no accident, and no step.
    pub fn steps(&self) -> usize {
        let letters = self.look_alikes.iter().any(|look| !look.is_deliberate());
        self.edits.len() + usize::from(letters || self.sound)
    }

    /// Whether a letter was replaced by one that can only be meant to be mistaken for it.
    pub fn is_deliberate(&self) -> bool {
        self.look_alikes.iter().any(LookAlike::is_deliberate)
    }
}
