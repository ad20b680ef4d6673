//! What one publication says of intrusion sets and their names.

mod attack;
mod draft;
mod galaxy;
mod microsoft;
mod own;
mod stix;

pub use galaxy::{Producers, read_producers};
pub use own::write_records;

use model::actor::{IntrusionSet, Publication, ThreatActor};

use crate::json;
use crate::top::Top;
use crate::{IntelError, Read, Skipped};
use draft::Draft;

/// The records of one publication.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Records {
    /// Which.
    pub from: Publication,
    /// Its intrusion sets, sorted by id, each id once.
    pub sets: Vec<IntrusionSet>,
    /// Its threat actors, sorted by id.
    pub actors: Vec<ThreatActor>,
}

/// The forms that are told apart, for people.
const FORMS: &str = "a STIX 2.1 bundle, a cluster of the MISP galaxy, Microsoft's mapping of names, knowledge of En Passant";

/// Reads knowledge of intrusion sets; the form is told by the content.
///
/// - A STIX 2.1 bundle (OASIS, STIX Version 2.1, §8): intrusion sets, what they use, what they were revoked by, to whom
///   they are attributed. What MITRE made is ATT&CK; else the bundle is a publication of its own.
/// - A cluster file of the MISP galaxy (`clusters/*.json`) whose category is `actor`, whole or reduced to names.
/// - Microsoft's `MicrosoftMapping.json`.
/// - ATT&CK's groups, reduced to names.
/// - What [`write_records`] wrote.
pub fn read_records(bytes: &[u8]) -> Result<Read<Records>, IntelError> {
    let text = json::text(bytes)?;
    let mut skipped = Skipped::default();
    let value = if text.trim_start().starts_with('[') {
        microsoft::read(json::whole(text)?, &mut skipped)?
    } else {
        let top = Top::of(text)?;
        if let Some(sets) = json::list("sets", top.sets)? {
            own::read(sets, top, &mut skipped)?
        } else if let Some(groups) = json::list("groups", top.groups)? {
            attack::read(groups, &top, &mut skipped)
        } else if let Some(objects) = top.bundle()? {
            stix::read(objects, &top, &mut skipped)
        } else {
            galaxy::read(top, &mut skipped)?
        }
    };
    Ok(Read { value, skipped })
}

impl Records {
    /// The records of `drafts`, sorted; one that comes twice counts once.
    fn new(from: Publication, drafts: Vec<Draft>, skipped: &mut Skipped) -> Self {
        let finished = drafts.into_iter();
        let finished = finished.filter_map(|draft| draft.finish(&from, skipped));
        let mut sets: Vec<IntrusionSet> = finished.collect();
        sets.sort_by(|one, other| one.id.cmp(&other.id));
        let before = sets.len();
        sets.dedup_by(|one, other| one.id == other.id);
        skipped.add(crate::Skip::Again, (before - sets.len()) as u64);
        Self {
            from,
            sets,
            actors: vec![],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a file and shows each set as one line, as it would be written, with what was not read.
    #[track_caller]
    fn check(file: &str, from: &str, sets: &[&str], skipped: &str) {
        let read = read_records(file.as_bytes()).expect("a file that is known");
        let records = &read.value;
        let told = format!(
            "{} of {}, {}",
            records.from.id,
            records.from.keeper,
            records.from.edition.as_deref().unwrap_or("no edition")
        );
        let written = write_records(records);
        let lines = written.lines().filter(|line| line.starts_with("{\"id\""));
        let lines: Vec<&str> = lines.map(|line| line.trim_end_matches(',')).collect();
        assert_eq!(
            (
                told.as_str(),
                lines.as_slice(),
                read.skipped.to_string().as_str()
            ),
            (from, sets, skipped)
        );
        let again = read_records(written.as_bytes()).expect("what is written can be read");
        assert_eq!(
            (again.value, again.skipped),
            (read.value, Skipped::default())
        );
    }

    #[test]
    fn a_bundle_of_attack() {
        check(
            r#"{"type": "bundle", "id": "bundle--0b", "objects": [
              {"type": "x-mitre-collection", "id": "x-mitre-collection--1", "x_mitre_version": "99.1"},
              {"type": "relationship", "id": "relationship--1", "relationship_type": "uses",
               "source_ref": "intrusion-set--a", "target_ref": "attack-pattern--t"},
              {"type": "relationship", "id": "relationship--2", "relationship_type": "revoked-by",
               "source_ref": "intrusion-set--b", "target_ref": "intrusion-set--a"},
              {"type": "relationship", "id": "relationship--3", "relationship_type": "uses", "revoked": true,
               "source_ref": "intrusion-set--b", "target_ref": "attack-pattern--t"},
              {"type": "relationship", "id": "relationship--4", "relationship_type": "uses",
               "source_ref": "intrusion-set--a", "target_ref": "attack-pattern--gone"},
              {"type": "intrusion-set", "id": "intrusion-set--a", "name": "Odd Bear", "aliases": ["Odd Bear", "Made Up 1", 7],
               "created_by_ref": "identity--c78cb6e5-0c4b-4611-8297-d1b8b55e40b5", "modified": "2025-03-10T20:15:06.958Z",
               "external_references": [{"source_name": "mitre-attack", "external_id": "G9001"},
                 {"source_name": "Made Up 1", "description": "Used for both.(Citation: A Lab 2016)(Citation: B Lab)"}]},
              {"type": "intrusion-set", "id": "intrusion-set--b", "name": "Old Bear", "revoked": true,
               "created_by_ref": "identity--c78cb6e5-0c4b-4611-8297-d1b8b55e40b5",
               "external_references": [{"source_name": "mitre-attack", "external_id": "G9000"}]},
              {"type": "attack-pattern", "id": "attack-pattern--t", "name": "Domains",
               "external_references": [{"source_name": "mitre-attack", "external_id": "T1583.001"}]},
              {"type": "malware", "id": "malware--m"}, 7, {}
            ]}"#,
            "attack of attack, 99.1",
            &[
                r#"{"id":"G9000","name":"Old Bear","ids":["b"],"standing":"revoked","successor":"G9001"}"#,
                r#"{"id":"G9001","name":"Odd Bear","also":["Made Up 1"],"ids":["a"],"notes":{"Made Up 1":"A Lab 2016; B Lab"},"dated":"2025-03-10","techniques":["T1583.001"]}"#,
            ],
            "1 other-kind, 2 malformed, 1 nameless, 1 revoked, 1 dangling",
        );
    }

    #[test]
    fn a_bundle_of_somebody_else_is_a_publication_by_itself() {
        let bundle = r#"{"type": "bundle", "id": "bundle--12345678-1234", "objects": [
          {"type": "identity", "id": "identity--l", "name": "A Lab"},
          {"type": "threat-actor", "id": "threat-actor--s", "name": "Some Service", "aliases": ["SoS"]},
          {"type": "intrusion-set", "id": "intrusion-set--a", "name": "Lab Bear", "created_by_ref": "identity--l",
           "external_references": [{"source_name": "mitre-attack", "external_id": "G0007"}]},
          {"type": "relationship", "id": "relationship--1", "relationship_type": "attributed-to",
           "source_ref": "intrusion-set--a", "target_ref": "threat-actor--s"}]}"#;
        check(
            bundle,
            "stix-12345678 of stix-12345678, no edition",
            &[
                r#"{"id":"intrusion-set--a","name":"Lab Bear","ids":["a"],"similar":["G0007"],"notes":{"G0007":"cited"}}"#,
                r#"{"id":"threat-actor--s","name":"Some Service","also":["SoS"],"sets":["intrusion-set--a"]}"#,
            ],
            "",
        );
        let read = read_records(bundle.as_bytes()).expect("a bundle");
        assert_eq!(read.value.from.name, "A Lab");
        assert_eq!(read.value.from.grade, model::Admiralty::UNKNOWN);
    }

    #[test]
    fn clusters_of_the_galaxy() {
        check(
            r#"{"type": "threat-actor", "category": "actor", "name": "Threat Actor", "version": 3, "values": [
              {"value": "Odd Bear", "uuid": "u1", "meta": {"synonyms": ["Made Up 1", "G9001"], "country": "XX",
               "cfr-suspected-state-sponsor": "Unknown", "attribution-confidence": "50", "refs": [],
               "name-attribution": ["Made Up 1:p1"], "origin:G9001": "B Lab"},
               "related": [{"dest-uuid": "u2", "type": "similar",
                 "tags": ["estimative-language:likelihood-probability=\"likely\""]}, {"dest-uuid": "u3", "type": "uses"}]},
              {"value": "Old Bear", "uuid": "u2", "revoked": true, "related": [{"dest-uuid": "u1", "type": "revoked-by"}]},
              {"value": "Odd Bear", "uuid": "u1"}]}"#,
            "misp of misp, version 3",
            &[
                r#"{"id":"u1","name":"Odd Bear","also":["Made Up 1","G9001"],"similar":["u2"],"notes":{"G9001":"used by B Lab","Made Up 1":"used by p1","u2":"likely"},"origins":["XX"],"confidence":50}"#,
                r#"{"id":"u2","name":"Old Bear","standing":"revoked","successor":"u1"}"#,
            ],
            "1 other-kind, 1 again",
        );
        check(
            r#"{"type": "mitre-intrusion-set", "category": "actor", "version": 4, "values": [
              {"value": "Odd Bear - G9001", "uuid": "a", "meta": {"external_id": "G9001", "synonyms": ["Odd Bear"]}}]}"#,
            "attack-misp of attack, version 4",
            &[r#"{"id":"G9001","name":"Odd Bear","ids":["a"]}"#],
            "",
        );
    }

    #[test]
    fn clusters_and_groups_reduced_to_names() {
        check(
            r#"{"source": "MISP/misp-galaxy clusters/microsoft-activity-group.json", "version": 23, "actors": [
              {"name": "Odd Hail", "synonyms": ["ODDIUM"], "external_id": null, "country": "XX", "uuid": "m1"}]}"#,
            "microsoft-misp of microsoft, version 23",
            &[
                r#"{"id":"Odd Hail","name":"Odd Hail","also":["ODDIUM"],"ids":["m1"],"origins":["XX"]}"#,
            ],
            "",
        );
        check(
            r#"{"source": "groups", "commit": "0123456789abcdef", "groups": [
              {"id": "G9001", "stix_id": "intrusion-set--a", "name": "Odd Bear", "aliases": ["Odd Bear", "Odd\u001bBear"],
               "modified": "2025-03-10T20:15:06.958Z", "revoked": false, "deprecated": true}]}"#,
            "attack of attack, commit 0123456789ab",
            &[
                r#"{"id":"G9001","name":"Odd Bear","ids":["a"],"standing":"deprecated","dated":"2025-03-10"}"#,
            ],
            "1 bad-text",
        );
    }

    #[test]
    fn the_mapping_of_microsoft_in_both_forms() {
        check(
            "\u{feff}[{\"Threat actor name\": \"Odd Hail\", \"Origin/Threat\": \"Nowhere, Financially motivated\",
               \"Other names\": \"ODDIUM, Odd Bear\"},
              {\"Previous name\": \"EVENIUM\", \"New name\": \"Even Hail\", \"Origin/Threat\": \"\", \"Other names\": [\"E1\"]},
              {\"Other names\": \"x\"}]",
            "microsoft of microsoft, no edition",
            &[
                r#"{"id":"Even Hail","name":"Even Hail","also":["EVENIUM","E1"]}"#,
                r#"{"id":"Odd Hail","name":"Odd Hail","also":["ODDIUM","Odd Bear"],"origins":["Nowhere","Financially motivated"]}"#,
            ],
            "1 nameless",
        );
    }

    #[test]
    fn other_files_are_refused() {
        let unknown = IntelError::UnknownForm { known: FORMS };
        let schema = IntelError::UnknownSchema { found: 2, known: 1 };
        let not_a_list = |field| IntelError::NotAList { field };
        for (file, expected) in [
            ("{}", unknown.clone()),
            ("[]", unknown.clone()),
            (
                r#"{"type": "producer", "category": "actor", "values": []}"#,
                unknown,
            ),
            (
                r#"{"type": "bundle", "objects": "x"}"#,
                not_a_list("objects"),
            ),
            (r#"{"groups": {}}"#, not_a_list("groups")),
            (r#"{"schema": 1, "sets": null}"#, not_a_list("sets")),
            (
                r#"{"schema": 1, "source": "a", "sets": [], "actors": 7}"#,
                not_a_list("actors"),
            ),
            (
                r#"{"type": "threat-actor", "category": "actor", "values": 7}"#,
                not_a_list("values"),
            ),
            (r#"{"schema": 2, "source": "a", "sets": []}"#, schema),
            (
                "\u{0}",
                IntelError::Malformed {
                    says: "expected value at line 1 column 1".into(),
                },
            ),
        ] {
            assert_eq!(read_records(file.as_bytes()), Err(expected), "{file}");
        }
        assert_eq!(read_records(b"{\xff"), Err(IntelError::NotText { at: 1 }));
    }

    #[test]
    fn producers_are_named() {
        let producers = br#"{"type": "producer", "values": [{"value": "A Lab", "uuid": "p1"}]}"#;
        let producers = read_producers(producers).expect("producers").value;
        let cluster = br#"{"type": "threat-actor", "category": "actor", "values": [{"value": "Odd Bear", "uuid": "u1",
          "meta": {"name-attribution": ["Odd Bear:p1", "Odd Bear:p2"]}}]}"#;
        let mut records = read_records(cluster).expect("a cluster").value;
        records.name_producers(&producers);
        assert_eq!(
            records.sets[0].claims[0].note.as_deref(),
            Some("used by A Lab, p2")
        );
        assert!(read_producers(b"{}").is_err());
    }
}
