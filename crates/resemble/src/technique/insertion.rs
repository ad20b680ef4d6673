use super::{Example, Technique};
use crate::permute::{Original, any};
use model::Edit;

pub(super) const TECHNIQUE: Technique = Technique {
    id: "insertion",
    says: "A letter is put in.",
    example: Example {
        target: "microsoft.com",
        name: "micropsoft.com",
    },
    doc: "One letter too many inside the name, as when a finger strikes two keys at once. In a \
          long name it is easily overlooked; one in sixty-five published look-alikes has it. \
          Honest names that are a guarded one with a letter put in are rare beyond five or six \
          letters.",
    recognise: |sight| {
        sight.edits_where(|edit, span| {
            let outer = sight.begins(span) || sight.ends_word(span);
            matches!(edit, Edit::Inserted(_)) && !outer && !sight.doubles(span)
        })
    },
    generate: Some(generate),
};

fn generate(original: &Original<'_>, each: &mut dyn FnMut(String)) {
    let label = &original.label;
    for (at, before) in label.char_indices().skip(1) {
        let (start, end) = label.split_at(at);
        for letter in any() {
            each(original.with_label(&format!("{start}{letter}{end}")));
        }
        // A plural inside the name, as if a word ended there.
        if start.ends_with(['s', 'x', 'z']) && before != '-' {
            each(original.with_label(&format!("{start}es{end}")));
        }
    }
}
