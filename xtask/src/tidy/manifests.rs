//! Manifests inherit what the workspace decides, and every TOML file can be read.

use super::Violation;
use super::tree::Tree;

/// What a crate takes from the workspace.
const INHERITED: &[&str] = &["version", "edition", "rust-version", "license", "publish"];

/// Every crate inherits its lints and the keys of [`INHERITED`].
pub(crate) fn inherited(tree: &Tree) -> Vec<Violation> {
    let mut found = vec![];
    for member in tree.crates() {
        // What is not TOML is told by the rule for TOML.
        let Ok(manifest) = member.text.parse::<toml::Table>() else {
            continue;
        };
        let inherits = |value: Option<&toml::Value>| {
            value
                .and_then(|value| value.get("workspace"))
                .and_then(toml::Value::as_bool)
                == Some(true)
        };
        if !inherits(manifest.get("lints")) {
            found.push(Violation::new(
                member.manifest,
                0,
                "wants `[lints] workspace = true`",
            ));
        }
        let package = manifest.get("package");
        for key in INHERITED
            .iter()
            .filter(|key| !inherits(package.and_then(|package| package.get(**key))))
        {
            found.push(Violation::new(
                member.manifest,
                0,
                format!("wants `{key}.workspace = true`"),
            ));
        }
        if package
            .and_then(|package| package.get("name"))
            .and_then(toml::Value::as_str)
            != Some(member.name)
        {
            found.push(Violation::new(
                member.manifest,
                0,
                format!("wants the name of its folder, `{}`", member.name),
            ));
        }
    }
    found
}

/// Every TOML file is TOML.
pub(crate) fn readable(tree: &Tree) -> Vec<Violation> {
    tree.ending(".toml")
        .filter_map(|(path, text)| {
            let fault = text.parse::<toml::Table>().err()?;
            let line = fault
                .span()
                .map_or(0, |span| text[..span.start].matches('\n').count() + 1);
            Some(Violation::new(path, line, fault.message()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::check;

    #[test]
    fn crates_inherit() {
        let good = "[package]\nname = \"names\"\nversion.workspace = true\nedition.workspace = true\n\
                    rust-version.workspace = true\nlicense.workspace = true\npublish.workspace = true\n\
                    [lints]\nworkspace = true\n";
        check(
            inherited,
            &[("crates/names/Cargo.toml", good), ("fuzz/Cargo.toml", "")],
            &[],
        );
        let own = good.replace("edition.workspace = true", "edition = \"2021\"");
        let bare = own.split("[lints]").next().unwrap_or_default();
        check(
            inherited,
            &[("crates/other/Cargo.toml", bare)],
            &[
                "crates/other/Cargo.toml: wants `[lints] workspace = true`",
                "crates/other/Cargo.toml: wants `edition.workspace = true`",
                "crates/other/Cargo.toml: wants the name of its folder, `other`",
            ],
        );
    }

    #[test]
    fn broken_toml_is_told_with_its_line() {
        let found = readable(&Tree::of(&[
            ("a.toml", "x = 1\n"),
            ("knowledge/b.toml", "x = 1\ny = [\n"),
        ]));
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].path.as_str(), found[0].line > 0),
            ("knowledge/b.toml", true)
        );
    }
}
