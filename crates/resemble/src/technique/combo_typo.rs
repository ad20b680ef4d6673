use super::{Example, Technique, Trace};

pub(super) const TECHNIQUE: Technique = Technique {
    id: "combo-typo",
    says: "A misspelt or disguised name is combined with other words.",
    example: Example {
        target: "microsoft.com",
        name: "micorsoft-login.com",
    },
    doc: "Two techniques at once: letters of the name are changed, and a word stands beside \
          it. Alone the name would look odd; the word draws the eye away. Lists of \
          permutations do not hold such names, and a search for the correct spelling does not \
          find them: one in twelve published look-alikes is made so. One change in a long name \
          beside a lure word is hardly chance; in a short one it is, and does not count.",
    recognise: |sight| {
        let likeness = sight.likeness;
        let changed = !sight.edits.is_empty() || !sight.look_alikes.is_empty() || likeness.sound;
        if changed && !likeness.rest.is_empty() {
            vec![Trace::at(likeness.span)]
        } else {
            vec![]
        }
    },
    generate: None,
};
