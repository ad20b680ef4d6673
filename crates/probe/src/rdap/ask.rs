//! A question to an RDAP server.

use std::time::Duration;

use egress::{Dialer, Visit, Visited};
use model::dossier::Registration;
use model::{FailureKind, Probed};
use names::DomainName;
use url::Url;

use super::read::{MAX_BYTES, read};
use crate::outcome::{Asked, failed, of_server, piece};

/// The longest wait that is believed.
const MAX_WAIT: Duration = Duration::from_hours(24);

/// Asks for `domain` below `server` (RFC 9082 §3.1.3). Redirects are followed (RFC 7480 §5.2); what answered at their end is
/// evidence. A server for which nobody vouches says nothing that counts.
pub(crate) async fn ask(
    dialer: &Dialer,
    server: &Url,
    domain: &DomainName,
    timeout: Duration,
) -> Asked<Registration> {
    let source = server.host_str().unwrap_or_default().to_owned();
    let Ok(url) = server.join(&format!("domain/{domain}")) else {
        let outcome = failed(
            FailureKind::Unreachable,
            "the address of the server is none",
        );
        return Asked::nothing(outcome, source);
    };
    let visited = match dialer.visit(Visit::new(&url, MAX_BYTES, timeout)).await {
        Ok(visited) => visited,
        Err(astray) => return Asked::nothing(of_server(&astray.error), source),
    };
    let outcome = outcome(&visited, domain);
    Asked {
        outcome,
        source,
        evidence: vec![piece(visited.body, "application/rdap+json")],
    }
}

fn outcome(visited: &Visited, domain: &DomainName) -> Probed<Registration> {
    if let Some(Err(why)) = visited.tls.as_ref().map(|tls| &tls.vouched) {
        return failed(
            FailureKind::Refused,
            &format!("the server is not trusted: {why}"),
        );
    }
    if let Some(cut) = &visited.cut {
        return of_server(cut);
    }
    read(visited.status, retry_after(visited), &visited.body, domain)
}

/// `Retry-After` in seconds (RFC 9110 §10.2.3); dates, which nobody sends here, are not read.
fn retry_after(visited: &Visited) -> Option<Duration> {
    let (_, value) = visited
        .headers
        .iter()
        .find(|(name, _)| name == "retry-after")?;
    let seconds = std::str::from_utf8(value).ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).min(MAX_WAIT))
}
