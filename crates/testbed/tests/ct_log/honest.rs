//! The log as it should be: what it serves is what the specifications ask for, read by `ct`.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use ct::proof::{verify_consistency, verify_inclusion};
use ct::rfc6962::{EntryAndProof, Inclusion, parse_consistency};
use ct::{EntryKind, LogList, TileId, TileKind};
use testbed::ct_log::{CtLog, CtLogOptions, CtLogs, Dialect};

use crate::client::{
    Told, checkpoint, data_tiles, eventually, form, get, get_with, hash_tiles, head, head_of, key,
    post, root, sha256, sth, verified,
};

fn start(options: CtLogOptions) -> (CtLogs, CtLog) {
    let logs = CtLogs::start(vec![options]).expect("a log");
    let log = logs.logs()[0].clone();
    (logs, log)
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

fn names_of(entries: &[Told]) -> Vec<BTreeSet<String>> {
    entries.iter().map(|entry| entry.names.clone()).collect()
}

#[test]
fn tiles_lead_to_the_signed_root() {
    let wanted = names(&["examp1ebank.example", "*.login-examplebank.example"]);
    let (_logs, log) = start(CtLogOptions {
        names: wanted.clone(),
        entries: 700,
        ..CtLogOptions::default()
    });
    let head = head(&log, true);
    assert_eq!(head.size, 700);
    let entries = verified(&log, true, &head);
    for (entry, name) in entries.iter().zip(wanted) {
        assert_eq!(
            (entry.kind, &entry.names),
            (EntryKind::Precertificate, &BTreeSet::from([name]))
        );
    }
    let set = hash_tiles(&log, &head);
    for size in [0, 1, 255, 256, 257, 511, 699, 700] {
        assert_eq!(set.tree(size, &head).expect("a proof").size(), size);
    }
    for (index, entry) in entries.iter().enumerate() {
        assert_eq!(entry.leaf_index, Some(index as u64));
        assert!(entry.timestamp_ms <= head.timestamp_ms);
    }
    let issuers: BTreeSet<_> = entries.iter().flat_map(|entry| &entry.issuers).collect();
    assert_eq!(issuers.len(), 2);
    for issuer in issuers {
        let reply = get(&log, &ct::tile::issuer_path(issuer));
        assert_eq!(
            (sha256(&reply.body), reply.header("content-type")),
            (*issuer, Some("application/pkix-cert"))
        );
    }
}

#[test]
fn requests_lead_to_the_signed_root() {
    let (_logs, log) = start(CtLogOptions {
        entries: 600,
        dialect: Dialect::Rfc6962,
        ..CtLogOptions::default()
    });
    let head = head(&log, false);
    let entries = verified(&log, false, &head);
    for entry in &entries {
        assert_eq!((entry.leaf_index, entry.issuers.len()), (None, 2));
    }
    let roots = get(&log, "ct/v1/get-roots").body;
    let roots: serde_json::Value = serde_json::from_slice(&roots).expect("JSON");
    let root = base64_simd::STANDARD
        .decode_to_vec(roots["certificates"][0].as_str().expect("text"))
        .expect("base 64");
    assert_eq!(sha256(&root), entries[0].issuers[1]);
    assert_eq!(get(&log, "checkpoint").status, 404);
}

#[test]
fn requests_prove_what_they_say() {
    let (_logs, log) = start(CtLogOptions {
        entries: 333,
        dialect: Dialect::Rfc6962,
        ..CtLogOptions::default()
    });
    let head = head(&log, false);
    let entries = verified(&log, false, &head);
    for first in [1, 2, 127, 128, 129, 256, 300, 332, 333] {
        let reply = get(
            &log,
            &format!("ct/v1/get-sth-consistency?first={first}&second=333"),
        );
        let proof = parse_consistency(&reply.body).expect("a proof");
        let before = root(&entries[..first as usize]);
        verify_consistency(first, &before, 333, &head.root, &proof).expect("consistent");
    }
    for index in [0_usize, 1, 128, 255, 256, 331, 332] {
        let leaf = entries[index].leaf;
        let hash = base64_simd::STANDARD
            .encode_to_string(leaf)
            .replace('+', "%2B");
        let reply = get(
            &log,
            &format!("ct/v1/get-proof-by-hash?hash={hash}&tree_size=333"),
        );
        let proof = Inclusion::parse(&reply.body).expect("a proof");
        assert_eq!(proof.index, index as u64);
        verify_inclusion(&leaf, proof.index, 333, &proof.path, &head.root).expect("included");
        let reply = get(
            &log,
            &format!("ct/v1/get-entry-and-proof?leaf_index={index}&tree_size=333"),
        );
        let both = EntryAndProof::parse(&reply.body).expect("an entry");
        let mut buffer = Vec::new();
        assert_eq!(
            both.entry.decode(&mut buffer).expect("base 64").leaf_hash(),
            leaf
        );
        verify_inclusion(&leaf, index as u64, 333, &both.path, &head.root).expect("included");
    }
    for refused in [
        "get-entries?start=333&end=340",
        "get-entries?start=2&end=1",
        "get-entries?start=x&end=1",
        "get-sth-consistency?first=1&second=334",
        "get-proof-by-hash?hash=AAAA&tree_size=3",
        "get-entry-and-proof?leaf_index=3&tree_size=3",
    ] {
        assert_eq!(
            get(&log, &format!("ct/v1/{refused}")).status,
            400,
            "{refused}"
        );
    }
}

#[test]
fn pages_end_at_multiples_of_their_size() {
    let options = CtLogOptions {
        entries: 600,
        dialect: Dialect::Rfc6962,
        page_size: 300,
        ..CtLogOptions::default()
    };
    let (_logs, log) = start(options);
    let count = |start: u64, end: u64| {
        let reply = get(&log, &format!("ct/v1/get-entries?start={start}&end={end}"));
        ct::rfc6962::Page::parse(&reply.body, end - start + 1)
            .expect("a page")
            .entries
            .len()
    };
    assert_eq!(
        [
            count(0, 9_999),
            count(250, 9_999),
            count(299, 9_999),
            count(300, 301)
        ],
        [300, 50, 1, 2]
    );
    let all = head(&log, false);
    verified(&log, false, &all);
}

#[test]
fn both_dialects_tell_the_same() {
    let (logs, log) = start(CtLogOptions {
        entries: 520,
        dialect: Dialect::Both,
        ..CtLogOptions::default()
    });
    let (tiled, asked) = (
        checkpoint(&log).expect("a head"),
        sth(&log).expect("a head"),
    );
    assert_eq!((tiled.size, tiled.root), (asked.size, asked.root));
    assert_eq!(verified(&log, true, &tiled), verified(&log, false, &asked));
    let list = LogList::parse(&std::fs::read(logs.log_list()).expect("a list")).expect("a list");
    assert_eq!(
        list.logs[0].dialect,
        ct::Dialect::Rfc6962 { url: log.url() }
    );
}

#[test]
fn a_final_certificate_belongs_to_its_precertificate() {
    let (_logs, log) = start(CtLogOptions {
        entries: 50,
        ..CtLogOptions::default()
    });
    let entries = verified(&log, true, &head(&log, true));
    let finals: Vec<usize> = (0..50)
        .filter(|index| entries[*index].kind == EntryKind::Certificate)
        .collect();
    assert_eq!(finals, [4, 9, 14, 19, 24, 29, 34, 39, 44, 49]);
    for index in finals {
        let issuance = |entry: &Told| {
            ct::issuance::issuance(&entry.covered, form(entry.kind)).expect("an issuance")
        };
        let (before, last) = (&entries[index - 1], &entries[index]);
        assert_eq!(issuance(before), issuance(last));
        assert_eq!(before.names, last.names);
        check_timestamp(&log, before, &last.covered);
    }
}

/// The certificate carries the log's promise for its precertificate (RFC 6962 §3.2, §3.3).
fn check_timestamp(log: &CtLog, precertificate: &Told, certificate: &[u8]) {
    // Version 1 and the id of the log begin the timestamp; its extensions say the place.
    let begin = [
        &[0],
        &key(log).id().0[..],
        &precertificate.timestamp_ms.to_be_bytes(),
    ]
    .concat();
    let at = certificate
        .windows(begin.len())
        .position(|part| part == begin)
        .expect("a timestamp");
    let timestamp = &certificate[at..];
    let index = precertificate.leaf_index.expect("a place");
    let extensions = [&[0, 8], &ct::entry::leaf_index_extension(index)[..]].concat();
    assert_eq!(timestamp[41..51], extensions);
    let signature = &timestamp[51..55 + usize::from(timestamp[54])];
    let issuer_key_hash = sha256(&issuer_key(log, &precertificate.issuers[0]));
    let [_, tbs_length @ ..] = (precertificate.covered.len() as u32).to_be_bytes();
    let signed = [
        &[0, 0],
        &precertificate.timestamp_ms.to_be_bytes()[..],
        &[0, 1],
        &issuer_key_hash,
        &tbs_length,
        &precertificate.covered,
        &extensions,
    ]
    .concat();
    key(log)
        .verify(&signed, signature, ct::Part::Leaf)
        .expect("the log signed it");
}

fn issuer_key(log: &CtLog, issuer: &ct::Hash) -> Vec<u8> {
    use x509_parser::prelude::{FromDer, X509Certificate};
    let der = get(log, &ct::tile::issuer_path(issuer)).body;
    let (_, certificate) = X509Certificate::from_der(&der).expect("a certificate");
    certificate.public_key().raw.to_vec()
}

#[test]
fn it_grows_as_fast_as_it_is_told() {
    let wanted = names(&["one.example", "two.example", "three.example"]);
    let options = CtLogOptions {
        names: wanted.clone(),
        entries: 2,
        rate: 200,
        ..CtLogOptions::default()
    };
    let (_logs, log) = start(options);
    let first = head(&log, true);
    let index = log.issue("four.example").expect("issued");
    let second = head_of(&log, true, first.size + 300);
    assert!(second.size > index && second.timestamp_ms > first.timestamp_ms);
    let set = hash_tiles(&log, &second);
    let proof = set.consistency(first.size, second.size).expect("a proof");
    verify_consistency(first.size, &first.root, second.size, &second.root, &proof)
        .expect("consistent");
    let entries = verified(&log, true, &second);
    assert_eq!(
        entries[index as usize].names,
        BTreeSet::from(["four.example".to_owned()])
    );
    let others = entries
        .iter()
        .enumerate()
        .filter(|(place, _)| *place as u64 != index)
        .take(3);
    let others: Vec<_> = others.flat_map(|(_, entry)| entry.names.clone()).collect();
    assert_eq!(others, wanted);
    // What was served for an older head still is.
    let old = data_tiles(&log, &first);
    assert_eq!(root(&old.0), first.root);
}

#[test]
fn names_wait_where_there_is_a_rate_and_else_do_not() {
    let wanted: Vec<String> = (0..9)
        .map(|number| format!("name-{number}.example"))
        .collect();
    let (_logs, slow) = start(CtLogOptions {
        names: wanted.clone(),
        entries: 2,
        rate: 1,
        ..CtLogOptions::default()
    });
    assert!(slow.size() < 5);
    let (_logs, still) = start(CtLogOptions {
        names: wanted.clone(),
        entries: 2,
        ..CtLogOptions::default()
    });
    let entries = verified(&still, true, &head(&still, true));
    let read: BTreeSet<String> = entries.into_iter().flat_map(|entry| entry.names).collect();
    assert_eq!(read, wanted.into_iter().collect());
}

#[test]
fn the_seed_decides() {
    let read = |seed| {
        let (_logs, log) = start(CtLogOptions {
            entries: 60,
            seed,
            ..CtLogOptions::default()
        });
        names_of(&verified(&log, true, &head(&log, true)))
    };
    assert_eq!(read(5), read(5));
    assert_ne!(read(5), read(6));
}

#[test]
fn a_watcher_may_ask_again_cheaply() {
    let options = CtLogOptions {
        entries: 300,
        sequence_every: Duration::from_mins(10),
        ..CtLogOptions::default()
    };
    let (_logs, log) = start(options);
    let reply = get(&log, "checkpoint");
    assert_eq!(
        reply.header("content-type"),
        Some("text/plain; charset=utf-8")
    );
    assert!(
        reply
            .header("last-modified")
            .is_some_and(|at| at.ends_with(" GMT"))
    );
    let tag = reply.header("etag").expect("a tag").to_owned();
    let again = get_with(&log, "checkpoint", &format!("If-None-Match: {tag}\r\n"));
    assert_eq!((again.status, again.body.len()), (304, 0));
    let tile = get(&log, "tile/data/000");
    assert!(tile.header("content-encoding").is_none() && tile.header("cache-control").is_some());
    let packed = get_with(&log, "tile/data/000", "Accept-Encoding: br, gzip;q=0.8\r\n");
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    assert!(packed.body.len() < tile.body.len() / 2);
    assert_eq!(packed.unpacked(), tile.body);
    for absent in [
        "tile/data/001",
        "tile/data/001.p/45",
        "tile/0/001.p/45",
        "tile/1/001",
        "tile/data/1",
        "issuer/00",
    ] {
        assert_eq!(get(&log, absent).status, 404, "{absent}");
    }
    assert_eq!(get(&log, "tile/1/000.p/1").body.len(), 32);
}

#[test]
fn names_tiles_say_what_the_entries_say() {
    let (_logs, log) = start(CtLogOptions {
        entries: 270,
        ..CtLogOptions::default()
    });
    let head = head(&log, true);
    let entries = verified(&log, true, &head);
    let mut told = Vec::new();
    for index in 0..2 {
        let id = TileId::of(0, index, head.size).expect("a tile");
        let bytes =
            get_with(&log, &id.path(TileKind::Names), "Accept-Encoding: gzip\r\n").unpacked();
        for hint in ct::names_tile::hints(&bytes, id.width) {
            told.push(
                hint.expect("a line")
                    .dns
                    .into_iter()
                    .collect::<BTreeSet<String>>(),
            );
        }
    }
    assert_eq!(told, names_of(&entries));
}

#[test]
fn several_logs_on_one_list() {
    let interval = (
        "2026-01-01T00:00:00Z".parse().expect("a time"),
        "2026-07-01T00:00:00Z".parse().expect("a time"),
    );
    let described = |description: &str| CtLogOptions {
        description: description.to_owned(),
        ..CtLogOptions::default()
    };
    let logs = CtLogs::start(vec![
        CtLogOptions {
            interval: Some(interval),
            entries: 3,
            ..described("first")
        },
        CtLogOptions {
            dialect: Dialect::Rfc6962,
            ..described("second")
        },
    ]);
    let logs = logs.expect("logs");
    let list = LogList::parse(&std::fs::read(logs.log_list()).expect("a list")).expect("a list");
    assert_eq!(list.oddities, []);
    for (listed, log) in list.logs.iter().zip(logs.logs()) {
        assert_eq!((listed.id, listed.url()), (key(log).id(), &*log.url()));
    }
    assert_eq!(
        [&*list.logs[0].description, &*list.logs[1].description],
        ["first", "second"]
    );
    assert_eq!(
        (list.logs[0].interval, list.logs[0].origin()),
        (Some(interval), logs.logs()[0].origin())
    );
    assert_eq!(
        [
            head(&logs.logs()[0], true).size,
            head(&logs.logs()[1], false).size
        ],
        [3, 0]
    );
    let told: serde_json::Value =
        serde_json::from_str(&logs.logs()[0].announcement(logs.log_list())).expect("JSON");
    assert_eq!(told["address"], logs.logs()[0].url().trim_end_matches('/'));
    assert_eq!(told["log_list"], logs.log_list().to_str().expect("text"));
    let list = logs.log_list().to_owned();
    logs.stop();
    assert!(!list.exists());
}

#[test]
fn names_come_over_the_wire_too() {
    let (_logs, log) = start(CtLogOptions::default());
    let issued = post(&log, "testbed/issue", "five.example\n\n six.example \n");
    assert_eq!(issued.text(), r#"{"indexes":[0,1]}"#);
    eventually("both are published", || {
        (get(&log, "testbed/size").text() == r#"{"published":2,"size":2}"#).then_some(())
    });
    let entries = verified(&log, true, &head(&log, true));
    assert_eq!(
        names_of(&entries),
        [
            BTreeSet::from(["five.example".to_owned()]),
            BTreeSet::from(["six.example".to_owned()])
        ]
    );
    assert_eq!(post(&log, "testbed/issue", &"x".repeat(1_001)).status, 400);
    assert_eq!(post(&log, "testbed/fault", "no-such-fault").status, 400);
}

/// A tile of a real log (its source and licence are told in `corpus/ct/README.md`).
#[test]
fn recorded_tiles_come_first() {
    let recorded = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/ct/navigli2025h2");
    let (_logs, log) = start(CtLogOptions {
        recorded: Some(recorded.clone()),
        entries: 300,
        ..CtLogOptions::default()
    });
    let head = head(&log, true);
    assert_eq!(verified(&log, true, &head).len(), 300);
    let hashes = std::fs::read(recorded.join("tile/0/000")).expect("its hashes");
    assert_eq!(get(&log, "tile/0/000").body, hashes);

    let nothing = CtLogOptions {
        recorded: Some(recorded.join("tile")),
        ..CtLogOptions::default()
    };
    assert!(CtLogs::start(vec![nothing]).is_err());
}
