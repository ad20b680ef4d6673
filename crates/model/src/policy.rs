//! How far an organisation lets us go when we look at somebody's domain.

use std::fmt;
use std::str::FromStr;

/// How far a look may go; each step includes those before it.
///
/// The further we go, the more the other side can learn: who asks its name server or opens its page knows that somebody
/// is looking.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Policy {
    /// Registries and public logs only: RDAP, WHOIS, certificate transparency.
    Passive,
    /// The DNS as well.
    Resolve,
    /// TLS servers and pages as well.
    Fetch,
}

impl Policy {
    /// All of them, the most careful first.
    pub const ALL: [Self; 3] = [Self::Passive, Self::Resolve, Self::Fetch];

    /// The word for it in configurations.
    pub fn id(self) -> &'static str {
        match self {
            Self::Passive => "passive",
            Self::Resolve => "resolve",
            Self::Fetch => "fetch",
        }
    }
}

/// The text names no policy.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("`{}` is none of passive, resolve, fetch", given.escape_debug())]
pub struct PolicyFault {
    /// As given.
    pub given: String,
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl FromStr for Policy {
    type Err = PolicyFault;

    fn from_str(given: &str) -> Result<Self, PolicyFault> {
        Self::ALL
            .into_iter()
            .find(|policy| policy.id() == given)
            .ok_or_else(|| PolicyFault {
                given: given.to_owned(),
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lead_back_and_go_further() {
        for policy in Policy::ALL {
            assert_eq!(policy.to_string().parse(), Ok(policy));
        }
        assert!(Policy::ALL.is_sorted());
        let fault = "Fetch\n".parse::<Policy>().expect_err("no policy");
        assert_eq!(
            fault.to_string(),
            "`Fetch\\n` is none of passive, resolve, fetch"
        );
    }
}
