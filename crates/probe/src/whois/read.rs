//! A WHOIS answer to a registration, an absence, or a refusal.

use std::time::Duration;

use model::dossier::{DomainStatus, Registration, RegistrationSource};
use model::{Absence, Failure, FailureKind, Probed};
use names::DomainName;

use super::lines;
use super::phrases::{self, Word};
use super::sheet::Sheet;
use crate::text;

/// What a WHOIS server said.
#[derive(Clone, PartialEq, Debug)]
pub enum Whois {
    /// Somebody has it.
    Registered(Box<Registration>),
    /// Nobody has it.
    Free,
    /// Nobody can have it, says the line.
    Reserved(String),
    /// The server was asked too often, says the line; it said nothing of the name, whatever else it wrote.
    Throttled {
        /// What it said.
        says: String,
        /// How long it wants to be left alone, if it said so; at most a day.
        retry_after: Option<Duration>,
    },
    /// The server cannot answer now, says the line.
    Unavailable(String),
    /// The server does not take the question, says the line.
    Invalid(String),
    /// The answer is about another name: that of the registry, or of a namesake.
    Other(DomainName),
    /// Nothing that is understood.
    Unreadable,
}

impl Whois {
    /// The same as an answer, an absence or a failure. A reserved name is an answer with that state.
    pub fn probed(self) -> Probed<Registration> {
        let failed = |kind, says, retry_after| {
            Probed::Failed(Failure {
                kind,
                says,
                retry_after,
            })
        };
        match self {
            Whois::Registered(registration) => Probed::Answered(*registration),
            Whois::Free => Probed::Absent(Absence::NoName),
            Whois::Reserved(says) => {
                let mut registration = Registration::new(RegistrationSource::Whois);
                registration.statuses.push(DomainStatus::Reserved);
                registration.notes.push(says);
                Probed::Answered(registration)
            }
            Whois::Throttled { says, retry_after } => {
                failed(FailureKind::Refused, says, retry_after)
            }
            Whois::Unavailable(says) => failed(FailureKind::Broken, says, None),
            Whois::Invalid(says) => failed(FailureKind::Refused, says, None),
            Whois::Other(name) => failed(
                FailureKind::Malformed,
                format!("the answer is about {name}"),
                None,
            ),
            Whois::Unreadable => failed(
                FailureKind::Malformed,
                "nothing in the answer is understood".to_owned(),
                None,
            ),
        }
    }
}

/// Reads what a server said of the domain `asked`.
///
/// Facts go before phrases, so that a registrant called "No match" has registered; among phrases a refusal goes before "not
/// found", since a tired server may say both. At most 256 KiB are read.
pub fn read(bytes: &[u8], asked: &DomainName) -> Whois {
    let text = lines::text(bytes);
    let mut sheet = Sheet::new(asked);
    let items = lines::items(&text);
    sheet.take(&items);
    let said = phrases::loudest(&text);
    if sheet.is_registration() {
        if let Some(other) = sheet.other {
            return Whois::Other(other);
        }
        let mut registration = sheet.finish();
        if bytes.len() > lines::MAX_BYTES {
            registration.notes.push("the answer was cut".to_owned());
        }
        if let Some((Word::Throttled, line)) = said {
            registration.notes.extend(text::tidy(line));
        }
        return Whois::Registered(Box::new(registration));
    }
    let tired = said.filter(|(word, _)| matches!(word, Word::Throttled | Word::Unavailable));
    let (word, line) = match (tired, sheet.verdict.take(), said) {
        (Some(said), _, _) | (None, None, Some(said)) => (said.0, said.1.to_owned()),
        (None, Some(verdict), _) => verdict,
        (None, None, None) => return Whois::Unreadable,
    };
    let says = text::tidy(&line).unwrap_or_default();
    match word {
        Word::Throttled => Whois::Throttled {
            retry_after: wait(&text, &line),
            says,
        },
        Word::Unavailable => Whois::Unavailable(says),
        Word::Reserved => Whois::Reserved(says),
        Word::Invalid => Whois::Invalid(says),
        Word::Free => Whois::Free,
    }
}

/// How long to wait stands in the line of the refusal or in the next one.
fn wait(text: &str, line: &str) -> Option<Duration> {
    let from_line = text.find(line.trim()).map(|at| &text[at..])?;
    from_line.lines().take(2).find_map(phrases::wait)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(answer: &str, expected: &str) {
        let asked = "shop.example".parse().expect("it is a name");
        let told = match read(answer.as_bytes(), &asked) {
            Whois::Registered(domain) => format!(
                "{:?} {:?} {:?} {:?}",
                domain.registrar.map(|registrar| registrar.name),
                domain.statuses,
                domain.privacy,
                domain.notes
            ),
            other => format!("{other:?}"),
        };
        assert_eq!(told, expected);
    }

    #[test]
    fn facts_go_before_phrases() {
        check(
            "domain: shop.example\nregistrant: No match\naddress: too many requests\nregistrar: Shop Ltd\n",
            "Some(\"Shop Ltd\") [] false [\"address: too many requests\"]",
        );
        check("domain: shop.example\nstatus: free\n", "Free");
    }

    #[test]
    fn refusals_go_before_absence() {
        check(
            "No match for shop.example\nQuery rate limit exceeded, wait 3 minutes\n",
            "Throttled { says: \"Query rate limit exceeded, wait 3 minutes\", retry_after: Some(180s) }",
        );
        check(
            "Too many requests\nplease wait 5 seconds\ndomain: shop.example\n",
            "Throttled { says: \"Too many requests\", retry_after: Some(5s) }",
        );
    }

    #[test]
    fn another_name_is_no_answer() {
        check(
            "domain: example\ncreated: 1995-01-01\n",
            "Other(DomainName(example))",
        );
    }

    #[test]
    fn oddities() {
        check("", "Unreadable");
        check("\u{1b}[2J hello", "Unreadable");
        check(
            "domain: shop.example\ncreated: 99/99/2020\nstatus: clientHold https://example\nregistrant name: Privacy Service\n",
            "None [ClientHold] true [\"created is no date: 99/99/2020\"]",
        );
    }
}
