//! What came of a call, as the dossier has it, and the bytes that it rests on.

use egress::{EgressError, Kind};
use jiff::{SignedDuration, Timestamp};
use model::{Absence, Evidence, EvidenceDigest, Failure, FailureKind, Look, Probed, Reason};
use sha2::{Digest, Sha256};
use std::time::Instant;

use crate::text;

/// Bytes as they came, with their digest.
pub(crate) fn piece(bytes: Vec<u8>, media: &str) -> Evidence {
    Evidence {
        digest: digest(&bytes),
        media: media.to_owned(),
        bytes,
    }
}

/// An outcome with the bytes that it rests on.
pub(crate) struct Asked<T> {
    pub(crate) outcome: Probed<T>,
    /// Who was asked.
    pub(crate) source: String,
    pub(crate) evidence: Vec<Evidence>,
}

impl<T> Asked<T> {
    pub(crate) fn not_asked(reason: Reason) -> Self {
        Asked::nothing(Probed::NotAsked(reason), String::new())
    }

    /// Nothing came that could be kept.
    pub(crate) fn nothing(outcome: Probed<T>, source: String) -> Self {
        Asked {
            outcome,
            source,
            evidence: Vec::new(),
        }
    }
}

/// The clock of one dossier: it goes on from the moment that the caller gave.
#[derive(Clone, Copy)]
pub(crate) struct Clock {
    began: Instant,
    at: Timestamp,
}

impl Clock {
    pub(crate) fn start(at: Timestamp) -> Self {
        Clock {
            began: Instant::now(),
            at,
        }
    }

    pub(crate) fn now(self) -> Timestamp {
        let passed = SignedDuration::try_from(self.began.elapsed()).unwrap_or_default();
        self.at.checked_add(passed).unwrap_or(self.at)
    }

    /// Asks, and notes when and how long. The evidence are added to `evidence`.
    pub(crate) async fn time<T>(
        self,
        asking: impl Future<Output = Asked<T>>,
    ) -> (Look<T>, Vec<Evidence>) {
        let (start, at) = (Instant::now(), self.now());
        let asked = asking.await;
        let look = Look {
            outcome: asked.outcome,
            at,
            took: start.elapsed(),
            source: asked.source,
            evidence: asked.evidence.iter().map(|piece| piece.digest).collect(),
        };
        (look, asked.evidence)
    }
}

/// What a failed call to the domain's own servers says: that nobody listens there is an absence.
pub(crate) fn of_domain<T>(error: &EgressError) -> Probed<T> {
    match error.kind() {
        Kind::NoName => Probed::Absent(Absence::NoData),
        Kind::NoService => Probed::Absent(Absence::NoService),
        _ => of_server(error),
    }
}

/// What a failed call to a registry or a DNS server says: of the domain, nothing.
pub(crate) fn of_server<T>(error: &EgressError) -> Probed<T> {
    let kind = match error.kind() {
        Kind::Timeout => FailureKind::Timeout,
        Kind::Forbidden => FailureKind::Forbidden,
        Kind::Refused => FailureKind::Refused,
        Kind::Broken => FailureKind::Broken,
        Kind::Malformed => FailureKind::Malformed,
        Kind::TooLarge => FailureKind::TooLarge,
        // Nobody was reached; the line says whose fault it is.
        Kind::NoName | Kind::NoService | Kind::Unreachable | Kind::Ours => FailureKind::Unreachable,
    };
    let mut failure = failure(kind, &error.to_string());
    failure.retry_after = error.retry_after();
    Probed::Failed(failure)
}

pub(crate) fn failure(kind: FailureKind, says: &str) -> Failure {
    Failure {
        kind,
        says: text::tidy(says).unwrap_or_default(),
        retry_after: None,
    }
}

pub(crate) fn failed<T>(kind: FailureKind, says: &str) -> Probed<T> {
    Probed::Failed(failure(kind, says))
}

/// SHA-256.
pub(crate) fn digest(bytes: &[u8]) -> EvidenceDigest {
    EvidenceDigest(Sha256::digest(bytes).into())
}
