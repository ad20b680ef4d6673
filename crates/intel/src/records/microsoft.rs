//! Microsoft's mapping of names: a list of objects, in the form of today and in the one before.

use model::actor::SourceId;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::Records;
use super::draft::Draft;
use crate::json::{List, Objects, if_fit, object};
use crate::publications::publication;
use crate::{IntelError, Skipped};

#[derive(Deserialize)]
struct Row<'a> {
    #[serde(
        rename = "Threat actor name",
        alias = "New name",
        default,
        deserialize_with = "if_fit"
    )]
    name: Option<String>,
    #[serde(rename = "Previous name", default, deserialize_with = "if_fit")]
    before: Option<String>,
    #[serde(rename = "Origin/Threat", default, deserialize_with = "if_fit")]
    origin: Option<String>,
    /// Names divided by commas, or a list of names.
    #[serde(rename = "Other names", default, borrow)]
    others: Option<&'a RawValue>,
}

pub(super) fn read(rows: Objects<'_>, skipped: &mut Skipped) -> Result<Records, IntelError> {
    let mut drafts = vec![];
    for raw in rows.entries(skipped) {
        let Some(row) = object::<Row<'_>>(raw, skipped) else {
            continue;
        };
        let name = row.name.unwrap_or_default();
        let mut others = row.before.into_iter().collect::<Vec<_>>();
        if let Some(raw) = row.others {
            match serde_json::from_str::<String>(raw.get()) {
                Ok(text) => others.extend(parts(&text)),
                Err(_) => others.extend(
                    object::<List<'_>>(raw, skipped)
                        .unwrap_or_default()
                        .texts(skipped),
                ),
            }
        }
        drafts.push(Draft {
            local: name.clone(),
            name,
            also: others.into_iter().map(|other| (other, None)).collect(),
            origins: row
                .origin
                .iter()
                .flat_map(|text| parts(text))
                .map(|origin| (origin, None))
                .collect(),
            ..Draft::default()
        });
    }
    let source = SourceId::new("microsoft").expect("invariant: written in the source, and short");
    let records = Records::new(publication(source, "", None), drafts, skipped);
    if records.sets.is_empty() {
        return Err(IntelError::UnknownForm {
            known: super::FORMS,
        });
    }
    Ok(records)
}

/// What stands between commas, without what is empty.
fn parts(text: &str) -> Vec<String> {
    let parts = text.split(',').map(str::trim);
    parts
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}
