//! What real logs served (`corpus/ct`): read, hashed, proven.

use std::fs;
use std::io::Read as _;
use std::path::PathBuf;

use ct::rfc6962::{Inclusion, Page, SignedTreeHead, parse_consistency};
use ct::{
    Chain, Checkpoint, Dialect, EntryKind, Hash, LogId, LogKey, LogList, LogState, TileId,
    TileKind, TileSet, TileWidth, Tree, TreeHead, data_tile, leaf_hash, log_list, names_tile,
    node_hash, proof,
};

/// A recorded file; packed ones are unpacked.
fn recorded(path: &str) -> Vec<u8> {
    let whole = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../corpus/ct")
        .join(path);
    let bytes = fs::read(&whole).unwrap_or_else(|fault| panic!("{}: {fault}", whole.display()));
    if whole.extension().is_none_or(|extension| extension != "gz") {
        return bytes;
    }
    let mut unpacked = vec![];
    flate2::read::GzDecoder::new(&*bytes)
        .read_to_end(&mut unpacked)
        .unwrap();
    unpacked
}

fn hash_tile(path: &str) -> Vec<Hash> {
    recorded(&format!("navigli2025h2/{path}"))
        .as_chunks()
        .0
        .to_vec()
}

/// The entries of a data tile have the leaf hashes, and stand at the place, that the hash tile says.
#[track_caller]
fn check_tile(data: &str, hashes: &str, first: u64) {
    let (tile, hashes) = (
        recorded(&format!("navigli2025h2/{data}")),
        hash_tile(hashes),
    );
    let width = TileWidth::new(hashes.len() as u16).unwrap();
    let entries: Vec<_> = data_tile::entries(&tile, width)
        .map(Result::unwrap)
        .collect();
    assert_eq!(
        entries.iter().map(ct::Entry::leaf_hash).collect::<Vec<_>>(),
        hashes
    );
    for (entry, index) in entries.iter().zip(first..) {
        assert_eq!(entry.leaf_index, Some(index));
        assert_eq!(entry.kind, EntryKind::Precertificate);
        assert!(entry.submitted.is_some() && entry.issuer_key_hash.is_some());
        assert!(
            matches!(entry.chain, Chain::Fingerprints(_))
                && entry.chain.fingerprints().count() >= 1
        );
        assert_eq!(entry.covered[0], 0x30, "a sequence");
    }
    // Written again, entry for entry, it is the same tile.
    let mut again = vec![];
    for entry in &entries {
        let chain: Vec<Hash> = entry.chain.fingerprints().copied().collect();
        data_tile::write_entry(&mut again, entry.timestamped(), entry.submitted, &chain).unwrap();
    }
    assert!(again == tile);
}

#[test]
fn tiles() {
    check_tile("tile/data/000.gz", "tile/0/000", 0);
    check_tile("tile/data/003.p/10", "tile/0/003.p/10", 768);
    assert_eq!(hash_tile("tile/0/003.p/10"), hash_tile("tile/0/003")[..10]);
}

/// The tree of the log, up to a size; the log's own checkpoint is not recorded.
fn tree(size: usize) -> Tree {
    let mut tree = Tree::new();
    let leaves = (0..4).flat_map(|n| hash_tile(&format!("tile/0/00{n}")));
    tree.extend(leaves.take(size));
    tree
}

/// Each smaller tree out of recorded tiles alone, as a reader needs it who begins there.
#[test]
fn trees_from_tiles() {
    let all = tree(1024);
    let head = TreeHead {
        size: 1024,
        root: all.root(),
        timestamp_ms: 0,
    };
    // The level above is not recorded: it is what the full tiles below hash to.
    let level_1: Vec<Hash> = (0..4_usize)
        .map(|n| {
            let mut tile = Tree::new();
            tile.extend(hash_tile(&format!("tile/0/00{n}")));
            tile.root()
        })
        .collect();
    for size in [0, 1, 10, 255, 256, 300, 512, 768, 778, 1000, 1024] {
        let mut set = TileSet::new();
        for tile in ct::tile_set::needed_for_tree(size, head.size) {
            match tile.level {
                0 => set
                    .insert(
                        tile,
                        &recorded(&format!("navigli2025h2/{}", tile.path(TileKind::Hashes))),
                    )
                    .unwrap(),
                _ => set.insert(tile, level_1.as_flattened()).unwrap(),
            }
        }
        assert_eq!(
            set.tree(size, &head).unwrap(),
            tree(size as usize),
            "{size} entries"
        );
    }
}

#[test]
fn names() {
    let (tile, full) = (recorded("navigli2025h2/tile/data/000.gz"), TileWidth::FULL);
    let names = recorded("navigli2025h2/tile/names/000.gz");
    let hints: Vec<_> = names_tile::hints(&names, full)
        .map(Result::unwrap)
        .collect();
    assert_eq!(hints.len(), 256);
    for (hint, entry) in hints.iter().zip(data_tile::entries(&tile, full)) {
        let entry = entry.unwrap();
        assert_eq!(hint.timestamp_ms, entry.timestamp_ms);
        for name in &hint.dns {
            assert!(contains(entry.covered, name.as_bytes()), "{name}");
        }
    }
    let names = recorded("navigli2025h2/tile/names/003.p/10");
    let hints = names_tile::hints(&names, TileWidth::new(10).unwrap());
    assert_eq!(hints.collect::<Result<Vec<_>, _>>().unwrap().len(), 10);
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// Certificates and precertificates of two production logs, by kind.
#[track_caller]
fn check_page(path: &str, precertificates: usize) {
    let json = recorded(path);
    let page = Page::parse(&json, 20).unwrap();
    let mut buffer = vec![];
    let mut found = 0;
    for raw in &page.entries {
        let read = raw.decode(&mut buffer).unwrap();
        let entry = read.entry().unwrap();
        assert_eq!(entry.leaf_hash(), leaf_hash(read.leaf_input));
        assert!(entry.chain.certificates().count() >= 1, "{:?}", entry.chain);
        assert_eq!(
            entry.submitted.is_some(),
            entry.kind == EntryKind::Precertificate
        );
        found += usize::from(entry.kind == EntryKind::Precertificate);
    }
    assert_eq!((page.entries.len(), found), (20, precertificates));
}

#[test]
fn pages() {
    check_page("entries/argon2026h2-1111014090.json", 10);
    check_page("entries/nimbus2026-4354630040.json", 4);
}

/// From the list of google/certificate-transparency-go.
const ARGON2020: &str = "-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE6Tx2p1yKY4015NyIYvdrk36es0uAc1zA4PQ+TGRY+3ZjUTIYY9Wyu+3q/147JG4vNVKLtDWarZwVqGkg6lAYzA==
-----END PUBLIC KEY-----";

fn argon2020() -> TreeHead {
    let key = LogKey::from_pem(ARGON2020).unwrap();
    assert_eq!(
        key.id().to_string(),
        "sh4FzIuizYogTodm+Su5iiUgZ2va+nDnsklTLe+LkF4="
    );
    let sth = SignedTreeHead::parse(&recorded("argon2020/get-sth.json")).unwrap();
    sth.verify(&key).unwrap()
}

#[test]
fn a_real_tree_head_verifies() {
    assert_eq!(
        (argon2020().size, argon2020().timestamp_ms),
        (961_984_011, 1_726_494_206_646)
    );
}

#[test]
fn a_real_entry_is_in_the_real_tree() {
    let head = argon2020();
    let json = recorded("argon2020/get-entries-10000.json");
    let page = Page::parse(&json, 1).unwrap();
    let leaf = page.entries[0].decode(&mut vec![]).unwrap().leaf_hash();
    let Inclusion { index, path } =
        Inclusion::parse(&recorded("argon2020/get-proof-by-hash-961984011.json")).unwrap();
    assert_eq!(index, 10_000);
    proof::verify_inclusion(&leaf, index, head.size, &path, &head.root).unwrap();
    let before = proof::tree_before(&leaf, index, head.size, &path, &head.root).unwrap();
    assert_eq!((before.size(), before.subtrees().count()), (10_000, 5));
    let moved = proof::verify_inclusion(&leaf, index + 1, head.size, &path, &head.root);
    assert_eq!(moved.unwrap_err().id(), "wrong-hash");
}

/// The root of the smaller tree was not recorded, but the proof has to tell it, and to lead to the signed one.
#[test]
fn a_real_consistency_proof_leads_to_the_real_tree() {
    let (head, from) = (argon2020(), 3_654_490);
    let path = parse_consistency(&recorded(
        "argon2020/get-sth-consistency-3654490-961984011.json",
    ))
    .unwrap();
    let (small, large) = roots(from, head.size, &path);
    assert_eq!(large, head.root);
    proof::verify_consistency(from, &small, head.size, &head.root, &path).unwrap();
    let other = proof::verify_consistency(from, &head.root, head.size, &head.root, &path);
    assert_eq!(other.unwrap_err().id(), "split-view");
}

/// The two roots that a consistency proof tells, by the definition of `SUBPROOF` (RFC 6962 §2.1.2).
fn roots(from: u64, to: u64, path: &[Hash]) -> (Hash, Hash) {
    let (last, rest) = match path {
        [only] => return (*only, *only),
        [rest @ .., last] => (last, rest),
        [] => panic!("the proof is too short"),
    };
    let half = 1 << (to - 1).ilog2();
    if from <= half {
        let (small, large) = roots(from, half, rest);
        (small, node_hash(&large, last))
    } else {
        let (small, large) = roots(from - half, to - half, rest);
        (node_hash(last, &small), node_hash(last, &large))
    }
}

/// The log's key is not at hand; its id is, and the signature line is that of this id.
#[test]
fn a_real_checkpoint() {
    let text = recorded("sycamore2024h2-checkpoint");
    let checkpoint = Checkpoint::parse(&text).unwrap();
    assert_eq!(
        checkpoint.origin,
        ct::checkpoint::origin("https://sycamore.ct.letsencrypt.org/2024h2/")
    );
    assert_eq!(
        (checkpoint.size, checkpoint.extension_lines),
        (820_495_916, 0)
    );
    let log = LogId::from_base64("SU2QSbivPlrKupk+TB8wVnN6qfltAPewubJRBve+Go8=").unwrap();
    let key_id = ct::checkpoint::key_id(checkpoint.origin, log);
    let signature = checkpoint
        .note
        .signatures_by(checkpoint.origin, key_id)
        .next()
        .unwrap();
    let (time, signed) = signature.bytes.split_first_chunk().unwrap();
    assert_eq!(u64::from_be_bytes(*time), 1_719_511_711_300);
    // SHA-256, ECDSA, and the length of the rest.
    assert_eq!(signed[..4], [4, 3, 0, (signed.len() - 4) as u8]);
    let another = LogKey::from_pem(ARGON2020).unwrap();
    let fault = checkpoint.verify(checkpoint.origin, &another).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "the checkpoint is not signed by the key of the log"
    );
}

#[test]
fn the_list_of_logs() {
    let list = LogList::parse(&recorded("log-list/log_list.json")).unwrap();
    assert_eq!((list.version.as_str(), list.logs.len()), ("85.92", 56));
    assert_eq!(list.timestamp.unwrap().to_string(), "2026-05-29T13:42:48Z");
    assert_eq!(list.oddities, []);
    let count = |tiled: bool, state: &str| {
        let is = |log: &&ct::ListedLog| {
            matches!(log.dialect, Dialect::Tiles { .. }) == tiled && log.state.id() == state
        };
        list.logs.iter().filter(is).count()
    };
    assert_eq!(
        (
            count(false, "usable"),
            count(false, "readonly"),
            count(false, "retired")
        ),
        (27, 4, 4)
    );
    assert_eq!((count(true, "usable"), count(true, "readonly")), (21, 0));
    let read_only = list.logs.iter().filter_map(|log| match log.state {
        LogState::ReadOnly { final_size } => final_size,
        _ => None,
    });
    assert!(read_only.count() <= 4);
    assert!(
        list.logs
            .iter()
            .all(|log| log.interval.is_some() && log.url().ends_with('/'))
    );
}

#[test]
fn the_signature_of_the_list() {
    let (mut list, signature) = (
        recorded("log-list/log_list.json"),
        recorded("log-list/log_list.sig"),
    );
    let pem = String::from_utf8(recorded("log-list/log_list_pubkey.pem")).unwrap();
    let key = LogKey::from_pem(&pem).unwrap();
    log_list::verify_signature(&list, &signature, key.der()).unwrap();
    assert_eq!(
        key.id().to_string(),
        "8di2jlAhDY5z2aPpf1cXc8UtfyjAsacb7ugdhWLm/YU="
    );
    list[100] ^= 1;
    let fault = log_list::verify_signature(&list, &signature, key.der()).unwrap_err();
    assert_eq!(fault.id(), "log-list");
}

/// Every tile that a tree of the recorded size has is where its path says.
#[test]
fn paths() {
    for (tile, size) in [
        ("tile/0/000", 778),
        ("tile/0/003.p/10", 778),
        ("tile/0/003", 1024),
    ] {
        let (kind, id) = TileId::from_path(tile).unwrap();
        assert_eq!(kind, TileKind::Hashes);
        assert_eq!(TileId::of(0, id.index, size), Some(id));
        assert_eq!(hash_tile(tile).len(), usize::from(id.width.get()));
    }
}
