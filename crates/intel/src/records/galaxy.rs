//! Clusters of the MISP galaxy (misp-rfc, MISP galaxy format), whole or reduced to names.

use std::collections::BTreeMap;

use model::actor::SourceId;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::draft::Draft;
use super::{FORMS, Records};
use crate::json::{List, if_fit, kept, list, object, text};
use crate::publications::publication;
use crate::top::Top;
use crate::{IntelError, Read, Skip, Skipped};

#[derive(Deserialize)]
struct Cluster<'a> {
    /// `value` in the whole form, `name` in the reduced one.
    #[serde(alias = "name", default, deserialize_with = "if_fit")]
    value: Option<String>,
    #[serde(default, deserialize_with = "if_fit")]
    uuid: Option<String>,
    #[serde(default, deserialize_with = "if_fit")]
    revoked: Option<bool>,
    /// What is known of it; in the reduced form it stands beside the name instead.
    #[serde(default, borrow)]
    meta: Option<&'a RawValue>,
    #[serde(default, borrow)]
    related: List<'a>,
}

#[derive(Deserialize, Default)]
struct Meta<'a> {
    #[serde(default, borrow)]
    synonyms: List<'a>,
    #[serde(default, deserialize_with = "if_fit")]
    external_id: Option<String>,
    #[serde(default, deserialize_with = "if_fit")]
    country: Option<String>,
    #[serde(
        rename = "cfr-suspected-state-sponsor",
        default,
        deserialize_with = "if_fit"
    )]
    sponsor: Option<String>,
    /// A number from 0 to 100, as text.
    #[serde(
        rename = "attribution-confidence",
        default,
        deserialize_with = "if_fit"
    )]
    confidence: Option<String>,
    /// `NAME:UUID` of the producer of intelligence that uses the name.
    #[serde(rename = "name-attribution", default, borrow)]
    attribution: List<'a>,
}

#[derive(Deserialize)]
struct Related<'a> {
    #[serde(rename = "dest-uuid", default, deserialize_with = "if_fit")]
    to: Option<String>,
    #[serde(rename = "type", default, deserialize_with = "if_fit")]
    kind: Option<String>,
    #[serde(default, borrow)]
    tags: List<'a>,
}

/// Galaxies whose type has one of these are of groups. The category `actor` says too little: agencies and companies that
/// report on groups have it, too.
const GROUPS: [&str; 3] = ["threat-actor", "intrusion-set", "activity-group"];

/// How records of a cluster file are known by their keeper.
enum Scheme {
    /// By their UUID: they are MISP's own.
    Uuid,
    /// By the id that ATT&CK gave them.
    Attack,
    /// By their name, as Microsoft does.
    Name,
}

pub(super) fn read(top: Top<'_>, skipped: &mut Skipped) -> Result<Records, IntelError> {
    let unknown = IntelError::UnknownForm { known: FORMS };
    let (objects, kind) = match (list("values", top.values)?, list("actors", top.actors)?) {
        (Some(values), _) if top.category.as_deref() == Some("actor") => (values, top.kind),
        // Reduced, it says in words which file it was: `… clusters/threat-actor.json`.
        (None, Some(actors)) => {
            let file = top
                .source
                .as_deref()
                .and_then(|text| text.rsplit('/').next());
            let stem = file.and_then(|file| file.strip_suffix(".json"));
            (actors, stem.map(str::to_owned))
        }
        _ => return Err(unknown),
    };
    let kind = kind.ok_or_else(|| unknown.clone())?;
    let (id, scheme) = match kind.as_str() {
        "threat-actor" => ("misp".to_owned(), Scheme::Uuid),
        "mitre-intrusion-set" | "mitre-enterprise-attack-intrusion-set" => {
            ("attack-misp".to_owned(), Scheme::Attack)
        }
        "microsoft-activity-group" => ("microsoft-misp".to_owned(), Scheme::Name),
        other if GROUPS.iter().any(|group| other.contains(group)) => {
            (format!("misp-{other}"), Scheme::Uuid)
        }
        _ => return Err(unknown),
    };
    let id = SourceId::new(&id).map_err(|_| unknown)?;
    let name = top.name.as_deref().and_then(|name| kept(name, skipped));
    let name = format!("MISP galaxy, {}", name.as_deref().unwrap_or(&kind));
    let edition = top.version.map(|version| format!("version {version}"));
    let from = publication(id, &name, edition);
    let mut found = vec![];
    for raw in objects.entries(skipped) {
        found.extend(draft(raw, &scheme, skipped));
    }
    let locals: BTreeMap<String, String> = found
        .iter()
        .filter_map(|found| Some((found.uuid.clone()?, found.draft.local.clone())))
        .collect();
    let drafts = found.into_iter().map(|mut found| {
        let successor = found.revoked_by.and_then(|uuid| locals.get(&uuid));
        found.draft.successor = successor.cloned();
        found.draft
    });
    Ok(Records::new(from, drafts.collect(), skipped))
}

/// A record, and what of it has to wait for the others.
struct Found {
    draft: Draft,
    uuid: Option<String>,
    revoked_by: Option<String>,
}

fn draft(raw: &RawValue, scheme: &Scheme, skipped: &mut Skipped) -> Option<Found> {
    let cluster: Cluster<'_> = object(raw, skipped)?;
    let about = cluster.meta.unwrap_or(raw);
    let meta: Meta<'_> = object(about, skipped)?;
    let users = users(about, meta.attribution, skipped);
    let value = cluster.value.unwrap_or_default();
    let uuid = cluster.uuid;
    let (local, name) = match (scheme, &uuid, &meta.external_id) {
        (Scheme::Attack, _, Some(id)) => {
            let plain = value.strip_suffix(&format!(" - {id}"));
            (id.clone(), plain.unwrap_or(&value).to_owned())
        }
        (Scheme::Uuid | Scheme::Attack, Some(uuid), _) => (uuid.clone(), value),
        _ => (value.clone(), value),
    };
    let confidence = meta.confidence.and_then(|text| text.parse().ok());
    let origins = meta.country.into_iter().chain(meta.sponsor);
    let known = |origin: &String| !origin.eq_ignore_ascii_case("unknown");
    let used = |name: String| {
        let note = users.get(&name);
        let note = note.map(|by| format!("{USED_BY}{}", by.join(", ")));
        (name, note)
    };
    let (name, note) = used(name);
    let mut draft = Draft {
        note,
        also: meta.synonyms.texts(skipped).into_iter().map(used).collect(),
        ids: uuid
            .clone()
            .filter(|uuid| *uuid != local)
            .into_iter()
            .collect(),
        origins: origins
            .filter(known)
            .map(|origin| (origin, confidence))
            .collect(),
        revoked: cluster.revoked == Some(true),
        local,
        name,
        ..Draft::default()
    };
    let mut revoked_by = None;
    for raw in cluster.related.entries(skipped) {
        let Some(Related {
            to: Some(to),
            kind,
            tags,
        }) = object(raw, skipped)
        else {
            continue;
        };
        match kind.as_deref() {
            Some("similar") => {
                let note = tags.texts(skipped).iter().find_map(|tag| likelihood(tag));
                draft.similar.push((to, note));
            }
            Some("revoked-by") => revoked_by = Some(to),
            _ => skipped.count(Skip::OtherKind),
        }
    }
    Some(Found {
        draft,
        uuid,
        revoked_by,
    })
}

/// Who uses a name, as far as the cluster says: by the UUID of a producer, or in words under `origin:NAME`.
fn users(
    about: &RawValue,
    attribution: List<'_>,
    skipped: &mut Skipped,
) -> BTreeMap<String, Vec<String>> {
    let mut users: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for text in attribution.texts(skipped) {
        if let Some((name, producer)) = text.rsplit_once(':') {
            users
                .entry(name.to_owned())
                .or_default()
                .push(producer.to_owned());
        } else {
            skipped.count(Skip::BadText);
        }
    }
    let keys: BTreeMap<String, &RawValue> = object(about, skipped).unwrap_or_default();
    for (key, raw) in keys {
        if let Some(name) = key.strip_prefix("origin:")
            && let Some(by) = object::<String>(raw, skipped)
        {
            users.entry(name.to_owned()).or_default().push(by);
        }
    }
    users
}

/// The word of `estimative-language:likelihood-probability="likely"`.
fn likelihood(tag: &str) -> Option<String> {
    let word = tag.strip_prefix("estimative-language:likelihood-probability=")?;
    Some(word.trim_matches('"').to_owned())
}

/// Before the names of those who use a name, in a note.
const USED_BY: &str = "used by ";

/// The producers of intelligence that MISP knows (`clusters/producer.json`), by UUID: clusters of groups name them so.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Producers(BTreeMap<String, String>);

/// Reads the producers of intelligence that clusters of groups name by UUID.
pub fn read_producers(bytes: &[u8]) -> Result<Read<Producers>, IntelError> {
    let unknown = IntelError::UnknownForm {
        known: "MISP's clusters/producer.json",
    };
    let mut skipped = Skipped::default();
    let top = Top::of(text(bytes)?)?;
    let values = match top.kind.as_deref() {
        Some("producer") => list("values", top.values)?,
        _ => None,
    };
    let mut producers = BTreeMap::new();
    for raw in values.ok_or(unknown)?.entries(&mut skipped) {
        let Some(Cluster {
            value: Some(name),
            uuid: Some(uuid),
            ..
        }) = object(raw, &mut skipped)
        else {
            continue;
        };
        if let Some(name) = kept(&name, &mut skipped) {
            producers.insert(uuid, name);
        }
    }
    let value = Producers(producers);
    Ok(Read { value, skipped })
}

impl Records {
    /// Writes the names of producers where notes have their UUIDs.
    pub fn name_producers(&mut self, producers: &Producers) {
        let claims = self.sets.iter_mut().flat_map(|set| &mut set.claims);
        for note in claims.filter_map(|claim| claim.note.as_mut()) {
            let Some(users) = note.strip_prefix(USED_BY) else {
                continue;
            };
            let named = users
                .split(", ")
                .map(|user| producers.0.get(user).map_or(user, |name| name));
            let mut named: Vec<&str> = named.collect();
            named.dedup();
            *note = format!("{USED_BY}{}", named.join(", "));
        }
    }
}
