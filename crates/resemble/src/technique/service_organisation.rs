use super::{Example, Technique, Trace};

pub(super) const TECHNIQUE: Technique = Technique {
    id: "service-organisation",
    says: "The name of a service stands beside that of the organisation.",
    example: Example {
        target: "en-marche.fr",
        name: "onedrive-en-marche.fr",
    },
    doc: "A mail, cloud or login service that the organisation may use is named together with \
          it, as if this were the organisation's own entrance there. People are used to such \
          names, since real services give them out as hosts. It is the mark of an attack on \
          one organisation: one in thirty published look-alikes, and onedrive-en-marche[.]fr \
          of 2017 among them. Customers and partners have no need of such a name.",
    recognise: |sight| {
        if sight.is_service() {
            return vec![];
        }
        let services = sight.companions_where(|companion| companion.service.is_some());
        services.into_iter().map(Trace::at).collect()
    },
    generate: Some(|original, each| {
        for word in original.lexicon.services() {
            original.beside(word, each);
        }
    }),
};
