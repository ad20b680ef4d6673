use super::{Example, Technique, Trace};

pub(super) const TECHNIQUE: Technique = Technique {
    id: "combo-lure",
    says: "The name is combined with a word that lures.",
    example: Example {
        target: "en-marche.fr",
        name: "en-marche-login.com",
    },
    doc: "A word that asks for something – `login`, `mail`, `secure`, `portal`, in many \
          languages – stands beside the name, with a hyphen or glued. It looks like a part of \
          the organisation's own site, and no rule helps the reader to tell. Two of five \
          published look-alikes do so. Fans, resellers and critics combine names too, but \
          seldom with a word that asks for a password; the classes of these words differ in \
          how much they tell.",
    recognise: |sight| {
        if sight.is_service() {
            return vec![];
        }
        let lures = sight.companions_where(|companion| companion.lure.is_some());
        lures.into_iter().map(Trace::at).collect()
    },
    generate: Some(|original, each| {
        for word in original.lexicon.lures() {
            original.beside(word, each);
        }
    }),
};
