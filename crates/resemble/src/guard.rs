//! A watchlist, compiled: asked about a name, it says whom it could imitate and how.

use crate::catalogue::Catalogue;
use crate::chance::{Chance, Class};
use crate::countries::Countries;
use crate::explain::Reading;
use crate::lexicon::Lexicon;
use crate::likeness::Likeness;
use crate::owned::Owned;
use crate::segment::Segments;
use crate::sieve::{Hit, Sieve};
use crate::term::{self, Term};
use crate::text::Text;
use crate::watchlist::{Organisation, Watchlist};
use model::Target;
use names::{DomainName, NameRef, Split, SuffixList};

/// What the sieve says of a name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sifted {
    /// It is owned by a guarded organisation, or by a service in the catalogue that one uses.
    Own,
    /// It resembles nothing that is guarded.
    Unlike,
    /// It could be about one of ours; [`Guard::explain`] tells.
    Maybe,
}

/// Buffers that are reused from name to name; one for each thread.
#[derive(Default)]
pub struct Scratch {
    text: Text,
    skeleton: Vec<u8>,
    hits: Vec<Hit>,
    segments: Segments,
}

/// A compiled watchlist. Shared between threads; each brings its own [`Scratch`].
pub struct Guard {
    watchlist: Watchlist,
    catalogue: Catalogue,
    lexicon: Lexicon,
    suffixes: SuffixList,
    countries: Countries,
    terms: Vec<Term>,
    own_suffixes: Vec<Vec<Box<str>>>,
    sieve: Sieve,
    owned: Owned,
    chance: Chance,
}

impl Guard {
    /// Compiles `watchlist`, and measures how often `background`, names of the ordinary world one a
    /// line, resembles each of its terms by chance.
    pub fn new(
        watchlist: Watchlist,
        catalogue: Catalogue,
        suffixes: SuffixList,
        background: &str,
    ) -> Self {
        let lexicon = Lexicon::embedded(&catalogue);
        let terms = term::terms(&watchlist, &catalogue, &lexicon, &suffixes);
        let sieve = Sieve::new(term::forms(&terms, &lexicon), &lexicon);
        let owned = Owned::new(&watchlist, &catalogue, &suffixes);
        let own_suffixes = watchlist
            .organisations()
            .iter()
            .map(|organisation| suffixes_of(organisation, &suffixes))
            .collect();
        let mut guard = Self {
            countries: Countries::new(&suffixes),
            chance: Chance::unmeasured(&terms),
            watchlist,
            catalogue,
            lexicon,
            suffixes,
            terms,
            own_suffixes,
            sieve,
            owned,
        };
        guard.chance = Chance::measured(&guard, background);
        guard
    }

    /// Where `name` divides.
    #[inline]
    pub fn split(&self, name: NameRef<'_>) -> Split {
        self.suffixes.split(name.as_str())
    }

    /// The first step: cheap, without allocating, and never wrong about what [`Self::explain`] would
    /// tell. Leaves in `scratch` what the second step needs.
    #[inline]
    pub fn sift(&self, name: NameRef<'_>, split: Split, scratch: &mut Scratch) -> Sifted {
        if self.owned.has(name.as_str(), split) {
            return Sifted::Own;
        }
        scratch.text.read(name, split);
        self.sieve
            .sift(&scratch.text, &mut scratch.skeleton, &mut scratch.hits);
        if scratch.hits.is_empty() {
            Sifted::Unlike
        } else {
            Sifted::Maybe
        }
    }

    /// The second step: calls `tell` with every likeness of the name that was sifted last with
    /// `scratch`, one for each term, owner and place.
    ///
    /// # Panics
    ///
    /// Never: each term has an owner.
    pub fn explain(
        &self,
        name: NameRef<'_>,
        split: Split,
        scratch: &mut Scratch,
        mut tell: impl FnMut(Likeness),
    ) {
        scratch.text.locate(name);
        let mut reading = Reading {
            lexicon: &self.lexicon,
            countries: &self.countries,
            text: &scratch.text,
            name,
            split,
            segments: &mut scratch.segments,
            segmented: None,
        };
        for hit in scratch
            .hits
            .iter()
            .filter(|hit| !hit.is_explained(&scratch.hits, &scratch.text))
        {
            let form = self.sieve.form(hit.form);
            let term = &self.terms[form.term as usize];
            let Some(mut likeness) = reading.likeness(hit, form, term) else {
                continue;
            };
            likeness.chance = self.chance.of(form.term, Class::of(&likeness));
            let (last, others) = term.owners.split_last().expect("a term has an owner");
            for (owner, (organisation, target)) in others.iter().enumerate() {
                let own_suffixes = &self.own_suffixes[*organisation as usize];
                let likeness = likeness.clone();
                tell(reading.for_owner(
                    likeness,
                    owner as u32,
                    *organisation,
                    target,
                    own_suffixes,
                ));
            }
            let (organisation, target) = last;
            let own_suffixes = &self.own_suffixes[*organisation as usize];
            tell(reading.for_owner(
                likeness,
                others.len() as u32,
                *organisation,
                target,
                own_suffixes,
            ));
        }
    }

    /// The organisation at a place in the watchlist.
    pub fn organisation(&self, place: u32) -> &Organisation {
        &self.watchlist.organisations()[place as usize]
    }

    /// The watchlist that was compiled.
    pub fn watchlist(&self) -> &Watchlist {
        &self.watchlist
    }

    /// The catalogue of services.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// The words by which labels are segmented.
    pub fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }

    /// The public suffix list in use.
    pub fn suffixes(&self) -> &SuffixList {
        &self.suffixes
    }

    /// Everything that is looked for.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// The term that a likeness is about.
    pub fn term(&self, likeness: &Likeness) -> &Term {
        &self.terms[likeness.term as usize]
    }

    /// What a likeness imitates.
    pub fn target(&self, likeness: &Likeness) -> &Target {
        &self.term(likeness).owners[likeness.owner as usize].1
    }

    /// Whether the organisation's own list lets `name` pass on the day `today` (`YYYY-MM-DD`).
    pub fn allows(&self, organisation: u32, name: &DomainName, today: &str) -> bool {
        self.organisation(organisation)
            .allow
            .iter()
            .any(|allow| allow.covers(name.as_str(), today))
    }
}

/// The public suffixes of an organisation's domains, each once.
fn suffixes_of(organisation: &Organisation, list: &SuffixList) -> Vec<Box<str>> {
    let mut suffixes: Vec<Box<str>> = organisation
        .domains
        .iter()
        .map(|domain| domain.as_str()[list.split(domain.as_str()).suffix..].into())
        .collect();
    suffixes.sort();
    suffixes.dedup();
    suffixes
}
