//! Traits that domains may share, and that one can go from one domain to the next by.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

/// A kind of trait.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum PivotKind {
    /// The registrant's mailbox.
    RegistrantEmail,
    /// The registrant's name.
    RegistrantName,
    /// The registrant's organisation.
    RegistrantOrganisation,
    /// The registrant's telephone.
    RegistrantPhone,
    /// The registrant's postal address.
    RegistrantAddress,
    /// The registrar, and the minute of the registration.
    RegistrationMinute,
    /// The registrar, and the day of the registration: a burst.
    RegistrationDay,
    /// All name servers together.
    NameServers,
    /// One name server.
    NameServer,
    /// The mailbox of who is responsible for the zone (SOA).
    ZoneMailbox,
    /// An address.
    Address,
    /// The network of 256 IPv4 addresses around it (/24).
    Network24,
    /// The IPv6 network of a site around it (/48).
    Network48,
    /// The autonomous system that announces the address.
    Asn,
    /// A mail exchanger.
    MailExchanger,
    /// The public key of the served certificate (SHA-256).
    PublicKey,
    /// One certificate that speaks for several domains (SHA-256).
    Certificate,
    /// Who issued the certificate, and for how long.
    Issuance,
    /// The body of the page (SHA-256).
    PageBody,
    /// The favicon (`MurmurHash3`).
    Favicon,
    /// The title of the page.
    Title,
    /// An id of analytics or tags.
    Tracker,
    /// Where a form that asks for credentials posts to.
    FormTarget,
    /// How the name is made: lures, separators, suffix, around whose name.
    Naming,
}

/// What kinds bear witness to one and the same thing: of one family, only the strongest counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum PivotFamily {
    /// Who registered.
    Registrant,
    /// Where and when it was registered.
    Registration,
    /// Who answers for the name in the DNS.
    Zone,
    /// Where it is hosted.
    Hosting,
    /// Where its mail goes.
    Mail,
    /// Its certificate.
    Certificate,
    /// What it shows.
    Page,
    /// What it is called.
    Naming,
}

/// Every kind with its id, its family, and its words for people.
#[rustfmt::skip]
const KINDS: [(PivotKind, &str, PivotFamily, &str); 24] = {
    use PivotFamily as F;
    use PivotKind as K;
    [
        (K::RegistrantEmail, "registrant-email", F::Registrant, "registrant's mailbox"),
        (K::RegistrantName, "registrant-name", F::Registrant, "registrant's name"),
        (K::RegistrantOrganisation, "registrant-organisation", F::Registrant, "registrant's organisation"),
        (K::RegistrantPhone, "registrant-phone", F::Registrant, "registrant's telephone"),
        (K::RegistrantAddress, "registrant-address", F::Registrant, "registrant's postal address"),
        (K::RegistrationMinute, "registration-minute", F::Registration, "registrar and minute of registration"),
        (K::RegistrationDay, "registration-day", F::Registration, "registrar and day of registration"),
        (K::NameServers, "name-servers", F::Zone, "set of name servers"),
        (K::NameServer, "name-server", F::Zone, "name server"),
        (K::ZoneMailbox, "zone-mailbox", F::Zone, "mailbox of the zone"),
        (K::Address, "address", F::Hosting, "address"),
        (K::Network24, "network-24", F::Hosting, "network (/24)"),
        (K::Network48, "network-48", F::Hosting, "network (/48)"),
        (K::Asn, "asn", F::Hosting, "autonomous system"),
        (K::MailExchanger, "mail-exchanger", F::Mail, "mail exchanger"),
        (K::PublicKey, "public-key", F::Certificate, "public key"),
        (K::Certificate, "certificate", F::Certificate, "certificate for several domains"),
        (K::Issuance, "issuance", F::Certificate, "issuer and length of the certificate"),
        (K::PageBody, "page-body", F::Page, "page, byte for byte"),
        (K::Favicon, "favicon", F::Page, "favicon"),
        (K::Title, "title", F::Page, "title of the page"),
        (K::Tracker, "tracker", F::Page, "id of analytics"),
        (K::FormTarget, "form-target", F::Page, "target of the form"),
        (K::Naming, "naming", F::Naming, "way of naming"),
    ]
};

impl PivotKind {
    /// All kinds, the most personal first.
    pub fn all() -> impl Iterator<Item = Self> {
        KINDS.iter().map(|row| row.0)
    }

    fn row(self) -> &'static (Self, &'static str, PivotFamily, &'static str) {
        &KINDS[self as usize]
    }

    /// Its id: `registrant-email`, `name-server`, ….
    pub fn as_str(self) -> &'static str {
        self.row().1
    }

    /// Its family.
    pub fn family(self) -> PivotFamily {
        self.row().2
    }

    /// Words for people, to follow "the same".
    pub fn says(self) -> &'static str {
        self.row().3
    }

    /// Whether its values are data on a person, to be kept from readers who need not know.
    pub fn is_personal(self) -> bool {
        self.family() == PivotFamily::Registrant
    }
}

impl fmt::Display for PivotKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that names no kind of pivot.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("no kind of pivot has this name")]
pub struct PivotFault;

impl FromStr for PivotKind {
    type Err = PivotFault;

    fn from_str(text: &str) -> Result<Self, PivotFault> {
        let row = KINDS.iter().find(|row| row.1 == text);
        row.map(|row| row.0).ok_or(PivotFault)
    }
}

/// A trait with its value, in the form by which two are compared. Hostile: it comes from outside.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Pivot {
    /// What kind.
    pub kind: PivotKind,
    /// The value, normalised; at most 256 characters.
    pub value: String,
}

/// That a domain has, or had, a trait.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fact {
    /// Which.
    pub pivot: Pivot,
    /// Since when, as far as known: the day of registration for what was registered, else when it was first seen.
    pub first: Timestamp,
    /// Until when it was seen.
    pub last: Timestamp,
    /// Whether it is what somebody published, rather than what was seen.
    pub claimed: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_stands_at_its_place() {
        for (at, kind) in PivotKind::all().enumerate() {
            assert_eq!(kind as usize, at, "{kind}");
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
        assert_eq!("nothing".parse::<PivotKind>(), Err(PivotFault));
    }
}
