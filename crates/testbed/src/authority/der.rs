//! Just enough DER (X.690 §8, §10) to write a certificate.

pub(crate) const BOOLEAN: u8 = 0x01;
pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const OBJECT: u8 = 0x06;
pub(crate) const UTF8_STRING: u8 = 0x0c;
pub(crate) const UTC_TIME: u8 = 0x17;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;

/// One element: its tag, its length in the fewest octets, and its contents, given in parts.
pub(crate) fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut element = Vec::with_capacity(length + 5);
    element.push(tag);
    if length < 0x80 {
        element.push(length as u8);
    } else {
        let octets = length.to_be_bytes();
        let used = &octets[length.leading_zeros() as usize / 8..];
        element.push(0x80 | used.len() as u8);
        element.extend_from_slice(used);
    }
    for part in parts {
        element.extend_from_slice(part);
    }
    element
}

/// An `Extension` (RFC 5280 §4.1): `object` is the content of its identifier, `value` the DER inside its octets.
pub(crate) fn extension(object: &[u8], critical: bool, value: &[u8]) -> Vec<u8> {
    let object = element(OBJECT, &[object]);
    let critical: &[u8] = if critical { &[BOOLEAN, 1, 0xff] } else { &[] };
    element(
        SEQUENCE,
        &[&object, critical, &element(OCTET_STRING, &[value])],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(length: usize, head: &[u8]) {
        let contents = vec![7; length];
        let (one, other) = contents.split_at(length / 2);
        let written = element(OCTET_STRING, &[one, other]);
        assert_eq!(written[..head.len()], *head);
        assert_eq!(written[head.len()..], contents);
    }

    #[test]
    fn lengths_take_the_fewest_octets() {
        check(0, &[4, 0]);
        check(127, &[4, 127]);
        check(128, &[4, 0x81, 128]);
        check(256, &[4, 0x82, 1, 0]);
        check(70_000, &[4, 0x83, 1, 0x11, 0x70]);
    }
}
