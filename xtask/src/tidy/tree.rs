//! The files of the project.

use anyhow::{Context, Result};
use std::fs;
use std::path::Path;

/// A file and what is in it.
pub(crate) struct File {
    /// Relative to the root, with `/`.
    pub(crate) path: String,
    /// `None` when it is not UTF-8, such as packed data.
    pub(crate) text: Option<String>,
}

/// All files but those that `.gitignore` names, sorted by path.
///
/// The folder is walked, rather than git asked, so that an archive without its history can be checked, too.
pub(crate) struct Tree {
    files: Vec<File>,
}

impl Tree {
    /// Reads everything below `root`.
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let ignored = Ignored::read(root)?;
        let mut files = vec![];
        let mut folders = vec![String::new()];
        while let Some(folder) = folders.pop() {
            let place = root.join(&folder);
            for entry in
                fs::read_dir(&place).with_context(|| format!("cannot list {}", place.display()))?
            {
                let entry = entry?;
                let name = entry.file_name();
                let name = name
                    .to_str()
                    .with_context(|| format!("{} has a name that is not UTF-8", place.display()))?;
                let path = if folder.is_empty() {
                    name.to_owned()
                } else {
                    format!("{folder}/{name}")
                };
                if ignored.has(&path, name) {
                    continue;
                }
                if entry.file_type()?.is_dir() {
                    folders.push(path);
                } else {
                    let bytes =
                        fs::read(entry.path()).with_context(|| format!("cannot read {path}"))?;
                    files.push(File {
                        path,
                        text: String::from_utf8(bytes).ok(),
                    });
                }
            }
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self { files })
    }

    /// A tree of these paths and texts.
    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let file = |&(path, text): &(&str, &str)| File {
            path: path.into(),
            text: Some(text.into()),
        };
        Self {
            files: files.iter().map(file).collect(),
        }
    }

    /// Every file.
    pub(crate) fn files(&self) -> &[File] {
        &self.files
    }

    /// Path and text of every file that is text.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files
            .iter()
            .filter_map(|file| Some((&*file.path, file.text.as_deref()?)))
    }

    /// The same for paths that end so.
    pub(crate) fn ending(&self, end: &str) -> impl Iterator<Item = (&str, &str)> {
        self.texts().filter(move |(path, _)| path.ends_with(end))
    }

    /// The text at a path.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.texts()
            .find(|(known, _)| *known == path)
            .map(|(_, text)| text)
    }

    /// Whether a file or folder stands at `path`.
    pub(crate) fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        let below = |file: &File| {
            file.path
                .strip_prefix(path)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        path.is_empty() || self.files.iter().any(below)
    }

    /// Name, folder and manifest of every crate of the workspace.
    pub(crate) fn crates(&self) -> impl Iterator<Item = Member<'_>> {
        self.ending("/Cargo.toml").filter_map(|(manifest, text)| {
            let folder = manifest.strip_suffix("/Cargo.toml")?;
            let name = folder
                .strip_prefix("crates/")
                .or((folder == "xtask").then_some(folder))?;
            Some(Member {
                name,
                folder,
                manifest,
                text,
            })
        })
    }
}

/// A crate of the workspace, named like its folder.
#[derive(Clone, Copy)]
pub(crate) struct Member<'a> {
    pub(crate) name: &'a str,
    pub(crate) folder: &'a str,
    /// The path of its manifest.
    pub(crate) manifest: &'a str,
    /// The text of its manifest.
    pub(crate) text: &'a str,
}

/// The line, from 1, on which `needle` first stands; 0 when it stands nowhere.
pub(crate) fn line_of(text: &str, needle: &str) -> usize {
    text.lines()
        .position(|line| line.contains(needle))
        .map_or(0, |at| at + 1)
}

/// What `.gitignore` says, as far as this project uses its language: `/path` from the root, `*end` and
/// `name` anywhere.
struct Ignored {
    patterns: Vec<String>,
}

impl Ignored {
    fn read(root: &Path) -> Result<Self> {
        let text = fs::read_to_string(root.join(".gitignore")).context("cannot read .gitignore")?;
        Ok(Self::of(&text))
    }

    fn of(text: &str) -> Self {
        let lines = text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'));
        Self {
            patterns: lines
                .map(|line| line.trim_end_matches('/').to_owned())
                .collect(),
        }
    }

    fn has(&self, path: &str, name: &str) -> bool {
        let fits = |pattern: &String| match (pattern.strip_prefix('/'), pattern.strip_prefix('*')) {
            (Some(rooted), _) => path == rooted,
            (_, Some(end)) => name.ends_with(end),
            _ => name == pattern,
        };
        name == ".git" || self.patterns.iter().any(fits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_ignores_is_ignored() {
        let ignored = Ignored::of("# built\n/target\n/fuzz/corpus/\n*.snap.new\n");
        for (path, expected) in [
            ("target", true),
            ("crates/names/target", false),
            ("fuzz/corpus", true),
            ("corpus", false),
            ("crates/names/tests/a.snap.new", true),
            (".git", true),
            (".gitignore", false),
        ] {
            let name = path.rsplit('/').next().unwrap_or(path);
            assert_eq!(ignored.has(path, name), expected, "{path}");
        }
    }

    #[test]
    fn folders_exist_by_their_files() {
        let tree = Tree::of(&[
            ("crates/names/Cargo.toml", ""),
            ("xtask/Cargo.toml", ""),
            ("fuzz/Cargo.toml", ""),
        ]);
        assert!(tree.has("crates") && tree.has("crates/names/") && tree.has("fuzz/Cargo.toml"));
        assert!(!tree.has("crates/name") && !tree.has("docs"));
        let names: Vec<&str> = tree.crates().map(|member| member.name).collect();
        assert_eq!(names, ["names", "xtask"]);
    }
}
