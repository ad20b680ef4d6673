//! Infrastructure that many use at a time: what is there joins nothing by itself.

use std::collections::HashSet;
use std::net::IpAddr;

use model::{Pivot, PivotKind};

/// Networks, addresses and hosts that are known to serve many.
#[derive(Clone, Default, Debug)]
pub struct Common {
    /// Networks that many share at a time, as first and last address, merged and sorted.
    many: Vec<(u128, u128)>,
    /// Networks of clouds, whose addresses one tenant has after the other.
    cloud: Vec<(u128, u128)>,
    /// Hosts and domains; all below them is meant, too.
    hosts: HashSet<Box<str>>,
}

/// A line of the list that cannot be read.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("line {line} of the list of common infrastructure: {what}")]
pub struct CommonFault {
    line: usize,
    what: &'static str,
}

/// How common a value is known to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Commonness {
    /// Nothing is known.
    Unlisted,
    /// One tenant has it after the other.
    Cloud,
    /// Many share it at a time.
    Many,
}

impl Common {
    /// The list that comes with the program, `knowledge/common.txt.zst`.
    ///
    /// # Panics
    ///
    /// Never: a test reads the file.
    pub fn embedded() -> Self {
        let packed = include_bytes!("../../../knowledge/common.txt.zst");
        let text = zstd::decode_all(&packed[..]).expect("the list is unpacked by a test");
        let text = String::from_utf8(text).expect("the list is read by a test");
        Self::parse(&text).expect("the list is read by a test")
    }

    /// Reads a list: a line is `many` or `cloud` with an address or a network, or `host` with a name. Empty lines and lines that
    /// begin with `#` are passed over.
    ///
    /// # Errors
    /// The first line that is neither.
    pub fn parse(text: &str) -> Result<Self, CommonFault> {
        let mut common = Self::default();
        for (at, line) in text.lines().enumerate() {
            let fault = |what| CommonFault { line: at + 1, what };
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (word, value) = line
                .split_once([' ', '\t'])
                .ok_or(fault("a word and a value are expected"))?;
            match word {
                "many" => common.many.push(network(value).map_err(fault)?),
                "cloud" => common.cloud.push(network(value).map_err(fault)?),
                "host" => {
                    common.hosts.insert(value.to_ascii_lowercase().into());
                }
                _ => return Err(fault("the word is none of many, cloud and host")),
            }
        }
        common.many = merged(common.many);
        common.cloud = merged(common.cloud);
        Ok(common)
    }

    /// What is known of a value.
    pub fn of(&self, pivot: &Pivot) -> Commonness {
        match pivot.kind {
            PivotKind::Address => {
                let Ok(address) = pivot.value.parse::<IpAddr>() else {
                    return Commonness::Unlisted;
                };
                self.address(address)
            }
            PivotKind::NameServer
            | PivotKind::MailExchanger
            | PivotKind::ZoneMailbox
            | PivotKind::FormTarget => self.host(&pivot.value),
            PivotKind::NameServers => {
                let mut servers = pivot.value.split(' ');
                if servers.all(|server| self.host(server) == Commonness::Many) {
                    Commonness::Many
                } else {
                    Commonness::Unlisted
                }
            }
            _ => Commonness::Unlisted,
        }
    }

    fn address(&self, address: IpAddr) -> Commonness {
        let number = number(address);
        if holds(&self.many, number) {
            Commonness::Many
        } else if holds(&self.cloud, number) {
            Commonness::Cloud
        } else {
            Commonness::Unlisted
        }
    }

    /// A host, the host of a mailbox or of a URL, or a domain above it.
    fn host(&self, value: &str) -> Commonness {
        let value = value.split_once("://").map_or(value, |(_, rest)| rest);
        let value = value.split('/').next().unwrap_or(value);
        let mut name = value.rsplit('@').next().unwrap_or(value);
        loop {
            if self.hosts.contains(name) {
                return Commonness::Many;
            }
            match name.split_once('.') {
                Some((_, parent)) => name = parent,
                None => return Commonness::Unlisted,
            }
        }
    }
}

/// All addresses in one row of numbers: IPv4 as mapped into IPv6 (RFC 4291 §2.5.5.2).
fn number(address: IpAddr) -> u128 {
    let address = match address {
        IpAddr::V4(address) => address.to_ipv6_mapped(),
        IpAddr::V6(address) => address,
    };
    address.to_bits()
}

fn network(text: &str) -> Result<(u128, u128), &'static str> {
    let (address, length) = text.split_once('/').unwrap_or((text, ""));
    let address: IpAddr = address.parse().map_err(|_| "no address")?;
    let full: u32 = if address.is_ipv4() { 32 } else { 128 };
    let length = match length {
        "" => full,
        length => length.parse().map_err(|_| "no length of a network")?,
    };
    let free = full
        .checked_sub(length)
        .ok_or("a network longer than its addresses")?;
    let rest = u128::MAX.checked_shr(128 - free).unwrap_or(0);
    let first = number(address) & !rest;
    Ok((first, first | rest))
}

fn merged(mut ranges: Vec<(u128, u128)>) -> Vec<(u128, u128)> {
    ranges.sort_unstable();
    let mut merged: Vec<(u128, u128)> = Vec::with_capacity(ranges.len());
    for (first, last) in ranges {
        match merged.last_mut() {
            Some(before) if first <= before.1 => before.1 = before.1.max(last),
            _ => merged.push((first, last)),
        }
    }
    merged
}

fn holds(ranges: &[(u128, u128)], number: u128) -> bool {
    let after = ranges.partition_point(|range| range.0 <= number);
    after > 0 && number <= ranges[after - 1].1
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "# what many use\nmany 203.0.113.0/24\nmany 203.0.113.128/25\ncloud 198.51.100.0/22\n\
                        many 2001:db8:1::/48\nhost parking.example\n";

    fn check(kind: PivotKind, value: &str, expected: Commonness) {
        let common = Common::parse(LIST).expect("a list");
        let value = value.to_owned();
        let pivot = Pivot { kind, value };
        assert_eq!(common.of(&pivot), expected, "{pivot:?}");
    }

    #[test]
    fn networks_hold_their_addresses() {
        check(PivotKind::Address, "203.0.113.0", Commonness::Many);
        check(PivotKind::Address, "203.0.113.255", Commonness::Many);
        check(PivotKind::Address, "203.0.114.0", Commonness::Unlisted);
        check(PivotKind::Address, "203.0.112.255", Commonness::Unlisted);
        check(PivotKind::Address, "198.51.103.255", Commonness::Cloud);
        check(PivotKind::Address, "2001:db8:1:ffff::1", Commonness::Many);
        check(PivotKind::Address, "2001:db8:2::1", Commonness::Unlisted);
        check(PivotKind::Address, "no address", Commonness::Unlisted);
    }

    #[test]
    fn hosts_hold_what_is_below_them() {
        check(
            PivotKind::NameServer,
            "ns1.parking.example",
            Commonness::Many,
        );
        check(
            PivotKind::NameServer,
            "notparking.example",
            Commonness::Unlisted,
        );
        check(
            PivotKind::ZoneMailbox,
            "root@parking.example",
            Commonness::Many,
        );
        check(
            PivotKind::FormTarget,
            "https://www.parking.example/a",
            Commonness::Many,
        );
        check(
            PivotKind::NameServers,
            "ns1.parking.example ns2.parking.example",
            Commonness::Many,
        );
        check(
            PivotKind::NameServers,
            "ns1.parking.example ns1.rare.example",
            Commonness::Unlisted,
        );
    }

    #[test]
    fn the_list_of_the_program_is_read() {
        let common = Common::embedded();
        let of = |kind, value: &str| {
            let value = value.to_owned();
            common.of(&Pivot { kind, value })
        };
        // Cloudflare, Amazon, and a service that parks domains.
        assert_eq!(of(PivotKind::Address, "104.16.0.1"), Commonness::Many);
        assert_eq!(of(PivotKind::Address, "3.5.140.1"), Commonness::Cloud);
        assert_eq!(
            of(PivotKind::NameServer, "ns1.sedoparking.com"),
            Commonness::Many
        );
    }

    #[test]
    fn a_wrong_line_is_told() {
        for text in ["many", "many 1.2.3", "many 1.2.3.4/33", "few 1.2.3.4"] {
            assert!(Common::parse(text).is_err(), "{text}");
        }
    }
}
