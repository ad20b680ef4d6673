//! The written form of the nouns: values in, text out, and back.
//!
//! `model` cannot be serialised, so that its types may change freely. What is stored, or sent to other programs, is written
//! here, in a form that has a version and outlives the types:
//!
//! - [`dossier`] writes a [`model::Dossier`] as one line of JSON, and [`parse_dossier`] reads it again, for as long as there
//!   are dossiers of that version;
//! - [`risk`] and [`stages`] write what a dossier comes to, for events and programs. They are not read again: from the
//!   dossier and the rules the same comes out;
//! - [`campaign`], [`campaigns`] and [`indicators`] write campaigns for programs;
//! - [`Graph`], [`timeline_text`], [`timeline_svg`] and [`report`] show them to people; [`for_people`] is for other forms.
//!
//! Everything on campaigns is written for a [`model::Viewer`], and holds what that reader may see, and no more.
//!
//! What is written for programs carries hostile text as it is, escaped as JSON, CSV or XML ask. What is shown to people has it
//! escaped so that nothing in it acts, and names defanged.

mod campaign;
mod dossier;
mod error;
mod graph;
mod html;
mod indicators;
mod risk;
mod text;
mod timeline;
mod view;

pub use campaign::{campaign, campaigns};
pub use dossier::{dossier, parse_dossier};
pub use error::RenderError;
pub use graph::{Graph, GraphFormat, GraphFormatFault};
pub use html::{ReportFacts, report};
pub use indicators::{
    Indicator, IndicatorKind, Validity, indicators, indicators_csv, indicators_json,
};
pub use risk::{risk, stages};
pub use timeline::{timeline_svg, timeline_text};
pub use view::{ForPeople, concerns, for_people};
