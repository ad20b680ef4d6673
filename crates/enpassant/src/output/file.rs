//! Files that are there whole or not at all.

use anyhow::{Context, Result};
use std::io::{self, Write};
use std::path::Path;

/// Writes a file in one go: what stood there stays until the new one is whole. `-` is standard output.
pub(crate) fn write_file(path: &Path, text: &str) -> Result<()> {
    if path == Path::new("-") {
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes())?;
        return Ok(out.flush()?);
    }
    let cannot = || format!("cannot write {}", path.display());
    // Through a link to the file itself; and what is no file, such as a device, is written to, not replaced.
    match path.canonicalize() {
        Ok(real) if real.is_file() => replace(&real, text),
        Ok(other) => std::fs::write(other, text),
        Err(_) => replace(path, text),
    }
    .with_context(cannot)
}

fn replace(path: &Path, text: &str) -> io::Result<()> {
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut file = tempfile::Builder::new()
        .permissions(readable())
        .tempfile_in(directory)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// A file like any other, not one for its owner alone.
fn readable() -> std::fs::Permissions {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::Permissions::from_mode(0o644)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_its_file_and_a_device_stays_one() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let file = directory.path().join("file");
        let link = directory.path().join("link");
        write_file(&file, "before").expect("it is written");
        std::os::unix::fs::symlink(&file, &link).expect("it is made");
        write_file(&link, "after").expect("it is written");
        assert!(link.is_symlink());
        assert_eq!(std::fs::read_to_string(&file).expect("it reads"), "after");
        assert!(write_file(Path::new("/dev/full"), "text").is_err());
        assert!(!Path::new("/dev/full").is_file());
        write_file(Path::new("/dev/null"), "text").expect("it is written");
        assert!(!Path::new("/dev/null").is_file());
    }
}
