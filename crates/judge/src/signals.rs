//! The table of all signals, in the order in which findings are told.

use crate::signal::{
    Signal, alone, chance, edit, kind, lure, manner, nested, place, prior, rest, script, service,
    shape, suffix,
};

/// All signals.
pub const SIGNALS: &[Signal] = &[
    prior::SIGNAL,
    manner::SIGNAL,
    chance::SIGNAL,
    edit::SIGNAL,
    script::SIGNAL,
    shape::SIGNAL,
    alone::SIGNAL,
    place::SIGNAL,
    nested::SIGNAL,
    kind::SIGNAL,
    lure::SIGNAL,
    lure::MORE,
    service::SIGNAL,
    rest::WORDS,
    rest::LETTERS,
    rest::DIGITS,
    rest::REGION,
    suffix::SAME,
    suffix::ABUSED,
];
