//! Which services an organisation's own records give away, and how that is told in the file.

use crate::output::escaped_line;
use jiff::Timestamp;
use model::Trace;
use names::{DomainName, escaped};
use probe::services::Published;
use resemble::{Catalogue, Gives};
use std::collections::BTreeMap;

/// How many characters of a record are shown; tokens are longer.
const SHOWN: usize = 72;
/// How many records of a kind are listed.
const LISTED: usize = 24;

/// What was learnt of the services that an organisation uses.
#[derive(Default)]
pub(super) struct Seen {
    /// Their ids, in the order of the catalogue.
    pub(super) services: Vec<String>,
    /// What was seen, and why each service is among them: lines for people, without a mark of comments.
    pub(super) told: Vec<String>,
}

impl Seen {
    /// Reads what was published of `domain`. Every service that a record surely gives away is among them; the others are told.
    pub(super) fn of(
        published: &Published,
        domain: &DomainName,
        catalogue: &Catalogue,
        now: Timestamp,
    ) -> Self {
        let (mut surely, mut perhaps) = (BTreeMap::new(), BTreeMap::new());
        let mut others = vec![];
        for trace in &published.traces {
            let mut known = false;
            for (service, gives) in catalogue.given_by(trace) {
                let found = match gives {
                    Gives::Surely => &mut surely,
                    Gives::Perhaps => &mut perhaps,
                };
                let reasons: &mut Vec<String> = found.entry(service.id.as_str()).or_default();
                reasons.push(shown(trace, domain));
                known = true;
            }
            if !known && !is_within(&trace.says, domain) {
                others.push(shown(trace, domain));
            }
        }
        perhaps.retain(|id, _| !surely.contains_key(id));
        let ids = catalogue.services().iter().map(|service| &service.id);
        let services: Vec<String> = ids
            .filter(|id| surely.contains_key(id.as_str()))
            .cloned()
            .collect();
        let day = now.strftime("%Y-%m-%d");
        let mut told = vec![if services.is_empty() {
            format!("Looked up on {day}: no public record says for sure what its staff log in to.")
        } else {
            format!("What its public records said on {day} that its staff log in to; correct it.")
        }];
        for id in &services {
            told.push(format!("  {id}"));
            told.extend(listed("    ", &surely[id.as_str()]));
        }
        if !perhaps.is_empty() {
            told.push("Perhaps, and so not in the list:".to_owned());
        }
        for (id, why) in &perhaps {
            told.push(format!("  {id}"));
            told.extend(listed("    ", why));
        }
        if !others.is_empty() {
            told.push("Seen, and of no service that is known here:".to_owned());
            told.extend(listed("  ", &others));
        }
        let notes = published.notes.iter().map(|note| escaped_line(note));
        told.extend(notes.map(|note| format!("Note: {note}")));
        told.extend(failures(published));
        Self { services, told }
    }
}

/// What could not be learnt, a line each.
pub(super) fn failures(published: &Published) -> impl Iterator<Item = String> {
    let failures = published.failures.iter();
    failures.map(|(question, failure)| {
        let (question, says) = (escaped_line(question), escaped_line(&failure.says));
        format!("Could not learn {question}: {says}")
    })
}

/// A line for each record, up to a limit.
fn listed(indent: &str, records: &[String]) -> Vec<String> {
    let line = |record: &String| format!("{indent}{record}");
    let mut lines: Vec<String> = records.iter().take(LISTED).map(line).collect();
    if records.len() > LISTED {
        lines.push(format!("{indent}and {} more", records.len() - LISTED));
    }
    lines
}

/// A record in a few words: `MX mx.host.example`, `CNAME target.host.example (autodiscover)`.
fn shown(trace: &Trace, domain: &DomainName) -> String {
    let says = escaped(&trace.says).at_most(SHOWN);
    let below = trace.at.strip_suffix(domain.as_str());
    let at = below.map_or(trace.at.as_str(), |below| below.trim_end_matches('.'));
    if at.is_empty() {
        format!("{} {says}", trace.kind)
    } else {
        format!("{} {says} ({})", trace.kind, escaped_line(at))
    }
}

fn is_within(host: &str, domain: &DomainName) -> bool {
    let rest = host.strip_suffix(domain.as_str());
    rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Failure, FailureKind, TraceKind};

    #[track_caller]
    fn check(traces: &[(TraceKind, &str, &str)], services: &[&str], told: &[&str]) {
        let trace = |&(kind, at, says): &(TraceKind, &str, &str)| Trace {
            kind,
            at: at.to_owned(),
            says: says.to_owned(),
        };
        let failure = Failure {
            kind: FailureKind::Timeout,
            says: "no answer\u{1b}".to_owned(),
            retry_after: None,
        };
        let published = Published {
            traces: traces.iter().map(trace).collect(),
            failures: vec![("TXT of k1._domainkey.bank.example".to_owned(), failure)],
            notes: vec![],
        };
        let domain = "bank.example".parse().expect("a name");
        let catalogue = Catalogue::embedded();
        let seen = Seen::of(&published, &domain, &catalogue, Timestamp::UNIX_EPOCH);
        assert_eq!(seen.services, services);
        let (first, rest) = seen.told.split_first().expect("the day is told");
        assert!(first.contains("on 1970-01-01"), "{first}");
        let (last, rest) = rest.split_last().expect("the failure is told");
        assert_eq!(
            last,
            "Could not learn TXT of k1._domainkey.bank.example: no answer\\u{1b}"
        );
        assert_eq!(rest, told);
    }

    #[test]
    fn nothing_seen() {
        check(&[], &[], &[]);
        // Its own hosts say nothing.
        check(
            &[(TraceKind::Mx, "bank.example", "mx.bank.example")],
            &[],
            &[],
        );
    }

    #[test]
    fn why_each_service_is_there() {
        let outlook = "bank-example.mail.protection.outlook.com";
        check(
            &[
                (TraceKind::Mx, "bank.example", outlook),
                (
                    TraceKind::Alias,
                    "autodiscover.bank.example",
                    "autodiscover.outlook.com",
                ),
                (TraceKind::Spf, "bank.example", "_spf.google.com"),
                (
                    TraceKind::Text,
                    "bank.example",
                    "google-site-verification=x",
                ),
                (TraceKind::Text, "bank.example", "zz\n\u{202e}=1"),
            ],
            &["microsoft-365", "google-workspace"],
            &[
                "  microsoft-365",
                &format!("    MX {outlook}"),
                "    CNAME autodiscover.outlook.com (autodiscover)",
                "  google-workspace",
                "    SPF _spf.google.com",
                "Seen, and of no service that is known here:",
                "  TXT zz\\u{a}\\u{202e}=1",
            ],
        );
    }

    #[test]
    fn what_others_have_too_is_not_in_the_list() {
        check(
            &[(
                TraceKind::Text,
                "bank.example",
                "google-site-verification=x",
            )],
            &[],
            &[
                "Perhaps, and so not in the list:",
                "  google-workspace",
                "    TXT google-site-verification=x",
            ],
        );
    }
}
