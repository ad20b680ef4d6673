//! What a domain's own records say of the services that its owner uses.
//!
//! Only the DNS is asked, and only names of the domain itself and of policies for senders that it points to.

use egress::dns::{DnsAnswer, Name, RData, RecordType, Resolver};
use model::{Failure, Probed, Trace, TraceKind};
use names::DomainName;
use std::collections::{HashSet, VecDeque};
use tokio::task::JoinSet;

use crate::outcome::of_server;
use crate::text;

/// Names for keys that services ask their customers to set up, and those that mail software proposes.
const SELECTORS: &[&str] = &[
    "selector1",
    "selector2",
    "google",
    "k1",
    "k2",
    "k3",
    "s1",
    "s2",
    "default",
    "mail",
    "dkim",
    "smtp",
    "mandrill",
    "mailjet",
    "brevo1",
    "zendesk1",
    "intercom",
    "protonmail",
    "fm1",
    "sig1",
    "mbo0001",
];
/// Names below a domain that services ask their customers to make aliases.
const HOSTS: &[&str] = &[
    "autodiscover",
    "lyncdiscover",
    "sip",
    "enterpriseenrollment",
    "enterpriseregistration",
    "www",
    "mail",
    "login",
    "sso",
    "support",
    "help",
    "status",
    "shop",
];
/// The most look-ups for a policy of senders (RFC 7208 §4.6.4).
const SPF_LOOKUPS: usize = 10;
/// How many questions are under way at once.
const AT_ONCE: usize = 8;
/// How many records of one answer are read.
const MAX_RECORDS: usize = 64;

/// What was published, and what could not be learnt.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Published {
    /// Each record once, sorted.
    pub traces: Vec<Trace>,
    /// Questions without an answer that means anything, in words such as `MX of shop.example`, and why; sorted.
    pub failures: Vec<(String, Failure)>,
    /// What was left out, one line each.
    pub notes: Vec<String>,
}

/// Looks up what `domain` publishes: mail exchangers, policies for senders, keys for signatures under common selectors,
/// who gets reports on mail, texts, and where well-known names lead.
///
/// Policies that `is_known` recognises are not looked into: what a service includes says nothing of its customers. Where
/// not one of the first questions is answered, no others are asked. It takes at most some ten times as long as the resolver
/// may take for one question.
pub async fn published(
    resolver: &Resolver,
    domain: &DomainName,
    is_known: impl Fn(&Trace) -> bool,
) -> Published {
    let mut seeker = Seeker {
        resolver,
        found: Published::default(),
    };
    let nobody = format!("{:016x}._domainkey.{domain}", fastrand::u64(..));
    let dmarc = format!("_dmarc.{domain}");
    let first = [
        (domain.to_string(), RecordType::MX),
        (domain.to_string(), RecordType::TXT),
        (dmarc, RecordType::TXT),
        (nobody, RecordType::TXT),
    ];
    let answers = seeker.ask(first.into()).await;
    if answers.iter().all(Option::is_none) {
        return seeker.found.in_order();
    }
    let mut answers = answers.into_iter();
    let mut next = || answers.next().flatten();
    let (mx, txt, dmarc, nobody) = (next(), next(), next(), next());
    if let Some(answer) = mx {
        seeker.exchangers(domain.as_str(), &answer);
    }
    if let Some(answer) = dmarc {
        seeker.reports(domain.as_str(), &answer);
    }
    if let Some(answer) = txt {
        let policy = seeker.texts(domain.as_str(), &answer);
        seeker.senders(domain.as_str(), policy, is_known).await;
    }
    match nobody {
        // Some servers say of any name that it is there, without records.
        Some(answer) if answer.records.is_empty() && answer.aliases.is_empty() => {
            seeker.keys(domain).await;
        }
        Some(_) => seeker.found.notes.push(
            "every selector of a key has an answer, so that those in common use say nothing".into(),
        ),
        None => {}
    }
    seeker.aliases(domain).await;
    seeker.found.in_order()
}

impl Published {
    /// The same, whatever the order in which answers came.
    fn in_order(mut self) -> Self {
        self.traces.sort();
        self.traces.dedup();
        self.failures.sort_by(|one, other| one.0.cmp(&other.0));
        self
    }
}

/// One search.
struct Seeker<'a> {
    resolver: &'a Resolver,
    found: Published,
}

impl Seeker<'_> {
    /// Asks all of them; where one fails, that is noted.
    async fn ask(&mut self, questions: Vec<(String, RecordType)>) -> Vec<Option<DnsAnswer>> {
        let mut answers: Vec<Option<DnsAnswer>> = vec![None; questions.len()];
        let mut waiting = questions.into_iter().enumerate();
        let mut asking = JoinSet::new();
        loop {
            while asking.len() < AT_ONCE
                && let Some((place, (name, kind))) = waiting.next()
            {
                let resolver = self.resolver.clone();
                asking.spawn(async move {
                    let answer = resolver.lookup(&name, kind).await;
                    (place, name, kind, answer)
                });
            }
            match asking.join_next().await {
                None => return answers,
                Some(Ok((place, _, _, Ok(answer)))) => answers[place] = Some(answer),
                Some(Ok((_, name, kind, Err(error)))) => {
                    if let Probed::Failed(failure) = of_server::<()>(&error) {
                        let question = format!("{kind} of {name}");
                        self.found.failures.push((question, failure));
                    }
                }
                Some(Err(error)) => std::panic::resume_unwind(error.into_panic()),
            }
        }
    }

    fn add(&mut self, kind: TraceKind, at: &str, says: &str) {
        if let Some(says) = text::tidy(says) {
            let at = at.to_owned();
            self.found.traces.push(Trace { kind, at, says });
        }
    }

    fn exchangers(&mut self, at: &str, answer: &DnsAnswer) {
        for record in answer.records.iter().take(MAX_RECORDS) {
            if let RData::MX(mx) = &record.data
                && !mx.exchange.is_root()
            {
                self.add(TraceKind::Mx, at, &host(&mx.exchange));
            }
        }
    }

    /// Who gets reports (RFC 7489 §6.2): the hosts of the mailboxes of `rua`, but those of the domain itself.
    fn reports(&mut self, domain: &str, answer: &DnsAnswer) {
        for text in texts(answer).filter(|text| text.starts_with("v=DMARC1")) {
            let mut tags = text.split(';').filter_map(|tag| tag.split_once('='));
            let rua = tags.find(|(name, _)| name.trim().eq_ignore_ascii_case("rua"));
            for mailbox in rua.map_or("", |(_, value)| value).split(',') {
                // A size may follow, after an exclamation mark.
                let mailbox = mailbox.trim().split('!').next().unwrap_or_default();
                let Some((_, host)) = mailbox.rsplit_once('@') else {
                    continue;
                };
                let host = host.to_ascii_lowercase();
                if host != domain {
                    self.add(TraceKind::Reports, &format!("_dmarc.{domain}"), &host);
                }
            }
        }
    }

    /// Texts other than the policy for senders, which is given back (RFC 7208 §4.5).
    fn texts(&mut self, at: &str, answer: &DnsAnswer) -> Option<String> {
        let mut policy = None;
        for text in texts(answer) {
            if is_policy(&text) {
                policy = Some(text);
            } else {
                self.add(TraceKind::Text, at, &text);
            }
        }
        policy
    }

    /// Whom policies for senders include, and whom those include, within the bounds of RFC 7208 §4.6.4. Whatever has a macro
    /// (§7) depends on the mail, and is left out.
    async fn senders(
        &mut self,
        domain: &str,
        policy: Option<String>,
        is_known: impl Fn(&Trace) -> bool,
    ) {
        let mut policies = VecDeque::from_iter(policy.map(|policy| (domain.to_owned(), policy)));
        let mut seen = HashSet::from([domain.to_owned()]);
        let mut lookups = 0;
        while let Some((at, policy)) = policies.pop_front() {
            for target in included(&policy) {
                if !seen.insert(target.clone()) {
                    continue;
                }
                let trace = Trace {
                    kind: TraceKind::Spf,
                    at: at.clone(),
                    says: target.clone(),
                };
                let known = is_known(&trace);
                self.found.traces.push(trace);
                if known {
                    continue;
                }
                if lookups == SPF_LOOKUPS {
                    let note =
                        format!("SPF wants more than {SPF_LOOKUPS} look-ups (RFC 7208 §4.6.4)");
                    self.found.notes.push(note);
                    return;
                }
                lookups += 1;
                let question = vec![(target.clone(), RecordType::TXT)];
                let answer = self.ask(question).await.pop().flatten();
                let policy = answer.and_then(|answer| texts(&answer).find(|text| is_policy(text)));
                policies.extend(policy.map(|policy| (target, policy)));
            }
        }
    }

    /// Keys under common selectors: an alias tells who holds the key, else the selector is all there is.
    async fn keys(&mut self, domain: &DomainName) {
        let name = |selector: &&str| format!("{selector}._domainkey.{domain}");
        let names: Vec<String> = SELECTORS.iter().map(name).collect();
        let questions = names.iter().map(|name| (name.clone(), RecordType::TXT));
        let answers = self.ask(questions.collect()).await;
        for ((answer, name), selector) in answers.iter().zip(&names).zip(SELECTORS) {
            let Some(answer) = answer else { continue };
            for alias in &answer.aliases {
                self.add(TraceKind::Alias, name, &host(alias));
            }
            if answer.aliases.is_empty() && texts(answer).any(|text| text.contains("p=")) {
                self.add(TraceKind::Dkim, name, selector);
            }
        }
    }

    /// Where well-known names lead first.
    async fn aliases(&mut self, domain: &DomainName) {
        let name = |host: &&str| format!("{host}.{domain}");
        let names: Vec<String> = HOSTS.iter().map(name).collect();
        let questions = names.iter().map(|name| (name.clone(), RecordType::CNAME));
        let answers = self.ask(questions.collect()).await;
        for (answer, name) in answers.iter().zip(&names) {
            let records = answer.iter().flat_map(|answer| &answer.records);
            for record in records.take(MAX_RECORDS) {
                if let RData::CNAME(target) = &record.data {
                    self.add(TraceKind::Alias, name, &host(&target.0));
                }
            }
        }
    }
}

/// The texts of an answer; the strings of a record are one text (RFC 7208 §3.3).
fn texts(answer: &DnsAnswer) -> impl Iterator<Item = String> {
    let records = answer.records.iter().take(MAX_RECORDS);
    records.filter_map(|record| match &record.data {
        RData::TXT(txt) => Some(String::from_utf8_lossy(&txt.txt_data.concat()).into_owned()),
        _ => None,
    })
}

fn is_policy(text: &str) -> bool {
    let rest = text.strip_prefix("v=spf1");
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

/// The domains that a policy includes or redirects to (RFC 7208 §5.2, §6.1), as far as they are names.
fn included(policy: &str) -> Vec<String> {
    let target = |term: &str| -> Option<String> {
        let term = term
            .trim_start_matches(['+', '-', '~', '?'])
            .to_ascii_lowercase();
        let target = term
            .strip_prefix("include:")
            .or_else(|| term.strip_prefix("redirect="))?;
        let name: DomainName = target.trim_end_matches('.').parse().ok()?;
        Some(name.to_string())
    };
    policy.split_ascii_whitespace().filter_map(target).collect()
}

/// A host in lower case, without the dot of the root.
fn host(name: &Name) -> String {
    let shown = name.to_lowercase().to_ascii();
    shown.trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_7208_sections_5_2_and_6_1() {
        let check = |policy: &str, expected: &[&str]| assert_eq!(included(policy), expected);
        check("v=spf1 -all", &[]);
        check(
            "v=spf1 include:A.example. ~include:b.example mx ip4:192.0.2.1 redirect=c.example",
            &["a.example", "b.example", "c.example"],
        );
        check(
            "v=spf1 include:%{i}.spf.example include: exists:x.example",
            &[],
        );
        assert!(is_policy("v=spf1") && is_policy("v=spf1 -all") && !is_policy("v=spf10 -all"));
    }
}
