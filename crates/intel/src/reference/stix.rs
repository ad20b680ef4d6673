//! Campaigns in a STIX 2.1 bundle: what indicates them, what they use, to whom they are attributed.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use model::Tlp;
use model::actor::{Attributed, Indicator, IndicatorKind, IntrusionSetId};
use serde::Deserialize;

use super::pattern::values;
use super::{Sketch, grade, indicator};
use crate::json::{Objects, kept, time};
use crate::publications::source;
use crate::stix::{self, ExternalReference, StixObject};
use crate::{Skip, Skipped};

/// The most indicators that are handed out to campaigns; each counts once for each campaign that it belongs to.
const MAX_HANDED_OUT: usize = 2_000_000;

/// The markings of TLP 2.0 (FIRST, in the STIX common objects) and of TLP 1.0 (STIX 2.1 §7.2.1.4).
const LABELS: [(&str, Tlp); 9] = [
    ("94868c89-83c2-464b-929b-a1a8aa3c8487", Tlp::Clear),
    ("bab4a63c-aed9-4cf5-a766-dfca5abac2bb", Tlp::Green),
    ("55d920b0-5e8b-4f79-9ee9-91f868d9b421", Tlp::Amber),
    ("939a9414-2ddd-4d32-a0cd-375ea402b003", Tlp::AmberStrict),
    ("e828b379-4e03-4974-9ac4-e53a884c97c1", Tlp::Red),
    ("613f2e26-407d-48c7-9eca-b8e91df99dc9", Tlp::Clear),
    ("34098fce-860f-48ae-8e50-ebd3cc5e41da", Tlp::Green),
    ("f88d31f6-486f-44da-b317-01333bde0b82", Tlp::Amber),
    ("5e57c739-391a-4eb3-b6be-7d15ca92d5ed", Tlp::Red),
];

pub(super) fn read(objects: Objects<'_>, id: &str, skipped: &mut Skipped) -> Vec<Sketch> {
    let mut bundle = Bundle::default();
    stix::each(objects, skipped, |object, skipped| {
        bundle.take(object, skipped);
    });
    bundle.sketches(id, skipped)
}

/// What is wanted of a bundle, by id.
#[derive(Default)]
struct Bundle {
    /// Campaigns, intrusion sets, threat actors, reports and groupings, infrastructure.
    nodes: BTreeMap<String, Node>,
    /// What an indicator names, or an observable is.
    bags: BTreeMap<String, Bag>,
    /// From, kind, to.
    relations: Vec<(String, String, String)>,
    identities: BTreeMap<String, String>,
    /// Markings that the bundle brings along.
    markings: BTreeMap<String, Tlp>,
}

struct Node {
    kind: Kind,
    name: String,
    /// The intrusion set in ATT&CK, where the node says that it is one.
    set: Option<IntrusionSetId>,
    by: Option<String>,
    markings: Vec<String>,
    confidence: Option<u8>,
    modified: Option<Timestamp>,
    /// What a report speaks of.
    speaks_of: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Campaign,
    Set,
    Actor,
    Infrastructure,
    Report,
}

/// Indicators that came together.
struct Bag {
    indicators: Vec<Indicator>,
    by: Option<String>,
    markings: Vec<String>,
    /// An observable counts only where infrastructure consists of it.
    observable: bool,
}

impl Bundle {
    fn take(&mut self, object: StixObject<'_>, skipped: &mut Skipped) {
        let (Some(kind), Some(id)) = (object.kind.clone(), object.id.clone()) else {
            skipped.count(Skip::Nameless);
            return;
        };
        if object.revoked == Some(true) {
            skipped.count(Skip::Revoked);
            return;
        }
        match kind.as_str() {
            "indicator" => self.indicator(id, object, skipped),
            "campaign" => self.node(Kind::Campaign, id, object, skipped),
            "intrusion-set" => self.node(Kind::Set, id, object, skipped),
            "threat-actor" => self.node(Kind::Actor, id, object, skipped),
            "infrastructure" => self.node(Kind::Infrastructure, id, object, skipped),
            "report" | "grouping" => self.node(Kind::Report, id, object, skipped),
            "relationship" => {
                match (
                    object.source_ref,
                    object.relationship_type,
                    object.target_ref,
                ) {
                    (Some(from), Some(kind), Some(to)) => self.relations.push((from, kind, to)),
                    _ => skipped.count(Skip::Malformed),
                }
            }
            "identity" => {
                let name = object.name.and_then(|name| kept(&name, skipped));
                self.identities.extend(name.map(|name| (id, name)));
            }
            "marking-definition" => self.marking(id, &object),
            "domain-name" => self.observable(IndicatorKind::Domain, id, object, skipped),
            "ipv4-addr" | "ipv6-addr" => {
                self.observable(IndicatorKind::Address, id, object, skipped);
            }
            "email-addr" => self.observable(IndicatorKind::Email, id, object, skipped),
            "url" => self.observable(IndicatorKind::Url, id, object, skipped),
            "x509-certificate" => self.certificate(id, object, skipped),
            _ => skipped.count(Skip::OtherKind),
        }
    }

    fn node(&mut self, kind: Kind, id: String, object: StixObject<'_>, skipped: &mut Skipped) {
        let Some(name) = object.name.and_then(|name| kept(&name, skipped)) else {
            skipped.count(Skip::Nameless);
            return;
        };
        let externals = ExternalReference::all(object.external_references, skipped);
        let group = ExternalReference::attack_id(&externals, 'G').filter(|_| kind == Kind::Set);
        let node = Node {
            kind,
            name,
            set: group.and_then(|group| IntrusionSetId::new(source("attack"), group).ok()),
            by: object.created_by_ref,
            markings: object.object_marking_refs.texts(skipped),
            confidence: object.confidence.filter(|&confidence| confidence <= 100),
            modified: object.modified.and_then(|text| time(&text, skipped)),
            speaks_of: object.object_refs.texts(skipped),
        };
        self.nodes.insert(id, node);
    }

    fn indicator(&mut self, id: String, object: StixObject<'_>, skipped: &mut Skipped) {
        let pattern = object.pattern.unwrap_or_default();
        if object.pattern_type.is_some_and(|kind| kind != "stix") {
            skipped.count(Skip::OtherComparison);
            return;
        }
        let valid_from = object.valid_from.and_then(|text| time(&text, skipped));
        let valid_until = object.valid_until.and_then(|text| time(&text, skipped));
        let mut indicators = vec![];
        for (kind, value) in values(&pattern, skipped) {
            if let Some(mut found) = indicator(kind, &value, skipped) {
                found.valid_from = valid_from;
                found.valid_until = valid_until;
                indicators.push(found);
            }
        }
        let bag = Bag {
            indicators,
            by: object.created_by_ref,
            markings: object.object_marking_refs.texts(skipped),
            observable: false,
        };
        self.bags.insert(id, bag);
    }

    fn observable(
        &mut self,
        kind: IndicatorKind,
        id: String,
        object: StixObject<'_>,
        skipped: &mut Skipped,
    ) {
        let value = object.value.unwrap_or_default();
        let bag = Bag {
            indicators: indicator(kind, &value, skipped).into_iter().collect(),
            by: None,
            markings: object.object_marking_refs.texts(skipped),
            observable: true,
        };
        self.bags.insert(id, bag);
    }

    fn certificate(&mut self, id: String, object: StixObject<'_>, skipped: &mut Skipped) {
        #[derive(Deserialize)]
        struct Hashes {
            #[serde(rename = "SHA-1")]
            sha1: Option<String>,
            #[serde(rename = "SHA-256")]
            sha256: Option<String>,
        }
        let hashes = object
            .hashes
            .map(|raw| serde_json::from_str::<Hashes>(raw.get()));
        let Some(Ok(hashes)) = hashes else {
            skipped.count(Skip::Malformed);
            return;
        };
        let hashes = [
            (IndicatorKind::CertificateSha1, hashes.sha1),
            (IndicatorKind::CertificateSha256, hashes.sha256),
        ];
        let hashes = hashes.into_iter();
        let indicators = hashes.filter_map(|(kind, hash)| indicator(kind, &hash?, skipped));
        let bag = Bag {
            indicators: indicators.collect(),
            by: None,
            markings: object.object_marking_refs.texts(skipped),
            observable: true,
        };
        self.bags.insert(id, bag);
    }

    /// A label that the bundle defines itself: `{"tlp": "amber"}`.
    fn marking(&mut self, id: String, object: &StixObject<'_>) {
        #[derive(Deserialize)]
        struct Definition {
            tlp: String,
        }
        let definition = object.definition.map(|raw| serde_json::from_str(raw.get()));
        if let Some(Ok(Definition { tlp })) = definition {
            // A label that nobody knows may have meant the narrowest.
            self.markings.insert(id, tlp.parse().unwrap_or(Tlp::Red));
        }
    }
}

impl Bundle {
    /// Every node to which indicators belong, and what belongs to none.
    fn sketches(self, bundle_id: &str, skipped: &mut Skipped) -> Vec<Sketch> {
        let mut held = self.held(skipped);
        let mut handed_out: BTreeSet<&str> = BTreeSet::new();
        for bags in held.values() {
            handed_out.extend(bags);
        }
        let (loose, context): (BTreeSet<&str>, BTreeSet<&str>) = self
            .bags
            .keys()
            .map(String::as_str)
            .filter(|id| !handed_out.contains(id))
            .partition(|id| !self.bags[*id].observable);
        skipped.add(Skip::Context, context.len() as u64);
        // What belongs to no campaign and no set belongs to the report that speaks of it, or else to the bundle.
        let mut reported: BTreeSet<&str> = BTreeSet::new();
        for (id, node) in self
            .nodes
            .iter()
            .filter(|(_, node)| node.kind == Kind::Report)
        {
            let spoken = node.speaks_of.iter().map(String::as_str);
            let bags: BTreeSet<&str> = spoken.filter_map(|id| loose.get(id).copied()).collect();
            reported.extend(&bags);
            if !bags.is_empty() {
                held.insert(id, bags);
            }
        }
        let attributions = self.attributions();
        let mut room = MAX_HANDED_OUT;
        let mut sketches = vec![];
        for (id, bags) in &held {
            let mut sketch = self.sketch(id, &attributions);
            self.fill(&mut sketch, bags, &mut room, skipped);
            sketches.push(sketch);
        }
        let rest: BTreeSet<&str> = loose
            .into_iter()
            .filter(|id| !reported.contains(id))
            .collect();
        if rest.iter().any(|id| !self.bags[*id].indicators.is_empty()) {
            let mut sketch = Sketch::new(bundle_id, "without a campaign");
            self.fill(&mut sketch, &rest, &mut room, skipped);
            sketches.push(sketch);
        }
        let campaigns = self.nodes.iter();
        let campaigns = campaigns.filter(|(_, node)| node.kind == Kind::Campaign);
        let bare = campaigns.filter(|(id, _)| !held.contains_key(id.as_str()));
        skipped.add(Skip::Bare, bare.count() as u64);
        sketches
    }

    /// Which bags each campaign, set and actor holds, by relations one and two steps long.
    fn held(&self, skipped: &mut Skipped) -> BTreeMap<&str, BTreeSet<&str>> {
        let node = |id: &str| self.nodes.get(id).map(|node| node.kind);
        let holds = |id: &str| matches!(node(id), Some(Kind::Campaign | Kind::Set | Kind::Actor));
        let builds = |id: &str| node(id) == Some(Kind::Infrastructure);
        let mut held: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let mut within: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let mut users: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (from, kind, to) in &self.relations {
            let (from, to) = (from.as_str(), to.as_str());
            match kind.as_str() {
                "indicates" if self.bags.contains_key(from) && holds(to) => {
                    held.entry(to).or_default().insert(from);
                }
                "indicates" if self.bags.contains_key(from) && builds(to) => {
                    within.entry(to).or_default().insert(from);
                }
                "consists-of" if builds(from) && self.bags.contains_key(to) => {
                    within.entry(from).or_default().insert(to);
                }
                "uses" if holds(from) && builds(to) => {
                    users.entry(to).or_default().insert(from);
                }
                // Told by `attributed`.
                "attributed-to" if holds(from) && holds(to) => {}
                "indicates" | "consists-of" | "attributed-to" => skipped.count(Skip::Dangling),
                _ => skipped.count(Skip::OtherKind),
            }
        }
        let mut room = MAX_HANDED_OUT;
        for (infrastructure, bags) in &within {
            for user in users.get(infrastructure).into_iter().flatten() {
                if bags.len() > room {
                    skipped.add(Skip::TooMany, bags.len() as u64);
                    continue;
                }
                room -= bags.len();
                held.entry(user).or_default().extend(bags);
            }
            // Nobody is said to use it: it stands for itself.
            if !users.contains_key(infrastructure) {
                held.entry(infrastructure).or_default().extend(bags);
            }
        }
        held
    }

    fn sketch(&self, id: &str, attributions: &BTreeMap<&str, BTreeSet<&str>>) -> Sketch {
        let node = &self.nodes[id];
        let mut sketch = Sketch::new(id, &node.name);
        sketch.grade = grade(node.confidence);
        sketch.published = node.modified;
        sketch.source = self.identity(node.by.as_ref());
        sketch.tlp = self.label(&node.markings);
        sketch.attributed = self.attributed(id, node, attributions);
        sketch
    }

    /// To what each campaign is attributed.
    fn attributions(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let mut attributions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (from, kind, to) in &self.relations {
            let campaign = self.nodes.get(from).map(|node| node.kind) == Some(Kind::Campaign);
            if kind == "attributed-to" && campaign {
                attributions.entry(from).or_default().insert(to);
            }
        }
        attributions
    }

    /// To whom a node is attributed: by a relation, by being a set itself, by the report that speaks of both.
    fn attributed(
        &self,
        id: &str,
        node: &Node,
        attributions: &BTreeMap<&str, BTreeSet<&str>>,
    ) -> Vec<Attributed> {
        let related = attributions.get(id).into_iter().flatten().copied();
        let itself = matches!(node.kind, Kind::Set | Kind::Actor).then_some(id);
        let spoken = node.speaks_of.iter().map(String::as_str);
        let all: BTreeSet<&str> = related.chain(itself).chain(spoken).collect();
        let all = all.into_iter().filter_map(|id| self.nodes.get(id));
        let all = all.filter(|node| matches!(node.kind, Kind::Set | Kind::Actor));
        all.map(|set| Attributed {
            name: set.name.clone(),
            set: set.set.clone(),
            grade: grade(node.confidence),
        })
        .collect()
    }

    /// Puts what bags hold into a sketch.
    fn fill(
        &self,
        sketch: &mut Sketch,
        bags: &BTreeSet<&str>,
        room: &mut usize,
        skipped: &mut Skipped,
    ) {
        for bag in bags.iter().filter_map(|id| self.bags.get(*id)) {
            let many = bag.indicators.len();
            if many > *room {
                skipped.add(Skip::TooMany, many as u64);
                continue;
            }
            *room -= many;
            sketch.indicators.extend(bag.indicators.iter().cloned());
            sketch.tlp = sketch.tlp.max(self.label(&bag.markings));
            if sketch.source.is_none() {
                sketch.source = self.identity(bag.by.as_ref());
            }
        }
    }

    fn identity(&self, id: Option<&String>) -> Option<String> {
        self.identities.get(id?).cloned()
    }

    /// The narrowest label among markings.
    fn label(&self, markings: &[String]) -> Option<Tlp> {
        let labels = markings.iter().filter_map(|id| {
            let uuid = stix::uuid(id)?;
            let fixed = LABELS.iter().find(|(known, _)| *known == uuid);
            fixed
                .map(|(_, label)| *label)
                .or_else(|| self.markings.get(id).copied())
        });
        labels.max()
    }
}
