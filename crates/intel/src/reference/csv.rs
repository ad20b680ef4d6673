//! Indicators in a table: CSV with a heading.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use csv::{ReaderBuilder, StringRecord};
use data_encoding::HEXLOWER;
use model::Tlp;
use model::actor::{Attributed, Indicator, IndicatorKind};
use sha2::{Digest, Sha256};

use super::misp::kind_of;
use super::{Sketch, grade, indicator};
use crate::json::{kept, time};
use crate::{IntelError, MAX_OBJECTS, Skip, Skipped};

/// Columns by the names that they may have.
const COLUMNS: [(&str, &[&str]); 9] = [
    ("value", &["value", "indicator", "ioc"]),
    ("type", &["type", "kind"]),
    ("campaign", &["campaign"]),
    ("actor", &["actor", "threat_actor", "intrusion_set"]),
    ("first_seen", &["first_seen", "valid_from"]),
    ("valid_until", &["valid_until"]),
    ("source", &["source", "publisher"]),
    ("confidence", &["confidence"]),
    ("tlp", &["tlp"]),
];

pub(super) fn read(text: &str, skipped: &mut Skipped) -> Result<Vec<Sketch>, IntelError> {
    let heading = text.lines().next().unwrap_or_default();
    let delimiter = [b',', b';', b'\t'].into_iter();
    let delimiter = delimiter.max_by_key(|&delimiter| {
        let times = heading.bytes().filter(|&byte| byte == delimiter).count();
        (times, delimiter == b',')
    });
    let mut reader = ReaderBuilder::new()
        .flexible(true)
        .delimiter(delimiter.unwrap_or(b','))
        .from_reader(text.as_bytes());
    let heading = reader
        .headers()
        .map_err(|error| IntelError::malformed(&error))?;
    let columns = Columns::of(heading, skipped)?;
    let mut campaigns: BTreeMap<Named, Rows> = BTreeMap::new();
    for (at, record) in reader.records().enumerate() {
        match record {
            _ if at >= MAX_OBJECTS => skipped.count(Skip::TooMany),
            Ok(record) => row(&columns, &record, &mut campaigns, skipped),
            Err(_) => skipped.count(Skip::Malformed),
        }
    }
    let sketches = campaigns.into_iter();
    Ok(sketches.map(|(named, rows)| rows.sketch(named)).collect())
}

/// What holds rows together.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Named {
    source: Option<String>,
    campaign: Option<String>,
    actor: Option<String>,
}

/// What rows say that belong together.
#[derive(Default)]
struct Rows {
    /// The least of those that are said.
    confidence: Option<u8>,
    /// The narrowest.
    tlp: Option<Tlp>,
    indicators: Vec<Indicator>,
}

impl Rows {
    fn sketch(self, named: Named) -> Sketch {
        let id = self.id(&named);
        let Named {
            source,
            campaign,
            actor,
        } = named;
        let name = campaign.as_ref().or(actor.as_ref());
        let mut sketch = Sketch::new(&id, name.map_or("without a campaign", String::as_str));
        sketch.source = source;
        sketch.grade = grade(self.confidence);
        sketch.attributed.extend(actor.map(|name| Attributed {
            name,
            set: None,
            grade: sketch.grade,
        }));
        sketch.tlp = self.tlp;
        sketch.indicators = self.indicators;
        sketch
    }

    /// Made from the names; where neither the campaign nor its publisher has one, from the indicators and the actor: other
    /// lists without names are other campaigns. In which order rows stand and what times they tell makes no difference.
    fn id(&self, named: &Named) -> String {
        let all = [&named.source, &named.campaign, &named.actor];
        let all = all.map(|name| name.as_deref().unwrap_or_default());
        // A slash in a name is none between names.
        let all = all.map(|name| name.replace('%', "%25").replace('/', "%2F"));
        let [source, campaign, actor] = all;
        if !(source.is_empty() && campaign.is_empty()) {
            return format!("csv:{source}/{campaign}/{actor}");
        }
        let indicators = self.indicators.iter();
        let indicators: BTreeSet<(&str, &str)> = indicators
            .map(|indicator| (indicator.kind().as_str(), indicator.value()))
            .collect();
        let mut digest = Sha256::new();
        digest.update(actor);
        for (kind, value) in indicators {
            // No text here holds a zero byte.
            for part in ["\0", kind, "\0", value] {
                digest.update(part);
            }
        }
        format!("csv:{}", HEXLOWER.encode(&digest.finalize()[..8]))
    }
}

/// Where each column stands.
struct Columns(BTreeMap<&'static str, usize>);

impl Columns {
    fn of(heading: &StringRecord, skipped: &mut Skipped) -> Result<Self, IntelError> {
        let mut places = BTreeMap::new();
        for (at, title) in heading.iter().enumerate() {
            let title = title.trim().to_lowercase().replace([' ', '-'], "_");
            let known = COLUMNS
                .iter()
                .find(|(_, names)| names.contains(&title.as_str()));
            match known {
                Some((column, _)) if !places.contains_key(column) => {
                    places.insert(*column, at);
                }
                _ => skipped.count(Skip::OtherColumn),
            }
        }
        if places.contains_key("value") {
            Ok(Self(places))
        } else {
            Err(IntelError::NoValueColumn)
        }
    }

    /// The cell, if it is there and not empty.
    fn cell<'a>(&self, record: &'a StringRecord, column: &str) -> Option<&'a str> {
        let cell = record.get(*self.0.get(column)?)?.trim();
        (!cell.is_empty()).then_some(cell)
    }
}

fn row(
    columns: &Columns,
    record: &StringRecord,
    campaigns: &mut BTreeMap<Named, Rows>,
    skipped: &mut Skipped,
) {
    let cell = |column| columns.cell(record, column);
    let Some(value) = cell("value") else {
        skipped.count(Skip::Nameless);
        return;
    };
    let Some(kind) = kind(cell("type"), value) else {
        skipped.count(Skip::OtherKind);
        return;
    };
    let Some(mut found) = indicator(kind, value, skipped) else {
        return;
    };
    found.valid_from = cell("first_seen").and_then(|text| time(text, skipped));
    found.valid_until = cell("valid_until").and_then(|text| time(text, skipped));
    let mut word = |column| cell(column).and_then(|text| kept(text, skipped));
    let [source, campaign, actor] = ["source", "campaign", "actor"].map(&mut word);
    let named = Named {
        source,
        campaign,
        actor,
    };
    let rows = campaigns.entry(named).or_default();
    let confidence = cell("confidence").and_then(|text| confidence(text, skipped));
    rows.confidence = rows.confidence.into_iter().chain(confidence).min();
    // A label that nobody knows may have meant the narrowest.
    let tlp = cell("tlp").map(|text| text.parse().unwrap_or(Tlp::Red));
    rows.tlp = rows.tlp.max(tlp);
    rows.indicators.push(found);
}

/// A confidence from 0 to 100.
fn confidence(text: &str, skipped: &mut Skipped) -> Option<u8> {
    let confidence = text.parse().ok().filter(|&confidence| confidence <= 100);
    if confidence.is_none() {
        skipped.count(Skip::BadConfidence);
    }
    confidence
}

/// The kind that the type says, in our words or in MISP's; without a type, the one that the value looks like.
fn kind(said: Option<&str>, value: &str) -> Option<IndicatorKind> {
    let Some(said) = said else {
        let looks = [
            IndicatorKind::Url,
            IndicatorKind::Email,
            IndicatorKind::Address,
        ];
        let looks = looks.into_iter();
        let mut looks = looks.filter(|&kind| Indicator::new(kind, value).is_ok());
        // A private address is one, too, and is told as such.
        let address = value.parse::<IpAddr>().is_ok();
        let name = || Indicator::new(IndicatorKind::Domain, value).is_ok();
        return looks
            .next()
            .or(address.then_some(IndicatorKind::Address))
            .or_else(|| name().then_some(IndicatorKind::Domain));
    };
    let said = said.to_lowercase().replace([' ', '_'], "-");
    let ours = said.parse().ok();
    ours.or_else(|| kind_of(&said)).or(match said.as_str() {
        "ip" | "ipv4" | "ipv6" | "ipv4-addr" | "ipv6-addr" => Some(IndicatorKind::Address),
        "domain-name" | "fqdn" => Some(IndicatorKind::Domain),
        "email-addr" => Some(IndicatorKind::Email),
        "nameserver" | "ns" => Some(IndicatorKind::NameServer),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use crate::{IntelError, read_references};

    #[track_caller]
    fn check(table: &str, expected: &[&str], skipped: &str) {
        let read = read_references(table.as_bytes()).expect("a table");
        let shown: Vec<String> = read
            .value
            .iter()
            .flat_map(|reference| {
                let by = reference.attributed.iter().map(|by| by.name.as_str());
                let head = format!(
                    "{} [{}] {}",
                    reference.name,
                    by.collect::<Vec<_>>().join(", "),
                    reference.grade
                );
                let each = reference.indicators.iter();
                let each = each.map(|found| format!("  {} {}", found.kind(), found.value()));
                std::iter::once(head).chain(each).collect::<Vec<_>>()
            })
            .collect();
        assert_eq!(shown, expected);
        assert_eq!(read.skipped.to_string(), skipped);
    }

    #[test]
    fn rows_of_one_campaign_are_one() {
        check(
            "value,type,campaign,actor,first_seen,source,confidence\n\
             login-bank[.]example,domain,Made Up,Odd Bear,2017-03-15,A Lab,85\n\
             192.0.2.7,ip,Made Up,Odd Bear,,A Lab,\n\
             jo@mail.example,registrant-email,Made Up,Odd Bear,soon,A Lab,\n\
             other.example,,Other,,,A Lab,\n",
            &[
                "Made Up [Odd Bear] F1",
                "  domain login-bank.example",
                "  address 192.0.2.7",
                "  registrant-email jo@mail.example",
                "Other [] F6",
                "  domain other.example",
            ],
            "1 bad-time",
        );
    }

    #[test]
    fn types_are_seen_where_none_is_said() {
        check(
            "Value;Notes\nhxxps://a.example/x;\na.example;\n\"jo@b.example\";x;y\n10.0.0.1;\nwhat is this;\n;\n",
            &[
                "without a campaign [] F6",
                "  domain a.example",
                "  email jo@b.example",
                "  url https://a.example/x",
            ],
            "1 other-kind, 1 nameless, 1 common-address, 1 other-column",
        );
    }

    #[test]
    fn a_confidence_that_is_none_is_counted() {
        let table = |confidences: &[&str]| {
            let rows = confidences.iter().enumerate();
            let rows = rows.map(|(at, text)| format!("a{at}.example,Made Up,{text}\n"));
            format!("value,campaign,confidence\n{}", rows.collect::<String>())
        };
        for (confidences, grade, skipped) in [
            (&["0"][..], "F5", ""),
            (&["100", ""], "F1", ""),
            (&["", "85", "25"], "F4", ""),
            (&["101"], "F6", "1 bad-confidence"),
            (&["-1", "high", "85.5", "300"], "F6", "4 bad-confidence"),
            (&["1000", "65"], "F2", "1 bad-confidence"),
        ] {
            let read = read_references(table(confidences).as_bytes()).expect("a table");
            let [campaign] = read.value.as_slice() else {
                panic!("{:?}", read.value);
            };
            assert_eq!(campaign.grade.to_string(), grade, "{confidences:?}");
            assert_eq!(campaign.indicators.len(), confidences.len());
            assert_eq!(read.skipped.to_string(), skipped, "{confidences:?}");
        }
        // What is not read for another reason is counted for that one alone.
        check(
            "value,campaign,confidence\n10.0.0.1,Made Up,high\n,Made Up,high\n",
            &[],
            "1 nameless, 1 common-address",
        );
    }

    #[track_caller]
    fn ids(table: &str) -> Vec<String> {
        let read = read_references(table.as_bytes()).expect("a table");
        let ids = read.value.into_iter().map(|campaign| campaign.id);
        ids.collect()
    }

    #[test]
    fn names_are_an_id() {
        for (row, id) in [
            ("A Lab,Made Up,Odd Bear", "csv:A Lab/Made Up/Odd Bear"),
            ("A Lab,,", "csv:A Lab//"),
            (",Made Up,", "csv:/Made Up/"),
            ("A/Lab,Made Up,", "csv:A%2FLab/Made Up/"),
            ("A,Lab/Made Up,100%", "csv:A/Lab%2FMade Up/100%25"),
        ] {
            let table = format!("value,source,campaign,actor\na.example,{row}\n");
            assert_eq!(ids(&table), [id]);
        }
    }

    #[test]
    fn without_names_the_indicators_are_an_id() {
        let known = ids("value\na.example\n192.0.2.7\n");
        assert_eq!(known, ["csv:31d1580b1600ecfc"]);
        for (table, same) in [
            ("value\na.example\n192.0.2.7\n", true),
            ("value\n192.0.2.7\na.example\n192.0.2.7\n", true),
            (
                "value;type;first_seen;tlp\na[.]example;domain;2020-01-01;red\n192.0.2.7;ip;;\n",
                true,
            ),
            ("value,source\na.example,\n192.0.2.7,\n", true),
            ("value\na.example\n", false),
            ("value\na.example\n192.0.2.8\n", false),
            ("value,type\na.example,host\n192.0.2.7,ip\n", false),
            (
                "value,actor\na.example,Odd Bear\n192.0.2.7,Odd Bear\n",
                false,
            ),
        ] {
            assert_eq!(ids(table) == known, same, "{table}");
        }
        let two = ids("value,actor\na.example,Odd Bear\na.example,Even Bear\n");
        assert!(two.len() == 2 && two[0] != two[1], "{two:?}");
    }

    #[test]
    fn a_table_without_values_is_refused() {
        for table in ["", "a,b\n1,2\n", "<html>"] {
            let fault = read_references(table.as_bytes()).expect_err("no column");
            assert_eq!(fault, IntelError::NoValueColumn);
        }
    }
}
