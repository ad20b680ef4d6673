//! What may go wrong with a host of the world.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One way for a host to fail, to lie, or to attack whoever looks at it. All else about the host is as described.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum HostFault {
    /// Its name servers never answer.
    DnsSilent,
    /// Its name servers answer what cannot be read: records that are not there, a compression pointer to itself.
    DnsMalformed,
    /// Its name servers do not know the zone and answer REFUSED: a lame delegation.
    DnsLame,
    /// The resolver fails: SERVFAIL.
    DnsServfail,
    /// Each of its names is an alias of another, in a circle.
    DnsCircle,
    /// Each of its names is an alias of a further one, without end.
    DnsEndless,
    /// Its address is 169.254.169.254, where clouds hand out keys.
    DnsLiesMetadata,
    /// Its address is 10.0.0.1.
    DnsLiesPrivate,
    /// Its address is `::1`.
    DnsLiesLoopback,
    /// Its address is its own the first time, and 10.0.0.1 from then on: DNS rebinding.
    DnsRebinds,
    /// WHOIS takes the question and never answers.
    WhoisSilent,
    /// WHOIS answers without end.
    WhoisEndless,
    /// WHOIS answers a byte each 100 ms.
    WhoisDrip,
    /// WHOIS says that one asks too often, and ends as if there were nothing.
    WhoisThrottled,
    /// RDAP answers 429 with `Retry-After: 30`.
    RdapThrottled,
    /// RDAP answers 500.
    RdapBroken,
    /// RDAP answers with JSON in which no value has the type that it should have.
    RdapWrongTypes,
    /// RDAP answers with what is no JSON.
    RdapNoJson,
    /// The web server takes the request and never answers.
    WebSilent,
    /// Its page has no end.
    WebEndless,
    /// Its page comes a byte each 100 ms.
    WebDrip,
    /// Its page is broken off.
    WebBroken,
    /// Each page redirects to itself.
    WebRedirectLoop,
    /// Each page redirects to 169.254.169.254.
    WebRedirectMetadata,
    /// Each page redirects to `[::1]`.
    WebRedirectLoopback,
    /// Its page is 64 MiB, packed to 64 KiB.
    WebGzipBomb,
    /// Its page, title and headers are no UTF-8.
    WebInvalidUtf8,
    /// Its answer begins with a header of 1 MB.
    WebHugeHeader,
    /// It answers what is no HTTP, and over TLS what is no TLS.
    WebGarbage,
}

impl HostFault {
    /// All of them, in the order of their description.
    pub const ALL: [Self; 29] = [
        Self::DnsSilent,
        Self::DnsMalformed,
        Self::DnsLame,
        Self::DnsServfail,
        Self::DnsCircle,
        Self::DnsEndless,
        Self::DnsLiesMetadata,
        Self::DnsLiesPrivate,
        Self::DnsLiesLoopback,
        Self::DnsRebinds,
        Self::WhoisSilent,
        Self::WhoisEndless,
        Self::WhoisDrip,
        Self::WhoisThrottled,
        Self::RdapThrottled,
        Self::RdapBroken,
        Self::RdapWrongTypes,
        Self::RdapNoJson,
        Self::WebSilent,
        Self::WebEndless,
        Self::WebDrip,
        Self::WebBroken,
        Self::WebRedirectLoop,
        Self::WebRedirectMetadata,
        Self::WebRedirectLoopback,
        Self::WebGzipBomb,
        Self::WebInvalidUtf8,
        Self::WebHugeHeader,
        Self::WebGarbage,
    ];

    /// Stable, for scenarios; the same as its serialized form.
    pub fn id(self) -> &'static str {
        match self {
            Self::DnsSilent => "dns-silent",
            Self::DnsMalformed => "dns-malformed",
            Self::DnsLame => "dns-lame",
            Self::DnsServfail => "dns-servfail",
            Self::DnsCircle => "dns-circle",
            Self::DnsEndless => "dns-endless",
            Self::DnsLiesMetadata => "dns-lies-metadata",
            Self::DnsLiesPrivate => "dns-lies-private",
            Self::DnsLiesLoopback => "dns-lies-loopback",
            Self::DnsRebinds => "dns-rebinds",
            Self::WhoisSilent => "whois-silent",
            Self::WhoisEndless => "whois-endless",
            Self::WhoisDrip => "whois-drip",
            Self::WhoisThrottled => "whois-throttled",
            Self::RdapThrottled => "rdap-throttled",
            Self::RdapBroken => "rdap-broken",
            Self::RdapWrongTypes => "rdap-wrong-types",
            Self::RdapNoJson => "rdap-no-json",
            Self::WebSilent => "web-silent",
            Self::WebEndless => "web-endless",
            Self::WebDrip => "web-drip",
            Self::WebBroken => "web-broken",
            Self::WebRedirectLoop => "web-redirect-loop",
            Self::WebRedirectMetadata => "web-redirect-metadata",
            Self::WebRedirectLoopback => "web-redirect-loopback",
            Self::WebGzipBomb => "web-gzip-bomb",
            Self::WebInvalidUtf8 => "web-invalid-utf8",
            Self::WebHugeHeader => "web-huge-header",
            Self::WebGarbage => "web-garbage",
        }
    }
}

impl fmt::Display for HostFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_what_is_serialized() {
        for fault in HostFault::ALL {
            let text = serde_json::to_string(&fault).expect("a word");
            assert_eq!(text, format!("\"{fault}\""));
        }
    }
}
