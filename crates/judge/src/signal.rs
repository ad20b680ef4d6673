//! What a signal is.

use crate::Case;

pub(crate) mod alone;
pub(crate) mod chance;
pub(crate) mod edit;
pub(crate) mod kind;
pub(crate) mod lure;
pub(crate) mod manner;
pub(crate) mod nested;
pub(crate) mod place;
pub(crate) mod prior;
pub(crate) mod rest;
pub(crate) mod script;
pub(crate) mod service;
pub(crate) mod shape;
pub(crate) mod suffix;

/// A trait of a name that speaks for or against imitation.
pub struct Signal {
    /// Stable id in kebab-case; the id of its findings.
    pub id: &'static str,
    /// Why it bears on the question, in a sentence.
    pub why: &'static str,
    /// The values that it can take; each has a weight of its own.
    pub levels: &'static [&'static str],
    /// Which value a case has, if any.
    pub read: fn(&Case<'_>) -> Option<Reading>,
    /// The evidence in a sentence for people.
    pub says: fn(&Case<'_>) -> String,
}

/// What a signal reads off a case.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Reading {
    /// The place among the signal's levels.
    pub level: usize,
    /// By what the level's weight is multiplied; 1 for what is there or is not.
    pub amount: f64,
}

impl Reading {
    /// A value that is there.
    pub(crate) fn level(level: usize) -> Self {
        Self { level, amount: 1.0 }
    }
}
