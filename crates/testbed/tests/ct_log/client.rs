//! A reader of logs that believes nothing, and the smallest HTTP client that does.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use ct::identifiers::identifiers;
use ct::rfc6962::{Page, SignedTreeHead};
use ct::tile_set::TileSet;
use ct::{
    Checkpoint, CtFault, Entry, EntryKind, Form, Hash, LogKey, TileId, TileKind, Tree, TreeHead,
};
use testbed::ct_log::CtLog;

/// How long a log may take for what it does in its own time.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a server answered.
pub(crate) struct Reply {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    /// A header, by its name in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.head.lines().filter_map(|line| line.split_once(": "));
        headers
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    pub(crate) fn text(&self) -> &str {
        str::from_utf8(&self.body).expect("text")
    }

    /// The body, unpacked.
    pub(crate) fn unpacked(self) -> Vec<u8> {
        match self.header("content-encoding") {
            None => self.body,
            Some(coding) => {
                assert_eq!(coding, "gzip");
                let mut bytes = Vec::new();
                flate2::read::GzDecoder::new(&self.body[..])
                    .read_to_end(&mut bytes)
                    .expect("gzip");
                bytes
            }
        }
    }
}

/// Sends a request and returns the connection. The server closes it after its answer: HTTP/1.0 has no other way to
/// say where a body ends, so that nothing has to be decoded.
#[expect(
    clippy::disallowed_methods,
    reason = "a test asks its own server on loopback"
)]
pub(crate) fn ask(log: &CtLog, method: &str, path: &str, headers: &str, body: &str) -> TcpStream {
    let mut connection = TcpStream::connect(log.address()).expect("a server");
    let length = body.len();
    let request =
        format!("{method} /{path} HTTP/1.0\r\nContent-Length: {length}\r\n{headers}\r\n{body}");
    connection
        .write_all(request.as_bytes())
        .expect("a server that reads");
    connection
}

pub(crate) fn get_with(log: &CtLog, path: &str, headers: &str) -> Reply {
    read_reply(ask(log, "GET", path, headers, ""))
}

pub(crate) fn get(log: &CtLog, path: &str) -> Reply {
    get_with(log, path, "")
}

pub(crate) fn post(log: &CtLog, path: &str, body: &str) -> Reply {
    read_reply(ask(log, "POST", path, "Content-Type: text/plain\r\n", body))
}

fn read_reply(mut connection: TcpStream) -> Reply {
    let mut bytes = Vec::new();
    connection
        .set_read_timeout(Some(PATIENCE))
        .expect("a timeout");
    connection.read_to_end(&mut bytes).expect("an answer");
    let end = bytes
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .expect("headers");
    let body = bytes.split_off(end + 4);
    let head = String::from_utf8(bytes).expect("headers are text");
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .expect("a status");
    Reply { status, head, body }
}

/// Tries until it succeeds, for as long as patience lasts.
pub(crate) fn eventually<T>(what: &str, mut attempt: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(done) = attempt() {
            return done;
        }
        assert!(start.elapsed() < PATIENCE, "never: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// What a test wants to know of an entry.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Told {
    pub(crate) kind: EntryKind,
    /// What the covered bytes name.
    pub(crate) names: BTreeSet<String>,
    pub(crate) covered: Vec<u8>,
    pub(crate) submitted: Option<Vec<u8>>,
    pub(crate) leaf_index: Option<u64>,
    pub(crate) leaf: Hash,
    pub(crate) timestamp_ms: u64,
    pub(crate) issuers: Vec<Hash>,
}

impl Told {
    fn new(entry: &Entry<'_>) -> Self {
        let mut names = BTreeSet::new();
        identifiers(entry.covered, form(entry.kind), |identifier| {
            names.insert(String::from_utf8_lossy(identifier.raw).into_owned());
        });
        Self {
            kind: entry.kind,
            names,
            covered: entry.covered.to_vec(),
            submitted: entry.submitted.map(<[u8]>::to_vec),
            leaf_index: entry.leaf_index,
            leaf: entry.leaf_hash(),
            timestamp_ms: entry.timestamp_ms,
            issuers: match entry.chain {
                ct::Chain::Fingerprints(_) => entry.chain.fingerprints().copied().collect(),
                _ => entry.chain.certificates().map(sha256).collect(),
            },
        }
    }
}

pub(crate) fn form(kind: EntryKind) -> Form {
    match kind {
        EntryKind::Certificate => Form::Certificate,
        EntryKind::Precertificate => Form::Tbs,
    }
}

pub(crate) fn key(log: &CtLog) -> LogKey {
    let der = base64_simd::STANDARD
        .decode_to_vec(log.key())
        .expect("base 64");
    LogKey::from_der(&der).expect("a key")
}

pub(crate) fn checkpoint(log: &CtLog) -> Result<TreeHead, CtFault> {
    Checkpoint::parse(&get(log, "checkpoint").body)?.verify(log.origin(), &key(log))
}

pub(crate) fn sth(log: &CtLog) -> Result<TreeHead, CtFault> {
    SignedTreeHead::parse(&get(log, "ct/v1/get-sth").body)?.verify(&key(log))
}

/// The head in the dialect `tiled`, good.
pub(crate) fn head(log: &CtLog, tiled: bool) -> TreeHead {
    if tiled { checkpoint(log) } else { sth(log) }.expect("a signed head")
}

/// Waits for a good head of at least `size` entries.
pub(crate) fn head_of(log: &CtLog, tiled: bool, size: u64) -> TreeHead {
    eventually("so large a tree", || {
        Some(head(log, tiled)).filter(|head| head.size >= size)
    })
}

/// Reads the entries under `head` from its data tiles: those before the first fault, and that.
pub(crate) fn data_tiles(log: &CtLog, head: &TreeHead) -> (Vec<Told>, Option<CtFault>) {
    let mut read = Vec::new();
    for index in 0..head.size.div_ceil(256) {
        let id = TileId::of(0, index, head.size).expect("a tile");
        let reply = get_with(log, &id.path(TileKind::Data), "Accept-Encoding: gzip\r\n");
        assert_eq!(reply.status, 200, "{id:?}");
        for entry in ct::data_tile::entries(&reply.unpacked(), id.width) {
            match entry {
                Ok(entry) => read.push(Told::new(&entry)),
                Err(fault) => return (read, Some(fault)),
            }
        }
    }
    (read, None)
}

/// Reads the entries under `head` by `get-entries`.
pub(crate) fn pages(log: &CtLog, head: &TreeHead) -> (Vec<Told>, Option<CtFault>) {
    let mut read: Vec<Told> = Vec::new();
    let mut buffer = Vec::new();
    while (read.len() as u64) < head.size {
        let (start, end) = (read.len() as u64, head.size - 1);
        let reply = get(log, &format!("ct/v1/get-entries?start={start}&end={end}"));
        assert_eq!(reply.status, 200);
        let page = match Page::parse(&reply.body, end - start + 1) {
            Ok(page) => page,
            Err(fault) => return (read, Some(fault)),
        };
        for raw in page.entries {
            match raw.decode(&mut buffer).and_then(|entry| entry.entry()) {
                Ok(entry) => read.push(Told::new(&entry)),
                Err(fault) => return (read, Some(fault)),
            }
        }
    }
    (read, None)
}

/// All entries in that dialect, under a root that was signed.
pub(crate) fn verified(log: &CtLog, tiled: bool, head: &TreeHead) -> Vec<Told> {
    let (read, fault) = if tiled {
        data_tiles(log, head)
    } else {
        pages(log, head)
    };
    assert_eq!(fault, None);
    assert_eq!((read.len() as u64, root(&read)), (head.size, head.root));
    read
}

pub(crate) fn root(entries: &[Told]) -> Hash {
    let mut tree = Tree::new();
    for entry in entries {
        tree.push(entry.leaf);
    }
    tree.root()
}

/// The hash tiles of the tree under `head`, all of them.
pub(crate) fn hash_tiles(log: &CtLog, head: &TreeHead) -> TileSet {
    let mut set = TileSet::new();
    for level in 0..3 {
        for index in 0.. {
            let Some(id) = TileId::of(level, index, head.size) else {
                break;
            };
            let reply = get(log, &id.path(TileKind::Hashes));
            assert_eq!(reply.status, 200, "{id:?}");
            set.insert(id, &reply.body).expect("a tile");
        }
    }
    set
}

pub(crate) fn sha256(bytes: &[u8]) -> Hash {
    ring::digest::digest(&ring::digest::SHA256, bytes)
        .as_ref()
        .try_into()
        .expect("32 bytes")
}
