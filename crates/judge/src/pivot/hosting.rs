//! Where it is hosted: its addresses, and what is around them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use model::PivotKind;
use model::dossier::DnsFacts;

use super::{Found, pivot};

pub(super) fn read(dns: &DnsFacts, found: &mut Found) {
    for address in dns.addresses.answer().into_iter().flatten() {
        // Loopback and the like are where names are sent that lead nowhere.
        let Some(pivot) = pivot(PivotKind::Address, &address.ip.to_string()) else {
            continue;
        };
        found.seen(PivotKind::Address, &pivot.value);
        let (kind, around) = around(address.ip);
        found.seen(kind, &around);
        if let Some(network) = &address.network {
            found.seen(PivotKind::Asn, &network.asn.to_string());
        }
    }
}

fn around(address: IpAddr) -> (PivotKind, String) {
    match address {
        IpAddr::V4(address) => {
            let network = Ipv4Addr::from_bits(address.to_bits() & !0xff);
            (PivotKind::Network24, format!("{network}/24"))
        }
        IpAddr::V6(address) => {
            let network = Ipv6Addr::from_bits(address.to_bits() & !(u128::MAX >> 48));
            (PivotKind::Network48, format!("{network}/48"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_end_in_zeroes() {
        let around = |text: &str| around(text.parse().expect("an address")).1;
        assert_eq!(around("192.0.2.77"), "192.0.2.0/24");
        assert_eq!(around("2001:db8:1:2::3"), "2001:db8:1::/48");
    }
}
