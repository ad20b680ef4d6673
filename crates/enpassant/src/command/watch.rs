//! `watch`: follow the feeds, find, keep, tell; unattended.

mod settings;
mod terminal;

use super::Outcome;
use super::ledger::LedgerArgs;
use super::looking::EgressArgs;
use crate::config::{Config, Span, Start};
use crate::knowledge::{self, SuffixArgs};
use crate::output::Color;
use anyhow::{Context, Result};
use clap::ValueEnum;
use judge::{Judge, Weights};
use model::OrganisationId;
use pipeline::{CANARY, Ended, Guarded, Signals, Stores};
use resemble::{Catalogue, Organisation, Watchlist};
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Follow certificate transparency logs and other feeds, and tell what imitates somebody on the watchlist
///
/// Every entry of every log is proven to belong to the tree that the log has signed, and nothing is lost however the
/// program ends: it goes on where it stopped. Detections are kept in a ledger, printed as JSON lines, told to whoever
/// the configuration names, and served as events (`http://127.0.0.1:8470/api/v1/events`) and as certstream.
///
/// SIGTERM and Ctrl-C end it with everything settled; SIGHUP has it read the watchlist again.
#[derive(clap::Args, Debug)]
#[command(after_long_help = "Examples:
  enpassant watch --watchlist watchlist.toml
      follow the logs that browsers trust, from now on
  enpassant watch --config enpassant.toml --once
      catch up with every head, settle, end: for cron
  enpassant testbed ct-log --names names.txt      (prints the path of a log list)
  enpassant watch --watchlist watchlist.toml --log-list LOG_LIST --from-start
      the same without internet")]
pub(super) struct Watch {
    /// The configuration; its keys are explained in docs/enpassant.example.toml
    #[arg(long, value_name = "FILE", env = "ENPASSANT_CONFIG")]
    config: Option<PathBuf>,
    /// Whom to guard
    #[arg(long, value_name = "FILE", env = "ENPASSANT_WATCHLIST")]
    watchlist: Option<PathBuf>,
    #[command(flatten)]
    suffixes: SuffixArgs,
    #[command(flatten)]
    ledger: LedgerArgs,
    /// Where every name is kept [default: lake, beside a ledger that is a file]
    #[arg(long, value_name = "DIR", env = "ENPASSANT_LAKE")]
    lake: Option<PathBuf>,
    /// Keep no names but those of detections
    #[arg(long, conflicts_with = "lake")]
    no_lake: bool,
    /// Where to serve events, certstream, metrics [default: 127.0.0.1:8470]
    #[arg(long, value_name = "ADDRESS:PORT", env = "ENPASSANT_LISTEN")]
    listen: Option<SocketAddr>,
    /// Serve nothing
    #[arg(long, conflicts_with = "listen")]
    no_listen: bool,
    /// The list of logs, a file or an address [default: the one of Chrome]
    #[arg(long, value_name = "FILE|URL", env = "ENPASSANT_LOG_LIST")]
    log_list: Option<String>,
    /// Where logs begin that were not followed before: `now`, an index, a day or a time [default: now]
    #[arg(long, value_name = "WHERE")]
    start: Option<Start>,
    /// Begin with the first entry of each log
    #[arg(long, conflicts_with = "start")]
    from_start: bool,
    /// Look at nothing that was detected
    #[arg(long)]
    no_probe: bool,
    #[command(flatten)]
    egress: EgressArgs,
    /// Catch up with every head, settle and end; exit code 1 if some log could not be read to its head
    #[arg(long)]
    once: bool,
    /// How often to look at the head of each log
    #[arg(long, value_name = "TIME")]
    poll: Option<Span>,
    /// Print no detections
    #[arg(long, short)]
    quiet: bool,
    /// How logs are written to standard error; what is logged follows `RUST_LOG`
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    log_format: LogFormat,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
enum LogFormat {
    /// A line for people.
    #[default]
    Human,
    /// One JSON object a line.
    Json,
}

/// Threads for judging, and for what waits: printing, files, the system's resolver. Each has buffers for the whole
/// watchlist, so there are as many as are of use.
fn blocking_threads() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from) + 4
}

impl Watch {
    pub(super) fn run(&self, color: Color) -> Result<Outcome> {
        let config = self.config.as_deref().map(Config::read).transpose()?;
        let config = config.unwrap_or_default();
        let watchlist = settings::watchlist(self, &config)?;
        let settings = settings::settings(self, &config)?;
        terminal::log(self.log_format == LogFormat::Json, color);
        let guarded = guarded(&watchlist, &self.suffixes)?;
        if settings.channels.is_empty() {
            tracing::info!(
                "nobody is told of detections but standard output: there is no [[notify]]"
            );
        }
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .max_blocking_threads(blocking_threads())
            .build()
            .context("cannot start the runtime")?;
        let ended = runtime.block_on(async {
            let stores = Stores::open(&settings, &terminal::holder()).await?;
            let stop = CancellationToken::new();
            let (give, guard) = mpsc::channel(1);
            self.heed(&watchlist, stop.clone(), give)?;
            let print = (!self.quiet).then(|| -> pipeline::Sink { Box::new(print) });
            let signals = Signals { stop, guard };
            anyhow::Ok(pipeline::watch(stores, settings, guarded, signals, print).await?)
        })?;
        Ok(match ended {
            Ended::Done => Outcome::Done,
            Ended::Behind => Outcome::Failed,
        })
    }

    /// Listens for signals. A watchlist that cannot be read again is told, and the one before stays.
    fn heed(
        &self,
        watchlist: &Path,
        stop: CancellationToken,
        give: mpsc::Sender<Arc<Guarded>>,
    ) -> Result<()> {
        let cannot = "cannot listen for signals";
        let mut terminate = signal(SignalKind::terminate()).context(cannot)?;
        let mut interrupt = signal(SignalKind::interrupt()).context(cannot)?;
        let mut hang_up = signal(SignalKind::hangup()).context(cannot)?;
        let suffixes = self.suffixes.clone();
        let path = watchlist.to_owned();
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    _ = terminate.recv() => break,
                    _ = interrupt.recv() => break,
                    _ = hang_up.recv() => {
                        let (suffixes, path) = (suffixes.clone(), path.clone());
                        match tokio::task::spawn_blocking(move || guarded(&path, &suffixes)).await {
                            Ok(Ok(guarded)) => {
                                // Fails when everything has ended.
                                let _ = give.send(guarded).await;
                            }
                            Ok(Err(error)) => tracing::error!("the watchlist stays as it was: {error:#}"),
                            Err(error) => tracing::error!("the watchlist stays as it was: {error}"),
                        }
                    }
                }
            }
            tracing::info!("ending: what was read is settled");
            stop.cancel();
        });
        Ok(())
    }
}

/// Compiles the watchlist, with the canary on it.
fn guarded(path: &Path, suffixes: &SuffixArgs) -> Result<Arc<Guarded>> {
    let (catalogue, suffixes) = (Catalogue::embedded(), suffixes.load()?);
    let (watchlist, warnings) = knowledge::watchlist(path, &catalogue, &suffixes)?;
    for warning in warnings {
        tracing::warn!(organisation = %warning.organisation, "{}", warning.message);
    }
    let mut organisations = watchlist.organisations().to_vec();
    organisations.push(canary());
    let guard = knowledge::guard(Watchlist::new(organisations), catalogue, suffixes);
    let judge = Judge::new(Weights::embedded());
    Ok(Arc::new(Guarded { guard, judge }))
}

/// A made-up organisation, below whose domain canaries are planted.
fn canary() -> Organisation {
    let id = OrganisationId::new(CANARY.0).expect("it is printable");
    Organisation {
        name: "Canary".into(),
        terms: vec![CANARY.0.to_owned()],
        ..Organisation::new(id, vec![])
    }
}

fn print(line: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(line.as_bytes())?;
    out.write_all(b"\n")?;
    out.flush()
}
