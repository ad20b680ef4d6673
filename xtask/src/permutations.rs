//! Generated imitations, as examples and as a test of recall.

use names::DomainName;

/// Some generated imitations of a domain, the same ones each time.
pub(crate) fn sample(_domain: &DomainName) -> Vec<String> {
    vec![]
}

/// Prints the recall of generated imitations by technique.
pub(crate) fn recall(
    _data: &crate::data::Data,
    _score: &mut dyn FnMut(&str, u32) -> f64,
    _thresholds: model::Thresholds,
    _out: &mut String,
) -> anyhow::Result<()> {
    Ok(())
}
