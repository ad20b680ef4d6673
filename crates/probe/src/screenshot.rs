//! What a browser shows: a picture of the page, and its perceptual hash.

mod ask;
mod browser;
mod read;

pub(crate) use ask::ask;
pub use browser::Browser;
pub use read::{Picture, read};
