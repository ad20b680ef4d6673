//! Intrusion sets in a STIX 2.1 bundle, above all in those that ATT&CK publishes.

use std::collections::{BTreeMap, BTreeSet};

use model::actor::{AttackId, IntrusionSetId, Publication, SourceId, ThreatActor, ThreatActorId};

use super::Records;
use super::draft::{Draft, day};
use crate::json::{Objects, kept};
use crate::publications::{publication, source};
use crate::stix::{self, ExternalReference, StixObject, uuid};
use crate::top::Top;
use crate::{Skip, Skipped};

/// The identity under which MITRE publishes ATT&CK.
const MITRE: &str = "identity--c78cb6e5-0c4b-4611-8297-d1b8b55e40b5";

pub(super) fn read(objects: Objects<'_>, top: &Top<'_>, skipped: &mut Skipped) -> Records {
    let mut bundle = Bundle::default();
    stix::each(objects, skipped, |object, skipped| {
        bundle.take(object, skipped);
    });
    bundle.relate(skipped);
    bundle.finish(top, skipped)
}

/// What is wanted of a bundle, by STIX id.
#[derive(Default)]
struct Bundle {
    sets: BTreeMap<String, Set>,
    techniques: BTreeMap<String, AttackId>,
    actors: BTreeMap<String, Actor>,
    relations: Vec<Relation>,
    /// Names of identities.
    identities: BTreeMap<String, String>,
    /// The edition of ATT&CK.
    edition: Option<String>,
}

struct Set {
    draft: Draft,
    by: Option<String>,
    /// The id that ATT&CK gave.
    group: Option<String>,
}

struct Actor {
    name: String,
    aliases: Vec<String>,
    sets: BTreeSet<String>,
}

struct Relation {
    kind: String,
    from: String,
    to: String,
}

impl Bundle {
    fn take(&mut self, object: StixObject<'_>, skipped: &mut Skipped) {
        let (Some(kind), Some(id)) = (object.kind.as_deref(), object.id.clone()) else {
            skipped.count(Skip::Nameless);
            return;
        };
        match kind {
            "intrusion-set" => {
                self.sets.insert(id.clone(), set(id, object, skipped));
            }
            "attack-pattern" => {
                let externals = ExternalReference::all(object.external_references, skipped);
                match ExternalReference::attack_id(&externals, 'T').and_then(AttackId::new) {
                    Some(technique) => drop(self.techniques.insert(id, technique)),
                    None => skipped.count(Skip::Nameless),
                }
            }
            "threat-actor" => match object.name.and_then(|name| kept(&name, skipped)) {
                Some(name) => {
                    let actor = Actor {
                        name,
                        aliases: object.aliases.texts(skipped),
                        sets: BTreeSet::new(),
                    };
                    self.actors.insert(id, actor);
                }
                None => skipped.count(Skip::Nameless),
            },
            "identity" => {
                let name = object.name.and_then(|name| kept(&name, skipped));
                self.identities.extend(name.map(|name| (id, name)));
            }
            "x-mitre-collection" => self.edition = object.x_mitre_version,
            "relationship" => self.relation(object, skipped),
            _ => skipped.count(Skip::OtherKind),
        }
    }

    fn relation(&mut self, object: StixObject<'_>, skipped: &mut Skipped) {
        let (Some(kind), Some(from), Some(to)) = (
            object.relationship_type,
            object.source_ref,
            object.target_ref,
        ) else {
            skipped.count(Skip::Malformed);
            return;
        };
        let wanted = from.starts_with("intrusion-set--")
            && match kind.as_str() {
                "uses" => to.starts_with("attack-pattern--"),
                "attributed-to" => to.starts_with("threat-actor--"),
                "revoked-by" => to.starts_with("intrusion-set--"),
                _ => false,
            };
        if !wanted {
            skipped.count(Skip::OtherKind);
        } else if object.revoked == Some(true) || object.x_mitre_deprecated == Some(true) {
            skipped.count(Skip::Revoked);
        } else {
            self.relations.push(Relation { kind, from, to });
        }
    }

    /// Puts relations where they belong, now that all objects are there.
    fn relate(&mut self, skipped: &mut Skipped) {
        for Relation { kind, from, to } in std::mem::take(&mut self.relations) {
            let local = |set: &Set| set.draft.local.clone();
            let successor = self.sets.get(&to).map(local);
            let set = self.sets.get_mut(&from);
            match (kind.as_str(), set) {
                ("uses", Some(set)) if self.techniques.contains_key(&to) => {
                    set.draft.techniques.push(self.techniques[&to].clone());
                }
                ("revoked-by", Some(set)) if successor.is_some() => {
                    set.draft.revoked = true;
                    set.draft.successor = successor;
                }
                ("attributed-to", Some(set)) if self.actors.contains_key(&to) => {
                    let local = set.draft.local.clone();
                    let actor = self.actors.get_mut(&to);
                    actor
                        .expect("invariant: asked just before")
                        .sets
                        .insert(local);
                }
                _ => skipped.count(Skip::Dangling),
            }
        }
    }

    fn finish(self, top: &Top<'_>, skipped: &mut Skipped) -> Records {
        let mitre = |set: &Set| set.by.as_deref() == Some(MITRE) && set.group.is_some();
        let from = if self.sets.values().any(mitre) {
            let edition = self.edition.and_then(|edition| kept(&edition, skipped));
            publication(source("attack"), "", edition)
        } else {
            self.publisher(top)
        };
        let attack = from.id == source("attack");
        let mut drafts = vec![];
        for set in self.sets.into_values() {
            if attack && !mitre(&set) {
                skipped.count(Skip::OtherKind);
                continue;
            }
            drafts.push(set.draft);
        }
        let mut records = Records::new(from, drafts, skipped);
        let from = &records.from;
        let id = |local: &str| IntrusionSetId::new(from.keeper.clone(), local).ok();
        let actors = self.actors.into_iter().filter_map(|(stix, actor)| {
            Some(ThreatActor {
                id: ThreatActorId::new(from.keeper.clone(), &stix).ok()?,
                source: from.id.clone(),
                name: actor.name,
                aliases: actor.aliases,
                sets: actor.sets.iter().filter_map(|set| id(set)).collect(),
            })
        });
        let actors = actors.collect();
        records.actors = actors;
        records
    }

    /// A bundle of somebody else: a publication by itself, by the start of its UUID.
    fn publisher(&self, top: &Top<'_>) -> Publication {
        let start = top.id.as_deref().and_then(uuid);
        let start: String = start.into_iter().flat_map(str::chars).take(8).collect();
        let id = SourceId::new(&format!("stix-{start}")).unwrap_or_else(|_| source("stix"));
        let by = self.sets.values().find_map(|set| set.by.as_ref());
        let name = by.and_then(|by| self.identities.get(by));
        publication(id, name.map_or("STIX bundle", String::as_str), None)
    }
}

fn set(id: String, object: StixObject<'_>, skipped: &mut Skipped) -> Set {
    let externals = ExternalReference::all(object.external_references, skipped);
    let group = ExternalReference::attack_id(&externals, 'G').map(str::to_owned);
    let by = object.created_by_ref;
    let ids = uuid(&id).map(str::to_owned).into_iter().collect();
    let own = by.as_deref() == Some(MITRE);
    let (local, similar) = match &group {
        Some(group) if own => (group.clone(), vec![]),
        Some(group) => (id, vec![(group.clone(), Some("cited".to_owned()))]),
        None => (id, vec![]),
    };
    let also = object.aliases.texts(skipped).into_iter().map(|alias| {
        let note = externals.iter().find(|external| {
            let source = external.source_name.as_deref();
            source == Some(alias.as_str()) && external.description.is_some()
        });
        let note = note.and_then(|note| cited(note.description.as_deref()?));
        (alias, note)
    });
    let draft = Draft {
        local,
        name: object.name.unwrap_or_default(),
        also: also.collect(),
        ids,
        similar,
        deprecated: object.x_mitre_deprecated == Some(true),
        revoked: object.revoked == Some(true),
        dated: day(object.modified.as_deref(), skipped),
        ..Draft::default()
    };
    Set { draft, by, group }
}

/// Whom ATT&CK cites for a name: `(Citation: A)(Citation: B)` is `A; B`, as many as have room in 200 characters.
fn cited(description: &str) -> Option<String> {
    let mut all = String::new();
    let citations = description.split("(Citation: ").skip(1);
    for citation in citations.filter_map(|rest| rest.split(')').next()) {
        let citation = citation.trim();
        let more = citation.chars().count() + 2;
        if all.chars().count() + more > model::actor::MAX_TEXT {
            break;
        }
        if !all.is_empty() {
            all.push_str("; ");
        }
        all.push_str(citation);
    }
    (!all.is_empty()).then_some(all)
}
