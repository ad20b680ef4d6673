//! Two names letter by letter: what one has in place of what the other has.

/// How a letter stands to the other name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Letter {
    /// The other has it, too.
    Same,
    /// The other has another in its place, or none.
    Other,
    /// It stands before or after what is imitated, or is a word put in between.
    Around,
}

/// Each letter of two names.
pub(super) struct Aligned {
    pub(super) name: Vec<(char, Letter)>,
    pub(super) imitated: Vec<(char, Letter)>,
}

/// The most letters that are compared; the longest name has 253.
const LONGEST: usize = 256;

/// How many letters that were put in are a word, rather than letters that differ.
const SHORTEST_WORD: usize = 3;

/// Finds where in `name` `imitated` stands with the fewest letters changed, left out or put in, in any case. None where more than half
/// of it would have to be changed: then a comparison shows nothing.
pub(super) fn align(name: &str, imitated: &str) -> Option<Aligned> {
    let name: Vec<char> = name.chars().take(LONGEST).collect();
    let imitated: Vec<char> = imitated.chars().take(LONGEST).collect();
    let costs = costs(&name, &imitated);
    let (rows, columns) = (imitated.len(), name.len());
    // What stands after it costs nothing.
    let end = (0..=columns).min_by_key(|end| costs[rows][*end])?;
    if rows == 0 || costs[rows][end] * 2 > rows {
        return None;
    }
    let mut aligned = Aligned {
        name: name
            .iter()
            .map(|letter| (*letter, Letter::Around))
            .collect(),
        imitated: imitated
            .iter()
            .map(|letter| (*letter, Letter::Other))
            .collect(),
    };
    let (mut row, mut column) = (rows, end);
    let mut put_in = vec![false; columns];
    while row > 0 {
        let cost = costs[row][column];
        let equal = column > 0 && same(imitated[row - 1], name[column - 1]);
        if equal && cost == costs[row - 1][column - 1] {
            aligned.imitated[row - 1].1 = Letter::Same;
            aligned.name[column - 1].1 = Letter::Same;
            (row, column) = (row - 1, column - 1);
        } else if column > 0 && cost == costs[row - 1][column - 1] + 1 {
            aligned.name[column - 1].1 = Letter::Other;
            (row, column) = (row - 1, column - 1);
        } else if column > 0 && cost == costs[row][column - 1] + 1 {
            aligned.name[column - 1].1 = Letter::Other;
            put_in[column - 1] = true;
            column -= 1;
        } else {
            row -= 1;
        }
    }
    let mut at = 0;
    for run in put_in.chunk_by(|a, b| a == b) {
        if run[0] && run.len() >= SHORTEST_WORD {
            for (_, letter) in &mut aligned.name[at..at + run.len()] {
                *letter = Letter::Around;
            }
        }
        at += run.len();
    }
    Some(aligned)
}

/// How many steps it takes from the first letters of `imitated` (rows) to some letters of `name` that end at each place (columns).
fn costs(name: &[char], imitated: &[char]) -> Vec<Vec<usize>> {
    // What stands before it costs nothing.
    let mut costs = vec![vec![0; name.len() + 1]];
    for (above, &wanted) in imitated.iter().enumerate() {
        let before = &costs[above];
        let mut row = vec![above + 1];
        for (at, &letter) in name.iter().enumerate() {
            let changed = before[at] + usize::from(!same(wanted, letter));
            row.push(changed.min(before[at + 1] + 1).min(row[at] + 1));
        }
        costs.push(row);
    }
    costs
}

fn same(a: char, b: char) -> bool {
    a == b || a.to_lowercase().eq(b.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Letters that differ in brackets, what stands around in round ones.
    fn marked(letters: &[(char, Letter)]) -> String {
        let groups = letters.chunk_by(|a, b| a.1 == b.1);
        let shown = groups.map(|group| {
            let text: String = group.iter().map(|(letter, _)| *letter).collect();
            match group[0].1 {
                Letter::Same => text,
                Letter::Other => format!("[{text}]"),
                Letter::Around => format!("({text})"),
            }
        });
        shown.collect()
    }

    #[track_caller]
    fn check(name: &str, imitated: &str, says: &str) {
        let told = align(name, imitated).map_or("nothing".to_owned(), |aligned| {
            format!(
                "{} for {}",
                marked(&aligned.name),
                marked(&aligned.imitated)
            )
        });
        assert_eq!(told, says);
    }

    #[test]
    fn the_letters_that_differ() {
        check(
            "examp1ebank.example",
            "examplebank.example",
            "examp[1]ebank.example for examp[l]ebank.example",
        );
        check(
            "examplbank.example",
            "ExampleBank",
            "examplbank(.example) for Exampl[e]Bank",
        );
        check(
            "login-exaample.test",
            "example",
            "(login-)ex[a]ample(.test) for example",
        );
        check(
            "ex-ample.example",
            "example",
            "(ex-ample.)example for example",
        );
    }

    #[test]
    fn words_that_were_put_in() {
        check(
            "examplebank-mail.example",
            "examplebank.example",
            "examplebank(-mail).example for examplebank.example",
        );
        check(
            "my-examplemailbanc.example",
            "examplebank.example",
            "(my-)example(mail)ban[c].example for exampleban[k].example",
        );
    }

    #[test]
    fn too_little_in_common() {
        check("zzzz.test", "examplebank", "nothing");
        check("a.example", "", "nothing");
        check("", "a", "nothing");
    }

    #[test]
    fn long_names_are_cut() {
        let long = "a".repeat(1000);
        let aligned = align(&long, &long).expect("the same");
        assert_eq!(aligned.name.len(), LONGEST);
    }
}
