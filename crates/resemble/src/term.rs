//! What is looked for: the words that stand for an organisation, and the shapes they come in.

use crate::catalogue::Catalogue;
use crate::lexicon::{Lexicon, LureClass};
use crate::segment::Segments;
use crate::text::code;
use crate::watchlist::{Organisation, Watchlist};
use model::Target;
use names::{DomainName, SuffixList};
use rustc_hash::FxHashMap;

/// Why a term is looked for; what it takes to believe it depends on that.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum TermKind {
    /// An owned domain's label, or a word that the user listed.
    Name,
    /// An owned domain's label that is an everyday lure word (`mail` of mail.gov.in): only a name that
    /// is nothing else counts.
    Everyday,
    /// What is left of an owned domain's label without an everyday word at its end (`lloyds` of
    /// lloydsbank.com), or a label before the registrable one (`aws` of aws.amazon.com).
    Part,
    /// An owned domain with its dots dropped (`govpl`), for domains whose label alone says nothing.
    Joined,
    /// A person's full name.
    Person,
    /// A person's last name: counts beside a lure word or digits.
    Surname,
    /// A word for a service that the organisation uses.
    Service,
    /// Such a word that means other things too: counts beside a lure word or an organisation.
    GenericService,
}

/// A word that is looked for, for one or more organisations.
#[derive(Clone, Debug)]
pub struct Term {
    /// As people write it.
    pub text: Box<str>,
    /// Its letters and digits only, in lower-case ASCII.
    pub letters: Box<str>,
    /// Why it is looked for.
    pub kind: TermKind,
    /// Whose it is: places in the watchlist, and what is imitated.
    pub owners: Vec<(u32, Target)>,
}

/// How a form differs from the term itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Shape {
    /// Not at all.
    Plain,
    /// Its words stand in another order.
    Reordered,
    /// A plural `es` stands at this place, as if a word ended there.
    Plural(u8),
}

/// One shape of a term.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    /// Which term.
    pub(crate) term: u32,
    /// Its letters in this shape.
    pub(crate) letters: Box<[u8]>,
    /// The same as 5-bit codes.
    pub(crate) codes: Box<[u8]>,
    /// How it differs from the term itself.
    pub(crate) shape: Shape,
    /// The kind of the term.
    pub(crate) kind: TermKind,
    /// Whether an everyday word is part of it (`drive` of `msdrive`), so that its typos are other words.
    pub(crate) everyday: bool,
}

impl Form {
    fn new(term: u32, kind: TermKind, letters: &str, shape: Shape) -> Self {
        let letters: Box<[u8]> = letters.bytes().collect();
        let codes = letters.iter().map(|&letter| code(letter)).collect();
        Self {
            term,
            letters,
            codes,
            shape,
            kind,
            everyday: false,
        }
    }

    /// How many steps a shape of this length may be away from a name and still be told.
    pub(crate) fn most_edits(&self) -> usize {
        if self.everyday || matches!(self.shape, Shape::Plural(_)) {
            return 0;
        }
        match (self.kind, self.codes.len()) {
            (
                TermKind::Everyday | TermKind::Joined | TermKind::GenericService | TermKind::Part,
                _,
            )
            | (_, ..=2) => 0,
            _ => 1,
        }
    }
}

/// The terms of `watchlist`, each once, with all its owners.
pub(crate) fn terms(
    watchlist: &Watchlist,
    catalogue: &Catalogue,
    lexicon: &Lexicon,
    suffixes: &SuffixList,
) -> Vec<Term> {
    let mut collected = Collected::default();
    for (place, organisation) in watchlist.organisations().iter().enumerate() {
        let place = place as u32;
        from_domains(&mut collected, place, organisation, lexicon, suffixes);
        for term in &organisation.terms {
            let target = given(term, organisation, suffixes);
            collected.add(place, term, TermKind::Name, target);
        }
        for person in &organisation.people {
            collected.add(
                place,
                person,
                TermKind::Person,
                Target::Person(person.as_str().into()),
            );
            let surname = person.split_whitespace().next_back().unwrap_or_default();
            if surname.len() < person.trim().len() && surname.chars().count() >= 4 {
                collected.add(
                    place,
                    surname,
                    TermKind::Surname,
                    Target::Person(person.as_str().into()),
                );
            }
        }
        for id in &organisation.services {
            let Some(service) = catalogue.get(id) else {
                continue;
            };
            for word in &service.words {
                let kind = if service.generic.contains(word) {
                    TermKind::GenericService
                } else {
                    TermKind::Service
                };
                collected.add(place, word, kind, Target::Service(id.as_str().into()));
            }
        }
    }
    collected.terms
}

/// What a given term stands for: the domain whose label it is, else itself.
fn given(term: &str, organisation: &Organisation, suffixes: &SuffixList) -> Target {
    let is_label = |domain: &&DomainName| {
        let registrable = suffixes.split(domain.as_str()).registrable;
        registrable.is_some_and(|start| {
            letters(label_of(&domain.to_unicode(), domain, start)) == letters(term)
        })
    };
    match organisation.domains.iter().find(is_label) {
        Some(domain) => Target::Domain(domain.as_str().into()),
        None => Target::Term(term.into()),
    }
}

fn from_domains(
    collected: &mut Collected,
    place: u32,
    organisation: &Organisation,
    lexicon: &Lexicon,
    suffixes: &SuffixList,
) {
    let derived = organisation.terms.is_empty();
    for domain in &organisation.domains {
        let target = Target::Domain(domain.as_str().into());
        let split = suffixes.split(domain.as_str());
        let Some(registrable) = split.registrable else {
            collected.add(place, domain.as_str(), TermKind::Joined, target.clone());
            if let Some((label, _)) = domain.as_str().split_once('.')
                && derived
                && !is_category(label, suffixes)
            {
                collected.add(place, label, TermKind::Part, target);
            }
            continue;
        };
        let unicode = domain.to_unicode();
        let label = label_of(&unicode, domain, registrable);
        let everyday = is_everyday(label, lexicon);
        if registrable > 0 || everyday || letters(label).len() <= 3 {
            collected.add(place, domain.as_str(), TermKind::Joined, target.clone());
        }
        if derived || everyday {
            let kind = if everyday {
                TermKind::Everyday
            } else {
                TermKind::Name
            };
            collected.add(place, label, kind, target.clone());
        }
        if derived && !everyday {
            let host = unicode.split('.').next().filter(|_| registrable > 0);
            let host = host.filter(|host| !is_everyday(host, lexicon) && !host.starts_with("www"));
            for part in host.into_iter().chain(stem(label, lexicon)) {
                collected.add(place, part, TermKind::Part, target.clone());
            }
        }
    }
}

/// Whether a word is one that everybody's hosts are named by.
fn is_everyday(word: &str, lexicon: &Lexicon) -> bool {
    lexicon
        .lure(word)
        .is_some_and(|class| class <= LureClass::Service)
}

/// Whether a word starts or ends with one that lures.
fn holds_everyday(word: &str, lexicon: &Lexicon) -> bool {
    (1..word.len()).any(|at| {
        let (start, end) = word.split_at(at);
        start.len() > 2 && is_everyday(start, lexicon) || end.len() > 2 && is_everyday(end, lexicon)
    })
}

/// What is left of a label when the everyday word at one end is taken away, if that is a rare word.
fn stem<'l>(label: &'l str, lexicon: &Lexicon) -> Option<&'l str> {
    let rare = |part: &&str| {
        part.len() >= 4
            && part.bytes().all(|byte| byte.is_ascii_lowercase())
            && lexicon.lure(part).is_none()
            && lexicon.word(part).is_none_or(|word| word.cost > RARE)
    };
    let cuts = 4..label.len().saturating_sub(2);
    cuts.clone()
        .rev()
        .filter(|&at| label.is_char_boundary(at) && lexicon.lure(&label[at..]).is_some())
        .map(|at| label[..at].trim_end_matches('-'))
        .chain(
            (3..label.len().saturating_sub(3))
                .filter(|&at| label.is_char_boundary(at) && lexicon.lure(&label[..at]).is_some())
                .map(|at| label[at..].trim_start_matches('-')),
        )
        .find(rare)
}

/// The cost of a word from which on it is rare enough to stand for somebody.
const RARE: f32 = 8.5;

/// Whether a label is a category under several country codes (`gov`, `com`, `ac`), rather than a name.
fn is_category(label: &str, suffixes: &SuffixList) -> bool {
    const COUNTRIES: [&str; 24] = [
        "uk", "au", "br", "cn", "in", "il", "jp", "kr", "mx", "nz", "pl", "tr", "tw", "ua", "za",
        "at", "ar", "th", "id", "my", "fr", "it", "sk", "lv",
    ];
    let under = |country: &&&str| suffixes.is_suffix(&format!("{label}.{country}"));
    COUNTRIES.iter().filter(under).count() >= 4 || matches!(label, "gob" | "gouv" | "govt" | "gv")
}

/// The registrable label of `domain`, which starts at byte `registrable`, in its Unicode form.
fn label_of<'u>(unicode: &'u str, domain: &DomainName, registrable: usize) -> &'u str {
    let before = domain.as_str()[..registrable].matches('.').count();
    unicode.split('.').nth(before).unwrap_or(unicode)
}

#[derive(Default)]
struct Collected {
    terms: Vec<Term>,
    places: FxHashMap<(Box<str>, TermKind), usize>,
}

impl Collected {
    fn add(&mut self, owner: u32, text: &str, kind: TermKind, target: Target) {
        let letters: Box<str> = letters(text).into();
        if letters.len() < 2 {
            return;
        }
        let place = *self
            .places
            .entry((letters.clone(), kind))
            .or_insert(self.terms.len());
        if place == self.terms.len() {
            self.terms.push(Term {
                text: text.into(),
                letters,
                kind,
                owners: vec![],
            });
        }
        let owners = &mut self.terms[place].owners;
        if owners.iter().all(|(known, _)| *known != owner) {
            owners.push((owner, target));
        }
    }
}

/// The letters and digits of a text as they look in lower-case ASCII; at most 63, as in a label.
pub(crate) fn letters(text: &str) -> String {
    let mut letters = String::new();
    for c in text.chars().flat_map(char::to_lowercase) {
        if c.is_ascii_alphanumeric() {
            letters.push(c);
        } else if !c.is_ascii() && c.is_alphanumeric() {
            letters.push_str(names::ascii_look(c).unwrap_or("?"));
        }
    }
    letters.truncate(63);
    letters
}

/// All shapes of `terms`: as they are, with their words in another order, and with a plural inside.
pub(crate) fn forms(terms: &[Term], lexicon: &Lexicon) -> Vec<Form> {
    let mut forms = Vec::with_capacity(terms.len());
    let mut segments = Segments::default();
    for (place, term) in terms.iter().enumerate() {
        let place = place as u32;
        let mut form = Form::new(place, term.kind, &term.letters, Shape::Plain);
        form.everyday = term.kind == TermKind::Service && holds_everyday(&term.letters, lexicon);
        forms.push(form);
        if !matches!(term.kind, TermKind::Name | TermKind::Person) {
            continue;
        }
        let words = words(&term.text, lexicon, &mut segments);
        for order in orders(&words) {
            if *order != *term.letters {
                forms.push(Form::new(place, term.kind, &order, Shape::Reordered));
            }
        }
        for at in 3..term.letters.len().saturating_sub(1) {
            let (start, end) = term.letters.split_at(at);
            if term.letters.len() >= 5 && start.ends_with(['s', 'x', 'z']) {
                let plural = format!("{start}es{end}");
                forms.push(Form::new(
                    place,
                    term.kind,
                    &plural,
                    Shape::Plural(at as u8),
                ));
            }
        }
    }
    forms
}

/// The words of a text: by its own separators, else by segmentation when that is clear.
pub(crate) fn words(text: &str, lexicon: &Lexicon, segments: &mut Segments) -> Vec<String> {
    let separated: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .map(letters)
        .filter(|word| !word.is_empty())
        .collect();
    if separated.len() > 1 {
        return separated;
    }
    let letters = letters(text);
    let bytes = letters.as_bytes();
    let mut words = vec![];
    let mut clear = true;
    segments.read(lexicon, bytes, 0, bytes.len(), |_| false);
    segments.pieces_after(0, |piece| {
        clear &= piece.word.is_some() && piece.to - piece.from >= 4;
        words.push(letters[piece.from..piece.to].to_owned());
    });
    if clear { words } else { vec![] }
}

/// Two or three words in every order, glued; nothing for more, whose order says too much.
pub(crate) fn orders(words: &[String]) -> Vec<String> {
    match words {
        [a, b] => vec![format!("{b}{a}")],
        [a, b, c] => [[a, c, b], [b, a, c], [b, c, a], [c, a, b], [c, b, a]]
            .map(|order| order.into_iter().map(String::as_str).collect::<String>())
            .to_vec(),
        _ => vec![],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(watchlist: &str, expected: &[(&str, TermKind)]) {
        let catalogue = Catalogue::embedded();
        let suffixes = SuffixList::embedded();
        let (watchlist, _) = Watchlist::parse(watchlist, &catalogue, &suffixes).expect("valid");
        let lexicon = Lexicon::embedded(&catalogue);
        let terms = terms(&watchlist, &catalogue, &lexicon, &suffixes);
        let shown: Vec<_> = terms
            .iter()
            .map(|term| (&*term.letters, term.kind))
            .collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn terms_come_from_domains_unless_given() {
        use TermKind::{Everyday, Joined, Name, Person, Surname};
        check(
            "[[organisation]]\nid='a'\ndomains=['en-marche.fr','kas.de','gov.pl','mail.gov.in']",
            &[
                ("enmarche", Name),
                ("kasde", Joined),
                ("kas", Name),
                ("govpl", Joined),
                ("mailgovin", Joined),
                ("mail", Everyday),
            ],
        );
        check(
            "[[organisation]]\nid='a'\ndomains=['en-marche.fr']\nterms=['Élysée']\npeople=['Emmanuel Macron']",
            &[
                ("elysee", Name),
                ("emmanuelmacron", Person),
                ("macron", Surname),
            ],
        );
    }
}
