//! A hit of the sieve looked at closely: what stands where, what was changed, what stands beside.

use crate::align::{self, Step, Steps};
use crate::countries::Countries;
use crate::glyphs;
use crate::lexicon::Lexicon;
use crate::likeness::{Companion, Likeness, LookAlike, Place, Rest};
use crate::segment::{Piece, Segments};
use crate::sieve::{Hit, Means, Stand, stand};
use crate::term::{Form, Shape, Term};
use crate::text::Text;
use arrayvec::ArrayVec;
use model::{Edit, Span, Target};
use names::{NameRef, Split};
use unicode_script::{Script, UnicodeScript};

/// What a name is read with; the buffers are reused from name to name.
pub(crate) struct Reading<'a> {
    pub(crate) lexicon: &'a Lexicon,
    pub(crate) countries: &'a Countries,
    pub(crate) text: &'a Text,
    pub(crate) name: NameRef<'a>,
    pub(crate) split: Split,
    pub(crate) segments: &'a mut Segments,
    /// The label that `segments` holds.
    pub(crate) segmented: Option<(usize, usize)>,
}

/// The place of a window, grown to the whole label where one letter is left over.
struct Stretch {
    from: usize,
    to: usize,
    label: (usize, usize),
    stand: Stand,
}

impl Reading<'_> {
    /// Looks at `hit`; `None` where a closer look finds nothing.
    ///
    /// What depends on the owner (organisation, suffix, nesting) is left as it is for no owner;
    /// [`Self::for_owner`] fills it in.
    pub(crate) fn likeness(&mut self, hit: &Hit, form: &Form, term: &Term) -> Option<Likeness> {
        if hit.means != Means::Letters && self.is_one_step(hit, form) {
            return None;
        }
        let (mut edits, mut edit_at) = self.edits(hit, form);
        if let Shape::Plural(at) = form.shape {
            for (letter, after) in [('e', 0), ('s', 1)] {
                edits.push(Edit::Inserted(letter));
                edit_at.push(
                    self.text
                        .character(usize::from(hit.window.from) + usize::from(at) + after),
                );
            }
        }
        let look_alikes = match hit.means {
            Means::Letters => self.same_codes(hit, form),
            Means::Skeleton => self.same_skeleton(hit, form)?,
            Means::Sound => vec![],
        };
        let stretch = self.stretch(hit, form, &mut edits, &mut edit_at);
        let doubled = self.doubles(hit, form, &stretch, &edits);
        let first_letter = edits_first_letter(hit, form, self.text, stretch.from);
        let (margin, rest) = self.surroundings(&stretch);
        let (mixed_script, whole_script) = self.scripts(&stretch);
        let split = self.seam_inside(&stretch, term);
        let joined = term.text.contains(['-', ' ']) && split.is_none();
        Some(Likeness {
            organisation: 0,
            term: form.term,
            owner: 0,
            kind: term.kind,
            length: form.codes.len() as u8,
            span: self.span(stretch.from, stretch.to),
            place: self.place(&stretch),
            stand: stretch.stand,
            edits,
            edit_at,
            doubled,
            look_alikes,
            sound: hit.means == Means::Sound,
            reordered: form.shape == Shape::Reordered,
            split,
            joined,
            first_letter,
            margin,
            rest,
            same_suffix: false,
            nested: false,
            suffix_in_label: None,
            chance: 0.0,
            mixed_script,
            whole_script,
        })
    }

    /// Whether a letter more, less or swapped explains a skeleton or a sound better; the letters tell then.
    fn is_one_step(&self, hit: &Hit, form: &Form) -> bool {
        let (from, to) = (usize::from(hit.window.from), usize::from(hit.window.to));
        let steps = align::whole(&form.codes, &self.text.codes()[from..to], from);
        let replaced = |steps: &Steps| matches!(steps[..], [Step::Replaced(..)]);
        form.codes.len() > 3
            && form.most_edits() > 0
            && steps.is_some_and(|steps| !replaced(&steps))
    }

    /// Adds to `likeness` what depends on which owner of the term it is for.
    pub(crate) fn for_owner(
        &self,
        mut likeness: Likeness,
        owner: u32,
        organisation: u32,
        target: &Target,
        own_suffixes: &[Box<str>],
    ) -> Likeness {
        likeness.owner = owner;
        likeness.organisation = organisation;
        let suffix = &self.name.as_str()[self.split.suffix..];
        likeness.same_suffix = own_suffixes.iter().any(|own| **own == *suffix);
        if let Target::Domain(domain) = target {
            likeness.nested = self.holds_labels(domain);
            likeness.suffix_in_label = self.suffix_after(&likeness, domain);
        }
        likeness
    }

    /// The span in characters of the Unicode form that the positions `from..to` cover.
    fn span(&self, from: usize, to: usize) -> Span {
        Span {
            from: self.text.character(from),
            to: self.text.character(to - 1) + 1,
        }
    }

    fn edits(&self, hit: &Hit, form: &Form) -> (ArrayVec<Edit, 3>, ArrayVec<u32, 3>) {
        let letters = self.text.letters();
        let last = self.text.codes().len() - 1;
        let term = |at: u8| char::from(form.letters[usize::from(at)]);
        let name = |at: u16| char::from(letters[usize::from(at)]);
        hit.window
            .steps
            .iter()
            .map(|&step| {
                let (edit, at) = match step {
                    Step::Omitted(t, n) => (Edit::Omitted(term(t)), n),
                    Step::Inserted(n) => (Edit::Inserted(name(n)), n),
                    Step::Replaced(t, n) => (Edit::Replaced(term(t), name(n)), n),
                    Step::Transposed(t, n) => (Edit::Transposed(term(t), term(t + 1)), n),
                };
                (edit, self.text.character(usize::from(at).min(last)))
            })
            .unzip_into()
    }

    /// Where the letters differ although their codes are the same: digits for letters, `i` for `l`,
    /// and all that is not ASCII.
    fn same_codes(&self, hit: &Hit, form: &Form) -> Vec<LookAlike> {
        let mut found = vec![];
        let mut at_name = usize::from(hit.window.from);
        let mut at_term = 0;
        let mut steps: Steps = hit.window.steps.clone();
        steps.sort_by_key(|step| match *step {
            Step::Inserted(n) => (n, 0),
            Step::Omitted(t, n) | Step::Replaced(t, n) | Step::Transposed(t, n) => (n, t),
        });
        let mut steps = steps.into_iter().peekable();
        while at_name < usize::from(hit.window.to) || steps.peek().is_some() {
            let here = |step: &Step| match *step {
                Step::Omitted(t, n) => usize::from(n) == at_name && usize::from(t) == at_term,
                Step::Inserted(n) => usize::from(n) == at_name,
                Step::Replaced(t, n) | Step::Transposed(t, n) => {
                    usize::from(n) == at_name && usize::from(t) == at_term
                }
            };
            match steps.next_if(here) {
                Some(Step::Omitted(..)) => at_term += 1,
                Some(Step::Inserted(_)) => at_name += 1,
                Some(Step::Replaced(..)) => {
                    at_term += 1;
                    at_name += 1;
                }
                Some(Step::Transposed(..)) => {
                    at_term += 2;
                    at_name += 2;
                }
                None if at_name >= usize::from(hit.window.to) || at_term >= form.letters.len() => {
                    break;
                }
                None => {
                    self.look_alike(form, at_term, at_name, &mut found);
                    at_term += 1;
                    at_name += 1;
                }
            }
        }
        found
    }

    fn look_alike(&self, form: &Form, at_term: usize, at_name: usize, found: &mut Vec<LookAlike>) {
        let was = char::from(form.letters[at_term]);
        let span = self.span(at_name, at_name + 1);
        let is = self.shown(span, at_name);
        if is != was {
            found.push(LookAlike {
                was: was.to_string().into(),
                is: is.to_string().into(),
                span,
            });
        }
    }

    /// A part of the Unicode form of an IDN.
    fn characters(&self, span: Span) -> String {
        let length = (span.to - span.from) as usize;
        self.text
            .unicode()
            .chars()
            .skip(span.from as usize)
            .take(length)
            .collect()
    }

    /// The character of the Unicode form behind a letter.
    fn shown(&self, span: Span, at: usize) -> char {
        if self.name.is_idn() {
            self.text
                .unicode()
                .chars()
                .nth(span.from as usize)
                .unwrap_or('?')
        } else {
            char::from(self.text.letters()[at])
        }
    }

    /// The pairs of letters that only look the same; `None` where they are too many to be believed.
    fn same_skeleton(&self, hit: &Hit, form: &Form) -> Option<Vec<LookAlike>> {
        let (from, to) = (usize::from(hit.window.from), usize::from(hit.window.to));
        let term = std::str::from_utf8(&form.letters).ok()?;
        let name = std::str::from_utf8(&self.text.letters()[from..to]).ok()?;
        let mut found = vec![];
        for ((a, b), (c, d)) in glyphs::differences(term, name) {
            if c == d || b - a > 2 || d - c > 3 {
                return None;
            }
            let span = self.span(from + c, from + d);
            let is = if self.name.is_idn() {
                self.characters(span)
            } else {
                name[c..d].to_owned()
            };
            found.push(LookAlike {
                was: term[a..b].into(),
                is: is.into(),
                span,
            });
        }
        // Letters that are not ASCII but look like the term's own.
        if self.name.is_idn() {
            for at in from..to {
                let span = self.span(at, at + 1);
                let shown = self.shown(span, at);
                if !shown.is_ascii() && found.iter().all(|known| known.span != span) {
                    let was = char::from(self.text.letters()[at]).to_string();
                    found.push(LookAlike {
                        was: was.into(),
                        is: shown.to_string().into(),
                        span,
                    });
                }
            }
        }
        (found.len() <= 2 || form.codes.len() >= 3 * found.len()).then_some(found)
    }

    /// The window, or the whole label where just one letter of it is left over.
    fn stretch(
        &self,
        hit: &Hit,
        form: &Form,
        edits: &mut ArrayVec<Edit, 3>,
        edit_at: &mut ArrayVec<u32, 3>,
    ) -> Stretch {
        let (from, to) = (usize::from(hit.window.from), usize::from(hit.window.to));
        let label_from = (0..=from).rev().find(|&at| self.text.dot(at)).unwrap_or(0);
        let end = self.text.codes().len();
        let label_to = (to..=end).find(|&at| self.text.dot(at)).unwrap_or(end);
        let label = (label_from, label_to);
        let left = label_to - label_from - (to - from);
        let extra = if from > label_from { label_from } else { to };
        let letter = self.text.letters().get(extra).copied().unwrap_or(b'0');
        let grows = left == 1
            && form.codes.len() >= 3
            && hit.means == Means::Letters
            && edits.len() < form.most_edits()
            && !letter.is_ascii_digit()
            && !self.text.seam(if from > label_from { from } else { to });
        if grows {
            edits.push(Edit::Inserted(char::from(letter)));
            edit_at.push(self.text.character(extra));
            return Stretch {
                from: label_from,
                to: label_to,
                label,
                stand: Stand::Whole,
            };
        }
        Stretch {
            from,
            to,
            label,
            stand: stand(self.text, from, to),
        }
    }

    /// Whether the first edit puts a letter beside its like, or takes one of two away.
    fn doubles(&self, hit: &Hit, form: &Form, stretch: &Stretch, edits: &[Edit]) -> bool {
        let letters = self.text.letters();
        match (hit.window.steps.first(), edits.first()) {
            (Some(&Step::Omitted(t, _)), _) => {
                let t = usize::from(t);
                let was = Some(&form.letters[t]);
                form.letters.get(t + 1) == was || t > 0 && form.letters.get(t - 1) == was
            }
            (Some(&Step::Inserted(n)), _) => {
                let n = usize::from(n);
                letters.get(n + 1) == letters.get(n)
                    || n > 0 && letters.get(n - 1) == letters.get(n)
            }
            (None, Some(_)) if stretch.from < usize::from(hit.window.from) => {
                letters[stretch.from] == letters[stretch.from + 1]
            }
            (None, Some(_)) => letters[stretch.to - 1] == letters[stretch.to - 2],
            _ => false,
        }
    }

    fn place(&self, stretch: &Stretch) -> Place {
        let registrable = self.text.registrable();
        if stretch.from >= registrable {
            Place::Registrable
        } else if stretch.to <= registrable {
            Place::Host
        } else {
            Place::Across
        }
    }

    /// How well the term stands alone in its label, and what stands beside it.
    fn surroundings(&mut self, stretch: &Stretch) -> (f32, Rest) {
        let (label_from, label_to) = stretch.label;
        let mut rest = Rest::default();
        if stretch.from == label_from && stretch.to == label_to {
            return (0.0, rest);
        }
        let text = self.text;
        if self.segmented != Some(stretch.label) {
            let seam = |at: usize| text.seam(at);
            self.segments
                .read(self.lexicon, text.letters(), label_from, label_to, seam);
            self.segmented = Some(stretch.label);
        }
        let margin = match stretch.stand {
            Stand::Inside | Stand::Edge => self.segments.margin(stretch.from, stretch.to),
            Stand::Token | Stand::Whole => 0.0,
        };
        let segments = &*self.segments;
        segments.pieces_before(stretch.from, |piece| self.count(&piece, &mut rest));
        segments.pieces_after(stretch.to, |piece| self.count(&piece, &mut rest));
        (margin, rest)
    }

    fn count(&self, piece: &Piece, rest: &mut Rest) {
        let letters = &self.text.letters()[piece.from..piece.to];
        match piece.word {
            Some(word) if word.lure.is_some() || word.service.is_some() => {
                let span = self.span(piece.from, piece.to);
                let companion = Companion {
                    span,
                    lure: word.lure,
                    service: word.service,
                };
                // More than eight are not needed to judge.
                let _ = rest.companions.try_push(companion);
            }
            _ if letters.len() == 2 && self.alone(piece) && self.countries.has(letters) => {
                rest.regions += 1;
            }
            Some(_) => rest.words += 1,
            None if letters.iter().all(u8::is_ascii_digit) => {
                rest.digits = rest.digits.saturating_add(1);
            }
            None => rest.loose = rest.loose.saturating_add(1),
        }
    }

    fn alone(&self, piece: &Piece) -> bool {
        self.text.seam(piece.from) || self.text.seam(piece.to)
    }

    /// A hyphen or dot inside the stretch, where the term's own text has none at that place.
    fn seam_inside(&self, stretch: &Stretch, term: &Term) -> Option<char> {
        let own = |at: usize| {
            let mut letters = 0;
            term.text.chars().any(|c| {
                letters += usize::from(c.is_alphanumeric());
                !c.is_alphanumeric() && letters == at
            })
        };
        let foreign = (stretch.from + 1..stretch.to)
            .find(|&at| self.text.seam(at) && !own(at - stretch.from))?;
        Some(if self.text.dot(foreign) { '.' } else { '-' })
    }

    /// Whether the label mixes scripts, and whether it is wholly of one that is not Latin.
    fn scripts(&self, stretch: &Stretch) -> (bool, bool) {
        if !self.name.is_idn() {
            return (false, false);
        }
        let span = self.span(stretch.label.0, stretch.label.1);
        let letters = self
            .text
            .unicode()
            .chars()
            .skip(span.from as usize)
            .take((span.to - span.from) as usize)
            .filter(|c| c.is_alphabetic())
            .map(|c| c.script())
            .filter(|&script| script != Script::Common && script != Script::Inherited);
        let mut scripts: Vec<Script> = letters.collect();
        scripts.dedup();
        let mixed = scripts.iter().any(|script| *script != scripts[0]);
        let whole = !mixed
            && scripts
                .first()
                .is_some_and(|&script| script != Script::Latin);
        (mixed, whole)
    }

    /// Whether the labels of `domain` stand in the name before its registrable domain ends.
    fn holds_labels(&self, domain: &str) -> bool {
        let name = self.name.as_str();
        // Nothing stands before the registrable domain of most names.
        if self.split.registrable == Some(0) {
            return false;
        }
        let mut from = 0;
        while let Some(found) = name[from..].find(domain) {
            let start = from + found;
            let end = start + domain.len();
            let left = start == 0 || name.as_bytes()[start - 1] == b'.';
            let right = matches!(name.as_bytes().get(end), Some(b'.' | b'-'));
            if left && right {
                return true;
            }
            from = start + 1;
        }
        false
    }

    /// Where the letters of the suffix of `domain` follow the term, in its label or the next.
    fn suffix_after(&self, likeness: &Likeness, domain: &str) -> Option<Span> {
        let (_, suffix) = domain.split_once('.')?;
        let letters = self.text.letters();
        let end = self.text.letter(likeness.span.to)?;
        let mut at = end;
        for wanted in suffix.bytes().filter(|&byte| byte != b'.') {
            if letters.get(at) != Some(&wanted) {
                return None;
            }
            at += 1;
        }
        let ends = self.text.seam(at) || letters.get(at).is_some_and(u8::is_ascii_digit);
        ends.then(|| self.span(end, at))
    }
}

/// Whether the first letter of the term is one that was changed.
fn edits_first_letter(hit: &Hit, form: &Form, text: &Text, from: usize) -> bool {
    match hit.means {
        Means::Letters => {
            from != usize::from(hit.window.from)
                || hit.window.steps.iter().any(|step| {
                    matches!(
                        step,
                        Step::Omitted(0, _) | Step::Replaced(0, _) | Step::Transposed(0, _)
                    )
                })
        }
        Means::Skeleton | Means::Sound => text.letters()[from] != form.letters[0],
    }
}

/// `unzip` into two short arrays.
trait UnzipInto {
    fn unzip_into(self) -> (ArrayVec<Edit, 3>, ArrayVec<u32, 3>);
}

impl<I: Iterator<Item = (Edit, u32)>> UnzipInto for I {
    fn unzip_into(self) -> (ArrayVec<Edit, 3>, ArrayVec<u32, 3>) {
        let mut both = (ArrayVec::new(), ArrayVec::new());
        for (edit, at) in self {
            both.0.push(edit);
            both.1.push(at);
        }
        both
    }
}
