//! A look, told to people.

use crate::output::{Ink, Paint, escaped_line, ink};
use model::dossier::{DnsFacts, PageFacts, Registration, Screenshot, TlsFacts};
use model::{Absence, Candidate, Look, Probed, Reason, Severity};
use names::defanged;
use pipeline::Outlook;
use std::io::{self, Write};

/// How many of a list are shown.
const FEW: usize = 4;

/// Writes what was seen and what it comes to, most important first.
pub(super) fn write(
    out: &mut impl Write,
    outlook: &Outlook,
    candidate: Option<&Candidate>,
    paint: Paint,
) -> io::Result<()> {
    let (risk, dossier) = (&outlook.risk, &outlook.taken.dossier);
    let name = defanged(dossier.name.as_str()).to_string();
    writeln!(out, "{}", paint.text(Ink::Strong, &name))?;
    if let Some(found) = candidate {
        let target = found.resemblance.target.as_str();
        let organisation = found.resemblance.organisation.as_str();
        let (organisation, target) = (escaped_line(organisation), escaped_line(target));
        writeln!(out, "  imitates {organisation} ({target})")?;
    }
    let tier = match (&risk.own, risk.tier) {
        (Some(_), _) => paint.text(Ink::Good, "its own"),
        (None, Some(tier)) => paint.text(ink(Some(tier)), &tier.to_string()),
        (None, None) => "below watch".to_owned(),
    };
    let severity = match risk.severity {
        Severity::Critical | Severity::High => paint.text(Ink::Alert, risk.severity.as_str()),
        Severity::Medium => paint.text(Ink::Watch, risk.severity.as_str()),
        Severity::Low => risk.severity.as_str().to_owned(),
    };
    writeln!(
        out,
        "  {tier}, score {:.2}; severity {severity}; confidence {}\n",
        risk.score.value(),
        risk.confidence
    )?;
    heading(out, paint, "Stages")?;
    for reached in &outlook.stages {
        let since = reached.since.strftime("%Y-%m-%d %H:%M");
        let stage = reached.stage.as_str();
        let techniques = reached.stage.techniques().join(" ");
        writeln!(
            out,
            "  {stage:<16} {since}  {}  {}",
            told(&reached.says),
            paint.text(Ink::Faint, &techniques)
        )?;
    }
    heading(out, paint, "\nWhy")?;
    for finding in &risk.findings {
        let says = told(&finding.says);
        writeln!(out, "  {:>+6.2}  {says}", finding.log_odds)?;
    }
    heading(out, paint, "\nSeen")?;
    look(
        out,
        paint,
        "registration",
        &dossier.registration,
        registration,
    )?;
    look(out, paint, "DNS", &dossier.dns, dns)?;
    look(out, paint, "certificate", &dossier.tls, tls)?;
    look(out, paint, "page", &dossier.page, page)?;
    look(out, paint, "picture", &dossier.screenshot, screenshot)
}

/// A sentence with the names in it defanged. Numbers have dots, too, and stay.
fn told(text: &str) -> String {
    let is_name = |word: &str| {
        let mut after = word.split('.').skip(1);
        after.any(|rest| rest.starts_with(|c: char| c.is_alphabetic()))
    };
    let word = |word: &str| {
        if is_name(word) {
            defanged(word).to_string()
        } else {
            word.to_owned()
        }
    };
    let words: Vec<String> = text.split(' ').map(word).collect();
    escaped_line(&words.join(" "))
}

fn heading(out: &mut impl Write, paint: Paint, text: &str) -> io::Result<()> {
    writeln!(out, "{}", paint.text(Ink::Strong, text))
}

/// One question with its answer, a line for each part.
fn look<T>(
    out: &mut impl Write,
    paint: Paint,
    what: &str,
    look: &Look<T>,
    tell: fn(&T) -> Vec<String>,
) -> io::Result<()> {
    let lines = match &look.outcome {
        Probed::Answered(facts) => tell(facts),
        Probed::Absent(absence) => vec![absent(*absence).to_owned()],
        Probed::Failed(failure) => vec![format!("failed: {}", failure.says)],
        Probed::NotAsked(reason) => vec![not_asked(*reason).to_owned()],
    };
    let source = if look.source.is_empty() {
        String::new()
    } else {
        let told = format!("  ({}, {} ms)", look.source, look.took.as_millis());
        paint.text(Ink::Faint, &escaped_line(&told))
    };
    for (place, line) in lines.iter().enumerate() {
        let (what, source) = if place == 0 {
            (what, source.as_str())
        } else {
            ("", "")
        };
        writeln!(out, "  {what:<13} {}{source}", escaped_line(line))?;
    }
    Ok(())
}

fn absent(absence: Absence) -> &'static str {
    match absence {
        Absence::NoName => "there is no such name",
        Absence::NoData => "nothing of that kind",
        Absence::NoService => "nobody answers there",
        Absence::NoRegistry => "no registry that could be asked is known",
    }
}

fn not_asked(reason: Reason) -> &'static str {
    match reason {
        Reason::Policy => "not asked: the policy does not go so far",
        Reason::NothingThere => "not asked: there is nothing to ask",
        Reason::NotInstalled => "not asked: what it takes is not installed",
    }
}

/// What was told of one kind, or that there is none.
fn few<T>(what: &str, outcome: &Probed<Vec<T>>, show: impl Fn(&T) -> String) -> Option<String> {
    let all = outcome.answer()?;
    let mut shown: Vec<String> = all.iter().take(FEW).map(show).collect();
    if all.len() > FEW {
        shown.push(format!("{} more", all.len() - FEW));
    }
    Some(format!("{what} {}", shown.join(", ")))
}

fn dns(facts: &DnsFacts) -> Vec<String> {
    let name = |name: &names::DomainName| defanged(name.as_str()).to_string();
    let mut lines: Vec<String> = [
        few("name servers", &facts.ns, name),
        few("addresses", &facts.addresses, |address| {
            match &address.network {
                Some(network) => format!("{} (AS{} {})", address.ip, network.asn, network.name),
                None => address.ip.to_string(),
            }
        }),
        few("mail to", &facts.mx, |mx| name(&mx.exchange)),
    ]
    .into_iter()
    .flatten()
    .collect();
    lines.extend(facts.spf.clone());
    lines.extend(facts.dmarc.answer().cloned());
    if lines.is_empty() {
        lines.push("no name servers, no addresses, no mail".to_owned());
    }
    lines
}

fn registration(facts: &Registration) -> Vec<String> {
    let day = |time: Option<jiff::Timestamp>| {
        time.map_or("unknown".to_owned(), |time| {
            time.strftime("%Y-%m-%d").to_string()
        })
    };
    let registrar = facts.registrar.as_ref();
    let mut lines = vec![format!(
        "since {}, until {}, by {}",
        day(facts.created),
        day(facts.expires),
        registrar.map_or("an unnamed registrar", |registrar| &registrar.name)
    )];
    if let Some(mail) = registrar.and_then(|registrar| registrar.abuse_email.as_deref()) {
        lines.push(format!("abuse to {mail}"));
    }
    if facts.privacy {
        lines.push("a privacy service stands in for the registrant".to_owned());
    }
    lines
}

fn tls(facts: &TlsFacts) -> Vec<String> {
    let mut lines = vec![];
    if let Some(own) = facts.chain.first() {
        lines.push(format!("by {}", own.issuer));
        lines.push(format!("for {}", defanged(&own.names.join(", "))));
    }
    if let Some(why) = &facts.distrust {
        lines.push(format!("not vouched for: {why}"));
    }
    if lines.is_empty() {
        lines.push("no certificate".to_owned());
    }
    lines
}

fn page(facts: &PageFacts) -> Vec<String> {
    let title = match &facts.title {
        Some(title) => format!("“{title}”"),
        None => "no title".to_owned(),
    };
    let status = facts.hops.last().map_or(0, |hop| hop.status);
    let mut lines = vec![format!(
        "{title} (status {status}, {} bytes)",
        facts.body_len
    )];
    if facts.hops.len() > 1 {
        let last = &facts.hops[facts.hops.len() - 1].url;
        lines.push(format!(
            "after {} redirects, at {}",
            facts.hops.len() - 1,
            defanged(last)
        ));
    }
    for form in facts.forms.iter().filter(|form| form.asks()).take(FEW) {
        lines.push(format!("a form that posts to {}", defanged(&form.action)));
    }
    if let Some(alike) = facts.similarity {
        lines.push(format!(
            "{:.0} % like the organisation's own",
            alike * 100.0
        ));
    }
    lines
}

fn screenshot(facts: &Screenshot) -> Vec<String> {
    let (width, height) = facts.size;
    let differs = facts.distance.map_or_else(String::new, |distance| {
        format!(", {distance} of 64 bits differ from the organisation's own")
    });
    vec![format!("{width} × {height}{differs}")]
}
