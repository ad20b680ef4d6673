use super::look::ASCII;
use super::{Example, Technique};

pub(super) const TECHNIQUE: Technique = Technique {
    id: "homoglyph",
    says: "A letter is replaced by another ASCII letter or a digit that looks like it.",
    example: Example {
        target: "microsoft.com",
        name: "micros0ft.com",
    },
    doc: "`0` for `o`, `1` or `i` for `l`, `5` for `s`, `q` for `g`. The eye reads words by \
          their shape, and these keep it. Every registry takes it, and about one in \
          twenty-five published look-alikes has it, more than any other change of letters. A \
          digit in the middle of a word is rare in real names, and so tells more than one \
          letter for another (`c` for `e`), which may well make another word.",
    recognise: |sight| {
        sight.look_alikes_where(|look| {
            look.is.is_ascii() && look.was.len() == 1 && look.is.len() == 1
        })
    },
    generate: Some(|original, each| {
        ASCII.replaced_twice(&original.label, &mut |label| {
            each(original.with_label(label));
        });
    }),
};
