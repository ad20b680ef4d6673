//! Which keys lie side by side, on the layouts of the people we guard.

/// Rows of keys, each shifted half a key to the right of the one above.
const LAYOUTS: [[&str; 4]; 3] = [
    ["1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"],
    ["1234567890", "qwertzuiop", "asdfghjkl", "yxcvbnm"],
    ["1234567890", "azertyuiop", "qsdfghjklm", "wxcvbn"],
];

/// Whether two letters or digits are neighbours on a QWERTY, QWERTZ or AZERTY keyboard.
pub fn adjacent(a: char, b: char) -> bool {
    neighbours(a).any(|c| c == b)
}

/// The neighbours of a key on any of the layouts; one may come more than once.
pub(crate) fn neighbours(key: char) -> impl Iterator<Item = char> {
    LAYOUTS.iter().flat_map(move |rows| {
        let place = rows
            .iter()
            .enumerate()
            .find_map(|(row, keys)| Some((row, keys.find(key)?)));
        place.into_iter().flat_map(move |(row, column)| {
            let at = move |row: usize, column: usize| {
                rows.get(row).and_then(|keys| keys.chars().nth(column))
            };
            let before = column.wrapping_sub(1);
            [
                at(row, before),
                at(row, column + 1),
                at(row.wrapping_sub(1), column),
                at(row.wrapping_sub(1), column + 1),
                at(row + 1, before),
                at(row + 1, column),
            ]
            .into_iter()
            .flatten()
        })
    })
}

/// Whether a letter writes a vowel.
pub fn is_vowel(letter: char) -> bool {
    matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u' | 'y')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_touch_on_some_layout() {
        for (a, b) in [
            ('s', 'a'),
            ('s', 'd'),
            ('s', 'w'),
            ('s', 'x'),
            ('a', 'z'),
            ('t', 'z'),
            ('o', '0'),
        ] {
            assert!(adjacent(a, b) && adjacent(b, a), "{a} {b}");
        }
        assert!(!adjacent('s', 'p') && !adjacent('s', 's') && !adjacent('é', 'e'));
    }
}
