//! Arrows point down only, and below the line nobody does I/O, awaits or asks the time.

use super::tree::{Member, Tree, line_of};
use super::{Violation, has_word};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Each crate with those of the house that it may name. A new crate gets its place here.
const LAYERS: &[(&str, &[&str])] = &[
    ("names", &[]),
    ("model", &["names"]),
    ("ct", &[]),
    ("resemble", &["model", "names"]),
    ("judge", &["model", "names", "resemble"]),
    ("render", &["model", "names"]),
    ("intel", &["model", "names"]),
    ("egress", &["testbed"]),
    ("feeds", &["ct", "egress", "names", "testbed"]),
    ("lake", &[]),
    ("ledger", &["judge", "ledger", "model", "names", "testbed"]),
    ("notify", &["egress"]),
    ("console", &["ct", "ledger", "model", "names"]),
    (
        "pipeline",
        &[
            "console", "ct", "egress", "feeds", "judge", "lake", "ledger", "model", "names",
            "notify", "probe", "render", "resemble", "testbed",
        ],
    ),
    ("probe", &["ct", "egress", "model", "names", "testbed"]),
    ("testbed", &["ct"]),
    (
        "enpassant",
        &[
            "console", "ct", "egress", "feeds", "intel", "judge", "ledger", "model", "names",
            "pipeline", "probe", "render", "resemble", "testbed",
        ],
    ),
    (
        "xtask",
        &["feeds", "intel", "judge", "model", "names", "resemble"],
    ),
];

/// The crates below the line: values in, values out.
const PURE: &[&str] = &[
    "ct", "intel", "judge", "model", "names", "render", "resemble",
];

/// Libraries that open sockets or files, await, or draw lots.
const IMPURE: &[&str] = &[
    "async-std",
    "fastrand",
    "futures",
    "hyper",
    "mio",
    "rand",
    "reqwest",
    "rusqlite",
    "smol",
    "socket2",
    "sqlx",
    "tokio",
    "ureq",
];

/// What a pure source does not say, and why.
const FORBIDDEN: &[(&str, &str)] = &[
    ("fs::", "opens no files"),
    ("TcpStream", "opens no sockets"),
    ("TcpListener", "opens no sockets"),
    ("UdpSocket", "opens no sockets"),
    ("ToSocketAddrs", "resolves no names"),
    ("env::", "reads no environment"),
    ("SystemTime", "asks no time"),
    ("Instant", "asks no time"),
    ("async", "awaits nothing"),
    (".await", "awaits nothing"),
    ("thread::", "starts no threads"),
    ("process::", "starts no processes"),
    ("print!", "prints nothing"),
    ("println!", "prints nothing"),
    ("eprint!", "prints nothing"),
    ("eprintln!", "prints nothing"),
];

/// The crates of the house depend on each other only as [`LAYERS`] says.
pub(crate) fn arrows(tree: &Tree) -> Vec<Violation> {
    let mut found = vec![];
    let house: BTreeSet<&str> = tree.crates().map(|member| member.name).collect();
    for member in tree.crates() {
        let Some((_, below)) = LAYERS.iter().find(|(name, _)| *name == member.name) else {
            let says = format!(
                "`{}` has no place in LAYERS of xtask/src/tidy/layers.rs",
                member.name
            );
            found.push(Violation::new(member.manifest, 0, says));
            continue;
        };
        let named = dependencies(
            &member,
            &["dependencies", "build-dependencies", "dev-dependencies"],
        );
        for name in named
            .iter()
            .filter(|name| house.contains(name.as_str()) && !below.contains(&name.as_str()))
        {
            let says = format!(
                "`{}` must not know `{name}`: arrows point down only",
                member.name
            );
            found.push(Violation::new(
                member.manifest,
                line_of(member.text, name),
                says,
            ));
        }
    }
    let gone = LAYERS.iter().filter(|(name, _)| !house.contains(name));
    found.extend(gone.map(|(name, _)| {
        Violation::new(
            "xtask/src/tidy/layers.rs",
            0,
            format!("LAYERS names `{name}`, which does not exist"),
        )
    }));
    found
}

/// Nothing that a pure crate brings in, at any remove, is in [`IMPURE`].
///
/// Goes by `Cargo.lock`, where what only builds or only other systems need counts, too. What the crates of the
/// house bring in, each answers for itself.
pub(crate) fn reach(tree: &Tree) -> Vec<Violation> {
    let Some(lock) = tree
        .text("Cargo.lock")
        .and_then(|text| text.parse::<toml::Table>().ok())
    else {
        return vec![Violation::new(
            "Cargo.lock",
            0,
            "is not there, or is not TOML",
        )];
    };
    let mut needs = needs(&lock);
    needs.retain(|name, _| tree.crates().all(|member| member.name != *name));
    let pure = tree.crates().filter(|member| PURE.contains(&member.name));
    pure.flat_map(|member| {
        let direct = dependencies(&member, &["dependencies", "build-dependencies"]);
        chains(&direct, &needs).into_iter().map(move |chain| {
            let line = line_of(member.text, &chain[0]);
            let says = format!(
                "`{}` is below the line, and brings in {}",
                member.name,
                chain.join(" -> ")
            );
            Violation::new(member.manifest, line, says)
        })
    })
    .collect()
}

/// The sources of pure crates do nothing of [`FORBIDDEN`]; their tests may.
pub(crate) fn pure(tree: &Tree) -> Vec<Violation> {
    let mut found = vec![];
    for name in PURE {
        for (path, line, code) in code(tree, name) {
            let said = FORBIDDEN.iter().filter(|(word, _)| has_word(code, word));
            found.extend(said.map(|(word, why)| {
                Violation::new(
                    path,
                    line,
                    format!("`{word}`, but `{name}` is below the line and {why}"),
                )
            }));
        }
    }
    found
}

/// The nouns are not serialised: what is stored or sent has its own versioned type at that edge.
pub(crate) fn nouns(tree: &Tree) -> Vec<Violation> {
    let said = code(tree, "model")
        .filter(|(_, _, code)| has_word(code, "Serialize") || has_word(code, "serde"));
    let says = "`model` is not serialised; give the edge a versioned type of its own";
    said.map(|(path, line, _)| Violation::new(path, line, says))
        .collect()
}

/// Path, number and text of each line of a crate's sources, without comments and tests.
fn code<'t>(tree: &'t Tree, name: &'t str) -> impl Iterator<Item = (&'t str, usize, &'t str)> {
    let source = format!("crates/{name}/src/");
    tree.ending(".rs")
        .filter(move |(path, _)| path.starts_with(&source) && !path.ends_with("/tests.rs"))
        .flat_map(|(path, text)| {
            text.lines()
                .take_while(|line| *line != "#[cfg(test)]")
                .enumerate()
                .map(move |(at, line)| (path, at + 1, line.split("//").next().unwrap_or(line)))
        })
}

/// The crates that a manifest names in `sections`, also for single targets.
fn dependencies(member: &Member<'_>, sections: &[&str]) -> BTreeSet<String> {
    // What is not TOML is told by the rule for TOML.
    let Ok(manifest) = member.text.parse::<toml::Table>() else {
        return BTreeSet::new();
    };
    let targets = manifest.get("target").and_then(toml::Value::as_table);
    let tables = targets
        .into_iter()
        .flat_map(toml::Table::values)
        .filter_map(toml::Value::as_table);
    tables
        .chain([&manifest])
        .flat_map(|table| {
            sections
                .iter()
                .filter_map(|section| table.get(*section)?.as_table())
        })
        .flatten()
        .map(|(key, value)| {
            value
                .get("package")
                .and_then(toml::Value::as_str)
                .unwrap_or(key)
                .to_owned()
        })
        .collect()
}

/// Which packages each package of a lock file needs; those of several versions are taken together.
fn needs(lock: &toml::Table) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut needs: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for package in lock
        .get("package")
        .and_then(toml::Value::as_array)
        .into_iter()
        .flatten()
    {
        let Some(name) = package.get("name").and_then(toml::Value::as_str) else {
            continue;
        };
        let listed = package
            .get("dependencies")
            .and_then(toml::Value::as_array)
            .into_iter()
            .flatten();
        let names = listed.filter_map(|entry| entry.as_str()?.split(' ').next());
        needs.entry(name).or_default().extend(names);
    }
    needs
}

/// The shortest way from `direct` to each impure package that can be reached.
fn chains(direct: &BTreeSet<String>, needs: &BTreeMap<&str, BTreeSet<&str>>) -> Vec<Vec<String>> {
    let mut seen: BTreeSet<&str> = direct.iter().map(String::as_str).collect();
    let mut queue: VecDeque<Vec<&str>> = seen.iter().map(|name| vec![*name]).collect();
    let mut found = vec![];
    while let Some(chain) = queue.pop_front() {
        let Some(&last) = chain.last() else { continue };
        if IMPURE.contains(&last) {
            found.push(chain.iter().map(ToString::to_string).collect());
            continue;
        }
        for &next in needs.get(last).into_iter().flatten() {
            if seen.insert(next) {
                queue.push_back(chain.iter().copied().chain([next]).collect());
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::check;

    #[test]
    fn arrows_point_down() {
        let mut files: Vec<(String, &str)> = LAYERS
            .iter()
            .map(|(name, _)| (format!("crates/{name}/Cargo.toml"), ""))
            .collect();
        let mut told = |at: usize, manifest, expected: &[&str]| {
            files[at].1 = manifest;
            let files: Vec<(&str, &str)> =
                files.iter().map(|(path, text)| (&**path, *text)).collect();
            check(arrows, &files, expected);
        };
        told(0, "", &[]);
        told(
            1,
            "[dependencies]\nnames.workspace = true\nserde.workspace = true",
            &[],
        );
        told(
            1,
            "[dependencies]\nnames.workspace = true\njudge.workspace = true",
            &["crates/model/Cargo.toml:3: `model` must not know `judge`: arrows point down only"],
        );
        told(
            1,
            "[target.'cfg(unix)'.dependencies]\nw = { package = \"feeds\", path = \"../feeds\" }",
            &["crates/model/Cargo.toml:2: `model` must not know `feeds`: arrows point down only"],
        );
    }

    #[test]
    fn every_crate_has_its_place() {
        let found = arrows(&Tree::of(&[("crates/attic/Cargo.toml", "")]));
        assert_eq!(found.len(), 1 + LAYERS.len());
        assert_eq!(
            found[0].says,
            "`attic` has no place in LAYERS of xtask/src/tidy/layers.rs"
        );
        assert_eq!(found[1].says, "LAYERS names `names`, which does not exist");
    }

    #[test]
    fn sockets_are_found_at_any_remove() {
        let lock = "[[package]]\nname = \"a\"\ndependencies = [\"b 1.0.0\"]\n\
                    [[package]]\nname = \"b\"\ndependencies = [\"a\", \"mio\"]\n\
                    [[package]]\nname = \"names\"\ndependencies = [\"rand\"]\n";
        check(
            reach,
            &[
                ("Cargo.lock", lock),
                ("crates/judge/Cargo.toml", "[dependencies]\na = \"1\""),
                ("crates/feeds/Cargo.toml", "[dependencies]\na = \"1\""),
                ("crates/model/Cargo.toml", "[dependencies]\nnames = \"1\""),
                ("crates/names/Cargo.toml", "[dev-dependencies]\na = \"1\""),
            ],
            &["crates/judge/Cargo.toml:2: `judge` is below the line, and brings in a -> b -> mio"],
        );
        check(reach, &[], &["Cargo.lock: is not there, or is not TOML"]);
    }

    #[test]
    fn below_the_line_is_no_io() {
        let source = "//! Never std::fs::read.\nuse std::fs::read;\nfn f() { names::nets::x(); } // println!\n\
                      async fn g() {}\n#[cfg(test)]\nmod tests { use std::time::Instant; }\n";
        check(
            pure,
            &[
                ("crates/judge/src/a/b.rs", source),
                ("crates/feeds/src/c.rs", source),
                ("crates/judge/benches/d.rs", source),
            ],
            &[
                "crates/judge/src/a/b.rs:2: `fs::`, but `judge` is below the line and opens no files",
                "crates/judge/src/a/b.rs:4: `async`, but `judge` is below the line and awaits nothing",
            ],
        );
    }

    #[test]
    fn nouns_are_not_serialised() {
        let says = "`model` is not serialised; give the edge a versioned type of its own";
        check(
            nouns,
            &[
                (
                    "crates/model/src/ids.rs",
                    "// Serialize\n#[derive(Debug, serde::Serialize)]\nstruct Serializer;\n",
                ),
                ("crates/judge/src/weights.rs", "#[derive(Serialize)]"),
            ],
            &[&format!("crates/model/src/ids.rs:2: {says}")],
        );
    }
}
