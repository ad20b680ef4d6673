//! What the program knows: the watchlist a user wrote, and the data that it is built with.

use crate::fault::TextFault;
use anyhow::{Context, Result, bail};
use model::OrganisationId;
use names::{MAX_SUFFIX_LIST, SuffixList};
use resemble::{Catalogue, Guard, Organisation, Watchlist, WatchlistWarning};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Popular names of January 2025; `knowledge/README.md` tells where they come from.
const BACKGROUND: &[u8] = include_bytes!("../../../knowledge/background.txt.zst");

/// The largest text that a user may have written, in bytes; room for 100,000 organisations.
const MAX_TEXT: u64 = 64 << 20;

/// What the embedded background is, for people.
pub(crate) const BACKGROUND_IS: &str = "popular names of January 2025, built in";

/// Where the suffix list comes from.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct SuffixArgs {
    /// A newer public suffix list (`public_suffix_list.dat`) than the one built in
    #[arg(long, value_name = "FILE")]
    pub(crate) suffix_list: Option<PathBuf>,
}

impl SuffixArgs {
    /// Reads the list, or takes the one built in.
    pub(crate) fn load(&self) -> Result<SuffixList> {
        let Some(path) = &self.suffix_list else {
            return Ok(SuffixList::embedded());
        };
        let bytes = read(path, MAX_SUFFIX_LIST as u64)?;
        SuffixList::from_bytes(&bytes).with_context(|| format!("cannot use {}", path.display()))
    }
}

/// The embedded background: names of the ordinary world, one a line.
pub(crate) fn background() -> String {
    let text = zstd::decode_all(BACKGROUND).expect("a test unpacks it");
    String::from_utf8(text).expect("a test unpacks it")
}

/// Reads a watchlist. A [`TextFault`] where it is wrong.
pub(crate) fn watchlist(
    path: &Path,
    catalogue: &Catalogue,
    suffixes: &SuffixList,
) -> Result<(Watchlist, Vec<WatchlistWarning>)> {
    let text = text(path)?;
    Watchlist::parse(&text, catalogue, suffixes)
        .map_err(|fault| TextFault::new(path, &text, &fault.message, fault.span).into())
}

/// Reads a text of a user's.
pub(crate) fn text(path: &Path) -> Result<String> {
    match String::from_utf8(read(path, MAX_TEXT)?) {
        Ok(text) => Ok(text),
        Err(error) => {
            let text = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = text.split(|&byte| byte == b'\n').count();
            bail!("{} is not UTF-8 text (line {line})", path.display())
        }
    }
}

/// Reads a file of at most `limit` bytes.
fn read(path: &Path, limit: u64) -> Result<Vec<u8>> {
    let cannot = || format!("cannot read {}", path.display());
    let file = File::open(path).with_context(cannot)?;
    if file.metadata().with_context(cannot)?.is_dir() {
        bail!("{} is a directory; name a file in it", path.display());
    }
    let mut bytes = vec![];
    file.take(limit + 1)
        .read_to_end(&mut bytes)
        .with_context(cannot)?;
    if bytes.len() as u64 > limit {
        bail!(
            "{} has more than {limit} bytes; is it the right file?",
            path.display()
        );
    }
    Ok(bytes)
}

/// A watchlist on which each service of the catalogue is an organisation of its own, under the service's id.
pub(crate) fn services(catalogue: &Catalogue) -> Watchlist {
    let organisation = |service: &resemble::Service| {
        let id = OrganisationId::new(&service.id).expect("ids in the catalogue are kebab-case");
        let domain = |domain: &String| {
            let parsed = domain.parse();
            parsed.expect("a test reads the domains of the catalogue")
        };
        Organisation {
            name: service.name.clone(),
            sector: Some(service.kind.clone()),
            services: vec![service.id.clone()],
            ..Organisation::new(id, service.domains.iter().map(domain).collect())
        }
    };
    Watchlist::new(catalogue.services().iter().map(organisation).collect())
}

/// Compiles `watchlist`, with chance measured on the embedded background.
pub(crate) fn guard(watchlist: Watchlist, catalogue: Catalogue, suffixes: SuffixList) -> Guard {
    Guard::new(watchlist, catalogue, suffixes, &background())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_background_unpacks_to_the_text_that_its_documentation_tells_of() {
        let text = background();
        assert_eq!(text.lines().count(), 249_128);
        assert!(text.is_ascii() && text.lines().is_sorted());
    }

    #[test]
    fn every_service_can_be_guarded() {
        let catalogue = Catalogue::embedded();
        let watchlist = services(&catalogue);
        assert_eq!(watchlist.organisations().len(), catalogue.services().len());
        let google = &watchlist.organisations()[1];
        assert_eq!(google.id.as_str(), "google-workspace");
        assert!(
            google
                .domains
                .iter()
                .any(|domain| domain.as_str() == "google.com")
        );
    }

    #[test]
    fn a_text_that_is_not_utf8_tells_its_line() {
        let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
        std::io::Write::write_all(&mut file, b"a\nb\xff\n").expect("it can be written");
        let fault = text(file.path()).expect_err("it is not UTF-8").to_string();
        assert!(fault.ends_with("is not UTF-8 text (line 2)"), "{fault}");
        let fault = text(&std::env::temp_dir())
            .expect_err("it is no file")
            .to_string();
        assert!(fault.contains("is a directory"), "{fault}");
    }
}
