//! DER by hand, right or wrong as the test wants it.

pub(crate) const UTF8: u8 = 0x0c;
pub(crate) const PRINTABLE: u8 = 0x13;
pub(crate) const TELETEX: u8 = 0x14;
pub(crate) const IA5: u8 = 0x16;
pub(crate) const BMP: u8 = 0x1e;
pub(crate) const SEQUENCE: u8 = 0x30;

/// Tag, length and contents, which are the parts one after the other.
pub(crate) fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let contents = parts.concat();
    let length = contents.len() as u32;
    let octets = length.to_be_bytes();
    let skip = (length.leading_zeros() / 8) as usize;
    let header = if length < 0x80 {
        vec![tag, length as u8]
    } else {
        [&[tag, 0x84 - skip as u8], &octets[skip..]].concat()
    };
    [header, contents].concat()
}

/// A common name of a subject: an attribute in a set of its own.
pub(crate) fn common_name(string: u8, text: impl AsRef<[u8]>) -> Vec<u8> {
    attribute(&[0x55, 4, 3], string, text)
}

pub(crate) fn attribute(oid: &[u8], string: u8, text: impl AsRef<[u8]>) -> Vec<u8> {
    let (oid, text) = (tlv(6, &[oid]), tlv(string, &[text.as_ref()]));
    tlv(0x31, &[&tlv(SEQUENCE, &[&oid, &text])])
}

/// An extension, its value in an octet string.
pub(crate) fn extension(oid: &[u8], value: &[u8]) -> Vec<u8> {
    tlv(SEQUENCE, &[&tlv(6, &[oid]), &tlv(4, &[value])])
}

/// A `subjectAltName` with these names, each with tag and length.
pub(crate) fn alternative_names(names: &[Vec<u8>]) -> Vec<u8> {
    extension(&[0x55, 0x1d, 17], &tlv(SEQUENCE, &[&names.concat()]))
}

pub(crate) fn dns(name: impl AsRef<[u8]>) -> Vec<u8> {
    tlv(0x82, &[name.as_ref()])
}

/// A `TBSCertificate` for these attributes, with these extensions.
pub(crate) fn tbs(subject: &[Vec<u8>], extensions: &[Vec<u8>]) -> Vec<u8> {
    let algorithm = tlv(
        SEQUENCE,
        &[&tlv(6, &[&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2]])],
    );
    let issuer = tlv(SEQUENCE, &[&common_name(UTF8, "Example CA")]);
    let time = |text: &str| tlv(0x17, &[text.as_bytes()]);
    let validity = tlv(SEQUENCE, &[&time("260101000000Z"), &time("260401000000Z")]);
    let key = tlv(
        SEQUENCE,
        &[
            &tlv(SEQUENCE, &[&tlv(6, &[&[0x2b, 0x65, 0x70]])]),
            &tlv(3, &[&[0; 33]]),
        ],
    );
    let tagged = match extensions {
        [] => vec![],
        _ => tlv(0xa3, &[&tlv(SEQUENCE, &[&extensions.concat()])]),
    };
    tlv(
        SEQUENCE,
        &[
            &tlv(0xa0, &[&tlv(2, &[&[2]])]),
            &tlv(2, &[&[0x4a, 0x17]]),
            &algorithm,
            &issuer,
            &validity,
            &tlv(SEQUENCE, &[&subject.concat()]),
            &key,
            &tagged,
        ],
    )
}

/// A certificate around a TBS, with a signature that is none.
pub(crate) fn certificate(tbs: &[u8]) -> Vec<u8> {
    // sha256WithRSAEncryption; parsers that compare it with the one inside do so later than they read names.
    let oid = tlv(6, &[&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11]]);
    let algorithm = tlv(SEQUENCE, &[&oid, &[5, 0]]);
    tlv(SEQUENCE, &[tbs, &algorithm, &tlv(3, &[&[0; 17]])])
}

/// The one place where `from` stands replaced by `to`, lengths and all else as they were.
pub(crate) fn replace(der: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let places: Vec<usize> = memchr::memmem::find_iter(der, from).collect();
    let [at] = places[..] else {
        panic!("the bytes stand in {} places", places.len());
    };
    [&der[..at], to, &der[at + from.len()..]].concat()
}
