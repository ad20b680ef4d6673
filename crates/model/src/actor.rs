//! What others say of who is behind campaigns. Nothing of it is a fact of ours: each part tells who says so.
//!
//! Three nouns, never one. An [`IntrusionSet`] is activity that somebody tracks under a name. A [`ThreatActor`] is who is
//! said to be behind it: a service, a company, persons. A [`Reference`] is one campaign that others published, by the
//! infrastructure that it used. That one belongs to the other is a claim each time, and two names are never merged: an
//! [`AliasClaim`] says who uses which name for what.

mod indicator;
mod reference;

pub use indicator::{Indicator, IndicatorFault, IndicatorKind};
pub use reference::{Attributed, Reference};

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use jiff::civil::Date;

use crate::{Admiralty, IdFault};

/// The most characters of a name, an id or a short text in this module.
pub const MAX_TEXT: usize = 200;

/// The id of who keeps or passes on records, such as `attack` or `misp`; any printable text of 1 to 200 characters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SourceId(Arc<str>);

/// An id with its keeper, as two keepers may use the same text.
macro_rules! record_id {
    ($(#[$docs:meta])* $name:ident) => {
        $(#[$docs])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name {
            keeper: SourceId,
            local: Arc<str>,
        }

        impl $name {
            /// What `keeper` calls `local`, any printable text of 1 to 200 characters.
            pub fn new(keeper: SourceId, local: &str) -> Result<Self, IdFault> {
                let local = printable(local)?.into();
                Ok(Self { keeper, local })
            }

            /// Whose record it is.
            pub fn keeper(&self) -> &SourceId {
                &self.keeper
            }

            /// How the keeper calls it: `G0007`.
            pub fn local(&self) -> &str {
                &self.local
            }
        }

        /// The form that [`Display`](fmt::Display) writes, `keeper:local`.
        impl FromStr for $name {
            type Err = IdFault;

            fn from_str(text: &str) -> Result<Self, IdFault> {
                let (keeper, local) = text.split_once(':').ok_or(IdFault::Empty)?;
                Self::new(SourceId::new(keeper)?, local)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}:{}", self.keeper, self.local)
            }
        }
    };
}

record_id! {
    /// The id of an intrusion set: whose record it is, and how they call it, such as `attack:G0007`, or `misp:` and a UUID.
    ///
    /// Two keepers never share an id, even where both mean the same group: that they do is a claim.
    IntrusionSetId
}

record_id! {
    /// The id of a threat actor: whose record it is, and how they call it.
    ThreatActorId
}

/// A technique or sub-technique of MITRE ATT&CK by its id: `T1583` or `T1583.001`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct AttackId(Arc<str>);

/// A publication that records come from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Publication {
    /// Its id.
    pub id: SourceId,
    /// Whose records it has: itself, where it keeps its own; another, whose records it passes on.
    pub keeper: SourceId,
    /// Its name for people.
    pub name: String,
    /// Which edition, as it counts them itself; none where it does not.
    pub edition: Option<String>,
    /// The notice that its licence asks for.
    pub licence: String,
    /// How far it can be relied on: a judgement of this project, not of the publisher.
    pub grade: Admiralty,
}

/// A record of activity that somebody tracks under a name, as one publication has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IntrusionSet {
    /// Its id.
    pub id: IntrusionSetId,
    /// The publication that this record is from.
    pub source: SourceId,
    /// How the publication calls it.
    pub name: String,
    /// What it is called and by which ids, the name first.
    pub claims: Vec<AliasClaim>,
    /// Where it is said to come from, or what drives it.
    pub origins: Vec<OriginClaim>,
    /// Whether the publication still stands by it.
    pub standing: Standing,
    /// When the publication changed the record last, if it says so.
    pub dated: Option<Date>,
    /// What it is said to do, sorted; empty also where the publication does not say.
    pub techniques: Vec<AttackId>,
}

/// That a source uses a text for a set. The same text may be claimed for several sets, and stays ambiguous then.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AliasClaim {
    /// The text, as it is written there. Hostile where the file is.
    pub name: String,
    /// What for.
    pub kind: ClaimKind,
    /// Which set.
    pub set: IntrusionSetId,
    /// Who says so.
    pub source: SourceId,
    /// Since when at the latest, if the source dates its records.
    pub dated: Option<Date>,
    /// How much it weighs.
    pub grade: Admiralty,
    /// What the source adds: whom it cites, how sure it is.
    pub note: Option<String>,
}

/// What a text is claimed to be.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ClaimKind {
    /// The name of the set with this source.
    Name,
    /// Another name for it.
    Alias,
    /// An id of this very record.
    Id,
    /// The id of another record, which the source says is similar.
    Similar,
}

/// That a source says where a set comes from, or what drives it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OriginClaim {
    /// In the source's own words: `RU`, `China`, `Financially motivated`.
    pub says: String,
    /// Who says so.
    pub source: SourceId,
    /// How sure the source is, 0 to 100, if it says so.
    pub confidence: Option<u8>,
}

/// Whether a publication still stands by a record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Standing {
    /// It does.
    Current,
    /// It is kept, but no longer looked after.
    Deprecated,
    /// It was taken back.
    Revoked {
        /// What stands in its place, where the publication says so.
        successor: Option<IntrusionSetId>,
    },
}

/// Who is said to be behind intrusion sets.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ThreatActor {
    /// Its id.
    pub id: ThreatActorId,
    /// The publication that this record is from.
    pub source: SourceId,
    /// How the publication calls it.
    pub name: String,
    /// Other names that it has there.
    pub aliases: Vec<String>,
    /// The sets that the publication attributes to it.
    pub sets: Vec<IntrusionSetId>,
}

impl SourceId {
    /// Checks that `text` can be shown, and keeps it as it is; a colon is refused, since it ends the keeper of an id.
    pub fn new(text: &str) -> Result<Self, IdFault> {
        let text = printable(text)?;
        if text.contains(':') {
            return Err(IdFault::Unprintable);
        }
        Ok(Self(text.into()))
    }

    /// The id as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AttackId {
    /// Reads `T` and four digits, with a dot and three more where it is a sub-technique; nothing else is one.
    pub fn new(text: &str) -> Option<Self> {
        let digits = |text: &str, many: usize| {
            text.len() == many && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        let number = text.strip_prefix('T')?;
        let (technique, sub) = match number.split_once('.') {
            Some((technique, sub)) => (technique, Some(sub)),
            None => (number, None),
        };
        let fits = digits(technique, 4) && sub.is_none_or(|sub| digits(sub, 3));
        fits.then(|| Self(text.into()))
    }

    /// The id as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl ClaimKind {
    /// Its id.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Alias => "alias",
            Self::Id => "id",
            Self::Similar => "similar",
        }
    }

    /// Whether it says what the record itself is called, rather than what else.
    pub fn is_own(self) -> bool {
        matches!(self, Self::Name | Self::Id)
    }
}

/// The text, if it can be shown and is not too long.
fn printable(text: &str) -> Result<&str, IdFault> {
    if text.trim().is_empty() {
        return Err(IdFault::Empty);
    }
    if text.chars().nth(MAX_TEXT).is_some() {
        return Err(IdFault::TooLong);
    }
    if text.chars().any(char::is_control) {
        return Err(IdFault::Unprintable);
    }
    Ok(text)
}

impl fmt::Display for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for AttackId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_written_and_read_again() {
        for text in ["attack:G0007", "microsoft:Forest Blizzard", "a:b:c"] {
            let id: IntrusionSetId = text.parse().expect("an id");
            assert_eq!(id.to_string(), text);
        }
        let id: IntrusionSetId = "attack:G0007".parse().expect("an id");
        assert_eq!((id.keeper().as_str(), id.local()), ("attack", "G0007"));
        for (text, fault) in [
            ("G0007", IdFault::Empty),
            (":G0007", IdFault::Empty),
            ("attack:", IdFault::Empty),
            ("attack:\u{7}", IdFault::Unprintable),
        ] {
            assert_eq!(text.parse::<IntrusionSetId>(), Err(fault), "{text:?}");
        }
        assert_eq!(SourceId::new(&"x".repeat(201)), Err(IdFault::TooLong));
    }

    #[test]
    fn techniques_are_numbered_in_one_way() {
        for text in ["T1583", "T1583.001"] {
            assert_eq!(
                AttackId::new(text).map(|id| id.to_string()),
                Some(text.into())
            );
        }
        for text in [
            "",
            "T158",
            "T15830",
            "t1583",
            "T1583.1",
            "T1583.",
            "G0007",
            "T１５８３",
        ] {
            assert_eq!(AttackId::new(text), None, "{text:?}");
        }
    }
}
