//! Whatever a stranger sends: no reader panics.

use model::dossier::Hop;
use names::{DomainName, SuffixList};
use probe::page::{Context, Fetched, Print};
use probe::{dates, page, rdap, screenshot, tls, whois};
use proptest::prelude::*;

/// Gives the same bytes to each reader.
fn read(bytes: &[u8]) {
    let asked: DomainName = "shop.example".parse().expect("it is a name");
    let _ = whois::read(bytes, &asked).probed();
    let _ = rdap::read(200, None, bytes, &asked);
    let _ = tls::certificate(bytes);
    let _ = screenshot::read(bytes);
    let _ = dates::read(&String::from_utf8_lossy(bytes));
    let hops = [Hop {
        url: "https://shop.example/".to_owned(),
        address: None,
        status: 200,
    }];
    let headers = [
        ("content-type".to_owned(), bytes.to_vec()),
        ("x-robots-tag".to_owned(), bytes.to_vec()),
    ];
    let fetched = Fetched {
        hops: &hops,
        headers: &headers,
        body: bytes,
        truncated: false,
        favicon: Some(bytes),
    };
    let context = Context {
        owned: std::slice::from_ref(&asked),
        suffixes: &SuffixList::embedded(),
        reference: Some(&Print::of(bytes, None)),
    };
    let facts = page::read(&fetched, &context).expect("the last hop is a page");
    assert!(
        facts
            .similarity
            .is_none_or(|alike| (alike - 1.0).abs() < f64::EPSILON)
    );
}

/// Pieces that mean something to one reader or another.
const PIECES: &[&str] = &[
    "domain: ",
    "shop.example",
    "\n",
    "\r\n\r\n",
    "  ",
    "\t",
    "[Key] ",
    "Registrar:",
    "registrant's address:",
    "created: ",
    "2020-02-30",
    "31.12.99",
    "T25:61:61+99:99",
    "20-é-2000",
    "status: free",
    "nic-hdl: A-1",
    "% ",
    "too many requests 7 seconds",
    "{\"objectClassName\":\"domain\",",
    "\"entities\":[{",
    "\"vcardArray\":[\"vcard\",[[",
    "null,",
    "]",
    "}",
    "\"",
    "<html lang=",
    "<form action=",
    "<input type=password name='",
    ">",
    "</form>",
    "<meta http-equiv=refresh content='0;url=",
    "'",
    "<script>atob('",
    "ym(",
    "GTM-",
    "é",
    "\u{0}",
    "\u{202e}",
    "<base href=//[::",
    "<a href=http://",
    "&#x110000;",
    "<!--",
];

proptest! {
    #[test]
    fn bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        read(&bytes);
    }

    #[test]
    fn pieces(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40)) {
        read(pieces.concat().as_bytes());
    }
}
