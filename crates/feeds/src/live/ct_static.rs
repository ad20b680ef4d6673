//! A log that serves tiles (C2SP static-ct-api, tlog-tiles).

use super::block::Block;
use super::door::{Door, Fault, MAX_ENTRIES, MAX_HASHES, MAX_HEAD, work};
use super::head::SignedHead;
use super::source::TroubleKind;
use ct::checkpoint::Checkpoint;
use ct::tile::{TileId, TileKind, TileWidth};
use ct::tile_set::{TileSet, needed_for_consistency, needed_for_tree};
use ct::{CtFault, Hash, LogKey, Tree, proof};
use std::sync::Arc;

/// How to read a log by its tiles.
#[derive(Clone)]
pub struct Static {
    door: Door,
    key: Arc<LogKey>,
    origin: Arc<str>,
}

impl Static {
    /// `door` leads to the monitoring prefix; `origin` is what checkpoints begin with: the submission prefix without its
    /// scheme.
    pub fn new(door: Door, key: LogKey, origin: &str) -> Self {
        Self {
            door,
            key: key.into(),
            origin: origin.into(),
        }
    }

    pub(super) async fn head(&self) -> Result<SignedHead, Fault> {
        let received = self.door.get("checkpoint", MAX_HEAD).await?.unpack()?;
        let tree = Checkpoint::parse(&received)
            .and_then(|checkpoint| checkpoint.verify(&self.origin, &self.key))
            .map_err(|fault| unsigned(&fault))?;
        Ok(SignedHead::new(tree, &received))
    }

    /// The tile that holds `from` ends where? Full tiles are taken whole, the last as far as it goes.
    pub(super) fn end_of_block(from: u64, size: u64) -> u64 {
        (from / 256 * 256 + 256).min(size)
    }

    /// Entries `from..upto` of one tile, in a tree of `size`.
    pub(super) async fn block(&self, from: u64, upto: u64, size: u64) -> Result<Block, Fault> {
        let tile = TileId::holding(from, size).ok_or_else(|| beyond(from, size))?;
        let (tile, packed) = self.tile(tile, TileKind::Data, MAX_ENTRIES).await?;
        let mut block = work(move || Block::of_tile(packed.unpack()?, tile, from, upto)).await?;
        if block.fault.is_some() {
            self.leaves_beyond(&mut block, upto, size).await?;
        }
        Ok(block)
    }

    /// The leaf hashes of entries that cannot be read, so that the others of the log still can be proven.
    async fn leaves_beyond(&self, block: &mut Block, upto: u64, size: u64) -> Result<(), Fault> {
        let tile = TileId::holding(block.first, size).ok_or_else(|| beyond(upto, size))?;
        let (_, packed) = self.tile(tile, TileKind::Hashes, MAX_HASHES).await?;
        let bytes = packed.unpack()?;
        let (hashes, _) = bytes.as_chunks::<32>();
        let known = block.first + block.leaves.len() as u64 - tile.first_entry();
        let upto = upto - tile.first_entry();
        let missing: &[Hash] = hashes
            .get(known as usize..upto as usize)
            .ok_or_else(|| Fault::new(TroubleKind::WrongSize, "a tile of hashes is too short"))?;
        for leaf in missing {
            block.push_hash(*leaf);
        }
        Ok(())
    }

    /// Whether `tree` is the beginning of the tree under `head`.
    pub(super) async fn extends(&self, tree: &Tree, head: &SignedHead) -> Result<bool, Fault> {
        let tiles = needed_for_consistency(tree.size(), head.size());
        let set = self.hashes(tiles).await?;
        let path = set
            .consistency(tree.size(), head.size())
            .map_err(|fault| broken(&fault))?;
        let (to, root) = (head.size(), &head.tree.root);
        Ok(proof::verify_consistency(tree.size(), &tree.root(), to, root, &path).is_ok())
    }

    /// The tree of the first `size` entries, proven to be the beginning of the one under `head`.
    pub(super) async fn tree_at(&self, size: u64, head: &SignedHead) -> Result<Tree, Fault> {
        let set = self.hashes(needed_for_tree(size, head.size())).await?;
        set.tree(size, &head.tree).map_err(|fault| match fault {
            CtFault::PeerWrongHash { .. } => Fault::new(TroubleKind::WrongHash, fault.to_string()),
            _ => broken(&fault),
        })
    }

    async fn hashes(&self, tiles: Vec<TileId>) -> Result<TileSet, Fault> {
        let mut set = TileSet::new();
        for tile in tiles {
            let (tile, packed) = self.tile(tile, TileKind::Hashes, MAX_HASHES).await?;
            set.insert(tile, &packed.unpack()?).map_err(|fault| {
                let says = format!("{}: {fault}", tile.path(TileKind::Hashes));
                Fault::new(TroubleKind::WrongSize, says)
            })?;
        }
        Ok(set)
    }

    /// A tile; where a partial one is gone, the full one in its place.
    async fn tile(
        &self,
        tile: TileId,
        kind: TileKind,
        limit: usize,
    ) -> Result<(TileId, super::door::Packed), Fault> {
        match self.door.get(&tile.path(kind), limit).await {
            Err(fault) if fault.absent && tile.is_partial() => {
                let full = TileId {
                    width: TileWidth::FULL,
                    ..tile
                };
                let packed = self.door.get(&full.path(kind), limit).await?;
                Ok((full, packed))
            }
            packed => Ok((tile, packed?)),
        }
    }
}

fn unsigned(fault: &CtFault) -> Fault {
    let kind = match fault {
        CtFault::PeerBadSignature { .. }
        | CtFault::PeerUnsigned { .. }
        | CtFault::PeerOtherOrigin => TroubleKind::BadSignature,
        _ => TroubleKind::BrokenFrame,
    };
    Fault::new(kind, fault.to_string())
}

fn broken(fault: &CtFault) -> Fault {
    Fault::new(TroubleKind::BrokenFrame, fault.to_string())
}

fn beyond(index: u64, size: u64) -> Fault {
    let says = format!("entry {index} is beyond the tree of {size}");
    Fault::new(TroubleKind::WrongSize, says)
}
