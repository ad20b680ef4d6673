//! Bodies that came packed (RFC 1952), unpacked within a limit.

use std::io::Read;

use flate2::bufread::MultiGzDecoder;

use crate::error::EgressError;

/// The body as it was before packing; see [`unpack_into`].
pub fn unpack(body: &[u8], gzip: bool, limit: usize) -> Result<Vec<u8>, EgressError> {
    let mut out = Vec::new();
    unpack_into(body, gzip, limit, &mut out)?;
    Ok(out)
}

/// Puts the body as it was before packing in place of what is in `out`, whose room is used again.
///
/// A body is packed when `gzip` says so ([`Answer::gzip`](crate::Answer::gzip)), and also when it starts as gzip does:
/// a static-ct log may keep its tiles packed and serve them without a header. Several members in a row are one body.
/// This takes a few milliseconds for a large tile, so it belongs on a worker thread.
///
/// Errors: [`EgressError::TooLarge`] when the body has more than `limit` bytes, packed or not, before more than that
/// was unpacked; [`EgressError::Gzip`] when it is damaged or cut off. What is in `out` then means nothing.
pub fn unpack_into(
    body: &[u8],
    gzip: bool,
    limit: usize,
    out: &mut Vec<u8>,
) -> Result<(), EgressError> {
    out.clear();
    if !gzip && !body.starts_with(&MAGIC) {
        if body.len() > limit {
            return Err(EgressError::TooLarge { limit });
        }
        out.extend_from_slice(body);
        return Ok(());
    }
    out.reserve(claimed_len(body).min(limit));
    MultiGzDecoder::new(body)
        .take(limit as u64 + 1)
        .read_to_end(out)
        .map_err(|source| EgressError::Gzip { source })?;
    if out.len() > limit {
        return Err(EgressError::TooLarge { limit });
    }
    Ok(())
}

/// As much of a packed body as is whole and within the limit, and why that is not all.
pub(crate) fn unpack_some(body: &[u8], limit: usize) -> (Vec<u8>, Option<EgressError>) {
    let mut out = Vec::with_capacity(claimed_len(body).min(limit));
    let result = MultiGzDecoder::new(body)
        .take(limit as u64 + 1)
        .read_to_end(&mut out);
    let too_large = out.len() > limit;
    out.truncate(limit);
    let cut = match result {
        _ if too_large => Some(EgressError::TooLarge { limit }),
        Ok(_) => None,
        Err(source) => Some(EgressError::Gzip { source }),
    };
    (out, cut)
}

const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// No byte of deflate gives more than so many (RFC 1951: 258 for a code of two bits, twice a bit).
const MAX_GROWTH: usize = 1032;

/// The length that the last four bytes claim for the last member (RFC 1952 §2.3.1), as far as it can be true.
fn claimed_len(body: &[u8]) -> usize {
    body.last_chunk().map_or(0, |bytes| {
        (u32::from_le_bytes(*bytes) as usize).min(body.len().saturating_mul(MAX_GROWTH))
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn pack(body: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(body).expect("a Vec takes everything");
        encoder.finish().expect("a Vec takes everything")
    }

    #[track_caller]
    fn check(body: &[u8], gzip: bool, limit: usize, expected: &str) {
        let told = match unpack(body, gzip, limit) {
            Ok(plain) => format!("{} bytes", plain.len()),
            Err(error) => error.to_string(),
        };
        assert_eq!(told, expected);
    }

    #[test]
    fn packed_with_and_without_a_header() {
        check(b"plain", false, 5, "5 bytes");
        check(&pack(b"packed"), true, 6, "6 bytes");
        check(&pack(b"packed"), false, 6, "6 bytes");
        check(&pack(b""), true, 0, "0 bytes");
        check(&[pack(b"one"), pack(b"two")].concat(), true, 6, "6 bytes");
        assert_eq!(
            unpack(&pack(b"same"), true, 9).expect("whole"),
            b"same".to_vec()
        );
    }

    #[test]
    fn limits_hold_packed_and_plain() {
        check(b"plain", false, 4, "the body has more than 4 bytes");
        check(&pack(b"packed"), true, 5, "the body has more than 5 bytes");
    }

    #[test]
    fn a_bomb_costs_no_more_than_the_limit() {
        let bomb = pack(&vec![0; 64 << 20]);
        let mut out = Vec::new();
        let error = unpack_into(&bomb, true, 1 << 20, &mut out);
        assert!(matches!(error, Err(EgressError::TooLarge { limit }) if limit == 1 << 20));
        assert!(out.capacity() <= 4 << 20, "{} bytes", out.capacity());
        let mut liar = pack(b"small");
        let end = liar.len() - 4;
        liar[end..].copy_from_slice(&u32::MAX.to_le_bytes());
        assert!(unpack_into(&liar, true, 1 << 30, &mut out).is_err());
        assert!(out.capacity() <= 4 << 20, "{} bytes", out.capacity());
    }

    #[test]
    fn damage_is_told() {
        let whole = pack(b"some text that is packed");
        for len in 0..whole.len() {
            assert!(unpack(&whole[..len], true, 100).is_err(), "cut at {len}");
        }
        let mut flipped = whole.clone();
        flipped[14] ^= 1;
        assert!(unpack(&flipped, true, 100).is_err());
        assert!(matches!(
            unpack(b"plain", true, 100),
            Err(EgressError::Gzip { .. })
        ));
    }
}
