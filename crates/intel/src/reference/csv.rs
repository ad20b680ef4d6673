//! Indicators in a table: CSV with a heading.

use std::collections::BTreeMap;
use std::net::IpAddr;

use csv::{ReaderBuilder, StringRecord};
use model::Tlp;
use model::actor::{Attributed, Indicator, IndicatorKind};

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
    let mut sketches: BTreeMap<[String; 3], Sketch> = BTreeMap::new();
    for (at, record) in reader.records().enumerate() {
        match record {
            _ if at >= MAX_OBJECTS => skipped.count(Skip::TooMany),
            Ok(record) => row(&columns, &record, &mut sketches, skipped),
            Err(_) => skipped.count(Skip::Malformed),
        }
    }
    Ok(sketches.into_values().collect())
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
    sketches: &mut BTreeMap<[String; 3], Sketch>,
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
    let key = [&source, &campaign, &actor].map(|text| text.clone().unwrap_or_default());
    let sketch = sketches.entry(key).or_insert_with_key(|key| {
        let name = campaign.or_else(|| actor.clone());
        let id = format!("csv:{}", key.join("/"));
        let mut sketch = Sketch::new(&id, name.as_deref().unwrap_or("without a campaign"));
        sketch.source = source;
        let confidence = cell("confidence").and_then(|text| text.parse().ok());
        sketch.grade = grade(confidence);
        sketch.attributed.extend(actor.map(|name| Attributed {
            name,
            set: None,
            grade: sketch.grade,
        }));
        sketch
    });
    sketch.tlp = sketch
        .tlp
        // A label that nobody knows may have meant the narrowest.
        .max(cell("tlp").map(|text| text.parse().unwrap_or(Tlp::Red)));
    sketch.indicators.push(found);
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
    fn a_table_without_values_is_refused() {
        for table in ["", "a,b\n1,2\n", "<html>"] {
            let fault = read_references(table.as_bytes()).expect_err("no column");
            assert_eq!(fault, IntelError::NoValueColumn);
        }
    }
}
