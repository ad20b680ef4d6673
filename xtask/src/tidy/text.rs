//! What can be seen in any text: white space, length, unfinished work, other people's folders.

use super::tree::Tree;
use super::{Violation, has_word};

/// The longest source, in lines. Most have 120 to 450.
const LONGEST: usize = 600;

/// What is left in a source by somebody who meant to come back. `FIXME` is allowed where a test asserts
/// the wrong behaviour that we live with.
const UNFINISHED: &[&str] = &[
    concat!("TO", "DO"),
    concat!("XX", "X"),
    concat!("todo", "!"),
    concat!("unimplemented", "!"),
    concat!("dbg", "!"),
    concat!("#[", "ignore"),
];

/// Where files lie on one machine only.
const FOLDERS: &[&str] = &[
    concat!("/ho", "me/"),
    concat!("/ro", "ot/"),
    concat!("/Us", "ers/"),
    concat!("\\Us", "ers\\"),
    concat!("/wo", "rk/"),
];

/// No blanks at the end of a line, no tabs but in tables, no carriage returns, a newline at the end.
pub(crate) fn white_space(tree: &Tree) -> Vec<Violation> {
    let mut found = vec![];
    // Snapshots hold what the program prints, and recorded files what somebody served, to the last blank.
    let recorded = ["corpus/ct/", "corpus/fuzz/", "corpus/registration/"];
    let kept =
        |path: &str| kind(path) == "snap" || recorded.iter().any(|folder| path.starts_with(folder));
    for (path, text) in tree.texts().filter(|(path, _)| !kept(path)) {
        let tabs = kind(path) != "tsv";
        for (at, line) in text.split_terminator('\n').enumerate() {
            let says = if line.ends_with(' ') {
                "a blank at the end"
            } else if line.contains('\r') {
                "a carriage return"
            } else if tabs && line.contains('\t') {
                "a tab"
            } else {
                continue;
            };
            found.push(Violation::new(path, at + 1, says));
        }
        if !text.is_empty() && !text.ends_with('\n') {
            found.push(Violation::new(
                path,
                text.lines().count(),
                "no newline at the end",
            ));
        }
    }
    found
}

/// No source is longer than [`LONGEST`].
pub(crate) fn length(tree: &Tree) -> Vec<Violation> {
    tree.ending(".rs")
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, lines)| *lines > LONGEST)
        .map(|(path, lines)| {
            Violation::new(
                path,
                0,
                format!("{lines} lines; divide it, {LONGEST} are the most"),
            )
        })
        .collect()
}

/// Nothing of [`UNFINISHED`] in a source.
pub(crate) fn unfinished(tree: &Tree) -> Vec<Violation> {
    let mut found = vec![];
    for (path, text) in tree.ending(".rs") {
        for (at, line) in text.lines().enumerate() {
            let words = UNFINISHED.iter().filter(|word| has_word(line, word));
            found.extend(words.map(|word| {
                Violation::new(
                    path,
                    at + 1,
                    format!("`{word}`: finish it, or write an issue"),
                )
            }));
        }
    }
    found
}

/// How an attribute begins that sets a lint aside.
const OPENINGS: &[&str] = &["#[allow(", "#![allow(", "#[expect(", "#![expect("];

/// Every `allow` and `expect` of a lint says why.
pub(crate) fn reasons(tree: &Tree) -> Vec<Violation> {
    let mut found = vec![];
    for (path, text) in tree.ending(".rs") {
        for (at, line) in text.lines().enumerate() {
            let opens = OPENINGS
                .iter()
                .any(|start| line.trim_start().starts_with(start));
            // The attribute ends with the first line that closes it.
            let lines = || text.lines().skip(at);
            let length = lines()
                .position(|line| line.trim_end().ends_with(")]"))
                .map_or(1, |end| end + 1);
            if opens
                && !lines()
                    .take(length)
                    .any(|line| line.contains("reason = \""))
            {
                found.push(Violation::new(
                    path,
                    at + 1,
                    "a lint is set aside without `reason = \"…\"`",
                ));
            }
        }
    }
    found
}

/// No path into a folder that only one machine has.
pub(crate) fn folders(tree: &Tree) -> Vec<Violation> {
    let mut found = vec![];
    for (path, text) in tree.texts() {
        for (at, line) in text.lines().enumerate() {
            // Part of a longer path or of a URL it is another folder.
            let outside = |before: &str| {
                !before.ends_with(|c: char| c.is_alphanumeric() || "._-/~%)}".contains(c))
            };
            let here = |folder: &&&str| {
                line.match_indices(**folder)
                    .any(|(at, _)| outside(&line[..at]))
            };
            if let Some(folder) = FOLDERS.iter().find(here) {
                found.push(Violation::new(
                    path,
                    at + 1,
                    format!("`{folder}…` is a folder of one machine"),
                ));
            }
        }
    }
    found
}

/// What a file is, by the end of its name.
fn kind(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::check;

    #[test]
    fn white_space_is_clean() {
        check(
            white_space,
            &[
                ("a.md", "one \ntwo\r\n\tthree\nfour"),
                ("b.tsv", "a\tb\n"),
                ("c.snap", "x \n"),
                ("corpus/ct/served.json", "{}"),
                ("d", ""),
                ("e", "fine\n"),
            ],
            &[
                "a.md:1: a blank at the end",
                "a.md:2: a carriage return",
                "a.md:3: a tab",
                "a.md:4: no newline at the end",
            ],
        );
    }

    #[test]
    fn sources_are_short() {
        let long = "x\n".repeat(LONGEST + 1);
        check(
            length,
            &[("a.rs", &long), ("b.md", &long), ("c.rs", &long[2..])],
            &[&format!(
                "a.rs: {} lines; divide it, {LONGEST} are the most",
                LONGEST + 1
            )],
        );
    }

    #[test]
    fn nothing_is_left_unfinished() {
        let source = format!(
            "// {} later\nlet a = {}L;\n    {}()\n",
            UNFINISHED[0], UNFINISHED[1], UNFINISHED[2]
        );
        check(
            unfinished,
            &[("a.rs", &source), ("b.md", &source)],
            &[
                &format!("a.rs:1: `{}`: finish it, or write an issue", UNFINISHED[0]),
                &format!("a.rs:3: `{}`: finish it, or write an issue", UNFINISHED[2]),
            ],
        );
    }

    #[test]
    fn lints_are_set_aside_for_a_reason() {
        let source = "#![allow(dead_code, reason = \"why\")]\n#[expect(\n    unused,\n    reason = \"why\",\n)]\nfn f() {}\n\
                      \x23[allow(unused)]\nfn g() {}\nlet x = y.expect(\"reason\");\n";
        check(
            reasons,
            &[("a.rs", source)],
            &["a.rs:7: a lint is set aside without `reason = \"…\"`"],
        );
    }

    #[test]
    fn folders_of_one_machine_are_told() {
        let (home, work) = (FOLDERS[0], FOLDERS[4]);
        let text =
            format!("see `{work}x`\nhttps://example.org{home}x\n../..{work}\n{home}someone/x\n");
        check(
            folders,
            &[("a.md", &text)],
            &[
                &format!("a.md:1: `{work}…` is a folder of one machine"),
                &format!("a.md:4: `{home}…` is a folder of one machine"),
            ],
        );
    }
}
