//! The house rules, as a test: what ARCHITECTURE.md and CONTRIBUTING.md say, held against the tree.
//!
//! Each rule is a function in the table [`RULES`]. One run shows all that there is to mend.

mod layers;
mod manifests;
mod papers;
mod text;
mod tree;

use anyhow::Result;
use std::fmt;
use std::path::Path;
use tree::Tree;

/// Something that the house does not want.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Violation {
    /// Relative to the root, with `/`.
    path: String,
    /// From 1; 0 speaks of the whole file.
    line: usize,
    /// What is wrong, and what to do.
    says: String,
}

impl Violation {
    fn new(path: &str, line: usize, says: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line,
            says: says.into(),
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.says),
            line => write!(f, "{}:{line}: {}", self.path, self.says),
        }
    }
}

/// Looks at the whole tree and tells every violation of one rule.
type Check = fn(&Tree) -> Vec<Violation>;

/// Every rule, by the id that stands behind its violations in brackets.
const RULES: &[(&str, Check)] = &[
    ("arrows", layers::arrows),
    ("reach", layers::reach),
    ("pure", layers::pure),
    ("nouns", layers::nouns),
    ("manifest", manifests::inherited),
    ("toml", manifests::readable),
    ("white-space", text::white_space),
    ("length", text::length),
    ("unfinished", text::unfinished),
    ("reason", text::reasons),
    ("folders", text::folders),
    ("code-map", papers::code_map),
    ("links", papers::links),
    ("techniques", papers::techniques),
];

/// Holds the tree at `root` against all rules; every violation is a line.
pub(crate) fn tidy(root: &Path) -> Result<Vec<String>> {
    let tree = Tree::read(root)?;
    let told = |(id, check): &(&str, Check)| {
        let mut found = check(&tree);
        found.sort();
        found
            .into_iter()
            .map(|violation| format!("{violation} [{id}]"))
            .collect::<Vec<_>>()
    };
    Ok(RULES.iter().flat_map(told).collect())
}

/// Whether `word` stands in `code`, not as the end or the start of a longer one.
fn has_word(code: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word).any(|(at, _)| {
        let begins = !word.starts_with(part) || !code[..at].ends_with(part);
        let ends = !word.ends_with(part) || !code[at + word.len()..].starts_with(part);
        begins && ends
    })
}

/// Holds a tree of `files` (path and text) against one rule; `expected` is what it tells, in order.
#[cfg(test)]
fn check(rule: Check, files: &[(&str, &str)], expected: &[&str]) {
    let mut found = rule(&Tree::of(files));
    found.sort();
    let shown: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(shown, expected);
}
