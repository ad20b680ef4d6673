//! What happened, in one numbered stream.

use crate::detail::Detail;
use crate::detections::{SeenIn, Times};
use crate::error::LedgerError;
use crate::open::Ledger;
use crate::record::SightingKind;
use crate::sql::{kept_time, signed, timestamp, unsigned};
use crate::unreadable::UnreadableBody;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use sqlx::Row;
use std::fmt;
use std::str::FromStr;

/// What kind of thing happened.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum EventKind {
    /// A registrable domain imitates an organisation and did not before.
    Detection,
    /// A known detection reached a higher tier.
    Raised,
    /// A further name of a known detection.
    Sighting,
    /// Any of these three of the canary.
    Test,
    /// An entry of a feed could not be read, or not to its end.
    Unreadable,
    /// A domain came to a stage, or left it.
    Stage,
    /// A look gave a domain another tier than it had.
    Risk,
    /// A campaign was formed, grew, was merged or split, or raises a domain.
    Campaign,
    /// Something is wrong with a feed or with us.
    Alarm,
    /// It is no longer.
    AlarmCleared,
}

/// One event. Numbers go from 1 without a gap, in the order in which the events were committed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Event {
    /// Its place in the stream.
    pub number: u64,
    /// When it was recorded, by the clock of whoever recorded it.
    pub at: Timestamp,
    /// What happened.
    pub kind: EventKind,
    /// The detection that it is about, by its id.
    pub detection: Option<u64>,
    /// The event as a JSON object in one line, ready to send; rendered once, at the commit.
    pub body: String,
}

impl Ledger {
    /// The events after number `after` (0: from the first), in order, at most `limit` of them.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn events(&self, after: u64, limit: u32) -> Result<Vec<Event>, LedgerError> {
        let rows = sqlx::query(
            "SELECT number, at, kind, detection, body FROM events WHERE number > $1 \
             ORDER BY number LIMIT $2",
        )
        .bind(signed(after)?)
        .bind(i64::from(limit))
        .fetch_all(&self.readers)
        .await?;
        let event = |row: &sqlx::any::AnyRow| {
            Ok(Event {
                number: unsigned(row.try_get("number")?),
                at: timestamp(row.try_get("at")?)?,
                kind: row.try_get::<String, _>("kind")?.parse()?,
                detection: row.try_get::<Option<i64>, _>("detection")?.map(unsigned),
                body: row.try_get("body")?,
            })
        };
        rows.iter().map(event).collect()
    }

    /// The number of the last event; 0 before the first.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn last_event(&self) -> Result<u64, LedgerError> {
        let number = sqlx::query_scalar("SELECT event FROM numbers WHERE id = 1");
        Ok(unsigned(number.fetch_one(&self.readers).await?))
    }
}

/// An event that has no number yet.
pub(crate) struct Announcement<'a> {
    pub(crate) at: Timestamp,
    pub(crate) kind: EventKind,
    pub(crate) subject: Subject<'a>,
}

/// What an event is about; its fields stand in the body after the number, the time and the kind.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum Subject<'a> {
    Detection(DetectionBody<'a>),
    Unreadable(UnreadableBody<'a>),
    Stage(StageBody<'a>),
    Risk(RiskBody<'a>),
    Campaign(CampaignBody<'a>),
    Alarm(AlarmBody<'a>),
}

/// A name of a detection, as it was seen just now.
#[derive(Serialize)]
pub(crate) struct DetectionBody<'a> {
    #[serde(flatten)]
    pub(crate) detail: &'a Detail,
    pub(crate) id: u64,
    pub(crate) first_seen: Timestamp,
    pub(crate) times: Times,
    pub(crate) origins: [SeenIn; 1],
    pub(crate) kind: SightingKind,
    /// The decision by which it is let pass.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) allowed: Option<u64>,
}

/// A step of a domain.
#[derive(Serialize)]
pub(crate) struct StageBody<'a> {
    pub(crate) id: u64,
    pub(crate) name: &'a str,
    pub(crate) registrable: &'a str,
    pub(crate) organisation: &'a str,
    pub(crate) stage: &'static str,
    pub(crate) direction: &'static str,
    pub(crate) says: String,
    pub(crate) techniques: &'static [&'static str],
    pub(crate) looked: Timestamp,
    pub(crate) risk: &'a Value,
}

/// Another tier.
#[derive(Serialize)]
pub(crate) struct RiskBody<'a> {
    pub(crate) id: u64,
    pub(crate) name: &'a str,
    pub(crate) registrable: &'a str,
    pub(crate) organisation: &'a str,
    pub(crate) looked: Timestamp,
    pub(crate) risk: &'a Value,
}

/// A change of a campaign.
#[derive(Serialize)]
pub(crate) struct CampaignBody<'a> {
    pub(crate) campaign: &'a str,
    pub(crate) name: String,
    pub(crate) change: &'static str,
    pub(crate) domain: Option<String>,
    pub(crate) domains: usize,
    pub(crate) says: String,
}

/// An alarm that is raised or cleared.
#[derive(Serialize)]
pub(crate) struct AlarmBody<'a> {
    pub(crate) id: &'a str,
    pub(crate) feed: Option<&'a str>,
    pub(crate) says: &'a str,
    pub(crate) evidence: Option<&'a Value>,
    pub(crate) raised_at: Timestamp,
}

impl Announcement<'_> {
    pub(crate) fn render(&self, number: u64) -> Event {
        #[derive(Serialize)]
        struct Body<'a> {
            number: u64,
            at: Timestamp,
            event: &'static str,
            #[serde(flatten)]
            subject: &'a Subject<'a>,
        }
        let at = kept_time(self.at);
        let body = Body {
            number,
            at,
            event: self.kind.as_str(),
            subject: &self.subject,
        };
        Event {
            number,
            at,
            kind: self.kind,
            detection: match &self.subject {
                Subject::Detection(body) => Some(body.id),
                Subject::Stage(StageBody { id, .. }) | Subject::Risk(RiskBody { id, .. }) => {
                    Some(*id)
                }
                Subject::Unreadable(_) | Subject::Campaign(_) | Subject::Alarm(_) => None,
            },
            body: serde_json::to_string(&body)
                .expect("invariant: a body has string keys only and no field that can fail"),
        }
    }
}

impl EventKind {
    const ALL: [Self; 10] = [
        Self::Detection,
        Self::Raised,
        Self::Sighting,
        Self::Test,
        Self::Unreadable,
        Self::Stage,
        Self::Risk,
        Self::Campaign,
        Self::Alarm,
        Self::AlarmCleared,
    ];

    /// Its id: `detection`, `alarm-cleared`, ….
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Detection => "detection",
            Self::Raised => "raised",
            Self::Sighting => "sighting",
            Self::Test => "test",
            Self::Unreadable => "unreadable",
            Self::Stage => "stage",
            Self::Risk => "risk",
            Self::Campaign => "campaign",
            Self::Alarm => "alarm",
            Self::AlarmCleared => "alarm-cleared",
        }
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for EventKind {
    type Err = LedgerError;

    fn from_str(text: &str) -> Result<Self, LedgerError> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or_else(|| LedgerError::corrupt("the kind of an event", text))
    }
}
