//! Made-up sightings, feeds and settlements.

use jiff::Timestamp;
use ledger::{
    CertificateFacts, Channel, Event, FeedKind, Head, Ledger, NewFeed, NewSighting, Recording,
    Segment, SettledFeed, Settlement, SightingKind, Word,
};
use model::{
    Assessment, Candidate, Finding, FindingId, Observation, OrganisationId, Origin, Resemblance,
    Score, Span, Target, TechniqueId, TechniqueUse, Tier,
};
use names::DomainName;
use std::sync::Arc;

pub(crate) const FEED: &str = "ct:AAAA";
pub(crate) const OTHER_FEED: &str = "ct:BBBB";

/// So many seconds and 250 ms after a fixed moment.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millisecond(1_790_000_000_250 + seconds * 1000).expect("within the range")
}

/// A name that imitates Example Bank with these log odds; its registrable domain is its last two labels.
pub(crate) fn candidate(name: &str, log_odds: f64) -> Candidate {
    let labels: Vec<&str> = name.rsplit('.').take(2).collect();
    let registrable = format!("{}.{}", labels[1], labels[0]);
    let score = Score::from_log_odds(log_odds);
    let tier = match score.value() {
        high if high >= 0.8 => Some(Tier::Alert),
        high if high >= 0.3 => Some(Tier::Watch),
        _ => None,
    };
    let span = Span { from: 0, to: 4 };
    Candidate {
        observation: Observation {
            name: name.parse::<DomainName>().expect("a name"),
            wildcard: false,
            origin: Origin::Line {
                source: FEED.into(),
                line: 0,
            },
        },
        registrable: registrable.parse().expect("a name"),
        resemblance: Resemblance {
            organisation: OrganisationId::new("Example Bank").expect("an id"),
            target: Target::Domain("examplebank.example".into()),
            span,
            techniques: vec![TechniqueUse {
                technique: TechniqueId("homoglyph"),
                span,
                edit: Some("l→1".to_owned()),
            }],
        },
        assessment: Assessment {
            findings: vec![Finding {
                id: FindingId("prior"),
                log_odds,
                says: "how it is".to_owned(),
            }],
            score,
            tier,
        },
    }
}

/// `name` in entry `index` of the feed, on a certificate of its own.
pub(crate) fn sighting(name: &str, log_odds: f64, index: u64) -> NewSighting {
    let seconds = i64::try_from(index).expect("a small index");
    NewSighting {
        candidate: candidate(name, log_odds),
        kind: SightingKind::Name,
        feed: FEED.into(),
        index,
        issuance: Some([u8::try_from(index % 256).expect("below 256"); 32]),
        certificate: Some(CertificateFacts {
            sha256: [0xc0; 32],
            spki_sha256: Some([0x5b; 32]),
            issuer: Some("CN=Made\0Up".to_owned()),
            serial: Some("01ab".to_owned()),
            not_before: Some(at(seconds - 3600)),
            not_after: None,
        }),
        sct: Some(at(seconds - 2)),
        checkpoint: Some(at(seconds - 1)),
        seen: at(seconds),
        test: false,
    }
}

pub(crate) fn channels() -> Vec<Channel> {
    let channel = |name: &str, min_tier| Channel {
        name: name.to_owned(),
        min_tier,
    };
    vec![channel("all", Tier::Watch), channel("urgent", Tier::Alert)]
}

/// Records sightings at second 100.
pub(crate) async fn record(ledger: &Ledger, sightings: &[NewSighting]) -> Vec<Event> {
    let batch = Recording {
        at: at(100),
        sightings,
        unreadable: &[],
        seen: &[],
        channels: &channels(),
    };
    ledger.record(&batch).await.expect("the ledger takes it")
}

pub(crate) fn feed(id: &str, start: u64) -> NewFeed {
    NewFeed {
        id: id.to_owned(),
        kind: FeedKind::Tiles,
        description: "A log".to_owned(),
        url: "https://log.example/".to_owned(),
        start,
        tree: format!("tree of {start}"),
        interval_start: None,
        interval_end: Some(at(1_000_000)),
        at: at(1),
    }
}

pub(crate) fn segment(number: u64) -> Segment {
    Segment {
        number,
        path: format!("day=2026-09-21/{number:012}.parquet"),
        rows: 10,
        bytes: 1000,
        day: jiff::civil::date(2026, 9, 21),
        first_at: at(0),
        last_at: at(9),
    }
}

pub(crate) fn settlement(number: u64, feed: &str, from: u64, upto: u64) -> Settlement {
    Settlement {
        segment: Some(segment(number)),
        feeds: vec![SettledFeed {
            id: feed.into(),
            from,
            upto,
            tree: format!("tree of {upto}"),
            head: Some(head(upto)),
            counters: [("unlike", upto - from), ("candidate", 1)].into(),
        }],
    }
}

pub(crate) fn head(size: u64) -> Head {
    Head {
        size,
        time: at(50),
        evidence: format!("log.example\n{size}\n"),
    }
}

/// Positions of [`FEED`].
pub(crate) fn seen(upto: u64) -> Vec<(Arc<str>, u64)> {
    vec![(FEED.into(), upto)]
}

/// Somebody's word for a decision.
pub(crate) fn word(why: &str, second: i64) -> Word<'_> {
    Word {
        by: "an analyst",
        why,
        at: at(second),
    }
}
