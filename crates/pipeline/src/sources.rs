//! All sources of names, a task each.

use crate::error::PipelineError;
use crate::feed::{Feed, Report};
use crate::follow::{End, follow};
use crate::hot::CANARY;
use crate::logs;
use crate::settings::{PermutationSettings, Settings};
use crate::watch::Shared;
use egress::dns::Resolver;
use feeds::live::{Canary, Imitations, Permutations, Source, Stream};
use ledger::{FeedKind, FeedState};
use resemble::permute;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

type Feeds = JoinSet<Result<End, PipelineError>>;

/// How long a source that is no log is left alone after it stopped, and how long its trouble lasts before it is told.
const PATIENCE: Duration = Duration::from_secs(30);

/// Starts all that the settings name.
pub(crate) async fn start(
    settings: &Settings,
    shared: &Arc<Shared>,
    known: &[FeedState],
    reports: &mpsc::Sender<Report>,
) -> Result<Feeds, PipelineError> {
    let mut feeds = JoinSet::new();
    if let Some(logs) = settings.logs.clone() {
        let roster = logs::first_roster(&logs, shared, known).await?;
        feeds.spawn(logs::follow_all(
            logs,
            roster,
            known.to_vec(),
            shared.clone(),
            reports.clone(),
        ));
    }
    if settings.once {
        return Ok(feeds);
    }
    let mut starter = Starter {
        feeds,
        shared,
        known,
        reports,
    };
    for url in &settings.streams {
        let feed = feed(
            &format!("certstream:{url}"),
            FeedKind::Certstream,
            url.as_str(),
        );
        let (http, url) = (shared.http.clone(), url.clone());
        starter.start(feed, move |next| {
            Stream::new(http.clone(), url.clone(), next, PATIENCE)
        });
    }
    if let Some(every) = settings.canary {
        let feed = feed("canary", FeedKind::Canary, CANARY.1);
        starter.start(feed, move |next| Canary::new(CANARY.1, every, next));
    }
    if let Some(permutations) = settings.permutations {
        let resolver = Resolver::new(&settings.egress.dns)?;
        let feed = feed("permutations", FeedKind::Permutations, "the DNS");
        let guarded = shared.clone();
        let PermutationSettings { every, per_second } = permutations;
        starter.start(feed, move |next| {
            let imitations = imitations(&guarded);
            Permutations::new(
                resolver.clone(),
                imitations,
                every,
                per_second,
                next,
                PATIENCE,
            )
        });
    }
    Ok(starter.feeds)
}

struct Starter<'a> {
    feeds: Feeds,
    shared: &'a Arc<Shared>,
    known: &'a [FeedState],
    reports: &'a mpsc::Sender<Report>,
}

impl Starter<'_> {
    /// Follows a feed that signs nothing; `source` is given where it stands.
    fn start<S: Source + 'static>(
        &mut self,
        feed: Feed,
        source: impl Fn(u64) -> S + Send + Sync + 'static,
    ) {
        let known = self
            .known
            .iter()
            .find(|state| state.id == *feed.id)
            .cloned();
        let (shared, reports) = (self.shared.clone(), self.reports.clone());
        let start = move |state: Option<&FeedState>| source(state.map_or(0, |state| state.settled));
        self.feeds.spawn(async move {
            let stop = shared.stop.clone();
            Ok(follow(
                Arc::new(feed),
                known,
                PATIENCE,
                shared,
                reports,
                stop,
                start,
            )
            .await)
        });
    }
}

/// What somebody could register to imitate whoever is guarded when it is asked for.
fn imitations(shared: &Arc<Shared>) -> Imitations {
    let shared = shared.clone();
    Arc::new(move |place| {
        let guarded = shared.guarded();
        let organisations = guarded.guard.watchlist().organisations().iter();
        let mut domains = organisations.flat_map(|organisation| &organisation.domains);
        let domain = domains.nth(place)?;
        let suffixes = guarded.guard.suffixes();
        let made = permute(domain, suffixes, guarded.guard.lexicon());
        Some(made.into_iter().map(|imitation| imitation.name).collect())
    })
}

fn feed(id: &str, kind: FeedKind, url: &str) -> Feed {
    Feed {
        id: id.into(),
        kind,
        description: id.to_owned(),
        url: url.to_owned(),
        interval: None,
        dialect: None,
        issuers: None,
    }
}
