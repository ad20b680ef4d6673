//! Flags, environment, file and defaults, put together.

use super::Watch;
use crate::command::{looking, usage};
use crate::config::{self, Config, NotifyKind, Switch};
use anyhow::{Context, Result};
use console::Exposure;
use feeds::live::Pacing;
use ledger::LedgerUrl;
use model::{Policy, Tier};
use pipeline::{
    ChannelKind, ChannelSettings, LakeSettings, ListSource, LogSettings, PermutationSettings,
    Settings, StartAt,
};
use std::path::{Path, PathBuf};
use std::time::Duration;
use url::Url;

/// Chrome's list, and the key by which it is signed. <https://googlechrome.github.io/CertificateTransparency/log_lists.html>
const LOG_LIST: &str = "https://www.gstatic.com/ct/log_list/v3/log_list.json";
const LOG_LIST_KEY: &str = include_str!("../../../../../knowledge/log-list-key.pem");

/// The watchlist's path.
pub(super) fn watchlist(flags: &Watch, config: &Config) -> Result<PathBuf> {
    let path = flags.watchlist.clone().or_else(|| config.watchlist.clone());
    path.ok_or_else(|| {
        usage("whom to guard? Name a watchlist with --watchlist, or in the file of --config")
    })
}

/// The settings of the watch.
pub(super) fn settings(flags: &Watch, config: &Config) -> Result<Settings> {
    let ledger = flags.ledger.url(config.ledger.as_deref())?;
    if let Some(directory) = ledger.path().and_then(Path::parent) {
        std::fs::create_dir_all(directory)
            .with_context(|| format!("cannot make {}", directory.display()))?;
    }
    let span = |value: Option<config::Span>, or: Duration| value.map_or(or, |span| span.0);
    Ok(Settings {
        lake: lake(flags, config, &ledger)?,
        listen: listen(flags, config),
        logs: logs(flags, config)?,
        streams: config
            .certstream
            .iter()
            .map(|server| server.url.clone())
            .collect(),
        permutations: config.permutations.enabled.then(|| PermutationSettings {
            every: span(config.permutations.every, Duration::from_hours(24)),
            per_second: config.permutations.per_second.unwrap_or(20.0),
        }),
        channels: channels(config)?,
        canary: match &config.canary {
            Some(Switch::Off(on)) if !on => None,
            Some(Switch::On(every)) => Some(every.0),
            _ => Some(Duration::from_hours(1)),
        },
        canary_due: span(config.canary_due, Duration::from_mins(1)),
        egress: flags.egress.settings(config)?,
        looks: if flags.no_probe || config.probe.enabled == Some(false) {
            None
        } else {
            Some(looking::looks(config, Policy::Resolve)?)
        },
        behind_after: span(config.behind_after, Duration::from_mins(10)),
        once: flags.once,
        ledger,
    })
}

fn listen(flags: &Watch, config: &Config) -> Option<Exposure> {
    if flags.no_listen || flags.once && flags.listen.is_none() {
        return None;
    }
    let mut exposure = Exposure::default();
    match (flags.listen, &config.listen) {
        (Some(listen), _) => exposure.listen = listen,
        (None, Some(Switch::On(listen))) => exposure.listen = *listen,
        (None, Some(Switch::Off(false))) => return None,
        _ => {}
    }
    exposure.names = config.host_names.clone().unwrap_or_default();
    Some(exposure)
}

fn lake(flags: &Watch, config: &Config, ledger: &LedgerUrl) -> Result<Option<LakeSettings>> {
    if flags.no_lake || flags.lake.is_none() && config.lake.enabled == Some(false) {
        return Ok(None);
    }
    let directory = match flags.lake.clone().or_else(|| config.lake.directory.clone()) {
        Some(directory) => directory,
        None => match ledger.path().and_then(Path::parent) {
            Some(beside) => beside.join("lake"),
            None => config::state_directory()?.join("lake"),
        },
    };
    let close_every = config.lake.close_every;
    Ok(Some(LakeSettings {
        directory,
        keep: Some(
            config
                .lake
                .keep
                .map_or(Duration::from_hours(90 * 24), |keep| keep.0),
        ),
        max_bytes: config.lake.max_size.map(|size| size.0),
        close_every: close_every.map_or(Duration::from_mins(1), |span| span.0),
    }))
}

fn logs(flags: &Watch, config: &Config) -> Result<Option<LogSettings>> {
    let ct = &config.ct;
    if ct.enabled == Some(false) && flags.log_list.is_none() {
        return Ok(None);
    }
    let named = flags.log_list.clone().or_else(|| ct.log_list.clone());
    let key = match (&ct.log_list_key, &named) {
        (Some(path), _) => Some(crate::knowledge::text(path)?),
        (None, None) => Some(LOG_LIST_KEY.to_owned()),
        (None, Some(_)) => None,
    };
    let list_key = key
        .map(|pem| ct::LogKey::from_pem(&pem).map(|key| key.der().to_vec()))
        .transpose()
        .context("the key of the log list")?;
    let place = named.unwrap_or_else(|| LOG_LIST.to_owned());
    let list = match place.parse::<Url>() {
        Ok(url) if matches!(url.scheme(), "http" | "https") => ListSource::Url(url),
        _ => ListSource::File(place.into()),
    };
    let rate = ct.requests_per_second.unwrap_or(20.0);
    if !(rate.is_finite() && rate > 0.0) {
        anyhow::bail!("`requests_per_second` in [ct] is {rate}; it has to be more than nothing");
    }
    if ct.parallel == Some(0) {
        anyhow::bail!("`parallel` in [ct] is 0; one request at a time is the least");
    }
    let usual = Pacing::default();
    let span = |value: Option<config::Span>, or: Duration| value.map_or(or, |span| span.0);
    let start = flags
        .start
        .or(ct.start)
        .map_or(StartAt::Now, |start| start.0);
    Ok(Some(LogSettings {
        list,
        list_key,
        list_every: span(ct.log_list_every, Duration::from_mins(30)),
        start: if flags.from_start {
            StartAt::Beginning
        } else {
            start
        },
        pacing: Pacing {
            poll: span(flags.poll.or(ct.poll), usual.poll),
            parallel: ct.parallel.unwrap_or(usual.parallel).clamp(1, 64),
            timeout: span(ct.timeout, usual.timeout),
            stale_after: span(ct.stale_after, usual.stale_after),
            patience: span(ct.patience, usual.patience),
        },
        rate,
        pause: span(ct.pause, Duration::from_mins(5)),
    }))
}

fn channels(config: &Config) -> Result<Vec<ChannelSettings>> {
    let mut channels: Vec<ChannelSettings> = vec![];
    for notify in &config.notify {
        let name = &notify.name;
        let kind = match (notify.kind, &notify.command, &notify.url) {
            (NotifyKind::Command, Some(argv), None) if !argv.is_empty() => {
                ChannelKind::Command(argv.clone())
            }
            (NotifyKind::Webhook, None, Some(url)) => ChannelKind::Webhook {
                url: url.clone(),
                secret_file: notify.secret_file.clone(),
            },
            (NotifyKind::Command, ..) => {
                anyhow::bail!(
                    "[[notify]] `{name}`: a command needs `command`, a list of a program and its arguments"
                )
            }
            (NotifyKind::Webhook, ..) => {
                anyhow::bail!("[[notify]] `{name}`: a webhook needs `url`")
            }
        };
        if channels.iter().any(|other| other.name == *name) {
            anyhow::bail!("[[notify]] `{name}` stands there twice; what is told is kept by name");
        }
        channels.push(ChannelSettings {
            name: name.clone(),
            min_tier: match &notify.tier {
                None => Tier::Alert,
                Some(tier) => tier
                    .parse()
                    .with_context(|| format!("[[notify]] `{name}`"))?,
            },
            timeout: notify
                .timeout
                .map_or(Duration::from_secs(30), |span| span.0),
            kind,
        });
    }
    Ok(channels)
}
