//! Own or stranger: what an organisation's own registrations have in common, and what of it a domain shares.
//!
//! Whoever registers a domain writes what he likes into its contacts, and may delegate it to anybody's servers. So what
//! clears a domain has to be something that only the organisation, or somebody who checked, could do.

use std::collections::BTreeSet;

use model::Dossier;
use model::dossier::{Registration, RegistrationSource, Role};
use names::{DomainName, SuffixList};

use crate::contact::{is_redacted, plain};

/// What the registrations of an organisation look like.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct OwnTraits {
    domains: BTreeSet<String>,
    /// Registrants with their registrars.
    accounts: BTreeSet<(String, String)>,
    registrants: BTreeSet<String>,
    /// Sets of name servers.
    name_servers: BTreeSet<Vec<DomainName>>,
    networks: BTreeSet<u32>,
}

/// Something that a domain shares with the organisation's own.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shared {
    /// Whether it is enough by itself to call the domain the organisation's own.
    pub clears: bool,
    /// What it is, in a sentence for people.
    pub says: String,
}

impl OwnTraits {
    /// The traits of an organisation with these domains, as looks at some of them showed.
    pub fn of<'a>(domains: &[DomainName], looks: impl IntoIterator<Item = &'a Dossier>) -> Self {
        let mut traits = Self {
            domains: domains.iter().map(ToString::to_string).collect(),
            ..Self::default()
        };
        for look in looks {
            if let Some(registration) = look.registration.answer() {
                for registrant in registrants(registration) {
                    if let Some(registrar) = registrar(registration) {
                        traits.accounts.insert((registrant.clone(), registrar));
                    }
                    traits.registrants.insert(registrant);
                }
            }
            if let Some(dns) = look.dns.answer() {
                if let Some(servers) = dns.ns.answer() {
                    traits.name_servers.insert(servers.clone());
                }
                let addresses = dns.addresses.answer().into_iter().flatten();
                let networks = addresses.filter_map(|address| address.network.as_ref());
                traits.networks.extend(networks.map(|network| network.asn));
            }
        }
        traits
    }

    /// What the domain of `dossier` shares, the strongest first.
    pub fn shared(&self, dossier: &Dossier, suffixes: &SuffixList) -> Vec<Shared> {
        let mut shared = vec![];
        shared.extend(self.certificate(dossier, suffixes));
        shared.extend(self.served(dossier, suffixes));
        shared.extend(self.registrant(dossier));
        shared.extend(self.hosting(dossier));
        shared
    }

    fn owns(&self, name: &DomainName, suffixes: &SuffixList) -> bool {
        let split = suffixes.split(name.as_str());
        let registrable = split
            .registrable
            .map_or(name.as_str(), |start| &name.as_str()[start..]);
        self.domains.contains(registrable)
    }

    /// A public authority checked that one party controls all names of a certificate. Certificates of hosters, with names of
    /// many customers, say nothing: every name has to be the organisation's or the domain's.
    fn certificate(&self, dossier: &Dossier, suffixes: &SuffixList) -> Option<Shared> {
        let tls = dossier.tls.answer().filter(|tls| tls.trusted)?;
        let names: Vec<DomainName> = tls
            .chain
            .first()?
            .names
            .iter()
            .filter_map(|name| name.trim_start_matches("*.").parse().ok())
            .collect();
        let is_this = |name: &DomainName| {
            let rest = name.as_str().strip_suffix(dossier.registrable.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        let own = names.iter().find(|name| self.owns(name, suffixes))?;
        let all = names
            .iter()
            .all(|name| is_this(name) || self.owns(name, suffixes));
        (all && names.iter().any(is_this)).then(|| Shared {
            clears: true,
            says: format!("one certificate of a public authority speaks for it and for {own}"),
        })
    }

    /// The organisation's own name servers answer for it: a stranger can name them, and they would not know the name.
    fn served(&self, dossier: &Dossier, suffixes: &SuffixList) -> Option<Shared> {
        let dns = dossier.dns.answer()?;
        let soa = dns.soa.answer()?;
        let servers = dns.ns.answer().filter(|servers| !servers.is_empty())?;
        let all = servers.iter().all(|server| self.owns(server, suffixes));
        let first: DomainName = soa.mname.parse().ok()?;
        (all && self.owns(&first, suffixes)).then(|| Shared {
            clears: true,
            says: format!(
                "the organisation's own name server {} answers for it",
                servers[0]
            ),
        })
    }

    /// The registrant says so; that counts where the registrar is the same, too.
    fn registrant(&self, dossier: &Dossier) -> Option<Shared> {
        let registration = dossier.registration.answer()?;
        if registration.via == RegistrationSource::Published {
            return None;
        }
        let registrant = registrants(registration).find(|name| self.registrants.contains(name))?;
        let account = registrar(registration).map(|registrar| (registrant.clone(), registrar));
        let clears = account.is_some_and(|account| self.accounts.contains(&account));
        let says = if clears {
            format!(
                "registrant “{registrant}” at the same registrar as the organisation's own domains"
            )
        } else {
            format!(
                "registrant “{registrant}” as of the organisation's own domains, at another registrar"
            )
        };
        Some(Shared { clears, says })
    }

    fn hosting(&self, dossier: &Dossier) -> Option<Shared> {
        let dns = dossier.dns.answer()?;
        let servers = dns.ns.answer()?;
        let addresses = dns.addresses.answer().into_iter().flatten();
        let network = addresses
            .filter_map(|address| address.network.as_ref())
            .find(|network| self.networks.contains(&network.asn))?;
        self.name_servers.contains(servers).then(|| Shared {
            clears: false,
            says: format!(
                "the same name servers and the same network ({}) as the organisation's own domains",
                network.name
            ),
        })
    }
}

/// Mailboxes and organisations of the registrant, to compare; nothing of a privacy service.
fn registrants(registration: &Registration) -> impl Iterator<Item = String> {
    let contacts = registration
        .contacts
        .iter()
        .filter(|contact| !registration.privacy && contact.roles.contains(&Role::Registrant));
    contacts
        .flat_map(|contact| contact.organisation.iter().chain(&contact.emails))
        .filter(|text| !is_redacted(text))
        .map(|text| plain(text))
        .filter(|text| text.chars().count() >= 4)
}

fn registrar(registration: &Registration) -> Option<String> {
    let name = plain(&registration.registrar.as_ref()?.name);
    (!name.is_empty()).then_some(name)
}
