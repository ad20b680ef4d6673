use super::sight::Sight;
use super::{Example, Technique, Trace};
use crate::permute::Original;
use model::{Edit, Span};

pub(super) const TECHNIQUE: Technique = Technique {
    id: "digits",
    says: "Digits are appended to the name, or those in it are changed.",
    example: Example {
        target: "office365.com",
        name: "office356.com",
    },
    doc: "A year, `365` or a running number stands beside the name, or the digits that belong \
          to it are changed. Numbers look official or up to date, and nobody remembers them \
          well. One in eleven published look-alikes has them, in series that a program \
          registers most of all. Digits after an everyday word are ordinary; after a long and \
          singular name they are less so.",
    recognise: |sight| {
        let mut found = sight.edits_where(|edit, _| match edit {
            Edit::Omitted(a) | Edit::Inserted(a) => a.is_ascii_digit(),
            Edit::Replaced(a, b) | Edit::Transposed(a, b) => {
                a.is_ascii_digit() && b.is_ascii_digit()
            }
        });
        if sight.likeness.rest.digits > 0 {
            found.extend(beside(sight));
        }
        found
    },
    generate: Some(generate),
};

/// The runs of digits in the label that are not in the likeness.
fn beside(sight: &Sight<'_>) -> Vec<Trace> {
    let label = sight.label();
    let own = sight.likeness.span;
    let outside = |at: u32| at < own.from || at >= own.to;
    let digit = |at: u32| outside(at) && sight.unicode[at as usize].is_ascii_digit();
    let mut runs = vec![];
    let mut at = label.from;
    while at < label.to {
        let to = (at..label.to).find(|&at| !digit(at)).unwrap_or(label.to);
        if to > at {
            let span = Span { from: at, to };
            runs.push(Trace {
                span,
                edit: Some(format!("+{}", sight.text(span))),
            });
        }
        at = to + 1;
    }
    runs
}

/// Numbers of more than two digits, years apart, that are often seen after a name.
const USUAL: &str = "\
    000 001 007 100 101 111 123 247 321 360 365 404 500 555 666 777 888 999 1234 12345";

fn generate(original: &Original<'_>, each: &mut dyn FnMut(String)) {
    let label = &original.label;
    let short = (0..100).map(|number: u32| number.to_string());
    let padded = (0..10).map(|number: u32| format!("{number:02}"));
    let years = (1990..2040).map(|year: u32| year.to_string());
    let usual = USUAL.split(' ').map(str::to_owned);
    for number in short.chain(padded).chain(years).chain(usual) {
        each(original.with_label(&format!("{label}{number}")));
        each(original.with_label(&format!("{label}-{number}")));
        each(original.with_label(&format!("{number}{label}")));
    }
    let digit = |letter: char| {
        if letter.is_ascii_digit() {
            ('0'..='9').collect()
        } else {
            vec![]
        }
    };
    original.replacing(&digit, each);
}
