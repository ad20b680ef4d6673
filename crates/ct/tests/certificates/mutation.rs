//! Every bit of recorded certificates turned over, one at a time.

use ct::Form;
use ct::certificate::details;
use ct::identifiers::{identifiers, printable_runs};
use ct::issuance::{issuance, names_differ};
use x509_parser::certificate::TbsCertificate;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::FromDer;

use crate::read;
use crate::recorded::{Recorded, production, staging};

/// How often all names were still told, of how many flips.
#[derive(Debug, Default)]
struct Tally {
    flips: u32,
    kept: u32,
    /// The strict parser's.
    kept_strictly: u32,
    /// Names were lost, and nothing was said of damage.
    lost_silently: u32,
}

impl Tally {
    /// Turns every bit that is in no name, and counts.
    fn count(&mut self, recorded: &Recorded) {
        let (told, reading) = read(&recorded.der, recorded.form);
        assert!(reading.is_complete(), "{}", recorded.name);
        let mut wanted: Vec<String> = told.into_iter().map(|(_, raw)| raw).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let mut in_name = vec![false; recorded.der.len()];
        for name in &wanted {
            for at in memchr::memmem::find_iter(&recorded.der, name) {
                in_name[at..at + name.len()].fill(true);
            }
        }
        let mut der = recorded.der.clone();
        let outside = (0..der.len()).filter(|&at| !in_name[at]);
        for (at, bit) in outside.flat_map(|at| (0..8).map(move |bit| (at, bit))) {
            der[at] ^= 1 << bit;
            self.flips += 1;
            let mut found = vec![false; wanted.len()];
            let reading = identifiers(&der, recorded.form, |told| {
                if let Some(at) = wanted.iter().position(|name| name.as_bytes() == told.raw) {
                    found[at] = true;
                }
            });
            let kept = found.iter().all(|&found| found);
            self.kept += u32::from(kept);
            self.lost_silently += u32::from(!kept && reading.is_complete());
            self.kept_strictly += u32::from(strictly(&der, &wanted));
            der[at] ^= 1 << bit;
        }
    }
}

/// Whether x509-parser still finds all these names in a `TBSCertificate`.
fn strictly(der: &[u8], wanted: &[String]) -> bool {
    let Ok((_, tbs)) = TbsCertificate::from_der(der) else {
        return false;
    };
    let names = tbs.subject_alternative_name().ok().flatten();
    let alternative = names.iter().flat_map(|names| &names.value.general_names);
    let alternative = alternative.filter_map(|name| match name {
        GeneralName::DNSName(name) => Some(*name),
        _ => None,
    });
    let common = tbs
        .subject()
        .iter_common_name()
        .filter_map(|name| name.as_str().ok());
    let found: Vec<&str> = alternative.chain(common).collect();
    wanted.iter().all(|name| found.contains(&name.as_str()))
}

#[test]
fn names_outlive_a_flipped_bit() {
    let mut tally = Tally::default();
    let recorded = [production(), staging()].concat();
    let precertificates = recorded
        .iter()
        .filter(|recorded| recorded.form == Form::Tbs);
    for recorded in precertificates.take(24) {
        tally.count(recorded);
    }
    assert!(tally.flips > 100_000, "{tally:?}");
    assert_eq!(tally.lost_silently, 0, "{tally:?}");
    assert!(tally.kept * 1000 >= tally.flips * 999, "{tally:?}");
    assert!(tally.kept_strictly * 100 < tally.flips * 90, "{tally:?}");
}

/// Many changes at once: bytes written over, cut out, moved. The same ones each time.
#[test]
fn no_damage_is_too_much() {
    let all = [production(), staging()].concat();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let (mut whole, mut broken) = (0, 0);
    for round in 0..10_000 {
        let recorded = &all[round % all.len()];
        let mut der = recorded.der.clone();
        for _ in 0..=random.below(8) {
            let (at, other) = (random.below(der.len()), random.below(der.len()));
            match random.below(4) {
                0 => der[at] = random.below(256) as u8,
                1 => der[at] ^= 1 << random.below(8),
                2 => der.copy_within(at.min(other)..at.max(other), 0),
                _ => der.truncate(der.len() - random.below(9)),
            }
        }
        let reading = identifiers(&der, recorded.form, |_| {});
        if reading.is_complete() {
            whole += 1;
        } else {
            broken += 1;
        }
        let digest = issuance(&der, recorded.form);
        assert!(digest.is_some() || !reading.is_complete());
        printable_runs(&der, |run| assert!((4..=253).contains(&run.len())));
        let damaged = details(&der, recorded.form).broken.is_some();
        assert!(digest.is_some() || damaged);
        names_differ(&der, recorded.submitted.as_ref().unwrap_or(&der));
    }
    assert!(
        whole > 1000 && broken > 1000,
        "{whole} whole, {broken} broken"
    );
}

/// A small generator, the same on every machine (xorshift64*).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % limit
    }
}
