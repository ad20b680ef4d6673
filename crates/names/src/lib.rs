//! A name, and what can be said of it.
//!
//! Validated DNS names ([`DomainName`], [`Scratch`]), where they divide
//! ([`SuffixList`], [`RegistrableDomain`]), what they look like ([`skeleton()`],
//! [`LIGHT`], [`ascii_look`]) and how they are shown to people without harm
//! ([`defanged`], [`escaped`]).
//!
//! Pure: bytes in, values out. Every input may be hostile; none panics, and each
//! is bounded.

mod defang;
mod domain;
mod fault;
mod idna;
mod look;
mod skeleton;
mod suffix;

pub use defang::{Defanged, Escaped, defanged, escaped};
pub use domain::{DomainName, MAX_INPUT, NameRef, Scratch};
pub use fault::{NameFault, SuffixListFault};
pub use look::ascii_look;
pub use skeleton::{LIGHT, skeleton, skeleton_into};
pub use suffix::{MAX_SUFFIX_LIST, RegistrableDomain, Section, Split, SuffixList, registrable};
