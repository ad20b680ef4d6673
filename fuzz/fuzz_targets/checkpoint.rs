//! Any bytes, as a checkpoint: what is taken has one spelling, and nothing holds that was not signed.

#![no_main]

use ct::cosignature::WitnessKey;
use ct::{Checkpoint, LogKey, MAX_TREE_SIZE, checkpoint, note};
use libfuzzer_sys::fuzz_target;

/// The key of a real log, which signed none of this.
const KEY: &str = "-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEB/we6GOO/xwxivy4HhkrYFAAPo6e2nc346Wo2o2U+GvoPWSPJz91s/xrEvA3Bk9kWHUUXVZS5morFEzsgdHqPg==
-----END PUBLIC KEY-----";

fuzz_target!(|bytes: &[u8]| {
    let Ok(read) = Checkpoint::parse(bytes) else {
        return;
    };
    assert!(read.size <= MAX_TREE_SIZE);
    assert!((1..=note::MAX_SIGNATURES).contains(&read.note.signatures.len()));
    let body = checkpoint::body(read.origin, read.size, &read.root);
    assert!(read.note.text.starts_with(&body));
    assert_eq!(
        read.note.text.len() == body.len(),
        read.extension_lines == 0
    );
    let lines: String = read
        .note
        .signatures
        .iter()
        .map(|line| note::signature_line(line.name, line.key_id, &line.bytes))
        .collect();
    assert_eq!(format!("{}\n{lines}", read.note.text).as_bytes(), bytes);

    let key = LogKey::from_pem(KEY).expect("the key is good");
    assert!(read.verify(read.origin, &key).is_err());
    if let Ok(witness) = WitnessKey::new(read.note.signatures[0].name, [9; 32]) {
        assert!(!matches!(witness.verify(&read), Ok(Some(_))));
    }
});
