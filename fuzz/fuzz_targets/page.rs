//! Any bytes, as a page: it is like itself.

#![no_main]

use libfuzzer_sys::fuzz_target;
use model::dossier::Hop;
use names::{DomainName, SuffixList};
use probe::page::{Context, Fetched, Print, read};

fuzz_target!(|bytes: &[u8]| {
    let owned: DomainName = "shop.example".parse().expect("it is a name");
    let hops = [Hop {
        url: "https://shop.example/".to_owned(),
        address: None,
        status: 200,
    }];
    let fetched = Fetched {
        hops: &hops,
        headers: &[],
        body: bytes,
        truncated: false,
        favicon: Some(bytes),
    };
    let context = Context {
        owned: std::slice::from_ref(&owned),
        suffixes: &SuffixList::embedded(),
        reference: Some(&Print::of(bytes, None)),
    };
    let facts = read(&fetched, &context).expect("the last hop is a page");
    let alike = facts.similarity.unwrap_or(1.0);
    assert!((alike - 1.0).abs() < f64::EPSILON);
});
