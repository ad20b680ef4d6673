//! Which addresses may be called.
//!
//! Names and addresses in certificates, logs and lists are written by strangers. Without this guard a stranger could
//! have us call what only we can reach: the router, the neighbour's database, the keys that a cloud hands out at a
//! fixed address.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

mod own;

/// Who said that this endpoint should be called.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Trust {
    /// The operator, in the configuration: any address may be called, also one of the own network.
    Configured,
    /// Data that came from outside: only addresses of the public internet may be called.
    FromData,
}

/// Tells addresses and names of the public internet from all others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Guard {
    danger_loopback: bool,
}

impl Guard {
    /// `danger_loopback` lets data lead to this machine itself (127.0.0.0/8 and `localhost`, not `::1`). It is for
    /// tests against servers on loopback, never for use.
    pub fn new(danger_loopback: bool) -> Self {
        Guard { danger_loopback }
    }

    /// Refuses an address that is not of the public internet, also where it is wrapped in an IPv6 address, and an
    /// address that this machine has.
    pub fn check(self, address: IpAddr) -> Result<(), Refusal> {
        match address {
            IpAddr::V4(v4) if self.danger_loopback && v4.is_loopback() => return Ok(()),
            IpAddr::V4(v4) => check_v4(v4)?,
            IpAddr::V6(v6) => check_v6(v6)?,
        }
        if own::is_own(address) {
            return Err(Refusal {
                what: "an address of this machine",
                by: "its interfaces",
            });
        }
        Ok(())
    }

    /// Refuses a host name that by its form is of the own network, whatever it resolves to: one without a dot, or one
    /// under a suffix that is set apart for such use. `host` is in lower case; a dot at its end makes no difference.
    ///
    /// The addresses still have to be checked. Only behind a proxy that resolves by itself this is all there is.
    pub fn check_name(self, host: &str) -> Result<(), Refusal> {
        let host = host.strip_suffix('.').unwrap_or(host);
        let under = |suffix: &str| {
            host.strip_suffix(suffix)
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        if self.danger_loopback && under("localhost") {
            return Ok(());
        }
        if let Some(&(_, what, by)) = LOCAL_SUFFIXES.iter().find(|(suffix, ..)| under(suffix)) {
            return Err(Refusal { what, by });
        }
        if !host.contains('.') {
            return Err(Refusal {
                what: "a name without a dot",
                by: "RFC 7085",
            });
        }
        Ok(())
    }
}

/// Why an address or a name is not called.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{what} ({by})")]
pub struct Refusal {
    /// What it is, such as `a private address`.
    pub what: &'static str,
    /// The document that says so.
    pub by: &'static str,
}

fn check_v4(address: Ipv4Addr) -> Result<(), Refusal> {
    let found = V4.iter().find(|(network, length, ..)| {
        (address.to_bits() ^ network.to_bits()) >> (u32::BITS - length) == 0
    });
    match found {
        Some(&(_, _, what, by)) => Err(Refusal { what, by }),
        None => Ok(()),
    }
}

fn check_v6(address: Ipv6Addr) -> Result<(), Refusal> {
    let bits = address.to_bits();
    let found = V6
        .iter()
        .find(|(network, length, ..)| (bits ^ network.to_bits()) >> (u128::BITS - length) == 0);
    match found {
        Some(&(_, _, what, by, Wrapped::Nothing)) => Err(Refusal { what, by }),
        Some(&(.., Wrapped::In(places))) => places
            .iter()
            .try_for_each(|inner| check_v4(Ipv4Addr::from_bits(inner(bits)))),
        None => Ok(()),
    }
}

/// Whether the addresses of a range have IPv4 addresses in them, which decide.
#[derive(Clone, Copy)]
enum Wrapped {
    Nothing,
    In(&'static [fn(u128) -> u32]),
}

type RangeV4 = (Ipv4Addr, u32, &'static str, &'static str);
type RangeV6 = (Ipv6Addr, u32, &'static str, &'static str, Wrapped);

/// Special-purpose ranges by the registry of RFC 6890 that are not for the public, and one address of a cloud.
#[rustfmt::skip]
const V4: &[RangeV4] = &[
    v4([0, 0, 0, 0], 8, "an address of this network", "RFC 791 §3.2"),
    v4([10, 0, 0, 0], 8, "a private address", "RFC 1918 §3"),
    v4([100, 64, 0, 0], 10, "an address behind a carrier's translator", "RFC 6598"),
    v4([127, 0, 0, 0], 8, "a loopback address", "RFC 1122 §3.2.1.3"),
    v4([168, 63, 129, 16], 32, "the metadata service of a cloud", "Azure, WireServer"),
    // With 169.254.169.254, the metadata service of most clouds.
    v4([169, 254, 0, 0], 16, "a link-local address", "RFC 3927 §2.1"),
    v4([172, 16, 0, 0], 12, "a private address", "RFC 1918 §3"),
    v4([192, 0, 0, 0], 24, "an address for protocols", "RFC 6890 §2.1"),
    v4([192, 0, 2, 0], 24, "an address for documentation", "RFC 5737 §3"),
    v4([192, 88, 99, 0], 24, "a relay that is no more", "RFC 7526"),
    v4([192, 168, 0, 0], 16, "a private address", "RFC 1918 §3"),
    v4([198, 18, 0, 0], 15, "an address for benchmarks", "RFC 2544"),
    v4([198, 51, 100, 0], 24, "an address for documentation", "RFC 5737 §3"),
    v4([203, 0, 113, 0], 24, "an address for documentation", "RFC 5737 §3"),
    v4([224, 0, 0, 0], 4, "a multicast address", "RFC 5771"),
    v4([255, 255, 255, 255], 32, "the broadcast address", "RFC 919 §7"),
    v4([240, 0, 0, 0], 4, "a reserved address", "RFC 1112 §4"),
];

/// As [`V4`]; the first range that holds the address decides. What is outside of `2000::/3` was never given out.
#[rustfmt::skip]
const V6: &[RangeV6] = &[
    v6([0, 0, 0, 0, 0, 0, 0, 0], 128, "the unspecified address", "RFC 4291 §2.5.2"),
    v6([0, 0, 0, 0, 0, 0, 0, 1], 128, "a loopback address", "RFC 4291 §2.5.3"),
    v6([0, 0, 0, 0, 0, 0, 0, 0], 96, "an IPv4-compatible address", "RFC 4291 §2.5.5.1"),
    v6([0, 0, 0, 0, 0, 0xffff, 0, 0], 96, "an IPv4-mapped address", "RFC 4291 §2.5.5.2"),
    wrapped([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96, "RFC 6052 §2.1", &[|bits| bits as u32]),
    v6([0x64, 0xff9b, 1, 0, 0, 0, 0, 0], 48, "an address of a translator", "RFC 8215"),
    v6([0x100, 0, 0, 0, 0, 0, 0, 0], 64, "a discard address", "RFC 6666"),
    v6([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7, "a unique local address", "RFC 4193 §3.1"),
    v6([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10, "a link-local address", "RFC 4291 §2.5.6"),
    v6([0xfec0, 0, 0, 0, 0, 0, 0, 0], 10, "a site-local address", "RFC 3879 §4"),
    v6([0xff00, 0, 0, 0, 0, 0, 0, 0], 8, "a multicast address", "RFC 4291 §2.7"),
    v6([0, 0, 0, 0, 0, 0, 0, 0], 3, "an unallocated address", "RFC 3587 §3"),
    v6([0x4000, 0, 0, 0, 0, 0, 0, 0], 2, "an unallocated address", "RFC 3587 §3"),
    v6([0x8000, 0, 0, 0, 0, 0, 0, 0], 1, "an unallocated address", "RFC 3587 §3"),
    // Teredo: the server, and the client behind it with all bits turned.
    wrapped([0x2001, 0, 0, 0, 0, 0, 0, 0], 32, "RFC 4380 §4", &[|bits| (bits >> 64) as u32, |bits| !(bits as u32)]),
    v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23, "an address for protocols", "RFC 2928"),
    v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32, "an address for documentation", "RFC 3849 §2"),
    wrapped([0x2002, 0, 0, 0, 0, 0, 0, 0], 16, "RFC 3056 §2", &[|bits| (bits >> 80) as u32]),
    v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20, "an address for documentation", "RFC 9637"),
];

/// Suffixes of names that no public server has. `metadata.google.internal` is one of them.
#[rustfmt::skip]
const LOCAL_SUFFIXES: &[(&str, &str, &str)] = &[
    ("localhost", "a name of this machine", "RFC 6761 §6.3"),
    ("local", "a name of the own network", "RFC 6762 §3"),
    ("home.arpa", "a name of the own network", "RFC 8375"),
    ("internal", "a name of the own network", "ICANN resolution 2024.07.29.06"),
    ("onion", "a name that DNS does not know", "RFC 7686 §2"),
];

const fn v4(octets: [u8; 4], length: u32, what: &'static str, by: &'static str) -> RangeV4 {
    (Ipv4Addr::from_octets(octets), length, what, by)
}

const fn v6(segments: [u16; 8], length: u32, what: &'static str, by: &'static str) -> RangeV6 {
    (
        Ipv6Addr::from_segments(segments),
        length,
        what,
        by,
        Wrapped::Nothing,
    )
}

const fn wrapped(
    segments: [u16; 8],
    length: u32,
    by: &'static str,
    places: &'static [fn(u128) -> u32],
) -> RangeV6 {
    let (network, length, what, by, _) = v6(segments, length, "an address with another in it", by);
    (network, length, what, by, Wrapped::In(places))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(address: &str, expected: &str) {
        let address: IpAddr = address.parse().expect("the test names an address");
        let told = match Guard::new(false).check(address) {
            Ok(()) => "public".to_owned(),
            Err(refusal) => refusal.to_string(),
        };
        assert_eq!(told, expected, "{address}");
    }

    #[test]
    fn first_and_last_address_of_each_range_and_their_neighbours() {
        for (network, length, what, by) in V4 {
            let last = network.to_bits() | u32::MAX.checked_shr(*length).unwrap_or(0);
            let refusal = format!("{what} ({by})");
            check(&network.to_string(), &refusal);
            if *network != Ipv4Addr::new(240, 0, 0, 0) {
                check(&Ipv4Addr::from_bits(last).to_string(), &refusal);
            }
        }
        check("9.255.255.255", "public");
        check("11.0.0.0", "public");
        check("100.63.255.255", "public");
        check("100.128.0.0", "public");
        check("126.255.255.255", "public");
        check("168.63.129.17", "public");
        check("169.253.255.255", "public");
        check("172.32.0.0", "public");
        check("192.0.1.0", "public");
        check("192.169.0.0", "public");
        check("198.20.0.0", "public");
        check("223.255.255.255", "public");
        check("255.255.255.255", "the broadcast address (RFC 919 §7)");
    }

    #[test]
    fn clouds_keep_their_keys() {
        check("169.254.169.254", "a link-local address (RFC 3927 §2.1)");
        check(
            "100.100.100.200",
            "an address behind a carrier's translator (RFC 6598)",
        );
        check("fd00:ec2::254", "a unique local address (RFC 4193 §3.1)");
        check("192.0.0.192", "an address for protocols (RFC 6890 §2.1)");
    }

    #[test]
    fn ranges_of_ipv6() {
        check("::", "the unspecified address (RFC 4291 §2.5.2)");
        check("::1", "a loopback address (RFC 4291 §2.5.3)");
        check(
            "::8.8.8.8",
            "an IPv4-compatible address (RFC 4291 §2.5.5.1)",
        );
        check(
            "::ffff:8.8.8.8",
            "an IPv4-mapped address (RFC 4291 §2.5.5.2)",
        );
        check(
            "64:ff9b:1::808:808",
            "an address of a translator (RFC 8215)",
        );
        check("100::1", "a discard address (RFC 6666)");
        check("1fff:ffff::1", "an unallocated address (RFC 3587 §3)");
        check("2000::", "public");
        check("2001:1::1", "an address for protocols (RFC 2928)");
        check("2001:200::1", "public");
        check("2001:db8::1", "an address for documentation (RFC 3849 §2)");
        check("2606:4700::1111", "public");
        check("3fff:fff::1", "an address for documentation (RFC 9637)");
        check("3fff:1000::1", "public");
        check("5f00::1", "an unallocated address (RFC 3587 §3)");
        check("fdff::1", "a unique local address (RFC 4193 §3.1)");
        check("febf::1", "a link-local address (RFC 4291 §2.5.6)");
        check("fec0::1", "a site-local address (RFC 3879 §4)");
        check("ff02::1", "a multicast address (RFC 4291 §2.7)");
    }

    #[test]
    fn addresses_inside_others() {
        check("64:ff9b::8.8.8.8", "public");
        check("64:ff9b::10.0.0.1", "a private address (RFC 1918 §3)");
        check("2002:808:808::1", "public");
        check("2002:a9fe:a9fe::1", "a link-local address (RFC 3927 §2.1)");
        // The server is 8.8.8.8; the client is 8.8.4.4, then 127.0.0.1.
        check("2001:0:808:808:0:0:f7f7:fbfb", "public");
        check(
            "2001:0:808:808:0:0:80ff:fffe",
            "a loopback address (RFC 1122 §3.2.1.3)",
        );
        check(
            "2001:0:a00:1:0:0:f7f7:fbfb",
            "a private address (RFC 1918 §3)",
        );
    }

    proptest! {
        #[test]
        fn wrapping_changes_nothing(bits: u32) {
            let guard = Guard::new(false);
            let plain = guard.check(Ipv4Addr::from_bits(bits).into());
            let (high, low) = ((bits >> 16) as u16, bits as u16);
            let nat64 = Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low);
            let six_to_four = Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1);
            let teredo = Ipv6Addr::new(0x2001, 0, 0x808, 0x808, 0, 0, !high, !low);
            for wrapped in [nat64, six_to_four, teredo] {
                prop_assert_eq!(guard.check(wrapped.into()), plain);
            }
        }

        #[test]
        fn std_agrees_where_it_knows(bits: u32) {
            let address = Ipv4Addr::from_bits(bits);
            let known = address.is_private()
                || address.is_loopback()
                || address.is_link_local()
                || address.is_multicast()
                || address.is_broadcast()
                || address.is_documentation()
                || address.is_unspecified();
            prop_assert!(!known || Guard::new(false).check(address.into()).is_err());
        }
    }

    #[test]
    fn loopback_is_open_to_tests_only_when_told() {
        let open = Guard::new(true);
        for address in ["127.0.0.1", "127.8.8.8"] {
            let address = address.parse().expect("an address");
            assert_eq!(open.check(address), Ok(()));
            assert!(Guard::new(false).check(address).is_err());
        }
        for address in ["10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1"] {
            assert!(open.check(address.parse().expect("an address")).is_err());
        }
        assert_eq!(open.check_name("localhost"), Ok(()));
        assert!(open.check_name("printer.local").is_err());
    }

    #[test]
    fn names_of_the_own_network() {
        let guard = Guard::new(false);
        for name in [
            "localhost",
            "a.localhost.",
            "printer.local",
            "home.arpa",
            "metadata.google.internal",
            "intranet",
            "",
            ".",
        ] {
            assert!(guard.check_name(name).is_err(), "{name}");
        }
        for name in ["ct.example", "notlocal.example", "mylocal.mx.", "a.b"] {
            assert_eq!(guard.check_name(name), Ok(()), "{name}");
        }
    }
}
