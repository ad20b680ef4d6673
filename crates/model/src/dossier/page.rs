//! What a web server shows.

use std::net::IpAddr;

use crate::probed::EvidenceDigest;

/// A page, at the end of its redirects. Nothing was submitted to get it.
#[derive(Clone, PartialEq, Debug)]
pub struct PageFacts {
    /// Each request on the way, the last is the page itself.
    pub hops: Vec<Hop>,
    /// The server software as it says.
    pub server: Option<String>,
    /// The headers of the last answer as `name: value`, in order, the names in lower case.
    pub headers: Vec<String>,
    /// The title.
    pub title: Option<String>,
    /// The language that the page claims (`lang`).
    pub language: Option<String>,
    /// SHA-256 of the body.
    pub body: EvidenceDigest,
    /// Bytes of the body; it may have been cut at our limit.
    pub body_len: usize,
    /// Whether it was cut.
    pub truncated: bool,
    /// The favicon by `MurmurHash3` of its base64, as the trade writes it.
    pub favicon: Option<i32>,
    /// The fuzzy hash of the HTML (TLSH).
    pub tlsh: Option<String>,
    /// How alike it is to the organisation's own page, 0 to 1; none if that was not at hand.
    pub similarity: Option<f64>,
    /// Its forms.
    pub forms: Vec<Form>,
    /// Things of the guarded organisation that it shows from where they really are (hotlinks), sorted.
    pub borrowed: Vec<String>,
    /// Ids of analytics and tags, sorted.
    pub trackers: Vec<String>,
    /// Hosts that it links to or loads from, sorted, at most 256.
    pub hosts: Vec<String>,
    /// What kind of page it is.
    pub kind: PageKind,
    /// Hints that others are shown something else.
    pub cloaking: Vec<Cloaking>,
}

/// One request and its answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hop {
    /// What was asked for.
    pub url: String,
    /// Which address answered; none behind a proxy that resolves.
    pub address: Option<IpAddr>,
    /// The status (RFC 9110 §15).
    pub status: u16,
}

/// A form of the page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Form {
    /// Where it would post to, made absolute.
    pub action: String,
    /// Whether that is another registrable domain than the page's.
    pub elsewhere: bool,
    /// Whether it asks for a password.
    pub password: bool,
    /// Whether it asks for a name or mailbox to log in with.
    pub login: bool,
    /// Whether it asks for a card, a one-time code or a seed phrase.
    pub secret: bool,
}

/// Kinds of pages.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum PageKind {
    /// Contents of its own.
    Content,
    /// Parked: advertisements stand in for contents.
    Parked,
    /// Offered for sale.
    ForSale,
    /// The default page of a registrar, hoster or web server.
    Default,
    /// A notice that the site was suspended or seized.
    Suspended,
    /// A listing of files.
    Listing,
    /// Nothing to see.
    Empty,
    /// An error (status 400 and above).
    Error,
}

/// Hints of cloaking.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Cloaking {
    /// A check that one is no machine stands before the contents.
    Challenge,
    /// The page is put together by a script out of encoded text.
    Encoded,
    /// It asks for robots to keep away.
    NoRobots,
    /// It sends the visitor on by script or `meta`.
    ScriptRedirect,
    /// It sends the visitor on to the real organisation.
    ToTheReal,
}

/// What a browser shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Screenshot {
    /// SHA-256 of the picture (PNG).
    pub picture: EvidenceDigest,
    /// Width and height in pixels.
    pub size: (u32, u32),
    /// Perceptual hash (64 bits).
    pub phash: u64,
    /// Bits in which it differs from the organisation's own page; none if that was not at hand.
    pub distance: Option<u32>,
}

impl Form {
    /// Whether it asks for something that opens a door: a password, a code, a card. A field for a mailbox alone is on every
    /// newsletter's page.
    pub fn asks(&self) -> bool {
        self.password || self.secret
    }
}
