//! A published case, as `events.toml` of its directory tells it.

use super::claim::{Claim, ClaimTable};
use crate::fault::TextFault;
use crate::knowledge;
use anyhow::Result;
use jiff::civil::Date;
use names::DomainName;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;
use toml::Spanned;

/// Published names in the order in which they are replayed.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Case {
    pub(super) title: String,
    pub(super) note: String,
    pub(super) events: Vec<Event>,
    /// What else was published about their registration and use.
    pub(super) claims: Vec<Claim>,
}

/// One published name.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Event {
    pub(super) domain: DomainName,
    pub(super) when: When,
    /// What was published about the day, in words.
    pub(super) published: String,
    /// Whom it imitates, and by what.
    pub(super) imitates: String,
    pub(super) source: String,
}

/// What is known of the day on which a name came up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum When {
    /// The day was published for this name.
    Published(Date),
    /// The days were published, not which name came on which; the order is assumed.
    Assumed {
        /// On which it is replayed.
        day: Date,
        /// Those that it may be, in order; `day` is one of them.
        of: Vec<Date>,
    },
    /// Only a period was published.
    Period(String),
    /// Nothing was published.
    Unknown,
}

impl When {
    /// The id of the basis, as in the file.
    pub(super) fn basis(&self) -> &'static str {
        match self {
            Self::Published(_) => "published",
            Self::Assumed { .. } => "assumed-order",
            Self::Period(_) => "approximate",
            Self::Unknown => "unknown",
        }
    }

    /// The day on which it is replayed, where there is one.
    pub(super) fn day(&self) -> Option<Date> {
        match self {
            Self::Published(day) | Self::Assumed { day, .. } => Some(*day),
            Self::Period(_) | Self::Unknown => None,
        }
    }

    /// The days that it may be, in order, where it was not published which it is.
    pub(super) fn possible(&self) -> &[Date] {
        match self {
            Self::Assumed { of, .. } => of,
            Self::Published(_) | Self::Period(_) | Self::Unknown => &[],
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    case: Head,
    event: Vec<Spanned<EventTable>>,
    #[serde(default)]
    claim: Vec<ClaimTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    title: String,
    note: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EventTable {
    domain: Spanned<String>,
    day: Option<Spanned<String>>,
    days: Option<Vec<Spanned<String>>>,
    period: Option<String>,
    day_basis: Option<Basis>,
    published: String,
    imitates: String,
    source: String,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Basis {
    Published,
    AssumedOrder,
    Approximate,
}

/// What is wrong, and where.
pub(super) struct Fault(pub(super) String, pub(super) Option<Range<usize>>);

impl Case {
    /// Reads `events.toml`. A [`TextFault`] where it is wrong.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let text = knowledge::text(path)?;
        Self::parse(&text)
            .map_err(|Fault(message, span)| TextFault::new(path, &text, &message, span).into())
    }

    fn parse(text: &str) -> Result<Self, Fault> {
        let File { case, event, claim } = toml::from_str(text)
            .map_err(|error| Fault(error.message().to_owned(), error.span()))?;
        if event.is_empty() {
            return Err(Fault("there is no [[event]] in the case".to_owned(), None));
        }
        let events: Vec<Event> = event
            .into_iter()
            .map(EventTable::check)
            .collect::<Result<_, _>>()?;
        let claims = claim.into_iter().map(|table| table.check(&events));
        Ok(Self {
            title: case.title,
            note: case.note,
            claims: claims.collect::<Result<_, _>>()?,
            events,
        })
    }
}

impl EventTable {
    fn check(table: Spanned<Self>) -> Result<Event, Fault> {
        let whole = table.span();
        let Self {
            domain,
            day,
            days,
            period,
            day_basis,
            published,
            imitates,
            source,
        } = table.into_inner();
        let name = domain.get_ref().parse().map_err(|fault| {
            Fault(
                format!("`{}` is not a domain name: {fault}", domain.get_ref()),
                Some(domain.span()),
            )
        })?;
        let day = day.as_ref().map(date).transpose()?;
        let days = days
            .map(|days| days.iter().map(date).collect::<Result<BTreeSet<_>, _>>())
            .transpose()?;
        let when = match (day, days, period, day_basis) {
            (Some(day), None, None, Some(Basis::Published)) => When::Published(day),
            (Some(day), Some(days), None, Some(Basis::AssumedOrder))
                if days.len() > 1 && days.contains(&day) =>
            {
                When::Assumed {
                    day,
                    of: days.into_iter().collect(),
                }
            }
            (None, None, Some(period), Some(Basis::Approximate)) => When::Period(period),
            (None, None, None, None) => When::Unknown,
            _ => {
                let message = "an event has a `day` that is `published`, a `day` of `assumed-order` that is one of several \
                    `days`, a `period` that is `approximate`, or none of these and no `day_basis`";
                return Err(Fault(message.to_owned(), Some(whole)));
            }
        };
        Ok(Event {
            domain: name,
            when,
            published,
            imitates,
            source,
        })
    }
}

fn date(day: &Spanned<String>) -> Result<Date, Fault> {
    let message = "a day is written YYYY-MM-DD, and lies before the year 9999";
    let parsed = day.get_ref().parse::<Date>().ok();
    parsed
        .filter(|parsed| (0..9999).contains(&parsed.year()))
        .ok_or_else(|| Fault(message.to_owned(), Some(day.span())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(lines: &str, expected: &str) {
        let text = format!(
            "[case]\ntitle = 't'\nnote = 'n'\n[[event]]\npublished = 'p'\nimitates = 'i'\nsource = 's'\n{lines}"
        );
        let told = match Case::parse(&text) {
            Ok(case) => format!(
                "{} {:?} {:?}",
                case.events[0].domain, case.events[0].when, case.claims
            ),
            Err(Fault(message, span)) => format!(
                "{message} at {:?}",
                span.map(|span| text[span].lines().count())
            ),
        };
        assert!(told.contains(expected), "{told}");
    }

    #[test]
    fn a_day_is_known_as_far_as_it_was_published() {
        check(
            "domain = 'A.example'\nday = '2017-03-15'\nday_basis = 'published'",
            "a.example Published(2017-03-15)",
        );
        check(
            "domain = 'a.example'\nday = '2017-03-15'\ndays = ['2017-03-17', '2017-03-15']\nday_basis = 'assumed-order'",
            "Assumed { day: 2017-03-15, of: [2017-03-15, 2017-03-17] }",
        );
        check(
            "domain = 'a.example'\nperiod = 'early'\nday_basis = 'approximate'",
            "Period(\"early\")",
        );
        check("domain = 'a.example'", "Unknown");
    }

    #[test]
    fn nothing_is_guessed() {
        check(
            "domain = 'a.example'\nday = '2017-03-15'",
            "an event has a `day`",
        );
        check(
            "domain = 'a.example'\nday_basis = 'published'",
            "an event has a `day`",
        );
        for days in [
            "",
            "\ndays = ['2017-03-15']",
            "\ndays = ['2017-03-16', '2017-03-17']",
        ] {
            check(
                &format!(
                    "domain = 'a.example'\nday = '2017-03-15'\nday_basis = 'assumed-order'{days}"
                ),
                "a `day` of `assumed-order` that is one of several `days`",
            );
        }
        check(
            "domain = 'a.example'\nday = '2017-03-15'\ndays = ['2017-03-15', 'soon']\nday_basis = 'assumed-order'",
            "a day is written YYYY-MM-DD",
        );
        check(
            "domain = 'a.example'\nday = '2017-02-30'\nday_basis = 'published'",
            "YYYY-MM-DD, and lies before the year 9999 at Some(1)",
        );
        check(
            "domain = 'a.example'\nday = '9999-12-31'\nday_basis = 'published'",
            "before the year 9999 at Some(1)",
        );
        check("domain = 'a b'", "not a domain name");
        check(
            "domain = 'a.example'\nwhen = 'today'",
            "unknown field `when`",
        );
    }

    #[test]
    fn a_claim_is_about_names_of_the_case_or_none() {
        let claim = |domains: &str| {
            format!(
                "domain = 'a.example'\n[[claim]]\nkind = 'server'\n{domains}\nsays = 's'\nsource = 'o'"
            )
        };
        check(&claim(""), "[Claim { kind: Server, domains: []");
        check(
            &claim("domains = ['A.example']"),
            "domains: [DomainName(a.example)], says: \"s\"",
        );
        check(
            &claim("domains = ['b.example']"),
            "`b.example` is no [[event]] of the case at Some(1)",
        );
        check(
            &claim("mailbox = 'guess@a.example'"),
            "unknown field `mailbox`",
        );
    }
}
