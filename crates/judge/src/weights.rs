//! What each value of each signal is worth.

use crate::SIGNALS;
use model::Thresholds;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

/// The weights of all signals, and how suffixes are rated.
#[derive(Clone, Debug)]
pub struct Weights {
    /// For each signal of [`SIGNALS`], the natural log odds of each level.
    values: Vec<Vec<f64>>,
    suffixes: HashMap<Box<str>, usize>,
    thresholds: Thresholds,
}

/// Why a text is no table of weights.
#[derive(Debug, thiserror::Error)]
pub enum WeightsFault {
    /// Not TOML, or not of this form.
    #[error("the weights cannot be read: {0}")]
    Form(#[from] toml::de::Error),
    /// A signal or level is missing, or is not known.
    #[error("the weights do not fit the signals: {0}")]
    Signals(String),
    /// The thresholds are out of range or in the wrong order.
    #[error("the thresholds of the weights: {0}")]
    Thresholds(#[from] model::ThresholdsFault),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    thresholds: ThresholdsTable,
    /// How the table was made; for people.
    #[serde(default, rename = "fit")]
    _fit: toml::Table,
    weights: BTreeMap<String, BTreeMap<String, f64>>,
    /// Suffixes by level of `suffix-abuse`.
    suffixes: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ThresholdsTable {
    watch: f64,
    alert: f64,
}

impl Weights {
    /// The table that comes with the program, `knowledge/weights.toml`.
    ///
    /// # Panics
    ///
    /// Never: a test reads the file.
    pub fn embedded() -> Self {
        Self::parse(include_str!("../../../knowledge/weights.toml"))
            .expect("the weights are read by a test")
    }

    /// Reads a table: every level of every signal has to be there, and nothing else.
    pub fn parse(text: &str) -> Result<Self, WeightsFault> {
        let mut file: File = toml::from_str(text)?;
        let mut values = Vec::with_capacity(SIGNALS.len());
        for signal in SIGNALS {
            let mut table = file
                .weights
                .remove(signal.id)
                .ok_or_else(|| WeightsFault::Signals(format!("`{}` is missing", signal.id)))?;
            let level = |level: &&str| {
                table.remove(*level).ok_or_else(|| {
                    WeightsFault::Signals(format!("`{}.{level}` is missing", signal.id))
                })
            };
            values.push(signal.levels.iter().map(level).collect::<Result<_, _>>()?);
            if let Some(level) = table.keys().next() {
                return Err(WeightsFault::Signals(format!(
                    "`{}.{level}` is not known",
                    signal.id
                )));
            }
        }
        if let Some(id) = file.weights.keys().next() {
            return Err(WeightsFault::Signals(format!("`{id}` is not known")));
        }
        let mut suffixes = HashMap::new();
        for (level, listed) in file.suffixes {
            let place = ABUSE_LEVELS
                .iter()
                .position(|known| *known == level)
                .ok_or_else(|| WeightsFault::Signals(format!("`suffixes.{level}` is not known")))?;
            suffixes.extend(
                listed
                    .into_iter()
                    .map(|suffix| (suffix.into_boxed_str(), place)),
            );
        }
        let thresholds = Thresholds::new(file.thresholds.watch, file.thresholds.alert)?;
        Ok(Self {
            values,
            suffixes,
            thresholds,
        })
    }

    /// Weights as numbers, in the order of [`SIGNALS`] and their levels.
    pub fn from_values(
        values: Vec<Vec<f64>>,
        suffixes: HashMap<Box<str>, usize>,
        thresholds: Thresholds,
    ) -> Self {
        Self {
            values,
            suffixes,
            thresholds,
        }
    }

    /// The weight of a level of a signal, by their places.
    pub fn value(&self, signal: usize, level: usize) -> f64 {
        self.values[signal][level]
    }

    /// How much names under `suffix` are abused, if that is known.
    pub fn abuse(&self, suffix: &str) -> Option<usize> {
        self.suffixes.get(suffix).copied()
    }

    /// The thresholds that hold for organisations without their own.
    pub fn thresholds(&self) -> Thresholds {
        self.thresholds
    }
}

/// The levels of `suffix-abuse`, from the most abused.
pub(crate) const ABUSE_LEVELS: &[&str] = &["very-high", "high", "raised", "low", "very-low"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_fits_the_signals() {
        let weights = Weights::embedded();
        assert!(weights.thresholds().watch() < weights.thresholds().alert());
        assert!(weights.value(0, 0) < 0.0, "the prior speaks against");
    }

    #[test]
    fn a_table_with_a_gap_is_refused() {
        let text = "thresholds = { watch = 0.1, alert = 0.5 }\nsuffixes = {}\n[weights.prior]\nany = -3.0\n";
        let fault = Weights::parse(text)
            .expect_err("levels are missing")
            .to_string();
        assert!(fault.contains("`resemblance` is missing"), "{fault}");
    }
}
