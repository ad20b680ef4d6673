//! Which RDAP servers to ask for a name (RFC 9224).

use std::collections::HashMap;
use std::fmt;

use names::DomainName;
use serde_json::Value;
use url::Url;

use crate::error::ProbeError;

/// The list that this program was built with.
const EMBEDDED: &[u8] = include_bytes!("../../data/rdap-dns.json");
/// Registries that answer but are not on IANA's list, as they say themselves.
const UNLISTED: &[(&str, &str)] = &[
    ("ch", "https://rdap.nic.ch/"),
    ("de", "https://rdap.denic.de/"),
    ("li", "https://rdap.nic.li/"),
];
/// The largest list that is read. IANA's has 70 KiB.
const MAX_BYTES: usize = 4 << 20;

/// RDAP servers by the suffix that they answer for.
#[derive(Clone)]
pub struct Bootstrap {
    published: String,
    servers: HashMap<Box<str>, Url>,
}

impl Bootstrap {
    /// IANA's list as of the build, and a few registries that are not on it.
    ///
    /// # Panics
    ///
    /// Never: a test reads the list.
    pub fn embedded() -> Self {
        let mut list = Self::from_bytes(EMBEDDED).expect("a test reads the embedded list");
        for (suffix, server) in UNLISTED {
            let server = Url::parse(server).expect("a test reads the unlisted servers");
            list.servers.entry((*suffix).into()).or_insert(server);
        }
        list
    }

    /// Reads a list as IANA publishes it (RFC 9224 §3): nothing is added to it.
    ///
    /// Of the servers for a suffix the first with `https` counts, or else the first with `http` (§3 puts secure ones
    /// first). A service without such a server is left out, as if it were not listed.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ProbeError> {
        let fault = |why: &str| ProbeError::ConfigBootstrap {
            why: why.to_owned(),
        };
        if bytes.len() > MAX_BYTES {
            return Err(fault("it has more than 4 MiB"));
        }
        let json: Value =
            serde_json::from_slice(bytes).map_err(|error| fault(&error.to_string()))?;
        let services = json
            .get("services")
            .and_then(Value::as_array)
            .ok_or_else(|| fault("it has no array `services`"))?;
        let mut servers = HashMap::new();
        for service in services {
            let texts = |at: usize| -> Option<Vec<&str>> {
                let texts = service.get(at)?.as_array()?;
                texts.iter().map(Value::as_str).collect()
            };
            let (Some(suffixes), Some(urls)) = (texts(0), texts(1)) else {
                return Err(fault("a service is not two arrays of texts"));
            };
            if let Some(server) = best(&urls) {
                for suffix in suffixes {
                    servers.insert(suffix.to_ascii_lowercase().into(), server.clone());
                }
            }
        }
        if servers.is_empty() {
            return Err(fault("no service in it has a server"));
        }
        let published = json.get("publication").and_then(Value::as_str);
        Ok(Bootstrap {
            published: published.unwrap_or_default().to_owned(),
            servers,
        })
    }

    /// When the list was published, as it says; empty if it does not.
    pub fn published(&self) -> &str {
        &self.published
    }

    /// The server for a name: that of the longest suffix on the list (RFC 9224 §4).
    pub fn server(&self, name: &DomainName) -> Option<&Url> {
        suffixes(name.as_str()).find_map(|suffix| self.servers.get(suffix))
    }
}

impl fmt::Debug for Bootstrap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, published) = (self.servers.len(), &self.published);
        write!(f, "Bootstrap({count} suffixes, {published})")
    }
}

/// The name and each of its parents, the longest first.
pub(crate) fn suffixes(name: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(name), |rest| {
        rest.split_once('.').map(|(_, rest)| rest)
    })
}

fn best(urls: &[&str]) -> Option<Url> {
    let mut servers: Vec<Url> = urls
        .iter()
        .filter_map(|url| Url::parse(url).ok())
        .filter(|url| matches!(url.scheme(), "https" | "http") && url.has_host())
        .collect();
    servers.sort_by_key(|url| url.scheme() != "https");
    let mut server = servers.into_iter().next()?;
    // Paths are added to it (RFC 9224 §3); without the slash the last part would be replaced.
    if !server.path().ends_with('/') {
        server.set_path(&format!("{}/", server.path()));
    }
    Some(server)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(list: &Bootstrap, name: &str, expected: Option<&str>) {
        let name = name.parse().expect("it is a name");
        assert_eq!(list.server(&name).map(Url::as_str), expected);
    }

    #[test]
    fn the_embedded_list() {
        let list = Bootstrap::embedded();
        check(&list, "shop.fr", Some("https://rdap.nic.fr/"));
        check(&list, "shop.com", Some("https://rdap.verisign.com/com/v1/"));
        check(&list, "shop.de", Some("https://rdap.denic.de/"));
        check(&list, "shop.eu", None);
        assert_eq!(list.published(), "2026-07-23T02:00:03Z");
    }

    #[test]
    fn rfc_9224_section_4() {
        let list = Bootstrap::from_bytes(
            br#"{"services":[[["example","sub.example"],["http://a.example","https://b.example/rdap"]],[["SUB.example"],["https://c.example/"]],[["none"],["ftp://d.example/"]]]}"#,
        )
        .expect("it is a list");
        check(&list, "shop.example", Some("https://b.example/rdap/"));
        check(&list, "a.sub.example", Some("https://c.example/"));
        check(&list, "shop.none", None);
        check(&list, "xsub.other", None);
    }

    #[test]
    fn broken_lists() {
        for list in [
            "",
            "{}",
            r#"{"services":[]}"#,
            r#"{"services":[7]}"#,
            r#"{"services":[[["a"],[7]]]}"#,
            r#"{"services":[[["a"],["ftp://a/"]]]}"#,
        ] {
            assert!(Bootstrap::from_bytes(list.as_bytes()).is_err(), "{list}");
        }
    }
}
