//! What a registry or registrar says, in writing.

use jiff::Timestamp;
use model::dossier as noun;
use serde::{Deserialize, Serialize};

use super::written::{Name, Written, written};

written! {
    struct Registration {
        via: RegistrationSource,
        registrar: Option<Registrar>,
        created: Option<Timestamp>,
        changed: Option<Timestamp>,
        expires: Option<Timestamp>,
        events: Vec<Event>,
        statuses: Vec<DomainStatus>,
        contacts: Vec<Contact>,
        name_servers: Vec<Name>,
        signed: Option<bool>,
        redacted: Vec<String>,
        privacy: bool,
        notes: Vec<String>,
    }
}

written! {
    enum RegistrationSource {
        Rdap,
        Whois,
        Published,
    }
}

written! {
    struct Registrar {
        name: String,
        iana_id: Option<u32>,
        abuse_email: Option<String>,
        abuse_phone: Option<String>,
    }
}

written! {
    struct Event {
        action: String,
        at: Timestamp,
    }
}

// A state with words of its own is an object with one key: `{"locked": "server transfer prohibited"}`.
written! {
    enum DomainStatus {
        Active,
        Inactive,
        ClientHold,
        ServerHold,
        Redemption,
        PendingDelete,
        AddPeriod,
        Locked(said: String),
        Reserved,
        Other(said: String),
    }
}

written! {
    struct Contact {
        roles: Vec<Role>,
        handle: Option<String>,
        name: Option<String>,
        organisation: Option<String>,
        emails: Vec<String>,
        phones: Vec<String>,
        address: Vec<String>,
        country: Option<String>,
    }
}

written! {
    enum Role {
        Registrant,
        Administrative,
        Technical,
        Billing,
        Abuse,
        Other,
    }
}
