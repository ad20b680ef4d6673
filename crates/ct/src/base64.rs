//! Base 64 as certificate transparency writes it: the standard alphabet, padded (RFC 4648 §4).

use base64_simd::STANDARD;

use crate::Hash;

pub(crate) fn encode(bytes: &[u8]) -> String {
    STANDARD.encode_to_string(bytes)
}

/// `None` for anything but the one encoding that these bytes have.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode_to_vec(text).ok()
}

/// Appends what `text` encodes; after `None` some of it may have been appended.
pub(crate) fn append(text: &str, to: &mut Vec<u8>) -> Option<()> {
    STANDARD.decode_append(text, to).ok()
}

pub(crate) fn decode_hash(text: &str) -> Option<Hash> {
    if text.len() != 44 {
        return None;
    }
    decode(text)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: Option<&[u8]>) {
        assert_eq!(decode(text).as_deref(), want, "{text}");
        let mut appended = b"x".to_vec();
        let done = append(text, &mut appended).map(|()| &appended[1..]);
        assert_eq!(done, want, "{text}, appended");
    }

    #[test]
    fn one_encoding_only() {
        check("", Some(b""));
        check("YQ==", Some(b"a"));
        check("+/8=", Some(b"\xfb\xff"));
        check("YQ", None);
        check("YQ=", None);
        check("YR==", None);
        check("YQ==\n", None);
        check(" YQ==", None);
        check("-_8=", None);
        check("YQ==YQ==", None);
    }

    #[test]
    fn hashes() {
        assert_eq!(decode_hash(&encode(&[7; 32])), Some([7; 32]));
        assert_eq!(decode_hash(&encode(&[7; 31])), None);
        assert_eq!(decode_hash(&encode(&[7; 33])), None);
    }
}
