//! How a word sounds, roughly, to English, French and German ears at once.
//!
//! Two spellings of one sound get one key: `elysee` and `elyzee`, `fone` and `phone`. The key keeps
//! the first letter's sound, the consonants, and where vowels stand, not which they are.

/// The longest key: five bits a sound, six sounds in 32 bits, then mixed.
const SEED: u32 = 0x811c_9dc5;

/// The key of a run of lower-case letters; `None` for runs too short or too mixed with digits to be
/// pronounced.
#[inline]
pub(crate) fn key(letters: &[u8]) -> Option<u32> {
    if letters.len() < 5 {
        return None;
    }
    let mut hash = SEED;
    let mut last = 0;
    let mut sounds = 0;
    let mut at = 0;
    while at < letters.len() {
        let (sound, length) = sound(letters, at)?;
        at += length;
        if sound != 0 && sound != last {
            hash = (hash ^ u32::from(sound)).wrapping_mul(0x0100_0193);
            sounds += 1;
        }
        if sound != 0 {
            last = sound;
        }
    }
    (sounds >= 4).then_some(hash)
}

/// The sound at `at`, 0 for a silent one, and how many letters write it; `None` for no letter.
fn sound(letters: &[u8], at: usize) -> Option<(u8, usize)> {
    let next = letters.get(at + 1).copied().unwrap_or(b' ');
    let soft = matches!(next, b'e' | b'i' | b'y');
    Some(match (letters[at], next) {
        (b'p', b'h') => (b'f', 2),
        (b's' | b'c', b'h') => (b'j', 2),
        (b's', b'c') if letters.get(at + 2) == Some(&b'h') => (b'j', 3),
        (b'c', b'k') | (b'q', b'u') => (b'k', 2),
        (b't', b'h') => (b't', 2),
        (b'g', b'h') => (b'g', 2),
        (b'c', _) if soft => (b's', 1),
        (b'g', _) if soft => (b'j', 1),
        (b'c' | b'k' | b'q', _) => (b'k', 1),
        (b'x', _) => (b'x', 1),
        (b's' | b'z', _) => (b's', 1),
        (b'v' | b'w', _) => (b'v', 1),
        (b'd' | b't' | b'b' | b'p' | b'f' | b'g' | b'j' | b'l' | b'm' | b'n' | b'r', _) => {
            (letters[at], 1)
        }
        (b'h', _) => (0, 1),
        (b'a' | b'e' | b'i' | b'o' | b'u' | b'y', _) => (vowel(letters[at]), 1),
        _ => return None,
    })
}

/// Open and closed vowels: `i` and `y`, `a`, `e`, and the round `o` and `u`.
fn vowel(letter: u8) -> u8 {
    match letter {
        b'i' | b'y' => b'i',
        b'o' | b'u' => b'o',
        b'e' => b'e',
        _ => b'a',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(a: &str, b: &str, alike: bool) {
        assert_eq!(key(a.as_bytes()) == key(b.as_bytes()), alike, "{a} {b}");
        assert!(key(a.as_bytes()).is_some(), "{a}");
    }

    #[test]
    fn spellings_of_one_sound_are_alike() {
        check("elysee", "elyzee", true);
        check("telephone", "telefone", true);
        check("marche", "marshe", true);
        check("bundestag", "buntestag", false);
        check("facebook", "phacebook", true);
        check("microsoft", "mikrosoft", true);
        assert_eq!(key(b"kas"), None);
        assert_eq!(key(b"x2y3z"), None);
    }
}
