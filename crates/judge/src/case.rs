//! One likeness in one name, as the signals see it.

use names::{DomainName, Split};
use resemble::{Guard, Likeness, LureClass};
use std::borrow::Cow;

/// A likeness with all that is needed to weigh it.
#[derive(Clone, Copy)]
pub struct Case<'a> {
    /// Whom we guard.
    pub guard: &'a Guard,
    /// The name in A-label form.
    pub name: &'a str,
    /// Where the name divides.
    pub split: Split,
    /// How much names under this suffix are abused: a place among the levels of `suffix-abuse`.
    pub abuse: Option<usize>,
    /// What the name has in common with a term.
    pub likeness: &'a Likeness,
}

impl<'a> Case<'a> {
    /// The public suffix under which the name stands.
    pub fn suffix(&self) -> &'a str {
        &self.name[self.split.suffix..]
    }

    /// The lure words beside the term, most telling class first.
    pub fn lure(&self) -> Option<LureClass> {
        self.likeness
            .rest
            .companions
            .iter()
            .filter_map(|companion| companion.lure)
            .min()
    }

    /// The name in Unicode.
    pub fn unicode(&self) -> Cow<'a, str> {
        if self.name.contains("xn--") {
            self.name
                .parse::<DomainName>()
                .map_or(self.name.into(), |name| name.to_unicode().into())
        } else {
            self.name.into()
        }
    }

    /// The imitated domain, term or person as people write it.
    pub fn target(&self) -> &'a str {
        self.guard.target(self.likeness).as_str()
    }

    /// The term as people write it.
    pub fn term(&self) -> &'a str {
        &self.guard.term(self.likeness).text
    }
}
