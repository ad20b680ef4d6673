//! Whom the system asks.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// The port of DNS (RFC 1035 §4.2).
const PORT: u16 = 53;

/// The servers in `/etc/resolv.conf`, at most so many; the one on this machine where there are none, as the system
/// would do (resolv.conf(5)).
pub(super) fn servers(most: usize) -> Vec<SocketAddr> {
    let text = std::fs::read_to_string("/etc/resolv.conf").unwrap_or_default();
    read(&text, most)
}

fn read(text: &str, most: usize) -> Vec<SocketAddr> {
    let mut found: Vec<SocketAddr> = text
        .lines()
        .filter_map(|line| {
            let mut words = line.split_ascii_whitespace();
            let address = (words.next() == Some("nameserver")).then(|| words.next())??;
            Some(SocketAddr::new(address.parse().ok()?, PORT))
        })
        .take(most)
        .collect();
    if found.is_empty() {
        found.push(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), PORT));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::read;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let found: Vec<_> = read(text, 2).iter().map(ToString::to_string).collect();
        assert_eq!(found.join(" "), expected);
    }

    #[test]
    fn servers_of_a_file() {
        check("", "127.0.0.1:53");
        check(
            "# nameserver 9.9.9.9\nsearch example\nnameserver 192.0.2.1 # ours\n nameserver\t2001:db8::1\n\
             nameserver 192.0.2.2\n",
            "192.0.2.1:53 [2001:db8::1]:53",
        );
        check(
            "nameserver\nnameserver fe80::1%eth0\nnameserver 192.0.2.2",
            "192.0.2.2:53",
        );
    }
}
