//! What each value of each signal is worth.

use serde::Deserialize;
use std::collections::BTreeMap;

use super::RISK_SIGNALS;

/// The weights of all risk signals, in natural log odds.
#[derive(Clone, Debug)]
pub struct RiskTable {
    values: Vec<Vec<f64>>,
}

/// Why a text is no table.
#[derive(Debug, thiserror::Error)]
pub enum RiskTableFault {
    /// Not TOML, or not of this form.
    #[error("the risk table cannot be read: {0}")]
    Form(#[from] toml::de::Error),
    /// A signal or level is missing, or is not known.
    #[error("the risk table does not fit the signals: {0}")]
    Signals(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    weights: BTreeMap<String, BTreeMap<String, f64>>,
}

impl RiskTable {
    /// The table that comes with the program, `knowledge/risk.toml`.
    ///
    /// # Panics
    ///
    /// Never: a test reads the file.
    pub fn embedded() -> Self {
        Self::parse(include_str!("../../../../knowledge/risk.toml"))
            .expect("the risk table is read by a test")
    }

    /// Reads a table: every level of every signal has to be there, and nothing else.
    pub fn parse(text: &str) -> Result<Self, RiskTableFault> {
        let mut file: File = toml::from_str(text)?;
        let mut values = Vec::with_capacity(RISK_SIGNALS.len());
        for signal in RISK_SIGNALS {
            let missing = |what: &str| RiskTableFault::Signals(format!("`{what}` is missing"));
            let mut table = file
                .weights
                .remove(signal.id)
                .ok_or_else(|| missing(signal.id))?;
            let level = |level: &&str| {
                let what = || missing(&format!("{}.{level}", signal.id));
                table.remove(*level).ok_or_else(what)
            };
            values.push(signal.levels.iter().map(level).collect::<Result<_, _>>()?);
            if let Some(level) = table.keys().next() {
                let says = format!("`{}.{level}` is not known", signal.id);
                return Err(RiskTableFault::Signals(says));
            }
        }
        match file.weights.keys().next() {
            Some(signal) => Err(RiskTableFault::Signals(format!("`{signal}` is not known"))),
            None => Ok(Self { values }),
        }
    }

    /// What a level of the signal at this place is worth.
    pub(super) fn value(&self, place: usize, level: usize) -> f64 {
        self.values[place][level]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_fits_the_signals() {
        RiskTable::embedded();
    }

    #[test]
    fn what_is_missing_or_unknown_is_a_fault() {
        let whole = include_str!("../../../../knowledge/risk.toml");
        let without = whole.replace("[weights.age]", "[weights.years]");
        let fault = RiskTable::parse(&without).expect_err("a signal is missing");
        assert!(fault.to_string().contains("`age` is missing"), "{fault}");
        let more = format!("{whole}\n[weights.moon]\nfull = 1.0\n");
        let fault = RiskTable::parse(&more).expect_err("a signal is not known");
        assert!(fault.to_string().contains("`moon` is not known"), "{fault}");
    }
}
