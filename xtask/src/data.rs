//! The evaluation data: labelled look-alikes, the organisations that they imitate, ordinary names.

use anyhow::{Context, Result};
use data_encoding::HEXLOWER;
use judge::Judge;
use names::SuffixList;
use resemble::{Catalogue, Guard, Organisation, Watchlist};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// A name that is known to imitate an organisation.
pub(crate) struct Labelled {
    pub(crate) name: String,
    pub(crate) organisation: u32,
    /// How the label was made; `brand` for the brand rows.
    pub(crate) basis: String,
}

/// Everything that is read from the data directory.
pub(crate) struct Data {
    pub(crate) organisations: Vec<Organisation>,
    pub(crate) labelled: Vec<Labelled>,
    pub(crate) popular: Vec<String>,
    pub(crate) registered: Vec<String>,
    /// The files read and the start of their SHA-256.
    pub(crate) digests: Vec<(String, String)>,
}

/// The background that comes with the program.
pub(crate) fn background() -> Result<String> {
    let packed = include_bytes!("../../knowledge/background.txt.zst");
    Ok(String::from_utf8(zstd::decode_all(&packed[..])?)?)
}

impl Data {
    /// Reads `directory`, which is laid out as `labelled/*.tsv` and `names/*`.
    pub(crate) fn read(directory: &Path) -> Result<Self> {
        let mut reader = Reader {
            directory,
            digests: vec![],
        };
        let (organisations, places) = organisations(&reader.text("labelled/protected_orgs.tsv")?)?;
        let mut labelled = vec![];
        let apt = reader.text("labelled/apt_lookalikes.tsv")?;
        for row in rows(&apt, &["domain", "registrable", "org_key", "label_basis"])? {
            let [domain, registrable, organisation, basis] = row[..] else {
                continue;
            };
            let Some(&organisation) = places.get(organisation) else {
                continue;
            };
            let name = if basis == "embedded_fqdn" {
                domain
            } else {
                registrable
            };
            labelled.push(Labelled {
                name: name.into(),
                organisation,
                basis: basis.into(),
            });
        }
        let brands = reader.text("labelled/brand_lookalikes.tsv")?;
        for row in rows(&brands, &["phish_domain", "org_key"])? {
            let [domain, organisation] = row[..] else {
                continue;
            };
            let Some(&organisation) = places.get(organisation) else {
                continue;
            };
            labelled.push(Labelled {
                name: domain.into(),
                organisation,
                basis: "brand".into(),
            });
        }
        let popular = lines(&reader.packed("names/popular.txt.zst")?);
        let registered = reader.packed("names/newly-registered.tsv.zst")?;
        let registered = rows(&registered, &["domain"])?
            .into_iter()
            .map(|row| row[0].to_owned())
            .collect();
        Ok(Self {
            organisations,
            labelled,
            popular,
            registered,
            digests: reader.digests,
        })
    }

    /// A guard over all organisations.
    pub(crate) fn guard(&self) -> Result<Guard> {
        let watchlist = Watchlist::new(self.organisations.clone());
        Ok(Guard::new(
            watchlist,
            Catalogue::embedded(),
            SuffixList::embedded(),
            &background()?,
        ))
    }
}

/// Whether a name belongs to the half on which weights are fitted; the other half judges them.
pub(crate) fn for_fitting(name: &str) -> bool {
    Sha256::digest(name.as_bytes())[1] < 128
}

/// Whether a popular name may be in the background by which chance is measured.
pub(crate) fn in_background(name: &str) -> bool {
    Sha256::digest(name.as_bytes())[0] < 128
}

/// The judge with the committed weights.
pub(crate) fn judge() -> Judge {
    Judge::new(judge::Weights::embedded())
}

struct Reader<'a> {
    directory: &'a Path,
    digests: Vec<(String, String)>,
}

impl Reader<'_> {
    fn bytes(&mut self, file: &str) -> Result<Vec<u8>> {
        let path: PathBuf = self.directory.join(file);
        let bytes =
            std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let start = HEXLOWER.encode(&Sha256::digest(&bytes)[..8]);
        self.digests.push((file.to_owned(), start));
        Ok(bytes)
    }

    fn text(&mut self, file: &str) -> Result<String> {
        String::from_utf8(self.bytes(file)?).with_context(|| format!("{file} is not UTF-8"))
    }

    fn packed(&mut self, file: &str) -> Result<String> {
        let bytes = zstd::decode_all(&self.bytes(file)?[..])?;
        String::from_utf8(bytes).with_context(|| format!("{file} is not UTF-8"))
    }
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

/// The named columns of a TSV file with a header.
fn rows<'a>(text: &'a str, columns: &[&str]) -> Result<Vec<Vec<&'a str>>> {
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().context("an empty file")?.split('\t').collect();
    let places: Vec<usize> = columns
        .iter()
        .map(|column| {
            header
                .iter()
                .position(|known| known == column)
                .with_context(|| format!("no column {column}"))
        })
        .collect::<Result<_>>()?;
    Ok(lines
        .map(|line| line.split('\t').collect::<Vec<_>>())
        .filter(|fields| fields.len() == header.len())
        .map(|fields| places.iter().map(|&place| fields[place]).collect())
        .collect())
}

fn organisations(text: &str) -> Result<(Vec<Organisation>, HashMap<String, u32>)> {
    let mut organisations = vec![];
    let mut places = HashMap::new();
    for row in rows(text, &["org_key", "legit_domains"])? {
        let [id, domains] = row[..] else { continue };
        places.insert(id.to_owned(), organisations.len() as u32);
        organisations.push(organisation(id, domains.split_whitespace())?);
    }
    Ok((organisations, places))
}

/// An organisation of which only the domains are known.
pub(crate) fn organisation<'a>(
    id: &str,
    domains: impl Iterator<Item = &'a str>,
) -> Result<Organisation> {
    let domains = domains.map(str::parse).collect::<Result<_, _>>()?;
    Ok(Organisation::new(model::OrganisationId::new(id)?, domains))
}
