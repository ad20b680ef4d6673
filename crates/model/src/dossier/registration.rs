//! What a registry or registrar says of a registrable domain.

use jiff::Timestamp;
use names::DomainName;

/// The registration of a domain, as far as it was said. What was not said is `None` or empty; what was kept back is in
/// [`redacted`](Registration::redacted).
#[derive(Clone, PartialEq, Debug)]
pub struct Registration {
    /// By which protocol it was said.
    pub via: RegistrationSource,
    /// The registrar.
    pub registrar: Option<Registrar>,
    /// When the domain was registered.
    pub created: Option<Timestamp>,
    /// When the registration was last changed.
    pub changed: Option<Timestamp>,
    /// When it ends.
    pub expires: Option<Timestamp>,
    /// Events of other kinds, such as a transfer.
    pub events: Vec<Event>,
    /// The states, as EPP names them (RFC 5731 §2.3, RFC 8056), sorted.
    pub statuses: Vec<DomainStatus>,
    /// The contacts.
    pub contacts: Vec<Contact>,
    /// The name servers that the registry delegates to, sorted.
    pub name_servers: Vec<DomainName>,
    /// Whether the delegation is signed (DNSSEC).
    pub signed: Option<bool>,
    /// What was kept back (RFC 9537, or words that say so), by the name of the field.
    pub redacted: Vec<String>,
    /// Whether a privacy service stands in for the registrant.
    pub privacy: bool,
    /// Oddities that were read over, one line each.
    pub notes: Vec<String>,
}

/// The protocol that registration data came by.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum RegistrationSource {
    /// RFC 9082, RFC 9083.
    Rdap,
    /// RFC 3912.
    Whois,
    /// A publication: a claim, dated and sourced, not an answer of a registry.
    Published,
}

impl Registration {
    /// A registration of which nothing was said yet.
    pub fn new(via: RegistrationSource) -> Self {
        Registration {
            via,
            registrar: None,
            created: None,
            changed: None,
            expires: None,
            events: Vec::new(),
            statuses: Vec::new(),
            contacts: Vec::new(),
            name_servers: Vec::new(),
            signed: None,
            redacted: Vec::new(),
            privacy: false,
            notes: Vec::new(),
        }
    }
}

/// The registrar of a domain.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Registrar {
    /// Its name.
    pub name: String,
    /// Its number with IANA, if it was said.
    pub iana_id: Option<u32>,
    /// Where to report abuse.
    pub abuse_email: Option<String>,
    /// Where to call about abuse.
    pub abuse_phone: Option<String>,
}

/// Something that happened to a registration (RFC 9083 §4.5).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Event {
    /// What, in the words of IANA's registry of RDAP values.
    pub action: String,
    /// When.
    pub at: Timestamp,
}

/// The state of a domain. EPP's words and RDAP's are one: `clientHold` and `client hold`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum DomainStatus {
    /// `ok`, `active`.
    Active,
    /// `inactive`: no delegation.
    Inactive,
    /// `clientHold`: taken out of the DNS by the registrar.
    ClientHold,
    /// `serverHold`: taken out of the DNS by the registry.
    ServerHold,
    /// `redemptionPeriod`, `pendingRestore`: deleted, and may be had back.
    Redemption,
    /// `pendingDelete`.
    PendingDelete,
    /// `addPeriod`: just registered, and may be given back.
    AddPeriod,
    /// Locked against transfer, update or deletion by registrar or registry.
    Locked(String),
    /// Not given out.
    Reserved,
    /// Any other, as it was said, at most 64 characters.
    Other(String),
}

impl DomainStatus {
    /// The state that a word means, in any spelling: `clientHold`, `client hold`, `CLIENT_HOLD`.
    pub fn of(word: &str) -> Self {
        let folded: String = word
            .chars()
            .filter(|letter| letter.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .take(64)
            .collect();
        let said = || word.trim().chars().take(64).collect();
        match folded.as_str() {
            "ok"
            | "active"
            | "notavailable"
            | "connect"
            | "connected"
            | "registered"
            | "delegated"
            | "published"
            | "paidandinzone"
            | "registereduntilexpirydate"
            | "200active" => Self::Active,
            "inactive" | "notdelegated" | "failed" => Self::Inactive,
            "clienthold" => Self::ClientHold,
            "serverhold" => Self::ServerHold,
            "redemption"
            | "redemptionperiod"
            | "redemptionnoprovider"
            | "pendingrestore"
            | "quarantine"
            | "inquarantine" => Self::Redemption,
            "pendingdelete" => Self::PendingDelete,
            "addperiod" => Self::AddPeriod,
            "reserved" => Self::Reserved,
            "locked" => Self::Locked(said()),
            other if other.ends_with("prohibited") => Self::Locked(said()),
            _ => Self::Other(said()),
        }
    }
}

/// A person or an organisation that a registration names.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Contact {
    /// As what, sorted.
    pub roles: Vec<Role>,
    /// The registry's handle.
    pub handle: Option<String>,
    /// The name of a person or role.
    pub name: Option<String>,
    /// The organisation.
    pub organisation: Option<String>,
    /// The mailboxes, in lower case.
    pub emails: Vec<String>,
    /// The telephone numbers as they were said.
    pub phones: Vec<String>,
    /// The postal address, a line each.
    pub address: Vec<String>,
    /// The country by ISO 3166-1 alpha-2 where it was said so.
    pub country: Option<String>,
}

/// What a contact is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Role {
    /// Holds the domain.
    Registrant,
    /// Administers it.
    Administrative,
    /// Runs it.
    Technical,
    /// Pays for it.
    Billing,
    /// Takes reports of abuse.
    Abuse,
    /// Any other.
    Other,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_in_any_spelling() {
        for word in ["clientHold", "client hold", "CLIENT_HOLD"] {
            assert_eq!(DomainStatus::of(word), DomainStatus::ClientHold);
        }
        assert_eq!(
            DomainStatus::of("server transfer prohibited"),
            DomainStatus::Locked("server transfer prohibited".to_owned())
        );
        assert_eq!(
            DomainStatus::of(&"é".repeat(100)),
            DomainStatus::Other("é".repeat(64))
        );
    }
}
