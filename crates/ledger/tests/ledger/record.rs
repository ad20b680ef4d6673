//! What a batch makes of detections and events.

use crate::samples::{FEED, OTHER_FEED, at, channels, feed, record, seen, sighting};
use crate::stores::{Store, on_both};
use ledger::{
    DetectionFilter, Event, EventKind, LedgerError, MAX_KEPT, NewSighting, NewUnreadable,
    Recording, SightingKind,
};

on_both!(
    names_of_one_domain_are_one_detection,
    bodies_are_as_agreed,
    a_batch_again_changes_nothing,
    one_issuance_is_one_certificate,
    an_unreadable_entry_is_a_detection_of_its_own,
    what_cannot_be_read_is_kept_and_told_once,
    the_canary_stands_apart,
    what_is_hostile_is_kept_harmless,
    positions_only_go_forward,
    an_unknown_feed_spoils_the_whole_batch,
    writers_take_turns,
    a_batch_of_thousands,
);

/// Kinds of events with the names that they are about.
fn told(events: &[Event]) -> Vec<String> {
    let one = |event: &Event| {
        let body: serde_json::Value = serde_json::from_str(&event.body).expect("JSON");
        assert_eq!(body["number"], event.number);
        assert_eq!(body["event"], event.kind.as_str());
        let name = body["name"].as_str().expect("a name");
        format!("{} {} {name}", event.number, event.kind)
    };
    events.iter().map(one).collect()
}

/// Records each batch, and compares what it tells.
async fn check(store: &Store, batches: &[(&[NewSighting], &[&str])]) {
    let ledger = store.ledger().await;
    for (batch, expected) in batches {
        assert_eq!(told(&record(&ledger, batch).await), *expected);
    }
}

async fn names_of_one_domain_are_one_detection(store: &Store) {
    let quiet = sighting("www.examp1ebank.example", 0.0, 1);
    let further = sighting("mail.examp1ebank.example", -1.0, 2);
    let renewed = sighting("www.examp1ebank.example", 0.0, 3);
    let loud = sighting("login.examp1ebank.example", 2.0, 4);
    let stronger = sighting("secure.examp1ebank.example", 3.0, 5);
    check(
        store,
        &[
            (
                &[quiet.clone(), further],
                &[
                    "1 detection www.examp1ebank.example",
                    "2 sighting mail.examp1ebank.example",
                ],
            ),
            (&[renewed], &[]),
            (
                &[loud, stronger],
                &[
                    "3 raised login.examp1ebank.example",
                    "4 sighting secure.examp1ebank.example",
                ],
            ),
            (
                &[sighting("examp1ebank.test", 0.0, 6), quiet],
                &["5 detection examp1ebank.test"],
            ),
        ],
    )
    .await;
    let ledger = store.ledger().await;
    let shown = ledger
        .detection(1)
        .await
        .expect("it reads")
        .expect("it is there");
    assert_eq!(shown.detail.name, "secure.examp1ebank.example");
    assert_eq!(
        (shown.names, shown.certificates, shown.sightings),
        (4, 5, 5)
    );
    assert_eq!(shown.first_seen, at(1));
    let indices: Vec<u64> = shown.origins.iter().map(|origin| origin.index).collect();
    assert_eq!(indices, [1, 2, 3, 4, 5]);
    assert_eq!(ledger.last_event().await.expect("it reads"), 5);
    let replayed = ledger.events(3, 1).await.expect("it reads");
    assert_eq!(told(&replayed), ["4 sighting secure.examp1ebank.example"]);
}

async fn bodies_are_as_agreed(store: &Store) {
    let ledger = store.ledger().await;
    let events = record(&ledger, &[sighting("www.examp1ebank.example", 2.0, 7)]).await;
    let row = "\"name\":\"www.examp1ebank.example\",\"registrable\":\"examp1ebank.example\",\
        \"unicode\":\"www.examp1ebank.example\",\"organisation\":\"Example Bank\",\
        \"target\":\"examplebank.example\",\
        \"techniques\":[{\"id\":\"homoglyph\",\"span\":[0,4],\"edit\":\"l→1\"}],\
        \"findings\":[{\"id\":\"prior\",\"log_odds\":2.0,\"says\":\"how it is\"}],\
        \"score\":0.8808,\"tier\":\"alert\",\"source\":\"ct:AAAA\",\"line\":7,\
        \"id\":1,\"first_seen\":\"2026-09-21T14:13:27.25Z\",\
        \"times\":{\"not_before\":\"2026-09-21T13:13:27.25Z\",\"sct\":\"2026-09-21T14:13:25.25Z\",\
        \"checkpoint\":\"2026-09-21T14:13:26.25Z\",\"seen\":\"2026-09-21T14:13:27.25Z\",\"told\":null},\
        \"origins\":[{\"feed\":\"ct:AAAA\",\"index\":7,\"at\":\"2026-09-21T14:13:27.25Z\",\
        \"name\":\"www.examp1ebank.example\",\
        \"certificate\":\"c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0\"}],\
        \"kind\":\"name\"";
    let expected = format!(
        "{{\"number\":1,\"at\":\"2026-09-21T14:15:00.25Z\",\"event\":\"detection\",{row}}}"
    );
    assert_eq!(events[0].body, expected);
    let kept = ledger.events(0, 10).await.expect("it reads");
    assert_eq!(kept, events);
    let listed = ledger
        .detections(&DetectionFilter::default())
        .await
        .expect("it reads");
    let counts = "\"names\":1,\"certificates\":1,\"sightings\":1,\"test\":false,\"allowed\":null,\
                  \"counts_for\":\"alert\",\"look\":{\"looks\":0,\"next\":\"2026-09-21T14:15:00.25Z\",\"stages\":[],\"risk\":null}";
    let json = serde_json::to_string(&listed[0]).expect("it has string keys only");
    assert_eq!(json, format!("{{{row},{counts}}}"));
}

async fn a_batch_again_changes_nothing(store: &Store) {
    let ledger = store.ledger().await;
    let batch = [
        sighting("www.examp1ebank.example", 0.0, 1),
        sighting("www.examp1ebank.example", 0.0, 2),
        sighting("login.examp1ebank.example", 2.0, 2),
        sighting("mail.examp1ebank.example", 0.0, 3),
    ];
    assert_eq!(record(&ledger, &batch).await.len(), 3);
    let before = store.dump().await;
    assert_eq!(record(&ledger, &batch).await, []);
    assert_eq!(store.dump().await, before);
}

async fn one_issuance_is_one_certificate(store: &Store) {
    let precertificate = sighting("examp1ebank.example", 0.0, 1);
    let mut final_one = precertificate.clone();
    final_one.feed = OTHER_FEED.into();
    final_one.index = 9;
    let facts = final_one.certificate.as_mut().expect("a sample has them");
    facts.sha256 = [0xfe; 32];
    let mut unread = precertificate.clone();
    (unread.index, unread.issuance, unread.certificate) = (10, None, None);
    let ledger = store.ledger().await;
    record(&ledger, &[precertificate, final_one, unread]).await;
    let shown = ledger
        .detection(1)
        .await
        .expect("it reads")
        .expect("it is there");
    assert_eq!((shown.certificates, shown.sightings), (1, 3));
    assert_eq!(shown.origins[2].feed, OTHER_FEED);
}

async fn an_unreadable_entry_is_a_detection_of_its_own(store: &Store) {
    let unreadable = |index| NewSighting {
        kind: SightingKind::Unreadable,
        certificate: None,
        ..sighting("examp1ebank.example", 2.0, index)
    };
    check(
        store,
        &[(
            &[
                unreadable(1),
                unreadable(2),
                sighting("examp1ebank.example", 2.0, 3),
            ],
            &[
                "1 detection examp1ebank.example",
                "2 detection examp1ebank.example",
                "3 detection examp1ebank.example",
            ],
        )],
    )
    .await;
    let ledger = store.ledger().await;
    let shown = ledger
        .detection(2)
        .await
        .expect("it reads")
        .expect("it is there");
    assert_eq!(shown.detail.registrable, "entry:ct:AAAA/2");
    assert_eq!(shown.kind, SightingKind::Unreadable);
    assert_eq!(shown.certificates, 1);
    assert_eq!(shown.times.not_before, None);
}

async fn what_cannot_be_read_is_kept_and_told_once(store: &Store) {
    let ledger = store.ledger().await;
    ledger.enrol(&feed(FEED, 5)).await.expect("it is taken");
    let entry = |index, size| NewUnreadable {
        feed: FEED.into(),
        index,
        why: "truncated",
        raw: vec![0xab; size],
    };
    let unreadable = [entry(6, 3), entry(u64::MAX, 2 * MAX_KEPT), entry(6, 3)];
    let batch = Recording {
        at: at(1),
        sightings: &[],
        unreadable: &unreadable,
        seen: &seen(7),
        channels: &channels(),
    };
    let events = ledger.record(&batch).await.expect("it is taken");
    assert_eq!(events.len(), 2);
    assert!(events[0].kind == EventKind::Unreadable && events[0].detection.is_none());
    let body: serde_json::Value = serde_json::from_str(&events[0].body).expect("it is JSON");
    assert_eq!((&body["feed"], &body["index"]), (&FEED.into(), &6.into()));
    assert_eq!(
        (&body["why"], &body["bytes"]),
        (&"truncated".into(), &3.into())
    );
    let again = ledger.record(&batch).await.expect("it is taken");
    assert_eq!(again, []);
    let kept = store.dump().await;
    assert!(kept.contains("ababab") && kept.len() < 3 * MAX_KEPT);
    assert_eq!(ledger.due("all", at(1000), 10).await.expect("it reads"), []);
}

async fn the_canary_stands_apart(store: &Store) {
    let ledger = store.ledger().await;
    let real = sighting("examp1ebank.example", 2.0, 1);
    let canary = NewSighting {
        feed: "canary".into(),
        test: true,
        ..sighting("examp1ebank.example", 2.0, 1)
    };
    let events = record(&ledger, &[canary, real]).await;
    let kinds: Vec<EventKind> = events.iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [EventKind::Test, EventKind::Detection]);
    let mut filter = DetectionFilter::default();
    assert_eq!(ledger.detections(&filter).await.expect("it reads").len(), 1);
    filter.tests = true;
    assert_eq!(ledger.detections(&filter).await.expect("it reads").len(), 2);
    let due = ledger.due("all", at(1000), 10).await.expect("it reads");
    assert_eq!(due.len(), 1);
    assert_eq!(due[0].event, 2);
}

async fn what_is_hostile_is_kept_harmless(store: &Store) {
    let ledger = store.ledger().await;
    let mut hostile = sighting("examp1ebank.example", 2.0, 1);
    // No log has so many entries, but a server may say so.
    hostile.index = u64::MAX;
    let facts = hostile.certificate.as_mut().expect("a sample has them");
    facts.issuer = Some("O=\0\u{1b}[31m".repeat(100_000));
    facts.not_after = Some(jiff::Timestamp::MAX);
    record(&ledger, &[hostile]).await;
    let shown = ledger
        .detection(1)
        .await
        .expect("it reads")
        .expect("it is there");
    assert_eq!(shown.origins[0].index, u64::MAX);
    assert!(store.dump().await.len() < 10_000);
}

async fn positions_only_go_forward(store: &Store) {
    let ledger = store.ledger().await;
    ledger.enrol(&feed(FEED, 5)).await.expect("it is taken");
    for (given, expected) in [(7, 7), (6, 7), (9, 9)] {
        let recording = Recording {
            at: at(1),
            sightings: &[],
            unreadable: &[],
            seen: &seen(given),
            channels: &channels(),
        };
        ledger.record(&recording).await.expect("it is taken");
        let state = &ledger.feeds().await.expect("it reads")[0];
        assert_eq!((state.seen, state.settled), (expected, 5));
    }
    ledger.rewind(FEED).await.expect("it is taken");
    assert_eq!(ledger.feeds().await.expect("it reads")[0].seen, 5);
}

async fn an_unknown_feed_spoils_the_whole_batch(store: &Store) {
    let ledger = store.ledger().await;
    let before = store.dump().await;
    let batch = Recording {
        at: at(1),
        sightings: &[sighting("examp1ebank.example", 2.0, 1)],
        unreadable: &[],
        seen: &seen(2),
        channels: &channels(),
    };
    let refused = ledger.record(&batch).await;
    assert!(matches!(refused, Err(LedgerError::UnknownFeed { feed }) if feed == FEED));
    assert_eq!(store.dump().await, before);
}

async fn writers_take_turns(store: &Store) {
    let writers = [store.ledger().await, store.ledger().await];
    let tasks = (0..20_u64).map(|number| {
        let ledger = writers[usize::try_from(number % 2).expect("0 or 1")].clone();
        tokio::spawn(async move {
            let name = format!("examp1ebank{number}.example");
            record(&ledger, &[sighting(&name, 2.0, number)]).await
        })
    });
    let tasks: Vec<_> = tasks.collect();
    let mut told = vec![];
    for task in tasks {
        told.extend(
            task.await
                .expect("it ends")
                .iter()
                .map(|event| event.number),
        );
    }
    told.sort_unstable();
    assert_eq!(told, (1..=20).collect::<Vec<u64>>());
    let kept = writers[0].events(0, 100).await.expect("it reads");
    assert!(kept.iter().map(|event| event.number).eq(1..=20));
}

async fn a_batch_of_thousands(store: &Store) {
    let ledger = store.ledger().await;
    let batch: Vec<NewSighting> = (0..3000_u64)
        .map(|number| sighting(&format!("www.examp1e{}.example", number / 3), 2.0, number))
        .collect();
    assert_eq!(record(&ledger, &batch).await.len(), 1000);
    let filter = DetectionFilter {
        limit: 2000,
        ..DetectionFilter::default()
    };
    let listed = ledger.detections(&filter).await.expect("it reads");
    assert_eq!(listed.len(), 1000);
    assert!(listed.iter().all(|detection| detection.sightings == 3));
    assert_eq!(record(&ledger, &batch).await, []);
}
