//! One server, asked for what it knows itself.

use std::net::SocketAddr;

use super::ask::{Question, ask, ask_stream};
use super::{DnsAnswer, RecordType, parse};
use crate::clock::Clock;
use crate::dial::{Dialer, Endpoint};
use crate::error::EgressError;
use crate::guard::Trust;

impl Dialer {
    /// What one server says that is not asked to ask others: for delegations, and for servers that do not know their
    /// own zone. Aliases are not followed. The time is that of the resolver's settings.
    ///
    /// Errors: [`EgressError::Refused`] for a server that data may not name, and as [`Resolver::lookup`]. Behind a
    /// proxy the question goes through it, over TCP.
    pub async fn ask_server(
        &self,
        server: SocketAddr,
        trust: Trust,
        name: &str,
        kind: RecordType,
    ) -> Result<DnsAnswer, EgressError> {
        let question = Question {
            name: parse(name)?,
            kind,
            recurse: false,
        };
        let host = server.ip().to_string();
        let endpoint = Endpoint::new(&host, server.port(), trust);
        let time = self.resolver().timeout;
        let (raw, reading) = if self.proxied() {
            let mut clock = Clock::start(time);
            let mut connection = self.connect(endpoint, &mut clock).await?;
            ask_stream(&mut connection.stream, server, &question, time).await?
        } else {
            self.admit(endpoint)?;
            let _permit = self.gate().enter(&host).await;
            ask(server, &question, time).await?
        };
        Ok(DnsAnswer::of_one(server, raw, reading))
    }
}
