//! Asking the DNS (RFC 1034, RFC 1035), so that an absence, a refusal and a failure stay three things.
//!
//! A stub: it asks servers that recurse, or one server for what it knows itself. It keeps no cache, and it keeps what
//! each server said as bytes. `hickory-proto` reads them.

use std::collections::HashSet;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
pub use hickory_proto::rr::{Name, RData, Record, RecordType, rdata};
use tokio::time::timeout;

use crate::error::{EgressError, excerpt};

mod ask;
mod read;
mod server;
mod system;

use ask::{Question, ask};
use read::Reading;

/// The most aliases that are followed.
const MAX_ALIASES: usize = 16;
/// The most servers that are asked, as by the system's own resolver.
const MAX_SERVERS: usize = 3;
/// The most times that a server is asked.
const MAX_ATTEMPTS: u32 = 10;

/// Whom to ask for names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DnsSettings {
    /// Servers that recurse, at most three, asked in this order; any address may stand here. None: those of the system.
    pub servers: Vec<SocketAddr>,
    /// The time for one question to one server; 2 s by default.
    pub timeout: Duration,
    /// How often each server is asked before it counts as failed, 1 to 10; 2 by default.
    pub attempts: u32,
}

impl Default for DnsSettings {
    fn default() -> Self {
        DnsSettings {
            servers: Vec::new(),
            timeout: Duration::from_secs(2),
            attempts: 2,
        }
    }
}

/// Asks servers that recurse. A clone is the same resolver.
#[derive(Clone, Debug)]
pub struct Resolver {
    servers: Arc<[SocketAddr]>,
    timeout: Duration,
    attempts: u32,
}

/// What the DNS says of a name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DnsAnswer {
    /// Whether there is something.
    pub found: Found,
    /// The records of the kind that was asked for, at the end of the aliases.
    pub records: Vec<Record>,
    /// Where the aliases lead, in order: the target of each CNAME.
    pub aliases: Vec<Name>,
    /// The authority section of the last response: with an absence, the SOA of the zone that says so.
    pub authority: Vec<Record>,
    /// Whether the last server speaks for the zone (AA).
    pub authoritative: bool,
    /// Who answered last.
    pub server: SocketAddr,
    /// The responses as they came, in order; more than one where aliases had to be asked for.
    pub raw: Vec<Bytes>,
}

/// What there is. An absence is an answer.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Found {
    /// Records of the kind.
    Records,
    /// The name, or where its aliases lead, does not exist: NXDOMAIN (RFC 2308 §2.1, RFC 6604 §3).
    NoName,
    /// The name exists without such records: NODATA (RFC 2308 §2.2).
    NoData,
}

/// What a server says that will not answer.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum DnsRefusal {
    /// It failed, or those failed whom it asked; also where a signature does not hold (RFC 4035 §5.5).
    ServFail,
    /// It does not want to answer, or not for this zone.
    Refused,
    /// Another code of the registry of RFC 6895 §2.3.
    Other(u16),
}

impl fmt::Display for DnsRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DnsRefusal::ServFail => f.write_str("SERVFAIL"),
            DnsRefusal::Refused => f.write_str("REFUSED"),
            DnsRefusal::Other(code) => write!(f, "code {code}"),
        }
    }
}

impl Resolver {
    /// Reads the servers of the system where none are set; asks nobody yet.
    ///
    /// Errors: [`EgressError::ConfigSetting`] for a value out of bounds.
    pub fn new(settings: &DnsSettings) -> Result<Self, EgressError> {
        let fault = |why: String| EgressError::ConfigSetting {
            setting: "dns",
            why,
        };
        if settings.servers.len() > MAX_SERVERS {
            return Err(fault(format!("at most {MAX_SERVERS} servers are asked")));
        }
        if !(1..=MAX_ATTEMPTS).contains(&settings.attempts) {
            return Err(fault(format!(
                "a server is asked 1 to {MAX_ATTEMPTS} times"
            )));
        }
        let servers = if settings.servers.is_empty() {
            system::servers(MAX_SERVERS)
        } else {
            settings.servers.clone()
        };
        Ok(Resolver {
            servers: servers.into(),
            timeout: settings.timeout,
            attempts: settings.attempts,
        })
    }

    /// Whatever records of a kind a name has; aliases are followed (RFC 1034 §3.6.2), 16 at the most.
    ///
    /// Each server is asked in turn until one answers. All of it takes no longer than if all of them were silent.
    ///
    /// Errors, of the server that was asked last: [`EgressError::PeerDns`], [`EgressError::PeerTimeout`],
    /// [`EgressError::PeerMalformed`], [`EgressError::Connect`], [`EgressError::PeerInterrupted`]; and
    /// [`EgressError::Name`], [`EgressError::PeerAliases`].
    pub async fn lookup(&self, name: &str, kind: RecordType) -> Result<DnsAnswer, EgressError> {
        let asked = parse(name)?;
        let times = self.attempts * self.servers.len() as u32;
        let whole = self.timeout.saturating_mul(times);
        let looking = self.follow(name, asked, kind);
        timeout(whole, looking)
            .await
            .unwrap_or_else(|_| Err(self.silent(whole)))
    }

    /// The addresses of a name, IPv4 first.
    ///
    /// Errors: as [`Resolver::lookup`], and [`EgressError::NoAddress`]. Where one kind fails, the other is enough.
    pub async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, EgressError> {
        let (v4, v6) = tokio::join!(
            self.lookup(host, RecordType::A),
            self.lookup(host, RecordType::AAAA)
        );
        let mut found = Vec::new();
        let mut failure = None;
        for answer in [v4, v6] {
            match answer {
                Ok(answer) => found.extend(answer.records.iter().filter_map(address)),
                Err(error) => failure = Some(error),
            }
        }
        match failure {
            Some(error) if found.is_empty() => Err(error),
            _ if found.is_empty() => Err(EgressError::NoAddress {
                host: excerpt(host.as_bytes()),
            }),
            _ => Ok(found),
        }
    }

    async fn follow(
        &self,
        name: &str,
        asked: Name,
        kind: RecordType,
    ) -> Result<DnsAnswer, EgressError> {
        let mut seen = HashSet::from([asked.to_lowercase()]);
        let mut aliases: Vec<Name> = Vec::new();
        let mut raw = Vec::new();
        let mut at = asked;
        loop {
            let question = Question {
                name: at,
                kind,
                recurse: true,
            };
            let (server, response, reading) = self.ask_any(&question).await?;
            raw.push(response);
            for alias in &reading.aliases {
                let new = seen.insert(alias.to_lowercase());
                if !new || aliases.len() == MAX_ALIASES {
                    return Err(EgressError::PeerAliases {
                        name: excerpt(name.as_bytes()),
                        circle: !new,
                    });
                }
                aliases.push(alias.clone());
            }
            match reading.aliases.last() {
                // The server does not know what is where its alias leads.
                Some(end) if reading.found == Found::NoData && !reading.denies(end) => {
                    at = end.clone();
                }
                _ => {
                    return Ok(DnsAnswer {
                        found: reading.found,
                        records: reading.records,
                        aliases,
                        authority: reading.authority,
                        authoritative: reading.authoritative,
                        server,
                        raw,
                    });
                }
            }
        }
    }

    /// The first answer of any server.
    async fn ask_any(
        &self,
        question: &Question,
    ) -> Result<(SocketAddr, Bytes, Reading), EgressError> {
        let mut failure = None;
        for _ in 0..self.attempts {
            for &server in &*self.servers {
                match ask(server, question, self.timeout).await {
                    Ok((response, reading)) => return Ok((server, response, reading)),
                    Err(error) => failure = Some(error),
                }
            }
        }
        Err(failure.expect("there is a server, and it is asked at least once"))
    }

    fn silent(&self, after: Duration) -> EgressError {
        EgressError::PeerTimeout {
            host: format!("the DNS server {}", self.servers[0]),
            after,
        }
    }
}

impl DnsAnswer {
    /// What one server said by itself.
    fn of_one(server: SocketAddr, raw: Bytes, reading: Reading) -> Self {
        DnsAnswer {
            found: reading.found,
            records: reading.records,
            aliases: reading.aliases,
            authority: reading.authority,
            authoritative: reading.authoritative,
            server,
            raw: vec![raw],
        }
    }
}

/// The address in a record, if it is one of an address.
pub fn address(record: &Record) -> Option<IpAddr> {
    match &record.data {
        RData::A(found) => Some(found.0.into()),
        RData::AAAA(found) => Some(found.0.into()),
        _ => None,
    }
}

/// A name as DNS asks for it, from its labels with dots between; nothing is an escape.
fn parse(name: &str) -> Result<Name, EgressError> {
    let labels = name.strip_suffix('.').unwrap_or(name).split('.');
    let fault = || EgressError::Name {
        name: excerpt(name.as_bytes()),
    };
    let mut parsed = Name::from_labels(labels.map(str::as_bytes)).map_err(|_| fault())?;
    parsed.set_fqdn(true);
    Ok(parsed)
}
