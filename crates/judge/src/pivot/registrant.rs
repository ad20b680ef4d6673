//! Who registered: mailbox, name, organisation, telephone, postal address.

use jiff::Timestamp;
use model::PivotKind;
use model::dossier::{Contact, Registration, RegistrationSource, Role};

use super::Found;
pub(super) fn read(registration: &Registration, found: &mut Found) {
    if registration.privacy {
        return;
    }
    let first = registration.created.unwrap_or(found.taken);
    let claimed = registration.via == RegistrationSource::Published;
    let contacts = registration.contacts.iter();
    for contact in contacts.filter(|contact| contact.roles.contains(&Role::Registrant)) {
        one(contact, first, claimed, found);
    }
}

fn one(contact: &Contact, first: Timestamp, claimed: bool, found: &mut Found) {
    let mut push = |kind, written: &str| found.push(kind, written, first, claimed);
    for written in &contact.emails {
        push(PivotKind::RegistrantEmail, written);
    }
    for written in &contact.phones {
        push(PivotKind::RegistrantPhone, written);
    }
    let name = contact.name.as_deref().unwrap_or_default();
    push(PivotKind::RegistrantName, name);
    let organisation = contact.organisation.as_deref().unwrap_or_default();
    push(PivotKind::RegistrantOrganisation, organisation);
    push(PivotKind::RegistrantAddress, &contact.address.join(" "));
}
