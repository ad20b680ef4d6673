//! Certificates that were issued or published, from the corpus.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use ct::data_tile;
use ct::rfc6962::Page;
use ct::{Entry, EntryKind, Form, TileWidth};

/// One certificate of the corpus.
#[derive(Clone)]
pub(crate) struct Recorded {
    /// Its file, or its log and place.
    pub(crate) name: String,
    pub(crate) der: Vec<u8>,
    pub(crate) form: Form,
    /// The precertificate that came with it.
    pub(crate) submitted: Option<Vec<u8>>,
}

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus")
}

/// The files of a folder, by name.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the corpus is there");
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("it can be read").path())
        .collect();
    files.sort();
    files
}

/// The odd ones of `corpus/certificates`.
pub(crate) fn odd() -> Vec<Recorded> {
    let folders = ["google", "limbo"].map(|folder| corpus().join("certificates").join(folder));
    let files = folders.iter().flat_map(|folder| files(folder));
    files
        .filter(|file| file.extension().is_some_and(|extension| extension == "der"))
        .map(|file| Recorded {
            name: file
                .file_stem()
                .expect("it has a name")
                .to_string_lossy()
                .into_owned(),
            der: fs::read(&file).expect("it can be read"),
            form: Form::Certificate,
            submitted: None,
        })
        .collect()
}

/// Entries of production logs, as `get-entries` gave them.
pub(crate) fn production() -> Vec<Recorded> {
    let mut all = vec![];
    let mut buffer = vec![];
    let old = corpus().join("ct/argon2020/get-entries-10000.json");
    for file in files(&corpus().join("ct/entries")).into_iter().chain([old]) {
        let json = fs::read(&file).expect("it can be read");
        let page = Page::parse(&json, 1000).expect("it was recorded whole");
        for (at, raw) in page.entries.iter().enumerate() {
            let entry = raw.decode(&mut buffer).and_then(|entry| entry.entry());
            let name = format!("{}, {at}", file.display());
            all.push(recorded(name, &entry.expect("it was recorded whole")));
        }
    }
    all
}

/// Entries of a staging log, as its data tiles have them.
pub(crate) fn staging() -> Vec<Recorded> {
    let folder = corpus().join("ct/navigli2025h2/tile/data");
    let full = fs::File::open(folder.join("000.gz")).expect("the corpus is there");
    let mut unpacked = vec![];
    flate2::read::GzDecoder::new(full)
        .read_to_end(&mut unpacked)
        .expect("it was packed whole");
    let partial = fs::read(folder.join("003.p/10")).expect("the corpus is there");
    let ten = TileWidth::new(10).expect("10 is a width");
    data_tile::entries(&unpacked, TileWidth::FULL)
        .chain(data_tile::entries(&partial, ten))
        .enumerate()
        .map(|(at, entry)| {
            recorded(
                format!("navigli, {at}"),
                &entry.expect("it was recorded whole"),
            )
        })
        .collect()
}

fn recorded(name: String, entry: &Entry<'_>) -> Recorded {
    Recorded {
        name,
        der: entry.covered.to_vec(),
        form: match entry.kind {
            EntryKind::Certificate => Form::Certificate,
            EntryKind::Precertificate => Form::Tbs,
        },
        submitted: entry.submitted.map(<[u8]>::to_vec),
    }
}
