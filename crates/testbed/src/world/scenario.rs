//! What there is in a world: hosts, as a file describes them.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::fault::HostFault;
use crate::error::TestbedError;

/// Hosts, and how slow they are.
///
/// ```toml
/// latency_ms = 50
///
/// [[hosts]]
/// name = "examp1ebank.example"
/// dns = ["@ MX 10 mail", "@ TXT \"v=spf1 -all\""]
/// whois = { file = "examp1ebank.txt" }
/// fault = "web-drip"
///
/// [[hosts.pages]]
/// path = "/"
/// body = "<title>Sign in</title>"
/// ```
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// How long every server waits before it answers, in milliseconds.
    #[serde(default)]
    pub latency_ms: u64,
    /// The hosts; what is under none of their names does not exist.
    #[serde(default)]
    pub hosts: Vec<Host>,
    /// Where relative paths begin; that of the file, or where the program runs.
    #[serde(skip)]
    pub directory: PathBuf,
}

/// A registered domain with all that belongs to it.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Host {
    /// Its name, in A-label form without a dot at its end. Names below it are its own, too.
    pub name: String,
    /// Registered, but without name servers: its names do not exist in DNS.
    #[serde(default)]
    pub undelegated: bool,
    /// The addresses of `name` and `www.name`; when not given, one of loopback that serves its pages.
    #[serde(default)]
    pub addresses: Option<Vec<IpAddr>>,
    /// Further records of its zone, as lines of a zone file (RFC 1035 §5.1) whose origin is `name`; `{address}` is
    /// the address that serves its pages.
    #[serde(default)]
    pub dns: Vec<String>,
    /// What RDAP answers (RFC 9083); nothing: 404.
    #[serde(default)]
    pub rdap: Option<Text>,
    /// What WHOIS answers; nothing: that there is no match.
    #[serde(default)]
    pub whois: Option<Text>,
    /// Its pages, the same over HTTP and HTTPS; others are 404.
    #[serde(default)]
    pub pages: Vec<Page>,
    /// The certificate that it shows, for `name` and all names right below it.
    #[serde(default)]
    pub certificate: Certificate,
    /// How long its servers wait before they answer, in milliseconds; when not given, as all do.
    #[serde(default)]
    pub latency_ms: Option<u64>,
    /// What goes wrong with it.
    #[serde(default)]
    pub fault: Option<HostFault>,
}

/// A page.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// Its path, with the slash it begins with; what follows a `?` is not looked at.
    pub path: String,
    /// The status; 200 by default.
    #[serde(default = "ok")]
    pub status: u16,
    /// Headers beside those of length; `Content-Type` is HTML in UTF-8 by default.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The body.
    #[serde(default)]
    pub body: Text,
}

/// A text that stands in the scenario, or in a file of its own.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Text {
    /// As it stands.
    Inline(String),
    /// The contents of a file.
    File {
        /// Its path, from the directory of the scenario.
        file: PathBuf,
    },
}

/// Who signed the certificate of a host.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Certificate {
    /// The testbed's authority: trusted where its root is.
    #[default]
    Testbed,
    /// The testbed's authority, a year ago, for 90 days.
    Expired,
    /// The host itself.
    SelfSigned,
}

impl Default for Text {
    fn default() -> Self {
        Self::Inline(String::new())
    }
}

impl Scenario {
    /// Reads a description; paths in it begin where the program runs.
    pub fn parse(text: &str) -> Result<Self, TestbedError> {
        toml::from_str(text).map_err(|error| TestbedError::Scenario {
            why: error.to_string(),
        })
    }

    /// Reads a file.
    pub fn read(path: &Path) -> Result<Self, TestbedError> {
        let text = std::fs::read_to_string(path).map_err(|error| TestbedError::Scenario {
            why: format!("{}: {error}", path.display()),
        })?;
        let mut scenario = Self::parse(&text)?;
        scenario.directory = path.parent().unwrap_or(Path::new("")).to_path_buf();
        Ok(scenario)
    }
}

impl Text {
    /// Its bytes; a relative path begins at `directory`.
    pub(crate) fn load(&self, directory: &Path) -> Result<Vec<u8>, TestbedError> {
        match self {
            Self::Inline(text) => Ok(text.clone().into_bytes()),
            Self::File { file } => {
                let path = directory.join(file);
                std::fs::read(&path).map_err(|error| TestbedError::Scenario {
                    why: format!("{}: {error}", path.display()),
                })
            }
        }
    }
}

impl Host {
    /// A host of this name with one page that says so, and nothing else about it.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            pages: vec![Page::new("/", &format!("<title>{name}</title>"))],
            ..Self::default()
        }
    }

    /// The same with this fault.
    #[must_use]
    pub fn with(mut self, fault: HostFault) -> Self {
        self.fault = Some(fault);
        self
    }
}

impl Page {
    /// A page of HTML.
    pub fn new(path: &str, body: &str) -> Self {
        Self {
            path: path.to_owned(),
            status: ok(),
            headers: BTreeMap::new(),
            body: Text::Inline(body.to_owned()),
        }
    }
}

fn ok() -> u16 {
    200
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let told = match Scenario::parse(text) {
            Ok(scenario) => {
                let again = toml::to_string(&scenario).expect("it can be written");
                assert_eq!(Scenario::parse(&again).expect("it can be read"), scenario);
                format!("{} hosts", scenario.hosts.len())
            }
            Err(error) => error.to_string(),
        };
        assert!(told.contains(expected), "{told}");
    }

    #[test]
    fn scenarios_are_read() {
        check("", "0 hosts");
        check(
            "latency_ms = 50\n[[hosts]]\nname = \"a.example\"\nrdap = \"{}\"\nwhois = { file = \"a.txt\" }\n\
             certificate = \"self-signed\"\nfault = \"web-drip\"\n[[hosts.pages]]\npath = \"/\"\n",
            "1 hosts",
        );
        check("[[hosts]]\nname = \"a.example\"\nport = 1\n", "port");
        check("[[hosts]]\nfault = \"web-drip\"\n", "name");
        check(
            "[[hosts]]\nname = \"a.example\"\nfault = \"none\"\n",
            "unknown variant",
        );
    }

    #[test]
    fn a_file_that_is_not_there_is_told() {
        let text = Text::File {
            file: "nowhere.txt".into(),
        };
        let error = text.load(Path::new("/")).expect_err("it is not there");
        assert!(error.to_string().contains("nowhere.txt"), "{error}");
    }
}
