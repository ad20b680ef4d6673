//! Records to facts.

use std::net::IpAddr;

use egress::dns::{DnsAnswer, Name, RData, Record};
use model::dossier::{Address, Caa, DnsFacts, Mx, Soa};
use model::{Absence, Failure, Probed};
use names::DomainName;

use crate::network::Networks;
use crate::text;

/// How many records of one kind are told.
const MAX_RECORDS: usize = 64;
/// How many characters of a text are told. Policies of 2,000 characters are seen.
const MAX_TEXT: usize = 4_096;

/// What came of each question. Aliases are those of the answer for IPv4 addresses, or else of that for IPv6.
#[derive(Clone, PartialEq, Debug)]
pub struct Answers {
    /// NS of the registrable domain.
    pub ns: Probed<DnsAnswer>,
    /// SOA of the registrable domain.
    pub soa: Probed<DnsAnswer>,
    /// A of the name.
    pub a: Probed<DnsAnswer>,
    /// AAAA of the name.
    pub aaaa: Probed<DnsAnswer>,
    /// MX of the name.
    pub mx: Probed<DnsAnswer>,
    /// TXT of the name.
    pub txt: Probed<DnsAnswer>,
    /// CAA of the name.
    pub caa: Probed<DnsAnswer>,
    /// TXT of `_dmarc` below the registrable domain.
    pub dmarc: Probed<DnsAnswer>,
    /// A of a label below the name that nobody set up.
    pub random: Probed<DnsAnswer>,
}

impl Answers {
    /// The first failure, if nothing but failures came.
    pub(super) fn silence(&self) -> Option<Failure> {
        let all = [
            &self.ns,
            &self.soa,
            &self.a,
            &self.aaaa,
            &self.mx,
            &self.txt,
            &self.caa,
            &self.dmarc,
            &self.random,
        ];
        let mut failures = all.into_iter().map(|answer| match answer {
            Probed::Failed(failure) => Some(failure),
            _ => None,
        });
        let first = failures.next()??;
        failures
            .all(|failure| failure.is_some())
            .then(|| first.clone())
    }
}

/// What the records say. At most 64 records of a kind are told; what holds no name is [noted](DnsFacts::notes).
pub fn read(answers: &Answers, networks: Option<&Networks>) -> DnsFacts {
    let mut notes = Vec::new();
    let txt = set(&answers.txt, "TXT", &mut notes, |data, _| match data {
        RData::TXT(txt) => Some(joined(&txt.txt_data)),
        _ => None,
    });
    let spf = txt.answer().and_then(|texts| {
        let is_policy = |text: &&String| {
            text.strip_prefix("v=spf1")
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        };
        texts.iter().find(is_policy).cloned()
    });
    DnsFacts {
        ns: set(&answers.ns, "NS", &mut notes, |data, notes| match data {
            RData::NS(ns) => name(&ns.0, "NS", notes),
            _ => None,
        }),
        soa: soa(&answers.soa),
        aliases: aliases(answers, &mut notes),
        addresses: addresses(answers, networks, &mut notes),
        mx: mx(&answers.mx, &mut notes),
        spf,
        txt,
        dmarc: dmarc(&answers.dmarc),
        caa: set(&answers.caa, "CAA", &mut notes, |data, _| match data {
            RData::CAA(caa) => Some(Caa {
                tag: text::tidy(&caa.tag)?.to_ascii_lowercase(),
                value: text::tidy(&String::from_utf8_lossy(&caa.value)).unwrap_or_default(),
            }),
            _ => None,
        }),
        wildcard: match &answers.random {
            Probed::Answered(_) => Probed::Answered(true),
            Probed::Absent(_) => Probed::Answered(false),
            other => other.clone().map(|_| true),
        },
        notes,
    }
}

/// The records of an answer, each read, sorted.
fn set<T: Ord>(
    answer: &Probed<DnsAnswer>,
    kind: &str,
    notes: &mut Vec<String>,
    mut one: impl FnMut(&RData, &mut Vec<String>) -> Option<T>,
) -> Probed<Vec<T>> {
    answer.clone().map(|answer| {
        let taken = taken(&answer.records, kind, notes);
        let mut all: Vec<T> = taken
            .iter()
            .filter_map(|record| one(&record.data, notes))
            .collect();
        all.sort();
        all.dedup();
        all
    })
}

fn taken<'r>(records: &'r [Record], kind: &str, notes: &mut Vec<String>) -> &'r [Record] {
    if records.len() > MAX_RECORDS {
        notes.push(format!(
            "{} records of kind {kind}, of which {MAX_RECORDS} are told",
            records.len()
        ));
    }
    &records[..records.len().min(MAX_RECORDS)]
}

fn soa(answer: &Probed<DnsAnswer>) -> Probed<Soa> {
    match answer {
        Probed::Answered(answer) => answer
            .records
            .iter()
            .find_map(|record| match &record.data {
                RData::SOA(soa) => Some(Soa {
                    mname: shown(&soa.mname),
                    rname: shown(&soa.rname),
                    serial: soa.serial,
                }),
                _ => None,
            })
            .map_or(Probed::Absent(Absence::NoData), Probed::Answered),
        Probed::Absent(absence) => Probed::Absent(*absence),
        Probed::Failed(failure) => Probed::Failed(failure.clone()),
        Probed::NotAsked(reason) => Probed::NotAsked(*reason),
    }
}

/// The addresses of both kinds. One kind is enough; where one failed and the other is absent, nobody knows.
fn addresses(
    answers: &Answers,
    networks: Option<&Networks>,
    notes: &mut Vec<String>,
) -> Probed<Vec<Address>> {
    let mut of = |answer: &Probed<DnsAnswer>, kind| {
        set(answer, kind, notes, |data, _| {
            let ip: IpAddr = match data {
                RData::A(a) => a.0.into(),
                RData::AAAA(aaaa) => aaaa.0.into(),
                _ => return None,
            };
            Some(Address {
                ip,
                network: networks.and_then(|networks| networks.network(ip)),
            })
        })
    };
    match (of(&answers.a, "A"), of(&answers.aaaa, "AAAA")) {
        (Probed::Answered(mut v4), Probed::Answered(v6)) => {
            v4.extend(v6);
            Probed::Answered(v4)
        }
        (answered @ Probed::Answered(_), other) | (other, answered @ Probed::Answered(_)) => {
            if let Probed::Failed(failure) = other {
                notes.push(format!("of one kind of addresses: {}", failure.says));
            }
            answered
        }
        (failed @ Probed::Failed(_), _) | (_, failed @ Probed::Failed(_)) => failed,
        (absent, _) => absent,
    }
}

fn aliases(answers: &Answers, notes: &mut Vec<String>) -> Vec<DomainName> {
    let answer = answers.a.answer().or(answers.aaaa.answer());
    let names = answer.map_or(&[][..], |answer| &answer.aliases);
    names
        .iter()
        .filter_map(|alias| name(alias, "CNAME", notes))
        .collect()
}

/// The exchangers, unless the one is the root: the domain takes no mail (RFC 7505 §3).
fn mx(answer: &Probed<DnsAnswer>, notes: &mut Vec<String>) -> Probed<Vec<Mx>> {
    let is_null = |record: &Record| matches!(&record.data, RData::MX(mx) if mx.exchange.is_root());
    if let Probed::Answered(answer) = answer
        && !answer.records.is_empty()
        && answer.records.iter().all(is_null)
    {
        return Probed::Absent(Absence::NoService);
    }
    set(answer, "MX", notes, |data, notes| match data {
        RData::MX(mx) => Some(Mx {
            preference: mx.preference,
            exchange: name(&mx.exchange, "MX", notes)?,
        }),
        _ => None,
    })
}

/// The policy (RFC 7489 §6.6.3): records that begin otherwise are none.
fn dmarc(answer: &Probed<DnsAnswer>) -> Probed<String> {
    match answer {
        Probed::Answered(answer) => answer
            .records
            .iter()
            .take(MAX_RECORDS)
            .find_map(|record| match &record.data {
                RData::TXT(txt) => {
                    Some(joined(&txt.txt_data)).filter(|text| text.starts_with("v=DMARC1"))
                }
                _ => None,
            })
            .map_or(Probed::Absent(Absence::NoData), Probed::Answered),
        Probed::Absent(absence) => Probed::Absent(*absence),
        Probed::Failed(failure) => Probed::Failed(failure.clone()),
        Probed::NotAsked(reason) => Probed::NotAsked(*reason),
    }
}

/// The strings of a TXT record are one text (RFC 7208 §3.3).
fn joined(strings: &[Box<[u8]>]) -> String {
    let whole = strings.concat();
    let mut text: String = String::from_utf8_lossy(&whole)
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    text.truncate(text.floor_char_boundary(MAX_TEXT));
    text
}

/// A host name, or a note that it is none.
fn name(name: &Name, kind: &str, notes: &mut Vec<String>) -> Option<DomainName> {
    let shown = shown(name);
    let parsed = shown.trim_end_matches('.').parse().ok();
    if parsed.is_none() && notes.len() < MAX_RECORDS {
        notes.push(format!("{kind} holds no name: {shown}"));
    }
    parsed
}

/// A name in presentation form (RFC 1035 §5.1), in lower case and without the dot of the root.
fn shown(name: &Name) -> String {
    let shown = name.to_lowercase().to_ascii();
    match shown.strip_suffix('.') {
        Some(relative) if !relative.is_empty() => relative.to_owned(),
        _ => shown,
    }
}

#[cfg(test)]
mod tests {
    use egress::dns::{Found, rdata};
    use model::{FailureKind, Reason};

    use super::*;
    use crate::outcome::failure;

    fn host(text: &str) -> Name {
        Name::from_ascii(text).expect("the test gives a name")
    }

    fn answered(data: Vec<RData>) -> Probed<DnsAnswer> {
        let records = data
            .into_iter()
            .map(|data| Record::from_rdata(host("shop.example."), 60, data));
        Probed::Answered(DnsAnswer {
            found: Found::Records,
            records: records.collect(),
            aliases: Vec::new(),
            authority: Vec::new(),
            authoritative: true,
            server: ([127, 0, 0, 1], 53).into(),
            raw: Vec::new(),
        })
    }

    fn txt(text: &[&str]) -> RData {
        let strings = text.iter().map(ToString::to_string).collect();
        RData::TXT(rdata::TXT::new(strings))
    }

    fn nothing() -> Answers {
        let no_data = || Probed::Absent(Absence::NoData);
        Answers {
            ns: no_data(),
            soa: no_data(),
            a: no_data(),
            aaaa: no_data(),
            mx: no_data(),
            txt: no_data(),
            caa: no_data(),
            dmarc: no_data(),
            random: no_data(),
        }
    }

    #[test]
    fn names_and_addresses() {
        let mut answers = nothing();
        answers.ns = answered(vec![
            RData::NS(rdata::NS(host("b.Host.example."))),
            RData::NS(rdata::NS(host("a.host.example."))),
        ]);
        answers.a = answered(vec![RData::A(rdata::A([192, 0, 2, 1].into()))]);
        answers.aaaa = Probed::Failed(failure(FailureKind::Timeout, "no answer"));
        let odd = Name::from_labels([&b"a!b"[..], b"example"]).expect("labels hold any octet");
        if let Probed::Answered(answer) = &mut answers.a {
            answer.aliases = vec![host("edge.example."), odd];
        }
        let facts = read(&answers, None);
        let ns = facts.ns.answer().expect("there are name servers");
        assert_eq!(ns[0].as_str(), "a.host.example");
        let addresses = facts.addresses.answer().expect("there is an address");
        assert_eq!(addresses[0].ip.to_string(), "192.0.2.1");
        assert_eq!(facts.aliases[0].as_str(), "edge.example");
        assert_eq!(facts.wildcard, Probed::Answered(false));
        assert_eq!(
            facts.notes,
            [
                "CNAME holds no name: a\\!b.example",
                "of one kind of addresses: no answer"
            ]
        );
    }

    #[test]
    fn rfc_7505_section_3() {
        let mut answers = nothing();
        answers.mx = answered(vec![RData::MX(rdata::MX::new(0, Name::root()))]);
        assert_eq!(read(&answers, None).mx, Probed::Absent(Absence::NoService));
        answers.mx = answered(vec![
            RData::MX(rdata::MX::new(20, host("b.example."))),
            RData::MX(rdata::MX::new(10, host("z.example."))),
        ]);
        let mx = read(&answers, None).mx;
        assert_eq!(mx.answer().expect("there are two")[0].preference, 10);
    }

    #[test]
    fn rfc_7208_section_4_5() {
        let mut answers = nothing();
        answers.txt = answered(vec![
            txt(&["v=spf10 -all"]),
            txt(&["v=spf1 include:", "mail.example -all"]),
        ]);
        answers.dmarc = answered(vec![txt(&["hello"]), txt(&["v=DMARC1; p=none"])]);
        let facts = read(&answers, None);
        assert_eq!(
            facts.spf.as_deref(),
            Some("v=spf1 include:mail.example -all")
        );
        assert_eq!(facts.dmarc, Probed::Answered("v=DMARC1; p=none".to_owned()));
        assert_eq!(facts.txt.answer().map(Vec::len), Some(2));
    }

    #[test]
    fn failing_is_not_absence() {
        let failed = || Probed::Failed(failure(FailureKind::Broken, "SERVFAIL"));
        let mut answers = nothing();
        answers.a = failed();
        let facts = read(&answers, None);
        assert!(matches!(facts.addresses, Probed::Failed(_)));
        assert_eq!(answers.silence(), None);
        let all = Answers {
            ns: failed(),
            soa: failed(),
            a: failed(),
            aaaa: failed(),
            mx: failed(),
            txt: failed(),
            caa: failed(),
            dmarc: failed(),
            random: failed(),
        };
        assert_eq!(
            all.silence().map(|failure| failure.kind),
            Some(FailureKind::Broken)
        );
        answers.random = Probed::NotAsked(Reason::Policy);
        assert_eq!(
            read(&answers, None).wildcard,
            Probed::NotAsked(Reason::Policy)
        );
    }

    #[test]
    fn many_records_are_counted() {
        let mut answers = nothing();
        answers.txt = answered((0..100).map(|number| txt(&[&number.to_string()])).collect());
        let facts = read(&answers, None);
        assert_eq!(facts.txt.answer().map(Vec::len), Some(MAX_RECORDS));
        assert_eq!(
            facts.notes,
            ["100 records of kind TXT, of which 64 are told"]
        );
    }
}
