//! One look at one domain, and what it comes to: the prober, the organisation's own looks, the judge.

use crate::error::PipelineError;
use crate::settings::LookSettings;
use egress::{Dialer, Gate, Manners};
use futures_util::future::join_all;
use jiff::Timestamp;
use judge::{
    Common, Exhibit, Infrastructure, Known, OwnTraits, Rarity, RiskTable, Shared, advance, assess,
};
use model::{
    Dossier, Fact, OrganisationId, Pivot, Policy, Probed, Reached, Risk, Step, Thresholds,
};
use names::{DomainName, SuffixList};
use probe::page::Print;
use probe::rdap::Bootstrap;
use probe::whois::Servers;
use probe::{Live, Networks, Prober, Subject, Taken};
use resemble::Organisation;
use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::OnceCell;
use tokio::time::Instant;

/// Own domains that are looked at to learn what an organisation's look like; its first are its main ones.
const OWN_LOOKS: usize = 3;
/// How long what was learnt of an organisation holds.
const OWN_HOLDS: Duration = Duration::from_hours(24);

/// Looks at domains, and says what they come to.
pub struct Looker {
    prober: Live,
    table: RiskTable,
    infrastructure: Infrastructure,
    rarity: Rarity,
    suffixes: Arc<SuffixList>,
    policy: Policy,
    portraits: Mutex<HashMap<OrganisationId, (Instant, Arc<OnceCell<Arc<Portrait>>>)>>,
}

/// What is to be looked at.
#[derive(Clone, Copy)]
pub struct Target<'a> {
    /// The name that was seen.
    pub name: &'a DomainName,
    /// Its registrable domain.
    pub registrable: &'a DomainName,
    /// Whom it imitates; nobody where it was not said.
    pub organisation: Option<&'a Organisation>,
    /// What its name came to, in natural log odds.
    pub log_odds: Option<f64>,
    /// From when tiers begin.
    pub thresholds: Thresholds,
    /// When it was detected.
    pub detected: Timestamp,
    /// From when its first certificate is valid.
    pub issued: Option<Timestamp>,
    /// The stages that it stood on before.
    pub before: &'a [Reached],
    /// How its name imitates, by the ids of techniques.
    pub techniques: &'a [&'a str],
    /// Why it is tied to an alert, if it is.
    pub company: Option<&'a str>,
}

/// What a look came to.
#[derive(Clone, Debug)]
pub struct Outlook {
    /// What was seen, with the bytes that it rests on.
    pub taken: Taken,
    /// The stages that the domain stands on.
    pub stages: Vec<Reached>,
    /// The steps that led there.
    pub steps: Vec<Step>,
    /// What all of it comes to.
    pub risk: Risk,
    /// What others may share.
    pub facts: Vec<Fact>,
}

impl Outlook {
    /// Whether a question failed that may be answered another time.
    pub fn has_failed(&self) -> bool {
        let Dossier {
            dns,
            registration,
            tls,
            page,
            ..
        } = &self.taken.dossier;
        matches!(dns.outcome, Probed::Failed(_))
            || matches!(registration.outcome, Probed::Failed(_))
            || matches!(tls.outcome, Probed::Failed(_))
            || matches!(page.outcome, Probed::Failed(_))
    }
}

/// What an organisation looks like from outside.
#[derive(Default)]
struct Portrait {
    traits: OwnTraits,
    pivots: BTreeSet<Pivot>,
    page: Option<Arc<Print>>,
    picture: Option<u64>,
}

impl Looker {
    /// Looks through `egress`, as `settings` say; names divide as `suffixes` tell.
    pub fn new(
        settings: &LookSettings,
        egress: &egress::Settings,
        suffixes: SuffixList,
    ) -> Result<Self, PipelineError> {
        let gate = Gate::new(Manners {
            at_once: settings.connections,
            ..Manners::default()
        });
        let suffixes = Arc::new(suffixes);
        let prober = probe::Settings {
            bootstrap: match &settings.bootstrap {
                Some(path) => Bootstrap::from_bytes(&read(path)?)?,
                None => Bootstrap::embedded(),
            },
            whois: match &settings.whois_servers {
                Some(path) => Servers::from_text(&String::from_utf8_lossy(&read(path)?))?,
                None => Servers::embedded(),
            },
            networks: networks(settings)?,
            suffixes: suffixes.clone(),
            browser: settings.browser.clone(),
            language: settings.language.clone(),
            ports: settings.ports,
            ..probe::Settings::default()
        };
        Ok(Self {
            prober: Live::new(Dialer::new(egress, gate)?, prober),
            table: RiskTable::embedded(),
            infrastructure: Infrastructure::embedded(),
            rarity: Rarity::embedded(Common::embedded()),
            suffixes,
            policy: settings.policy,
            portraits: Mutex::default(),
        })
    }

    /// Looks at one domain. It takes as long as the slowest answer, at most a minute, and twice that where the
    /// organisation's own domains have to be looked at first.
    pub async fn look(&self, target: Target<'_>, now: Timestamp) -> Outlook {
        let portrait = self.portrait(target.organisation).await;
        let policy = target
            .organisation
            .and_then(|organisation| organisation.policy);
        let subject = Subject {
            name: target.name,
            registrable: target.registrable,
            policy: policy.unwrap_or(self.policy),
            owned: target
                .organisation
                .map_or(&[], |organisation| &organisation.domains),
            reference: portrait.page.as_ref(),
            reference_picture: portrait.picture,
        };
        let taken = self.prober.look(&subject, now).await;
        let dossier = &taken.dossier;
        let known = Known {
            issued: target.issued,
            sighted: None,
        };
        let (stages, steps) = advance(target.before, dossier, known, &self.infrastructure);
        let shared: Vec<Shared> = portrait.traits.shared(dossier, &self.suffixes);
        let exhibit = Exhibit {
            name: target.log_odds,
            dossier,
            stages: &stages,
            shared: &shared,
            infrastructure: &self.infrastructure,
            company: target.company,
            detected: target.detected,
            thresholds: target.thresholds,
        };
        let risk = assess(&exhibit, &self.table);
        let mut facts = judge::facts(dossier, &portrait.pivots);
        if !target.techniques.is_empty() {
            facts.push(Fact {
                pivot: judge::naming(target.registrable, target.techniques),
                first: target.detected,
                last: now,
                claimed: false,
            });
        }
        Outlook {
            taken,
            stages,
            steps,
            risk,
            facts,
        }
    }

    /// What shared values are worth.
    pub(crate) fn rarity(&self) -> &Rarity {
        &self.rarity
    }

    /// What an organisation looks like, from memory or from looks at its first domains. Whoever asks at the same time waits for
    /// the same looks.
    async fn portrait(&self, organisation: Option<&Organisation>) -> Arc<Portrait> {
        let Some(organisation) = organisation else {
            return Arc::default();
        };
        let cell = {
            let mut portraits = self
                .portraits
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            let fresh = || (Instant::now(), Arc::new(OnceCell::new()));
            let known = portraits
                .entry(organisation.id.clone())
                .or_insert_with(fresh);
            if known.0.elapsed() > OWN_HOLDS {
                *known = fresh();
            }
            known.1.clone()
        };
        let draw = || async { Arc::new(self.draw(organisation).await) };
        cell.get_or_init(draw).await.clone()
    }

    async fn draw(&self, organisation: &Organisation) -> Portrait {
        let policy = organisation.policy.unwrap_or(self.policy);
        let subject = |domain| Subject {
            name: domain,
            registrable: domain,
            policy,
            owned: &[],
            reference: None,
            reference_picture: None,
        };
        let subjects: Vec<_> = organisation
            .domains
            .iter()
            .take(OWN_LOOKS)
            .map(subject)
            .collect();
        let now = Timestamp::now();
        let looks = subjects
            .iter()
            .map(|subject| self.prober.look(subject, now));
        let looks = join_all(looks).await;
        let mut portrait = Portrait::default();
        for taken in &looks {
            if portrait.page.is_none() {
                portrait.page = print(taken).map(Arc::new);
                let picture = taken.dossier.screenshot.answer();
                portrait.picture = picture.map(|picture| picture.phash);
            }
        }
        let looks: Vec<Dossier> = looks.into_iter().map(|taken| taken.dossier).collect();
        let shown = looks
            .iter()
            .flat_map(|look| judge::facts(look, &BTreeSet::new()));
        portrait.pivots = shown.map(|fact| fact.pivot).collect();
        portrait.traits = OwnTraits::of(&organisation.domains, &looks);
        portrait
    }
}

/// The page of a look, to compare others with.
fn print(taken: &Taken) -> Option<Print> {
    let page = taken.dossier.page.answer()?;
    let body = taken
        .evidence
        .iter()
        .find(|piece| piece.digest == page.body)?;
    let mut headers = page.headers.iter();
    let content_type = headers.find_map(|header| header.strip_prefix("content-type: "));
    Some(Print::of(&body.bytes, content_type))
}

fn networks(settings: &LookSettings) -> Result<Option<Networks>, PipelineError> {
    let Some(networks) = &settings.networks else {
        return Ok(None);
    };
    let countries = match &settings.countries {
        Some(path) => read(path)?,
        None => vec![],
    };
    Ok(Some(Networks::from_tables(&read(networks)?, &countries)?))
}

fn read(path: &Path) -> Result<Vec<u8>, PipelineError> {
    std::fs::read(path).map_err(|source| PipelineError::ConfigFile {
        path: path.to_owned(),
        source,
    })
}
