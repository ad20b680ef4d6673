//! What became of every line and every name.

use crate::output::{counted, grouped};
use feeds::LineTally;
use model::Tier;
use names::NameFault;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt;
use std::ops::AddAssign;

/// What became of names. Each observation is in exactly one of the six.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(crate) struct NameTally {
    faults: BTreeMap<&'static str, u64>,
    /// Belongs to a guarded organisation, or to a service that one uses.
    pub(crate) own: u64,
    /// Every organisation that it resembles allows it.
    pub(crate) allowed: u64,
    /// Resembles nothing that is guarded, or not enough to be told.
    pub(crate) unlike: u64,
    /// Told, to at least one organisation.
    pub(crate) candidate: u64,
    /// To each organisation that it resembles its registrable domain had been told before.
    pub(crate) duplicate: u64,
}

impl NameTally {
    /// Counts an observation that is no name.
    pub(crate) fn unreadable(&mut self, fault: NameFault) {
        *self.faults.entry(fault.id()).or_default() += 1;
    }

    /// How many observations are no names.
    pub(crate) fn unreadable_names(&self) -> u64 {
        self.faults.values().sum()
    }

    /// The six counters with their names, in the order in which they are told.
    fn counters(&self) -> [(&'static str, u64); 6] {
        [
            ("unreadable", self.unreadable_names()),
            ("own", self.own),
            ("allowed", self.allowed),
            ("unlike", self.unlike),
            ("candidate", self.candidate),
            ("duplicate", self.duplicate),
        ]
    }
}

impl AddAssign<&Self> for NameTally {
    fn add_assign(&mut self, other: &Self) {
        for (fault, count) in &other.faults {
            *self.faults.entry(fault).or_default() += count;
        }
        self.own += other.own;
        self.allowed += other.allowed;
        self.unlike += other.unlike;
        self.candidate += other.candidate;
        self.duplicate += other.duplicate;
    }
}

/// The end of a scan, told: both sums, and what was told.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(crate) struct Summary {
    /// What became of the lines.
    pub(crate) lines: LineTally,
    /// What became of the names on them.
    pub(crate) names: NameTally,
    /// Rows told: alerts, watches, and below both.
    pub(crate) rows: Rows,
    /// Inputs that could not be read, or not to their end.
    pub(crate) failed_inputs: u64,
}

/// Rows told, by tier. A name told to two organisations has two.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize)]
pub(crate) struct Rows {
    alert: u64,
    watch: u64,
    below: u64,
}

impl Rows {
    /// Counts one row.
    pub(crate) fn count(&mut self, tier: Option<Tier>) {
        match tier {
            Some(Tier::Alert) => self.alert += 1,
            Some(Tier::Watch) => self.watch += 1,
            None => self.below += 1,
        }
    }

    /// How many are of this tier or a higher one.
    pub(crate) fn at_least(self, tier: Tier) -> u64 {
        match tier {
            Tier::Alert => self.alert,
            Tier::Watch => self.alert + self.watch,
        }
    }

    fn all(self) -> u64 {
        self.alert + self.watch + self.below
    }
}

impl Summary {
    /// For programs, in one object.
    pub(crate) fn json(&self) -> Value {
        let LineTally {
            lines,
            observed,
            structure,
            rejected,
            observations,
            ..
        } = self.lines;
        let reasons: BTreeMap<_, _> = self
            .lines
            .rejects()
            .map(|(reason, count)| (reason.id(), count))
            .collect();
        let names: BTreeMap<_, _> = self.names.counters().into();
        json!({
            "lines": { "all": lines, "observed": observed, "structure": structure, "rejected": rejected },
            "observations": observations,
            "names": names,
            "rejected": reasons,
            "unreadable": self.names.faults,
            "rows": self.rows,
            "failed_inputs": self.failed_inputs,
        })
    }
}

/// For people: each sum on a line, its reasons below it.
impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let LineTally {
            lines,
            observed,
            structure,
            rejected,
            observations,
            ..
        } = self.lines;
        let parts = [
            ("observed", observed),
            ("structure", structure),
            ("rejected", rejected),
        ];
        sum(f, "lines", lines, &parts)?;
        for (reason, count) in self.lines.rejects() {
            writeln!(
                f,
                "  {} rejected as {}: {reason}",
                grouped(count),
                reason.id()
            )?;
        }
        sum(f, "names", observations, &self.names.counters())?;
        for (fault, count) in &self.names.faults {
            writeln!(f, "  {} unreadable: {fault}", grouped(*count))?;
        }
        let Rows {
            alert,
            watch,
            below,
        } = self.rows;
        let rows = counted(self.rows.all(), "row");
        write!(
            f,
            "{rows} told: {} alert, {} watch",
            grouped(alert),
            grouped(watch)
        )?;
        if below > 0 {
            write!(f, ", {} below", grouped(below))?;
        }
        writeln!(f)
    }
}

fn sum(f: &mut fmt::Formatter<'_>, what: &str, all: u64, parts: &[(&str, u64)]) -> fmt::Result {
    let parts: Vec<String> = parts
        .iter()
        .map(|(name, count)| format!("{} {name}", grouped(*count)))
        .collect();
    writeln!(f, "{} {what} = {}", grouped(all), parts.join(" + "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sums_are_told() {
        let mut summary = Summary::default();
        summary.lines.lines = 1200;
        summary.lines.observed = 1150;
        summary.lines.structure = 50;
        summary.lines.observations = 1150;
        summary.names.unreadable(NameFault::Punycode);
        summary.names += &NameTally {
            own: 2,
            unlike: 1145,
            candidate: 2,
            ..NameTally::default()
        };
        for tier in [Some(Tier::Alert), Some(Tier::Watch), None] {
            summary.rows.count(tier);
        }
        let expected = "1,200 lines = 1,150 observed + 50 structure + 0 rejected\n\
            1,150 names = 1 unreadable + 2 own + 0 allowed + 1,145 unlike + 2 candidate + 0 duplicate\n  \
            1 unreadable: punycode\n\
            3 rows told: 1 alert, 1 watch, 1 below\n";
        assert_eq!(summary.to_string(), expected);
        assert_eq!(summary.rows.at_least(Tier::Watch), 2);
        let json = summary.json();
        assert_eq!(json["lines"]["all"], 1200);
        assert_eq!(json["names"]["unlike"], 1145);
        assert_eq!(json["unreadable"]["punycode"], 1);
    }
}
