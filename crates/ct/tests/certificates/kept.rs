//! What is told of each odd certificate in `corpus/certificates`, and of recorded entries.

use ct::Form;
use ct::certificate::{Details, details};
use ct::issuance::{issuance, names_differ};

use crate::build::{BMP, UTF8, attribute, common_name, dns, extension, replace, tbs};
use crate::{line, recorded};

const EXPECTED: &str = include_str!("kept.txt");

/// One line a file; a change of the reader shows here.
#[test]
fn odd_certificates() {
    let told: String = recorded::odd()
        .iter()
        .filter(|odd| odd.name != "online-google-com")
        .map(|odd| format!("{}: {}\n", odd.name, line(&odd.der, odd.form)))
        .collect::<Vec<_>>()
        .concat();
    assert_eq!(told, EXPECTED);
}

/// What a log signed is what was submitted, and one issuance.
#[test]
fn recorded_precertificates() {
    let all = [recorded::production(), recorded::staging()].concat();
    let mut compared = 0;
    for entry in &all {
        let digest = issuance(&entry.der, entry.form);
        assert!(digest.is_some(), "{}", entry.name);
        if let Some(submitted) = &entry.submitted {
            assert!(!names_differ(&entry.der, submitted), "{}", entry.name);
            assert_eq!(
                issuance(submitted, Form::Certificate),
                digest,
                "{}",
                entry.name
            );
            compared += 1;
        }
    }
    assert_eq!(compared, 280);
}

/// What people are shown, as lines.
fn shown(details: &Details) -> String {
    let mut lines = vec![
        format!("serial {}", details.serial),
        format!("issuer {} {}", details.issuer, details.issuer.aggregated()),
        format!(
            "subject {} {}",
            details.subject,
            details.subject.aggregated()
        ),
        format!("valid {:?} {:?}", details.not_before, details.not_after),
        format!("signed {}", details.signature_algorithm),
        format!(
            "key {} {}",
            details.key_algorithm,
            details.key_sha256.is_some()
        ),
        format!("ca {}", details.is_ca),
    ];
    lines.extend(
        details
            .extensions
            .iter()
            .map(|(name, value)| format!("{name}: {value}")),
    );
    lines.extend(details.broken.map(|broken| format!("broken {broken}")));
    lines.join("\n")
}

#[test]
fn details_of_a_recorded_one() {
    let odd = recorded::odd();
    let google = odd
        .iter()
        .find(|odd| odd.name == "online-google-com")
        .expect("it is there");
    let mut details = details(&google.der, google.form);
    for (_, value) in &mut details.extensions {
        value.truncate(60);
    }
    assert_eq!(shown(&details), GOOGLE);
}

#[test]
fn details_field_by_field() {
    let email = attribute(
        &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1],
        UTF8,
        "me@one.example",
    );
    let organisation = attribute(&[0x55, 4, 10], BMP, "\0O\0n\0e");
    let whole = tbs(
        &[email, organisation, common_name(UTF8, "one.example")],
        &[
            extension(&[0x55, 0x1d, 19], &[0x30, 3, 1, 1, 0xff]),
            extension(&[0x55, 0x1d, 15], &[3, 2, 1, 6]),
            extension(&[0x55, 0x1d, 37], b"no sequence"),
            extension(&[0x2a, 3], &[1, 2]),
            extension(
                &[0x55, 0x1d, 18],
                &[&[0x30, 13][..], &dns("two.example")].concat(),
            ),
        ],
    );
    assert_eq!(shown(&details(&whole, Form::Tbs)), FIELDS);

    let oddly_timed = replace(&whole, b"260101000000Z", b"260101000000 ");
    let read = details(&oddly_timed, Form::Tbs);
    assert_eq!(
        (read.not_before, read.not_after),
        (None, Some(1_775_001_600))
    );

    let cut = details(&whole[..whole.len() - 9], Form::Tbs);
    assert_eq!(cut.subject.get("CN"), Some("one.example"));
    assert_eq!(cut.extensions, []);
    assert!(cut.broken.is_some());
    assert_eq!(details(b"", Form::Certificate).serial, "");
}

const FIELDS: &str = "\
serial 4a17
issuer CN=Example CA /CN=Example CA
subject emailAddress=me@one.example, O=One, CN=one.example /CN=one.example/O=One/emailAddress=me@one.example
valid Some(1767225600) Some(1775001600)
signed ecdsa, sha256
key ed25519 true
ca true
basicConstraints: CA:TRUE
keyUsage: Certificate Signing, CRL Signing
extendedKeyUsage: 6e6f2073657175656e6365
1.2.3: 0102
issuerAltName: DNS:two.example";

const GOOGLE: &str = "\
serial b24ff93a9975fa670a45a4784f3acc65
issuer C=US, O=Google Trust Services, CN=WR2 /C=US/CN=WR2/O=Google Trust Services
subject CN=*.google.com /CN=*.google.com
valid Some(1770021398) Some(1777278997)
signed sha256, rsa
key ecdsa 256 true
ca false
keyUsage: Digital Signature
extendedKeyUsage: serverAuth
basicConstraints: CA:FALSE
subjectKeyIdentifier: keyid:a6:73:09:27:c3:21:55:17:bb:e7:7c:38:5d:ed:05:51:25:00:
authorityKeyIdentifier: keyid:de:1b:1e:ed:79:15:d4:3e:37:24:c3:21:bb:ec:34:39:6d:42:
authorityInfoAccess: URI:http://o.pki.goog/wr2, URI:http://i.pki.goog/wr2.crt
subjectAltName: DNS:*.google.com, DNS:*.appengine.google.com, DNS:*.bdn.dev,
certificatePolicies: Policy: 2.23.140.1.2.1

crlDistributionPoints: URI:http://c.pki.goog/wr2/oQ6nyr8F0m0.crl
ctlSignedCertificateTimestamp: 0481f100ef00750016832dabf0a9250f0ff03aa545ffc8bfc823d0874bf6";
