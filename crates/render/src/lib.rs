//! The written form of the nouns: values in, text out, and back.
//!
//! `model` cannot be serialised, so that its types may change freely. What is stored, or sent to other programs, is written
//! here, in a form that has a version and outlives the types:
//!
//! - [`dossier`] writes a [`model::Dossier`] as one line of JSON, and [`parse_dossier`] reads it again, for as long as there
//!   are dossiers of that version;
//! - [`risk`] and [`stages`] write what a dossier comes to, for events and programs. They are not read again: from the
//!   dossier and the rules the same comes out.
//!
//! What is written is for programs. It carries hostile text as it is, escaped as JSON asks; who shows it to people defangs it.

mod dossier;
mod error;
mod risk;

pub use dossier::{dossier, parse_dossier};
pub use error::RenderError;
pub use risk::{risk, stages};
