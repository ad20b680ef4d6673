//! Any bytes as a certificate and as a TBS: names, issuance, details.

#![no_main]

use ct::certificate::{details, fingerprints};
use ct::identifiers::{MAX_IDENTIFIERS, identifiers, printable_runs};
use ct::issuance::{issuance, names_differ};
use ct::Form;
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
        // What is sound for names is sound for the rest.
        if reading.is_complete() {
            assert!(issuance(bytes, form).is_some());
            assert_eq!(details(bytes, form).broken, None);
        } else {
            issuance(bytes, form);
            details(bytes, form);
        }
    }
    printable_runs(bytes, |run| assert!((4..=253).contains(&run.len())));
    fingerprints(bytes);
    // One half as the leaf, the other as what was submitted.
    let (covered, submitted) = bytes.split_at(bytes.len() / 2);
    names_differ(covered, submitted);
    names_differ(bytes, bytes);
});
