use super::look::ASCII_RUNS;
use super::{Example, Technique};

pub(super) const TECHNIQUE: Technique = Technique {
    id: "homoglyph-multi",
    says: "Two letters that together look like one stand for it, or one for two.",
    example: Example {
        target: "en-marche.fr",
        name: "en-rnarche.fr",
    },
    doc: "`rn` is read as `m`, `vv` as `w`, `cl` as `d`. In narrow type without serifs the gap \
          between the two is hardly wider than that inside the letter, and every registry \
          takes it. One in two hundred published look-alikes has it. A name that differs from \
          a guarded one in nothing but such a pair is hardly ever an honest one, unless the \
          guarded name is very short.",
    recognise: |sight| {
        sight.look_alikes_where(|look| {
            look.is.is_ascii() && (look.was.len(), look.is.len()) != (1, 1)
        })
    },
    generate: Some(|original, each| {
        ASCII_RUNS.replaced_twice(&original.label, &mut |label| {
            each(original.with_label(label));
        });
    }),
};
