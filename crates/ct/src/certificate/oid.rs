//! Object identifiers by their names (X.690 §8.19).

use x509_parser::der_parser::Oid;

/// Contents of an object identifier, and what it is called.
pub(super) type Names = &'static [(&'static [u8], &'static str)];

/// Attributes of names (X.520, RFC 4519 §2, PKCS #9), as certstream and OpenSSL shorten them.
pub(super) const ATTRIBUTES: Names = &[
    (&[0x55, 4, 3], "CN"),
    (&[0x55, 4, 4], "SN"),
    (&[0x55, 4, 5], "serialNumber"),
    (&[0x55, 4, 6], "C"),
    (&[0x55, 4, 7], "L"),
    (&[0x55, 4, 8], "ST"),
    (&[0x55, 4, 9], "street"),
    (&[0x55, 4, 10], "O"),
    (&[0x55, 4, 11], "OU"),
    (&[0x55, 4, 12], "title"),
    (&[0x55, 4, 15], "businessCategory"),
    (&[0x55, 4, 17], "postalCode"),
    (&[0x55, 4, 42], "GN"),
    (&[0x55, 4, 97], "organizationIdentifier"),
    (
        &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1],
        "emailAddress",
    ),
    (
        &[0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 25],
        "DC",
    ),
    (
        &[0x2b, 6, 1, 4, 1, 0x82, 0x37, 60, 2, 1, 1],
        "jurisdictionL",
    ),
    (
        &[0x2b, 6, 1, 4, 1, 0x82, 0x37, 60, 2, 1, 2],
        "jurisdictionST",
    ),
    (
        &[0x2b, 6, 1, 4, 1, 0x82, 0x37, 60, 2, 1, 3],
        "jurisdictionC",
    ),
];

/// Signatures (RFC 8017 appendix A.2, RFC 5758, RFC 8410), as certstream spells them.
pub(super) const ALGORITHMS: Names = &[
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 4], "md5, rsa"),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 5], "sha1, rsa"),
    (
        &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 10],
        "rsassa-pss",
    ),
    (
        &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11],
        "sha256, rsa",
    ),
    (
        &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 12],
        "sha384, rsa",
    ),
    (
        &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 13],
        "sha512, rsa",
    ),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 1], "ecdsa, sha1"),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2], "ecdsa, sha256"),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 3], "ecdsa, sha384"),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 4], "ecdsa, sha512"),
    (&[0x2b, 0x65, 0x70], "ed25519"),
    (&[0x2b, 0x65, 0x71], "ed448"),
];

/// Keys (RFC 3279 §2.3, RFC 5480, RFC 8410).
pub(super) const KEYS: Names = &[
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1], "rsa"),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1], "ecdsa"),
    (&[0x2a, 0x86, 0x48, 0xce, 0x38, 4, 1], "dsa"),
    (&[0x2b, 0x65, 0x70], "ed25519"),
    (&[0x2b, 0x65, 0x71], "ed448"),
];

/// Extensions (RFC 5280 §4.2, RFC 6962 §3.1, §3.3), as certstream spells them.
pub(super) const EXTENSIONS: Names = &[
    (&[0x55, 0x1d, 14], "subjectKeyIdentifier"),
    (&[0x55, 0x1d, 15], "keyUsage"),
    (&[0x55, 0x1d, 17], "subjectAltName"),
    (&[0x55, 0x1d, 18], "issuerAltName"),
    (&[0x55, 0x1d, 19], "basicConstraints"),
    (&[0x55, 0x1d, 30], "nameConstraints"),
    (&[0x55, 0x1d, 31], "crlDistributionPoints"),
    (&[0x55, 0x1d, 32], "certificatePolicies"),
    (&[0x55, 0x1d, 35], "authorityKeyIdentifier"),
    (&[0x55, 0x1d, 37], "extendedKeyUsage"),
    (&[0x2b, 6, 1, 5, 5, 7, 1, 1], "authorityInfoAccess"),
    (
        &[0x2b, 6, 1, 4, 1, 0xd6, 0x79, 2, 4, 2],
        "ctlSignedCertificateTimestamp",
    ),
    (&[0x2b, 6, 1, 4, 1, 0xd6, 0x79, 2, 4, 3], "ctlPoisonByte"),
];

/// What is called how, or the identifier itself: with dots, or in hexadecimal if it is longer than any real one.
pub(super) fn name(names: Names, oid: &[u8]) -> String {
    /// Numbers of any size take time that grows with the square of that.
    const LONGEST: usize = 64;
    let known = names.iter().find(|(contents, _)| *contents == oid);
    match known {
        Some((_, name)) => (*name).to_owned(),
        None if oid.len() > LONGEST => super::hex(oid),
        None => Oid::new(oid.into()).to_id_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(oid: &[u8], expected: &str) {
        assert_eq!(name(ATTRIBUTES, oid), expected);
    }

    #[test]
    fn names() {
        check(&[0x55, 4, 3], "CN");
        check(&[0x55, 4, 99], "2.5.4.99");
        check(&[], "");
        check(&[0x55, 0x80], "2.5.0");
        check(&[0xff; 65], &"ff".repeat(65));
    }
}
