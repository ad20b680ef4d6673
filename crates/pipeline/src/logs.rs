//! All logs of the list, followed as the list changes.

use crate::error::PipelineError;
use crate::feed::Feed;
use crate::follow::{End, Reports, follow};
use crate::roster::{self, Entry, Roster};
use crate::settings::{ListSource, LogSettings, StartAt};
use crate::watch::Shared;
use ct::{Dialect, ListedLog, Tree};
use egress::Trust;
use feeds::live::{self, CtLog, Door, Issuers, Rfc6962, Start, Static};
use jiff::Timestamp;
use ledger::{FeedKind, FeedState, NewAlarm};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::task::JoinSet;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use url::Url;

const ALARM: &str = "log-list";

/// The first look at the list; without one nothing can be followed, so its faults are fatal.
pub(crate) async fn first_roster(
    settings: &LogSettings,
    shared: &Shared,
    known: &[FeedState],
) -> Result<Roster, PipelineError> {
    let was_followed = |id: &str| known.iter().any(|state| state.id == id);
    roster::read(settings, &shared.http, was_followed).await
}

/// Follows all logs on the list. Ends when it is told to, or, where only that is asked for, when all are read to their
/// heads.
pub(crate) async fn follow_all(
    settings: LogSettings,
    first: Roster,
    known: Vec<FeedState>,
    shared: Arc<Shared>,
    reports: Reports,
) -> Result<End, PipelineError> {
    let mut logs = Logs {
        settings: Arc::new(settings),
        shared,
        reports,
        tasks: JoinSet::new(),
        followed: BTreeMap::new(),
        changed: BTreeMap::new(),
    };
    let mut end = End::Done;
    for (id, entry) in first {
        let state = known.iter().find(|state| state.id == id).cloned();
        let start = logs.settings.start;
        logs.begin(id, entry, state, start);
    }
    loop {
        let stop = logs.shared.stop.clone();
        tokio::select! {
            Some(done) = logs.tasks.join_next() => match done {
                Ok((id, ended)) => {
                    if ended == End::Failed {
                        end = End::Failed;
                    }
                    logs.begin_changed(&id).await?;
                }
                Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
                Err(_) => return Ok(End::Told),
            },
            () = sleep(logs.settings.list_every), if !logs.shared.once => logs.look_again().await?,
            () = stop.cancelled(), if logs.tasks.is_empty() => return Ok(End::Told),
        }
        if logs.shared.once && logs.tasks.is_empty() {
            return Ok(end);
        }
    }
}

struct Logs {
    settings: Arc<LogSettings>,
    shared: Arc<Shared>,
    reports: Reports,
    tasks: JoinSet<(String, End)>,
    followed: BTreeMap<String, (Entry, CancellationToken)>,
    /// To be followed anew as soon as what is followed of them has ended.
    changed: BTreeMap<String, Entry>,
}

impl Logs {
    /// Reads the list again. One that cannot be read changes nothing but is told.
    async fn look_again(&mut self) -> Result<(), PipelineError> {
        let known = self.shared.ledger.feeds().await?;
        let was_followed = |id: &str| known.iter().any(|state| state.id == id);
        let new = match roster::read(&self.settings, &self.shared.http, was_followed).await {
            Ok(new) => new,
            Err(error) => return self.raise(&error.to_string()).await,
        };
        let (now, told) = (Timestamp::now(), &self.shared.told);
        let event = self.shared.ledger.clear(None, ALARM, now, told).await?;
        self.shared.publish(event.as_slice());
        for (id, (entry, stop)) in &self.followed {
            if !new.contains_key(id) {
                tracing::info!(log = %entry.log.description, "no longer on the list");
                stop.cancel();
            }
        }
        for (id, entry) in new {
            match self.followed.get(&id) {
                Some((before, _)) if *before == entry => {}
                Some((_, stop)) => {
                    tracing::info!(log = %entry.log.description, "changed on the list");
                    stop.cancel();
                    self.changed.insert(id, entry);
                }
                None => {
                    tracing::info!(log = %entry.log.description, "new on the list");
                    let state = known.iter().find(|state| state.id == id).cloned();
                    self.begin(id, entry, state, StartAt::Beginning);
                }
            }
        }
        Ok(())
    }

    /// Follows a log as the list has it now, where what was followed of it before has just ended.
    async fn begin_changed(&mut self, id: &str) -> Result<(), PipelineError> {
        let Some(entry) = self.changed.remove(id) else {
            return Ok(());
        };
        let known = self.shared.ledger.feeds().await?;
        let state = known.into_iter().find(|state| state.id == id);
        self.begin(id.to_owned(), entry, state, StartAt::Beginning);
        Ok(())
    }

    fn begin(&mut self, id: String, entry: Entry, state: Option<FeedState>, start: StartAt) {
        let base = match entry.url().parse::<Url>() {
            Ok(base) => base,
            Err(error) => {
                tracing::warn!(log = %entry.log.description, %error, "the address of a log cannot be used");
                return;
            }
        };
        let trust = match &self.settings.list {
            ListSource::File(_) => Trust::Configured,
            ListSource::Url(_) => Trust::FromData,
        };
        let timeout = self.settings.pacing.timeout;
        let (http, pace) = (self.shared.http.clone(), self.shared.pace.clone());
        let door = Door::new(http, pace, &base, trust, timeout);
        let (settings, shared, reports) = (
            self.settings.clone(),
            self.shared.clone(),
            self.reports.clone(),
        );
        let stop = self.shared.stop.child_token();
        self.followed
            .insert(id.clone(), (entry.clone(), stop.clone()));
        self.tasks.spawn(async move {
            let dialect = tokio::select! {
                dialect = dialect(&entry.log, &door) => dialect,
                () = stop.cancelled() => return (id, End::Told),
            };
            let feed = Arc::new(feed(&id, &entry, door, &dialect));
            let room = shared.room.clone();
            let pause = settings.pause;
            let source = move |state: Option<&FeedState>| {
                let start = state.map_or_else(|| fresh(start), resume);
                let pacing = settings.pacing.clone();
                CtLog::new(dialect.clone(), start, entry.closed, pacing, room.clone())
            };
            let end = follow(feed, state, pause, shared, reports, stop, source).await;
            (id, end)
        });
    }

    async fn raise(&self, says: &str) -> Result<(), PipelineError> {
        tracing::warn!(%says, "the log list cannot be read again");
        let alarm = NewAlarm {
            kind: ALARM,
            feed: None,
            says,
            evidence: None,
            at: Timestamp::now(),
            channels: &self.shared.told,
        };
        let event = self.shared.ledger.raise(&alarm).await?;
        self.shared.publish(event.as_slice());
        Ok(())
    }
}

/// How a log is best read: by tiles where it has them, though the list may not say so.
async fn dialect(log: &ListedLog, door: &Door) -> live::Dialect {
    let tiles = live::Dialect::Static(Static::new(door.clone(), log.key.clone(), log.origin()));
    match &log.dialect {
        Dialect::Tiles { .. } => tiles,
        Dialect::Rfc6962 { .. } if tiles.is_served().await => tiles,
        Dialect::Rfc6962 { .. } => {
            live::Dialect::Rfc6962(Rfc6962::new(door.clone(), log.key.clone()))
        }
    }
}

fn feed(id: &str, entry: &Entry, door: Door, dialect: &live::Dialect) -> Feed {
    let has_tiles = matches!(dialect, live::Dialect::Static(_));
    Feed {
        id: id.into(),
        kind: if has_tiles {
            FeedKind::Tiles
        } else {
            FeedKind::Rfc6962
        },
        description: entry.log.description.clone(),
        url: entry.url().to_owned(),
        interval: entry.log.interval,
        dialect: Some(entry.log.dialect.clone()),
        issuers: has_tiles.then(|| Issuers::new(door)),
    }
}

fn fresh(start: StartAt) -> Start {
    match start {
        StartAt::Now => Start::Now,
        StartAt::Beginning => Start::Index(0),
        StartAt::Index(index) => Start::Index(index),
        StartAt::Since(time) => Start::Since(time),
    }
}

/// Goes on where the ledger stands settled. A tree that cannot be restored is asked for again at that place.
fn resume(state: &FeedState) -> Start {
    if state.settled == 0 {
        return Start::Index(0);
    }
    match Tree::restore(&state.tree) {
        Ok(tree) if tree.size() == state.settled => Start::Resume(Box::new(tree)),
        _ => Start::Index(state.settled),
    }
}
