//! How domains are looked at, and how anything goes out: of flags, configuration and defaults.

use super::{note, usage};
use crate::config::Config;
use anyhow::{Context, Result, bail};
use egress::dns::DnsSettings;
use model::Policy;
use pipeline::LookSettings;
use probe::Ports;
use probe::screenshot::Browser;

/// Flags of whoever goes out.
#[derive(clap::Args, Clone, Copy, Debug)]
pub(super) struct EgressArgs {
    /// Let data lead to this machine itself; wants `danger_loopback = true` in the configuration, too, and is for the
    /// testbed only
    #[arg(long)]
    danger_loopback: bool,
}

impl EgressArgs {
    /// How this program calls out.
    pub(super) fn settings(self, config: &Config) -> Result<egress::Settings> {
        let proxy = config.proxy.as_deref().map(str::parse).transpose();
        let agent = egress::user_agent(config.contact.as_deref());
        Ok(egress::Settings {
            proxy: proxy.context("`proxy` in the configuration")?,
            danger_loopback: self.loopback(config)?,
            dns: DnsSettings {
                servers: config.dns.clone(),
                ..DnsSettings::default()
            },
            roots: config.roots.clone(),
            ..egress::Settings::new(agent)
        })
    }

    fn loopback(self, config: &Config) -> Result<bool> {
        match (self.danger_loopback, config.danger_loopback) {
            (true, true) => {
                note(
                    "warning: data may lead to this machine itself (--danger-loopback); never do this but on a testbed",
                );
                Ok(true)
            }
            (false, false) => Ok(false),
            (true, false) => Err(usage(
                "--danger-loopback wants `danger_loopback = true` in the configuration, too",
            )),
            (false, true) => Err(usage(
                "`danger_loopback` in the configuration wants the flag --danger-loopback, too",
            )),
        }
    }
}

/// How domains are looked at; `usual` is the policy where nothing says another.
pub(super) fn looks(config: &Config, usual: Policy) -> Result<LookSettings> {
    let probe = &config.probe;
    let policy = probe.policy.as_deref().map(str::parse).transpose();
    let at_once = probe.at_once.unwrap_or(16);
    if !(1..=256).contains(&at_once) {
        bail!("`at_once` in [probe] is {at_once}; it goes from 1 to 256");
    }
    let ports = Ports::default();
    Ok(LookSettings {
        policy: policy.context("`policy` in [probe]")?.unwrap_or(usual),
        at_once,
        connections: 4 * at_once,
        networks: probe.networks.clone(),
        countries: probe.countries.clone(),
        bootstrap: probe.rdap_servers.clone(),
        whois_servers: probe.whois_servers.clone(),
        language: probe.language.clone(),
        browser: (probe.screenshots != Some(false))
            .then(Browser::find)
            .flatten(),
        ports: Ports {
            http: probe.http_port.unwrap_or(ports.http),
            https: probe.https_port.unwrap_or(ports.https),
        },
    })
}
