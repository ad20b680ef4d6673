//! ATT&CK's groups, reduced to names: one object for each, without relations.

use serde::Deserialize;

use super::Records;
use super::draft::{Draft, day};
use crate::Skipped;
use crate::json::{List, Objects, if_fit, object};
use crate::publications::{publication, source};
use crate::stix::uuid;
use crate::top::Top;

#[derive(Deserialize)]
struct Group<'a> {
    #[serde(default, deserialize_with = "if_fit")]
    id: Option<String>,
    #[serde(default, deserialize_with = "if_fit")]
    stix_id: Option<String>,
    #[serde(default, deserialize_with = "if_fit")]
    name: Option<String>,
    #[serde(default, borrow)]
    aliases: List<'a>,
    #[serde(default, deserialize_with = "if_fit")]
    modified: Option<String>,
    #[serde(default, deserialize_with = "if_fit")]
    revoked: Option<bool>,
    #[serde(default, deserialize_with = "if_fit")]
    deprecated: Option<bool>,
}

pub(super) fn read(groups: Objects<'_>, top: &Top<'_>, skipped: &mut Skipped) -> Records {
    let commit = top.commit.as_deref().and_then(|commit| commit.get(..12));
    let edition = commit.map(|commit| format!("commit {commit}"));
    let mut drafts = vec![];
    for raw in groups.entries(skipped) {
        let Some(group) = object::<Group<'_>>(raw, skipped) else {
            continue;
        };
        let aliases = group.aliases.texts(skipped).into_iter();
        drafts.push(Draft {
            local: group.id.unwrap_or_default(),
            name: group.name.unwrap_or_default(),
            also: aliases.map(|alias| (alias, None)).collect(),
            ids: group
                .stix_id
                .as_deref()
                .and_then(uuid)
                .map(str::to_owned)
                .into_iter()
                .collect(),
            deprecated: group.deprecated == Some(true),
            revoked: group.revoked == Some(true),
            dated: day(group.modified.as_deref(), skipped),
            ..Draft::default()
        });
    }
    Records::new(publication(source("attack"), "", edition), drafts, skipped)
}
