//! Events of MISP (misp-rfc, MISP core format): each is a campaign.

use model::actor::{Attributed, IndicatorKind, IntrusionSetId};
use model::{Admiralty, Tlp};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Sketch, indicator};
use crate::json::{List, Objects, if_fit, kept, object, time};
use crate::publications::source;
use crate::{Skip, Skipped};

/// An event stands alone, or as `Event` within another object.
#[derive(Deserialize)]
struct Wrapped<'a> {
    #[serde(rename = "Event", default, borrow)]
    event: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(default, deserialize_with = "if_fit")]
    uuid: Option<String>,
    #[serde(default, deserialize_with = "if_fit")]
    info: Option<String>,
    #[serde(default, deserialize_with = "if_fit")]
    date: Option<String>,
    #[serde(rename = "Orgc", default, deserialize_with = "if_fit")]
    creator: Option<Organisation>,
    #[serde(rename = "Tag", default, borrow)]
    tags: List<'a>,
    #[serde(rename = "Galaxy", default, borrow)]
    galaxies: List<'a>,
    #[serde(rename = "Attribute", default, borrow)]
    attributes: Objects<'a>,
    #[serde(rename = "Object", default, borrow)]
    objects: Objects<'a>,
}

#[derive(Deserialize)]
struct Organisation {
    name: String,
}

#[derive(Deserialize)]
struct Tag {
    name: String,
}

#[derive(Deserialize)]
struct Galaxy<'a> {
    #[serde(rename = "GalaxyCluster", default, borrow)]
    clusters: List<'a>,
}

#[derive(Deserialize)]
struct Cluster {
    #[serde(rename = "type", default, deserialize_with = "if_fit")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "if_fit")]
    value: Option<String>,
    #[serde(default, deserialize_with = "if_fit")]
    uuid: Option<String>,
}

#[derive(Deserialize)]
struct Compound<'a> {
    #[serde(default, deserialize_with = "if_fit")]
    deleted: Option<bool>,
    #[serde(rename = "Attribute", default, borrow)]
    attributes: Objects<'a>,
}

#[derive(Deserialize)]
struct Attribute<'a> {
    #[serde(rename = "type", default, deserialize_with = "if_fit")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "if_fit")]
    object_relation: Option<String>,
    #[serde(default, deserialize_with = "if_fit")]
    value: Option<String>,
    /// Whether it is a sign to look for, rather than context.
    #[serde(default, deserialize_with = "if_fit")]
    to_ids: Option<bool>,
    #[serde(default, deserialize_with = "if_fit")]
    deleted: Option<bool>,
    #[serde(default, deserialize_with = "if_fit")]
    first_seen: Option<String>,
    #[serde(rename = "Tag", default, borrow)]
    tags: List<'a>,
}

/// Many events.
pub(super) fn many(events: Objects<'_>, skipped: &mut Skipped) -> Vec<Sketch> {
    let events = events.entries(skipped).into_iter();
    events
        .filter_map(|raw| sketch(raw.get(), skipped))
        .collect()
}

/// One event, of which the text is known to be an object.
pub(super) fn one(text: &str, skipped: &mut Skipped) -> Vec<Sketch> {
    sketch(text, skipped).into_iter().collect()
}

fn sketch(text: &str, skipped: &mut Skipped) -> Option<Sketch> {
    let wrapped = serde_json::from_str::<Wrapped<'_>>(text).ok();
    let inner = wrapped.and_then(|wrapped| wrapped.event).map(RawValue::get);
    let Ok(event) = serde_json::from_str::<Event<'_>>(inner.unwrap_or(text)) else {
        skipped.count(Skip::Malformed);
        return None;
    };
    let name = event.info.and_then(|info| shortened(&info, skipped));
    let (Some(uuid), Some(name)) = (event.uuid.and_then(|uuid| kept(&uuid, skipped)), name) else {
        skipped.count(Skip::Nameless);
        return None;
    };
    let mut sketch = Sketch::new(&uuid, &name);
    sketch.source = event
        .creator
        .and_then(|creator| kept(&creator.name, skipped));
    sketch.published = event.date.and_then(|date| time(&date, skipped));
    let tags = tags(event.tags, skipped);
    sketch.grade = graded(&tags);
    sketch.tlp = label(&tags);
    for raw in event.galaxies.entries(skipped) {
        let Some(galaxy) = object::<Galaxy<'_>>(raw, skipped) else {
            continue;
        };
        for raw in galaxy.clusters.entries(skipped) {
            let Some(Cluster {
                kind: Some(kind),
                value: Some(value),
                uuid,
            }) = object(raw, skipped)
            else {
                continue;
            };
            let by = attributed(&kind, &value, uuid.as_deref(), sketch.grade, skipped);
            sketch.attributed.extend(by);
        }
    }
    for (kind, value) in tags.iter().filter_map(|tag| galaxy_tag(tag)) {
        let by = attributed(kind, value, None, sketch.grade, skipped);
        sketch.attributed.extend(by);
    }
    add(event.attributes, &mut sketch, skipped);
    for raw in event.objects.entries(skipped) {
        match object::<Compound<'_>>(raw, skipped) {
            Some(compound) if compound.deleted == Some(true) => skipped.count(Skip::Revoked),
            Some(compound) => add(compound.attributes, &mut sketch, skipped),
            None => {}
        }
    }
    Some(sketch)
}

/// The first 200 characters of what an event says it is about.
fn shortened(info: &str, skipped: &mut Skipped) -> Option<String> {
    let plain: String = info
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .take(model::actor::MAX_TEXT)
        .collect();
    kept(&plain, skipped)
}

fn add(attributes: Objects<'_>, sketch: &mut Sketch, skipped: &mut Skipped) {
    for raw in attributes.entries(skipped) {
        let Some(attribute) = object::<Attribute<'_>>(raw, skipped) else {
            continue;
        };
        let (Some(kind), Some(value)) = (attribute.kind, attribute.value) else {
            skipped.count(Skip::Nameless);
            continue;
        };
        if attribute.deleted == Some(true) {
            skipped.count(Skip::Revoked);
            continue;
        }
        let relation = attribute.object_relation.as_deref();
        let serves = matches!(relation, Some("nameserver" | "ns-record"));
        let first_seen = attribute.first_seen.and_then(|text| time(&text, skipped));
        let tags = tags(attribute.tags, skipped);
        sketch.tlp = sketch.tlp.max(label(&tags));
        // `domain|ip` is two types and two values; a port says nothing by itself.
        for (kind, value) in kind.split('|').zip(value.split('|')) {
            let kind = match kind_of(kind) {
                Some(IndicatorKind::Host | IndicatorKind::Domain) if serves => {
                    IndicatorKind::NameServer
                }
                Some(kind) if attribute.to_ids == Some(false) && wants_sign(kind) => {
                    skipped.count(Skip::Context);
                    continue;
                }
                Some(kind) => kind,
                None => {
                    skipped.count(Skip::OtherKind);
                    continue;
                }
            };
            if let Some(mut found) = indicator(kind, value, skipped) {
                found.valid_from = first_seen;
                sketch.indicators.push(found);
            }
        }
    }
}

/// Whether a trait of that kind counts only if its publisher calls it a sign: a page is often that of a victim or of a
/// report. MISP never calls registrants and name servers signs.
fn wants_sign(kind: IndicatorKind) -> bool {
    use IndicatorKind as K;
    matches!(kind, K::Domain | K::Host | K::Address | K::Url | K::Email)
}

/// The kind of indicator that a type of MISP's is. Recipients of mail are victims, and are none.
pub(super) fn kind_of(kind: &str) -> Option<IndicatorKind> {
    use IndicatorKind as K;
    Some(match kind {
        "domain" => K::Domain,
        "hostname" => K::Host,
        "ip" | "ip-src" | "ip-dst" => K::Address,
        "email" | "email-src" | "email-reply-to" => K::Email,
        "url" => K::Url,
        "whois-registrant-email" => K::RegistrantEmail,
        "whois-registrant-name" => K::RegistrantName,
        "whois-registrant-org" => K::RegistrantOrganisation,
        "whois-registrant-phone" => K::RegistrantPhone,
        "x509-fingerprint-sha1" => K::CertificateSha1,
        "x509-fingerprint-sha256" => K::CertificateSha256,
        _ => return None,
    })
}

fn tags(list: List<'_>, skipped: &mut Skipped) -> Vec<String> {
    let entries = list.entries(skipped).into_iter();
    let tags = entries.filter_map(|raw| object::<Tag>(raw, skipped));
    tags.map(|tag| tag.name).collect()
}

/// `misp-galaxy:threat-actor="APT28"` is `threat-actor` and `APT28`.
fn galaxy_tag(tag: &str) -> Option<(&str, &str)> {
    let (kind, value) = tag.strip_prefix("misp-galaxy:")?.split_once("=\"")?;
    Some((kind, value.strip_suffix('"')?))
}

/// The claim that a cluster makes, if it is one of intrusion sets.
fn attributed(
    kind: &str,
    value: &str,
    uuid: Option<&str>,
    grade: Admiralty,
    skipped: &mut Skipped,
) -> Option<Attributed> {
    let set = |keeper, local: &str| IntrusionSetId::new(source(keeper), local).ok();
    let (name, set) = match kind {
        "threat-actor" => (value, uuid.and_then(|uuid| set("misp", uuid))),
        "microsoft-activity-group" => (value, set("microsoft", value)),
        "mitre-intrusion-set" | "mitre-enterprise-attack-intrusion-set" => {
            match value.rsplit_once(" - ") {
                Some((name, group)) => (name, set("attack", group)),
                None => (value, None),
            }
        }
        _ => {
            skipped.count(Skip::OtherKind);
            return None;
        }
    };
    Some(Attributed {
        name: kept(name, skipped)?,
        set,
        grade,
    })
}

/// The narrowest TLP label among tags.
fn label(tags: &[String]) -> Option<Tlp> {
    let labels = tags
        .iter()
        .filter(|tag| tag.len() > 4 && tag.is_char_boundary(4));
    let labels = labels.filter(|tag| tag[..4].eq_ignore_ascii_case("tlp:"));
    // A label that nobody knows may have meant the narrowest.
    labels.map(|tag| tag.parse().unwrap_or(Tlp::Red)).max()
}

/// The grade that tags of the taxonomy `admiralty-scale` give.
fn graded(tags: &[String]) -> Admiralty {
    let value = |predicate: &str| {
        let mut values = tags.iter().filter_map(|tag| {
            let value = tag
                .strip_prefix("admiralty-scale:")?
                .strip_prefix(predicate)?;
            value.strip_prefix("=\"")?.strip_suffix('"')
        });
        values.next()
    };
    let reliability = value("source-reliability").and_then(|text| text.chars().next());
    let credibility = value("information-credibility").and_then(|text| text.parse().ok());
    Admiralty::of(reliability.unwrap_or('F'), credibility.unwrap_or(6))
        .unwrap_or(Admiralty::UNKNOWN)
}
