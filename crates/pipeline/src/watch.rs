//! The stages, started and ended.

use crate::clerk::Clerk;
use crate::error::PipelineError;
use crate::feed::{Feed, JudgedBatch, Report};
use crate::follow::End;
use crate::health::Healths;
use crate::hot::Guarded;
use crate::looker::Looker;
use crate::outbox::Channel;
use crate::printer::{Sink, print_all};
use crate::settings::{ChannelSettings, Settings};
use crate::settle::Unsettled;
use crate::{cold, deaf, outbox, retro, sources};
use console::{Hub, Update};
use egress::{Http, Pace, Rate};
use feeds::live::Room;
use lake::Lake;
use ledger::{Blame, Event, Hold, Ledger, LedgerError};
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

/// Blocks that all sources together may hold: some 30 MB of tiles.
const ROOM: usize = 64;
/// Reports on their way to the clerk.
const REPORTS: usize = 64;
/// Requests to one host at once after a rest.
const BURST: u32 = 32;
/// How long a store may fail before the watch ends.
const PATIENCE: Duration = Duration::from_mins(5);

/// What all stages share.
pub(crate) struct Shared {
    pub(crate) ledger: Ledger,
    /// Tells this ledger from others, for those who get events of several.
    pub(crate) ledger_id: String,
    pub(crate) hub: Hub,
    pub(crate) http: Http,
    pub(crate) pace: Arc<Pace>,
    pub(crate) room: Room,
    /// To whom events are owed.
    pub(crate) told: Vec<ledger::Channel>,
    pub(crate) once: bool,
    /// Whether names are kept, in a lake.
    pub(crate) keeps: bool,
    /// Nothing new is to be begun.
    pub(crate) stop: CancellationToken,
    /// Everything is recorded that will be.
    pub(crate) drained: CancellationToken,
    /// The watchlist was read again.
    pub(crate) rescan: Notify,
    guarded: RwLock<Arc<Guarded>>,
    enrolled: Mutex<HashSet<Arc<str>>>,
    /// For what is found beside a feed's own path; weak, so that the clerk can end.
    reports: mpsc::WeakSender<Report>,
}

impl Shared {
    pub(crate) fn guarded(&self) -> Arc<Guarded> {
        let guarded = self.guarded.read().unwrap_or_else(PoisonError::into_inner);
        guarded.clone()
    }

    fn replace(&self, new: Arc<Guarded>) {
        *self.guarded.write().unwrap_or_else(PoisonError::into_inner) = new;
    }

    /// Notes that the ledger knows a feed.
    pub(crate) fn enrol(&self, feed: &Arc<str>) {
        let mut enrolled = self.enrolled.lock().unwrap_or_else(PoisonError::into_inner);
        enrolled.insert(feed.clone());
    }

    pub(crate) fn enrolled(&self, feed: &str) -> bool {
        let enrolled = self.enrolled.lock().unwrap_or_else(PoisonError::into_inner);
        enrolled.contains(feed)
    }

    /// Wakes all who follow events.
    pub(crate) fn publish(&self, events: &[Event]) {
        if let Some(last) = events.last() {
            self.hub.published(last.number);
        }
    }

    /// Tells the entries of a batch to the clients of certstream, if there are any.
    pub(crate) fn stream(&self, feed: &Feed, batch: &JudgedBatch) {
        let Some(dialect) = &feed.dialect else {
            return;
        };
        if !self.hub.wants().any() {
            return;
        }
        for judged in &batch.blocks {
            let block = &judged.block;
            for (place, entry) in (0_u32..).zip(&block.entries) {
                let chain = block.issuer(place).zip(feed.issuers.as_ref());
                let chain = chain.and_then(|(issuer, issuers)| issuers.at_hand(&issuer));
                let chain: Vec<&[u8]> = chain.iter().map(|issuer| &issuer[..]).collect();
                self.hub.certificate(&Update {
                    kind: entry.kind,
                    timestamp_ms: entry.sct_ms,
                    covered: block.covered(place),
                    submitted: block.submitted(place),
                    index: block.first + u64::from(place),
                    log: &feed.description,
                    dialect,
                    chain: &chain,
                    seen: batch.seen,
                });
            }
        }
    }

    /// Has issuers fetched that somebody may ask for: those of what was found, and all for whoever wants whole chains.
    pub(crate) fn want_issuers(&self, feed: &Arc<Feed>, batch: &JudgedBatch) {
        let Some(issuers) = &feed.issuers else {
            return;
        };
        let all = self.hub.wants().full;
        for judged in &batch.blocks {
            let block = &judged.block;
            let entries =
                (0..block.entries.len() as u32).filter(|entry| all || judged.told.contains(entry));
            let wanted: HashSet<ct::Hash> =
                entries.filter_map(|entry| block.issuer(entry)).collect();
            for issuer in wanted {
                if !issuers.is_new(&issuer) {
                    continue;
                }
                let (issuers, feed, reports) =
                    (issuers.clone(), feed.clone(), self.reports.clone());
                tokio::spawn(async move {
                    let trouble = issuers.fetch(issuer).await;
                    if let (Some(trouble), Some(reports)) = (trouble, reports.upgrade()) {
                        // Fails when the clerk has ended.
                        let _ = reports.send(Report::Trouble(feed, trouble)).await;
                    }
                });
            }
        }
    }
}

/// Does something with the ledger until it succeeds, as long as what is wrong may pass. Every write may be repeated.
pub(crate) async fn again<T, F>(what: &str, mut call: impl FnMut() -> F) -> Result<T, LedgerError>
where
    F: Future<Output = Result<T, LedgerError>>,
{
    let since = Instant::now();
    let mut wait = Duration::from_millis(50);
    loop {
        match call().await {
            Ok(done) => return Ok(done),
            Err(error) if error.blame() == Blame::Passing && since.elapsed() < PATIENCE => {
                tracing::warn!(what, %error, "the ledger failed, trying again");
                sleep(wait).await;
                wait = (wait * 2).min(Duration::from_secs(5));
            }
            Err(error) => return Err(error),
        }
    }
}

/// How a watch ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ended {
    /// As it was told to, with everything settled.
    Done,
    /// Some feed could not be read to its head, where that was asked for.
    Behind,
}

/// What a watch is told while it runs.
pub struct Signals {
    /// End, with everything settled.
    pub stop: CancellationToken,
    /// Guard these from now on.
    pub guard: mpsc::Receiver<Arc<Guarded>>,
}

/// What a watch writes to, held against any other.
pub struct Stores {
    /// The durable state.
    pub ledger: Ledger,
    /// Every name; nothing is kept if `None`.
    pub lake: Option<Lake>,
    /// That nobody else watches by this ledger.
    pub hold: Hold,
}

impl Stores {
    /// Opens what the settings name. `holder` says in a line who we are, for whoever wants to watch by the same ledger.
    pub async fn open(settings: &Settings, holder: &str) -> Result<Self, PipelineError> {
        let ledger = Ledger::open(&settings.ledger).await?;
        let hold = ledger.hold(holder).await?;
        let directory = settings.lake.as_ref().map(|lake| &lake.directory);
        let lake = directory.map(Lake::open).transpose()?;
        if let Some(lake) = &lake {
            lake.belong_to(&ledger.id().await?)?;
        }
        Ok(Self { ledger, lake, hold })
    }
}

/// Watches: follows all feeds, finds, records, tells, until told to stop, or once up to every head.
///
/// `print` gets the events of detections, a line each.
pub async fn watch(
    stores: Stores,
    settings: Settings,
    guarded: Arc<Guarded>,
    signals: Signals,
    print: Option<Sink>,
) -> Result<Ended, PipelineError> {
    let Stores { ledger, lake, hold } = stores;
    let (reports, received) = mpsc::channel(REPORTS);
    let shared = shared(
        &settings,
        ledger,
        guarded,
        &signals.stop,
        reports.downgrade(),
    )
    .await?;
    let lake = lake.map(Arc::new);
    let mut running = Running::start(&settings, lake, &shared, print, received, reports).await?;
    let fate = running.run(signals, hold).await;
    running.end(fate).await
}

async fn shared(
    settings: &Settings,
    ledger: Ledger,
    guarded: Arc<Guarded>,
    stop: &CancellationToken,
    reports: mpsc::WeakSender<Report>,
) -> Result<Arc<Shared>, PipelineError> {
    let rate = settings.logs.as_ref().map_or(1.0, |logs| logs.rate);
    let known = ledger.feeds().await?;
    let shared = Shared {
        hub: Hub::new(),
        http: Http::new(&settings.egress)?,
        pace: Arc::new(Pace::new(Rate::per_second(rate, BURST))),
        room: Room::new(ROOM),
        told: settings.channels.iter().map(told).collect(),
        once: settings.once,
        keeps: settings.lake.is_some(),
        stop: stop.clone(),
        drained: CancellationToken::new(),
        rescan: Notify::new(),
        guarded: RwLock::new(guarded),
        enrolled: Mutex::new(known.iter().map(|feed| feed.id.as_str().into()).collect()),
        reports,
        ledger_id: ledger.id().await?,
        ledger,
    };
    shared.hub.published(shared.ledger.last_event().await?);
    Ok(Arc::new(shared))
}

/// All tasks of a watch.
struct Running {
    shared: Arc<Shared>,
    feeds: JoinSet<Result<End, PipelineError>>,
    /// Who works beside the feeds; they end when nothing new is to be begun.
    beside: JoinSet<Result<(), PipelineError>>,
    /// Who only reads the ledger; they end when all is drained.
    followers: JoinSet<Result<(), PipelineError>>,
    clerk: JoinHandle<Result<(), PipelineError>>,
    served: Option<JoinHandle<()>>,
    /// The number of the segment that is being filled.
    filling: watch::Receiver<u64>,
    ended: Ended,
    /// Who looks when all is read, where all is read once.
    at_end: Option<(Looker, usize)>,
}

impl Running {
    async fn start(
        settings: &Settings,
        lake: Option<Arc<Lake>>,
        shared: &Arc<Shared>,
        print: Option<Sink>,
        received: mpsc::Receiver<Report>,
        reports: mpsc::Sender<Report>,
    ) -> Result<Self, PipelineError> {
        let known = shared.ledger.feeds().await?;
        let close_every = settings
            .lake
            .as_ref()
            .map_or(Duration::from_secs(10), |lake| lake.close_every);
        let unsettled = Unsettled::new(shared.clone(), lake.clone(), close_every).await?;
        let (fill, filling) = watch::channel(unsettled.number());
        retro::guard(&shared.guarded(), unsettled.number(), shared).await?;

        let mut followers = JoinSet::new();
        let served = serve(settings, shared).await?;
        for channel in &settings.channels {
            let channel = Channel::open(channel, &shared.http)?;
            followers.spawn(outbox::deliver_all(channel, shared.clone()));
        }
        if let Some(print) = print {
            let newest = shared.ledger.last_event().await?;
            followers.spawn(print_all(print, newest, shared.clone()));
        }
        let mut beside = JoinSet::new();
        if let Some((lake, limits)) = lake.zip(settings.lake.clone()) {
            beside.spawn(retro::keep_scanning(
                lake.clone(),
                filling.clone(),
                shared.clone(),
            ));
            beside.spawn(retro::keep_pruned(lake, limits, shared.clone()));
        }
        let mut at_end = None;
        if let Some(looks) = &settings.looks {
            let suffixes = shared.guarded().guard.suffixes().clone();
            let looker = Looker::new(looks, &settings.egress, suffixes)?;
            if settings.once {
                at_end = Some((looker, looks.at_once));
            } else {
                beside.spawn(cold::look_all(looker, looks.at_once, false, shared.clone()));
            }
        }
        if let Some(every) = settings.canary.filter(|_| !settings.once) {
            beside.spawn(deaf::listen(every, settings.canary_due, shared.clone()));
        }
        let healths = Healths::new(shared.clone(), settings.behind_after);
        let clerk = Clerk::new(shared.clone(), unsettled, healths, fill);
        Ok(Self {
            clerk: tokio::spawn(clerk.work(received)),
            feeds: sources::start(settings, shared, &known, &reports).await?,
            shared: shared.clone(),
            beside,
            followers,
            served,
            filling,
            ended: Ended::Done,
            at_end,
        })
    }

    /// Runs until all feeds have ended, or something cannot go on. Gives the clerk's result where he has ended.
    async fn run(
        &mut self,
        mut signals: Signals,
        mut hold: Hold,
    ) -> Option<Result<(), PipelineError>> {
        let mut verify = tokio::time::interval(Duration::from_secs(10));
        while !self.feeds.is_empty() {
            tokio::select! {
                Some(end) = self.feeds.join_next() => match end {
                    Ok(Ok(End::Failed)) => self.ended = Ended::Behind,
                    Ok(Ok(_)) => {}
                    Ok(Err(error)) => return Some(Err(error)),
                    Err(error) => panic_on(error),
                },
                done = &mut self.clerk => return Some(joined(done)),
                Some(done) = self.beside.join_next() => {
                    if let Err(error) = joined(done) {
                        return Some(Err(error));
                    }
                }
                Some(done) = self.followers.join_next() => {
                    if let Err(error) = joined(done) {
                        return Some(Err(error));
                    }
                }
                Some(new) = signals.guard.recv() => {
                    self.shared.replace(new);
                    let filling = *self.filling.borrow();
                    if let Err(error) = retro::guard(&self.shared.guarded(), filling, &self.shared).await {
                        return Some(Err(error));
                    }
                    self.shared.rescan.notify_one();
                    tracing::info!("the watchlist was read again");
                }
                _ = verify.tick() => {
                    if let Err(error) = hold.verify().await {
                        return Some(Err(error.into()));
                    }
                }
            }
        }
        self.look_at_end().await
    }

    /// Once all is read and recorded, looks at what is due.
    async fn look_at_end(&mut self) -> Option<Result<(), PipelineError>> {
        let (looker, at_once) = self
            .at_end
            .take()
            .filter(|_| !self.shared.stop.is_cancelled())?;
        let recorded = joined((&mut self.clerk).await);
        Some(match recorded {
            Ok(()) => cold::look_all(looker, at_once, true, self.shared.clone()).await,
            Err(error) => Err(error),
        })
    }

    /// Ends everything in the order in which it depends on each other.
    async fn end(
        mut self,
        fate: Option<Result<(), PipelineError>>,
    ) -> Result<Ended, PipelineError> {
        self.shared.stop.cancel();
        while let Some(end) = self.feeds.join_next().await {
            if let Err(error) = end {
                panic_on(error);
            }
        }
        let fate = match fate {
            Some(fate) => fate,
            None => joined(self.clerk.await),
        };
        while self.beside.join_next().await.is_some() {}
        self.shared.drained.cancel();
        let drained = async { while self.followers.join_next().await.is_some() {} };
        // Whoever is told may be slow; what he was not told he is owed next time.
        let _ = timeout(Duration::from_secs(20), drained).await;
        self.followers.abort_all();
        if let Some(served) = self.served {
            let _ = timeout(Duration::from_secs(5), served).await;
        }
        self.shared.ledger.close().await;
        fate.map(|()| self.ended)
    }
}

fn joined(
    done: Result<Result<(), PipelineError>, tokio::task::JoinError>,
) -> Result<(), PipelineError> {
    match done {
        Ok(done) => done,
        Err(error) => {
            panic_on(error);
            Ok(())
        }
    }
}

/// A panic goes through.
pub(crate) fn panic_on(error: tokio::task::JoinError) {
    if let Ok(panic) = error.try_into_panic() {
        std::panic::resume_unwind(panic);
    }
}

fn told(channel: &ChannelSettings) -> ledger::Channel {
    ledger::Channel {
        name: channel.name.clone(),
        min_tier: channel.min_tier,
    }
}

async fn serve(
    settings: &Settings,
    shared: &Arc<Shared>,
) -> Result<Option<JoinHandle<()>>, PipelineError> {
    let Some(exposure) = settings.listen.clone() else {
        return Ok(None);
    };
    let drained = shared.drained.clone();
    let (at, serving) = console::serve(
        exposure,
        shared.hub.clone(),
        shared.ledger.clone(),
        axum::Router::new(),
        async move { drained.cancelled().await },
    )
    .await?;
    tracing::info!(%at, "listening");
    Ok(Some(tokio::spawn(serving)))
}
