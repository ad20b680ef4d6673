//! Who answers for the name, and where its mail goes.

use model::PivotKind;
use model::dossier::DnsFacts;

use super::Found;

pub(super) fn read(dns: &DnsFacts, found: &mut Found) {
    if let Some(servers) = dns.ns.answer() {
        for server in servers {
            found.seen(PivotKind::NameServer, server.as_str());
        }
        if servers.len() > 1 {
            let mut servers: Vec<&str> = servers.iter().map(names::DomainName::as_str).collect();
            servers.sort_unstable();
            found.seen(PivotKind::NameServers, &servers.join(" "));
        }
    }
    if let Some(soa) = dns.soa.answer() {
        found.seen(PivotKind::ZoneMailbox, &soa.rname);
    }
    for exchanger in dns.mx.answer().into_iter().flatten() {
        found.seen(PivotKind::MailExchanger, exchanger.exchange.as_str());
    }
}
