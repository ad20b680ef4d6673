//! Intrusion sets and their names, for programs.

use super::page::used;
use intel::{Answer, Group, Held, Knowledge, Named, Tie};
use model::actor::{AliasClaim, IntrusionSet, Publication, Standing, ThreatActor};
use serde_json::{Value, json};

/// The whole answer. Texts are as the sources write them.
pub(super) fn answer(asked: &str, known: &Knowledge, answer: &Answer<'_>) -> Value {
    let behind = |group: &Group<'_>| {
        let actors = known.actors().iter();
        let actors = actors.filter(|actor| {
            let mut sets = group.sets.iter();
            sets.any(|set| actor.sets.contains(set.id))
        });
        all(actors, threat_actor)
    };
    let groups = answer.groups.iter().map(|group| {
        json!({
            "name": group.name(),
            "sets": all(&group.sets, set),
            "together_because": all(&group.ties, tie),
            "names": all(&group.names(), named),
            "actors": behind(group),
        })
    });
    json!({
        "asked": asked,
        "ambiguous": answer.groups.len() > 1,
        "groups": groups.collect::<Vec<_>>(),
        "actors": all(answer.actors.iter().copied(), threat_actor),
        "near": answer.near,
        "sources": all(used(known, answer), publication),
    })
}

fn all<T>(items: impl IntoIterator<Item = T>, write: fn(T) -> Value) -> Vec<Value> {
    items.into_iter().map(write).collect()
}

fn set(set: &Held<'_>) -> Value {
    json!({
        "id": set.id.to_string(),
        "keeper": set.id.keeper().as_str(),
        "local_id": set.id.local(),
        "claims_it": set.claims_it,
        "records": all(set.records, record),
    })
}

fn record(record: &IntrusionSet) -> Value {
    let (standing, successor) = match &record.standing {
        Standing::Current => ("current", None),
        Standing::Deprecated => ("deprecated", None),
        Standing::Revoked { successor } => ("revoked", successor.as_ref()),
    };
    let origins = record.origins.iter().map(|origin| {
        json!({
            "says": origin.says,
            "source": origin.source.as_str(),
            "confidence": origin.confidence,
        })
    });
    json!({
        "source": record.source.as_str(),
        "name": record.name,
        "dated": record.dated.map(|day| day.to_string()),
        "standing": standing,
        "successor": successor.map(ToString::to_string),
        "origins": origins.collect::<Vec<_>>(),
        "techniques": record.techniques.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}

fn tie(tie: &Tie<'_>) -> Value {
    json!({ "claim": claim(tie.claim), "to": tie.to.to_string() })
}

fn named(named: &Named<'_>) -> Value {
    json!({
        "name": named.name,
        "claims": all(named.claims.iter().copied(), claim),
    })
}

fn claim(claim: &AliasClaim) -> Value {
    json!({
        "name": claim.name,
        "kind": claim.kind.as_str(),
        "set": claim.set.to_string(),
        "source": claim.source.as_str(),
        "dated": claim.dated.map(|day| day.to_string()),
        "grade": claim.grade.to_string(),
        "note": claim.note,
    })
}

fn threat_actor(actor: &ThreatActor) -> Value {
    json!({
        "id": actor.id.to_string(),
        "name": actor.name,
        "also": actor.aliases,
        "source": actor.source.as_str(),
        "behind": actor.sets.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}

fn publication(publication: &Publication) -> Value {
    json!({
        "id": publication.id.as_str(),
        "name": publication.name,
        "edition": publication.edition,
        "licence": publication.licence,
        "grade": publication.grade.to_string(),
    })
}
