//! Tiles: 256 hashes, or the entries under them, as one file (C2SP tlog-tiles, static-ct-api), and where it lies.

use std::fmt::Write as _;
use std::num::NonZeroU16;

use data_encoding::HEXLOWER;

use crate::Hash;
use crate::checkpoint::decimal;

/// How many entries or hashes a full tile has.
pub const FULL: u64 = 256;

/// A tile of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    /// 0 for leaves and entries; a hash of level `l` is the root of 256^l leaves. 0 to 63, in certificate
    /// transparency 0 to 5.
    pub level: u8,
    /// Which tile of its level, from 0.
    pub index: u64,
    /// How many hashes or entries it has.
    pub width: TileWidth,
}

/// How wide a tile is: 1 to 256. Below 256 it is partial, and only there for the sizes of checkpoints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileWidth(NonZeroU16);

/// What is in a tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TileKind {
    /// Hashes of the tree.
    Hashes,
    /// Entries, see [`data_tile`](crate::data_tile).
    Data,
    /// Names of entries, see [`names_tile`](crate::names_tile).
    Names,
}

impl TileWidth {
    /// 256.
    pub const FULL: Self = Self(NonZeroU16::new(256).expect("256 is not 0"));

    /// `None` for 0, and for more than 256.
    pub fn new(width: u16) -> Option<Self> {
        NonZeroU16::new(width)
            .map(Self)
            .filter(|&width| width <= Self::FULL)
    }

    /// The number.
    pub fn get(self) -> u16 {
        self.0.get()
    }
}

impl TileId {
    /// The tile as the tree of `size` entries has it, full or partial. `None` where that tree has nothing yet.
    pub fn of(level: u8, index: u64, size: u64) -> Option<Self> {
        let hashes = size.checked_shr(u32::from(level) * 8).unwrap_or(0);
        let width = hashes.saturating_sub(index.checked_mul(FULL)?).min(FULL);
        Some(Self {
            level,
            index,
            width: TileWidth::new(width as u16)?,
        })
    }

    /// The tile of level 0 with this entry, as the tree of `size` entries has it. `None` beyond that tree.
    pub fn holding(entry: u64, size: u64) -> Option<Self> {
        Self::of(0, entry / FULL, size).filter(|_| entry < size)
    }

    /// Whether it has fewer than 256.
    pub fn is_partial(self) -> bool {
        self.width < TileWidth::FULL
    }

    /// The full tile in this place, which may be there when the partial one no longer is.
    #[must_use]
    pub fn full(self) -> Self {
        Self {
            width: TileWidth::FULL,
            ..self
        }
    }

    /// The first entry of this tile's part of the log. Saturates where no log has entries.
    pub fn first_entry(self) -> u64 {
        let one = FULL
            .checked_pow(u32::from(self.level) + 1)
            .unwrap_or(u64::MAX);
        self.index.saturating_mul(one)
    }

    /// Where the tile is below the monitoring prefix: `tile/0/x001/x234/067.p/8`. For data and names the level is not
    /// told; it is 0.
    pub fn path(self, kind: TileKind) -> String {
        let mut path = match kind {
            TileKind::Hashes => format!("tile/{}/", self.level),
            TileKind::Data => "tile/data/".to_owned(),
            TileKind::Names => "tile/names/".to_owned(),
        };
        let mut thousand = 1;
        while self.index / thousand >= 1000 {
            thousand *= 1000;
        }
        let fits = "a String takes everything";
        while thousand > 1 {
            write!(path, "x{:03}/", self.index / thousand % 1000).expect(fits);
            thousand /= 1000;
        }
        write!(path, "{:03}", self.index % 1000).expect(fits);
        if self.is_partial() {
            write!(path, ".p/{}", self.width.get()).expect(fits);
        }
        path
    }

    /// Reads what [`Self::path`] writes, and nothing else: one path a tile.
    pub fn from_path(path: &str) -> Option<(TileKind, Self)> {
        let (kind, rest) = path.strip_prefix("tile/")?.split_once('/')?;
        let (kind, level) = match kind {
            "data" => (TileKind::Data, 0),
            "names" => (TileKind::Names, 0),
            level => (
                TileKind::Hashes,
                decimal(level).filter(|&level| level < 64)?,
            ),
        };
        let (groups, width) = match rest.split_once(".p/") {
            Some((groups, width)) => (groups, TileWidth::new(decimal(width)?.try_into().ok()?)?),
            None => (rest, TileWidth::FULL),
        };
        let mut index = 0_u64;
        let mut groups = groups.split('/').peekable();
        while let Some(group) = groups.next() {
            let group = if groups.peek().is_some() {
                group.strip_prefix('x')?
            } else {
                group
            };
            let digits = group.len() == 3 && group.bytes().all(|byte| byte.is_ascii_digit());
            let number: u64 = group.parse().ok().filter(|_| digits)?;
            index = index.checked_mul(1000)?.checked_add(number)?;
        }
        let tile = Self {
            level: level as u8,
            index,
            width,
        };
        // Needless groups of zeros, and ".p/256", would be second paths.
        (tile.path(kind) == path).then_some((kind, tile))
    }
}

/// Where an issuer lies below the monitoring prefix, by the SHA-256 of its certificate (C2SP static-ct-api, "Issuers").
pub fn issuer_path(fingerprint: &Hash) -> String {
    let mut path = "issuer/".to_owned();
    HEXLOWER.encode_append(fingerprint, &mut path);
    path
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(path: &str, kind: TileKind, level: u8, index: u64, width: u16) {
        let width = TileWidth::new(width).unwrap();
        let tile = TileId {
            level,
            index,
            width,
        };
        assert_eq!(tile.path(kind), path);
        assert_eq!(TileId::from_path(path), Some((kind, tile)), "{path}");
    }

    #[test]
    fn paths() {
        check("tile/0/000", TileKind::Hashes, 0, 0, 256);
        check("tile/0/999.p/255", TileKind::Hashes, 0, 999, 255);
        check("tile/2/x001/000", TileKind::Hashes, 2, 1000, 256);
        check("tile/data/x001/x234/067", TileKind::Data, 0, 1_234_067, 256);
        check(
            "tile/data/x001/x234/067.p/8",
            TileKind::Data,
            0,
            1_234_067,
            8,
        );
        check("tile/names/x001/067.p/10", TileKind::Names, 0, 1067, 10);
        check(
            "tile/63/x018/x446/x744/x073/x709/x551/615",
            TileKind::Hashes,
            63,
            u64::MAX,
            256,
        );
    }

    #[test]
    fn one_path_a_tile() {
        for path in [
            "",
            "tile",
            "tile/0",
            "tile/0/",
            "tile/00/000",
            "tile/64/000",
            "tile/256/000",
            "tile/entries/000",
            "tile/0/0",
            "tile/0/0000",
            "tile/0/x000/001",
            "tile/0/001/001",
            "tile/0/x001",
            "tile/0/+01",
            "tile/0/000.p/0",
            "tile/0/000.p/01",
            "tile/0/000.p/256",
            "tile/0/000.p/65537",
            "tile/0/000.p/",
            "/tile/0/000",
            "tile/0/000/",
            "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
        ] {
            assert_eq!(TileId::from_path(path), None, "{path}");
        }
    }

    /// The example of the specification: a tree of 70,000.
    #[test]
    fn partial_tiles() {
        let of = |level, index| TileId::of(level, index, 70_000).map(|tile| tile.width.get());
        assert_eq!(of(0, 272), Some(256));
        assert_eq!(of(0, 273), Some(112));
        assert_eq!(of(0, 274), None);
        assert_eq!(of(1, 0), Some(256));
        assert_eq!(of(1, 1), Some(17));
        assert_eq!(of(2, 0), Some(1));
        assert_eq!(of(3, 0), None);
        assert_eq!(of(63, u64::MAX), None);
        assert_eq!(TileId::of(1, 0, 256).map(|tile| tile.width.get()), Some(1));
        assert_eq!(TileId::of(0, 0, 0), None);
    }

    #[test]
    fn where_an_entry_is() {
        let holding = |entry| TileId::holding(entry, 600).map(|tile| tile.path(TileKind::Data));
        assert_eq!(holding(255).as_deref(), Some("tile/data/000"));
        assert_eq!(holding(256).as_deref(), Some("tile/data/001"));
        assert_eq!(holding(599).as_deref(), Some("tile/data/002.p/88"));
        assert_eq!(holding(600), None);
    }

    #[test]
    fn first_entries() {
        let first = |level, index| TileId::of(level, index, u64::MAX).unwrap().first_entry();
        assert_eq!(first(0, 3), 768);
        assert_eq!(first(1, 1), 65_536);
        assert_eq!(first(6, 255), 255 << 56);
    }

    #[test]
    fn issuers() {
        let path = issuer_path(&[0xab; 32]);
        assert_eq!(path, format!("issuer/{}", "ab".repeat(32)));
    }

    proptest! {
        #[test]
        fn print_then_parse(level in 0_u8..64, index: u64, width in 1_u16..=256) {
            let tile = TileId { level, index, width: TileWidth::new(width).unwrap() };
            prop_assert_eq!(TileId::from_path(&tile.path(TileKind::Hashes)), Some((TileKind::Hashes, tile)));
        }

        #[test]
        fn parse_anything(path in "tile/[0-9a-z]{0,5}/[x0-9/.p]{0,30}") {
            if let Some((kind, tile)) = TileId::from_path(&path) {
                prop_assert_eq!(tile.path(kind), path);
            }
        }
    }
}
