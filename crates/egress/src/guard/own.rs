//! Whether an address is one of this machine.

use std::net::{IpAddr, Ipv4Addr, UdpSocket};
use std::sync::OnceLock;

/// An address that no machine has (RFC 5737 §3).
const NOBODYS: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

/// Whether an interface of this machine has the address now. Nothing is sent: the system lets nobody bind to an
/// address that it has not.
///
/// Where the system is set to let programs bind to any (`ip_nonlocal_bind`), this cannot be told, and the answer is no.
pub(super) fn is_own(address: IpAddr) -> bool {
    static TELLS: OnceLock<bool> = OnceLock::new();
    *TELLS.get_or_init(|| !binds(NOBODYS)) && binds(address)
}

#[expect(
    clippy::disallowed_methods,
    reason = "egress is the only door; nothing goes through this one"
)]
fn binds(address: IpAddr) -> bool {
    UdpSocket::bind((address, 0)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_addresses_are_told_from_others() {
        assert!(is_own(Ipv4Addr::LOCALHOST.into()));
        assert!(is_own("127.1.2.3".parse().expect("an address")));
        for address in ["192.0.2.1", "198.51.100.7", "9.9.9.9", "2001:db8::1"] {
            assert!(!is_own(address.parse().expect("an address")), "{address}");
        }
    }
}
