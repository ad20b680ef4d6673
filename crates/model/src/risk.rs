//! How bad, how sure, and who should hear of it: three values, kept apart.

use std::fmt;

use crate::{Finding, Score, Tier};

/// How bad it is if it is what it seems to be.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// A name that does nothing yet, or no more.
    Low,
    /// It is being set up: it resolves, takes mail, or has a certificate.
    Medium,
    /// It is set up to deceive: it shows the organisation's looks, or can send mail in its name.
    High,
    /// It asks for credentials, or was seen in use.
    Critical,
}

impl Severity {
    /// Its id.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How much of what there is to know was learnt.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Confidence {
    /// The name and little more; or questions that failed.
    Low,
    /// The DNS answered, and one of registry, handshake and page.
    Moderate,
    /// DNS and registry answered, and what is served was seen or is not there.
    High,
}

impl Confidence {
    /// Its id.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Moderate => "moderate",
            Self::High => "high",
        }
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a dossier comes to.
#[derive(Clone, PartialEq, Debug)]
pub struct Risk {
    /// Everything that bears on it, towards and away; their log odds add up to the score.
    pub findings: Vec<Finding>,
    /// The logistic of their sum.
    pub score: Score,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// Who should hear of it; none below both thresholds, and none if it is the organisation's own.
    pub tier: Option<Tier>,
    /// The tier that it would have without the company that it keeps.
    pub alone: Option<Tier>,
    /// Why it is the organisation's own, if it is; then nobody is told, whatever the score.
    pub own: Option<String>,
    /// The version of the rules.
    pub rules: &'static str,
}
