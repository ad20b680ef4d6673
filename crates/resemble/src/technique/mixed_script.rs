use super::look::{OTHER_SCRIPTS, other_script};
use super::{Example, Technique};

pub(super) const TECHNIQUE: Technique = Technique {
    id: "mixed-script",
    says: "A letter of another script stands among Latin ones.",
    example: Example {
        target: "en-marche.fr",
        name: "en-m\u{430}rche.fr",
    },
    doc: "One or more letters are taken from Cyrillic, Greek or another script, the rest is \
          left in Latin. In most typefaces nothing at all is seen. Browsers show such a name \
          in its A-label form, mail clients and messengers often do not. It is very rare among \
          the published look-alikes. A label with an honest reason to mix scripts, as Japanese \
          ones have, does not put a twin of a Latin letter inside a guarded word.",
    recognise: |sight| {
        let other = |look: &str| look.chars().any(|c| other_script(c).is_some());
        if !sight.likeness.mixed_script {
            return vec![];
        }
        sight.look_alikes_where(|look| other(&look.is))
    },
    generate: Some(|original, each| {
        let mut each = |label: &str| each(original.with_label(label));
        OTHER_SCRIPTS.replaced(&original.label, &mut each);
        OTHER_SCRIPTS.replaced_everywhere(&original.label, &mut each);
    }),
};
