//! How much it means that two domains share a value: the rarer, the more.

use std::collections::BTreeMap;
use std::num::NonZeroU64;

use model::{Pivot, PivotKind};
use serde::Deserialize;

use crate::{Common, Commonness};

/// What shared values are worth.
#[derive(Clone, Debug)]
pub struct Rarity {
    joins: u32,
    least: u32,
    crowd: u64,
    kinds: BTreeMap<PivotKind, Worth>,
    common: Common,
}

/// What one value is worth, shared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Strength {
    /// In thousandths of a bit.
    pub bits: u32,
    /// Whether it joins alone.
    pub alone: bool,
    /// Within how many days two domains must have come to it; none: at any time.
    pub days: Option<u32>,
}

/// A text that is no table of what shared values are worth.
#[derive(Debug, thiserror::Error)]
pub enum RarityFault {
    /// It has another form.
    #[error("what shared values are worth cannot be read: {0}")]
    Form(#[from] toml::de::Error),
    /// It names a kind that does not exist, or leaves one out.
    #[error("what shared values are worth: the kind {0} is unknown or missing")]
    Kind(String),
    /// A number is outside 0 to 60.
    #[error("what shared values are worth: {0} is outside 0 to 60 bits")]
    Range(String),
}

#[derive(Clone, Copy, Deserialize, Debug)]
#[serde(deny_unknown_fields)]
struct Worth {
    base: f64,
    days: Option<u32>,
    cloud_days: Option<u32>,
    burst: Option<Burst>,
}

/// Values of more domains than `above` join only those that came within `days`.
#[derive(Clone, Copy, Deserialize, Debug)]
#[serde(deny_unknown_fields)]
struct Burst {
    above: u64,
    days: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    joins: f64,
    least: f64,
    crowd: u64,
    kinds: BTreeMap<String, Worth>,
}

impl Rarity {
    /// The table that comes with the program, `knowledge/pivots.toml`, beside a list of what many use.
    ///
    /// # Panics
    ///
    /// Never: a test reads the file.
    pub fn embedded(common: Common) -> Self {
        Self::parse(include_str!("../../../knowledge/pivots.toml"), common)
            .expect("the table is read by a test")
    }

    /// Reads a table.
    ///
    /// # Errors
    /// [`RarityFault`].
    pub fn parse(text: &str, common: Common) -> Result<Self, RarityFault> {
        let table: Table = toml::from_str(text)?;
        let mut kinds = BTreeMap::new();
        for (word, worth) in table.kinds {
            let Ok(kind) = word.parse() else {
                return Err(RarityFault::Kind(word));
            };
            if !(0.0..=60.0).contains(&worth.base) {
                return Err(RarityFault::Range(word));
            }
            kinds.insert(kind, worth);
        }
        if let Some(missing) = PivotKind::all().find(|kind| !kinds.contains_key(kind)) {
            return Err(RarityFault::Kind(missing.to_string()));
        }
        for (word, bits) in [("joins", table.joins), ("least", table.least)] {
            if !(0.0..=60.0).contains(&bits) {
                return Err(RarityFault::Range(word.into()));
            }
        }
        Ok(Self {
            joins: thousandths(table.joins),
            least: thousandths(table.least),
            crowd: table.crowd,
            kinds,
            common,
        })
    }

    /// What a value is worth that so many domains have; none where it is too common to mean anything.
    pub fn strength(&self, pivot: &Pivot, holders: u64) -> Option<Strength> {
        let worth = self.worth(pivot.kind);
        let bits = bits(worth.base, holders);
        let alone = bits >= self.joins;
        if bits < self.least || (!alone && holders > self.crowd) {
            return None;
        }
        let days = match self.common.of(pivot) {
            Commonness::Many => return None,
            Commonness::Cloud => worth.cloud_days.or(worth.days),
            Commonness::Unlisted => worth.days,
        };
        let burst = worth.burst.filter(|burst| holders > burst.above);
        let days = match burst {
            Some(burst) => Some(days.map_or(burst.days, |days| days.min(burst.days))),
            None => days,
        };
        Some(Strength { bits, alone, days })
    }

    /// How many domains may have a value of this kind before it means nothing whatever it is.
    pub fn most_holders(&self, kind: PivotKind) -> u64 {
        let base = self.worth(kind).base;
        let (mut meant, mut nothing) = (1, 1 << 61);
        let says_something = |holders| {
            let bits = bits(base, holders);
            bits >= self.joins || (bits >= self.least && holders <= self.crowd)
        };
        while nothing - meant > 1 {
            let middle = u64::midpoint(meant, nothing);
            if says_something(middle) {
                meant = middle;
            } else {
                nothing = middle;
            }
        }
        meant
    }

    /// How many domains may have any value before it means nothing.
    pub fn most(&self) -> u64 {
        let most = PivotKind::all().map(|kind| self.most_holders(kind));
        most.max().unwrap_or(0)
    }

    /// From so many thousandths of a bit on two domains are joined.
    pub fn joins(&self) -> u32 {
        self.joins
    }

    fn worth(&self, kind: PivotKind) -> Worth {
        self.kinds[&kind]
    }
}

/// `base` less the binary logarithm of `holders`, in thousandths, rounded.
fn bits(base: f64, holders: u64) -> u32 {
    let holders = NonZeroU64::new(holders).map_or(1, NonZeroU64::get);
    #[expect(clippy::cast_precision_loss, reason = "a logarithm to three places")]
    let bits = base - (holders as f64).log2();
    thousandths(bits.max(0.0))
}

fn thousandths(bits: f64) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to lie between 0 and 60"
    )]
    let thousandths = (bits * 1000.0).round() as u32;
    thousandths
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rarity() -> Rarity {
        let common = Common::parse("many 203.0.113.0/24\ncloud 198.51.100.0/24\n");
        Rarity::embedded(common.expect("a list"))
    }

    fn check(kind: PivotKind, value: &str, holders: u64, expected: Option<(u32, bool)>) {
        let value = value.to_owned();
        let pivot = Pivot { kind, value };
        let strength = rarity().strength(&pivot, holders);
        let told = strength.map(|strength| (strength.bits, strength.alone));
        assert_eq!(told, expected, "{pivot:?} on {holders}");
    }

    #[test]
    fn the_rarer_the_more() {
        let mailbox = "somebody@mail.example";
        check(PivotKind::RegistrantEmail, mailbox, 2, Some((21_000, true)));
        check(
            PivotKind::RegistrantEmail,
            mailbox,
            1024,
            Some((12_000, true)),
        );
        check(PivotKind::RegistrantEmail, mailbox, 100_000, None);
        check(
            PivotKind::NameServer,
            "ns.rare.example",
            8,
            Some((10_000, true)),
        );
        check(
            PivotKind::NameServer,
            "ns.rare.example",
            9,
            Some((9_830, false)),
        );
        check(PivotKind::NameServer, "ns.busy.example", 33, None);
        check(PivotKind::Asn, "64500", 2, Some((5_000, false)));
        check(PivotKind::Asn, "64500", 9, None);
    }

    #[test]
    fn what_many_use_joins_nothing_and_a_cloud_only_at_a_time() {
        check(PivotKind::Address, "203.0.113.9", 2, None);
        let days = |value: &str, holders| {
            let kind = PivotKind::Address;
            let value = value.to_owned();
            let strength = rarity().strength(&Pivot { kind, value }, holders);
            strength.and_then(|strength| strength.days)
        };
        assert_eq!(days("198.51.100.9", 2), Some(7));
        assert_eq!(days("192.0.2.9", 16), Some(14));
        assert_eq!(days("192.0.2.9", 17), Some(2));
    }

    #[test]
    fn the_most_holders_are_where_the_meaning_ends() {
        let rarity = rarity();
        for kind in PivotKind::all() {
            let most = rarity.most_holders(kind);
            let value = String::new();
            let pivot = Pivot { kind, value };
            assert!(rarity.strength(&pivot, most).is_some(), "{kind}");
            assert!(rarity.strength(&pivot, most + 1).is_none(), "{kind}");
        }
    }

    #[test]
    fn a_table_is_whole_and_within_bounds() {
        let whole = include_str!("../../../knowledge/pivots.toml");
        for (from, to) in [
            ("title = ", "tittle = "),
            ("base = 22.0", "base = 61.0"),
            ("joins = 10.0", "joins = -1.0"),
            ("asn = { base = 6.0, days = 14 }", ""),
        ] {
            assert!(Rarity::parse(&whole.replace(from, to), Common::default()).is_err());
        }
    }
}
