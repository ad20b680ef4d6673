//! One response, read.

use hickory_proto::op::{Message, MessageType, ResponseCode};
use hickory_proto::rr::{DNSClass, Name, RData, Record, RecordType};

use super::ask::Question;
use super::{DnsRefusal, Found, MAX_ALIASES};

/// What one response says.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) found: Found,
    pub(super) records: Vec<Record>,
    pub(super) aliases: Vec<Name>,
    pub(super) authority: Vec<Record>,
    pub(super) authoritative: bool,
}

impl Reading {
    /// Whether it shows the SOA of the zone of `name`, and so says that what is not there does not exist (RFC 2308 §2.2).
    pub(super) fn denies(&self, name: &Name) -> bool {
        self.authority
            .iter()
            .any(|record| record.record_type() == RecordType::SOA && record.name.zone_of(name))
    }
}

/// What a datagram or a message of a stream is.
#[derive(Debug)]
pub(super) enum Response {
    /// An answer to another question, or none: whoever sent it may be guessing. It says nothing.
    Stray,
    /// Cut off (RFC 1035 §4.1.1, TC): to be asked for again over TCP.
    Truncated,
    /// It does not know what EDNS is (RFC 6891 §7).
    WithoutEdns,
    /// It will not answer.
    Refused(DnsRefusal),
    /// It cannot be read.
    Malformed(String),
    /// It is the answer.
    Answer(Reading),
}

/// Reads the response to `question`, which was asked under this id.
pub(super) fn read(bytes: &[u8], id: u16, question: &Question) -> Response {
    // The id and the first bit decide whose it is (RFC 5452 §9.1); what is ours and unreadable is told.
    let ours = bytes
        .get(..3)
        .is_some_and(|head| u16::from_be_bytes([head[0], head[1]]) == id && head[2] & 0x80 != 0);
    if !ours {
        return Response::Stray;
    }
    let message = match Message::from_vec(bytes) {
        Ok(message) => message,
        // A truncated message may end anywhere.
        Err(_) if bytes[2] & 0x02 != 0 => return Response::Truncated,
        Err(error) => return Response::Malformed(error.to_string()),
    };
    let same = |message: &Message| {
        message.metadata.message_type == MessageType::Response
            && message.queries.iter().any(|query| {
                *query.name() == question.name
                    && query.query_type() == question.kind
                    && query.query_class() == DNSClass::IN
            })
    };
    let code = message.metadata.response_code;
    if code == ResponseCode::FormErr {
        // Servers that could not read the question do not repeat it.
        return Response::WithoutEdns;
    }
    if !same(&message) {
        return Response::Stray;
    }
    if message.metadata.truncation {
        return Response::Truncated;
    }
    match code {
        ResponseCode::NoError | ResponseCode::NXDomain => {
            Response::Answer(answer(message, question))
        }
        ResponseCode::ServFail => Response::Refused(DnsRefusal::ServFail),
        ResponseCode::Refused => Response::Refused(DnsRefusal::Refused),
        other => Response::Refused(DnsRefusal::Other(other.into())),
    }
}

/// Walks the aliases within the message; one more than can be followed, or one that comes again, is where it stops.
fn answer(message: Message, question: &Question) -> Reading {
    let mut at = question.name.clone();
    let mut aliases: Vec<Name> = Vec::new();
    if question.kind != RecordType::CNAME {
        while let Some(target) = alias(&message.answers, &at) {
            let again = *target == question.name || aliases.contains(target);
            aliases.push(target.clone());
            at = target.clone();
            if again || aliases.len() > MAX_ALIASES {
                break;
            }
        }
    }
    let records: Vec<Record> = message
        .answers
        .into_iter()
        .filter(|record| {
            record.record_type() == question.kind
                && record.dns_class == DNSClass::IN
                && record.name == at
        })
        .collect();
    let found = if !records.is_empty() {
        Found::Records
    } else if message.metadata.response_code == ResponseCode::NXDomain {
        Found::NoName
    } else {
        Found::NoData
    };
    Reading {
        found,
        records,
        aliases,
        authority: message.authorities,
        authoritative: message.metadata.authoritative,
    }
}

fn alias<'m>(answers: &'m [Record], of: &Name) -> Option<&'m Name> {
    answers
        .iter()
        .filter(|record| record.name == *of)
        .find_map(|record| match &record.data {
            RData::CNAME(target) => Some(&target.0),
            _ => None,
        })
}
