//! A tile or a page of entries, read by a worker thread: what is hashed, what is judged, what could not be read.

use super::door::Fault;
use super::source::{Trouble, TroubleKind};
use ct::certificate::Form;
use ct::entry::{Chain, Entry, EntryKind};
use ct::identifiers::{Kind, identifiers};
use ct::issuance::{issuance, names_differ};
use ct::rfc6962::Page;
use ct::tile::{TileId, TileKind};
use ct::{CtFault, Hash, data_tile};
use jiff::Timestamp;
use std::ops::Range;
use tokio::sync::OwnedSemaphorePermit;

/// Entries that came in one answer, in order.
#[derive(Debug)]
pub struct Block {
    /// The index of the first entry.
    pub first: u64,
    /// One for each entry that could be framed.
    pub entries: Vec<EntryFacts>,
    /// What is written on them as names, in the order of the entries. Raw and hostile.
    pub names: Vec<NameAt>,
    /// Entries of which nobody can say that all names were read.
    pub unread: Vec<Unread>,
    /// Leaf hashes of `entries` (RFC 6962 §2.1), and of those that follow without being read.
    pub leaves: Vec<Hash>,
    /// Places in `entries` of precertificates that carry other names in their submitted form than in what the leaf
    /// covers.
    pub differing: Vec<u32>,
    /// The first entry that could not be framed. In a tile, nothing after it can be read.
    pub fault: Option<(u64, CtFault)>,
    /// Certificates and precertificates.
    bytes: Vec<u8>,
    /// Names, one after the other.
    text: Vec<u8>,
    /// Counted against what all sources may hold.
    place: Option<OwnedSemaphorePermit>,
    /// Whether chains are told as fingerprints.
    has_fingerprints: bool,
}

/// What there is to know of one entry without parsing its certificate.
#[derive(Clone, Debug)]
pub struct EntryFacts {
    /// What its leaf covers.
    pub kind: EntryKind,
    /// When the log promised to include it (SCT), in milliseconds since the epoch.
    pub sct_ms: u64,
    covered: Range<u32>,
    submitted: Range<u32>,
    chain: Range<u32>,
}

/// A name on a certificate.
#[derive(Clone, Copy, Debug)]
pub struct NameAt {
    /// Its entry, by its place in the block.
    pub entry: u32,
    start: u32,
    end: u32,
}

/// An entry with names that may have escaped us.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unread {
    /// Its place in the block.
    pub entry: u32,
    /// Why, as a stable id.
    pub why: &'static str,
}

impl Block {
    /// Reads all entries of an unpacked tile.
    pub fn read_tile(bytes: Vec<u8>, tile: TileId) -> Result<Self, Trouble> {
        let from = tile.first_entry();
        let upto = from + u64::from(tile.width.get());
        Self::of_tile(bytes, tile, from, upto).map_err(Fault::into_trouble)
    }

    /// Reads a tile of entries (C2SP static-ct-api, "Log entries"): those from `from` up to `upto`. The ones before were
    /// read before, the ones after are for later.
    pub(super) fn of_tile(
        bytes: Vec<u8>,
        tile: TileId,
        from: u64,
        upto: u64,
    ) -> Result<Self, Fault> {
        let mut block = Self::new(from, (upto - from) as usize);
        for (index, entry) in (tile.first_entry()..).zip(data_tile::entries(&bytes, tile.width)) {
            match entry {
                Ok(_) if index >= upto => break,
                Ok(_) if index < from => {}
                Ok(entry) => block.push(&entry, &[(&bytes, 0)]),
                Err(CtFault::PeerWrongSize { .. }) => {
                    let says = format!("tile {} ends at entry {index}", tile.path(TileKind::Data));
                    return Err(Fault::new(TroubleKind::WrongSize, says));
                }
                Err(fault) => {
                    block.fault = Some((index.max(from), fault));
                    break;
                }
            }
        }
        block.bytes = bytes;
        Ok(block)
    }

    /// Reads a page of `get-entries` (RFC 6962 §4.6) from `from` on, of at most `most` entries; it may have fewer.
    ///
    /// Each entry stands alone: one that cannot be read keeps its place, with what its leaf holds for all there is to
    /// know.
    pub(super) fn of_page(json: &[u8], from: u64, most: u64) -> Result<Self, Fault> {
        let page = Page::parse(json, most).map_err(|fault| match fault {
            CtFault::PeerWrongSize { .. } => Fault::new(TroubleKind::WrongSize, fault.to_string()),
            _ => Fault::new(TroubleKind::BrokenFrame, fault.to_string()),
        })?;
        let mut block = Self::new(from, page.entries.len());
        block.has_fingerprints = false;
        let mut buffer = vec![];
        for (place, raw) in page.entries.iter().enumerate() {
            let decoded = raw
                .decode(&mut buffer)
                .map_err(|fault| Fault::new(TroubleKind::BrokenFrame, fault.to_string()))?;
            match decoded.entry() {
                Ok(entry) => {
                    let leaf_at = block.bytes.len() as u32;
                    let extra_at = leaf_at + decoded.leaf_input.len() as u32;
                    let parts = [
                        (decoded.leaf_input, leaf_at),
                        (decoded.extra_data, extra_at),
                    ];
                    block.push(&entry, &parts);
                    block.bytes.extend_from_slice(decoded.leaf_input);
                    block.bytes.extend_from_slice(decoded.extra_data);
                }
                Err(fault) => {
                    block.leaves.push(decoded.leaf_hash());
                    block.push_unread(decoded.leaf_input, fault.id());
                    block.fault.get_or_insert((from + place as u64, fault));
                }
            }
        }
        Ok(block)
    }

    /// Takes the next page, which begins where this one ends.
    pub(super) fn append(&mut self, next: Self) {
        let (entries, bytes, text) = (
            self.entries.len() as u32,
            self.bytes.len() as u32,
            self.text.len() as u32,
        );
        let moved = |range: Range<u32>| range.start + bytes..range.end + bytes;
        self.entries
            .extend(next.entries.into_iter().map(|facts| EntryFacts {
                covered: moved(facts.covered),
                submitted: moved(facts.submitted),
                chain: moved(facts.chain),
                ..facts
            }));
        self.names.extend(next.names.into_iter().map(|name| NameAt {
            entry: name.entry + entries,
            start: name.start + text,
            end: name.end + text,
        }));
        self.unread
            .extend(next.unread.into_iter().map(|unread| Unread {
                entry: unread.entry + entries,
                ..unread
            }));
        self.differing
            .extend(next.differing.into_iter().map(|entry| entry + entries));
        self.leaves.extend(next.leaves);
        self.bytes.extend(next.bytes);
        self.text.extend(next.text);
        self.fault = self.fault.take().or(next.fault);
    }

    /// Takes an entry without certificate, of which only names are known.
    pub(super) fn push_names<'n>(
        &mut self,
        at: Timestamp,
        names: impl IntoIterator<Item = &'n [u8]>,
    ) {
        let entry = self.entries.len() as u32;
        for name in names {
            let start = self.text.len() as u32;
            self.text.extend_from_slice(name);
            let end = self.text.len() as u32;
            self.names.push(NameAt { entry, start, end });
        }
        self.entries.push(EntryFacts {
            kind: EntryKind::Certificate,
            sct_ms: u64::try_from(at.as_millisecond()).unwrap_or(0),
            covered: 0..0,
            submitted: 0..0,
            chain: 0..0,
        });
    }

    /// Takes an entry that is none that we know.
    pub(super) fn push_unread(&mut self, leaf_input: &[u8], why: &'static str) {
        let start = self.bytes.len() as u32;
        self.bytes.extend_from_slice(leaf_input);
        self.unread.push(Unread {
            entry: self.entries.len() as u32,
            why,
        });
        self.entries.push(EntryFacts {
            kind: EntryKind::Certificate,
            sct_ms: 0,
            covered: start..self.bytes.len() as u32,
            submitted: 0..0,
            chain: 0..0,
        });
    }

    /// Takes a leaf of which only the hash is known, after the ones that could be read.
    pub(super) fn push_hash(&mut self, leaf: Hash) {
        self.leaves.push(leaf);
    }

    /// Takes the next entry. It lies in `parts`, each of which is, or will be, at that place of `bytes`.
    fn push(&mut self, entry: &Entry<'_>, parts: &[(&[u8], u32)]) {
        self.leaves.push(entry.leaf_hash());
        let place = self.entries.len() as u32;
        let form = form(entry.kind);
        let first_name = self.names.len();
        let (names, text) = (&mut self.names, &mut self.text);
        let reading = identifiers(entry.covered, form, |identifier| {
            let known = |name: &NameAt| text[name.range()] == *identifier.raw;
            // Nearly every common name is among the alternative names, too.
            if identifier.kind == Kind::CommonName && names[first_name..].iter().any(known) {
                return;
            }
            let start = text.len() as u32;
            text.extend_from_slice(identifier.raw);
            names.push(NameAt {
                entry: place,
                start,
                end: text.len() as u32,
            });
        });
        if let Some(broken) = reading.broken {
            let why = broken.damage.id();
            self.unread.push(Unread { entry: place, why });
        } else if reading.untold > 0 {
            let why = "too-many-names";
            self.unread.push(Unread { entry: place, why });
        }
        if let Some(submitted) = entry.submitted
            && names_differ(entry.covered, submitted)
        {
            self.differing.push(place);
        }
        let chain = match entry.chain {
            Chain::Fingerprints(chain) | Chain::Certificates(chain) | Chain::Broken(chain) => chain,
        };
        self.entries.push(EntryFacts {
            kind: entry.kind,
            sct_ms: entry.timestamp_ms,
            covered: place_of(entry.covered, parts),
            submitted: place_of(entry.submitted.unwrap_or_default(), parts),
            chain: place_of(chain, parts),
        });
    }

    pub(super) fn new(first: u64, entries: usize) -> Self {
        Self {
            first,
            entries: Vec::with_capacity(entries),
            names: Vec::with_capacity(2 * entries),
            unread: vec![],
            leaves: Vec::with_capacity(entries),
            differing: vec![],
            fault: None,
            bytes: vec![],
            text: Vec::with_capacity(40 * entries),
            place: None,
            has_fingerprints: true,
        }
    }

    /// Keeps a place of the [`Room`](super::Room) for as long as the block lives.
    pub(super) fn hold(&mut self, place: OwnedSemaphorePermit) {
        self.place = Some(place);
    }

    /// The bytes of a name, by its place among `names`.
    pub fn name(&self, place: usize) -> &[u8] {
        &self.text[self.names[place].range()]
    }

    /// What the leaf of an entry covers: the certificate, or the TBS of a precertificate. Proven.
    pub fn covered(&self, entry: u32) -> &[u8] {
        self.part(&self.entries[entry as usize].covered)
    }

    /// The precertificate as it was submitted. Whoever served it may have made it up.
    pub fn submitted(&self, entry: u32) -> Option<&[u8]> {
        let facts = &self.entries[entry as usize];
        (facts.kind == EntryKind::Precertificate).then(|| self.part(&facts.submitted))
    }

    /// What precertificate and certificate of one issuance have in common ([`ct::issuance`]).
    pub fn issuance(&self, entry: u32) -> Option<Hash> {
        issuance(self.covered(entry), self.form(entry))
    }

    /// SHA-256 of the certificate of the issuer, where the log tells it (C2SP static-ct-api).
    pub fn issuer(&self, entry: u32) -> Option<Hash> {
        let chain = self.part(&self.entries[entry as usize].chain);
        chain
            .first_chunk()
            .copied()
            .filter(|_| self.has_fingerprints)
    }

    /// What the covered bytes of an entry are.
    pub fn form(&self, entry: u32) -> Form {
        form(self.entries[entry as usize].kind)
    }

    fn part(&self, range: &Range<u32>) -> &[u8] {
        &self.bytes[range.start as usize..range.end as usize]
    }
}

impl NameAt {
    fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

fn form(kind: EntryKind) -> Form {
    match kind {
        EntryKind::Certificate => Form::Certificate,
        EntryKind::Precertificate => Form::Tbs,
    }
}

/// The place of `slice`, which is a slice of one of `parts`; empty for one that lies elsewhere.
fn place_of(slice: &[u8], parts: &[(&[u8], u32)]) -> Range<u32> {
    for (part, base) in parts {
        let start = (slice.as_ptr() as usize).wrapping_sub(part.as_ptr() as usize);
        if start <= part.len() && slice.len() <= part.len() - start {
            return base + start as u32..base + (start + slice.len()) as u32;
        }
    }
    0..0
}
