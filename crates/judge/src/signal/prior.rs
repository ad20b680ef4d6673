use super::{Reading, Signal};

pub(crate) const SIGNAL: Signal = Signal {
    id: "prior",
    why: "Most names that share letters with somebody have nothing to do with them.",
    levels: &["any"],
    read: |_| Some(Reading::level(0)),
    says: |_| "where every name that shares letters with a guarded one starts".into(),
};
