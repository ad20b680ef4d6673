//! What was published about a registration and its use: claims, by which nothing was asked.

use super::case::{Event, Fault};
use names::DomainName;
use serde::{Deserialize, Serialize};
use toml::Spanned;

/// Something that somebody published.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Claim {
    pub(super) kind: ClaimKind,
    /// Events of the case that it is about; none where its source ties it to no domain.
    pub(super) domains: Vec<DomainName>,
    /// What was published, and what of it was not.
    pub(super) says: String,
    /// What the domains share, where the claim is that they share something.
    pub(super) value: Option<String>,
    /// Who said it, of which intrusion set, where the claim is who was behind it.
    pub(super) attributed: Option<(String, String)>,
    pub(super) source: String,
}

/// What a [`Claim`] is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum ClaimKind {
    /// Who registered.
    Registrant,
    /// That domains belong together, without saying by what.
    Link,
    /// An address that was used.
    Address,
    /// A certificate.
    Certificate,
    /// A machine that was used, without its address.
    Server,
    /// Mail that was seen.
    Mail,
    /// Who was behind it.
    Attribution,
    /// That somebody was not behind it, or that nobody can know.
    Doubt,
}

impl ClaimKind {
    /// The id, as in the file.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Registrant => "registrant",
            Self::Link => "link",
            Self::Address => "address",
            Self::Certificate => "certificate",
            Self::Server => "server",
            Self::Mail => "mail",
            Self::Attribution => "attribution",
            Self::Doubt => "doubt",
        }
    }
}

/// A `[[claim]]` as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClaimTable {
    kind: ClaimKind,
    #[serde(default)]
    domains: Vec<Spanned<String>>,
    says: String,
    value: Option<String>,
    by: Option<String>,
    set: Option<String>,
    source: String,
}

impl ClaimTable {
    /// A claim about some of `events`; one about any other name is a slip of the pen.
    pub(super) fn check(self, events: &[Event]) -> Result<Claim, Fault> {
        let domains = self.domains.iter().map(|written| {
            let named = written.get_ref().parse::<DomainName>().ok();
            let event = events
                .iter()
                .find(|event| Some(&event.domain) == named.as_ref());
            event.map(|event| event.domain.clone()).ok_or_else(|| {
                let message = format!("`{}` is no [[event]] of the case", written.get_ref());
                Fault(message, Some(written.span()))
            })
        });
        let is_attributed = matches!(self.kind, ClaimKind::Attribution | ClaimKind::Doubt);
        let attributed = self.by.zip(self.set);
        if is_attributed != attributed.is_some() {
            let message = "`by` and `set` belong to an attribution or a doubt, and to nothing else";
            return Err(Fault(message.to_owned(), None));
        }
        Ok(Claim {
            kind: self.kind,
            domains: domains.collect::<Result<_, _>>()?,
            says: self.says,
            value: self.value,
            attributed,
            source: self.source,
        })
    }
}
