//! Who puts certificates into a log: the names asked for, then ordinary ones without end.

use std::collections::VecDeque;

use ct::entry::leaf_index_extension;
use jiff::Timestamp;

use super::entry::Submission;
use super::head::Signer;
use crate::authority::{Authority, Request};
use crate::key::sha256;
use crate::ordinary;
use crate::random::Random;

/// After so many precertificates one final certificate is logged too: most authorities log none, some all.
const FINAL_EVERY: u64 = 4;
/// Size of an entry that is no certificate.
const GARBAGE: usize = 700;

/// Makes the entries of a log. A seed decides all but keys, signatures and times.
#[derive(Debug)]
pub(crate) struct Issuer {
    authority: Authority,
    /// Not yet on a certificate.
    names: VecDeque<String>,
    random: Random,
    issued: u64,
    /// A request whose final certificate is the next entry, with the timestamp of its precertificate.
    awaited: Option<(Request, Vec<u8>)>,
    chain: [[u8; 32]; 2],
    /// Whether entries carry their index (static-ct-api, "SCT Extension").
    indexed: bool,
}

impl Issuer {
    pub(crate) fn new(authority: Authority, names: Vec<String>, seed: u64, indexed: bool) -> Self {
        Self {
            chain: authority.chain().map(sha256),
            authority,
            names: names.into(),
            random: Random::new(seed),
            issued: 0,
            awaited: None,
            indexed,
        }
    }

    /// How many names are not yet on a certificate.
    pub(crate) fn waiting(&self) -> usize {
        self.names.len()
    }

    /// The next entry, for the place `index`, as it stands in a data tile.
    pub(crate) fn next(&mut self, index: u64, signer: &Signer) -> Vec<u8> {
        let now = Timestamp::now();
        if let Some((request, timestamp)) = self.awaited.take() {
            let last = self.authority.certificate(&request, &[timestamp]);
            return self.entry(&Submission::Certificate(last), index, now);
        }
        let names = match self.names.pop_front() {
            Some(name) => vec![name],
            None => ordinary::names(&mut self.random),
        };
        let request = Request::new(names, now, self.random.next());
        let submission = self.precertificate(&request);
        self.issued += 1;
        if self.issued.is_multiple_of(FINAL_EVERY) {
            let extensions = self.extensions(index);
            let hash = self.authority.issuer_key_hash();
            let timestamp = signer.timestamp(&submission, hash, milliseconds(now), &extensions);
            self.awaited = Some((request, timestamp));
        }
        self.entry(&submission, index, now)
    }

    /// An entry for `name`, out of turn.
    pub(crate) fn named(&mut self, name: String, index: u64) -> Vec<u8> {
        let now = Timestamp::now();
        let request = Request::new(vec![name], now, self.random.next());
        self.entry(&self.precertificate(&request), index, now)
    }

    /// An entry that is no certificate, but has `name` (else an ordinary one) inside.
    pub(crate) fn garbage(&mut self, name: Option<&str>, index: u64) -> Vec<u8> {
        let bytes = self.noise(name);
        self.entry(&Submission::Certificate(bytes), index, Timestamp::now())
    }

    /// An entry of a type that is not known.
    pub(crate) fn unknown(&mut self, index: u64) -> Vec<u8> {
        let bytes = self.noise(None);
        self.entry(&Submission::Unknown(bytes), index, Timestamp::now())
    }

    fn noise(&mut self, name: Option<&str>) -> Vec<u8> {
        let mut bytes = vec![0; GARBAGE];
        self.random.fill(&mut bytes);
        let ordinary = ordinary::names(&mut self.random);
        let name = name.unwrap_or(&ordinary[0]);
        // A byte that is in no name on both sides, so that it stands by itself.
        let framed = [&[0], name.as_bytes(), &[0]].concat();
        bytes.splice(GARBAGE / 2..GARBAGE / 2, framed);
        bytes
    }

    fn precertificate(&self, request: &Request) -> Submission {
        let made = self.authority.precertificate(request);
        Submission::Precertificate {
            tbs: made.tbs,
            submitted: made.submitted,
        }
    }

    fn entry(&self, submission: &Submission, index: u64, at: Timestamp) -> Vec<u8> {
        let hash = self.authority.issuer_key_hash();
        submission.tile_leaf(milliseconds(at), hash, &self.extensions(index), &self.chain)
    }

    fn extensions(&self, index: u64) -> Vec<u8> {
        if self.indexed {
            leaf_index_extension(index).to_vec()
        } else {
            Vec::new()
        }
    }
}

/// Since 1970, as the specifications want it.
pub(crate) fn milliseconds(at: Timestamp) -> u64 {
    u64::try_from(at.as_millisecond()).unwrap_or_default()
}
