use super::look::LATIN_RUNS;
use super::{Example, Technique};

pub(super) const TECHNIQUE: Technique = Technique {
    id: "homoglyph-idn",
    says: "A letter is replaced by one beyond ASCII that looks like it.",
    example: Example {
        target: "bundestag.de",
        name: "bunde\u{1e63}tag.de",
    },
    doc: "A letter with a dot, a stroke or a hook, or one of another script, takes the place \
          of a plain one; in the zone the name begins with `xn--`. A speck under a letter is \
          taken for dust on the screen. Registries allow only the letters of their own tables, \
          which keeps it rare: one or two of a thousand published look-alikes. Real names have \
          marks too; what counts is that the other letters are a guarded name, whose owner \
          writes it without.",
    recognise: |sight| sight.look_alikes_where(|look| !look.is.is_ascii()),
    generate: Some(|original, each| {
        let mut made = |label: &str| each(original.with_label(label));
        if original.letters().len() <= LONGEST_FOR_PAIRS {
            LATIN_RUNS.replaced_twice(&original.label, &mut made);
        } else {
            LATIN_RUNS.replaced(&original.label, &mut made);
            LATIN_RUNS.replaced_everywhere(&original.label, &mut made);
        }
        if !original.label.is_ascii() {
            let look = |c| names::ascii_look(c).unwrap_or_default();
            each(original.with_label(&original.label.chars().map(look).collect::<String>()));
        }
    }),
};

/// The longest label, in characters, in which two letters are replaced: some 300,000 names.
const LONGEST_FOR_PAIRS: usize = 20;
