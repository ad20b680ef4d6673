//! What stands between seams, looked up whole.
//!
//! Skeletons and sounds are costly to make, so a token is first looked up by two coarse hashes, each
//! the same for all spellings that have the same skeleton or the same sound, made in one pass.

use super::{Buckets, Hit, Means, Stand, admits, stand};
use crate::align::{self, Steps, Window};
use crate::sound;
use crate::term::{Form, TermKind};
use crate::text::Text;

/// Whole shapes by their coarse hashes, and short ones by themselves with a letter left out.
pub(super) struct Tokens {
    coarse: Buckets<Whole, 18>,
    short: Buckets<(u64, u32), 17>,
}

/// A shape that is looked up whole.
#[derive(Clone, Copy)]
struct Whole {
    coarse: u32,
    /// The hash of its skeleton, or the key of its sound.
    fine: u32,
    form: u32,
    means: Means,
}

/// The longest token that is looked up with letters left out: a seven-letter shape and one more.
const SHORT: usize = 8;

/// Buffers and what is known of the token in hand.
pub(super) struct Search<'a> {
    pub(super) forms: &'a [Form],
    pub(super) text: &'a Text,
    pub(super) skeleton: &'a mut Vec<u8>,
    pub(super) hits: &'a mut Vec<Hit>,
}

impl Tokens {
    pub(super) fn new(forms: &[Form]) -> Self {
        let (mut coarse, mut short) = (vec![], vec![]);
        let mut skeleton = vec![];
        for (place, form) in forms.iter().enumerate() {
            let place = place as u32;
            let (looks, sounds) = coarse_hashes(&form.letters);
            let mut add = |hash: u32, fine: u32, means| {
                let whole = Whole {
                    coarse: hash,
                    fine,
                    form: place,
                    means,
                };
                coarse.push((hash >> 14, whole));
            };
            add(
                looks,
                skeleton_hash(&form.letters, &mut skeleton),
                Means::Skeleton,
            );
            if form.most_edits() > 0 {
                if let Some(sound) = sound::key(&form.letters) {
                    add(sounds, sound, Means::Sound);
                }
                if form.codes.len() < SHORT {
                    deletions(&form.codes, |key| short.push((bucket(key), (key, place))));
                }
            }
        }
        short.sort_unstable();
        short.dedup();
        Self {
            coarse: Buckets::new(coarse),
            short: Buckets::new(short),
        }
    }

    #[inline]
    pub(super) fn sift(&self, search: &mut Search<'_>) {
        let text = search.text;
        let seams = text.seams();
        let (mut label, mut token) = (0, 0);
        for (at, &seam) in seams.iter().enumerate().skip(1) {
            if seam == 0 {
                continue;
            }
            self.run(search, token, at);
            if text.has_digits() {
                self.between_digits(search, token, at);
            }
            if text.dot(at) {
                if token != label {
                    self.run(search, label, at);
                }
                label = at;
            }
            token = at;
        }
    }

    /// Looks up the runs of letters between the digits of `from..to`.
    fn between_digits(&self, search: &mut Search<'_>, from: usize, to: usize) {
        let letters = &search.text.letters()[from..to];
        let mut start = from;
        for (at, letter) in (from..).zip(letters) {
            if letter.is_ascii_digit() {
                self.run(search, start, at);
                start = at + 1;
            }
        }
        if start > from {
            self.run(search, start, to);
        }
    }

    /// Looks up `from..to` as a whole.
    #[inline]
    fn run(&self, search: &mut Search<'_>, from: usize, to: usize) {
        if to < from + 2 {
            return;
        }
        let letters = &search.text.letters()[from..to];
        let (looks, sounds) = coarse_hashes(letters);
        for whole in self.coarse.get(looks >> 14) {
            if whole.coarse == looks
                && whole.means == Means::Skeleton
                && whole.fine == skeleton_hash(letters, search.skeleton)
            {
                search.found(whole.form, Means::Skeleton, from, to);
            }
        }
        for whole in self.coarse.get(sounds >> 14) {
            if whole.coarse == sounds
                && whole.means == Means::Sound
                && Some(whole.fine) == sound::key(letters)
            {
                search.found(whole.form, Means::Sound, from, to);
            }
        }
        if to - from <= SHORT {
            deletions(&search.text.codes()[from..to], |key| {
                for &(known, form) in self.short.get(bucket(key)) {
                    if known == key {
                        search.near(form, from, to);
                    }
                }
            });
        }
    }
}

impl Search<'_> {
    /// Keeps a shape whose skeleton or sound is that of `from..to`, unless the letters say so already.
    fn found(&mut self, place: u32, means: Means, from: usize, to: usize) {
        let form = &self.forms[place as usize];
        let same = self.text.codes()[from..to] == *form.codes;
        if same && form.codes.len() > 2 {
            return;
        }
        let window = Window {
            from: from as u16,
            to: to as u16,
            steps: Steps::new(),
        };
        let (means, admitted) = if same {
            (Means::Letters, admits(form, &window, self.text))
        } else {
            let whole = stand(self.text, from, to) == Stand::Whole;
            (
                means,
                form.codes.len() > 2 && (form.kind != TermKind::Everyday || whole),
            )
        };
        self.keep(place, window, means, admitted);
    }

    /// Keeps a short shape that is one step from `from..to`.
    fn near(&mut self, place: u32, from: usize, to: usize) {
        let form = &self.forms[place as usize];
        let Some(steps) = align::whole(&form.codes, &self.text.codes()[from..to], from) else {
            return;
        };
        if !steps.is_empty() {
            let window = Window {
                from: from as u16,
                to: to as u16,
                steps,
            };
            let admitted = admits(form, &window, self.text);
            self.keep(place, window, Means::Letters, admitted);
        }
    }

    fn keep(&mut self, form: u32, window: Window, means: Means, admitted: bool) {
        let known = |hit: &Hit| hit.form == form && hit.window == window;
        if admitted && !self.hits.iter().any(known) {
            self.hits.push(Hit {
                form,
                window,
                means,
            });
        }
    }
}

/// Whether `from..to` is looked up as a token: between seams of one label, or between seams and digits
/// without a digit in it.
pub(super) fn is_token(text: &Text, from: usize, to: usize) -> bool {
    let letters = text.letters();
    let digit = |at: usize| letters.get(at).is_some_and(u8::is_ascii_digit);
    let left = text.seam(from);
    let right = text.seam(to);
    if (from + 1..to).any(|at| text.seam(at)) {
        return false;
    }
    let bounded = (left || digit(from - 1)) && (right || digit(to));
    bounded && (left && right || !letters[from..to].iter().any(u8::is_ascii_digit))
}

/// What a letter adds to the two hashes: nothing (0), or a class.
const CLASSES: [(u8, u8); 256] = classes();

/// Marks classes of looks of which several in a row count as one: `vv` looks like `w`, `nn` like `m`.
const RUNS: u8 = 0x80;

const fn classes() -> [(u8, u8); 256] {
    let mut table = [(0, 0); 256];
    let mut byte = 0;
    while byte < 256 {
        let letter = byte as u8;
        // Bars vanish from skeletons beside other strokes, so they vanish here altogether.
        let look = match letter {
            b'i' | b'l' | b'1' => 0,
            b'c' | b'e' | b'3' | b'b' | b'd' | b'8' | b'k' => b'c',
            b'm' | b'n' | b'r' => b'n' | RUNS,
            b'u' | b'v' | b'w' => b'v' | RUNS,
            b'0' => b'o',
            b'4' => b'a',
            b'5' => b's',
            b'7' => b't',
            b'2' => b'z',
            b'q' | b'6' | b'9' => b'g',
            other => other & !RUNS,
        };
        let sound = match letter {
            b'a' | b'e' | b'i' | b'o' | b'u' | b'y' => b'a',
            b'c' | b'k' | b'q' | b's' | b'z' | b'x' | b'g' | b'j' => b'k',
            b'p' | b'f' | b'v' | b'w' => b'f',
            b'd' | b't' => b't',
            b'h' => 0,
            other => other,
        };
        table[byte] = (look, sound);
        byte += 1;
    }
    table
}

/// Hashes that are equal where the skeletons are, and where the sounds are.
///
/// Written without branches: which letters count is as good as random.
#[inline]
fn coarse_hashes(letters: &[u8]) -> (u32, u32) {
    const STEP: u32 = 0x0100_0193;
    let (mut looks, mut sounds) = (0x811c_9dc5u32, 0x6b43_a9b5u32);
    let (mut last_look, mut last_sound) = (0, 0);
    for &letter in letters {
        let (look, sound) = CLASSES[usize::from(letter)];
        let again = look == last_look && look & RUNS != 0;
        let count = u32::from(look == 0 || again).wrapping_sub(1);
        let next = (looks ^ u32::from(look)).wrapping_mul(STEP);
        looks = next & count | looks & !count;
        last_look = (u32::from(look) & count | u32::from(last_look) & !count) as u8;
        let count = u32::from(sound == 0 || sound == last_sound).wrapping_sub(1);
        let next = (sounds ^ u32::from(sound)).wrapping_mul(STEP);
        sounds = next & count | sounds & !count;
        last_sound = (u32::from(sound) & count | u32::from(last_sound) & !count) as u8;
    }
    (
        looks.wrapping_mul(0x9e37_79b1),
        sounds.wrapping_mul(0x9e37_79b1),
    )
}

fn skeleton_hash(letters: &[u8], skeleton: &mut Vec<u8>) -> u32 {
    skeleton.clear();
    match std::str::from_utf8(letters) {
        Ok(letters) => names::skeleton_into(letters, skeleton),
        Err(_) => skeleton.extend_from_slice(letters),
    }
    skeleton.iter().fold(0x811c_9dc5, |hash: u32, &byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

fn bucket(key: u64) -> u32 {
    (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 47) as u32
}

/// Calls `each` with the key of `codes`, at most eight, and of `codes` without each letter in turn.
#[inline]
fn deletions(codes: &[u8], mut each: impl FnMut(u64)) {
    // Five bits a letter below a leading one, so that lengths are kept apart.
    let all = codes
        .iter()
        .fold(0, |key, &code| key << 5 | u64::from(code));
    let length = codes.len();
    each(all | 1 << (5 * length));
    let mut last = None;
    for at in 0..length {
        let low = all & ((1 << (5 * at)) - 1);
        let high = all >> (5 * at) >> 5;
        let key = high << (5 * at) | low | 1 << (5 * (length - 1));
        if last != Some(key) {
            each(key);
        }
        last = Some(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(a: &str, b: &str) {
        assert_eq!(names::skeleton(a), names::skeleton(b));
        assert_eq!(
            coarse_hashes(a.as_bytes()).0,
            coarse_hashes(b.as_bytes()).0,
            "{a} {b}"
        );
    }

    #[test]
    fn coarse_hashes_follow_skeletons_and_sounds() {
        check("wikileaks", "vvlklleaks");
        check("microsoft", "rnlcrosoft");
        check("mandate", "nnanclate");
        check("kitchen", "lcitchen");
        for (a, b) in [
            ("telephone", "telefone"),
            ("elysee", "elyzee"),
            ("microsoft", "mikrosoft"),
        ] {
            assert_eq!(sound::key(a.as_bytes()), sound::key(b.as_bytes()));
            assert_eq!(
                coarse_hashes(a.as_bytes()).1,
                coarse_hashes(b.as_bytes()).1,
                "{a} {b}"
            );
        }
    }

    #[test]
    fn one_letter_left_out_meets_one_step() {
        let keys = |text: &str| {
            let mut keys = vec![];
            deletions(
                text.as_bytes()
                    .iter()
                    .map(|b| b & 31)
                    .collect::<Vec<_>>()
                    .as_slice(),
                |key| keys.push(key),
            );
            keys
        };
        let meet = |a: &str, b: &str| keys(a).iter().any(|key| keys(b).contains(key));
        for near in ["naver", "nver", "navver", "nqver", "nvaer", "avern"] {
            assert!(meet("naver", near), "{near}");
        }
        assert!(!meet("naver", "nvr") && !meet("kas", "fes"));
    }
}
