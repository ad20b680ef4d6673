//! The log as it should not be: each fault shows what it says, in both dialects, and ends when it is told to.

use std::collections::BTreeSet;
use std::io::Read;
use std::time::{Duration, Instant};

use ct::proof::verify_consistency;
use ct::{CtFault, EntryKind, TreeHead};
use testbed::ct_log::{CtLog, CtLogOptions, CtLogs, Dialect, Fault};

use crate::client::{
    Told, ask, checkpoint, data_tiles, eventually, get, hash_tiles, head, head_of, pages, post,
    root, sth, verified,
};

/// Entries at the start: more than a fork replaces, and no multiple of a tile.
const SIZE: u64 = 400;

fn start(fault: Option<Fault>) -> (CtLogs, CtLog) {
    let options = CtLogOptions {
        dialect: Dialect::Both,
        names: vec!["examp1ebank.example".to_owned()],
        entries: SIZE,
        fault,
        sequence_every: Duration::from_millis(20),
        ..CtLogOptions::default()
    };
    let logs = CtLogs::start(vec![options]).expect("a log");
    let log = logs.logs()[0].clone();
    (logs, log)
}

/// Sets the fault over the wire on a good log, lets `shows` look, ends it, and sees the log good again.
fn check(fault: Fault, shows: impl FnOnce(&CtLog, &TreeHead)) {
    let (_logs, log) = start(None);
    let before = head(&log, true);
    verified(&log, true, &before);
    assert_eq!(post(&log, "testbed/fault", fault.id()).status, 200);
    shows(&log, &before);
    assert_eq!(
        post(&log, "testbed/fault", "none").text(),
        r#"{"fault":"none"}"#
    );
    log.issue("afterwards.example").expect("issued");
    for tiled in [true, false] {
        let after = eventually("a good head", || {
            let head = if tiled { checkpoint(&log) } else { sth(&log) }.ok()?;
            (head.size > before.size).then_some(head)
        });
        // The unknown type stays in the tree.
        if fault != Fault::UnknownEntryType {
            let entries = verified(&log, tiled, &after);
            assert_eq!(root(&entries[..SIZE as usize]), before.root);
        }
    }
}

fn both(log: &CtLog, head: &TreeHead) -> [(Vec<Told>, Option<CtFault>); 2] {
    [data_tiles(log, head), pages(log, head)]
}

#[test]
fn throttled() {
    check(Fault::Throttled, |log, _| {
        for path in [
            "tile/data/000",
            "tile/0/000",
            "ct/v1/get-entries?start=0&end=5",
        ] {
            let reply = get(log, path);
            assert_eq!(
                (reply.status, reply.header("retry-after")),
                (429, Some("1"))
            );
        }
        head(log, true);
    });
}

#[test]
fn unavailable() {
    check(Fault::Unavailable, |log, _| {
        for path in ["checkpoint", "tile/data/000", "ct/v1/get-sth", "issuer/00"] {
            assert_eq!(get(log, path).status, 503);
        }
    });
}

#[test]
fn slow() {
    check(Fault::Slow, |log, _| {
        for path in ["tile/data/000", "ct/v1/get-entries?start=0&end=5"] {
            let mut connection = ask(log, "GET", path, "", "");
            connection
                .set_read_timeout(Some(Duration::from_millis(2_500)))
                .expect("a timeout");
            let start = Instant::now();
            let mut bytes = Vec::new();
            let mut buffer = [0; 1_000];
            while start.elapsed() < Duration::from_millis(2_500) {
                let Ok(got) = connection.read(&mut buffer) else {
                    break;
                };
                assert!(got > 0, "it ended");
                bytes.extend_from_slice(&buffer[..got]);
            }
            let text = String::from_utf8_lossy(&bytes);
            let (_, body) = text.split_once("\r\n\r\n").expect("headers");
            assert!((1..=3).contains(&body.len()), "{} bytes came", body.len());
        }
        head(log, true);
    });
}

#[test]
fn truncated_tile() {
    check(Fault::TruncatedTile, |log, before| {
        let [(tiled, short), (paged, empty)] = both(log, before);
        assert_eq!(short.expect("a fault").id(), "wrong-size");
        assert_eq!(tiled.len(), 128);
        assert_eq!(empty.expect("a fault").id(), "wrong-size");
        // Half of what is left of the page, and half of that.
        assert_eq!(paged.len(), 255);
    });
}

#[test]
fn wrong_hash() {
    check(Fault::WrongHash, |log, before| {
        for (entries, fault) in both(log, before) {
            assert_eq!((entries.len() as u64, fault), (SIZE, None));
            assert_ne!(root(&entries), before.root);
        }
        let set = hash_tiles(log, before);
        assert_eq!(
            set.tree(SIZE, before)
                .expect("the hash tiles are right")
                .root(),
            before.root
        );
    });
}

#[test]
fn forked_tree() {
    check(Fault::ForkedTree, |log, before| {
        let fork = eventually("another history", || {
            let head = checkpoint(log).expect("properly signed");
            (head.root != before.root).then_some(head)
        });
        assert_eq!(fork.size, before.size);
        assert!(fork.timestamp_ms > before.timestamp_ms);
        let entries = verified(log, true, &fork);
        assert_eq!(entries, verified(log, false, &fork));
        // It grows, and stays another.
        log.issue("on-the-fork.example").expect("issued");
        let grown = head_of(log, false, SIZE + 1);
        let proof = hash_tiles(log, &grown)
            .consistency(SIZE, grown.size)
            .expect("a proof");
        verify_consistency(SIZE, &fork.root, grown.size, &grown.root, &proof)
            .expect("it extends itself");
        let fault = verify_consistency(SIZE, &before.root, grown.size, &grown.root, &proof);
        assert_eq!(
            fault.expect_err("it does not extend the other").id(),
            "split-view"
        );
    });
}

#[test]
fn rollback() {
    check(Fault::Rollback, |log, before| {
        log.issue("not-yet.example").expect("issued");
        let smaller = eventually("a smaller tree", || {
            let head = checkpoint(log).expect("properly signed");
            assert!(
                head.size <= before.size,
                "it stands still before it shrinks"
            );
            (head.size < before.size).then_some(head)
        });
        assert_eq!(smaller.size, SIZE - 100);
        assert!(smaller.timestamp_ms > before.timestamp_ms);
        assert_eq!(sth(log).expect("properly signed").size, smaller.size);
        verified(log, true, &smaller);
    });
}

#[test]
fn stale_head() {
    check(Fault::StaleHead, |log, _| {
        let stale = head(log, true);
        log.issue("unseen.example").expect("issued");
        std::thread::sleep(Duration::from_millis(200));
        assert_eq!(head(log, true), stale);
        assert_eq!(head(log, false), stale);
    });
}

#[test]
fn bad_signature() {
    check(Fault::BadSignature, |log, _| {
        let fault = eventually("a bad signature", || checkpoint(log).err());
        assert_eq!(fault.id(), "bad-signature");
        assert_eq!(sth(log).expect_err("a bad signature").id(), "bad-signature");
    });
}

#[test]
fn missing_issuer() {
    check(Fault::MissingIssuer, |log, before| {
        let [(tiled, None), (paged, None)] = both(log, before) else {
            panic!("all can be read")
        };
        assert_eq!((root(&tiled), root(&paged)), (before.root, before.root));
        assert_eq!(
            get(log, &ct::tile::issuer_path(&tiled[0].issuers[0])).status,
            404
        );
        assert!(paged.iter().all(|entry| entry.issuers.is_empty()));
    });
}

#[test]
fn garbage_certificate() {
    check(Fault::GarbageCertificate, |log, _| {
        let grown = head_of(log, true, SIZE + 1);
        let entries = verified(log, true, &grown);
        let garbage = &entries[SIZE as usize];
        assert_eq!(garbage.kind, EntryKind::Certificate);
        let mut runs = BTreeSet::new();
        ct::identifiers::printable_runs(&garbage.covered, |run| {
            runs.insert(String::from_utf8_lossy(run).into_owned());
        });
        assert!(
            runs.iter().any(|run| run.contains("examp1ebank.example")),
            "{runs:?}"
        );
        assert!(
            ct::identifiers::identifiers(&garbage.covered, ct::Form::Certificate, |_| ())
                .broken
                .is_some()
        );
        // It is one, not one after the other.
        std::thread::sleep(Duration::from_millis(200));
        assert_eq!(head(log, true).size, SIZE + 1);
    });
}

#[test]
fn unknown_entry_type() {
    check(Fault::UnknownEntryType, |log, _| {
        let head = head_of(log, true, SIZE + 1);
        for (entries, fault) in both(log, &head) {
            assert_eq!(entries.len() as u64, SIZE);
            assert_eq!(
                fault,
                Some(CtFault::PeerUnknownEntryType { entry_type: 0x8001 })
            );
        }
        // By its hash it is in the tree.
        assert_eq!(
            hash_tiles(log, &head)
                .tree(head.size, &head)
                .expect("a tree")
                .root(),
            head.root
        );
    });
}

#[test]
fn huge_entry() {
    check(Fault::HugeEntry, |log, _| {
        for path in ["tile/data/000", "ct/v1/get-entries?start=0&end=0"] {
            let mut connection = ask(log, "GET", path, "Accept-Encoding: gzip\r\n", "");
            let mut buffer = vec![0; 1 << 20];
            let mut total = 0;
            loop {
                let got = connection.read(&mut buffer).expect("more");
                if got == 0 {
                    break;
                }
                total += got;
            }
            assert!(total > 100 << 20, "only {total} bytes");
        }
    });
}

#[test]
fn a_fault_may_be_there_from_the_start() {
    let (_logs, log) = start(Some(Fault::BadSignature));
    assert_eq!(
        checkpoint(&log).expect_err("badly signed").id(),
        "bad-signature"
    );
    let (_logs, log) = start(Some(Fault::StaleHead));
    assert_eq!(head(&log, true).size, SIZE);
    // Whoever asks sees a good head first, and then what contradicts it.
    let (_logs, log) = start(Some(Fault::Rollback));
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!([head(&log, true).size, head(&log, true).size], [SIZE, SIZE]);
    eventually("a smaller tree", || {
        (head(&log, true).size < SIZE).then_some(())
    });
}

#[test]
fn a_good_log_beside_a_bad_one() {
    let options = |fault| CtLogOptions {
        entries: 10,
        fault,
        ..CtLogOptions::default()
    };
    let logs = CtLogs::start(vec![options(Some(Fault::Unavailable)), options(None)]).expect("logs");
    assert_eq!(get(&logs.logs()[0], "checkpoint").status, 503);
    assert_eq!(
        verified(&logs.logs()[1], true, &head(&logs.logs()[1], true)).len(),
        10
    );
}
