//! Any bytes, as a tile of entries: what is read, written again, is the beginning of the tile.
//!
//! The first octet is the width less one.

#![no_main]

use ct::{Chain, Hash, TileWidth, data_tile};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((&last, bytes)) = input.split_first() else {
        return;
    };
    let width = u16::from(last) + 1;
    let mut entries = data_tile::entries(bytes, TileWidth::new(width).expect("1 to 256"));
    let mut again = vec![];
    let mut faults = 0;
    while let Some(read) = entries.next() {
        let Ok(entry) = read else {
            faults += 1;
            continue;
        };
        assert_eq!(faults, 0, "a fault comes last");
        assert!(entries.read() <= width);
        let (from, leaf) = (again.len(), [&[0, 0], entry.timestamped()].concat());
        assert_eq!(entry.leaf_hash(), ct::leaf_hash(&leaf));
        let chain: Vec<Hash> = entry.chain.fingerprints().copied().collect();
        data_tile::write_entry(&mut again, entry.timestamped(), entry.submitted, &chain)
            .expect("it was framed before");
        if let Chain::Broken(chain) = entry.chain {
            again.truncate(again.len() - 2);
            again.extend((chain.len() as u16).to_be_bytes());
            again.extend(chain);
        }
        assert_eq!(again[from..], bytes[from..again.len()]);
    }
    assert!(faults <= 1);
    assert_eq!(
        faults == 0,
        entries.read() == width && again.len() == bytes.len()
    );
});
