//! Skeletons: what two labels are compared by, never shown to anyone.

use unicode_normalization::char::is_combining_mark;

use crate::look::ascii_look;

/// A light fold of one ASCII byte of a label: lower case, and the digits (and `i`)
/// that people write for a letter as that letter.
///
/// 0→o, 1→l, i→l, 3→e, 4→a, 5→s, 7→t, 8→b. The digits 2, 6 and 9 stay: they are
/// numbers far more often than letters. Bytes beyond ASCII stay.
pub const LIGHT: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b'0' => b'o',
            b'1' | b'i' | b'I' => b'l',
            b'3' => b'e',
            b'4' => b'a',
            b'5' => b's',
            b'7' => b't',
            b'8' => b'b',
            other => other.to_ascii_lowercase(),
        };
        byte += 1;
    }
    table
};

/// The coarse skeleton of a label in U-label form: equal for a label and for any
/// imitation of it by look-alike characters, however many are swapped.
///
/// Each character becomes the ASCII letters it looks like ([`ascii_look`]), marks
/// and invisible characters vanish, and what resembles none becomes its prototype
/// by UTS #39 §4. ASCII then falls into classes, closed under every swap that
/// people make: `o0`, `il1`, `ce3`, `s5`, `a4`, `t7`, `z2`, `gq69`, `uv`, `mnr`,
/// `bd8`; and glyphs of several letters: `vv` is `w`; `rn`, `nn` and their like
/// are `m`; `cl` and `dl` are `d`, `lb` is `b`, `lh` is `h`, `lc`, `lk` and `ik`
/// are `k`. Equality is transitive, so it reaches further than any one swap
/// (`ck`, `clc` and `dc` are one): it finds candidates and judges nothing.
///
/// Idempotent. The text means nothing to people, and changes between versions.
#[expect(
    clippy::missing_panics_doc,
    reason = "the invariant below always holds"
)]
pub fn skeleton(u_label: &str) -> String {
    let mut out = Vec::with_capacity(u_label.len());
    skeleton_into(u_label, &mut out);
    String::from_utf8(out).expect("only whole characters are written")
}

/// Appends the [`skeleton()`] of a label. Allocates nothing but the growth of `out`,
/// which is at most two bytes a byte for ASCII.
pub fn skeleton_into(u_label: &str, out: &mut Vec<u8>) {
    let mut writer = Writer::new(out);
    for c in u_label.chars() {
        if c.is_ascii() {
            writer.ascii(c as u8);
        } else {
            writer.other(c, PROTOTYPE_STEPS);
        }
    }
    writer.end_run();
}

/// How often a prototype is looked up in turn; two are enough for Unicode 16.
const PROTOTYPE_STEPS: u8 = 4;

/// Writes one skeleton.
///
/// The glyphs made of a bar and a round (`cl` = `d`, `lc` = `k`, …) overlap:
/// `clc` is `ck` and `dc`. So every letter is taken apart into bars (the class of
/// `l`) and rounds (the class of `c`), `b` and `d` as round and bar, `k` as bar
/// and round, and a run of them is written in the one form that the swaps leave
/// alone.
struct Writer<'a> {
    out: &'a mut Vec<u8>,
    start: usize,
    run: Run,
}

/// A run of bars and rounds, as far as no swap can change it.
#[derive(Default, PartialEq)]
struct Run {
    /// Bars before the first round.
    leading_bars: usize,
    /// Rounds before the last bar that follows a round.
    rounds_before_bar: usize,
    /// Rounds since.
    rounds: usize,
}

impl<'a> Writer<'a> {
    fn new(out: &'a mut Vec<u8>) -> Self {
        let start = out.len();
        Self {
            out,
            start,
            run: Run::default(),
        }
    }

    fn ascii(&mut self, byte: u8) {
        match CLASS[usize::from(byte)] {
            Class::Letter(letter) => self.letter(letter),
            Class::Bar => self.bar(),
            Class::Round => self.round(),
            Class::RoundBar => {
                self.round();
                self.bar();
            }
            Class::BarRound => {
                self.bar();
                self.round();
            }
            Class::H => {
                self.run.bars_fall_to_h();
                self.letter(b'h');
            }
            Class::Hump => {
                self.end_run();
                if self.out.len() == self.start || self.out.last() != Some(&HUMP) {
                    self.out.push(HUMP);
                }
            }
            Class::W => {
                self.letter(b'v');
                self.out.push(b'v');
            }
        }
    }

    fn other(&mut self, c: char, steps: u8) {
        if is_combining_mark(c) {
            return;
        }
        if let Some(look) = ascii_look(c) {
            for byte in look.bytes() {
                self.ascii(byte);
            }
            return;
        }
        let mut buffer = [0; 4];
        let text: &str = c.encode_utf8(&mut buffer);
        for prototype in unicode_security::confusable_detection::skeleton(text) {
            for part in prototype.to_lowercase() {
                if part == c || steps == 0 {
                    self.end_run();
                    self.out
                        .extend_from_slice(part.encode_utf8(&mut [0; 4]).as_bytes());
                } else if part.is_ascii() {
                    self.ascii(part as u8);
                } else {
                    self.other(part, steps - 1);
                }
            }
        }
    }

    fn letter(&mut self, byte: u8) {
        self.end_run();
        self.out.push(byte);
    }

    fn bar(&mut self) {
        let run = &mut self.run;
        if run.rounds_before_bar + run.rounds == 0 {
            run.leading_bars += 1;
        } else {
            run.rounds_before_bar += std::mem::take(&mut run.rounds);
        }
    }

    fn round(&mut self) {
        self.run.rounds += 1;
    }

    #[inline]
    fn end_run(&mut self) {
        if self.run != Run::default() {
            self.write_run();
        }
    }

    fn write_run(&mut self) {
        let run = std::mem::take(&mut self.run);
        if run.rounds_before_bar > 0 {
            // `dl` = `d` and `lb` = `b`: beside a round and bar, other bars vanish.
            self.write(ROUND, run.rounds_before_bar);
            self.write(BAR, 1);
        } else if run.rounds > 0 {
            // `lk` = `k`: of several bars before a round, one is left.
            self.write(BAR, run.leading_bars.min(1));
        } else {
            self.write(BAR, run.leading_bars);
        }
        self.write(ROUND, run.rounds);
    }

    fn write(&mut self, byte: u8, times: usize) {
        for _ in 0..times {
            self.out.push(byte);
        }
    }
}

impl Run {
    /// `lh` = `h`, and so `bh` = `ch`: before an h no bar counts.
    fn bars_fall_to_h(&mut self) {
        *self = Self {
            rounds: self.rounds_before_bar + self.rounds,
            ..Self::default()
        };
    }
}

/// What an ASCII character is to the skeleton.
#[derive(Clone, Copy)]
enum Class {
    /// Stands for itself, or for all that look like this letter.
    Letter(u8),
    Bar,
    Round,
    RoundBar,
    BarRound,
    H,
    /// `n`, `r` and `m`: one, two or more humps, which `rn` and `nn` make one.
    Hump,
    W,
}

const BAR: u8 = b'l';
const ROUND: u8 = b'c';
const HUMP: u8 = b'n';

const CLASS: [Class; 256] = {
    let mut table = [Class::Letter(0); 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match (byte as u8).to_ascii_lowercase() {
            b'i' | b'l' | b'1' => Class::Bar,
            b'c' | b'e' | b'3' => Class::Round,
            b'b' | b'd' | b'8' => Class::RoundBar,
            b'k' => Class::BarRound,
            b'h' => Class::H,
            b'm' | b'n' | b'r' => Class::Hump,
            b'w' => Class::W,
            b'u' => Class::Letter(b'v'),
            b'0' => Class::Letter(b'o'),
            b'4' => Class::Letter(b'a'),
            b'5' => Class::Letter(b's'),
            b'7' => Class::Letter(b't'),
            b'2' => Class::Letter(b'z'),
            b'q' | b'6' | b'9' => Class::Letter(b'g'),
            other => Class::Letter(other),
        };
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// That all these have one skeleton.
    #[track_caller]
    fn check(alike: &[&str]) {
        for pair in alike.windows(2) {
            assert_eq!(
                skeleton(pair[0]),
                skeleton(pair[1]),
                "{} and {}",
                pair[0],
                pair[1]
            );
        }
    }

    #[track_caller]
    fn check_unlike(a: &str, b: &str) {
        assert_ne!(skeleton(a), skeleton(b), "{a} and {b}");
    }

    #[test]
    fn one_character_for_one() {
        check(&["google", "g00gle", "goog1e", "qooqie", "9o06l3"]);
        check(&["paypal", "paypa1", "p4ypai"]);
        check(&["twitter", "7w1tter", "tvvittem"]);
        check(&["zones", "20mc5"]);
        check(&["universe", "vmiver5c"]);
    }

    #[test]
    fn several_characters_for_one() {
        check(&["en-marche", "en-rnarche", "en-nnarclhe", "en-rrarchc"]);
        check(&["window", "vvindow", "vvinclovv"]);
        check(&["blackdock", "lblacikcloclc", "diaelcboclk"]);
        check(&["ck", "clc", "dc"]);
        check(&["oauth", "oautlh", "oautilh"]);
        check(&["connect", "comect", "cornect"]);
    }

    #[test]
    fn other_scripts_and_marks() {
        check(&["apple", "аррӏе", "аpple", "ápplę", "ａｐｐｌｅ", "𝐚𝓹𝕡𝗅𝚎"]);
        check(&["societe", "société", "soçiétë"]);
        check(&["lodz", "łódź", "ⓛⓞⓓⓩ"]);
        check(&["strasse", "straße", "ＳＴＲＡẞＥ"]);
        check(&["bigkiss", "ʙɪɢᴋɪꜱꜱ"]);
        check(&["caesar", "cæsar"]);
        check(&["modem", "rnodern", "ⅿ0ꝺern"]);
        check(&["oops", "օօps", "οοps", "ооps"]);
    }

    #[test]
    fn invisible_characters_vanish() {
        check(&[
            "paypal",
            "pay\u{200d}pal",
            "pay\u{ad}pal",
            "p\u{337}aypal\u{20dd}",
        ]);
    }

    #[test]
    fn what_stays_apart() {
        check_unlike("google", "gogle");
        check_unlike("pay-pal", "paypal");
        check_unlike("apple", "ample");
        check_unlike("日本", "日木");
        check_unlike("link", "linc");
        check_unlike("", "-");
    }

    #[test]
    fn light_folds_one_byte_to_one() {
        let fold = |text: &str| -> String {
            text.bytes()
                .map(|byte| char::from(LIGHT[usize::from(byte)]))
                .collect()
        };
        assert_eq!(fold("G00GLE-1i3457826_9"), "google-lleastb26_9");
        assert!(
            (0..=255_u8).all(
                |byte| LIGHT[usize::from(LIGHT[usize::from(byte)])] == LIGHT[usize::from(byte)]
            )
        );
    }

    #[test]
    fn every_character_is_settled_at_once() {
        for c in (0..=u32::from(char::MAX)).filter_map(char::from_u32) {
            let once = skeleton(&c.to_string());
            assert_eq!(skeleton(&once), once, "U+{:04X}", u32::from(c));
        }
    }

    /// Swaps that leave a skeleton alone, in both directions.
    const SWAPS: [(&str, &str); 30] = [
        ("o", "0"),
        ("i", "l"),
        ("l", "1"),
        ("c", "e"),
        ("e", "3"),
        ("s", "5"),
        ("a", "4"),
        ("t", "7"),
        ("z", "2"),
        ("g", "q"),
        ("g", "9"),
        ("9", "6"),
        ("u", "v"),
        ("n", "r"),
        ("m", "n"),
        ("b", "d"),
        ("b", "8"),
        ("w", "vv"),
        ("m", "rn"),
        ("m", "nn"),
        ("m", "rr"),
        ("d", "cl"),
        ("d", "dl"),
        ("b", "lb"),
        ("h", "lh"),
        ("k", "lc"),
        ("k", "ik"),
        ("k", "lk"),
        ("a", "а"),
        ("o", "ø"),
    ];

    proptest! {
        #[test]
        fn idempotent(label in "\\PC{0,30}") {
            let once = skeleton(&label);
            prop_assert_eq!(skeleton(&once), once);
        }

        #[test]
        fn any_swaps_leave_it_alone(
            label in "[bcdehiklmnrvwo8-]{1,12}",
            swaps in proptest::collection::vec((any::<proptest::sample::Index>(), any::<proptest::sample::Index>(), any::<bool>()), 1..6),
        ) {
            let mut swapped = label.clone();
            for (swap, place, back) in swaps {
                let (from, to) = SWAPS[swap.index(SWAPS.len())];
                let (from, to) = if back { (to, from) } else { (from, to) };
                let places: Vec<usize> = swapped.match_indices(from).map(|(at, _)| at).collect();
                if !places.is_empty() {
                    let at = places[place.index(places.len())];
                    swapped.replace_range(at..at + from.len(), to);
                }
            }
            prop_assert_eq!(skeleton(&label), skeleton(&swapped), "{} and {}", label, swapped);
        }

        #[test]
        fn appending_looks_at_nothing_before(label in "[a-z0-9]{0,8}", before in "[clhn]{0,4}") {
            let mut out = before.clone().into_bytes();
            skeleton_into(&label, &mut out);
            prop_assert_eq!(String::from_utf8(out), Ok(before + &skeleton(&label)));
            prop_assert!(skeleton(&label).len() <= 2 * label.len());
        }
    }
}
