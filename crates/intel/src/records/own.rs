//! The form in which En Passant keeps records itself: one JSON object, with one line for each set. `knowledge/actors` has
//! its schema.

use std::collections::BTreeMap;

use model::actor::{
    AttackId, ClaimKind, IntrusionSet, IntrusionSetId, SourceId, Standing, ThreatActor,
    ThreatActorId,
};
use serde::{Deserialize, Serialize};

use super::Records;
use super::draft::{Draft, day};
use crate::json::{List, Objects, if_fit, kept, list, object};
use crate::publications::{is_known, publication};
use crate::top::Top;
use crate::{IntelError, Skip, Skipped};

/// The version of the form.
const SCHEMA: u64 = 1;

/// Writes records; the same records are always the same bytes.
///
/// # Panics
///
/// Never: texts and lists of texts can always be written as JSON.
pub fn write_records(records: &Records) -> String {
    #[derive(Serialize)]
    struct Head<'a> {
        schema: u64,
        source: &'a str,
        name: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        edition: Option<&'a str>,
        licence: &'a str,
    }
    let from = &records.from;
    let head = line(&Head {
        schema: SCHEMA,
        source: from.id.as_str(),
        name: &from.name,
        edition: from.edition.as_deref(),
        licence: &from.licence,
    });
    let open = head.strip_suffix('}').unwrap_or_default();
    let sets = records.sets.iter().map(|set| line(&SetLine::of(set)));
    let actors = records
        .actors
        .iter()
        .map(|actor| line(&ActorLine::of(actor)));
    let joined = |lines: Vec<String>| lines.join(",\n");
    format!(
        "{open},\n\"sets\":[\n{}\n],\n\"actors\":[\n{}\n]}}\n",
        joined(sets.collect()),
        joined(actors.collect())
    )
}

fn line(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("invariant: texts and lists of texts are JSON")
}

/// A set as it is written. What is empty is left out.
#[derive(Serialize)]
struct SetLine<'a> {
    id: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    also: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ids: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    similar: Vec<&'a str>,
    /// What the source adds to a name or a similar id.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    notes: BTreeMap<&'a str, &'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    origins: Vec<&'a str>,
    /// Of all origins.
    #[serde(skip_serializing_if = "Option::is_none")]
    confidence: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    standing: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    successor: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dated: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    techniques: Vec<&'a str>,
}

impl<'a> SetLine<'a> {
    fn of(set: &'a IntrusionSet) -> Self {
        let of = |kind: ClaimKind| {
            let claims = set.claims.iter().filter(move |claim| claim.kind == kind);
            claims.map(|claim| claim.name.as_str())
        };
        let noted = set.claims.iter();
        let noted = noted.filter_map(|claim| Some((claim.name.as_str(), claim.note.as_deref()?)));
        let (standing, successor) = match &set.standing {
            Standing::Current => (None, None),
            Standing::Deprecated => (Some("deprecated"), None),
            Standing::Revoked { successor } => (Some("revoked"), successor.as_ref()),
        };
        Self {
            id: set.id.local(),
            name: &set.name,
            also: of(ClaimKind::Alias).collect(),
            ids: of(ClaimKind::Id)
                .filter(|id| *id != set.id.local())
                .collect(),
            similar: of(ClaimKind::Similar).collect(),
            notes: noted.collect(),
            origins: set
                .origins
                .iter()
                .map(|origin| origin.says.as_str())
                .collect(),
            confidence: set.origins.iter().find_map(|origin| origin.confidence),
            standing,
            successor: successor.map(IntrusionSetId::local),
            dated: set.dated.map(|dated| dated.to_string()),
            techniques: set.techniques.iter().map(AttackId::as_str).collect(),
        }
    }
}

/// A threat actor as it is written.
#[derive(Serialize)]
struct ActorLine<'a> {
    id: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    also: &'a [String],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sets: Vec<&'a str>,
}

impl<'a> ActorLine<'a> {
    fn of(actor: &'a ThreatActor) -> Self {
        Self {
            id: actor.id.local(),
            name: &actor.name,
            also: &actor.aliases,
            sets: actor.sets.iter().map(IntrusionSetId::local).collect(),
        }
    }
}

/// Either line, as it is read.
#[derive(Deserialize)]
struct Line<'a> {
    #[serde(default, deserialize_with = "if_fit")]
    id: Option<String>,
    #[serde(default, deserialize_with = "if_fit")]
    name: Option<String>,
    #[serde(default, borrow)]
    also: List<'a>,
    #[serde(default, borrow)]
    ids: List<'a>,
    #[serde(default, borrow)]
    similar: List<'a>,
    #[serde(default, deserialize_with = "if_fit")]
    notes: Option<BTreeMap<String, String>>,
    #[serde(default, borrow)]
    origins: List<'a>,
    #[serde(default, deserialize_with = "if_fit")]
    confidence: Option<u8>,
    #[serde(default, deserialize_with = "if_fit")]
    standing: Option<String>,
    #[serde(default, deserialize_with = "if_fit")]
    successor: Option<String>,
    #[serde(default, deserialize_with = "if_fit")]
    dated: Option<String>,
    #[serde(default, borrow)]
    techniques: List<'a>,
    #[serde(default, borrow)]
    sets: List<'a>,
}

pub(super) fn read(
    sets: Objects<'_>,
    top: Top<'_>,
    skipped: &mut Skipped,
) -> Result<Records, IntelError> {
    let found = top.schema.unwrap_or_default();
    if found != SCHEMA {
        return Err(IntelError::UnknownSchema {
            found,
            known: SCHEMA,
        });
    }
    let unknown = IntelError::UnknownForm {
        known: super::FORMS,
    };
    let source = top.source.ok_or(unknown.clone())?;
    let source = SourceId::new(&source).map_err(|_| unknown)?;
    let mut short = |text: Option<String>| text.and_then(|text| kept(&text, skipped));
    let name = short(top.name).unwrap_or_else(|| source.to_string());
    let edition = short(top.edition);
    let mut from = publication(source, &name, edition);
    // What is said of the publications that are known, is said here and not by a file.
    if !is_known(&from.id)
        && let Some(licence) = short(top.licence)
    {
        from.licence = licence;
    }
    let actors = list("actors", top.actors)?;
    let drafts = sets.entries(skipped).into_iter();
    let drafts: Vec<Draft> = drafts
        .filter_map(|raw| Some(draft(object(raw, skipped)?, skipped)))
        .collect();
    let mut records = Records::new(from, drafts, skipped);
    for raw in actors.unwrap_or_default().entries(skipped) {
        if let Some(line) = object::<Line<'_>>(raw, skipped) {
            records
                .actors
                .extend(actor(line, &records.from.id, &records.from.keeper, skipped));
        }
    }
    records.actors.sort_by(|one, other| one.id.cmp(&other.id));
    Ok(records)
}

fn draft(line: Line<'_>, skipped: &mut Skipped) -> Draft {
    let notes = line.notes.unwrap_or_default();
    let annotated = |text: String| {
        let note = notes.get(&text).cloned();
        (text, note)
    };
    let techniques = line.techniques.texts(skipped);
    let many = techniques.len();
    let techniques: Vec<AttackId> = techniques
        .iter()
        .filter_map(|id| AttackId::new(id))
        .collect();
    skipped.add(Skip::BadText, (many - techniques.len()) as u64);
    Draft {
        local: line.id.unwrap_or_default(),
        note: line.name.as_ref().and_then(|name| notes.get(name).cloned()),
        name: line.name.unwrap_or_default(),
        also: line
            .also
            .texts(skipped)
            .into_iter()
            .map(annotated)
            .collect(),
        ids: line.ids.texts(skipped),
        similar: line
            .similar
            .texts(skipped)
            .into_iter()
            .map(annotated)
            .collect(),
        origins: line
            .origins
            .texts(skipped)
            .into_iter()
            .map(|origin| (origin, line.confidence))
            .collect(),
        deprecated: line.standing.as_deref() == Some("deprecated"),
        revoked: line.standing.as_deref() == Some("revoked"),
        successor: line.successor,
        dated: day(line.dated.as_deref(), skipped),
        techniques,
    }
}

fn actor(
    line: Line<'_>,
    source: &SourceId,
    keeper: &SourceId,
    skipped: &mut Skipped,
) -> Option<ThreatActor> {
    let id = ThreatActorId::new(keeper.clone(), &line.id.unwrap_or_default()).ok();
    let name = kept(&line.name.unwrap_or_default(), skipped);
    let (Some(id), Some(name)) = (id, name) else {
        skipped.count(Skip::Nameless);
        return None;
    };
    let sets = line.sets.texts(skipped).into_iter();
    let sets = sets.filter_map(|set| IntrusionSetId::new(keeper.clone(), &set).ok());
    Some(ThreatActor {
        id,
        source: source.clone(),
        name,
        aliases: line.also.texts(skipped),
        sets: sets.collect(),
    })
}
