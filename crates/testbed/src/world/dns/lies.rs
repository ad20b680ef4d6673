//! What an honest server would never say.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::atomic::{AtomicUsize, Ordering};

use hickory_server::proto::op::{Message, OpCode, Query, ResponseCode};
use hickory_server::proto::rr::rdata::CNAME;
use hickory_server::proto::rr::{Name, RData, Record, RecordType};
use hickory_server::server::Request;

use crate::world::fault::HostFault;
use crate::world::stage::Placed;

/// What comes back.
pub(super) enum Said {
    /// What the zone says.
    Truth,
    /// Nothing at all.
    Nothing,
    /// This.
    This(Vec<u8>),
}

/// Says what the faults of hosts want it to say.
#[derive(Debug, Default)]
pub(super) struct Liar {
    /// How often the addresses of hosts that rebind were asked for.
    rebinds: AtomicUsize,
    /// How many aliases without end were given.
    aliases: AtomicUsize,
}

impl Liar {
    pub(super) fn say(
        &self,
        placed: &Placed,
        fault: HostFault,
        request: &Request,
        name: &Name,
        kind: RecordType,
    ) -> Said {
        let id = request.metadata.id;
        let code = |code| {
            let mut message = response(id, name, kind);
            message.metadata.response_code = code;
            said(&message)
        };
        let address = |data: RData| {
            let mut message = response(id, name, kind);
            if data.record_type() == kind {
                message.add_answer(Record::from_rdata(name.clone(), 0, data));
            }
            said(&message)
        };
        let asks_address = matches!(kind, RecordType::A | RecordType::AAAA);
        match fault {
            HostFault::DnsSilent => Said::Nothing,
            HostFault::DnsMalformed => Said::This(malformed(id, name, kind)),
            HostFault::DnsLame => code(ResponseCode::Refused),
            HostFault::DnsServfail => code(ResponseCode::ServFail),
            HostFault::DnsCircle => circle(id, name, kind, &placed.host.name),
            HostFault::DnsEndless => self.endless(id, name, kind, &placed.host.name),
            HostFault::DnsLiesMetadata if asks_address => {
                address(a(Ipv4Addr::new(169, 254, 169, 254)))
            }
            HostFault::DnsLiesPrivate if asks_address => address(a(Ipv4Addr::new(10, 0, 0, 1))),
            HostFault::DnsLiesLoopback if asks_address => {
                address(RData::AAAA(Ipv6Addr::LOCALHOST.into()))
            }
            HostFault::DnsRebinds if kind == RecordType::A => {
                let first = self.rebinds.fetch_add(1, Ordering::Relaxed) == 0;
                let private = Ipv4Addr::new(10, 0, 0, 1);
                address(a(if first { placed.address } else { private }))
            }
            _ => Said::Truth,
        }
    }

    /// One alias, to a name that was never there before.
    fn endless(&self, id: u16, name: &Name, kind: RecordType, of: &str) -> Said {
        let number = self.aliases.fetch_add(1, Ordering::Relaxed);
        let Some(target) = below(&format!("alias-{number}"), of) else {
            return Said::Truth;
        };
        let mut message = response(id, name, kind);
        message.add_answer(Record::from_rdata(
            name.clone(),
            0,
            RData::CNAME(CNAME(target)),
        ));
        said(&message)
    }
}

/// `name` to `here`, `here` to `there`, `there` to `here`.
fn circle(id: u16, name: &Name, kind: RecordType, of: &str) -> Said {
    let (Some(here), Some(there)) = (below("here", of), below("there", of)) else {
        return Said::Truth;
    };
    let mut message = response(id, name, kind);
    let mut alias = |from: &Name, to: &Name| {
        let data = RData::CNAME(CNAME(to.clone()));
        message.add_answer(Record::from_rdata(from.clone(), 0, data));
    };
    if *name != here && *name != there {
        alias(name, &here);
    }
    alias(&here, &there);
    alias(&there, &here);
    said(&message)
}

/// Claims three records, of which the first has a name that points to itself (RFC 1035 §4.1.4).
fn malformed(id: u16, name: &Name, kind: RecordType) -> Vec<u8> {
    let Said::This(mut bytes) = said(&response(id, name, kind)) else {
        return Vec::new();
    };
    bytes[7] = 3;
    let itself = 0xc000 | bytes.len() as u16;
    bytes.extend(itself.to_be_bytes());
    bytes.extend([0, 1, 0, 1, 0, 0, 0, 0, 0, 200, 1, 2]);
    bytes
}

fn response(id: u16, name: &Name, kind: RecordType) -> Message {
    let mut message = Message::response(id, OpCode::Query);
    message.metadata.recursion_available = true;
    message.add_query(Query::query(name.clone(), kind));
    message
}

fn said(message: &Message) -> Said {
    // A message that cannot be written is one that nobody gets.
    message.to_vec().map_or(Said::Nothing, Said::This)
}

fn a(address: Ipv4Addr) -> RData {
    RData::A(address.into())
}

fn below(label: &str, name: &str) -> Option<Name> {
    Name::from_ascii(format!("{label}.{name}.")).ok()
}
