//! What somebody may put into a certificate so that we do not see a name.

use ct::Form;
use ct::identifiers::MAX_IDENTIFIERS;
use ct::issuance::{issuance, names_differ};

use crate::build::*;
use crate::line;

#[track_caller]
fn check(tbs: &[u8], expected: &str) {
    assert_eq!(line(tbs, Form::Tbs), expected);
    assert_eq!(line(&certificate(tbs), Form::Certificate), expected);
}

/// A sound one, which tests break.
fn sound() -> Vec<u8> {
    tbs(
        &[common_name(PRINTABLE, "one.example")],
        &[
            extension(&[0x55, 0x1d, 15], &[3, 2, 7, 0x80]),
            alternative_names(&[
                dns("one.example"),
                dns("*.two.example"),
                tlv(0x87, &[&[192, 0, 2, 1]]),
            ]),
            extension(&[0x55, 0x1d, 14], &[4, 2, 1, 2]),
        ],
    )
}

const ALL: &str = "cn one.example, dns one.example, dns *.two.example, ip 192.0.2.1";

#[test]
fn nothing_wrong() {
    check(&sound(), ALL);
    check(&tbs(&[], &[]), "");
    check(&tbs(&[common_name(UTF8, "Example Ltd CA")], &[]), "");
}

#[test]
fn every_common_name_counts() {
    let country = attribute(&[0x55, 4, 6], PRINTABLE, "FR");
    let subject = [
        common_name(IA5, "one.example"),
        country,
        common_name(TELETEX, b"b\xfccher.example"),
        common_name(BMP, "\0t\0w\0o\0.\0e\0x"),
    ];
    check(
        &tbs(&subject, &[]),
        "cn one.example, cn bücher.example, cn two.ex",
    );
    let both = [
        common_name(UTF8, "a.example"),
        common_name(UTF8, "b.example"),
    ];
    let attributes: Vec<u8> = both.iter().flat_map(|set| set[2..].to_vec()).collect();
    check(
        &tbs(&[tlv(0x31, &[&attributes])], &[]),
        "cn a.example, cn b.example",
    );
}

#[test]
fn every_subject_alt_name_counts() {
    let extensions = [
        alternative_names(&[dns("one.example")]),
        alternative_names(&[dns("two.example")]),
    ];
    check(&tbs(&[], &extensions), "dns one.example, dns two.example");
}

#[test]
fn nul_in_a_name() {
    let names = alternative_names(&[dns("one.example\0.two.example")]);
    check(
        &tbs(&[], &[names]),
        "dns one.example, dns one.example.two.example",
    );
}

#[test]
fn names_under_other_tags() {
    let names = [
        tlv(0x86, &[b"https://shop.example/"]),
        tlv(0x81, &[b"me@shop.example"]),
        tlv(0xa4, &[&tlv(SEQUENCE, &[])]),
    ];
    check(&tbs(&[], &[alternative_names(&names)]), "");
    let bare = [tlv(0x86, &[b"one.example"]), tlv(0x81, &[b"two.example"])];
    check(
        &tbs(&[], &[alternative_names(&bare)]),
        "dns one.example, dns two.example",
    );
    let unknown = [tlv(0x83, &[b"one.example"]), dns("two.example")];
    check(
        &tbs(&[], &[alternative_names(&unknown)]),
        "dns one.example, dns two.example, ! type",
    );
}

#[test]
fn addresses() {
    let v6 = [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    check(
        &tbs(&[], &[alternative_names(&[tlv(0x87, &[&v6])])]),
        "ip 2001:db8::1",
    );
    let text = [tlv(0x87, &[b"192.0.2.1"])];
    check(&tbs(&[], &[alternative_names(&text)]), "ip 192.0.2.1");
    let odd = [tlv(0x87, &[&[1, 2, 3]]), dns("one.example")];
    check(
        &tbs(&[], &[alternative_names(&odd)]),
        "dns one.example, ! address",
    );
}

#[test]
fn zeros_after_the_names() {
    let names = tlv(SEQUENCE, &[&dns("one.example")]);
    let padded = extension(&[0x55, 0x1d, 17], &[&names[..], &[0]].concat());
    check(&tbs(&[], &[padded]), "dns one.example");
    let more = extension(
        &[0x55, 0x1d, 17],
        &[&names[..], &dns("two.example")].concat(),
    );
    check(
        &tbs(&[], &[more]),
        "dns one.example, dns two.example, ! ends, rescued 1",
    );
}

#[test]
fn names_in_an_extension_of_another_name() {
    let names = tlv(SEQUENCE, &[&dns("one.example"), &dns("two.example")]);
    let other = extension(&[0x55, 0x1d, 16], &names);
    check(
        &tbs(&[], std::slice::from_ref(&other)),
        "dns one.example, dns two.example, rescued 2",
    );
    let real = alternative_names(&[dns("three.example")]);
    check(&tbs(&[], &[other, real]), "dns three.example");
}

#[test]
fn outer_lengths_lie() {
    let mut der = sound();
    der[2] ^= 1;
    assert_eq!(line(&der, Form::Tbs), format!("{ALL}, ! ends"));
    let mut der = certificate(&sound());
    der[2] ^= 1;
    assert_eq!(line(&der, Form::Certificate), format!("{ALL}, ! ends"));
    let mut der = sound();
    der[0] = 0x31;
    assert_eq!(line(&der, Form::Tbs), format!("{ALL}, ! type"));
    let longer = [&sound()[..], &dns("four.example")].concat();
    assert_eq!(
        line(&longer, Form::Tbs),
        format!("{ALL}, dns four.example, ! ends, rescued 1")
    );
}

#[test]
fn types_before_the_subject_are_wrong() {
    let broken = replace(&sound(), &[2, 2, 0x4a, 0x17], &[3, 2, 0x4a, 0x17]);
    check(&broken, &format!("{ALL}, ! type, rescued 4"));
    let broken = replace(&sound(), b"\x17\x0d260101", b"\x17\x8d260101");
    check(&broken, ALL);
}

#[test]
fn length_of_the_extensions_is_wrong() {
    let whole = alternative_names(&[
        dns("one.example"),
        dns("*.two.example"),
        tlv(0x87, &[&[192, 0, 2, 1]]),
    ]);
    // Of the extension, of its octets, of the list.
    for place in [1, 8, 10] {
        let mut lying = whole.clone();
        lying[place] ^= 0x40;
        let der = replace(&sound(), &whole, &lying);
        let told = line(&der, Form::Tbs);
        for name in ALL.split(", ") {
            assert!(told.contains(name), "{told}");
        }
        assert!(told.contains("! "), "{told}");
    }
}

#[test]
fn length_of_a_name_is_wrong() {
    let short = replace(&sound(), b"\x82\x0bone.example", b"\x82\x03one.example");
    let told = line(&short, Form::Tbs);
    for name in ["dns one,", "dns one.example", "dns *.two.example"] {
        assert!(told.contains(name), "{told}");
    }
    let long = replace(&sound(), b"\x82\x0bone.example", b"\x82\x7fone.example");
    check(
        &long,
        "cn one.example, dns one.example, dns *.two.example, ip 192.0.2.1, ! truncated, rescued 3",
    );
}

#[test]
fn one_name_swallows_the_next() {
    let swallowing = replace(&sound(), b"\x82\x0bone.example", b"\x82\x1aone.example");
    check(&swallowing, ALL);
}

#[test]
fn indefinite_length() {
    let broken = replace(
        &sound(),
        &[0x30, 11, 6, 3, 0x55, 0x1d, 14],
        &[0x30, 0x80, 6, 3, 0x55, 0x1d, 14],
    );
    check(&broken, &format!("{ALL}, ! length-form"));
}

#[test]
fn cut_off() {
    let der = sound();
    for end in 0..der.len() {
        let told = line(&der[..end], Form::Tbs);
        assert!(told.contains("! "), "{end}: {told}");
    }
    let told = line(&der[..der.len() - 5], Form::Tbs);
    for name in ALL.split(", ") {
        assert!(told.contains(name), "{told}");
    }
}

#[test]
fn garbage_with_a_name_in_it() {
    let garbage = [&[0xff; 40][..], &dns("one.example"), &[0xfe; 9]].concat();
    assert_eq!(
        line(&garbage, Form::Certificate),
        "dns one.example, ! length-form, rescued 1"
    );
    assert_eq!(line(b"", Form::Certificate), "! truncated");
}

#[test]
fn more_names_than_are_told() {
    let names: Vec<Vec<u8>> = (0..MAX_IDENTIFIERS + 5)
        .map(|n| dns(format!("n{n}.example")))
        .collect();
    let told = line(&tbs(&[], &[alternative_names(&names)]), Form::Tbs);
    assert!(
        told.ends_with("dns n9999.example, untold 5"),
        "{}",
        &told[told.len() - 60..]
    );
}

/// Megabytes take no longer than their size asks for: seconds here, hours if anything were read again and again.
#[test]
fn size_costs_its_size() {
    let size = 2 << 20;
    let patterns: [&[u8]; 6] = [
        b"\x06\x03\x55\x04\x03",
        b"\x06\x03\x55\x1d\x11\x04\x00\x30\x00",
        b"\x82\x7fabcd.",
        b"\x82\x84\xff\xff\xff\xff",
        b"\x06\x03\x55\x04\x03\x1e\x7f",
        b"\x82\x05a.b\0c",
    ];
    for pattern in patterns {
        let der = pattern.repeat(size / pattern.len());
        let told = line(&der, Form::Certificate);
        assert!(told.contains("! "), "{pattern:?}");
    }
}

const POISON: &[u8] = &[0x2b, 6, 1, 4, 1, 0xd6, 0x79, 2, 4, 3];
const SCT_LIST: &[u8] = &[0x2b, 6, 1, 4, 1, 0xd6, 0x79, 2, 4, 2];

#[test]
fn one_issuance() {
    let subject = [common_name(UTF8, "one.example")];
    let names = alternative_names(&[dns("one.example")]);
    let other = extension(&[0x55, 0x1d, 15], &[3, 2, 7, 0x80]);
    let scts = extension(SCT_LIST, &[4; 300]);
    let poison = extension(POISON, &[5, 0]);
    let covered = tbs(&subject, &[names.clone(), other.clone()]);
    let submitted = certificate(&tbs(&subject, &[names.clone(), poison, other.clone()]));
    let issued = certificate(&tbs(
        &subject,
        &[names.clone(), other.clone(), scts.clone()],
    ));

    let digest = issuance(&covered, Form::Tbs).expect("it is sound");
    assert_eq!(issuance(&submitted, Form::Certificate), Some(digest));
    assert_eq!(issuance(&issued, Form::Certificate), Some(digest));
    let only_scts = certificate(&tbs(&subject, &[scts]));
    assert_eq!(
        issuance(&only_scts, Form::Certificate),
        issuance(&tbs(&subject, &[]), Form::Tbs)
    );
    assert_ne!(issuance(&tbs(&subject, &[other]), Form::Tbs), Some(digest));
    assert_eq!(issuance(&covered[1..], Form::Tbs), None);
    assert_eq!(issuance(b"", Form::Certificate), None);
}

#[test]
fn submitted_names_differ() {
    let subject = [common_name(UTF8, "one.example")];
    let names = |name: &str| alternative_names(&[dns(name), dns("two.example")]);
    let covered = tbs(&subject, &[names("one.example")]);
    let poison = extension(POISON, &[5, 0]);
    let submitted = |subject: &[Vec<u8>], name: &str| {
        certificate(&tbs(subject, &[poison.clone(), names(name)]))
    };

    assert!(!names_differ(&covered, &submitted(&subject, "one.example")));
    assert!(names_differ(
        &covered,
        &submitted(&subject, "other.example")
    ));
    assert!(names_differ(&covered, &submitted(&[], "one.example")));
    assert!(names_differ(&covered, b""));
    let cut = &submitted(&subject, "one.example")[..200];
    assert!(names_differ(&covered, cut));
    // Another order, the same names.
    let turned = alternative_names(&[dns("two.example"), dns("one.example")]);
    assert!(!names_differ(
        &covered,
        &certificate(&tbs(&subject, &[turned]))
    ));
}
