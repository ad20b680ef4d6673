//! Where and when it was registered: the registrar, with the minute and with the day.

use model::PivotKind;
use model::dossier::{Registration, RegistrationSource};

use super::Found;
use crate::contact::plain;

pub(super) fn read(registration: &Registration, found: &mut Found) {
    let (Some(registrar), Some(created)) = (&registration.registrar, registration.created) else {
        return;
    };
    let claimed = registration.via == RegistrationSource::Published;
    let who = match registrar.iana_id {
        Some(id) => format!("iana {id}"),
        None => plain(&registrar.name),
    };
    if who.is_empty() {
        return;
    }
    let mut push =
        |kind, when: String| found.push(kind, &format!("{who} {when}"), created, claimed);
    let minute = created.strftime("%Y-%m-%dT%H:%MZ").to_string();
    // A registry that tells the day only says midnight.
    if !minute.ends_with("T00:00Z") {
        push(PivotKind::RegistrationMinute, minute);
    }
    push(
        PivotKind::RegistrationDay,
        created.strftime("%Y-%m-%d").to_string(),
    );
}
