//! The number that the trade knows a favicon by.

use base64_simd::STANDARD;

/// Base64 is broken into lines of so many characters, each ended (RFC 2045 §6.8), since Python's `base64.encodebytes` does.
const LINE: usize = 76;

/// `MurmurHash3` (x86, 32 bits, seed 0) of the base64 of an icon in lines, as Shodan and others index it.
pub fn favicon_hash(icon: &[u8]) -> i32 {
    let base64 = STANDARD.encode_to_string(icon);
    let mut lines = Vec::with_capacity(base64.len() + base64.len() / LINE + 1);
    for line in base64.as_bytes().chunks(LINE) {
        lines.extend_from_slice(line);
        lines.push(b'\n');
    }
    murmur3(&lines).cast_signed()
}

/// `MurmurHash3` by Austin Appleby, x86, 32 bits, seed 0.
fn murmur3(bytes: &[u8]) -> u32 {
    let mix = |word: u32| {
        word.wrapping_mul(0xcc9e_2d51)
            .rotate_left(15)
            .wrapping_mul(0x1b87_3593)
    };
    let (words, rest) = bytes.as_chunks::<4>();
    let mut hash = words.iter().fold(0_u32, |hash, word| {
        (hash ^ mix(u32::from_le_bytes(*word)))
            .rotate_left(13)
            .wrapping_mul(5)
            .wrapping_add(0xe654_6b64)
    });
    let mut last = [0; 4];
    last[..rest.len()].copy_from_slice(rest);
    hash ^= mix(u32::from_le_bytes(last));
    hash ^= bytes.len() as u32;
    hash = (hash ^ hash >> 16).wrapping_mul(0x85eb_ca6b);
    hash = (hash ^ hash >> 13).wrapping_mul(0xc2b2_ae35);
    hash ^ hash >> 16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_values_of_murmur3() {
        for (text, expected) in [
            ("", 0),
            ("test", 0xba6b_d213),
            ("Hello, world!", 0xc036_3e43),
            ("The quick brown fox jumps over the lazy dog", 0x2e4f_f723),
        ] {
            assert_eq!(murmur3(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn lines_end() {
        assert_eq!(favicon_hash(b""), 0);
        assert_eq!(favicon_hash(b"icon"), murmur3(b"aWNvbg==\n").cast_signed());
        let long = favicon_hash(&[0; 60]);
        let lines = [&[b'A'; 76][..], b"\nAAAA\n"].concat();
        assert_eq!(long, murmur3(&lines).cast_signed());
    }
}
