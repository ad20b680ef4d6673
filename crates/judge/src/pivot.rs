//! What a domain may share with others: a dossier to facts.
//!
//! A value is brought to the form by which it is compared, and left out where it says nothing.

mod certificate;
mod hosting;
mod normal;
mod page;
mod registrant;
mod registration;
mod zone;

pub use normal::pivot;

use std::collections::BTreeSet;

use jiff::Timestamp;
use model::{Dossier, Fact, Pivot, PivotKind};
use names::DomainName;

/// What a dossier says of a domain that others may share, in order, each once. What the imitated organisation's own domains show
/// is in `own` and left out: who copies a page copies its favicon and its ids.
pub fn facts(dossier: &Dossier, own: &BTreeSet<Pivot>) -> Vec<Fact> {
    let mut found = Found {
        taken: dossier.taken,
        facts: vec![],
    };
    if let Some(registration) = dossier.registration.answer() {
        registrant::read(registration, &mut found);
        registration::read(registration, &mut found);
    }
    if let Some(dns) = dossier.dns.answer() {
        zone::read(dns, &mut found);
        hosting::read(dns, &mut found);
    }
    if let Some(tls) = dossier.tls.answer() {
        certificate::read(tls, &dossier.registrable, &mut found);
    }
    if let Some(page) = dossier.page.answer() {
        page::read(page, &mut found);
    }
    let mut facts = found.facts;
    facts.retain(|fact| !own.contains(&fact.pivot));
    facts.sort_by(|one, other| one.pivot.cmp(&other.pivot));
    facts.dedup_by(|one, other| one.pivot == other.pivot);
    facts
}

/// How a name is made: its techniques, its hyphens, its suffix.
pub fn naming(domain: &DomainName, techniques: &[&str]) -> Pivot {
    let (label, suffix) = domain
        .as_str()
        .split_once('.')
        .unwrap_or((domain.as_str(), ""));
    let mut techniques = techniques.to_vec();
    techniques.sort_unstable();
    techniques.dedup();
    let hyphens = label.matches('-').count();
    Pivot {
        kind: PivotKind::Naming,
        value: format!("{} -{hyphens} .{suffix}", techniques.join("+")),
    }
}

/// Facts as they are found.
struct Found {
    taken: Timestamp,
    facts: Vec<Fact>,
}

impl Found {
    /// A value that held when the look was taken.
    fn seen(&mut self, kind: PivotKind, written: &str) {
        self.push(kind, written, self.taken, false);
    }

    fn push(&mut self, kind: PivotKind, written: &str, first: Timestamp, claimed: bool) {
        if let Some(pivot) = pivot(kind, written) {
            self.facts.push(Fact {
                pivot,
                first: first.min(self.taken),
                last: self.taken,
                claimed,
            });
        }
    }
}
