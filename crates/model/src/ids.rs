//! What things are called: short, stable, and each of its own type.

use std::fmt;
use std::sync::Arc;

/// The id by which a user knows an organisation; any printable text of 1 to 200 characters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct OrganisationId(Arc<str>);

/// Why a text cannot be an id.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IdFault {
    /// Nothing in it but white space.
    Empty,
    /// More than 200 characters.
    TooLong,
    /// A control character, which no terminal and no log should be given.
    Unprintable,
}

impl OrganisationId {
    /// Checks that `text` can be shown, and keeps it as it is.
    pub fn new(text: &str) -> Result<Self, IdFault> {
        if text.trim().is_empty() {
            return Err(IdFault::Empty);
        }
        if text.chars().count() > 200 {
            return Err(IdFault::TooLong);
        }
        if text.chars().any(char::is_control) {
            return Err(IdFault::Unprintable);
        }
        Ok(Self(text.into()))
    }

    /// The id as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OrganisationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for IdFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "an id must not be empty",
            Self::TooLong => "an id has at most 200 characters",
            Self::Unprintable => "an id must not hold control characters",
        })
    }
}

impl std::error::Error for IdFault {}

/// A way of imitating, by its stable kebab-case id (`omission`, `combo-lure`, …).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TechniqueId(pub &'static str);

/// A kind of finding, by its stable kebab-case id (`prior`, `chance`, …).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FindingId(pub &'static str);

impl fmt::Display for TechniqueId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Display for FindingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_printable_text_is_an_id() {
        for text in [
            "en-marche",
            "En Marche !",
            "brand:T-Mobile / Telekom",
            "Élysée",
        ] {
            assert_eq!(
                OrganisationId::new(text).map(|id| id.to_string()),
                Ok(text.to_owned())
            );
        }
        assert_eq!(OrganisationId::new(" "), Err(IdFault::Empty));
        assert_eq!(
            OrganisationId::new("a\u{1b}[31m"),
            Err(IdFault::Unprintable)
        );
        assert_eq!(OrganisationId::new(&"x".repeat(201)), Err(IdFault::TooLong));
    }
}
