//! Any bytes, as a certificate and as a TBS: names, issuance, details.
//!
//! What follows the first element is what was submitted with it, as in a log's entry.

#![no_main]

use ct::Form;
use ct::certificate::{details, fingerprints};
use ct::identifiers::{MAX_IDENTIFIERS, identifiers, printable_runs};
use ct::issuance::{issuance, names_differ};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for form in [Form::Certificate, Form::Tbs] {
        let mut told = 0;
        let reading = identifiers(bytes, form, |identifier| {
            assert!(!identifier.raw.is_empty());
            told += 1;
        });
        assert_eq!(told, reading.told);
        assert!(told <= MAX_IDENTIFIERS && reading.rescued <= told);
        // Names are read from more of the structure than the digest is.
        assert!(issuance(bytes, form).is_some() || !reading.is_complete());
        details(bytes, form);
    }
    printable_runs(bytes, |run| assert!((4..=253).contains(&run.len())));
    fingerprints(bytes);
    let (covered, submitted) = bytes.split_at(first_element(bytes).min(bytes.len()));
    names_differ(covered, submitted);
    names_differ(bytes, bytes);
});

/// How long the first element is, when its length has two octets, as those of nearly all certificates have.
fn first_element(bytes: &[u8]) -> usize {
    match *bytes {
        [0x30, 0x82, high, low, ..] => 4 + usize::from(u16::from_be_bytes([high, low])),
        _ => bytes.len() / 2,
    }
}
