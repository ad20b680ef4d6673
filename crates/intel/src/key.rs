//! When two texts are the same name, and when nearly.

/// The form by which names are compared: letters and digits in lower case. So `APT 28`, `apt-28` and `APT28` are one name.
pub(crate) fn key(name: &str) -> String {
    let letters = name.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// The most letters of a key for which near ones are looked for.
const LONGEST: usize = 64;

/// How near one key is to another, 0 the nearest; none if they are not alike.
///
/// Near is a step in four letters (left out, put in, replaced, or two swapped), and three steps at most; or that one
/// is a part of the other, of four letters or more.
pub(crate) fn nearness(asked: &str, known: &str) -> Option<usize> {
    let (long, short) = (asked.chars().count(), known.chars().count());
    let (short, long) = (long.min(short), long.max(short));
    if short == 0 || long > LONGEST {
        return None;
    }
    let allowed = (long / 4).min(3);
    let steps = if long - short <= allowed {
        Some(strsim::osa_distance(asked, known)).filter(|&steps| steps <= allowed)
    } else {
        None
    };
    let part = short >= 4 && (asked.contains(known) || known.contains(asked));
    steps.or_else(|| part.then_some(4 + long - short))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ_by_letters_and_digits_only() {
        for name in ["APT 28", "apt-28", "Apt_28!", "(APT28)"] {
            assert_eq!(key(name), "apt28");
        }
        assert_eq!(key("狼毒草"), "狼毒草");
        assert_eq!(key("-- !"), "");
    }

    #[test]
    fn near_names() {
        for (asked, known, expected) in [
            ("fancybaer", "fancybear", Some(1)),
            ("strontim", "strontium", Some(1)),
            ("fancy", "fancybear", Some(8)),
            ("apt28", "apt29", Some(1)),
            ("apt", "apt29", None),
            ("", "", None),
            ("lazarus", "sofacy", None),
            (&"x".repeat(100), "sofacy", None),
        ] {
            assert_eq!(nearness(asked, known), expected, "{asked} {known}");
        }
    }
}
