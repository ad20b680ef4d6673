//! Objects of STIX 2.1 (OASIS Standard, STIX Version 2.1), each with the properties that anything here reads.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::Skipped;
use crate::json::{List, Objects, if_fit, object};

/// Any object of a bundle (§3.2, §4, §5, §6, §7).
#[derive(Deserialize)]
pub(crate) struct StixObject<'a> {
    #[serde(rename = "type", default, deserialize_with = "if_fit")]
    pub(crate) kind: Option<String>,
    #[serde(default, deserialize_with = "if_fit")]
    pub(crate) id: Option<String>,
    #[serde(default, deserialize_with = "if_fit")]
    pub(crate) name: Option<String>,
    #[serde(default, deserialize_with = "if_fit")]
    pub(crate) created_by_ref: Option<String>,
    #[serde(default, deserialize_with = "if_fit")]
    pub(crate) modified: Option<String>,
    #[serde(default, deserialize_with = "if_fit")]
    pub(crate) revoked: Option<bool>,
    /// 0 to 100 (§3.2).
    #[serde(default, deserialize_with = "if_fit")]
    pub(crate) confidence: Option<u8>,
    #[serde(default, borrow)]
    pub(crate) aliases: List<'a>,
    #[serde(default, borrow)]
    pub(crate) external_references: List<'a>,
    #[serde(default, borrow)]
    pub(crate) object_marking_refs: List<'a>,
    /// What a report or a grouping speaks of (§4.5, §4.16).
    #[serde(default, borrow)]
    pub(crate) object_refs: Objects<'a>,
    #[serde(default, deserialize_with = "if_fit")]
    pub(crate) relationship_type: Option<String>,
    #[serde(default, deserialize_with = "if_fit")]
    pub(crate) source_ref: Option<String>,
    #[serde(default, deserialize_with = "if_fit")]
    pub(crate) target_ref: Option<String>,
    #[serde(default, deserialize_with = "if_fit")]
    pub(crate) pattern: Option<String>,
    #[serde(default, deserialize_with = "if_fit")]
    pub(crate) pattern_type: Option<String>,
    #[serde(default, deserialize_with = "if_fit")]
    pub(crate) valid_from: Option<String>,
    #[serde(default, deserialize_with = "if_fit")]
    pub(crate) valid_until: Option<String>,
    /// Of a domain name, an address, a mailbox, a URL (§6).
    #[serde(default, deserialize_with = "if_fit")]
    pub(crate) value: Option<String>,
    /// Of a certificate (§6.18): text by the name of the algorithm.
    #[serde(default, borrow)]
    pub(crate) hashes: Option<&'a RawValue>,
    #[serde(default, borrow)]
    pub(crate) definition: Option<&'a RawValue>,
    /// ATT&CK's own.
    #[serde(default, deserialize_with = "if_fit")]
    pub(crate) x_mitre_deprecated: Option<bool>,
    #[serde(default, deserialize_with = "if_fit")]
    pub(crate) x_mitre_version: Option<String>,
}

/// Hands out the objects of a bundle that can be read.
pub(crate) fn each(
    objects: Objects<'_>,
    skipped: &mut Skipped,
    mut take: impl FnMut(StixObject<'_>, &mut Skipped),
) {
    for raw in objects.entries(skipped) {
        if let Some(object) = object(raw, skipped) {
            take(object, skipped);
        }
    }
}

/// Where else something is described (§2.5).
#[derive(Deserialize)]
pub(crate) struct ExternalReference {
    #[serde(default, deserialize_with = "if_fit")]
    pub(crate) source_name: Option<String>,
    #[serde(default, deserialize_with = "if_fit")]
    pub(crate) external_id: Option<String>,
    #[serde(default, deserialize_with = "if_fit")]
    pub(crate) description: Option<String>,
}

impl ExternalReference {
    /// All of them.
    pub(crate) fn all(list: List<'_>, skipped: &mut Skipped) -> Vec<Self> {
        let entries = list.entries(skipped).into_iter();
        entries.filter_map(|raw| object(raw, skipped)).collect()
    }

    /// The id that ATT&CK gave, of a group (`G`) or a technique (`T`).
    pub(crate) fn attack_id(all: &[Self], letter: char) -> Option<&str> {
        let attack = all.iter().filter(|external| {
            let name = external.source_name.as_deref();
            name.is_some_and(|name| name.starts_with("mitre-") && name.ends_with("attack"))
        });
        let mut ids = attack.filter_map(|external| external.external_id.as_deref());
        ids.find(|id| {
            let number = id.strip_prefix(letter);
            number.is_some_and(|number| number.starts_with(|c: char| c.is_ascii_digit()))
        })
    }
}

/// The UUID of an id (§2.9), which MISP uses for its copy of the object, too.
pub(crate) fn uuid(id: &str) -> Option<&str> {
    id.split_once("--").map(|(_, uuid)| uuid)
}
