//! One writer's turn: a transaction in which things are numbered and events announced.

use crate::error::LedgerError;
use crate::events::{Announcement, Event};
#[cfg(feature = "faults")]
use crate::faults::{Fault, FaultPlan};
use crate::open::Ledger;
use crate::sql::{in_chunks, milliseconds, signed, unsigned};
use jiff::Timestamp;
use sqlx::AnyConnection;
use sqlx::{Any, Row, Transaction};
#[cfg(feature = "faults")]
use std::sync::Arc;

/// A transaction that nobody else's can overlap. Dropped, it leaves no trace.
pub(crate) struct Turn {
    tx: Transaction<'static, Any>,
    pub(crate) numbers: Numbers,
    before: Numbers,
    events: Vec<Event>,
    owed: Vec<Owed>,
    #[cfg(feature = "faults")]
    faults: Option<Arc<FaultPlan>>,
}

/// The last number given to each kind of thing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Numbers {
    pub(crate) event: u64,
    pub(crate) detection: u64,
    pub(crate) alarm: u64,
    pub(crate) segment: u64,
    pub(crate) suspect: u64,
    pub(crate) pivot: u64,
    pub(crate) decision: u64,
    pub(crate) moment: u64,
}

/// A delivery to be made.
struct Owed {
    event: u64,
    channel: String,
    at: Timestamp,
}

impl Ledger {
    /// Waits for everybody else's turn to end.
    pub(crate) async fn turn(&self) -> Result<Turn, LedgerError> {
        let mut tx = self.writer.begin().await?;
        // An update that changes nothing takes the lock: of the row, or of the whole file.
        let row = sqlx::query(
            "UPDATE numbers SET event = event WHERE id = 1 RETURNING \
             event, detection, alarm, segment, suspect, pivot, decision, moment",
        )
        .fetch_one(&mut *tx)
        .await?;
        let number = |name| row.try_get(name).map(unsigned);
        let numbers = Numbers {
            event: number("event")?,
            detection: number("detection")?,
            alarm: number("alarm")?,
            segment: number("segment")?,
            suspect: number("suspect")?,
            pivot: number("pivot")?,
            decision: number("decision")?,
            moment: number("moment")?,
        };
        Ok(Turn {
            tx,
            numbers,
            before: numbers,
            events: vec![],
            owed: vec![],
            #[cfg(feature = "faults")]
            faults: self.faults.clone(),
        })
    }
}

impl Turn {
    pub(crate) fn connection(&mut self) -> &mut AnyConnection {
        &mut self.tx
    }

    /// Gives the next number to an event and puts it down for `channels`.
    pub(crate) fn announce<'a>(
        &mut self,
        announcement: &Announcement<'_>,
        channels: impl Iterator<Item = &'a str>,
    ) {
        self.numbers.event += 1;
        let event = announcement.render(self.numbers.event);
        self.owed.extend(channels.map(|channel| Owed {
            event: event.number,
            channel: channel.to_owned(),
            at: event.at,
        }));
        self.events.push(event);
    }

    /// How many events were announced so far.
    pub(crate) fn announced(&self) -> usize {
        self.events.len()
    }

    /// Ends the turn without a trace; returns the events that there would have been.
    pub(crate) async fn abandon(self) -> Result<Vec<Event>, LedgerError> {
        self.tx.rollback().await?;
        Ok(self.events)
    }

    /// Writes what was announced and ends the turn; returns the new events in order.
    pub(crate) async fn commit(mut self) -> Result<Vec<Event>, LedgerError> {
        in_chunks(
            &mut self.tx,
            [
                "INSERT INTO events (number, at, kind, detection, body) VALUES",
                "",
            ],
            5,
            &self.events,
            |row, event| {
                Ok(row
                    .bind(signed(event.number)?)
                    .bind(milliseconds(event.at))
                    .bind(event.kind.as_str())
                    .bind(event.detection.map(signed).transpose()?)
                    .bind(event.body.as_str()))
            },
        )
        .await?;
        in_chunks(
            &mut self.tx,
            [
                "INSERT INTO outbox (event, channel, tries, again_at) VALUES",
                "",
            ],
            4,
            &self.owed,
            |row, owed| {
                Ok(row
                    .bind(signed(owed.event)?)
                    .bind(owed.channel.as_str())
                    .bind(0_i64)
                    .bind(milliseconds(owed.at)))
            },
        )
        .await?;
        if self.numbers != self.before {
            sqlx::query(
                "UPDATE numbers SET event = $1, detection = $2, alarm = $3, segment = $4, \
                 suspect = $5, pivot = $6, decision = $7, moment = $8 WHERE id = 1",
            )
            .bind(signed(self.numbers.event)?)
            .bind(signed(self.numbers.detection)?)
            .bind(signed(self.numbers.alarm)?)
            .bind(signed(self.numbers.segment)?)
            .bind(signed(self.numbers.suspect)?)
            .bind(signed(self.numbers.pivot)?)
            .bind(signed(self.numbers.decision)?)
            .bind(signed(self.numbers.moment)?)
            .execute(&mut *self.tx)
            .await?;
        }
        #[cfg(feature = "faults")]
        if let Some(fault) = self.faults.as_deref().and_then(FaultPlan::next) {
            match fault {
                Fault::Lost => self.tx.rollback().await?,
                Fault::Kept => self.tx.commit().await?,
            }
            return Err(fault.error());
        }
        self.tx.commit().await?;
        Ok(self.events)
    }
}
