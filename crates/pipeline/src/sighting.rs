//! What was found in a block, as the ledger keeps it, with all that its certificate says.

use crate::feed::Feed;
use crate::hot::{CANARY, Found, Judged, What};
use ct::certificate::{details, fingerprints};
use feeds::live::Head;
use jiff::Timestamp;
use ledger::{CertificateFacts, NewSighting, SightingKind};

/// All that was found in `judged`, a block of `feed` that was proven against `head` and read at `seen`.
pub(crate) fn sightings(
    feed: &Feed,
    judged: &mut Judged,
    head: &Head,
    seen: Timestamp,
) -> Vec<NewSighting> {
    let found = std::mem::take(&mut judged.found);
    let block = &judged.block;
    let sighting = |found: Found| {
        let entry = found.entry;
        let covered = block.covered(entry);
        let sct = i64::try_from(block.entries[entry as usize].sct_ms)
            .ok()
            .filter(|ms| *ms > 0)
            .and_then(|ms| Timestamp::from_millisecond(ms).ok());
        NewSighting {
            kind: match found.what {
                What::Name => SightingKind::Name,
                What::Unreadable => SightingKind::Unreadable,
            },
            feed: feed.id.clone(),
            index: block.first + u64::from(entry),
            issuance: block.issuance(entry),
            certificate: (!covered.is_empty()).then(|| facts(judged, entry)),
            sct,
            checkpoint: (!head.evidence.is_empty()).then_some(head.at),
            seen,
            test: found.candidate.resemblance.organisation.as_str() == CANARY.0,
            candidate: found.candidate,
        }
    };
    found.into_iter().map(sighting).collect()
}

/// What the certificate of an entry says. Its digest is that of the precertificate as submitted where there is one: the
/// leaf has no signature, so nobody could look that up.
fn facts(judged: &Judged, entry: u32) -> CertificateFacts {
    let block = &judged.block;
    let details = details(block.covered(entry), block.form(entry));
    let time = |seconds: Option<i64>| seconds.and_then(|s| Timestamp::from_second(s).ok());
    let whole = block.submitted(entry).unwrap_or(block.covered(entry));
    CertificateFacts {
        sha256: fingerprints(whole).sha256,
        spki_sha256: details.key_sha256,
        issuer: Some(details.issuer.aggregated()).filter(|text| !text.is_empty()),
        serial: Some(details.serial.clone()).filter(|text| !text.is_empty()),
        not_before: time(details.not_before),
        not_after: time(details.not_after),
    }
}
