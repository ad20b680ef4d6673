//! How a published campaign is kept.

use crate::error::LedgerError;
use jiff::Timestamp;
use model::actor::{Attributed, Indicator, Reference};
use model::{Admiralty, Tlp};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
pub(super) struct WrittenReference {
    id: String,
    name: String,
    source: Option<String>,
    attributed: Vec<WrittenAttributed>,
    grade: String,
    tlp: Option<String>,
    published: Option<Timestamp>,
    indicators: Vec<WrittenIndicator>,
}

#[derive(Serialize, Deserialize)]
struct WrittenAttributed {
    name: String,
    set: Option<String>,
    grade: String,
}

#[derive(Serialize, Deserialize)]
struct WrittenIndicator {
    kind: String,
    value: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<Timestamp>,
}

impl From<&Reference> for WrittenReference {
    fn from(reference: &Reference) -> Self {
        let attributed = reference.attributed.iter().map(|by| WrittenAttributed {
            name: by.name.clone(),
            set: by.set.as_ref().map(ToString::to_string),
            grade: by.grade.to_string(),
        });
        let indicators = reference.indicators.iter().map(|found| WrittenIndicator {
            kind: found.kind().to_string(),
            value: found.value().to_owned(),
            from: found.valid_from,
            until: found.valid_until,
        });
        Self {
            id: reference.id.clone(),
            name: reference.name.clone(),
            source: reference.source.clone(),
            attributed: attributed.collect(),
            grade: reference.grade.to_string(),
            tlp: reference.tlp.map(|label| label.to_string()),
            published: reference.published,
            indicators: indicators.collect(),
        }
    }
}

impl WrittenReference {
    pub(super) fn read(self) -> Result<Reference, LedgerError> {
        let tlp = self.tlp.map(|label| label.parse::<Tlp>());
        let indicators = self.indicators.into_iter().map(WrittenIndicator::read);
        let attributed = self.attributed.into_iter().map(WrittenAttributed::read);
        Ok(Reference {
            id: self.id,
            name: self.name,
            source: self.source,
            attributed: attributed.collect::<Result<_, _>>()?,
            grade: grade(&self.grade)?,
            tlp: tlp
                .transpose()
                .map_err(|why| LedgerError::corrupt("a TLP label", why))?,
            published: self.published,
            indicators: indicators.collect::<Result<_, _>>()?,
        })
    }
}

impl WrittenAttributed {
    fn read(self) -> Result<Attributed, LedgerError> {
        let set = self.set.map(|id| id.parse()).transpose();
        Ok(Attributed {
            name: self.name,
            set: set.map_err(|why| LedgerError::corrupt("the id of a set", why))?,
            grade: grade(&self.grade)?,
        })
    }
}

impl WrittenIndicator {
    fn read(self) -> Result<Indicator, LedgerError> {
        let kind = self.kind.parse();
        let kind = kind.map_err(|why| LedgerError::corrupt("the kind of an indicator", why))?;
        let mut indicator = Indicator::new(kind, &self.value)
            .map_err(|why| LedgerError::corrupt("an indicator", why))?;
        indicator.valid_from = self.from;
        indicator.valid_until = self.until;
        Ok(indicator)
    }
}

/// As it is written for people: `B2`.
fn grade(text: &str) -> Result<Admiralty, LedgerError> {
    let (reliability, credibility) = text.split_at_checked(1).unwrap_or_default();
    let grade = match (reliability.chars().next(), credibility.parse()) {
        (Some(reliability), Ok(credibility)) => Admiralty::of(reliability, credibility),
        _ => None,
    };
    grade.ok_or_else(|| LedgerError::corrupt("a grade", text))
}
