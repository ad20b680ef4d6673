//! What the DNS says of a name.

use std::net::IpAddr;

use names::DomainName;

use crate::probed::Probed;

/// Answers about a name and its registrable domain, set by set. Sets are sorted, so that equal facts are equal.
#[derive(Clone, PartialEq, Debug)]
pub struct DnsFacts {
    /// The name servers of the registrable domain. Answered: it is delegated.
    pub ns: Probed<Vec<DomainName>>,
    /// The start of authority of the registrable domain.
    pub soa: Probed<Soa>,
    /// The addresses of the name, IPv4 and IPv6, each with whose it is.
    pub addresses: Probed<Vec<Address>>,
    /// The aliases on the way to the addresses, in order.
    pub aliases: Vec<DomainName>,
    /// The mail exchangers of the name, the preferred first. A null MX (RFC 7505) is `Absent(NoService)`.
    pub mx: Probed<Vec<Mx>>,
    /// The TXT records of the name.
    pub txt: Probed<Vec<String>>,
    /// The SPF policy among them (RFC 7208 §4.5).
    pub spf: Option<String>,
    /// The DMARC policy of the registrable domain (RFC 7489 §6.6.3).
    pub dmarc: Probed<String>,
    /// Which authorities may issue (RFC 8659).
    pub caa: Probed<Vec<Caa>>,
    /// Whether names that nobody set up have addresses, too.
    pub wildcard: Probed<bool>,
    /// Records that were left out, one line each: what they hold is no name, or there were too many.
    pub notes: Vec<String>,
}

/// A start of authority (RFC 1035 §3.3.13).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Soa {
    /// The first name server, in presentation form; the root (`.`) where there is none.
    pub mname: String,
    /// The mailbox of who is responsible, as a name: its first label is the local part.
    pub rname: String,
    /// The serial number of the zone.
    pub serial: u32,
}

/// A mail exchanger (RFC 5321 §5.1).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Mx {
    /// Lower is preferred.
    pub preference: u16,
    /// The host that takes mail.
    pub exchange: DomainName,
}

/// An authorisation of certification authorities (RFC 8659 §4.1).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Caa {
    /// `issue`, `issuewild`, `iodef` or another property.
    pub tag: String,
    /// Its value, unescaped.
    pub value: String,
}

/// An address, and whose it is.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Address {
    /// The address.
    pub ip: IpAddr,
    /// The network that announces it; none where no table is at hand or the table does not know.
    pub network: Option<Network>,
}

/// A network that announces addresses (an autonomous system, RFC 1930).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Network {
    /// The number of the autonomous system.
    pub asn: u32,
    /// The country by ISO 3166-1 alpha-2, empty where unknown.
    pub country: String,
    /// Who runs it, as the table says.
    pub name: String,
}
