//! The configuration file of `watch`, and where things are when nothing says otherwise.
//!
//! What holds is the flag, else the environment, else the file, else the default. A key that is not known is a fault.

use crate::fault::TextFault;
use crate::knowledge;
use anyhow::{Result, bail};
use jiff::{SignedDuration, Timestamp};
use ledger::LedgerUrl;
use pipeline::StartAt;
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use url::Url;

/// The file as it is written. Paths in it are relative to its directory.
#[derive(Deserialize, Default, Debug)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    pub(crate) watchlist: Option<PathBuf>,
    pub(crate) ledger: Option<String>,
    pub(crate) listen: Option<Listen>,
    pub(crate) host_names: Option<Vec<String>>,
    pub(crate) contact: Option<String>,
    pub(crate) proxy: Option<String>,
    #[serde(default)]
    pub(crate) dns: Vec<SocketAddr>,
    #[serde(default)]
    pub(crate) roots: Vec<PathBuf>,
    #[serde(default)]
    pub(crate) danger_loopback: bool,
    pub(crate) canary: Option<Switch<Span>>,
    pub(crate) canary_due: Option<Span>,
    pub(crate) behind_after: Option<Span>,
    #[serde(default)]
    pub(crate) ct: Ct,
    #[serde(default)]
    pub(crate) lake: Lake,
    #[serde(default)]
    pub(crate) probe: Probe,
    #[serde(default)]
    pub(crate) permutations: Permutations,
    #[serde(default)]
    pub(crate) certstream: Vec<Certstream>,
    #[serde(default)]
    pub(crate) notify: Vec<Notify>,
}

/// Certificate transparency.
#[derive(Deserialize, Default, Debug)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ct {
    pub(crate) enabled: Option<bool>,
    pub(crate) log_list: Option<String>,
    pub(crate) log_list_key: Option<PathBuf>,
    pub(crate) log_list_every: Option<Span>,
    pub(crate) start: Option<Start>,
    pub(crate) poll: Option<Span>,
    pub(crate) parallel: Option<usize>,
    pub(crate) requests_per_second: Option<f64>,
    pub(crate) timeout: Option<Span>,
    pub(crate) stale_after: Option<Span>,
    pub(crate) patience: Option<Span>,
    pub(crate) pause: Option<Span>,
}

/// Where every name is kept.
#[derive(Deserialize, Default, Debug)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lake {
    pub(crate) enabled: Option<bool>,
    pub(crate) directory: Option<PathBuf>,
    pub(crate) keep: Option<Span>,
    pub(crate) max_size: Option<Size>,
    pub(crate) close_every: Option<Span>,
}

/// How what was detected is looked at.
#[derive(Deserialize, Default, Debug)]
#[serde(deny_unknown_fields)]
pub(crate) struct Probe {
    pub(crate) enabled: Option<bool>,
    pub(crate) policy: Option<String>,
    pub(crate) at_once: Option<usize>,
    pub(crate) networks: Option<PathBuf>,
    pub(crate) countries: Option<PathBuf>,
    pub(crate) rdap_servers: Option<PathBuf>,
    pub(crate) whois_servers: Option<PathBuf>,
    pub(crate) language: Option<String>,
    pub(crate) screenshots: Option<bool>,
    pub(crate) http_port: Option<u16>,
    pub(crate) https_port: Option<u16>,
}

/// Imitations asked of the DNS.
#[derive(Deserialize, Default, Debug)]
#[serde(deny_unknown_fields)]
pub(crate) struct Permutations {
    pub(crate) enabled: bool,
    pub(crate) every: Option<Span>,
    pub(crate) per_second: Option<f64>,
}

/// A certstream server to listen to.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(crate) struct Certstream {
    pub(crate) url: Url,
}

/// Somebody to tell.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(crate) struct Notify {
    pub(crate) name: String,
    pub(crate) kind: NotifyKind,
    pub(crate) tier: Option<String>,
    pub(crate) timeout: Option<Span>,
    pub(crate) command: Option<Vec<String>>,
    pub(crate) url: Option<Url>,
    pub(crate) secret_file: Option<PathBuf>,
}

/// How somebody is told.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum NotifyKind {
    Command,
    Webhook,
}

/// A value, or `false` to turn it off.
#[derive(Deserialize, Clone, Debug)]
#[serde(untagged)]
pub(crate) enum Switch<T> {
    Off(bool),
    On(T),
}

/// An address to listen on, or `false`.
pub(crate) type Listen = Switch<SocketAddr>;

/// A length of time: `90 s`, `1h 30m`, `30 days`.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(try_from = "String")]
pub(crate) struct Span(pub(crate) Duration);

impl TryFrom<String> for Span {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl std::str::FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let span = Self::parse(text)?;
        if span.0.is_zero() {
            return Err(format!("`{text}` is no time at all; write `1s` or longer"));
        }
        Ok(span)
    }
}

impl Span {
    fn parse(text: &str) -> Result<Self, String> {
        let fault = || format!("`{text}` is no length of time; write `30s`, `1h 30m` or `90 days`");
        // Days have no fixed length for calendars; here they have 24 hours.
        let days = text
            .trim()
            .strip_suffix("days")
            .or_else(|| text.trim().strip_suffix('d'));
        if let Some(days) = days {
            let days: u64 = days.trim().parse().map_err(|_| fault())?;
            return Ok(Self(Duration::from_secs(days.saturating_mul(86_400))));
        }
        let span: SignedDuration = text.parse().map_err(|_| fault())?;
        Duration::try_from(span).map(Self).map_err(|_| fault())
    }
}

/// A size in bytes: `20GB`, `512 MiB`.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(try_from = "String")]
pub(crate) struct Size(pub(crate) u64);

impl TryFrom<String> for Size {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let digits = text
            .trim()
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(text.trim().len());
        let (number, unit) = text.trim().split_at(digits);
        let factor = match unit.trim() {
            "" | "B" => 1,
            "kB" => 1_000,
            "MB" => 1_000_000,
            "GB" => 1_000_000_000,
            "TB" => 1_000_000_000_000,
            "KiB" => 1 << 10,
            "MiB" => 1 << 20,
            "GiB" => 1 << 30,
            "TiB" => 1 << 40,
            _ => 0,
        };
        let size = number
            .parse()
            .ok()
            .and_then(|number: u64| number.checked_mul(factor));
        size.filter(|size| *size > 0)
            .map(Self)
            .ok_or_else(|| format!("`{text}` is no size; write `20GB` or `512MiB`"))
    }
}

/// Where a log begins: `now`, `beginning`, an index, a day or a time.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(try_from = "toml::Value")]
pub(crate) struct Start(pub(crate) StartAt);

impl TryFrom<toml::Value> for Start {
    type Error = String;

    fn try_from(value: toml::Value) -> Result<Self, String> {
        match value {
            toml::Value::String(text) => text.parse(),
            other => other.to_string().parse(),
        }
    }
}

impl std::str::FromStr for Start {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let start = match text {
            "now" => StartAt::Now,
            "beginning" => StartAt::Beginning,
            _ => {
                if let Ok(index) = text.parse() {
                    StartAt::Index(index)
                } else if let Ok(time) = text.parse::<Timestamp>() {
                    StartAt::Since(time)
                } else if let Ok(time) = format!("{text}T00:00:00Z").parse() {
                    StartAt::Since(time)
                } else {
                    return Err(format!(
                        "`{text}` is none of `now`, `beginning`, an index, a day like 2026-11-22, or a time"
                    ));
                }
            }
        };
        Ok(Self(start))
    }
}

impl Config {
    /// Reads the file; a [`TextFault`] where it is wrong.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let text = knowledge::text(path)?;
        let mut config: Self = toml::from_str(&text)
            .map_err(|fault| TextFault::new(path, &text, fault.message(), fault.span()))?;
        let base = path.parent().unwrap_or(Path::new(""));
        let here = |path: &mut Option<PathBuf>| {
            if let Some(path) = path {
                *path = base.join(&*path);
            }
        };
        here(&mut config.watchlist);
        here(&mut config.ct.log_list_key);
        here(&mut config.lake.directory);
        let probe = &mut config.probe;
        for file in [
            &mut probe.networks,
            &mut probe.countries,
            &mut probe.rdap_servers,
            &mut probe.whois_servers,
        ] {
            here(file);
        }
        for root in &mut config.roots {
            *root = base.join(&*root);
        }
        for notify in &mut config.notify {
            here(&mut notify.secret_file);
        }
        for place in [&mut config.ct.log_list, &mut config.ledger]
            .into_iter()
            .flatten()
        {
            if !place.contains(':') {
                *place = base.join(&*place).display().to_string();
            }
        }
        Ok(config)
    }
}

/// Where state is kept when nothing says otherwise: what systemd gives, else as the XDG base directories have it.
pub(crate) fn state_directory() -> Result<PathBuf> {
    let variable = |name| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    if let Some(directory) = variable("STATE_DIRECTORY") {
        return Ok(directory);
    }
    let state = variable("XDG_STATE_HOME")
        .filter(|path| path.is_absolute())
        .or_else(|| variable("HOME").map(|home| home.join(".local/state")));
    let Some(state) = state else {
        bail!("there is no HOME to keep state in; name a ledger with --ledger");
    };
    Ok(state.join("enpassant"))
}

/// The ledger in the state directory, which is made if it is not there.
pub(crate) fn default_ledger() -> Result<LedgerUrl> {
    Ok(LedgerUrl::file(state_directory()?.join("ledger.sqlite")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_can_be_read() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/enpassant.example.toml");
        let config = Config::read(&path).expect("the example is right");
        assert!(
            config
                .watchlist
                .is_some_and(|path| path.ends_with("watchlist.toml"))
        );
        assert_eq!(config.notify.len(), 2);
        // Every key of it can be said; those that are commented out, too.
        let text = std::fs::read_to_string(&path).expect("it was read before");
        let all: String = text
            .lines()
            .map(|line| match line.strip_prefix("# ") {
                Some(rest) if rest.contains(" = ") || rest.starts_with('[') => rest,
                _ => line,
            })
            .flat_map(|line| [line, "\n"])
            .collect();
        let full: Config = toml::from_str(&all).expect("the commented keys are right, too");
        assert!(full.ct.log_list_key.is_some() && full.lake.max_size.is_some());
        assert_eq!(full.certstream.len(), 1);
    }

    #[test]
    fn spans_sizes_and_starts() {
        let span = |text: &str| text.parse::<Span>().map(|span| span.0.as_secs());
        assert_eq!(span("1h 30m"), Ok(5400));
        assert_eq!(span("90 days"), Ok(90 * 86_400));
        assert!(span("soon").is_err() && span("-3s").is_err());
        let size = |text: &str| Size::try_from(text.to_owned()).map(|size| size.0);
        assert_eq!(size("20GB"), Ok(20_000_000_000));
        assert_eq!(size("512 MiB"), Ok(512 << 20));
        assert!(size("many").is_err() && size("99999999999TB").is_err());
        let start = |text: &str| text.parse::<Start>().map(|start| start.0);
        assert_eq!(start("now"), Ok(StartAt::Now));
        assert_eq!(start("17"), Ok(StartAt::Index(17)));
        assert!(matches!(start("2026-11-22"), Ok(StartAt::Since(_))));
        assert!(start("yesterday").is_err());
    }
}
