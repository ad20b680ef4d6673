//! The same names as Python's `cryptography` finds. It must be installed (Debian: python3-cryptography).

use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Command, Stdio};

use ct::Form;
use ct::certificate::{details, fingerprints};
use ct::identifiers::Kind;
use ct::issuance::issuance;
use data_encoding::HEXLOWER;
use serde::Deserialize;

use crate::recorded::{Recorded, odd, production, staging};
use crate::{build, read};

/// What `names.py` says of one certificate.
#[derive(Deserialize)]
#[serde(untagged)]
enum Said {
    Read(Found),
    Refused { error: String },
}

#[derive(Deserialize)]
struct Found {
    dns: BTreeSet<String>,
    ip: BTreeSet<String>,
    cn: BTreeSet<String>,
    not_before: i64,
    not_after: i64,
    serial: String,
    key: String,
    sha256: String,
    sha1: String,
    issuance: Option<String>,
}

/// Those of which we tell other spellings than stand there; `kept.txt` has them.
const SPELLED: &[&str] = &[
    "rfc5280-san-ip-in-dns",
    "webpki-cn-ipv6-non-rfc5952-mismatch",
    "webpki-san-unicode-emoji-san",
    "webpki-san-wildcard-embedded-leftmost-san",
    "webpki-san-wildcard-embedded-ulabel-san",
    "webpki-san-wildcard-not-in-leftmost-san",
];

/// Asks about all certificates in one go.
fn ask(certificates: &[Vec<u8>]) -> Vec<Said> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/certificates/names.py");
    let mut python = Command::new("python3")
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 is installed");
    let mut stdin = python.stdin.take().expect("it is piped");
    let mut question = vec![];
    for der in certificates {
        question.extend((der.len() as u32).to_be_bytes());
        question.extend(der);
    }
    let writer = std::thread::spawn(move || stdin.write_all(&question));
    let output = python.wait_with_output().expect("it can be waited for");
    assert!(output.status.success(), "python3-cryptography is installed");
    writer
        .join()
        .expect("it does not panic")
        .expect("all was read");
    let lines = std::str::from_utf8(&output.stdout)
        .expect("JSON is UTF-8")
        .lines();
    lines
        .map(|line| serde_json::from_str(line).expect("a line of names.py"))
        .collect()
}

/// Both parsers read these alike; returns how many the other one refused.
fn compare(all: &[Recorded]) -> Vec<String> {
    let certificates: Vec<_> = all
        .iter()
        .map(|recorded| match recorded.form {
            Form::Certificate => recorded.der.clone(),
            Form::Tbs => build::certificate(&recorded.der),
        })
        .collect();
    let answers = ask(&certificates);
    assert_eq!(answers.len(), all.len());
    let mut refused = vec![];
    for ((recorded, der), said) in all.iter().zip(&certificates).zip(answers) {
        match said {
            Said::Read(found) => same(recorded, der, &found),
            Said::Refused { error } => refused.push(format!("{}: {error}", recorded.name)),
        }
    }
    refused
}

fn same(recorded: &Recorded, der: &[u8], found: &Found) {
    let name = &recorded.name;
    let (told, reading) = read(&recorded.der, recorded.form);
    let of = |kind: Kind| -> BTreeSet<String> {
        let told = told.iter().filter(|(told, _)| *told == kind);
        told.map(|(_, raw)| raw.clone()).collect()
    };
    if !SPELLED.contains(&name.as_str()) {
        assert!(reading.is_complete(), "{name}");
        assert_eq!(of(Kind::Dns), found.dns, "{name}");
        assert_eq!(of(Kind::Ip), found.ip, "{name}");
        let hosts = found.cn.iter().filter(|cn| !cn.contains(' ')).cloned();
        assert_eq!(of(Kind::CommonName), hosts.collect(), "{name}");
    }

    let details = details(&recorded.der, recorded.form);
    assert_eq!(details.not_before, Some(found.not_before), "{name}");
    assert_eq!(details.not_after, Some(found.not_after), "{name}");
    // The other parser writes a number, negative ones too.
    let serial = details.serial.trim_start_matches('0');
    assert!(
        serial == found.serial.trim_start_matches('0') || found.serial.starts_with('-'),
        "{name}"
    );
    let hex = |digest: &[u8]| HEXLOWER.encode(digest);
    if name == "webpki-explicit-curve" {
        // The other parser writes the name of the curve instead.
        return;
    }
    assert_eq!(
        details.key_sha256.map(|digest| hex(&digest)).as_ref(),
        Some(&found.key),
        "{name}"
    );
    let digests = fingerprints(der);
    assert_eq!(hex(&digests.sha256), found.sha256, "{name}");
    assert_eq!(hex(&digests.sha1), found.sha1, "{name}");
    if let Some(expected) = &found.issuance {
        let digest = issuance(&recorded.der, recorded.form).expect("it is sound");
        assert_eq!(&hex(&digest), expected, "{name}");
    }
}

#[test]
fn production_entries() {
    let all = production();
    assert_eq!(all.len(), 41);
    assert_eq!(compare(&all), [""; 0]);
}

#[test]
fn staging_entries() {
    let all = staging();
    assert_eq!(all.len(), 266);
    assert_eq!(compare(&all), [""; 0]);
}

/// What the other parser takes of the odd ones we read alike; how many it refuses depends on its version.
#[test]
fn odd_certificates() {
    let refused = compare(&odd());
    assert!(refused.len() < 20, "{refused:#?}");
}
