//! Any bytes, as the answer of an RDAP server.

#![no_main]

use libfuzzer_sys::fuzz_target;
use names::DomainName;

fuzz_target!(|bytes: &[u8]| {
    let asked: DomainName = "shop.example".parse().expect("it is a name");
    let _ = probe::rdap::read(200, None, bytes, &asked);
});
