//! `testbed world`: what look-alikes show from outside, on loopback, with a configuration that leads there.

use super::End;
use crate::command::Outcome;
use anyhow::{Context, Result};
use jiff::{Timestamp, ToSpan as _};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use testbed::world::{Scenario, World};

/// The scenario where no file is named.
const BANK: &str = include_str!("bank.toml");
/// Whom it is about.
const WATCHLIST: &str = "\
[[organisation]]
id = \"example-bank\"
name = \"Example Bank\"
domains = [\"examplebank.example\"]
";

/// DNS, registration, certificates and pages of look-alikes, honest and hostile
///
/// Prints, as its first line, a JSON object: `config` is the path of a configuration by which `probe`, `watch` and `watchlist init`
/// look at this world and at nothing else; `dns`, `rdap`, `whois`, `http_port` and `https_port` say where it is, and `hosts` who
/// lives there. Configuration, ledger and lake are in a temporary directory, which goes when the world ends.
///
/// Hosts that have an answer for RDAP are registered where there is RDAP; the others have WHOIS.
#[derive(clap::Args, Debug)]
#[command(after_long_help = "Examples:
  enpassant testbed world | tee world.json
  enpassant probe login-examplebank.example --config \"$(jq -r .config world.json)\" --danger-loopback
  enpassant testbed world --scenario scenario.toml --watchlist watchlist.toml

A scenario:
  latency_ms = 50
  [[hosts]]
  name = \"examp1ebank.example\"
  dns = [\"@ MX 10 mail\"]
  fault = \"web-drip\"")]
pub(in crate::command) struct WorldArgs {
    /// Who is there [default: Example Bank, and who imitates it]
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,
    /// Whom the configuration guards [default: Example Bank]
    #[arg(long, value_name = "FILE")]
    watchlist: Option<PathBuf>,
}

impl WorldArgs {
    pub(super) fn run(self, end: End) -> Result<Outcome> {
        let scenario = match &self.scenario {
            Some(path) => Scenario::read(path)?,
            None => bank(Timestamp::now())?,
        };
        let watchlist = match &self.watchlist {
            Some(path) => crate::knowledge::text(path)?,
            None => WATCHLIST.to_owned(),
        };
        let registries = Registries::of(&scenario);
        let hosts: Vec<String> = scenario
            .hosts
            .iter()
            .map(|host| host.name.clone())
            .collect();
        let world = World::start(scenario).context("cannot start the world")?;
        let directory = world
            .root()
            .parent()
            .expect("invariant: the root certificate is a file in a directory");
        let config = directory.join("enpassant.toml");
        write(&config, &configuration(&world))?;
        write(&directory.join("watchlist.toml"), &watchlist)?;
        write(
            &directory.join("rdap.json"),
            &registries.bootstrap(&world).to_string(),
        )?;
        write(&directory.join("whois.tsv"), &registries.servers(&world))?;
        end.wait(&json!({
            "config": config,
            "dns": world.dns(),
            "rdap": world.rdap(),
            "whois": world.whois(),
            "http_port": world.http_port(),
            "https_port": world.https_port(),
            "hosts": hosts,
        }))?;
        Ok(Outcome::Done)
    }
}

/// The configuration, in the directory of everything that it names.
fn configuration(world: &World) -> String {
    let root = world.root().file_name().unwrap_or_default();
    format!(
        "\
# A world on loopback. It wants the flag --danger-loopback, too.
watchlist = \"watchlist.toml\"
ledger = \"ledger.sqlite\"
canary = false
dns = [\"{dns}\"]
roots = [\"{root}\"]
danger_loopback = true

[ct]
enabled = false

[lake]
directory = \"lake\"

[probe]
policy = \"fetch\"
rdap_servers = \"rdap.json\"
whois_servers = \"whois.tsv\"
http_port = {http}
https_port = {https}
",
        dns = world.dns(),
        root = root.display(),
        http = world.http_port(),
        https = world.https_port(),
    )
}

/// Which names are registered where.
struct Registries {
    /// Names in a registry with RDAP.
    rdap: BTreeSet<String>,
    /// Top-level domains of all names.
    top: BTreeSet<String>,
}

impl Registries {
    fn of(scenario: &Scenario) -> Self {
        let hosts = &scenario.hosts;
        let speaks_rdap = hosts.iter().filter(|host| {
            let fails = host
                .fault
                .is_some_and(|fault| fault.id().starts_with("rdap"));
            host.rdap.is_some() || fails
        });
        let top = |name: &str| name.rsplit('.').next().map(str::to_owned);
        Self {
            rdap: speaks_rdap.map(|host| host.name.clone()).collect(),
            top: hosts.iter().filter_map(|host| top(&host.name)).collect(),
        }
    }

    /// The bootstrap file (RFC 9224 §4). It may not be empty, so it always has a domain that nobody can have (RFC 6761 §6.4).
    fn bootstrap(&self, world: &World) -> Value {
        let names = self.rdap.iter().map(String::as_str);
        let names: Vec<&str> = names.chain(["invalid"]).collect();
        json!({
            "version": "1.0",
            "publication": "2026-01-01T00:00:00Z",
            "description": "made by the testbed",
            "services": [[names, [world.rdap()]]],
        })
    }

    /// The list of WHOIS servers.
    fn servers(&self, world: &World) -> String {
        let line = |top: &String| format!("{top}\t{}\t{{}}\n", world.whois());
        self.top.iter().map(line).collect()
    }
}

/// The scenario of the bank, as if everything in it had happened so many hours ago.
fn bank(now: Timestamp) -> Result<Scenario> {
    let mut text = String::with_capacity(BANK.len());
    let mut rest = BANK;
    while let Some((before, after)) = rest.split_once(" hours ago}") {
        let (before, hours) = before
            .rsplit_once('{')
            .expect("invariant: a test reads the scenario");
        let hours: i64 = hours
            .parse()
            .context("the hours of the built-in scenario")?;
        text.push_str(before);
        text.push_str(
            &(now - hours.hours())
                .strftime("%Y-%m-%dT%H:%M:%SZ")
                .to_string(),
        );
        rest = after;
    }
    text.push_str(rest);
    Ok(Scenario::parse(&text)?)
}

fn write(path: &Path, text: &str) -> Result<()> {
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bank_is_there_and_times_are_times() {
        let now = "2026-11-22T12:00:00Z".parse().expect("a time");
        let scenario = bank(now).expect("it can be read");
        assert!(scenario.hosts.len() > 10);
        let all = format!("{scenario:?}");
        assert!(all.contains("2026-11-21T16:00:00Z") && !all.contains("ago}"));
        let registries = Registries::of(&scenario);
        assert_eq!(registries.top, BTreeSet::from(["example".to_owned()]));
        assert!(registries.rdap.contains("examp1ebank.example"));
        assert!(!registries.rdap.contains("examplebank-online.example"));
    }
}
