//! A watchlist compiled to a sieve, and a survivor explained by techniques.

mod align;
mod catalogue;
mod chance;
mod countries;
mod explain;
mod glyphs;
mod guard;
mod keyboard;
mod lexicon;
mod likeness;
mod owned;
mod permute;
mod segment;
mod sieve;
mod sound;
mod technique;
mod term;
mod text;
mod watchlist;

pub use catalogue::{Catalogue, Gives, Service};
pub use chance::{CLASSES, Chance, Class};
pub use guard::{Guard, Scratch, Sifted};
pub use keyboard::{adjacent, is_vowel};
pub use lexicon::{Lexicon, LureClass};
pub use likeness::{Companion, Likeness, LookAlike, Place, Rest};
pub use permute::{Permutation, permute};
pub use sieve::Stand;
pub use technique::{Example, TECHNIQUES, Technique, techniques, techniques_markdown};
pub use term::{Term, TermKind};
pub use watchlist::{Allow, Allowed, Organisation, Watchlist, WatchlistFault, WatchlistWarning};
