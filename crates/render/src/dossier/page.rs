//! What a web server and a browser show, in writing.

use std::net::IpAddr;

use model::dossier as noun;
use serde::{Deserialize, Serialize};

use super::written::{Bits, Digest, Written, written};

written! {
    struct PageFacts {
        hops: Vec<Hop>,
        server: Option<String>,
        headers: Vec<String>,
        title: Option<String>,
        language: Option<String>,
        body: Digest,
        body_len: usize,
        truncated: bool,
        favicon: Option<i32>,
        tlsh: Option<String>,
        similarity: Option<f64>,
        forms: Vec<Form>,
        borrowed: Vec<String>,
        trackers: Vec<String>,
        hosts: Vec<String>,
        kind: PageKind,
        cloaking: Vec<Cloaking>,
    }
}

written! {
    struct Hop {
        url: String,
        address: Option<IpAddr>,
        status: u16,
    }
}

written! {
    struct Form {
        action: String,
        elsewhere: bool,
        password: bool,
        login: bool,
        secret: bool,
    }
}

written! {
    enum PageKind {
        Content,
        Parked,
        ForSale,
        Default,
        Suspended,
        Listing,
        Empty,
        Error,
    }
}

written! {
    enum Cloaking {
        Challenge,
        Encoded,
        NoRobots,
        ScriptRedirect,
        ToTheReal,
    }
}

written! {
    struct Screenshot {
        picture: Digest,
        size: (u32, u32),
        phash: Bits,
        distance: Option<u32>,
    }
}
