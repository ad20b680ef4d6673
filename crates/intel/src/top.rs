//! The outermost object of a file.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::IntelError;
use crate::json::{self, Objects, if_fit, unread};

/// The outermost object of a file, of whichever form; each has some of these.
#[derive(Deserialize)]
pub(crate) struct Top<'a> {
    #[serde(rename = "type", default, deserialize_with = "if_fit")]
    pub(crate) kind: Option<String>,
    #[serde(default, deserialize_with = "if_fit")]
    pub(crate) id: Option<String>,
    #[serde(default, deserialize_with = "if_fit")]
    pub(crate) schema: Option<u64>,
    #[serde(default, deserialize_with = "if_fit")]
    pub(crate) source: Option<String>,
    #[serde(default, deserialize_with = "if_fit")]
    pub(crate) name: Option<String>,
    #[serde(default, deserialize_with = "if_fit")]
    pub(crate) edition: Option<String>,
    #[serde(default, deserialize_with = "if_fit")]
    pub(crate) licence: Option<String>,
    #[serde(default, deserialize_with = "if_fit")]
    pub(crate) category: Option<String>,
    #[serde(default, deserialize_with = "if_fit")]
    pub(crate) commit: Option<String>,
    #[serde(default, deserialize_with = "if_fit")]
    pub(crate) version: Option<serde_json::Number>,
    /// What an event of MISP is about.
    #[serde(default, deserialize_with = "if_fit")]
    pub(crate) info: Option<String>,
    /// An event of MISP within its wrapping.
    #[serde(rename = "Event", default, borrow)]
    pub(crate) event: Option<&'a RawValue>,
    /// Of a STIX bundle.
    #[serde(default, borrow, deserialize_with = "unread")]
    objects: Option<&'a RawValue>,
    /// Events that MISP answers with.
    #[serde(default, borrow, deserialize_with = "unread")]
    pub(crate) response: Option<&'a RawValue>,
    /// Clusters of a galaxy of MISP.
    #[serde(default, borrow, deserialize_with = "unread")]
    pub(crate) values: Option<&'a RawValue>,
    /// The same, reduced to names; threat actors in knowledge of our own.
    #[serde(default, borrow, deserialize_with = "unread")]
    pub(crate) actors: Option<&'a RawValue>,
    /// ATT&CK's groups, reduced to names.
    #[serde(default, borrow, deserialize_with = "unread")]
    pub(crate) groups: Option<&'a RawValue>,
    /// Intrusion sets in knowledge of our own.
    #[serde(default, borrow, deserialize_with = "unread")]
    pub(crate) sets: Option<&'a RawValue>,
}

impl<'a> Top<'a> {
    /// That of a file.
    pub(crate) fn of(text: &'a str) -> Result<Self, IntelError> {
        json::whole(text)
    }

    /// The objects of a STIX bundle (§8), if it is one; it may do without any.
    pub(crate) fn bundle(&self) -> Result<Option<Objects<'a>>, IntelError> {
        if self.kind.as_deref() != Some("bundle") {
            return Ok(None);
        }
        let objects = json::list("objects", self.objects)?;
        Ok(Some(objects.unwrap_or_default()))
    }

    /// Whether it is an event of MISP, wrapped or not.
    pub(crate) fn is_event(&self) -> bool {
        let wrapped = self.event.is_some_and(|event| event.get().starts_with('{'));
        wrapped || self.info.is_some()
    }
}
