//! Data tiles of a real log, as somebody saved them.

use std::io;
use std::path::Path;

use ct::tile::{TileId, TileKind, TileWidth};

use super::archive::{Archive, TILE};
use super::entry::TileLeaf;
use crate::error::TestbedError;

/// Adds the full data tiles of the log saved in `directory` to an empty archive, from the first until one is missing.
///
/// They may be compressed with gzip or not, and then be called `.gz` or not. Partial tiles are left aside.
pub(crate) fn load(directory: &Path, archive: &mut Archive) -> Result<(), TestbedError> {
    for index in 0.. {
        let tile = TileId {
            level: 0,
            index,
            width: TileWidth::FULL,
        };
        let path = directory.join(tile.path(TileKind::Data));
        let bytes = match read(&path) {
            Ok(bytes) => bytes,
            Err(fault) if fault.kind() == io::ErrorKind::NotFound && index > 0 => break,
            Err(source) => return Err(TestbedError::Recorded { path, source }),
        };
        let mut rest = &bytes[..];
        for entry in 0..TILE as usize {
            let Some((_, after)) = TileLeaf::split(rest) else {
                return Err(TestbedError::NoTile { path, entry });
            };
            archive.push(&rest[..rest.len() - after.len()]);
            rest = after;
        }
        if !rest.is_empty() {
            return Err(TestbedError::NoTile {
                path,
                entry: TILE as usize,
            });
        }
    }
    Ok(())
}

/// The file, or the one beside it whose name ends in `.gz`.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let plain = std::fs::read(path);
    let absent = plain
        .as_ref()
        .is_err_and(|fault| fault.kind() == io::ErrorKind::NotFound);
    let bytes = if absent {
        std::fs::read(path.with_added_extension("gz"))
    } else {
        plain
    };
    unpack(bytes?)
}

fn unpack(bytes: Vec<u8>) -> io::Result<Vec<u8>> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(bytes);
    }
    let mut unpacked = Vec::new();
    io::Read::read_to_end(
        &mut flate2::read::MultiGzDecoder::new(&bytes[..]),
        &mut unpacked,
    )?;
    Ok(unpacked)
}
