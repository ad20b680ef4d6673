//! What holds of every input, whatever is in it.

use std::io::Cursor;

use feeds::{Batch, Format, Input};

/// Reads `bytes` to their end: no panic, every line counted once, every record inside its batch.
pub fn hold(bytes: &[u8], format: Format) {
    let Ok(mut input) = Input::from_reader("fuzz", Box::new(Cursor::new(bytes.to_vec())), format)
    else {
        return;
    };
    let mut batch = Batch::default();
    while let Ok(true) = input.next_batch(&mut batch) {
        let tally = &batch.tally;
        assert_eq!(
            tally.lines,
            tally.observed + tally.structure + tally.rejected
        );
        assert_eq!(
            tally.rejected,
            tally.rejects().map(|(_, count)| count).sum::<u64>()
        );
        assert_eq!(tally.observations, batch.records.len() as u64);
        for &record in &batch.records {
            assert!(
                !batch.name(record).is_empty()
                    || format == Format::Certstream
                    || format == Format::Zone
            );
        }
    }
}
