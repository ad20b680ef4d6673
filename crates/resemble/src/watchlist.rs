//! Whom we guard: the one file that a user writes.
//!
//! `knowledge/watchlist.schema.md` documents every key. Unknown keys are refused, and every fault
//! points at its place in the text.

use crate::catalogue::Catalogue;
use model::{OrganisationId, Policy, Thresholds};
use names::{DomainName, Section, SuffixList};
use serde::Deserialize;
use std::ops::Range;
use toml::Spanned;

/// An organisation under protection.
#[derive(Clone, PartialEq, Debug)]
pub struct Organisation {
    /// How the user calls it.
    pub id: OrganisationId,
    /// Its name for people; the id where none is given.
    pub name: String,
    /// Its country, as written (ISO 3166-1 alpha-2 is advised).
    pub country: Option<String>,
    /// Its sector, as written.
    pub sector: Option<String>,
    /// The domains that it owns: they and all below them are never reported.
    pub domains: Vec<DomainName>,
    /// Words and phrases that stand for it; empty means that they are derived from `domains`.
    pub terms: Vec<String>,
    /// Names of people whose impersonation would harm it.
    pub people: Vec<String>,
    /// Ids of the services that it uses, all in the [`Catalogue`].
    pub services: Vec<String>,
    /// Its own thresholds, if it has any.
    pub thresholds: Option<Thresholds>,
    /// How far a look at what imitates it may go, if that is its own affair.
    pub policy: Option<Policy>,
    /// Names that are known to be harmless.
    pub allow: Vec<Allow>,
}

/// Names that somebody declared harmless, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Allow {
    /// A name (it and all below it), or a pattern in which `*` stands for any run of characters.
    pub what: Allowed,
    /// Who decided.
    pub author: String,
    /// Why.
    pub reason: String,
    /// The first day (`YYYY-MM-DD`) on which it no longer holds.
    pub expires: Option<String>,
}

/// What an [`Allow`] lets pass.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Allowed {
    /// This name and all below it.
    Name(DomainName),
    /// Names that match this pattern as a whole.
    Pattern(String),
}

impl Organisation {
    /// An organisation of which nothing is known but the domains that it owns. It has its id for a name.
    pub fn new(id: OrganisationId, domains: Vec<DomainName>) -> Self {
        Self {
            name: id.to_string(),
            id,
            country: None,
            sector: None,
            domains,
            terms: vec![],
            people: vec![],
            services: vec![],
            thresholds: None,
            policy: None,
            allow: vec![],
        }
    }
}

impl Allow {
    /// Whether it lets `name` pass on the day `today` (`YYYY-MM-DD`).
    pub fn covers(&self, name: &str, today: &str) -> bool {
        if self.expires.as_deref().is_some_and(|day| day <= today) {
            return false;
        }
        match &self.what {
            Allowed::Name(allowed) => is_below(name, allowed.as_str()),
            Allowed::Pattern(pattern) => matches(pattern.as_bytes(), name.as_bytes()),
        }
    }
}

/// Whether `name` is `top` or stands below it.
pub(crate) fn is_below(name: &str, top: &str) -> bool {
    name.strip_suffix(top)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Whether `text` matches `pattern`, in which `*` is any run; linear but for the product of both.
fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut retry = None;
    while t < text.len() {
        if p < pattern.len() && pattern[p] == b'*' {
            retry = Some((p + 1, t));
            p += 1;
        } else if p < pattern.len() && pattern[p] == text[t] {
            p += 1;
            t += 1;
        } else if let Some((after_star, from)) = retry {
            retry = Some((after_star, from + 1));
            p = after_star;
            t = from + 1;
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|&byte| byte == b'*')
}

/// All organisations, as read from a file.
#[derive(Clone, PartialEq, Debug)]
pub struct Watchlist {
    organisations: Vec<Organisation>,
}

/// What is wrong with a watchlist, and where.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{message}")]
pub struct WatchlistFault {
    /// What is wrong, in one line, with what to do about it.
    pub message: String,
    /// The bytes of the text that it is about.
    pub span: Option<Range<usize>>,
}

/// What is allowed but risky.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WatchlistWarning {
    /// Which organisation it is about.
    pub organisation: OrganisationId,
    /// What may surprise, in one line.
    pub message: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    organisation: Vec<Table>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    id: Spanned<String>,
    name: Option<String>,
    country: Option<String>,
    sector: Option<String>,
    domains: Spanned<Vec<Spanned<String>>>,
    #[serde(default)]
    terms: Vec<Spanned<String>>,
    #[serde(default)]
    people: Vec<Spanned<String>>,
    #[serde(default)]
    services: Vec<Spanned<String>>,
    thresholds: Option<Spanned<ThresholdsTable>>,
    policy: Option<Spanned<String>>,
    #[serde(default)]
    allow: Vec<Spanned<AllowTable>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ThresholdsTable {
    watch: f64,
    alert: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AllowTable {
    name: Option<String>,
    pattern: Option<String>,
    author: String,
    reason: String,
    expires: Option<toml::value::Datetime>,
}

impl Watchlist {
    /// Takes organisations made in code; the ids are the caller's to keep apart.
    pub fn new(organisations: Vec<Organisation>) -> Self {
        Self { organisations }
    }

    /// Reads the TOML text of a watchlist.
    ///
    /// The first fault ends it; warnings come with the result.
    pub fn parse(
        text: &str,
        catalogue: &Catalogue,
        suffixes: &SuffixList,
    ) -> Result<(Self, Vec<WatchlistWarning>), WatchlistFault> {
        let file: File = toml::from_str(text).map_err(|error| WatchlistFault {
            message: error.message().to_owned(),
            span: error.span(),
        })?;
        if file.organisation.is_empty() {
            return Err(fault(
                "there is no [[organisation]] in the watchlist; add one",
                None,
            ));
        }
        let mut organisations: Vec<Organisation> = Vec::with_capacity(file.organisation.len());
        let mut ids = rustc_hash::FxHashSet::default();
        let mut warnings = Vec::new();
        for table in file.organisation {
            let span = table.id.span();
            let organisation = table.check(catalogue, suffixes, &mut warnings)?;
            if !ids.insert(organisation.id.clone()) {
                let message = format!("the id `{}` is used twice; ids are unique", organisation.id);
                return Err(fault(&message, Some(span)));
            }
            organisations.push(organisation);
        }
        Ok((Self { organisations }, warnings))
    }

    /// All organisations, in the order of the file.
    pub fn organisations(&self) -> &[Organisation] {
        &self.organisations
    }
}

fn fault(message: &str, span: Option<Range<usize>>) -> WatchlistFault {
    WatchlistFault {
        message: message.to_owned(),
        span,
    }
}

impl Table {
    fn check(
        self,
        catalogue: &Catalogue,
        suffixes: &SuffixList,
        warnings: &mut Vec<WatchlistWarning>,
    ) -> Result<Organisation, WatchlistFault> {
        let span = self.id.span();
        let id = OrganisationId::new(self.id.get_ref())
            .map_err(|error| fault(&error.to_string(), Some(span)))?;
        let mut warn = |message: String| {
            warnings.push(WatchlistWarning {
                organisation: id.clone(),
                message,
            });
        };
        let domains = domains(&self.domains, suffixes, &mut warn)?;
        let terms = self
            .terms
            .iter()
            .map(|term| check_term(term, suffixes))
            .collect::<Result<_, _>>()?;
        let people = self
            .people
            .iter()
            .map(check_words)
            .collect::<Result<_, _>>()?;
        for service in &self.services {
            if catalogue.get(service.get_ref()).is_none() {
                let message = format!(
                    "there is no service `{}`; `enpassant watchlist services` lists them",
                    service.get_ref()
                );
                return Err(fault(&message, Some(service.span())));
            }
        }
        let thresholds = self
            .thresholds
            .map(|table| {
                Thresholds::new(table.get_ref().watch, table.get_ref().alert)
                    .map_err(|error| fault(&error.to_string(), Some(table.span())))
            })
            .transpose()?;
        let policy = self
            .policy
            .map(|policy| {
                let parsed = policy.get_ref().parse::<Policy>();
                parsed.map_err(|error| fault(&error.to_string(), Some(policy.span())))
            })
            .transpose()?;
        let allow = self
            .allow
            .into_iter()
            .map(check_allow)
            .collect::<Result<_, _>>()?;
        Ok(Organisation {
            name: self.name.unwrap_or_else(|| id.to_string()),
            id,
            country: self.country,
            sector: self.sector,
            domains,
            terms,
            people,
            services: self.services.into_iter().map(Spanned::into_inner).collect(),
            thresholds,
            policy,
            allow,
        })
    }
}

fn domains(
    listed: &Spanned<Vec<Spanned<String>>>,
    suffixes: &SuffixList,
    warn: &mut impl FnMut(String),
) -> Result<Vec<DomainName>, WatchlistFault> {
    if listed.get_ref().is_empty() {
        let message = "`domains` is empty; name at least one domain that the organisation owns";
        return Err(fault(message, Some(listed.span())));
    }
    let mut domains = Vec::with_capacity(listed.get_ref().len());
    for text in listed.get_ref() {
        let name: DomainName = text.get_ref().parse().map_err(|error| {
            fault(
                &format!(
                    "`{}` is not a domain name: {error}",
                    text.get_ref().escape_debug()
                ),
                Some(text.span()),
            )
        })?;
        if !name.as_str().contains('.') {
            let message = format!("`{name}` is a top-level domain; nobody's names are all of it");
            return Err(fault(&message, Some(text.span())));
        }
        if suffixes.is_suffix(name.as_str()) {
            warn(format!(
                "`{name}` is a public suffix: every name below it counts as the organisation's own"
            ));
        }
        domains.push(name);
    }
    Ok(domains)
}

fn check_words(text: &Spanned<String>) -> Result<String, WatchlistFault> {
    let words = text.get_ref();
    if !words.chars().any(char::is_alphanumeric) {
        return Err(fault(
            "a term needs at least one letter or digit",
            Some(text.span()),
        ));
    }
    if words.chars().count() > 60 {
        return Err(fault("a term has at most 60 characters", Some(text.span())));
    }
    Ok(words.clone())
}

fn check_term(text: &Spanned<String>, suffixes: &SuffixList) -> Result<String, WatchlistFault> {
    let term = check_words(text)?;
    let plain = term.trim_matches('.').to_lowercase();
    if is_listed_suffix(&plain, suffixes) {
        let message = format!(
            "`{term}` is a public suffix and stands in countless names; choose another term"
        );
        return Err(fault(&message, Some(text.span())));
    }
    Ok(term)
}

/// Whether the list itself has `text`; any last label is a suffix by the list's default rule.
fn is_listed_suffix(text: &str, suffixes: &SuffixList) -> bool {
    let Ok(name) = text.parse::<DomainName>() else {
        return false;
    };
    let split = suffixes.split(name.as_str());
    split.registrable.is_none() && split.section != Section::Unlisted
}

fn check_allow(table: Spanned<AllowTable>) -> Result<Allow, WatchlistFault> {
    let span = table.span();
    let table = table.into_inner();
    let what = match (table.name, table.pattern) {
        (Some(name), None) => Allowed::Name(name.parse().map_err(|error| {
            fault(
                &format!("`{}` is not a domain name: {error}", name.escape_debug()),
                Some(span.clone()),
            )
        })?),
        (None, Some(pattern)) if pattern.bytes().all(|byte| byte == b'*' || byte == b'.') => {
            return Err(fault("this pattern allows every name", Some(span)));
        }
        (None, Some(pattern)) => Allowed::Pattern(pattern.to_lowercase()),
        _ => {
            return Err(fault(
                "an allow entry has either `name` or `pattern`",
                Some(span),
            ));
        }
    };
    let expires = table.expires.map(|day| match day.date {
        Some(date) => Ok(format!(
            "{:04}-{:02}-{:02}",
            date.year, date.month, date.day
        )),
        None => Err(fault("`expires` is a day, such as 2027-01-31", Some(span))),
    });
    Ok(Allow {
        what,
        author: table.author,
        reason: table.reason,
        expires: expires.transpose()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<(Watchlist, Vec<WatchlistWarning>), WatchlistFault> {
        Watchlist::parse(text, &Catalogue::embedded(), &SuffixList::embedded())
    }

    fn check_fault(text: &str, message: &str, place: &str) {
        let fault = parse(text).expect_err("the watchlist is wrong");
        assert!(fault.message.contains(message), "{}", fault.message);
        let span = fault.span.expect("the fault has a place");
        assert!(
            text[span.clone()].contains(place),
            "{:?} at {:?}",
            fault.message,
            &text[span]
        );
    }

    #[test]
    fn the_smallest_watchlist_is_an_id_and_a_domain() {
        let (list, warnings) =
            parse("[[organisation]]\nid = \"En Marche !\"\ndomains = [\"En-Marche.fr.\"]")
                .expect("valid");
        let [organisation] = list.organisations() else {
            panic!("one organisation")
        };
        assert_eq!(organisation.id.as_str(), "En Marche !");
        assert_eq!(organisation.domains[0].as_str(), "en-marche.fr");
        assert_eq!(warnings, []);
    }

    #[test]
    fn every_fault_points_at_its_place() {
        let head = "[[organisation]]\nid = \"a\"\ndomains = [\"a.example\"]\n";
        check_fault(&format!("{head}domans = []"), "unknown field", "domans");
        check_fault(
            &format!("{head}terms = [\"ok\", \" \"]"),
            "at least one letter",
            "\" \"",
        );
        check_fault(
            &format!("{head}terms = [\"co.uk\"]"),
            "public suffix",
            "co.uk",
        );
        check_fault(
            &format!("{head}services = [\"microsoft\"]"),
            "no service",
            "microsoft",
        );
        check_fault(
            &format!("{head}[[organisation]]\nid = \"a\"\ndomains = [\"b.example\"]"),
            "twice",
            "a",
        );
        check_fault(
            "[[organisation]]\nid = \"a\"\ndomains = []",
            "at least one",
            "[]",
        );
        check_fault(
            "[[organisation]]\nid = \"a\"\ndomains = [\"a b\"]",
            "not a domain name",
            "a b",
        );
        check_fault(
            "[[organisation]]\nid = \"\"\ndomains = [\"a.example\"]",
            "empty",
            "",
        );
        check_fault(
            &format!("{head}[organisation.thresholds]\nwatch = 0.9\nalert = 0.5"),
            "must not be above",
            "thresholds",
        );
        check_fault(
            &format!(
                "{head}[[organisation.allow]]\npattern = \"*\"\nauthor = \"x\"\nreason = \"y\""
            ),
            "every name",
            "organisation.allow",
        );
    }

    #[test]
    fn an_owned_public_suffix_is_a_warning() {
        let (_, warnings) =
            parse("[[organisation]]\nid = \"pl\"\ndomains = [\"gov.pl\"]").expect("valid");
        assert!(warnings[0].message.contains("public suffix"));
    }

    #[test]
    fn allowances_cover_names_and_patterns_until_they_expire() {
        let allow = |what, expires: Option<&str>| Allow {
            what,
            author: "a".into(),
            reason: "r".into(),
            expires: expires.map(Into::into),
        };
        let name = allow(Allowed::Name("kas.example".parse().expect("a name")), None);
        assert!(name.covers("www.kas.example", "2026-01-01"));
        assert!(!name.covers("notkas.example", "2026-01-01"));
        let pattern = allow(Allowed::Pattern("kas-*.example".into()), Some("2026-06-01"));
        assert!(pattern.covers("kas-berlin.example", "2026-05-31"));
        assert!(!pattern.covers("kas-berlin.example", "2026-06-01"));
        assert!(!pattern.covers("kasberlin.example", "2026-01-01"));
        assert!(matches(b"*a*b*", b"xxaxxbxx") && !matches(b"*a*b", b"xxaxxbxx"));
    }
}
