//! A question with what came of it, in writing.

use jiff::Timestamp;
use model as noun;
use serde::{Deserialize, Serialize};

use super::written::{Digest, Milliseconds, Written, written};

/// A look: when, how, and one of the keys of [`Outcome`].
#[derive(Serialize, Deserialize)]
pub(super) struct Look<T> {
    at: Timestamp,
    #[serde(rename = "took_ms")]
    took: Milliseconds,
    source: String,
    evidence: Vec<Digest>,
    #[serde(flatten)]
    outcome: Outcome<T>,
}

impl<W: Written> Written for Look<W> {
    type Noun = noun::Look<W::Noun>;

    fn of(noun: Self::Noun) -> Self {
        Self {
            at: noun.at,
            took: Milliseconds::of(noun.took),
            source: noun.source,
            evidence: Written::of(noun.evidence),
            outcome: Written::of(noun.outcome),
        }
    }

    fn noun(self) -> Self::Noun {
        noun::Look {
            outcome: self.outcome.noun(),
            at: self.at,
            took: self.took.noun(),
            source: self.source,
            evidence: self.evidence.noun(),
        }
    }
}

/// What came of a question: exactly one key, which is its variant.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", try_from = "Outcomes<T>")]
pub(super) enum Outcome<T> {
    Answered(T),
    Absent(Absence),
    Failed(Failure),
    NotAsked(Reason),
}

/// What an outcome is read from, so that two of them are noticed.
#[derive(Deserialize)]
struct Outcomes<T> {
    answered: Option<T>,
    absent: Option<Absence>,
    failed: Option<Failure>,
    not_asked: Option<Reason>,
}

impl<T> TryFrom<Outcomes<T>> for Outcome<T> {
    type Error = &'static str;

    fn try_from(outcomes: Outcomes<T>) -> Result<Self, Self::Error> {
        let Outcomes {
            answered,
            absent,
            failed,
            not_asked,
        } = outcomes;
        match (answered, absent, failed, not_asked) {
            (Some(answer), None, None, None) => Ok(Self::Answered(answer)),
            (None, Some(absence), None, None) => Ok(Self::Absent(absence)),
            (None, None, Some(failure), None) => Ok(Self::Failed(failure)),
            (None, None, None, Some(reason)) => Ok(Self::NotAsked(reason)),
            _ => Err("not exactly one of `answered`, `absent`, `failed` and `not_asked`"),
        }
    }
}

impl<W: Written> Written for Outcome<W> {
    type Noun = noun::Probed<W::Noun>;

    fn of(noun: Self::Noun) -> Self {
        match noun {
            noun::Probed::Answered(answer) => Self::Answered(W::of(answer)),
            noun::Probed::Absent(absence) => Self::Absent(Written::of(absence)),
            noun::Probed::Failed(failure) => Self::Failed(Written::of(failure)),
            noun::Probed::NotAsked(reason) => Self::NotAsked(Written::of(reason)),
        }
    }

    fn noun(self) -> Self::Noun {
        match self {
            Self::Answered(answer) => noun::Probed::Answered(answer.noun()),
            Self::Absent(absence) => noun::Probed::Absent(absence.noun()),
            Self::Failed(failure) => noun::Probed::Failed(failure.noun()),
            Self::NotAsked(reason) => noun::Probed::NotAsked(reason.noun()),
        }
    }
}

written! {
    enum Absence {
        NoName,
        NoData,
        NoService,
        NoRegistry,
    }
}

written! {
    struct Failure {
        kind: FailureKind,
        says: String,
        #[serde(rename = "retry_after_ms", skip_serializing_if = "Option::is_none")]
        retry_after: Option<Milliseconds>,
    }
}

written! {
    enum FailureKind {
        Timeout,
        Unreachable,
        Forbidden,
        Refused,
        Broken,
        Malformed,
        TooLarge,
    }
}

written! {
    enum Reason {
        Policy,
        NothingThere,
        NotInstalled,
    }
}
