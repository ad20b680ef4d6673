//! What the operator decides about calling out.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use url::Url;

use crate::dns::DnsSettings;
use crate::error::EgressError;

/// How this installation calls out. The environment (`HTTPS_PROXY` and its kin) is not read.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Sent as `User-Agent`; see [`user_agent`](crate::user_agent).
    pub user_agent: String,
    /// Through whom all calls go; none by default.
    pub proxy: Option<Proxy>,
    /// The time for finding the address, connecting and the TLS handshake; 10 s by default.
    pub connect_timeout: Duration,
    /// PEM files of certification authorities to trust beside those of the system, such as that of a company's proxy.
    pub roots: Vec<PathBuf>,
    /// Who is asked for names; by default whom the system asks.
    pub dns: DnsSettings,
    /// Lets data lead to this machine itself; see [`Guard::new`](crate::Guard::new).
    pub danger_loopback: bool,
}

impl Settings {
    /// The defaults, with this `User-Agent`.
    pub fn new(user_agent: impl Into<String>) -> Self {
        Settings {
            user_agent: user_agent.into(),
            proxy: None,
            connect_timeout: Duration::from_secs(10),
            roots: Vec::new(),
            dns: DnsSettings::default(),
            danger_loopback: false,
        }
    }
}

/// A proxy: `http://`, `https://`, `socks5://` or `socks5h://`, with user and password where it wants them.
///
/// With `socks5://` we resolve names, so that the guard sees every address. The others resolve by themselves: there the
/// guard checks literal addresses and the form of names, and the rest is for the proxy.
///
/// Neither `Debug` nor `Display` shows user and password.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy(Url);

impl Proxy {
    pub(crate) fn url(&self) -> &Url {
        &self.0
    }

    pub(crate) fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    pub(crate) fn port(&self) -> u16 {
        // The usual one of SOCKS (RFC 1928 §3) is the only one that `Url` does not know.
        self.0.port_or_known_default().unwrap_or(1080)
    }

    /// Whether it speaks HTTP, not SOCKS.
    pub(crate) fn is_http(&self) -> bool {
        matches!(self.0.scheme(), "http" | "https")
    }

    /// Whether it looks names up by itself.
    pub(crate) fn resolves(&self) -> bool {
        self.0.scheme() != "socks5"
    }
}

impl FromStr for Proxy {
    type Err = EgressError;

    fn from_str(text: &str) -> Result<Self, EgressError> {
        let fault = |why: &str| EgressError::ConfigSetting {
            setting: "proxy",
            why: why.to_owned(),
        };
        let url = Url::parse(text).map_err(|error| fault(&error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h") {
            return Err(fault("begins with none of http, https, socks5, socks5h"));
        }
        if url.host_str().is_none_or(str::is_empty) {
            return Err(fault("names no host"));
        }
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err(fault("has something behind the host"));
        }
        Ok(Proxy(url))
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.0.scheme(), self.host())?;
        match self.0.port() {
            Some(port) => write!(f, ":{port}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proxy({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(given: &str, expected: &str) {
        let told = match given.parse::<Proxy>() {
            Ok(proxy) => format!("{proxy:?}"),
            Err(error) => error.to_string(),
        };
        assert_eq!(told, expected);
    }

    #[test]
    fn proxies() {
        check(
            "http://proxy.example:3128",
            "Proxy(http://proxy.example:3128)",
        );
        check("socks5h://[::1]:9050/", "Proxy(socks5h://[::1]:9050)");
        check(
            "https://me:secret@proxy.example",
            "Proxy(https://proxy.example)",
        );
        check(
            "proxy.example:3128",
            "proxy: begins with none of http, https, socks5, socks5h",
        );
        check("socks5:9050", "proxy: names no host");
        check(
            "http://proxy.example/path",
            "proxy: has something behind the host",
        );
        check("3128", "proxy: relative URL without a base");
    }
}
