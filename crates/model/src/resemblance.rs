//! What a name has in common with one guarded organisation, and how that was made.

use crate::{OrganisationId, TechniqueId};
use std::fmt;

/// A stretch of the name's Unicode form, in characters, end excluded.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Span {
    /// The first character.
    pub from: u32,
    /// One past the last.
    pub to: u32,
}

/// What is imitated.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Target {
    /// An owned domain.
    Domain(Box<str>),
    /// A word or phrase of the organisation's.
    Term(Box<str>),
    /// A person's name.
    Person(Box<str>),
    /// A service that the organisation uses, by its id in the catalogue.
    Service(Box<str>),
}

impl Target {
    /// The domain, term or id, without its kind.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Domain(text) | Self::Term(text) | Self::Person(text) | Self::Service(text) => {
                text
            }
        }
    }
}

/// One step from the imitated text to the imitation.
///
/// Letters are those of the folded texts, so that a Cyrillic а reads as `a`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Edit {
    /// A letter of the original is missing.
    Omitted(char),
    /// A letter was put in.
    Inserted(char),
    /// The first became the second.
    Replaced(char, char),
    /// The two neighbours changed places.
    Transposed(char, char),
}

impl fmt::Display for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Omitted(a) => write!(f, "-{a}"),
            Self::Inserted(a) => write!(f, "+{a}"),
            Self::Replaced(a, b) => write!(f, "{a}→{b}"),
            Self::Transposed(a, b) => write!(f, "{a}{b}→{b}{a}"),
        }
    }
}

/// One technique at work in a name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TechniqueUse {
    /// Which one.
    pub technique: TechniqueId,
    /// The part of the name that shows it.
    pub span: Span,
    /// For edits and homoglyphs: which (`o→0`, `-n`, `+s`, `ie→ei`).
    pub edit: Option<String>,
}

/// How a name imitates one target of one organisation.
#[derive(Clone, PartialEq, Debug)]
pub struct Resemblance {
    /// Whom it imitates.
    pub organisation: OrganisationId,
    /// Which domain, word, person or service of theirs.
    pub target: Target,
    /// The part of the name that resembles the target.
    pub span: Span,
    /// How, most telling first; never empty.
    pub techniques: Vec<TechniqueUse>,
}
