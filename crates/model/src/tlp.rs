//! Who may read what: the Traffic Light Protocol, and the reader.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use crate::OrganisationId;

/// A label of the Traffic Light Protocol 2.0 (FIRST), from what all the world may know to what one reader alone may.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Tlp {
    /// For everybody.
    Clear,
    /// For the community.
    Green,
    /// For the reader's organisation and its clients.
    Amber,
    /// For the reader's organisation alone.
    AmberStrict,
    /// For the reader alone.
    Red,
}

impl Tlp {
    /// All of them, the widest first.
    pub const ALL: [Self; 5] = [
        Self::Clear,
        Self::Green,
        Self::Amber,
        Self::AmberStrict,
        Self::Red,
    ];

    /// As the standard writes it, without `TLP:`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Clear => "CLEAR",
            Self::Green => "GREEN",
            Self::Amber => "AMBER",
            Self::AmberStrict => "AMBER+STRICT",
            Self::Red => "RED",
        }
    }
}

impl fmt::Display for Tlp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that is no label.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("labels are clear, green, amber, amber+strict and red")]
pub struct TlpFault;

impl FromStr for Tlp {
    type Err = TlpFault;

    /// In any case, with or without `TLP:`; `white` is the old word for clear.
    fn from_str(text: &str) -> Result<Self, TlpFault> {
        let word = text.trim().to_ascii_uppercase();
        let word = word.strip_prefix("TLP:").unwrap_or(&word);
        let mut all = Self::ALL.into_iter();
        match word {
            "WHITE" => Ok(Self::Clear),
            word => all.find(|label| label.as_str() == word).ok_or(TlpFault),
        }
    }
}

/// Somebody who reads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Viewer {
    /// Up to which label what is read may be marked.
    pub tlp: Tlp,
    /// Whose affairs may be seen by name; none: everybody's.
    pub organisations: Option<BTreeSet<OrganisationId>>,
}

impl Viewer {
    /// A reader of all organisations' affairs, up to a label.
    pub fn of_all(tlp: Tlp) -> Self {
        Self {
            tlp,
            organisations: None,
        }
    }

    /// Whether data on persons may be shown: for readers from AMBER on.
    pub fn sees_persons(&self) -> bool {
        self.tlp >= Tlp::Amber
    }

    /// Whether the affairs of an organisation may be shown under its name.
    pub fn sees(&self, organisation: &OrganisationId) -> bool {
        let only = self.organisations.as_ref();
        only.is_none_or(|only| only.contains(organisation))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_read_in_any_case() {
        for label in Tlp::ALL {
            assert_eq!(format!("tlp:{label}").to_lowercase().parse(), Ok(label));
        }
        assert_eq!("TLP:WHITE".parse(), Ok(Tlp::Clear));
        assert_eq!("blue".parse::<Tlp>(), Err(TlpFault));
    }

    #[test]
    fn a_reader_sees_his_own_by_name() {
        let ours = OrganisationId::new("ours").expect("an id");
        let theirs = OrganisationId::new("theirs").expect("an id");
        let reader = Viewer {
            tlp: Tlp::Green,
            organisations: Some([ours.clone()].into()),
        };
        assert!(reader.sees(&ours) && !reader.sees(&theirs) && !reader.sees_persons());
        assert!(Viewer::of_all(Tlp::Red).sees(&theirs));
    }
}
