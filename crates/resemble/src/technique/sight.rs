//! What a technique looks at: a likeness, with the name and the term it was found by.

use crate::glyphs::{self, Pair};
use crate::guard::Guard;
use crate::likeness::{Companion, Likeness, LookAlike, Place};
use crate::sieve::Stand;
use crate::term::{self, Term, TermKind};
use model::{Edit, Span, Target};
use names::{DomainName, Split};

/// Where a technique shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Trace {
    /// The part of the name, in characters of its Unicode form.
    pub(super) span: Span,
    /// What was changed there.
    pub(super) edit: Option<String>,
}

impl Trace {
    /// A part of the name, in which nothing was changed.
    pub(super) fn at(span: Span) -> Self {
        Self { span, edit: None }
    }

    /// A change, told as `was→is`.
    pub(super) fn change(span: Span, was: &str, is: &str) -> Self {
        Self {
            span,
            edit: Some(format!("{was}→{is}")),
        }
    }
}

/// A likeness, and the name in which it was found.
pub(super) struct Sight<'a> {
    pub(super) guard: &'a Guard,
    pub(super) likeness: &'a Likeness,
    pub(super) term: &'a Term,
    /// The name's A-label form.
    pub(super) name: &'a str,
    pub(super) split: Split,
    /// The characters of its Unicode form.
    pub(super) unicode: Vec<char>,
    /// The letters that stand in the likeness as they look in ASCII, each with its character's place.
    pub(super) letters: Vec<(u8, u32)>,
    /// Letters that only look the same.
    pub(super) look_alikes: Vec<LookAlike>,
    /// The edits that these do not explain, each with its place.
    pub(super) edits: Vec<(Edit, Span)>,
    /// The words beside the term that lure or speak of a service, from left to right.
    companions: Vec<Companion>,
}

impl<'a> Sight<'a> {
    pub(super) fn new(guard: &'a Guard, name: &'a str, likeness: &'a Likeness) -> Self {
        let unicode: Vec<char> = match name.parse::<DomainName>() {
            Ok(name) => name.to_unicode().chars().collect(),
            Err(_) => name.chars().collect(),
        };
        let term = guard.term(likeness);
        let letters = letters(&unicode, likeness.span);
        let mut look_alikes = likeness.look_alikes.clone();
        let mut edits = edits(&unicode, likeness);
        // A letter more or less is told as that, even where the run that is left looks the same.
        let replaced = |(edit, _): &(Edit, Span)| matches!(edit, Edit::Replaced(..));
        let only_replaced = !edits.is_empty() && edits.iter().all(replaced);
        if look_alikes.is_empty() && only_replaced && !likeness.reordered {
            look_alikes = same_skeleton(&term.letters, &letters);
            if look_alikes.len() > edits.len() {
                look_alikes.clear();
            }
            if look_alikes
                .iter()
                .any(|look| look.was.len() + look.is.len() > 2)
            {
                edits.clear();
            }
        }
        for look in &mut look_alikes {
            let shown: String = characters(&unicode, look.span).collect();
            if !shown.is_ascii() {
                look.is = shown.into();
            }
        }
        let split = guard.suffixes().split(name);
        let companions = likeness.rest.companions.to_vec();
        let mut sight = Self {
            guard,
            likeness,
            term,
            name,
            split,
            unicode,
            letters,
            look_alikes,
            edits,
            companions,
        };
        sight.add_runs();
        sight
    }

    /// Takes each run of letters and digits beside the likeness that is a word as a whole for that
    /// word, rather than for those of which it was made up (`icloud` is not `i` and `cloud`).
    fn add_runs(&mut self) {
        let Span { from, to } = self.likeness.span;
        let label = self.label();
        for side in [
            Span {
                from: label.from,
                to: from,
            },
            Span {
                from: to,
                to: label.to,
            },
        ] {
            let mut start = side.from;
            for word in self.text(side).split('-') {
                let span = Span {
                    from: start,
                    to: start + word.chars().count() as u32,
                };
                start = span.to + 1;
                let Some(known) = self.guard.lexicon().word(word) else {
                    continue;
                };
                if known.lure.is_some() || known.service.is_some() {
                    self.companions
                        .retain(|part| part.span.to <= span.from || span.to <= part.span.from);
                    self.companions.push(Companion {
                        span,
                        lure: known.lure,
                        service: known.service,
                    });
                }
            }
        }
        self.companions.sort_by_key(|companion| companion.span);
    }

    /// Whether the likeness is the whole registrable label.
    pub(super) fn is_whole(&self) -> bool {
        self.likeness.stand == Stand::Whole && self.likeness.place == Place::Registrable
    }

    /// Whether the likeness is of a service's word.
    pub(super) fn is_service(&self) -> bool {
        matches!(
            self.likeness.kind,
            TermKind::Service | TermKind::GenericService
        )
    }

    /// Whether the likeness is of a person's name.
    pub(super) fn is_person(&self) -> bool {
        matches!(self.likeness.kind, TermKind::Person | TermKind::Surname)
    }

    /// A trace for each edit that `wanted` holds for.
    pub(super) fn edits_where(&self, wanted: impl Fn(Edit, Span) -> bool) -> Vec<Trace> {
        self.edits
            .iter()
            .filter(|&&(edit, span)| wanted(edit, span))
            .map(|(edit, span)| Trace {
                span: *span,
                edit: Some(edit.to_string()),
            })
            .collect()
    }

    /// A trace for each look-alike that `wanted` holds for.
    pub(super) fn look_alikes_where(&self, wanted: impl Fn(&LookAlike) -> bool) -> Vec<Trace> {
        self.look_alikes
            .iter()
            .filter(|look| wanted(look))
            .map(|look| Trace::change(look.span, &look.was, &look.is))
            .collect()
    }

    /// The words beside the term that `wanted` holds for, from left to right.
    pub(super) fn companions_where(&self, wanted: impl Fn(&Companion) -> bool) -> Vec<Span> {
        let companions = self.companions.iter().filter(|companion| wanted(companion));
        companions.map(|companion| companion.span).collect()
    }

    /// The stretch from the likeness to the nearest lure word, both included, where there is one.
    pub(super) fn with_lure(&self) -> Option<Span> {
        let own = self.likeness.span;
        let lures = self.companions_where(|companion| companion.lure.is_some());
        let cover = |lure: Span| Span {
            from: own.from.min(lure.from),
            to: own.to.max(lure.to),
        };
        lures
            .into_iter()
            .map(cover)
            .min_by_key(|span| span.to - span.from)
    }

    /// Whether a character of the likeness ends it, or a word of it.
    pub(super) fn ends_word(&self, span: Span) -> bool {
        span.to == self.likeness.span.to || self.is_seam(span.to)
    }

    /// Whether a character of the likeness is its first.
    pub(super) fn begins(&self, span: Span) -> bool {
        span.from == self.likeness.span.from
    }

    /// Whether a neighbour within the likeness, hyphens apart, is the same letter.
    pub(super) fn doubles(&self, span: Span) -> bool {
        let Some(at) = self.letters.iter().position(|(_, at)| *at == span.from) else {
            return false;
        };
        let same = |other: Option<&(u8, u32)>| {
            other.is_some_and(|(letter, _)| *letter == self.letters[at].0)
        };
        same(self.letters.get(at + 1)) || at > 0 && same(self.letters.get(at - 1))
    }

    /// Whether a hyphen or dot stands at a character.
    fn is_seam(&self, at: u32) -> bool {
        matches!(self.unicode.get(at as usize), Some('-' | '.'))
    }

    /// The label or labels in which the likeness stands.
    pub(super) fn label(&self) -> Span {
        let dot = |at: &u32| self.unicode.get(*at as usize) == Some(&'.');
        let Span { from, to } = self.likeness.span;
        let end = self.unicode.len() as u32;
        Span {
            from: (0..from).rev().find(dot).map_or(0, |at| at + 1),
            to: (to..end).find(dot).unwrap_or(end),
        }
    }

    /// The characters from one place to another.
    pub(super) fn text(&self, span: Span) -> String {
        characters(&self.unicode, span).collect()
    }

    /// The places of a separator in the likeness, and how many of its letters stand before each.
    pub(super) fn separators(&self, separator: char) -> Vec<(u32, usize)> {
        let Span { from, to } = self.likeness.span;
        (from..to)
            .filter(|&at| self.unicode.get(at as usize) == Some(&separator))
            .map(|at| {
                (
                    at,
                    self.letters.iter().filter(|(_, place)| *place < at).count(),
                )
            })
            .collect()
    }

    /// How many letters of the term stand before each of its own separators of this kind.
    pub(super) fn own_separators(&self, separator: impl Fn(char) -> bool) -> Vec<usize> {
        let mut letters = 0;
        let mut own = vec![];
        for c in self.term.text.chars() {
            if c.is_alphanumeric() {
                letters += names::ascii_look(c).map_or(1, str::len);
            } else if separator(c) {
                own.push(letters);
            }
        }
        own
    }

    /// Whether a separator with `theirs` letters before it in the name is the one with `ours` before
    /// it in the term: counted from the start or from the end, since letters may be missing.
    pub(super) fn same_separator(&self, ours: usize, theirs: usize) -> bool {
        ours == theirs || self.term.letters.len() + theirs == self.letters.len() + ours
    }

    /// The public suffixes of those of [`Self::domains`] whose label is the term.
    pub(super) fn own_suffixes(&self) -> Vec<&'a str> {
        let suffix = |domain: &'a str| {
            let split = self.guard.suffixes().split(domain);
            let label = &domain[split.registrable.unwrap_or(0)..split.suffix];
            let is_target = !self.is_service() || term::letters(label) == *self.term.letters;
            is_target.then(|| &domain[split.suffix..])
        };
        self.domains().into_iter().filter_map(suffix).collect()
    }

    /// The domains that the likeness could stand for: the target itself, or those of the service.
    pub(super) fn domains(&self) -> Vec<&'a str> {
        match self.guard.target(self.likeness) {
            Target::Domain(domain) => vec![domain],
            Target::Service(id) => match self.guard.catalogue().get(id) {
                Some(service) => service.domains.iter().map(String::as_str).collect(),
                None => vec![],
            },
            Target::Term(_) | Target::Person(_) => vec![],
        }
    }
}

/// The characters of `span`.
fn characters(unicode: &[char], span: Span) -> impl Iterator<Item = char> {
    let length = span.to.saturating_sub(span.from) as usize;
    unicode
        .iter()
        .copied()
        .skip(span.from as usize)
        .take(length)
}

/// The letters and digits of `span` as they look in ASCII, each with its character's place.
fn letters(unicode: &[char], span: Span) -> Vec<(u8, u32)> {
    (span.from..span.to)
        .filter_map(|at| Some((at, *unicode.get(at as usize)?)))
        .filter(|(_, c)| !matches!(c, '-' | '_' | '.'))
        .flat_map(|(at, c)| {
            names::ascii_look(c)
                .unwrap_or("?")
                .bytes()
                .map(move |letter| (letter, at))
        })
        .collect()
}

/// The edits of a likeness, each with the characters that show it.
fn edits(unicode: &[char], likeness: &Likeness) -> Vec<(Edit, Span)> {
    let Span { from, to } = likeness.span;
    let seam = |at: &u32| matches!(unicode.get(*at as usize), Some('-' | '.'));
    likeness
        .edits
        .iter()
        .zip(&likeness.edit_at)
        .map(|(&edit, &at)| {
            let at = at.clamp(from, to - 1);
            let span = match edit {
                Edit::Omitted(_) => Span {
                    from: at.saturating_sub(1).max(from),
                    to: at + 1,
                },
                Edit::Inserted(_) | Edit::Replaced(..) => Span {
                    from: at,
                    to: at + 1,
                },
                Edit::Transposed(..) => {
                    let second = (at + 1..to).find(|at| !seam(at)).unwrap_or(at);
                    Span {
                        from: at,
                        to: second + 1,
                    }
                }
            };
            (edit, span)
        })
        .collect()
}

/// The letters that look like those of `term` where the whole has the same skeleton; none where it
/// has not, or where they cannot be paired.
fn same_skeleton(term: &str, letters: &[(u8, u32)]) -> Vec<LookAlike> {
    let name: String = letters
        .iter()
        .map(|(letter, _)| char::from(*letter))
        .collect();
    if names::skeleton(&name) != names::skeleton(term) {
        return vec![];
    }
    let pairs = glyphs::differences(term, &name);
    let odd = |((a, b), (c, d)): &Pair| c == d || b - a + d - c > 3;
    if pairs.iter().any(odd) {
        return vec![];
    }
    pairs
        .into_iter()
        .map(|((a, b), (c, d))| LookAlike {
            was: term[a..b].into(),
            is: name[c..d].into(),
            span: Span {
                from: letters[c].1,
                to: letters[d - 1].1 + 1,
            },
        })
        .collect()
}
