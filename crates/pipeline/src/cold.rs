//! The cold half: what was detected is looked at, again and again, as rows of the ledger that are due.

use crate::error::PipelineError;
use crate::hot::Guarded;
use crate::looker::{Looker, Outlook, Target};
use crate::watch::{Shared, again};
use jiff::Timestamp;
use judge::{Standing, next_look};
use ledger::{DueLook, NewLook};
use names::DomainName;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::sleep;

/// How long a look belongs to whoever leased it: longer than any can take.
const LEASE: Duration = Duration::from_mins(5);
/// The longest time between two questions whether something is due.
const ASK_EVERY: Duration = Duration::from_secs(30);
/// The shortest.
const BREATH: Duration = Duration::from_millis(50);

/// When it is asked again whether somebody is guarded who is not any more.
const UNGUARDED: Duration = Duration::from_hours(24);

/// Looks at what is due, at most `at_once` at a time, until nothing new is to be begun. A look that is broken off then is
/// due again at the next start.
///
/// With `until_idle` it ends when nothing is due any more.
pub(crate) async fn look_all(
    looker: Looker,
    at_once: usize,
    until_idle: bool,
    shared: Arc<Shared>,
) -> Result<(), PipelineError> {
    again("release", || shared.ledger.release_looks()).await?;
    let looker = Arc::new(looker);
    join(&looker, &shared).await?;
    let mut under_way: JoinSet<Result<(), PipelineError>> = JoinSet::new();
    let mut newest = shared.hub.newest();
    loop {
        let free = at_once - under_way.len();
        // Readers tell whether something is due, so that events for which nothing is cost no turn of the writer's.
        let rest = until_due(&shared).await?;
        let due = if rest.is_zero() {
            lease(free, &shared).await?
        } else {
            vec![]
        };
        let is_all = due.len() < free;
        for due in due {
            under_way.spawn(look(due, looker.clone(), shared.clone()));
        }
        if until_idle && is_all && under_way.is_empty() {
            return Ok(());
        }
        tokio::select! {
            Some(done) = under_way.join_next() => match done {
                Ok(done) => done?,
                Err(error) => std::panic::resume_unwind(error.into_panic()),
            },
            () = sleep(rest.max(BREATH)), if is_all => {}
            changed = newest.changed(), if is_all => if changed.is_err() { return Ok(()) },
            () = shared.stop.cancelled() => return Ok(()),
        }
    }
}

async fn lease(free: usize, shared: &Shared) -> Result<Vec<DueLook>, PipelineError> {
    if free == 0 {
        return Ok(vec![]);
    }
    let limit = u32::try_from(free).unwrap_or(u32::MAX);
    let leased = again("lease", || {
        let now = Timestamp::now();
        shared.ledger.lease_looks(now, now + LEASE, limit)
    });
    Ok(leased.await?)
}

/// How long nothing will be due, as far as is known now; zero where something is.
async fn until_due(shared: &Shared) -> Result<Duration, PipelineError> {
    let now = Timestamp::now();
    let next = again("next look", || shared.ledger.next_look(now)).await?;
    let wait = next.map_or(ASK_EVERY, |next| {
        Duration::try_from(next.duration_since(now)).unwrap_or_default()
    });
    Ok(wait.min(ASK_EVERY))
}

/// One look, taken and written.
async fn look(due: DueLook, looker: Arc<Looker>, shared: Arc<Shared>) -> Result<(), PipelineError> {
    let guarded = shared.guarded();
    let Some(outlook) = outlook(&due, &looker, &guarded).await else {
        let next = Timestamp::now() + UNGUARDED;
        again("postpone", || {
            shared.ledger.postpone_look(due.detection, next)
        })
        .await?;
        return Ok(());
    };
    let Outlook {
        taken,
        stages,
        steps,
        risk,
        facts,
    } = &outlook;
    let quiet = if steps.is_empty() {
        due.quiet.saturating_add(1)
    } else {
        0
    };
    let failed = if outlook.has_failed() {
        due.failed.saturating_add(1)
    } else {
        0
    };
    let standing = Standing {
        risk,
        stage: stages.last().map(|reached| reached.stage),
        quiet,
        failed,
    };
    let now = Timestamp::now();
    let dossier = render::dossier(&taken.dossier);
    let written = render::risk(risk);
    let new = NewLook {
        of: &due,
        at: now,
        taken: taken.dossier.taken,
        dossier: &dossier,
        evidence: &taken.evidence,
        facts,
        stages,
        steps,
        risk,
        risk_written: &written,
        quiet,
        failed,
        next: now + next_look(&standing, due.detection),
        channels: &shared.told,
    };
    let events = again("look", || shared.ledger.record_look(&new)).await?;
    shared.publish(&events);
    join(&looker, &shared).await?;
    tracing::info!(
        name = %names::escaped(&due.detail.name),
        look = due.number,
        severity = %risk.severity,
        steps = steps.len(),
        "looked at"
    );
    Ok(())
}

/// Joins campaigns anew as far as something changed. Whoever is killed before has left it as it was: stale.
async fn join(looker: &Looker, shared: &Shared) -> Result<(), PipelineError> {
    loop {
        let joined = again("join", || {
            shared.ledger.join(looker.rarity(), Timestamp::now())
        });
        match joined.await? {
            Some(events) => shared.publish(&events),
            None => return Ok(()),
        }
    }
}

/// What a look comes to; none where whoever is imitated is not guarded any more.
async fn outlook(due: &DueLook, looker: &Looker, guarded: &Guarded) -> Option<Outlook> {
    let organisations = guarded.guard.watchlist().organisations();
    let organisation = organisations
        .iter()
        .find(|organisation| organisation.id.as_str() == due.detail.organisation)?;
    let name: DomainName = due.detail.name.parse().ok()?;
    let registrable: DomainName = due.detail.registrable.parse().ok()?;
    let findings = due.detail.findings.iter();
    let thresholds = organisation.thresholds;
    let techniques = due.detail.techniques.iter();
    let techniques: Vec<&str> = techniques.map(|technique| technique.id.as_str()).collect();
    let target = Target {
        name: &name,
        registrable: &registrable,
        organisation: Some(organisation),
        log_odds: Some(findings.map(|finding| finding.log_odds).sum()),
        thresholds: thresholds.unwrap_or(guarded.judge.weights().thresholds()),
        detected: due.first_seen,
        issued: due.issued,
        before: &due.stages,
        techniques: &techniques,
        company: due.company.as_ref().map(|company| company.says.as_str()),
    };
    Some(looker.look(target, Timestamp::now()).await)
}
