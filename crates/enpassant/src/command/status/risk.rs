//! What share of issuance is at risk while logs are behind.

/// The expected share of certificates that are only in logs that are behind, 0 to 1.
///
/// Browsers want each certificate in two logs at least, so one that is behind hides a certificate only if the
/// other is behind, too. `logs` has for each followed log how many entries it gets, in any unit, and whether it is
/// behind. A certificate is taken to be in two different logs, drawn by how much each gets; that is as much as can be
/// known without having read what is missing. One log alone is its own second.
pub(super) fn at_risk(logs: &[(f64, bool)]) -> f64 {
    let sum =
        |logs: &mut dyn Iterator<Item = &(f64, bool)>| logs.map(|(rate, _)| rate).sum::<f64>();
    let all = sum(&mut logs.iter());
    let behind = sum(&mut logs.iter().filter(|(_, behind)| *behind));
    if all <= 0.0 {
        return 0.0;
    }
    let share = |(rate, _): &(f64, bool)| {
        let others = all - rate;
        let second = if others > 0.0 {
            (behind - rate) / others
        } else {
            1.0
        };
        rate / all * second
    };
    logs.iter().filter(|(_, behind)| *behind).map(share).sum()
}

#[cfg(test)]
mod tests {
    use super::at_risk;

    #[track_caller]
    fn check(logs: &[(f64, bool)], want: f64) {
        let risk = at_risk(logs);
        assert!((risk - want).abs() < 1e-9, "{logs:?}: {risk}");
    }

    #[test]
    fn a_certificate_is_at_risk_when_both_of_its_logs_are_behind() {
        check(&[], 0.0);
        check(&[(5.0, false), (5.0, false)], 0.0);
        check(&[(5.0, true), (5.0, false), (5.0, false)], 0.0);
        check(&[(5.0, true), (5.0, true)], 1.0);
        check(&[(5.0, true), (5.0, true), (5.0, false)], 1.0 / 3.0);
        check(&[(5.0, true)], 1.0);
        check(&[(0.0, true)], 0.0);
    }
}
