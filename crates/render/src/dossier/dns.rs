//! What the DNS says, in writing.

use std::net::IpAddr;

use model::dossier as noun;
use serde::{Deserialize, Serialize};

use super::look::Outcome;
use super::written::{Name, Written, written};

written! {
    struct DnsFacts {
        ns: Outcome<Vec<Name>>,
        soa: Outcome<Soa>,
        addresses: Outcome<Vec<Address>>,
        aliases: Vec<Name>,
        mx: Outcome<Vec<Mx>>,
        txt: Outcome<Vec<String>>,
        spf: Option<String>,
        dmarc: Outcome<String>,
        caa: Outcome<Vec<Caa>>,
        wildcard: Outcome<bool>,
        notes: Vec<String>,
    }
}

written! {
    struct Soa {
        mname: String,
        rname: String,
        serial: u32,
    }
}

written! {
    struct Mx {
        preference: u16,
        exchange: Name,
    }
}

written! {
    struct Caa {
        tag: String,
        value: String,
    }
}

written! {
    struct Address {
        ip: IpAddr,
        network: Option<Network>,
    }
}

written! {
    struct Network {
        asn: u32,
        country: String,
        name: String,
    }
}
