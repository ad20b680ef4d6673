//! A question to a WHOIS server.

use std::time::Duration;

use egress::{Dialer, EgressError, Endpoint, Trust};
use model::dossier::Registration;
use model::{Absence, FailureKind, Probed};
use names::DomainName;

use super::lines::MAX_BYTES;
use super::read::{Whois, read};
use super::servers::Servers;
use crate::outcome::{Asked, failed, of_server, piece};

/// Asks the server that is listed for `domain`. What came is evidence, also where it was cut.
pub(crate) async fn ask(
    dialer: &Dialer,
    servers: &Servers,
    domain: &DomainName,
    timeout: Duration,
) -> Asked<Registration> {
    let Some(server) = servers.server(domain) else {
        let outcome = Probed::Absent(Absence::NoRegistry);
        return Asked::nothing(outcome, String::new());
    };
    let source = server.host.clone();
    let endpoint = Endpoint::new(&server.host, server.port, Trust::FromData);
    let question = server.question(domain);
    let exchange = dialer.exchange(endpoint, question.as_bytes(), MAX_BYTES, timeout);
    let exchange = match exchange.await {
        Ok(exchange) => exchange,
        Err(error) => return Asked::nothing(of_server(&error), source),
    };
    let read = read(&exchange.bytes, domain);
    let outcome = match (exchange.cut, read) {
        // A whole registration may stand in what came; "nobody has it" may be denied by what did not come.
        (Some(cut), Whois::Registered(registration)) => {
            Probed::Answered(noted(*registration, &cut))
        }
        (Some(cut), _) => of_server(&cut),
        (None, _) if exchange.bytes.is_empty() => {
            failed(FailureKind::Malformed, "the answer is empty")
        }
        (None, read) => read.probed(),
    };
    Asked {
        outcome,
        source,
        evidence: vec![piece(exchange.bytes, "text/plain")],
    }
}

fn noted(mut registration: Registration, cut: &EgressError) -> Registration {
    registration
        .notes
        .push(format!("the answer was cut: {cut}"));
    registration
}
