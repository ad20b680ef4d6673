use super::sight::Sight;
use super::{Example, Technique, Trace};
use crate::permute::Original;
use model::Edit;

pub(super) const TECHNIQUE: Technique = Technique {
    id: "plural",
    says: "A word of the name is put in the plural, or in the singular.",
    example: Example {
        target: "microsoft.com",
        name: "microsofts.com",
    },
    doc: "An `s` or `es` is put at the end of the name or of a word in it, or taken away. \
          People add it themselves in speech and do not notice it in print. One in a hundred \
          and sixty published look-alikes has it. Where the guarded name is an everyday word \
          its plural is one too, so this counts for less than another letter would.",
    recognise: |sight| {
        let mut found =
            sight.edits_where(|edit, span| edit == Edit::Inserted('s') && sight.ends_word(span));
        found.extend(singular(sight));
        found
    },
    generate: Some(generate),
};

/// The last letter of the term, an `s`, is missing.
fn singular(sight: &Sight<'_>) -> Vec<Trace> {
    let bare = sight.term.letters.ends_with('s')
        && sight.letters.last().is_some_and(|(last, _)| *last != b's');
    sight.edits_where(|edit, span| bare && edit == Edit::Omitted('s') && sight.ends_word(span))
}

fn generate(original: &Original<'_>, each: &mut dyn FnMut(String)) {
    let label = &original.label;
    let ends = label
        .match_indices('-')
        .map(|(at, _)| at)
        .chain([label.len()]);
    for end in ends {
        let (word, rest) = label.split_at(end);
        let sibilant = word.ends_with(['s', 'x', 'z']);
        each(original.with_label(&format!(
            "{word}{}{rest}",
            if sibilant { "es" } else { "s" }
        )));
        if let Some(bare) = word.strip_suffix('s') {
            each(original.with_label(&format!("{bare}{rest}")));
        }
    }
}
