//! Evidence to findings, findings to a score; so far for the name alone.
//!
//! A [`Signal`] reads one trait of a [`Case`]; the table [`SIGNALS`] has them all. A [`Weights`] table
//! says what each trait is worth in natural log odds, and [`weigh`](Judge::weigh) adds them up. What
//! comes out can be added up again by hand. A [`Sifter`] takes one name through all steps.

mod bar;
mod case;
mod judge;
mod sifter;
mod signal;
mod signals;
mod weights;

pub use bar::Bar;
pub use case::Case;
pub use judge::{Judge, Verdict};
pub use sifter::{Desk, Fate, Sifter, Told};
pub use signal::{Reading, Signal};
pub use signals::SIGNALS;
pub use weights::{Weights, WeightsFault};
