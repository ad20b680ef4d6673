//! Any bytes, as knowledge of actors and as campaigns that others published.

#![no_main]

use intel::{Knowledge, read_records, read_references, write_records};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(read) = read_references(bytes) {
        for reference in &read.value {
            assert!(!reference.indicators.is_empty() && reference.indicators.is_sorted());
        }
    }
    let Ok(read) = read_records(bytes) else {
        return;
    };
    let written = write_records(&read.value);
    let again = read_records(written.as_bytes()).expect("what is written can be read");
    assert_eq!(again.value.sets.len(), read.value.sets.len());
    let names: Vec<String> = read.value.sets.iter().map(|set| set.name.clone()).collect();
    let mut known = Knowledge::default();
    known.add(read.value);
    for name in names.iter().take(10) {
        let asked = known.lookup(name);
        assert!(!asked.groups.is_empty() || !name.contains(char::is_alphanumeric));
    }
});
