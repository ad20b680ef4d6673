//! JSON with a version: how that is kept which only this program reads again.

use crate::error::LedgerError;
use serde::{Deserialize, Serialize};

/// Something as it is kept. A field that is added later gets a default; one that changes its meaning makes a new version.
#[derive(Serialize, Deserialize)]
#[serde(tag = "v")]
enum Stored<D> {
    #[serde(rename = "1")]
    V1(D),
}

pub(crate) fn write<D: Serialize>(value: D) -> String {
    serde_json::to_string(&Stored::V1(value))
        .expect("invariant: keys are text, and writing to memory cannot fail")
}

pub(crate) fn read<D: for<'a> Deserialize<'a>>(
    what: &'static str,
    text: &str,
) -> Result<D, LedgerError> {
    let Stored::V1(value) =
        serde_json::from_str(text).map_err(|why| LedgerError::corrupt(what, why))?;
    Ok(value)
}
