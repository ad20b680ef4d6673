//! Which ASCII letters a character looks like.

use unicode_normalization::char::{decompose_compatible, is_combining_mark};
use unicode_security::confusable_detection::skeleton;

/// The ASCII letters, digits or hyphen that a character looks like, lower case;
/// `None` when it resembles none.
///
/// One character, or several for ligatures (`æ` is `ae`). A letter with a
/// diacritic, a stroke, a hook or in another style (fullwidth, mathematical,
/// enclosed, small capital) looks like that letter; so do letters of other scripts
/// by their shape, not their sound (Cyrillic `р` is `p`). An ASCII letter looks
/// like itself.
///
/// Our own table first, then compatibility decomposition (UAX #15), then the
/// prototypes of UTS #39 §4.
pub fn ascii_look(c: char) -> Option<&'static str> {
    if c.is_ascii() {
        return itself(c);
    }
    letter_shape(c)
        .or_else(|| other_shape(c))
        .or_else(|| styled(c))
        .or_else(|| decomposed(c))
        .or_else(|| confusable(c))
        .or_else(|| {
            let mut lower = c.to_lowercase();
            let first = lower.next().filter(|&first| first != c)?;
            (lower.next().is_none()).then(|| ascii_look(first))?
        })
}

const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz";
const REST: &str = "0123456789-_";

/// What an ASCII character of a label is in lower case.
fn itself(c: char) -> Option<&'static str> {
    let c = c.to_ascii_lowercase();
    [LETTERS, REST]
        .iter()
        .find_map(|all| all.find(c).map(|at| &all[at..=at]))
}

/// Letters in black or square frames and flag letters: Unicode does not decompose them.
fn styled(c: char) -> Option<&'static str> {
    let first = match c {
        '\u{1F150}'..='\u{1F169}' => 0x1F150,
        '\u{1F170}'..='\u{1F189}' => 0x1F170,
        '\u{1F1E6}'..='\u{1F1FF}' => 0x1F1E6,
        _ => return None,
    };
    let at = (u32::from(c) - first) as usize;
    LETTERS.get(at..=at)
}

/// The base letter of a composed character, when the rest of it is marks.
fn decomposed(c: char) -> Option<&'static str> {
    let mut base = None;
    let mut alone = true;
    decompose_compatible(c, |part| {
        if !is_combining_mark(part) {
            alone = base.is_none();
            base = base.or(Some(part));
        }
    });
    let base = base.filter(|&base| alone && base != c)?;
    ascii_look(base)
}

/// The prototype of UTS #39, when it is ASCII but for marks.
fn confusable(c: char) -> Option<&'static str> {
    let mut buffer = [0; 4];
    let mut letters = skeleton(c.encode_utf8(&mut buffer)).filter(|&part| !is_combining_mark(part));
    let (first, second) = (letters.next()?, letters.next());
    match (first, second, letters.next()) {
        // The prototype of the letter m is the two letters.
        ('r', Some('n'), None) => Some("m"),
        (first, None, None) if first.is_ascii() => itself(first),
        _ => None,
    }
}

/// Lower-case letters by their shape, where neither decomposition nor UTS #39
/// says so, or says something that a reader in a hurry would not.
fn letter_shape(c: char) -> Option<&'static str> {
    Some(match c {
        // The schwa is a turned e by name, but imitates an a.
        'ə' | 'ɚ' | 'ᶕ' | 'ә' | 'ɑ' | 'ⲁ' | 'ẚ' | 'ɐ' | 'ɒ' | 'ᴀ' | 'ⱥ' | 'ᶏ' | 'ᶐ' | 'ꬰ' | 'ꭤ'
        | 'ꞻ' | 'а' | 'α' => "a",
        'ƀ' | 'ⲃ' | 'ɓ' | 'ƃ' | 'ƅ' | 'ʙ' | 'ᴃ' | 'ᵬ' | 'ᶀ' | 'ꞗ' | 'ꞵ' | 'ꮟ' | 'β' | 'ϐ' | 'в'
        | 'ь' | 'ъ' | 'ҍ' | 'ѣ' => "b",
        'ƈ' | 'ʗ' | 'ⲥ' | '𝼝' | 'ȼ' | 'ɕ' | 'ᴄ' | 'ↄ' | 'ɔ' | 'ᴐ' | 'ꜿ' | 'ꞓ' | 'ꞔ' | 'с' | 'ҫ'
        | 'ϲ' | 'ς' | 'ͼ' => "c",
        'đ' | 'ẟ' | 'ɖ' | 'ɗ' | 'ƌ' | 'ȡ' | 'ᴅ' | 'ᴆ' | 'ᵭ' | 'ᶁ' | 'ᶑ' | 'ꝺ' | 'ꝱ' | 'ð' | 'ꟈ'
        | 'ԁ' | 'ԃ' | 'δ' => "d",
        'ɇ' | 'ⲉ' | 'ɘ' | 'ǝ' | 'ɛ' | 'ᴇ' | 'ⱸ' | 'ᶒ' | 'ᶓ' | 'ꬲ' | 'ꬳ' | 'ꬴ' | 'ⱻ' | 'ȩ' | 'е'
        | 'є' | 'ҽ' | 'ҿ' | 'ԑ' | 'ε' | 'ϵ' | 'ѐ' => "e",
        'ƒ' | 'ꟻ' | 'ᵮ' | 'ᶂ' | 'ꜰ' | 'ꞙ' | 'ꝼ' | 'ꬵ' | 'ʃ' | 'ϝ' | 'ӻ' | 'ғ' => {
            "f"
        }
        'ɡ' | 'ꝿ' | 'ꟑ' | '𝼁' | 'ɠ' | 'ǥ' | 'ɢ' | 'ʛ' | 'ᶃ' | 'ꞡ' | 'ᵷ' | 'ᵹ' | 'ꬶ' | 'ƍ' | 'ԍ'
        | 'ց' => "g",
        'ħ' | 'ⲏ' | 'ɦ' | 'ɧ' | 'ɥ' | 'ⱨ' | 'ʜ' | 'ꜧ' | 'ꞕ' | 'ⱶ' | 'һ' | 'ԧ' | 'ћ' | 'ђ' | 'н'
        | 'ң' | 'ӈ' | 'ӊ' | 'ԣ' | 'հ' => "h",
        'ı' | 'ᴉ' | 'ⲓ' | '𝼚' | 'ɨ' | 'ɩ' | 'ɪ' | 'ᵻ' | 'ᵼ' | 'ᶖ' | 'ꞽ' | 'і' | 'ї' | 'ι' | 'ꭵ' => {
            "i"
        }
        'ɉ' | 'ȷ' | 'ɟ' | 'ʝ' | 'ᴊ' | 'ʄ' | 'ј' | 'ϳ' | 'յ' => "j",
        'ƙ' | 'ⲕ' | '𝼃' | 'ĸ' | 'ⱪ' | 'ꝁ' | 'ꝃ' | 'ꝅ' | 'ꞣ' | 'ᴋ' | 'ᶄ' | 'ʞ' | 'к' | 'қ' | 'ҝ'
        | 'ҟ' | 'ҡ' | 'ӄ' | 'ԟ' | 'κ' | 'ϰ' => "k",
        'ł' | 'ŀ' | 'ǃ' | '𝼄' | '𝼅' | '𝼑' | '𝼓' | 'ƚ' | 'ƛ' | 'ɫ' | 'ɬ' | 'ɭ' | 'ȴ' | 'ⱡ' | 'ʟ'
        | 'ꝉ' | 'ꝇ' | 'ᴌ' | 'ᶅ' | 'ꞁ' | 'ꞎ' | 'ꬷ' | 'ꬸ' | 'ꬹ' | 'ꝲ' | 'ӏ' | 'լ' | 'ւ' => {
            "l"
        }
        'ɱ' | 'ꟽ' | 'ꟿ' | 'ⲙ' | 'ᴍ' | 'ᵯ' | 'ᶆ' | 'ꬺ' | 'ꝳ' | 'м' | 'ӎ' => "m",
        'ŋ' | 'ŉ' | 'ⲛ' | '𝼇' | '𝼔' | 'ɲ' | 'ƞ' | 'ȵ' | 'ɳ' | 'ɴ' | 'ᴎ' | 'ᵰ' | 'ᶇ' | 'ꞑ' | 'ꞥ'
        | 'ꬻ' | 'ꬼ' | 'ꝴ' | 'и' | 'й' | 'ҋ' | 'п' | 'ԥ' | 'ҧ' | 'η' | 'π' | 'ո' | 'ռ' | 'ր' => {
            "n"
        }
        'ø' | 'ꟁ' | 'ⲟ' | '𝼛' | 'ɵ' | 'ᴏ' | 'ᴑ' | 'ᴓ' | 'ⱺ' | 'ꝋ' | 'ꝍ' | 'ꬽ' | 'ꬾ' | 'ꬿ' | 'ʘ'
        | 'о' | 'ө' | 'ѳ' | 'ο' | 'σ' | 'θ' | 'օ' => "o",
        'ƥ' | 'ꟼ' | 'ⲣ' | 'ƿ' | 'þ' | 'ꝥ' | 'ꝧ' | 'ᴘ' | 'ᵱ' | 'ᵽ' | 'ᶈ' | 'ꝑ' | 'ꝓ' | 'ꝕ' | 'ɸ'
        | 'ᴩ' | 'р' | 'ҏ' | 'ρ' | 'ϼ' | 'ք' => "p",
        'ɋ' | 'ꞯ' | 'ʠ' | 'ꝗ' | 'ꝙ' | 'ԛ' | 'ϙ' | 'զ' | 'գ' => "q",
        'ɍ' | 'ⱹ' | 'ꭅ' | 'ꭆ' | 'ꭨ' | 'ⲅ' | '𝼈' | '𝼕' | '𝼖' | 'ɹ' | 'ɺ' | 'ɻ' | 'ɼ' | 'ɽ' | 'ɾ'
        | 'ɿ' | 'ʀ' | 'ʁ' | 'ᴙ' | 'ᴚ' | 'ᴦ' | 'ᵲ' | 'ᵳ' | 'ᶉ' | 'ꝛ' | 'ꞃ' | 'ꞧ' | 'ꭇ' | 'ꭈ'
        | 'ꭉ' | 'ꭊ' | 'ꭋ' | 'ꭌ' | 'ꝵ' | 'ꝶ' | 'г' | 'ґ' | 'ӷ' | 'ҕ' | 'я' => "r",
        'ʂ' | 'ẜ' | 'ꟊ' | 'ꟗ' | 'ꟙ' | '𝼞' | 'ȿ' | 'ƨ' | 'ꜱ' | 'ᵴ' | 'ᶊ' | 'ꞩ' | 'ꞅ' | 'ѕ' | 'ꮪ' => {
            "s"
        }
        'ŧ' | 'ⲧ' | '𝼉' | 'ƫ' | 'ƭ' | 'ʈ' | 'ȶ' | 'ⱦ' | 'ᴛ' | 'ᵵ' | 'ʇ' | 'ꞇ' | 'ꝷ' | 'т' | 'ҭ'
        | 'τ' => "t",
        'ʉ' | 'ʊ' | 'ᴜ' | 'ᴝ' | 'ᴞ' | 'ᵾ' | 'ᵿ' | 'ᶙ' | 'ꭎ' | 'ꭏ' | 'ꭒ' | 'ꞹ' | 'ꞟ' | 'υ' | 'μ'
        | 'ц' | 'џ' | 'ս' => "u",
        'ʋ' | 'ʌ' | 'ⱱ' | 'ⱴ' | 'ᴠ' | 'ᴧ' | 'ᶌ' | 'ꝟ' | 'ꝩ' | 'ѵ' | 'ν' => "v",
        'ⱳ' | 'ꟃ' | 'ⲱ' | 'ᴡ' | 'ʍ' | 'ɯ' | 'ɰ' | 'ꟺ' | 'ꞷ' | 'ѡ' | 'ѽ' | 'ѿ' | 'ԝ' | 'ш' | 'щ'
        | 'ω' | 'ա' => "w",
        'ᶍ' | 'ⲭ' | 'ꭓ' | 'ꭔ' | 'ꭕ' | 'ꭖ' | 'ꭗ' | 'ꭘ' | 'ꭙ' | 'х' | 'ҳ' | 'ӽ' | 'ӿ' | 'χ' => {
            "x"
        }
        'ɏ' | 'ⲩ' | '𝼆' | 'ƴ' | 'ỿ' | 'ʏ' | 'ʎ' | 'ɣ' | 'ꭚ' | 'у' | 'ү' | 'ұ' | 'γ' => {
            "y"
        }
        'ƶ' | 'ȥ' | 'ʐ' | 'ʑ' | 'ɀ' | 'ⱬ' | 'ᴢ' | 'ᵶ' | 'ᶎ' | 'ꝣ' => "z",
        _ => return None,
    })
}

/// Digits and the hyphen by their shape, and ligatures by their letters.
fn other_shape(c: char) -> Option<&'static str> {
    Some(match c {
        'ƻ' | 'ɂ' => "2",
        'ʒ' | 'ƹ' | '𝼘' | 'ʓ' | 'ƺ' | 'ᶚ' | 'ᴣ' | 'ɜ' | 'ɝ' | 'ɞ' | 'ᶔ' | 'ᴈ' | 'ȝ' | 'ꝫ' | 'ꞛ'
        | 'з' | 'ӡ' | 'э' | 'ԅ' => "3",
        'ч' | 'ҷ' | 'ҹ' | 'ӌ' | 'ꜭ' | 'վ' => "4",
        'ƽ' => "5",
        'б' => "6",
        'ȣ' | 'ᴕ' => "8",
        'ꝯ' => "9",
        'ー' | '一' | 'ㅡ' | 'ᅳ' => "-",
        'æ' | 'ӕ' | 'ᴁ' | 'ᴂ' | 'ꬱ' => "ae",
        'œ' | 'ꭃ' | 'ꭄ' | 'ɶ' | 'ᴔ' | 'ꭀ' | 'ꭁ' | 'ꭂ' | 'ꭢ' => "oe",
        'ꜳ' => "aa",
        'ꜵ' => "ao",
        'ꜷ' => "au",
        'ꜹ' | 'ꜻ' => "av",
        'ꜽ' => "ay",
        'ꝏ' => "oo",
        'ꭣ' => "uo",
        'ꝡ' => "vy",
        'ꜩ' => "tz",
        'ꭡ' => "ie",
        'ß' => "ss",
        'ƕ' => "hv",
        'ȸ' => "db",
        'ȹ' => "qp",
        'ʣ' | 'ʥ' | 'ǳ' | 'ǆ' | 'ꭦ' => "dz",
        'ʤ' => "d3",
        'ʦ' | 'ʧ' | 'ꭧ' => "ts",
        'ʨ' => "tc",
        'ʩ' => "fn",
        'ʪ' => "ls",
        'ʫ' => "lz",
        'ɮ' => "l3",
        'ʬ' => "ww",
        'ĳ' => "ij",
        'ǉ' => "lj",
        'ǌ' | 'њ' => "nj",
        'љ' => "lb",
        'ᵫ' => "ue",
        'ᵺ' => "th",
        'ỻ' | 'ǁ' => "ll",
        'ы' => "bl",
        'ю' | 'ꙕ' => "lo",
        'ﬀ' => "ff",
        'ﬁ' => "fi",
        'ﬂ' => "fl",
        'ﬃ' => "ffi",
        'ﬄ' => "ffl",
        'ﬅ' | 'ﬆ' => "st",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(characters: &str, letters: &str) {
        for c in characters.chars() {
            assert_eq!(ascii_look(c), Some(letters), "U+{:04X} {c}", u32::from(c));
        }
    }

    #[test]
    fn ascii_is_itself() {
        check("aA", "a");
        check("7", "7");
        check("-", "-");
        assert_eq!(ascii_look('.'), None);
    }

    #[test]
    fn marks_strokes_and_hooks() {
        check("áàâäãåāăąạảấǟⱥ", "a");
        check("ɖđɗďḍ", "d");
        check("øōőöơợɵ", "o");
        check("łľĺɫ", "l");
        check("ȥžźżƶ", "z");
    }

    #[test]
    fn other_scripts() {
        check("аАαΑⲁ", "a");
        check("оОοΟօס০", "o");
        check("рРρΡ", "p");
        check("ѕЅꮪ", "s");
        check("нНΗ", "h");
        check("ԝѡωшա", "w");
        check("Ꭺ", "a");
    }

    #[test]
    fn styles() {
        check("ａＡ𝐚𝓪𝔞𝕒𝖆𝗮𝘢𝙖𝚊ⓐⒶ🄰🅐🅰🇦ᵃª", "a");
        check("ｂʙᴃ𝟖".trim_end_matches('𝟖'), "b");
        check("𝟎０⓪⁰₀", "0");
        check("ɢᵍℊ", "g");
        check("ᴋĸⓚ", "k");
    }

    #[test]
    fn ligatures() {
        check("æǣǽӕ", "ae");
        check("œɶ", "oe");
        check("ﬁ", "fi");
        check("ßẞ", "ss");
        check("ⅿᵯ", "m");
    }

    #[test]
    fn what_looks_like_nothing() {
        for c in "日ಠ🙂ж. \u{301}\u{200d}".chars() {
            assert_eq!(ascii_look(c), None, "U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn only_characters_of_a_label() {
        for c in (0..=u32::from(char::MAX)).filter_map(char::from_u32) {
            if let Some(look) = ascii_look(c) {
                let fits = look.bytes().all(|byte| {
                    LETTERS.as_bytes().contains(&byte) || REST.as_bytes().contains(&byte)
                });
                assert!(
                    fits && (1..=3).contains(&look.len()),
                    "U+{:04X} is {look}",
                    u32::from(c)
                );
            }
        }
    }
}
