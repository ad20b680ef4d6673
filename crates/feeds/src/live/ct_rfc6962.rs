//! A log that answers as RFC 6962 §4 says.

use super::block::Block;
use super::door::{Door, Fault, MAX_ENTRIES, MAX_HEAD, work};
use super::head::SignedHead;
use super::source::TroubleKind;
use ct::rfc6962::{EntryAndProof, Inclusion, SignedTreeHead, parse_consistency};
use ct::{CtFault, Hash, LogKey, Tree, proof};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use url::form_urlencoded;

/// How to read a log by asking it for pages.
#[derive(Clone)]
pub struct Rfc6962 {
    door: Door,
    key: Arc<LogKey>,
    /// How many entries the log has shown to give at once. It tells nobody beforehand.
    page: Arc<AtomicU64>,
}

/// Asked for at first; most logs give 32 to 1,024.
const FIRST_PAGE: u64 = 1024;
/// A block is a page, but never less than this: small pages are put together.
const LEAST_BLOCK: u64 = 256;

impl Rfc6962 {
    /// `door` leads to the log's address, below which `ct/v1/` stands.
    pub fn new(door: Door, key: LogKey) -> Self {
        Self {
            door,
            key: key.into(),
            page: Arc::new(AtomicU64::new(FIRST_PAGE)),
        }
    }

    pub(super) async fn head(&self) -> Result<SignedHead, Fault> {
        let received = self.get("get-sth", MAX_HEAD).await?;
        let sth = SignedTreeHead::parse(&received).map_err(|fault| broken(&fault))?;
        let tree = sth.verify(&self.key).map_err(|fault| match fault {
            CtFault::PeerBadSignature { .. } => {
                Fault::new(TroubleKind::BadSignature, fault.to_string())
            }
            _ => broken(&fault),
        })?;
        Ok(SignedHead::new(tree, &received))
    }

    /// Blocks end at multiples of a page, as many logs cut their pages there.
    pub(super) fn end_of_block(&self, from: u64, size: u64) -> u64 {
        let page = self.page.load(Ordering::Relaxed).max(LEAST_BLOCK);
        (from / page * page + page).min(size)
    }

    /// Entries `from..upto`, in as many requests as the log makes of it.
    pub(super) async fn block(&self, from: u64, upto: u64) -> Result<Block, Fault> {
        let mut block = self.page(from, upto).await?;
        while block.leaves.len() < (upto - from) as usize {
            let next = self.page(from + block.leaves.len() as u64, upto).await?;
            block.append(next);
        }
        Ok(block)
    }

    async fn page(&self, from: u64, upto: u64) -> Result<Block, Fault> {
        let asked = upto - from;
        let path = format!("ct/v1/get-entries?start={from}&end={}", upto - 1);
        let packed = self.door.get(&path, MAX_ENTRIES).await?;
        let block = work(move || Block::of_page(&packed.unpack()?, from, asked)).await?;
        let got = block.leaves.len() as u64;
        if got < asked && (from + got).is_multiple_of(32) {
            self.page.fetch_min(got.max(32), Ordering::Relaxed);
        }
        Ok(block)
    }

    /// Whether `tree` is the beginning of the tree under `head`.
    pub(super) async fn extends(&self, tree: &Tree, head: &SignedHead) -> Result<bool, Fault> {
        let path = if tree.size() == 0 {
            vec![]
        } else {
            let (first, second) = (tree.size(), head.size());
            let path = format!("get-sth-consistency?first={first}&second={second}");
            parse_consistency(&self.get(&path, MAX_HEAD).await?).map_err(|fault| broken(&fault))?
        };
        let (to, root) = (head.size(), &head.tree.root);
        Ok(proof::verify_consistency(tree.size(), &tree.root(), to, root, &path).is_ok())
    }

    /// The tree of the first `size` entries, proven to be the beginning of the one under `head`.
    ///
    /// Nobody can be asked for it. But in the inclusion proof of an entry, what lies to the left are the very subtrees
    /// that make up the tree of all entries before it (RFC 6962 §2.1.1).
    pub(super) async fn tree_at(&self, size: u64, head: &SignedHead) -> Result<Tree, Fault> {
        if size == 0 {
            return Ok(Tree::new());
        }
        let index = size - 1;
        let (leaf, path) = self.entry_and_proof(index, head.size()).await?;
        let mut tree = proof::tree_before(&leaf, index, head.size(), &path, &head.tree.root)
            .map_err(|fault| Fault::new(TroubleKind::WrongHash, fault.to_string()))?;
        tree.push(leaf);
        Ok(tree)
    }

    /// The leaf hash of an entry and its inclusion proof. Not every log answers the request that is made for this
    /// (RFC 6962 §4.8), so the two others are the second choice (§4.5, §4.6).
    async fn entry_and_proof(&self, index: u64, size: u64) -> Result<(Hash, Vec<Hash>), Fault> {
        let path = format!("get-entry-and-proof?leaf_index={index}&tree_size={size}");
        match self.get(&path, MAX_ENTRIES).await {
            Ok(received) => {
                let both = EntryAndProof::parse(&received).map_err(|fault| broken(&fault))?;
                let mut buffer = vec![];
                let entry = both
                    .entry
                    .decode(&mut buffer)
                    .map_err(|fault| broken(&fault))?;
                return Ok((entry.leaf_hash(), both.path));
            }
            Err(fault) if fault.kind != TroubleKind::Unavailable => return Err(fault),
            Err(_) => {}
        }
        let leaf = self.page(index, index + 1).await?.leaves[0];
        let base64 = base64_simd::STANDARD.encode_to_string(leaf);
        let hash: String = form_urlencoded::byte_serialize(base64.as_bytes()).collect();
        let path = format!("get-proof-by-hash?hash={hash}&tree_size={size}");
        let inclusion =
            Inclusion::parse(&self.get(&path, MAX_HEAD).await?).map_err(|fault| broken(&fault))?;
        if inclusion.index != index {
            let says = format!(
                "entry {index} is proven in another place, {}",
                inclusion.index
            );
            return Err(Fault::new(TroubleKind::WrongHash, says));
        }
        Ok((leaf, inclusion.path))
    }

    async fn get(&self, request: &str, limit: usize) -> Result<Vec<u8>, Fault> {
        let path = format!("ct/v1/{request}");
        self.door.get(&path, limit).await?.unpack()
    }
}

fn broken(fault: &CtFault) -> Fault {
    Fault::new(TroubleKind::BrokenFrame, fault.to_string())
}
