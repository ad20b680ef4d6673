//! What was written once can be read forever, and whatever is written can be read.

mod any;

use model::dossier::{Cloaking, DomainStatus, PageKind, Role};
use model::{Absence, FailureKind, Probed, Reason};
use proptest::prelude::*;
use render::{dossier, parse_dossier};

/// Written by the first version, and never to be changed: such lines are in ledgers.
const GOLDEN: &str = include_str!("../golden/dossier-1.json");

#[test]
fn the_golden_dossier_is_written_as_it_was() {
    let read = parse_dossier(GOLDEN).expect("the golden file can be read");
    assert_eq!(dossier(&read), GOLDEN.trim_end());
}

#[test]
fn the_golden_dossier_means_what_it_says() {
    let read = parse_dossier(GOLDEN).expect("the golden file can be read");
    assert_eq!(read.name.as_str(), "login.examp1ebank.example");
    assert_eq!(read.registrable.as_str(), "examp1ebank.example");

    assert_eq!(read.dns.at.as_nanosecond() % 1_000_000_000, 89_123_456);
    assert_eq!(read.dns.took.as_nanos(), 12_345_678);
    assert_eq!(read.dns.evidence[1].0, [0xab; 32]);
    let dns = read.dns.answer().expect("answered");
    let addresses = dns.addresses.answer().expect("answered");
    assert_eq!(
        addresses[0].network.as_ref().map(|network| network.asn),
        Some(64_496)
    );
    assert_eq!(addresses[1].ip.to_string(), "2001:db8::10");
    assert_eq!(
        dns.txt.answer().expect("answered")[1],
        "hostile \u{1b}[31mred\u{1b}[0m\r\n\0 \"quoted\" \\ 漢字"
    );
    assert_eq!(dns.dmarc, Probed::Absent(Absence::NoData));
    assert_eq!(dns.wildcard, Probed::NotAsked(Reason::Policy));
    let Probed::Failed(failure) = &dns.caa else {
        panic!("not failed: {:?}", dns.caa);
    };
    assert_eq!(failure.kind, FailureKind::Broken);
    assert_eq!(failure.retry_after.map(|after| after.as_secs()), Some(30));

    let registration = read.registration.answer().expect("answered");
    assert_eq!(registration.statuses[2], DomainStatus::ClientHold);
    assert_eq!(
        registration.statuses[7],
        DomainStatus::Locked("client transfer prohibited".to_owned())
    );
    assert_eq!(registration.contacts[1].roles, [Role::Abuse, Role::Other]);
    assert_eq!(registration.signed, Some(false));

    let tls = read.tls.answer().expect("answered");
    assert_eq!(
        (tls.chain[0].sha256, tls.chain[0].spki_sha256),
        ([4; 32], [5; 32])
    );
    assert_eq!(tls.chain[1].not_before, None);

    let page = read.page.answer().expect("answered");
    assert_eq!(page.favicon, Some(-1_137_684_953));
    assert_eq!(page.similarity, Some(0.812_500_000_000_000_1));
    assert_eq!(page.kind, PageKind::Content);
    assert_eq!(page.cloaking[4], Cloaking::ToTheReal);
    let screenshot = read.screenshot.answer().expect("answered");
    assert_eq!(
        (screenshot.phash, screenshot.size),
        (0xf0e1_d2c3_b4a5_9687, (1280, 800))
    );
}

proptest! {
    #[test]
    fn what_is_written_is_read(it in any::dossier()) {
        let text = dossier(&it);
        prop_assert!(!text.contains(|letter| ('\0'..' ').contains(&letter)), "more than one line: {text}");
        prop_assert_eq!(&parse_dossier(&text).expect("what was written can be read"), &it);
    }

    #[test]
    fn nothing_read_panics(at in 0..GOLDEN.len(), len in 0..40_usize, by in any::text()) {
        let mut bytes = GOLDEN.as_bytes().to_vec();
        let end = (at + len).min(bytes.len());
        bytes.splice(at..end, by.bytes());
        if let Ok(read) = parse_dossier(&String::from_utf8_lossy(&bytes)) {
            prop_assert_eq!(parse_dossier(&dossier(&read)), Ok(read));
        }
    }
}
