//! The questions that a dossier asks the DNS.

use egress::dns::{DnsAnswer, Found, RecordType, Resolver};
use model::dossier::DnsFacts;
use model::{Absence, Probed};
use names::DomainName;

use super::read::{Answers, read};
use crate::network::Networks;
use crate::outcome::{Asked, of_server, piece};

/// Letters of the label that nobody set up: 20 of them are 94 bits.
const RANDOM_LABEL: usize = 20;

/// Asks for everything that [`DnsFacts`] has, the delegation first: of a domain that does not exist nothing else is
/// asked.
///
/// No answer at all is a failure; as soon as one question was answered, the facts tell what came of each.
pub(crate) async fn ask(
    resolver: &Resolver,
    networks: Option<&Networks>,
    name: &DomainName,
    registrable: &DomainName,
) -> Asked<DnsFacts> {
    let (name, domain) = (name.as_str(), registrable.as_str());
    let mut evidence = Vec::new();
    let mut source = String::new();
    let ns = resolver.lookup(domain, RecordType::NS).await;
    let no_name = matches!(&ns, Ok(answer) if answer.found == Found::NoName);
    let mut keep = |answer: Result<DnsAnswer, egress::EgressError>| match answer {
        Ok(answer) => {
            source = answer.server.to_string();
            let raw = answer.raw.iter().map(|raw| raw.to_vec());
            evidence.extend(raw.map(|raw| piece(raw, "application/dns-message")));
            probed(answer)
        }
        Err(error) => of_server(&error),
    };
    let ns = keep(ns);
    if no_name {
        return Asked {
            outcome: Probed::Absent(Absence::NoName),
            source,
            evidence,
        };
    }
    let dmarc_name = format!("_dmarc.{domain}");
    let random_name = format!("{}.{name}", random_label());
    let ask = |name, kind| resolver.lookup(name, kind);
    let (soa, a, aaaa, mx, txt, caa, dmarc, random) = tokio::join!(
        ask(domain, RecordType::SOA),
        ask(name, RecordType::A),
        ask(name, RecordType::AAAA),
        ask(name, RecordType::MX),
        ask(name, RecordType::TXT),
        ask(name, RecordType::CAA),
        ask(&dmarc_name, RecordType::TXT),
        ask(&random_name, RecordType::A),
    );
    let answers = Answers {
        ns,
        soa: keep(soa),
        a: keep(a),
        aaaa: keep(aaaa),
        mx: keep(mx),
        txt: keep(txt),
        caa: keep(caa),
        dmarc: keep(dmarc),
        random: keep(random),
    };
    let outcome = match answers.silence() {
        Some(failure) => Probed::Failed(failure),
        None => Probed::Answered(read(&answers, networks)),
    };
    Asked {
        outcome,
        source,
        evidence,
    }
}

fn probed(answer: DnsAnswer) -> Probed<DnsAnswer> {
    match answer.found {
        Found::Records => Probed::Answered(answer),
        Found::NoName => Probed::Absent(Absence::NoName),
        Found::NoData => Probed::Absent(Absence::NoData),
    }
}

fn random_label() -> String {
    std::iter::repeat_with(fastrand::lowercase)
        .take(RANDOM_LABEL)
        .collect()
}
