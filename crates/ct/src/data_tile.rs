//! Tiles of entries (C2SP static-ct-api, "Log entries"): `TileLeaf` after `TileLeaf`, unpacked.

use crate::Hash;
use crate::entry::{Chain, Entry, EntryKind};
use crate::fault::{CtFault, Part};
use crate::frame::{self, Frame};
use crate::tile::TileWidth;

/// The entries of a tile, in order, without a copy and without memory of its own.
///
/// Yields as many as the tile is wide. Where an entry cannot be read, for its type is unknown or the bytes end, that
/// fault comes last: nothing tells where the next one would begin. What was yielded before stays good. Bytes after the
/// last entry are a fault too, that comes after it.
#[derive(Debug, Clone)]
pub struct Entries<'a> {
    frame: Frame<'a>,
    width: TileWidth,
    read: u16,
    ended: bool,
}

/// Reads the tile of that width, as its path says it.
pub fn entries(bytes: &[u8], width: TileWidth) -> Entries<'_> {
    Entries {
        frame: Frame::new(bytes, Part::DataTile),
        width,
        read: 0,
        ended: false,
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = Result<Entry<'a>, CtFault>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        if self.read == self.width.get() {
            self.ended = true;
            return self.frame.finish().err().map(Err);
        }
        let entry = self.read_entry();
        match entry {
            Ok(_) => self.read += 1,
            Err(_) => self.ended = true,
        }
        Some(entry)
    }
}

impl<'a> Entries<'a> {
    /// How many entries were read so far: after a fault, the place in the tile of the entry that it is about.
    pub fn read(&self) -> u16 {
        self.read
    }

    #[inline]
    fn read_entry(&mut self) -> Result<Entry<'a>, CtFault> {
        if self.frame.is_empty() {
            return Err(CtFault::PeerWrongSize {
                part: Part::DataTile,
                want: self.width.get().into(),
                got: self.read.into(),
            });
        }
        let mut entry = Entry::read(&mut self.frame)?;
        if entry.kind == EntryKind::Precertificate {
            entry.submitted = Some(self.frame.opaque24()?);
        }
        entry.chain = Chain::of_fingerprints(self.frame.opaque16()?);
        Ok(entry)
    }
}

/// Appends a `TileLeaf`; a precertificate's needs `submitted`, a certificate's has none.
///
/// # Errors
///
/// [`CtFault::PeerOversized`] for what the format has no room for.
pub fn write_entry(
    out: &mut Vec<u8>,
    timestamped: &[u8],
    submitted: Option<&[u8]>,
    chain: &[Hash],
) -> Result<(), CtFault> {
    out.extend(timestamped);
    if let Some(submitted) = submitted {
        frame::push24(out, submitted, Part::DataTile)?;
    }
    frame::push16(out, chain.as_flattened(), Part::DataTile)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::entry::tests::{Draft, drafts};
    use crate::entry::{Covered, timestamped_entry};

    fn chain(draft: &Draft) -> Vec<Hash> {
        draft
            .chain
            .iter()
            .map(|bytes| [bytes.len() as u8; 32])
            .collect()
    }

    fn write(drafts: &[Draft]) -> Vec<u8> {
        let mut tile = vec![];
        for draft in drafts {
            write_entry(
                &mut tile,
                &draft.timestamped(),
                draft.submitted(),
                &chain(draft),
            )
            .unwrap();
        }
        tile
    }

    fn width(entries: usize) -> TileWidth {
        TileWidth::new(entries as u16).unwrap()
    }

    proptest! {
        /// What was written is read, each entry with its hash.
        #[test]
        fn write_then_read(drafts in prop::collection::vec(drafts(), 1..6)) {
            let tile = write(&drafts);
            let read: Vec<Entry<'_>> = entries(&tile, width(drafts.len())).collect::<Result<_, _>>().unwrap();
            prop_assert_eq!(read.len(), drafts.len());
            for (draft, entry) in drafts.iter().zip(&read) {
                prop_assert!(draft.is(entry), "{:?} read as {:?}", draft, entry);
                prop_assert!(entry.chain.fingerprints().eq(&chain(draft)));
            }
        }

        /// Cut off anywhere, the entries before stay, then one fault comes, then nothing.
        #[test]
        fn cut_off(drafts in prop::collection::vec(drafts(), 1..6), at: prop::sample::Index) {
            let mut tile = write(&drafts);
            tile.truncate(at.index(tile.len()));
            let mut read = entries(&tile, width(drafts.len()));
            let mut whole = 0;
            let fault = loop {
                match read.next().expect("a fault comes before the end") {
                    Ok(entry) => prop_assert!(drafts[whole].is(&entry)),
                    Err(fault) => break fault,
                }
                whole += 1;
            };
            prop_assert_eq!(fault.id(), "wrong-size");
            prop_assert_eq!(usize::from(read.read()), whole);
            prop_assert!(read.next().is_none());
            prop_assert!(write(&drafts[..whole]).len() <= tile.len());
        }

        #[test]
        fn anything(bytes: Vec<u8>, wide in 1_u16..=256) {
            let read: Vec<_> = entries(&bytes, TileWidth::new(wide).unwrap()).collect();
            prop_assert!(read.len() <= usize::from(wide) + 1);
            let (last, before) = read.split_last().expect("at least one entry or one fault");
            prop_assert!(before.iter().all(Result::is_ok));
            prop_assert!(last.is_err() || read.len() == usize::from(wide));
        }
    }

    #[track_caller]
    fn check(tile: &[u8], wide: u16, want: &str) {
        let told: Vec<String> = entries(tile, TileWidth::new(wide).unwrap())
            .map(|read| {
                read.map_or_else(
                    |fault| fault.to_string(),
                    |entry| entry.covered.escape_ascii().to_string(),
                )
            })
            .collect();
        assert_eq!(told.join(", "), want);
    }

    fn certificate(der: &[u8]) -> Vec<u8> {
        let mut tile = vec![];
        let timestamped = timestamped_entry(5, Covered::Certificate(der), &[]).unwrap();
        write_entry(&mut tile, &timestamped, None, &[]).unwrap();
        tile
    }

    #[test]
    fn widths() {
        let two = [certificate(b"a"), certificate(b"b")].concat();
        check(&two, 2, "a, b");
        check(&two, 3, "a, b, the tile of entries holds 2 where 3 belong");
        check(&two, 1, "a, the tile of entries holds 36 where 18 belong");
        check(&[], 256, "the tile of entries holds 0 where 256 belong");
    }

    #[test]
    fn unknown_types() {
        let mut three = [certificate(b"a"), certificate(b"b"), certificate(b"c")].concat();
        // Octets 8 and 9 of an entry are its type.
        three[18 + 8..18 + 10].copy_from_slice(&[0x80, 1]);
        check(&three, 3, "a, an entry is of unknown type 32769");
    }

    #[test]
    fn lengths_that_lie() {
        let mut tile = [certificate(b"a"), certificate(b"b")].concat();
        tile[18 + 10] = 0xff;
        check(
            &tile,
            2,
            "a, the tile of entries ends at 36 bytes, before its lengths say",
        );
    }

    #[test]
    fn a_broken_chain_leaves_the_entry() {
        let mut tile = certificate(b"a");
        *tile.last_mut().unwrap() = 3;
        tile.extend(b"xyz");
        tile.extend(certificate(b"b"));
        let read: Vec<_> = entries(&tile, width(2)).map(Result::unwrap).collect();
        assert_eq!(read[0].chain, Chain::Broken(b"xyz"));
        assert_eq!(read[1].covered, b"b");
    }
}
