//! The services that organisations use, and the words by which lures speak of them.

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
        }
    }
}
