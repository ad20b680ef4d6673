//! Any bytes, as a leaf with its extra data, and as the answers of a log.
//!
//! Two octets say how long the leaf is; extra data, or an answer, is the rest.

#![no_main]

use ct::rfc6962::{
    EntryAndProof, Inclusion, LogEntry, Page, SignedTreeHead, extra_data, leaf_input,
    parse_consistency,
};
use ct::{Chain, leaf_hash, proof};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((length, rest)) = bytes.split_first_chunk() else {
        return;
    };
    let length = usize::from(u16::from_be_bytes(*length));
    let (leaf, extra) = rest.split_at(length.min(rest.len()));
    hold(LogEntry {
        leaf_input: leaf,
        extra_data: extra,
    });

    let mut buffer = vec![];
    if let Ok(page) = Page::parse(extra, 32) {
        assert!((1..=32).contains(&page.entries.len()));
        for raw in &page.entries {
            if let Ok(entry) = raw.decode(&mut buffer) {
                hold(entry);
            }
        }
    }
    let _ = SignedTreeHead::parse(extra);
    for path in [
        parse_consistency(extra).ok(),
        Inclusion::parse(extra).ok().map(|read| read.path),
        EntryAndProof::parse(extra).ok().map(|read| read.path),
    ] {
        assert!(path.is_none_or(|path| path.len() <= proof::MAX_PROOF));
    }
});

/// What is read, written again, is the same.
fn hold(read: LogEntry<'_>) {
    assert_eq!(read.leaf_hash(), leaf_hash(read.leaf_input));
    let Ok(entry) = read.entry() else {
        return;
    };
    assert_eq!(entry.leaf_hash(), read.leaf_hash());
    assert_eq!(leaf_input(entry.timestamped()), read.leaf_input);
    if let Chain::Certificates(_) = entry.chain {
        let again =
            extra_data(entry.submitted, entry.chain.certificates()).expect("it was framed before");
        assert_eq!(again, read.extra_data);
    }
}
