//! Signals of the registration.

use super::{Exhibit, RiskSignal, age_at_detection, days};

const DAY: i64 = 1;

pub(super) const AGE: RiskSignal = RiskSignal {
    id: "age",
    why: "Attackers use domains soon after they register them; old ones have a life of their own.",
    levels: &["week", "month", "year", "years", "long-lived"],
    read: |exhibit| {
        let age = days(age_at_detection(exhibit)?);
        let level = match age {
            ..=7 => 0,
            8..=30 => 1,
            31..=365 => 2,
            366..=1825 => 3,
            _ => 4,
        };
        let says = match age {
            ..DAY => "registered less than a day before it was detected".to_owned(),
            DAY => "registered a day before it was detected".to_owned(),
            _ => format!("registered {age} days before it was detected"),
        };
        Some((level, says))
    },
};

pub(super) const REGISTRAR: RiskSignal = RiskSignal {
    id: "registrar",
    why: "Some registrars sell in bulk to anybody; some register for companies only, to protect brands.",
    levels: &["bulk", "protection"],
    read: |exhibit| {
        let registration = exhibit.dossier.registration.answer()?;
        let name = &registration.registrar.as_ref()?.name;
        if exhibit.infrastructure.is_protection(name) {
            Some((1, format!("registered by {name}, who protects brands")))
        } else if exhibit.infrastructure.is_bulk(name) {
            Some((0, format!("registered by {name}, who sells in bulk")))
        } else {
            None
        }
    },
};

pub(super) const PRIVACY: RiskSignal = RiskSignal {
    id: "privacy",
    why: "Whoever hides has a reason, though mostly a harmless one; whoever gives a name can be asked.",
    levels: &["hidden", "named"],
    read: |exhibit| {
        let registration = exhibit.dossier.registration.answer()?;
        if registration.privacy {
            return Some((0, "a privacy service stands in for the registrant".into()));
        }
        let mut contacts = registration.contacts.iter();
        let named = contacts.find_map(|contact| contact.organisation.as_deref())?;
        Some((
            1,
            format!("the registration names an organisation, {named}"),
        ))
    },
};

pub(super) const SHARED: RiskSignal = RiskSignal {
    id: "shared-with-own",
    why: "What only the organisation could do clears a domain; what it has in common with many counts little.",
    levels: &["clears", "some"],
    read: |exhibit: &Exhibit<'_>| {
        let clears = exhibit.shared.iter().find(|shared| shared.clears);
        match clears {
            Some(shared) => Some((0, shared.says.clone())),
            None => Some((1, exhibit.shared.first()?.says.clone())),
        }
    },
};
