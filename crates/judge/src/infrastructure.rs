//! What is said of registrars, certification authorities and name servers.

use names::DomainName;
use serde::Deserialize;

/// Groups of companies and servers that bear on a domain.
#[derive(Clone, Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct Infrastructure {
    registrars: Registrars,
    authorities: Authorities,
    name_servers: NameServers,
}

#[derive(Clone, Deserialize, Debug)]
#[serde(deny_unknown_fields)]
struct Registrars {
    bulk: Vec<String>,
    protection: Vec<String>,
}

#[derive(Clone, Deserialize, Debug)]
#[serde(deny_unknown_fields)]
struct Authorities {
    free: Vec<String>,
}

#[derive(Clone, Deserialize, Debug)]
#[serde(deny_unknown_fields)]
struct NameServers {
    parking: Vec<String>,
    sale: Vec<String>,
    suspended: Vec<String>,
}

/// A text that is no table of infrastructure.
#[derive(Debug, thiserror::Error)]
#[error("the infrastructure cannot be read: {0}")]
pub struct InfrastructureFault(#[from] toml::de::Error);

impl Infrastructure {
    /// The table that comes with the program, `knowledge/infrastructure.toml`.
    ///
    /// # Panics
    ///
    /// Never: a test reads the file.
    pub fn embedded() -> Self {
        Self::parse(include_str!("../../../knowledge/infrastructure.toml"))
            .expect("the infrastructure is read by a test")
    }

    /// Reads a table.
    pub fn parse(text: &str) -> Result<Self, InfrastructureFault> {
        Ok(toml::from_str(text)?)
    }

    /// Whether a registrar registers in bulk, at low prices.
    pub fn is_bulk(&self, registrar: &str) -> bool {
        begins(&self.registrars.bulk, registrar)
    }

    /// Whether a registrar registers for companies, to protect brands.
    pub fn is_protection(&self, registrar: &str) -> bool {
        begins(&self.registrars.protection, registrar)
    }

    /// Whether an issuer (its distinguished name) gives certificates to anybody for nothing.
    pub fn is_free(&self, issuer: &str) -> bool {
        let issuer = issuer.to_lowercase();
        let mut free = self.authorities.free.iter();
        free.any(|name| issuer.contains(&name.to_lowercase()))
    }

    /// Whether a name server is for parked domains.
    pub fn is_parking(&self, server: &DomainName) -> bool {
        under(&self.name_servers.parking, server)
    }

    /// Whether a name server is for domains offered for sale.
    pub fn is_sale(&self, server: &DomainName) -> bool {
        under(&self.name_servers.sale, server)
    }

    /// Whether a name server is for domains that were taken down.
    pub fn is_suspended(&self, server: &DomainName) -> bool {
        under(&self.name_servers.suspended, server)
    }
}

fn begins(names: &[String], given: &str) -> bool {
    let given = given.trim().to_lowercase();
    let mut names = names.iter();
    names.any(|name| given.starts_with(&name.to_lowercase()))
}

fn under(parents: &[String], server: &DomainName) -> bool {
    let server = server.as_str();
    parents.iter().any(|parent| {
        server
            .strip_suffix(parent.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_with_the_program() {
        let known = Infrastructure::embedded();
        assert!(known.is_bulk("NameCheap, Inc.") && known.is_bulk("NAMECHEAP INC"));
        assert!(known.is_protection("MarkMonitor Inc.") && !known.is_protection("Mark"));
        assert!(known.is_free("CN=R11,O=Let's Encrypt,C=US"));
        let server = |name: &str| name.parse::<DomainName>().expect("a name");
        assert!(known.is_parking(&server("ns1.sedoparking.com")));
        assert!(!known.is_parking(&server("notsedoparking.com")));
        assert!(known.is_sale(&server("ns1.afternic.com")));
        assert!(known.is_suspended(&server("ns1.verification-hold.suspended-domain.com")));
    }

    #[test]
    fn a_key_that_is_not_known_is_a_fault() {
        assert!(Infrastructure::parse("[registrar]\nbulk = []").is_err());
    }
}
