//! The hosts of a world, each in its place.

use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::time::Duration;

use bytes::Bytes;

use super::fault::HostFault;
use super::scenario::{Host, Scenario, Text};
use crate::error::TestbedError;

/// How many addresses the hosts share. Each costs two sockets.
const ADDRESSES: usize = 200;

/// All hosts, by their names.
#[derive(Debug)]
pub(crate) struct Stage {
    hosts: HashMap<String, Placed>,
    pub(crate) latency: Duration,
}

/// A host with all that it serves, read.
#[derive(Debug)]
pub(crate) struct Placed {
    pub(crate) host: Host,
    /// What serves its pages.
    pub(crate) address: Ipv4Addr,
    pub(crate) rdap: Option<Bytes>,
    pub(crate) whois: Option<Bytes>,
    /// The bodies of its pages, in their order.
    pub(crate) bodies: Vec<Bytes>,
    pub(crate) latency: Duration,
}

impl Stage {
    pub(crate) fn set(scenario: Scenario) -> Result<Self, TestbedError> {
        let latency = Duration::from_millis(scenario.latency_ms);
        let mut hosts = HashMap::new();
        for (number, host) in scenario.hosts.into_iter().enumerate() {
            let load = |text: &Text| text.load(&scenario.directory).map(Bytes::from);
            let placed = Placed {
                address: address(number),
                rdap: host.rdap.as_ref().map(load).transpose()?,
                whois: host.whois.as_ref().map(load).transpose()?,
                bodies: host
                    .pages
                    .iter()
                    .map(|page| load(&page.body))
                    .collect::<Result<_, _>>()?,
                latency: host.latency_ms.map_or(latency, Duration::from_millis),
                host,
            };
            if let Some(before) = hosts.insert(placed.host.name.clone(), placed) {
                return Err(TestbedError::Scenario {
                    why: format!("{} is there twice", before.host.name),
                });
            }
        }
        Ok(Self { hosts, latency })
    }

    /// The host that a name belongs to; case and a dot at the end make no difference.
    pub(crate) fn of(&self, name: &str) -> Option<&Placed> {
        let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
        let mut rest = name.as_str();
        loop {
            if let Some(placed) = self.hosts.get(rest) {
                return Some(placed);
            }
            rest = rest.split_once('.')?.1;
        }
    }

    pub(crate) fn hosts(&self) -> impl Iterator<Item = &Placed> {
        self.hosts.values()
    }

    /// The addresses that serve pages, each once.
    pub(crate) fn addresses(&self) -> Vec<Ipv4Addr> {
        (0..self.hosts.len().min(ADDRESSES)).map(address).collect()
    }

    /// What goes wrong with the host that a name belongs to.
    pub(crate) fn fault(&self, name: &str) -> Option<HostFault> {
        self.of(name)?.host.fault
    }
}

/// Hosts take turns.
fn address(number: usize) -> Ipv4Addr {
    Ipv4Addr::new(127, 20, 0, (number % ADDRESSES + 1) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_find_their_hosts() {
        let scenario = Scenario {
            hosts: vec![Host::new("a.example"), Host::new("b.a.example")],
            ..Scenario::default()
        };
        let stage = Stage::set(scenario).expect("no file is named");
        let check = |name: &str, expected: Option<&str>| {
            let found = stage.of(name).map(|placed| placed.host.name.as_str());
            assert_eq!(found, expected, "{name}");
        };
        check("a.example", Some("a.example"));
        check("WWW.A.example.", Some("a.example"));
        check("x.b.a.example", Some("b.a.example"));
        check("ba.example", None);
        check("example", None);
        check("", None);
        assert_eq!(stage.addresses().len(), 2);
    }
}
