//! Campaigns that others published, with their indicators.

mod csv;
mod misp;
mod pattern;
mod stix;

use jiff::Timestamp;
use model::actor::{Attributed, Indicator, IndicatorFault, IndicatorKind, Reference};
use model::{Admiralty, Tlp};

use crate::json::{self, Objects};
use crate::top::Top;
use crate::{IntelError, Read, Skip, Skipped};

/// The forms that are told apart, for people.
const FORMS: &str =
    "a STIX 2.1 bundle, an event of MISP or a list of them, CSV with a column `value`";

/// Reads campaigns that others published; the form is told by the content.
///
/// - A STIX 2.1 bundle (OASIS, STIX Version 2.1): indicators and infrastructure by the campaign, set or report that they
///   belong to, by relations one and two steps long. Of a pattern (§9) every value that is compared for equality is taken,
///   whatever stands beside it: each is a sign by itself.
/// - Events of MISP (misp-rfc, MISP core format), one or many: each is a campaign. Attributed as the event as a whole
///   is; what its publisher calls context is left out.
/// - CSV (RFC 4180, or with semicolons or tabs) with a heading: `value`, and if they are there `type`, `campaign`, `actor`,
///   `first_seen`, `valid_until`, `source`, `confidence` (0 to 100) and `tlp`.
///
/// What is read has a TLP label only if the file has one. Campaigns come sorted by id. Where rows of a table tell several
/// confidences for one campaign, the least counts.
///
/// # Errors
/// A file that is too large, no text, or not of one of these forms. One of the right form with nothing in it is none.
pub fn read_references(bytes: &[u8]) -> Result<Read<Vec<Reference>>, IntelError> {
    let text = json::text(bytes)?;
    let mut skipped = Skipped::default();
    let unknown = IntelError::UnknownForm { known: FORMS };
    let sketches = match text.trim_start().as_bytes().first() {
        Some(b'[') => {
            let events: Objects<'_> = json::whole(text)?;
            if !events.any(|raw| Top::of(raw.get()).is_ok_and(|event| event.is_event())) {
                return Err(unknown);
            }
            misp::many(events, &mut skipped)
        }
        Some(b'{') => {
            let top = Top::of(text)?;
            if let Some(objects) = top.bundle()? {
                let id = top.id.as_deref().unwrap_or("bundle");
                stix::read(objects, id, &mut skipped)
            } else if let Some(events) = json::list("response", top.response)? {
                misp::many(events, &mut skipped)
            } else if top.is_event() {
                misp::one(text, &mut skipped)
            } else {
                return Err(unknown);
            }
        }
        _ => csv::read(text, &mut skipped)?,
    };
    let finished = sketches.into_iter();
    let finished = finished.filter_map(|sketch| sketch.finish(&mut skipped));
    let mut value: Vec<Reference> = finished.collect();
    value.sort_by(|one, other| one.id.cmp(&other.id));
    Ok(Read { value, skipped })
}

/// A campaign on its way from a file to a noun.
struct Sketch {
    id: String,
    name: String,
    source: Option<String>,
    attributed: Vec<Attributed>,
    grade: Admiralty,
    tlp: Option<Tlp>,
    published: Option<Timestamp>,
    indicators: Vec<Indicator>,
}

impl Sketch {
    /// Nothing yet but an id and a name.
    fn new(id: &str, name: &str) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            source: None,
            attributed: vec![],
            grade: Admiralty::UNKNOWN,
            tlp: None,
            published: None,
            indicators: vec![],
        }
    }

    /// The campaign, if it has an indicator. A value that comes twice counts once, from its first time to its last.
    fn finish(mut self, skipped: &mut Skipped) -> Option<Reference> {
        if self.indicators.is_empty() {
            skipped.count(Skip::Bare);
            return None;
        }
        self.indicators.sort();
        let before = self.indicators.len();
        self.indicators.dedup_by(|later, first| {
            let same = (later.kind(), later.value()) == (first.kind(), first.value());
            if same {
                // Sorted: one that tells no beginning comes first, then the earliest. One that tells no end has none.
                first.valid_from = first.valid_from.or(later.valid_from);
                first.valid_until = match (first.valid_until, later.valid_until) {
                    (Some(one), Some(other)) => Some(one.max(other)),
                    _ => None,
                };
            }
            same
        });
        skipped.add(Skip::Again, (before - self.indicators.len()) as u64);
        self.attributed.sort_by(|one, other| {
            let key = |attributed: &Attributed| (attributed.name.clone(), attributed.set.is_none());
            key(one).cmp(&key(other))
        });
        self.attributed
            .dedup_by(|one, other| one.name == other.name);
        Some(Reference {
            id: self.id,
            name: self.name,
            source: self.source,
            attributed: self.attributed,
            grade: self.grade,
            tlp: self.tlp,
            published: self.published,
            indicators: self.indicators,
        })
    }
}

/// An indicator of a value, or why not.
fn indicator(kind: IndicatorKind, value: &str, skipped: &mut Skipped) -> Option<Indicator> {
    match Indicator::new(kind, value) {
        Ok(indicator) => Some(indicator),
        Err(fault) => {
            skipped.count(match fault {
                IndicatorFault::NotGlobal => Skip::CommonAddress,
                IndicatorFault::NoText => Skip::BadText,
                _ => Skip::BadValue,
            });
            None
        }
    }
}

/// The grade of a confidence from 0 to 100 (STIX 2.1, Appendix A, Admiralty Credibility). Of the source it says nothing.
fn grade(confidence: Option<u8>) -> Admiralty {
    let credibility = match confidence {
        Some(80..=100) => 1,
        Some(60..=79) => 2,
        Some(40..=59) => 3,
        Some(20..=39) => 4,
        Some(0..=19) => 5,
        _ => 6,
    };
    Admiralty::of('F', credibility).unwrap_or(Admiralty::UNKNOWN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MAX_BYTES;
    use proptest::prelude::*;

    /// Shows each campaign with its indicators, a line each.
    fn shown(references: &[Reference]) -> Vec<String> {
        let mut shown = vec![];
        for reference in references {
            let by = reference.attributed.iter().map(|by| match &by.set {
                Some(set) => format!("{} ({set})", by.name),
                None => by.name.clone(),
            });
            let by: Vec<String> = by.collect();
            shown.push(format!(
                "{}; by {}; {} {}; from {}",
                reference.name,
                by.join(", "),
                reference.grade,
                reference.tlp.map_or("no label", Tlp::as_str),
                reference.source.as_deref().unwrap_or("nobody"),
            ));
            for found in &reference.indicators {
                let day = |time: Option<Timestamp>| {
                    time.map(|time| time.to_string()[..10].to_owned())
                        .unwrap_or_default()
                };
                let (from, until) = (day(found.valid_from), day(found.valid_until));
                let valid = match (from.as_str(), until.as_str()) {
                    ("", "") => String::new(),
                    (from, until) => format!(" {from}..{until}"),
                };
                shown.push(format!("  {} {}{valid}", found.kind(), found.value()));
            }
        }
        shown
    }

    #[track_caller]
    fn check(file: &str, expected: &[&str], skipped: &str) {
        let read = read_references(file.as_bytes()).expect("a file that is known");
        assert_eq!(shown(&read.value), expected);
        assert_eq!(read.skipped.to_string(), skipped);
    }

    #[test]
    fn a_bundle_that_the_python_library_wrote() {
        let certificate = format!("  certificate-sha256 {} 2026-01-02..", "ab".repeat(32));
        check(
            include_str!("../../../corpus/intel/references/stix2-bundle.json"),
            &[
                "without a campaign; by ; F6 GREEN; from Made-up Laboratory",
                "  url https://loose.example/in.php 2026-01-02..",
                "Generated Campaign; by Generated Bear; F2 AMBER; from Made-up Laboratory",
                "  domain login-examplebank.example 2026-01-02..2026-07-01",
                "  domain mail-examplebank.example 2026-01-02..2026-07-01",
                "  domain ns1.generated-bear.example",
                "  address 198.51.100.23",
                "  address 203.0.113.9 2026-01-02..",
                "Generated Bear; by Generated Bear; F6 no label; from Made-up Laboratory",
                &certificate,
                "Generated Report; by Generated Bear; F6 no label; from Made-up Laboratory",
                "  email jo.doe@mail.example 2026-01-02..",
            ],
            "2 other-kind, 1 context, 1 other-comparison",
        );
    }

    #[test]
    fn an_event_that_the_python_library_wrote() {
        let certificate = format!("  certificate-sha1 {}", "ab".repeat(20));
        check(
            include_str!("../../../corpus/intel/references/pymisp-event.json"),
            &[
                "Generated: look-alikes of Example Bank; by APT28 (attack:G0007), Generated Bear; B2 AMBER+STRICT; from Made-up Laboratory",
                "  domain login-examplebank.example 2025-12-30..",
                "  domain mail-examplebank.example",
                "  host www.login-examplebank.example",
                "  name-server ns1.generated-bear.example",
                "  address 198.51.100.23",
                "  address 203.0.113.9",
                "  registrant-email jo.doe@mail.example",
                "  registrant-name Jo Doe",
                &certificate,
            ],
            "4 other-kind, 1 again, 1 context",
        );
    }

    #[test]
    fn many_events_and_broken_ones() {
        check(
            r#"{"response": [
              {"Event": {"uuid": "e1", "info": "One\n event", "Galaxy": [{"GalaxyCluster": [
                 {"type": "threat-actor", "value": "Odd Bear", "uuid": "u1"}, {"type": "country", "value": "x"}]}],
               "Attribute": [{"type": "domain", "value": "a[.]example", "Tag": [{"name": "tlp:red"}]},
                 {"type": "domain", "value": "b.example", "deleted": true}, {"type": "ip-dst", "value": "10.0.0.1"}, 7]}},
              {"uuid": "e2", "info": "Two", "Object": [{"deleted": true}, {"Attribute": [{"type": "domain", "value": "no name"}]}]},
              {"Event": {"info": "without an id"}}, []]}"#,
            &[
                "One event; by Odd Bear (misp:u1); F6 RED; from nobody",
                "  domain a.example",
            ],
            "1 other-kind, 1 malformed, 2 nameless, 1 bad-value, 1 common-address, 2 revoked, 1 bare",
        );
    }

    #[test]
    fn a_bundle_with_loose_ends() {
        check(
            r#"{"type": "bundle", "id": "bundle--1", "objects": [
              {"type": "campaign", "id": "campaign--bare", "name": "Bare"},
              {"type": "infrastructure", "id": "infrastructure--1", "name": "Somebody's servers"},
              {"type": "x509-certificate", "id": "x509-certificate--1", "hashes": {"SHA-1": "0000000000000000000000000000000000000000"}},
              {"type": "relationship", "id": "r--1", "relationship_type": "consists-of",
               "source_ref": "infrastructure--1", "target_ref": "x509-certificate--1"},
              {"type": "relationship", "id": "r--2", "relationship_type": "indicates",
               "source_ref": "indicator--gone", "target_ref": "campaign--bare"},
              {"type": "marking-definition", "id": "marking-definition--own", "definition_type": "tlp", "definition": {"tlp": "amber"}},
              {"type": "indicator", "id": "indicator--1", "pattern": "[domain-name:value = 'a.example']", "pattern_type": "stix",
               "valid_from": "someday", "object_marking_refs": ["marking-definition--own",
                 "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"]},
              {"type": "indicator", "id": "indicator--2", "pattern": "alert tcp", "pattern_type": "snort"},
              {"type": "indicator", "id": "indicator--3", "revoked": true, "pattern": "[domain-name:value = 'b.example']"}]}"#,
            &[
                "without a campaign; by ; F6 AMBER; from nobody",
                "  domain a.example",
                "Somebody's servers; by ; F6 no label; from nobody",
                &format!("  certificate-sha1 {}", "0".repeat(40)),
            ],
            "1 revoked, 1 bare, 1 dangling, 1 other-comparison, 1 bad-time",
        );
    }

    #[test]
    fn a_value_that_comes_twice_counts_from_first_to_last() {
        check(
            "value,first_seen,valid_until\na.example,2020-01-01,2020-06-01\na.example,2019-01-01,2020-03-01\nb.example,,\nb.example,2020-01-01,2020-02-01\n",
            &[
                "without a campaign; by ; F6 no label; from nobody",
                "  domain a.example 2019-01-01..2020-06-01",
                "  domain b.example 2020-01-01..",
            ],
            "2 again",
        );
    }

    #[test]
    fn other_files_are_refused() {
        let unknown = || IntelError::UnknownForm { known: FORMS };
        let not_a_list = |field| IntelError::NotAList { field };
        for (file, expected) in [
            ("{}", unknown()),
            ("[]", unknown()),
            ("[7, [], {}]", unknown()),
            (r#"[{"Threat actor name": "Odd Hail"}]"#, unknown()),
            (r#"{"Event": "x"}"#, unknown()),
            (r#"{"type": ["bundle"], "objects": []}"#, unknown()),
            (
                r#"{"type": "bundle", "objects": "x"}"#,
                not_a_list("objects"),
            ),
            (
                r#"{"type": "bundle", "objects": null}"#,
                not_a_list("objects"),
            ),
            (
                r#"{"type": "bundle", "objects": {"id": "indicator--1"}}"#,
                not_a_list("objects"),
            ),
            (r#"{"response": {"Attribute": []}}"#, not_a_list("response")),
            ("\"bundle\"", IntelError::NoValueColumn),
        ] {
            assert_eq!(read_references(file.as_bytes()), Err(expected), "{file}");
        }
        for file in ["{", "[", r#"{"type": "bundle", "objects": [}"#, "{}x"] {
            let refused = read_references(file.as_bytes());
            let malformed = matches!(refused, Err(IntelError::Malformed { .. }));
            assert!(malformed, "{file}: {refused:?}");
        }
        assert_eq!(
            read_references(b"value\xff"),
            Err(IntelError::NotText { at: 5 })
        );
        let large = vec![b' '; MAX_BYTES + 1];
        assert_eq!(read_references(&large), Err(IntelError::TooLarge));
    }

    #[test]
    fn nothing_in_the_right_form_is_nothing() {
        for file in [
            r#"{"type": "bundle", "id": "bundle--1"}"#,
            r#"{"type": "bundle", "id": "bundle--1", "objects": []}"#,
            r#"{"response": []}"#,
            "value,type\n",
        ] {
            check(file, &[], "");
        }
        check(r#"[{"Event": {}}, 7]"#, &[], "1 malformed, 1 nameless");
    }

    proptest! {
        #[test]
        fn whatever_a_pattern_is_it_is_read_to_its_end(pattern in ".{0,80}") {
            let object = serde_json::json!({"type": "indicator", "id": "indicator--1", "pattern": pattern});
            let file = serde_json::json!({"type": "bundle", "objects": [object]}).to_string();
            prop_assert!(read_references(file.as_bytes()).is_ok());
        }
    }
}
