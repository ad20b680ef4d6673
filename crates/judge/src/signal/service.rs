use super::{Reading, Signal};

pub(crate) const SIGNAL: Signal = Signal {
    id: "service-word",
    why: "Lures put the name of a cloud or mail service beside that of the organisation.",
    levels: &["beside"],
    read: |case| (case.likeness.rest.services() > 0).then_some(Reading::level(0)),
    says: |case| {
        let services = case.guard.catalogue().services();
        let names: Vec<&str> = case
            .likeness
            .rest
            .companions
            .iter()
            .filter_map(|companion| Some(&*services.get(usize::from(companion.service?))?.name))
            .collect();
        format!("beside a word for {}", names.join(", "))
    },
};
