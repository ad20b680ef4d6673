//! `probe`: one look at one domain.

use super::looking::{EgressArgs, looks};
use super::{Outcome, usage};
use crate::config::Config;
use crate::knowledge::{self, SuffixArgs};
use crate::output::Color;
use anyhow::{Context, Result, bail};
use data_encoding::HEXLOWER;
use jiff::Timestamp;
use judge::{Bar, Desk, Judge, Sifter, Weights};
use model::{Candidate, Origin, Policy};
use names::DomainName;
use pipeline::{Looker, Outlook, Target};
use resemble::{Catalogue, Guard, Organisation};
use serde_json::{Value, json};
use std::io::{self, Write as _};
use std::path::PathBuf;

mod page;

/// Look at one domain: registration, DNS, certificate, page; stages and risk
///
/// Asks the registry (RDAP, or else WHOIS), the DNS, and the server of the name for its certificate and its page; takes a
/// picture where Chromium is installed. Nothing is ever submitted. With a watchlist it says whom the name imitates, and
/// compares what is there with that organisation's own domains, which are looked at, too.
#[derive(clap::Args, Debug)]
#[command(after_long_help = "Examples:
  enpassant probe login-examplebank.example
  enpassant probe login-examplebank.example --watchlist watchlist.toml --json
  enpassant probe login-examplebank.example --policy passive     (asks the registry only)")]
pub(super) struct Probe {
    /// The domain, or a host below it
    domain: String,
    /// The configuration; [probe] in it says how to look
    #[arg(long, value_name = "FILE", env = "ENPASSANT_CONFIG")]
    config: Option<PathBuf>,
    /// Whom to guard
    #[arg(long, value_name = "FILE", env = "ENPASSANT_WATCHLIST")]
    watchlist: Option<PathBuf>,
    /// Whom it imitates, by id [default: whom its name resembles most]
    #[arg(long, value_name = "ID")]
    organisation: Option<String>,
    #[command(flatten)]
    suffixes: SuffixArgs,
    /// How far to go: `passive`, `resolve` or `fetch` [default: that of the organisation or the configuration, or fetch]
    #[arg(long)]
    policy: Option<Policy>,
    /// One JSON object: `organisation`, `dossier`, `stages`, `risk`
    #[arg(long)]
    json: bool,
    /// Where to put the raw bytes that the answers were read from, a file each, named by their SHA-256
    #[arg(long, value_name = "DIR")]
    evidence: Option<PathBuf>,
    #[command(flatten)]
    egress: EgressArgs,
}

impl Probe {
    pub(super) fn run(self, color: Color) -> Result<Outcome> {
        let config = self.config.as_deref().map(Config::read).transpose()?;
        let config = config.unwrap_or_default();
        let name: DomainName = self
            .domain
            .parse()
            .with_context(|| format!("`{}` is no domain name", names::escaped(&self.domain)))?;
        let guard = self.guard(&config)?;
        let judge = Judge::new(Weights::embedded());
        let found = match &guard {
            Some(guard) => imitated(guard, &judge, &name, self.organisation.as_deref())?,
            None if self.organisation.is_some() => {
                return Err(usage("--organisation wants a --watchlist to find it on"));
            }
            None => None,
        };
        let (mut organisation, candidate) = match found {
            Some((organisation, candidate)) => (Some(organisation), candidate),
            None => (None, None),
        };
        let mut settings = looks(&config, Policy::Fetch)?;
        if let Some(policy) = self.policy {
            settings.policy = policy;
            if let Some(organisation) = &mut organisation {
                organisation.policy = None;
            }
        }
        let suffixes = self.suffixes.load()?;
        let registrable = suffixes
            .split(name.as_str())
            .registrable
            .and_then(|start| name.as_str()[start..].parse().ok())
            .with_context(|| {
                format!(
                    "{} is a public suffix: nobody registers it",
                    names::defanged(name.as_str())
                )
            })?;
        let looker = Looker::new(&settings, &self.egress.settings(&config)?, suffixes)?;
        let now = Timestamp::now();
        let own = organisation
            .as_ref()
            .and_then(|organisation| organisation.thresholds);
        let target = Target {
            name: &name,
            registrable: &registrable,
            organisation: organisation.as_ref(),
            log_odds: candidate.as_ref().map(log_odds),
            thresholds: own.unwrap_or(judge.weights().thresholds()),
            detected: now,
            issued: None,
            before: &[],
            techniques: &[],
            company: None,
        };
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()?;
        let outlook = runtime.block_on(looker.look(target, now));
        self.keep(&outlook)?;
        let out = io::stdout();
        if self.json {
            let text = written(&outlook, organisation.as_ref());
            writeln!(out.lock(), "{text}")?;
        } else {
            let paint = color.paint(&out);
            page::write(&mut out.lock(), &outlook, candidate.as_ref(), paint)?;
        }
        Ok(Outcome::Done)
    }

    fn guard(&self, config: &Config) -> Result<Option<Guard>> {
        let Some(path) = self.watchlist.as_ref().or(config.watchlist.as_ref()) else {
            return Ok(None);
        };
        let (catalogue, suffixes) = (Catalogue::embedded(), self.suffixes.load()?);
        let (watchlist, _) = knowledge::watchlist(path, &catalogue, &suffixes)?;
        Ok(Some(knowledge::guard(watchlist, catalogue, suffixes)))
    }

    /// Puts the raw bytes where they were asked for.
    fn keep(&self, outlook: &Outlook) -> Result<()> {
        let Some(directory) = &self.evidence else {
            return Ok(());
        };
        let cannot = || format!("cannot write to {}", directory.display());
        std::fs::create_dir_all(directory).with_context(cannot)?;
        for piece in &outlook.taken.evidence {
            let name = HEXLOWER.encode(&piece.digest.0);
            std::fs::write(directory.join(name), &piece.bytes).with_context(cannot)?;
        }
        Ok(())
    }
}

/// Whom a name is about: the one named, or the one that owns it, or the one it resembles most; nobody if it resembles nobody.
fn imitated(
    guard: &Guard,
    judge: &Judge,
    name: &DomainName,
    wanted: Option<&str>,
) -> Result<Option<(Organisation, Option<Candidate>)>> {
    let today = super::today();
    let sifter = Sifter {
        guard,
        judge,
        bar: Bar::none(),
        today: &today,
    };
    let origin = Origin::Line {
        source: "-".into(),
        line: 1,
    };
    let found = sifter.every(name, &origin, &mut Desk::default());
    let mut found = found.into_iter().flatten().map(|(candidate, _)| candidate);
    let organisations = guard.watchlist().organisations();
    let of = |id: &str| {
        let mut all = organisations.iter();
        all.find(|organisation| organisation.id.as_str() == id)
            .cloned()
    };
    if let Some(id) = wanted {
        let Some(organisation) = of(id) else {
            bail!("there is no organisation `{id}` on the watchlist");
        };
        let candidate = found.find(|candidate| candidate.resemblance.organisation.as_str() == id);
        return Ok(Some((organisation, candidate)));
    }
    let mut all = organisations.iter();
    let owner = all.find(|organisation| {
        let mut domains = organisation.domains.iter();
        domains.any(|domain| is_within(name, domain))
    });
    if let Some(owner) = owner {
        return Ok(Some((owner.clone(), None)));
    }
    Ok(found.next().and_then(|candidate| {
        let organisation = of(candidate.resemblance.organisation.as_str())?;
        Some((organisation, Some(candidate)))
    }))
}

/// Whether a name is a domain, or below it.
fn is_within(name: &DomainName, domain: &DomainName) -> bool {
    let rest = name.as_str().strip_suffix(domain.as_str());
    rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

fn log_odds(candidate: &Candidate) -> f64 {
    let findings = candidate.assessment.findings.iter();
    findings.map(|finding| finding.log_odds).sum()
}

fn written(outlook: &Outlook, organisation: Option<&Organisation>) -> Value {
    let dossier: Value = serde_json::from_str(&render::dossier(&outlook.taken.dossier))
        .expect("invariant: what is written is JSON");
    json!({
        "organisation": organisation.map(|organisation| organisation.id.as_str()),
        "dossier": dossier,
        "stages": render::stages(&outlook.stages),
        "risk": render::risk(&outlook.risk),
    })
}
