//! Whoever is new on the watchlist is looked for in what was seen before: the segments of the lake, one by one.

use crate::error::PipelineError;
use crate::hot::Guarded;
use crate::settings::LakeSettings;
use crate::watch::{Shared, again};
use jiff::Timestamp;
use judge::{Bar, Desk, Fate, Sifter};
use lake::retention::{Known, expired};
use lake::{Lake, LakeError};
use ledger::{NewAlarm, NewSighting, Recording, RetroScan, Segment, SightingKind};
use model::{OrganisationId, Origin};
use names::Scratch;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::sleep;

/// The alarm of a segment that cannot be read.
const ALARM: &str = "unreadable-segment";
/// Candidates that are recorded together.
const MOST_TOGETHER: usize = 1000;

/// Looks for work whenever a segment was closed or the watchlist was read again, until we are to end.
pub(crate) async fn keep_scanning(
    lake: Arc<Lake>,
    mut filling: watch::Receiver<u64>,
    shared: Arc<Shared>,
) -> Result<(), PipelineError> {
    loop {
        scan_all(&lake, &shared).await?;
        tokio::select! {
            changed = filling.changed() => if changed.is_err() { return Ok(()) },
            () = shared.rescan.notified() => {}
            () = shared.stop.cancelled() => return Ok(()),
        }
    }
}

/// Removes segments that are too old or too many, now and every ten minutes.
pub(crate) async fn keep_pruned(
    lake: Arc<Lake>,
    limits: LakeSettings,
    shared: Arc<Shared>,
) -> Result<(), PipelineError> {
    loop {
        let segments = again("segments", || shared.ledger.segments()).await?;
        let known: Vec<Known> = segments
            .iter()
            .map(|segment| Known {
                number: segment.number,
                bytes: segment.bytes,
                last_at: segment.last_at,
            })
            .collect();
        for number in expired(&known, Timestamp::now(), limits.keep, limits.max_bytes) {
            let gone = segments.iter().find(|segment| segment.number == number);
            // The file first: one that the ledger still knows is looked for again, one that it forgot never.
            if let Some(segment) = gone {
                lake.remove(&segment.path)?;
            }
            again("prune", || shared.ledger.forget_segment(number)).await?;
            tracing::info!(segment = number, "removed from the lake");
        }
        tokio::select! {
            () = sleep(Duration::from_mins(10)) => {}
            () = shared.stop.cancelled() => return Ok(()),
        }
    }
}

/// Puts down who is guarded. Whoever is new is to be scanned for up to the segment that is being filled.
pub(crate) async fn guard(
    guarded: &Guarded,
    filling: u64,
    shared: &Shared,
) -> Result<(), PipelineError> {
    let entries: Vec<ledger::Guarded> = digests(guarded).into_values().collect();
    // On a new ledger there is nothing before.
    let upto = filling.min(
        again("segments", || shared.ledger.last_segment())
            .await?
            .map_or(0, |_| filling),
    );
    again("guard", || {
        shared.ledger.guard(&entries, upto, Timestamp::now())
    })
    .await?;
    Ok(())
}

/// Scans what is to be scanned, segment by segment, each for all organisations that want it.
async fn scan_all(lake: &Arc<Lake>, shared: &Arc<Shared>) -> Result<(), PipelineError> {
    let todo = again("retro", || shared.ledger.retro_todo()).await?;
    if todo.is_empty() {
        return Ok(());
    }
    let guarded = shared.guarded();
    let digests: BTreeMap<String, ledger::Guarded> = digests(&guarded);
    let mut segments = again("segments", || shared.ledger.segments()).await?;
    segments.sort_by_key(|segment| segment.number);
    let mut all_read = true;
    for segment in segments {
        let wanted: Vec<&RetroScan> = todo
            .iter()
            .filter(|scan| scan.scanned_upto < segment.number && segment.number <= scan.wanted_upto)
            .collect();
        if wanted.is_empty() {
            continue;
        }
        if shared.stop.is_cancelled() {
            return Ok(());
        }
        let ids: Vec<OrganisationId> = wanted
            .iter()
            .filter_map(|scan| OrganisationId::new(&scan.organisation).ok())
            .collect();
        let (found, read) = scan(lake, &segment, &guarded, ids).await;
        if let Err(error) = read {
            all_read = false;
            unreadable(&segment, &wanted, &error, shared).await?;
        }
        tracing::info!(
            segment = segment.number,
            found = found.len(),
            "scanned for who is new"
        );
        for together in found.chunks(MOST_TOGETHER) {
            let recording = Recording {
                at: Timestamp::now(),
                sightings: together,
                unreadable: &[],
                seen: &[],
                channels: &shared.told,
            };
            let events = again("record", || shared.ledger.record(&recording)).await?;
            shared.publish(&events);
        }
        for scan in wanted {
            if let Some(entry) = digests.get(&scan.organisation) {
                again("retro", || {
                    shared.ledger.retro_progress(entry, segment.number)
                })
                .await?;
            }
        }
    }
    if all_read {
        let (now, told) = (Timestamp::now(), &shared.told);
        let event = again("clear", || shared.ledger.clear(None, ALARM, now, told)).await?;
        shared.publish(event.as_slice());
    }
    // Segments that are gone, or that had no rows, need no scan.
    for scan in &todo {
        if let Some(entry) = digests.get(&scan.organisation) {
            let last = again("segments", || shared.ledger.last_segment()).await?;
            let upto = last.map_or(0, |last| last.min(scan.wanted_upto));
            again("retro", || shared.ledger.retro_progress(entry, upto)).await?;
        }
    }
    Ok(())
}

fn digests(guarded: &Guarded) -> BTreeMap<String, ledger::Guarded> {
    let organisations = guarded.guard.watchlist().organisations().iter();
    organisations
        .map(|organisation| {
            let entry = ledger::Guarded {
                organisation: organisation.id.clone(),
                digest: Sha256::digest(format!("{organisation:?}")).into(),
            };
            (organisation.id.as_str().to_owned(), entry)
        })
        .collect()
}

/// What one segment holds for `organisations`, on a worker thread, as far as it can be read.
async fn scan(
    lake: &Arc<Lake>,
    segment: &Segment,
    guarded: &Arc<Guarded>,
    organisations: Vec<OrganisationId>,
) -> (Vec<NewSighting>, Result<(), LakeError>) {
    let (lake, path, guarded) = (lake.clone(), segment.path.clone(), guarded.clone());
    let scan = tokio::task::spawn_blocking(move || {
        let today = Timestamp::now().strftime("%Y-%m-%d").to_string();
        let sifter = Sifter {
            guard: &guarded.guard,
            judge: &guarded.judge,
            bar: Bar::new(None, None),
            today: &today,
        };
        let (mut name, mut desk, mut found) = (Scratch::default(), Desk::default(), vec![]);
        let read = lake.read(&path, |row| {
            let Ok(name) = name.parse(row.name.as_bytes()) else {
                return;
            };
            if sifter.fate(name, &mut desk) != Fate::Told {
                return;
            }
            let (source, index): (Arc<str>, u64) = (row.source.into(), row.index);
            for (verdict, _) in desk.told() {
                let organisation = &guarded.guard.organisation(verdict.likeness.organisation).id;
                if !organisations.contains(organisation) {
                    continue;
                }
                let origin = Origin::Entry {
                    feed: source.clone(),
                    index,
                };
                found.push(NewSighting {
                    candidate: sifter.candidate(name, &verdict, origin),
                    kind: SightingKind::Name,
                    feed: source.clone(),
                    index,
                    issuance: row.certificate.copied(),
                    certificate: None,
                    sct: None,
                    checkpoint: None,
                    seen: row.at,
                    test: false,
                });
            }
        });
        (found, read)
    });
    match scan.await {
        Ok(done) => done,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

/// Rings for a segment that cannot be read. It is passed over, as the others still can.
async fn unreadable(
    segment: &Segment,
    wanted: &[&RetroScan],
    error: &LakeError,
    shared: &Shared,
) -> Result<(), PipelineError> {
    tracing::warn!(path = %segment.path, %error, "a segment cannot be read");
    let says = format!(
        "segment {} of the lake cannot be read, so {} organisations were not looked for in it: {error}",
        segment.path,
        wanted.len()
    );
    let organisations: Vec<&str> = wanted.iter().map(|scan| &*scan.organisation).collect();
    let evidence = serde_json::json!({ "segment": segment.path, "organisations": organisations });
    let alarm = NewAlarm {
        kind: ALARM,
        feed: None,
        says: &says,
        evidence: Some(&evidence),
        at: Timestamp::now(),
        channels: &shared.told,
    };
    let event = again("raise", || shared.ledger.raise(&alarm)).await?;
    shared.publish(event.as_slice());
    Ok(())
}
