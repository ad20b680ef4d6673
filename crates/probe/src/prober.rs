//! What looks at domains.

use std::sync::Arc;

use jiff::Timestamp;
use model::{Dossier, Evidence, Policy};
use names::DomainName;

use crate::page::Print;

/// What is to be looked at, and how far.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The name: a host, or the registrable domain itself.
    pub name: &'a DomainName,
    /// Its registrable domain.
    pub registrable: &'a DomainName,
    /// How far the organisation lets us go.
    pub policy: Policy,
    /// The domains of the guarded organisation.
    pub owned: &'a [DomainName],
    /// The organisation's own page, if it is at hand.
    pub reference: Option<&'a Arc<Print>>,
    /// The perceptual hash of a picture of that page, if it is at hand.
    pub reference_picture: Option<u64>,
}

/// What a look gave.
#[derive(Clone, PartialEq, Debug)]
pub struct Taken {
    /// The dossier.
    pub dossier: Dossier,
    /// The raw bytes that it rests on, each of [`Look::evidence`](model::Look::evidence) once or more.
    pub evidence: Vec<Evidence>,
}

/// Looks at domains.
///
/// It never fails: what came of each question is in the dossier. On return nothing is under way any more. It asks each question
/// once; who wants another answer looks again. Two looks at once are no more than two looks.
pub trait Prober {
    /// Looks at one domain. `now` is the time at the beginning.
    fn look(&self, subject: &Subject<'_>, now: Timestamp) -> impl Future<Output = Taken> + Send;
}
