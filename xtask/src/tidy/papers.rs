//! The papers tell of the tree as it is.

use super::Violation;
use super::tree::Tree;
use std::collections::BTreeSet;

const ARCHITECTURE: &str = "ARCHITECTURE.md";
const TECHNIQUES: &str = "docs/techniques.md";

/// The code map of ARCHITECTURE.md has one row for each crate, and names only files that exist.
pub(crate) fn code_map(tree: &Tree) -> Vec<Violation> {
    let mut missing: BTreeSet<&str> = tree.crates().map(|member| member.name).collect();
    let mut found = vec![];
    for row in rows(tree.text(ARCHITECTURE).unwrap_or_default()) {
        let Some(member) = tree.crates().find(|member| member.name == row.name) else {
            found.push(Violation::new(
                ARCHITECTURE,
                row.line,
                format!("there is no crate `{}`", row.name),
            ));
            continue;
        };
        if !missing.remove(row.name) {
            found.push(Violation::new(
                ARCHITECTURE,
                row.line,
                format!("a second row for `{}`", row.name),
            ));
        }
        let source = format!("{}/src/", member.folder);
        let paths = || {
            tree.files()
                .iter()
                .filter_map(|file| file.path.strip_prefix(&source))
        };
        for named in row
            .files
            .iter()
            .filter(|named| !paths().any(|path| fits(named, path)))
        {
            found.push(Violation::new(
                ARCHITECTURE,
                row.line,
                format!("there is no {source}{named}"),
            ));
        }
    }
    found.extend(missing.into_iter().map(|name| {
        Violation::new(
            ARCHITECTURE,
            0,
            format!("the code map has no row for `{name}`"),
        )
    }));
    found
}

/// Links within the project lead somewhere.
pub(crate) fn links(tree: &Tree) -> Vec<Violation> {
    let mut found = vec![];
    for (path, text) in tree.ending(".md") {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (at, line) in text.lines().enumerate() {
            for target in line
                .split("](")
                .skip(1)
                .filter_map(|rest| rest.split(')').next())
            {
                let file = target.split('#').next().unwrap_or_default();
                let elsewhere = file.is_empty() || file.contains(':');
                if !elsewhere && resolve(folder, file).is_none_or(|file| !tree.has(&file)) {
                    found.push(Violation::new(
                        path,
                        at + 1,
                        format!("the link to {target} leads nowhere"),
                    ));
                }
            }
        }
    }
    found
}

/// The paper on techniques is the one that the table of techniques writes.
pub(crate) fn techniques(tree: &Tree) -> Vec<Violation> {
    let written = resemble::techniques_markdown();
    let stands = tree.text(TECHNIQUES).unwrap_or_default();
    if written == stands {
        return vec![];
    }
    let same = written
        .lines()
        .zip(stands.lines())
        .take_while(|(a, b)| a == b)
        .count();
    vec![Violation::new(
        TECHNIQUES,
        same + 1,
        "is not what the table says; run `cargo xtask techniques`",
    )]
}

/// A row of the code map.
struct Row<'a> {
    line: usize,
    name: &'a str,
    /// Relative to the crate's `src`; `*` stands for any part of a file name.
    files: Vec<&'a str>,
}

/// The rows of the first table below the heading "Code map".
fn rows(text: &str) -> impl Iterator<Item = Row<'_>> {
    text.lines()
        .enumerate()
        .skip_while(|(_, line)| *line != "## Code map")
        .skip_while(|(_, line)| !line.starts_with('|'))
        .take_while(|(_, line)| line.starts_with('|'))
        .filter_map(|(at, line)| {
            let cells: Vec<&str> = line
                .split('|')
                .map(|cell| cell.trim().trim_matches('`'))
                .collect();
            let [_, name, _, files, _] = cells[..] else {
                return None;
            };
            let ruler = name == "crate" || name.starts_with("---");
            (!ruler).then(|| Row {
                line: at + 1,
                name,
                files: files.split_whitespace().collect(),
            })
        })
}

/// Whether `path` is what `pattern` names.
fn fits(pattern: &str, path: &str) -> bool {
    let Some((start, end)) = pattern.split_once('*') else {
        return path == pattern;
    };
    let between = path
        .strip_prefix(start)
        .and_then(|rest| rest.strip_suffix(end));
    between.is_some_and(|between| !between.contains('/'))
}

/// The path of a link from `folder`; `None` when it leaves the project.
fn resolve(folder: &str, link: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::check;

    #[test]
    fn the_code_map_is_the_tree() {
        let map = "## Code map\n\n| crate | one sentence | main files |\n|---|---|---|\n\
                   | `names` | Names. | `domain.rs gone.rs` |\n| `judge` | Weighs. | `signal/*.rs` |\n\
                   | `attic` | Dust. | `a.rs` |\n\n| `other` | table | `x` |\n";
        check(
            code_map,
            &[
                ("ARCHITECTURE.md", map),
                ("crates/feeds/Cargo.toml", ""),
                ("crates/judge/Cargo.toml", ""),
                ("crates/judge/src/signal/edit.rs", ""),
                ("crates/names/Cargo.toml", ""),
                ("crates/names/src/domain.rs", ""),
            ],
            &[
                "ARCHITECTURE.md: the code map has no row for `feeds`",
                "ARCHITECTURE.md:5: there is no crates/names/src/gone.rs",
                "ARCHITECTURE.md:7: there is no crate `attic`",
            ],
        );
    }

    #[test]
    fn links_lead_somewhere() {
        let text = "[a](b.md) [web](https://example.org/) [here](#top)\n[up](../README.md#use), [out](../../x), [gone](no.md)\n";
        check(
            links,
            &[
                ("docs/a.md", text),
                ("docs/b.md", ""),
                ("README.md", "[docs](docs/)"),
            ],
            &[
                "docs/a.md:2: the link to ../../x leads nowhere",
                "docs/a.md:2: the link to no.md leads nowhere",
            ],
        );
    }

    #[test]
    fn the_paper_on_techniques_is_the_table() {
        let written = resemble::techniques_markdown();
        check(techniques, &[(TECHNIQUES, &written)], &[]);
        let first = written.lines().next().unwrap_or_default();
        check(
            techniques,
            &[(TECHNIQUES, &format!("{first}\nolder\n"))],
            &["docs/techniques.md:2: is not what the table says; run `cargo xtask techniques`"],
        );
    }
}
