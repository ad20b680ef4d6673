//! The services that organisations use, and the words by which lures speak of them.

use model::{Trace, TraceKind};
use serde::Deserialize;

/// A provider of mail, cloud, identity, VPN, files or the like.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// Stable id in kebab-case (`microsoft-365`).
    pub id: String,
    /// The name as people write it.
    pub name: String,
    /// What it is for: `mail`, `cloud`, `identity`, `vpn`, `files`, …
    pub kind: String,
    /// The provider's own domains; never reported.
    pub domains: Vec<String>,
    /// Words of lures that speak of it, in lower-case ASCII.
    pub words: Vec<String>,
    /// Those of `words` that mean something else too, and so say nothing alone.
    pub generic: Vec<String>,
    /// Suffixes of MX targets that give its use away.
    pub mx: Vec<String>,
    /// SPF `include:` targets that do so.
    pub spf: Vec<String>,
    /// Suffixes of what aliases lead to that do so.
    #[serde(default)]
    pub cname: Vec<String>,
    /// Beginnings of TXT records that do so, in lower case.
    #[serde(default)]
    pub txt: Vec<String>,
    /// Beginnings of TXT records that only suggest its use, in lower case.
    #[serde(default)]
    pub txt_perhaps: Vec<String>,
    /// Selectors of keys for mail that do so.
    #[serde(default)]
    pub dkim: Vec<String>,
    /// Suffixes of hosts that get reports on mail and so do so.
    #[serde(default)]
    pub reports: Vec<String>,
}

/// How sure it is that a record gives the use of a service away.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Gives {
    /// Others than customers have it, too.
    Perhaps,
    /// Customers set it up, and nobody else.
    Surely,
}

impl Service {
    /// Whether a published record gives the use of this service away, and how surely.
    pub fn given_by(&self, trace: &Trace) -> Option<Gives> {
        let says = trace.says.to_ascii_lowercase();
        let ends = |suffixes: &[String]| {
            let is_below = |suffix: &String| {
                let rest = says.strip_suffix(suffix.as_str());
                rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            };
            suffixes.iter().any(is_below)
        };
        let begins = |prefixes: &[String]| prefixes.iter().any(|prefix| says.starts_with(prefix));
        let surely = match trace.kind {
            TraceKind::Mx => ends(&self.mx),
            TraceKind::Spf => ends(&self.spf),
            TraceKind::Alias => ends(&self.cname),
            TraceKind::Dkim => self.dkim.contains(&says),
            TraceKind::Reports => ends(&self.reports),
            TraceKind::Text => begins(&self.txt),
        };
        let perhaps = || trace.kind == TraceKind::Text && begins(&self.txt_perhaps);
        if surely {
            Some(Gives::Surely)
        } else {
            perhaps().then_some(Gives::Perhaps)
        }
    }
}

/// All services known, in the order of the file.
#[derive(Clone, Debug)]
pub struct Catalogue {
    services: Vec<Service>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    service: Vec<Service>,
}

impl Catalogue {
    /// The catalogue that comes with the program, `knowledge/services.toml`.
    ///
    /// # Panics
    ///
    /// Never: a test reads the file.
    pub fn embedded() -> Self {
        let file: File = toml::from_str(include_str!("../../../knowledge/services.toml"))
            .expect("the catalogue is read by a test");
        Self {
            services: file.service,
        }
    }

    /// The service with this id.
    pub fn get(&self, id: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.id == id)
    }

    /// All of them.
    pub fn services(&self) -> &[Service] {
        &self.services
    }

    /// The services whose use a published record gives away, in the order of the file, each with how surely.
    pub fn given_by(&self, trace: &Trace) -> impl Iterator<Item = (&Service, Gives)> {
        let services = self.services.iter();
        services.filter_map(|service| Some((service, service.given_by(trace)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustc_hash::FxHashSet;

    #[test]
    fn the_catalogue_holds_together() {
        let catalogue = Catalogue::embedded();
        assert!(catalogue.services().len() >= 40);
        let ids: FxHashSet<_> = catalogue
            .services()
            .iter()
            .map(|service| &service.id)
            .collect();
        assert_eq!(ids.len(), catalogue.services().len(), "an id is used twice");
        for id in ["microsoft-365", "google-workspace", "proton-mail"] {
            assert!(catalogue.get(id).is_some(), "{id}");
        }
        for service in catalogue.services() {
            for word in &service.words {
                let plain = word
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
                assert!(plain && word.len() >= 2, "{}: {word}", service.id);
            }
            for word in &service.generic {
                assert!(service.words.contains(word), "{}: {word}", service.id);
            }
            let hosts = [
                &service.mx,
                &service.spf,
                &service.cname,
                &service.dkim,
                &service.reports,
            ];
            let texts = [&service.txt, &service.txt_perhaps];
            for part in hosts.into_iter().chain(texts).flatten() {
                assert_eq!(*part, part.to_ascii_lowercase(), "{}", service.id);
                assert!(part.len() > 2 && !part.starts_with('.'), "{part}");
            }
        }
    }

    #[track_caller]
    fn check(kind: TraceKind, says: &str, expected: &str) {
        let trace = Trace {
            kind,
            at: "example.org".to_owned(),
            says: says.to_owned(),
        };
        let catalogue = Catalogue::embedded();
        let given = catalogue.given_by(&trace);
        let given: Vec<String> = given
            .map(|(service, gives)| format!("{} {gives:?}", service.id))
            .collect();
        assert_eq!(given.join(", "), expected, "{kind} {says}");
    }

    #[test]
    fn records_give_services_away() {
        check(
            TraceKind::Mx,
            "example-org.mail.protection.outlook.com",
            "microsoft-365 Surely",
        );
        check(TraceKind::Mx, "notmail.protection.outlook.com.example", "");
        check(TraceKind::Mx, "xaspmx.l.google.com", "");
        check(TraceKind::Spf, "_spf.google.com", "google-workspace Surely");
        check(
            TraceKind::Alias,
            "webdir.online.lync.com",
            "microsoft-365 Surely",
        );
        check(TraceKind::Dkim, "google", "google-workspace Surely");
        check(TraceKind::Dkim, "default", "");
        check(TraceKind::Text, "MS=ms12345678", "microsoft-365 Surely");
        check(
            TraceKind::Text,
            "google-site-verification=abc",
            "google-workspace Perhaps",
        );
        check(
            TraceKind::Text,
            "atlassian-domain-verification=abc",
            "atlassian Surely",
        );
        check(
            TraceKind::Reports,
            "emaildefense.proofpoint.com",
            "proofpoint Surely",
        );
    }
}
