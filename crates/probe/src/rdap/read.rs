//! An RDAP answer to a registration, an absence, or a refusal.

use std::time::Duration;

use model::dossier::{
    Contact, DomainStatus, Event, Registrar, Registration, RegistrationSource, Role,
};
use model::{Absence, Failure, FailureKind, Probed};
use names::DomainName;
use serde_json::Value;

use super::jcard;
use super::json::{Notes, Object};
use crate::{dates, text};

/// The largest answer that is read. The longest recorded one has 40 KB.
pub(super) const MAX_BYTES: usize = 1 << 20;
/// How deep entities lie in entities: a registrar's contact for abuse lies at 2.
const MAX_DEPTH: usize = 4;
/// How many contacts are kept.
const MAX_CONTACTS: usize = 32;

/// Reads what an RDAP server answered about the domain `asked`: the HTTP status, the wait that it asked for, and the body.
///
/// 404 says that there is no such domain (RFC 7480 §5.3), 429 and other refusals say nothing of it (§5.4, §5.5). A member of a
/// wrong type becomes a [note](Registration::notes), and the rest is read.
pub fn read(
    status: u16,
    retry_after: Option<Duration>,
    body: &[u8],
    asked: &DomainName,
) -> Probed<Registration> {
    let failed = |kind, says: String| {
        Probed::Failed(Failure {
            kind,
            says,
            retry_after,
        })
    };
    match status {
        200..300 => match domain(body, asked) {
            Ok(registration) => Probed::Answered(registration),
            Err(Unread::Error(404)) => Probed::Absent(Absence::NoName),
            Err(Unread::Error(code @ 500..)) => {
                failed(FailureKind::Broken, format!("the answer is error {code}"))
            }
            Err(Unread::Error(code)) => {
                failed(FailureKind::Refused, format!("the answer is error {code}"))
            }
            Err(Unread::TooLarge) => failed(
                FailureKind::TooLarge,
                format!("the answer has more than {MAX_BYTES} bytes"),
            ),
            Err(Unread::Malformed(why)) => failed(FailureKind::Malformed, why),
        },
        404 => Probed::Absent(Absence::NoName),
        500.. => failed(FailureKind::Broken, format!("the server answered {status}")),
        400..500 => failed(
            FailureKind::Refused,
            format!("the server answered {status}"),
        ),
        _ => failed(
            FailureKind::Malformed,
            format!("the server answered {status}"),
        ),
    }
}

/// Why a body is no registration.
enum Unread {
    /// It is an error (RFC 9083 §6), in spite of the HTTP status.
    Error(u64),
    TooLarge,
    Malformed(String),
}

fn domain(body: &[u8], asked: &DomainName) -> Result<Registration, Unread> {
    if body.len() > MAX_BYTES {
        return Err(Unread::TooLarge);
    }
    let malformed = |why: &str| Unread::Malformed(why.to_owned());
    let json: Value = serde_json::from_slice(body)
        .map_err(|error| malformed(&format!("the answer is no JSON: {error}")))?;
    let mut notes = Notes::default();
    let domain = Object::new(&json, "domain", &mut notes)
        .ok_or_else(|| malformed("the answer is JSON, but no object"))?;
    if let Some(code) = domain.get("errorCode").and_then(Value::as_u64) {
        return Err(Unread::Error(code));
    }
    match domain.get("objectClassName").map(Value::as_str) {
        Some(Some("domain")) => {}
        Some(None) => notes.push("domain.objectClassName is no text"),
        Some(Some(other)) => {
            return Err(malformed(&format!(
                "the answer is about a thing of class {other}"
            )));
        }
        None if domain.get("ldhName").is_some() => notes.push("domain has no objectClassName"),
        None => return Err(malformed("the answer is no RDAP object")),
    }
    let mut reader = Reader {
        registration: Registration::new(RegistrationSource::Rdap),
        notes,
    };
    reader.name(domain, asked)?;
    Ok(reader.domain(domain))
}

struct Reader {
    registration: Registration,
    notes: Notes,
}

impl Reader {
    fn domain(mut self, domain: Object<'_>) -> Registration {
        self.events(domain);
        for status in domain.texts("status", &mut self.notes) {
            self.registration.statuses.push(DomainStatus::of(&status));
        }
        self.name_servers(domain);
        if let Some(dns) = domain.object("secureDNS", "secureDNS", &mut self.notes) {
            self.registration.signed = dns.truth("delegationSigned", &mut self.notes);
        }
        self.redacted(domain);
        for entity in domain.objects("entities", "entity", &mut self.notes) {
            self.entity(entity, 1);
        }
        let Reader {
            mut registration,
            notes,
        } = self;
        registration.statuses.sort_unstable();
        registration.statuses.dedup();
        registration.name_servers.sort_unstable();
        registration.name_servers.dedup();
        registration.redacted.sort_unstable();
        registration.redacted.dedup();
        registration.notes = notes.into_lines();
        registration
    }

    /// The answer must be about the name asked for, as far as it says.
    fn name(&mut self, domain: Object<'_>, asked: &DomainName) -> Result<(), Unread> {
        let Some(name) = domain.text("ldhName", &mut self.notes) else {
            self.notes.push("domain has no ldhName");
            return Ok(());
        };
        match name.trim_end_matches('.').parse::<DomainName>() {
            Ok(name) if name == *asked => {}
            Ok(name) => return Err(Unread::Malformed(format!("the answer is about {name}"))),
            Err(_) => self
                .notes
                .push(&format!("domain.ldhName is no name: {name}")),
        }
        Ok(())
    }

    fn events(&mut self, domain: Object<'_>) {
        for event in domain.objects("events", "event", &mut self.notes) {
            let (Some(action), Some(date)) = (
                event.text("eventAction", &mut self.notes),
                event.text("eventDate", &mut self.notes),
            ) else {
                self.notes.push("an event has no action or no date");
                continue;
            };
            let Some(at) = dates::read(&date) else {
                self.notes
                    .push(&format!("the date of {action} is none: {date}"));
                continue;
            };
            let registration = &mut self.registration;
            match action.to_ascii_lowercase().as_str() {
                "registration" => registration.created = Some(at),
                "last changed" => registration.changed = Some(at),
                "expiration" => registration.expires = Some(at),
                // It is about their database.
                "last update of rdap database" => {}
                _ => registration.events.push(Event { action, at }),
            }
        }
    }

    fn name_servers(&mut self, domain: Object<'_>) {
        for server in domain.objects("nameservers", "nameserver", &mut self.notes) {
            let Some(name) = server.text("ldhName", &mut self.notes) else {
                continue;
            };
            match name.trim_end_matches('.').parse() {
                Ok(name) => self.registration.name_servers.push(name),
                Err(_) => self
                    .notes
                    .push(&format!("a name server is no name: {name}")),
            }
        }
    }

    /// What is kept back (RFC 9537 §4.2): by its registered type or by its description.
    fn redacted(&mut self, domain: Object<'_>) {
        for redacted in domain.objects("redacted", "redacted", &mut self.notes) {
            let name = redacted.object("name", "redacted.name", &mut self.notes);
            let said = name.and_then(|name| {
                name.text("type", &mut self.notes)
                    .or_else(|| name.text("description", &mut self.notes))
            });
            match said {
                Some(said) => self.registration.redacted.push(said),
                None => self.notes.push("a redaction does not say of what"),
            }
        }
    }

    fn entity(&mut self, entity: Object<'_>, depth: usize) {
        let mut contact = Contact {
            handle: entity.text("handle", &mut self.notes),
            ..Contact::default()
        };
        let mut kept_back = Vec::new();
        if let Some(card) = entity.get("vcardArray") {
            jcard::read(card, &mut contact, &mut kept_back, &mut self.notes);
        }
        self.remarks(entity, &mut kept_back);
        let mut is_registrar = false;
        for role in entity.texts("roles", &mut self.notes) {
            let role = match role.to_ascii_lowercase().as_str() {
                "registrar" => {
                    is_registrar = true;
                    continue;
                }
                "registrant" => Role::Registrant,
                "administrative" => Role::Administrative,
                "technical" => Role::Technical,
                "billing" => Role::Billing,
                "abuse" => Role::Abuse,
                _ => Role::Other,
            };
            contact.roles.push(role);
        }
        contact.roles.sort_unstable();
        contact.roles.dedup();
        for field in kept_back {
            let whose = contact.roles.first().unwrap_or(&Role::Other);
            self.registration
                .redacted
                .push(format!("{whose:?} {field}").to_lowercase());
        }
        let nested = entity.objects("entities", "entity", &mut self.notes);
        if is_registrar {
            self.registrar(entity, contact, &nested);
        } else {
            self.contact(contact);
            if depth < MAX_DEPTH {
                for entity in nested {
                    self.entity(entity, depth + 1);
                }
            }
        }
    }

    /// Registries without RFC 9537 say it in a remark.
    fn remarks(&mut self, entity: Object<'_>, kept_back: &mut Vec<String>) {
        for remark in entity.objects("remarks", "remark", &mut self.notes) {
            let title = remark.text("title", &mut self.notes).unwrap_or_default();
            if text::is_kept_back(&title) {
                let is_mail = title.to_ascii_lowercase().starts_with("email");
                kept_back.push(if is_mail { "email" } else { "data" }.to_owned());
            }
        }
    }

    fn registrar(&mut self, entity: Object<'_>, contact: Contact, nested: &[Object<'_>]) {
        let mut registrar = Registrar {
            name: contact
                .name
                .or(contact.organisation)
                .or(contact.handle)
                .unwrap_or_default(),
            ..Registrar::default()
        };
        for id in entity.objects("publicIds", "publicId", &mut self.notes) {
            let kind = id.text("type", &mut self.notes).unwrap_or_default();
            if kind.eq_ignore_ascii_case("IANA Registrar ID") {
                let number = id.text("identifier", &mut self.notes);
                registrar.iana_id = number.and_then(|number| number.parse().ok());
            }
        }
        for entity in nested {
            let roles = entity.texts("roles", &mut self.notes);
            if let Some(card) = entity.get("vcardArray")
                && roles.iter().any(|role| role.eq_ignore_ascii_case("abuse"))
            {
                let mut abuse = Contact::default();
                jcard::read(card, &mut abuse, &mut Vec::new(), &mut self.notes);
                registrar.abuse_email = abuse.emails.into_iter().next();
                registrar.abuse_phone = abuse.phones.into_iter().next();
            }
        }
        if self.registration.registrar.is_none() {
            self.registration.registrar = Some(registrar);
        }
    }

    fn contact(&mut self, contact: Contact) {
        let named = [&contact.name, &contact.organisation];
        if contact.roles.contains(&Role::Registrant) {
            self.registration.privacy |= named
                .into_iter()
                .flatten()
                .any(|name| text::is_stand_in(name));
        }
        if self.registration.contacts.len() < MAX_CONTACTS {
            self.registration.contacts.push(contact);
        } else {
            self.notes.push("there are more contacts than are kept");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked() -> DomainName {
        "shop.example".parse().expect("it is a name")
    }

    #[track_caller]
    fn check(status: u16, body: &str, expected: &str) {
        let told = match read(status, None, body.as_bytes(), &asked()) {
            Probed::Answered(domain) => format!(
                "{} {:?} {:?} {:?} {:?} {:?} {:?}",
                domain
                    .registrar
                    .map(|registrar| registrar.name)
                    .unwrap_or_default(),
                domain.created.map(|at| at.to_string()),
                domain.statuses,
                domain
                    .name_servers
                    .iter()
                    .map(DomainName::as_str)
                    .collect::<Vec<_>>(),
                domain.signed,
                domain.redacted,
                domain.notes
            ),
            Probed::Failed(failure) => format!("{:?}: {}", failure.kind, failure.says),
            other => format!("{other:?}"),
        };
        assert_eq!(told, expected);
    }

    #[test]
    fn rfc_9083_section_5_3() {
        check(
            200,
            r#"{"objectClassName":"domain","ldhName":"shop.example","status":["client hold"],
                "events":[{"eventAction":"registration","eventDate":"2017-03-15T00:00:00Z"}],
                "nameservers":[{"ldhName":"NS1.Host.Example."}],"secureDNS":{"delegationSigned":false},
                "entities":[{"roles":["registrar"],"vcardArray":["vcard",[["fn",{},"text","Registrar Ltd"]]]}]}"#,
            r#"Registrar Ltd Some("2017-03-15T00:00:00Z") [ClientHold] ["ns1.host.example"] Some(false) [] []"#,
        );
    }

    #[test]
    fn wrong_types_are_noted() {
        check(
            200,
            r#"{"objectClassName":"domain","ldhName":"shop.example","status":"active","events":[7,{"eventAction":"registration","eventDate":20170315}],
                "nameservers":{"ldhName":"a..b"},"secureDNS":{"delegationSigned":"true"},"entities":"none","redacted":[{"name":"x"}]}"#,
            r#" Some("2017-03-15T00:00:00Z") [Active] [] Some(true) [] ["event is a number, no object", "event.eventDate is a number, no text", "domain.status is text, no array", "domain.nameservers is an object, no array", "a name server is no name: a..b", "secureDNS.delegationSigned is text, no truth value", "redacted.name is text, no object", "a redaction does not say of what", "domain.entities is text, no array", "entity is text, no object"]"#,
        );
    }

    #[test]
    fn rfc_7480_section_5() {
        check(404, "", "Absent(NoName)");
        check(429, "", "Refused: the server answered 429");
        check(503, "", "Broken: the server answered 503");
        check(301, "", "Malformed: the server answered 301");
        check(200, r#"{"errorCode":404}"#, "Absent(NoName)");
        check(
            200,
            r#"{"errorCode":429}"#,
            "Refused: the answer is error 429",
        );
        let wait = Duration::from_secs(7);
        let Probed::Failed(failure) = read(429, Some(wait), b"", &asked()) else {
            panic!("a refusal is a failure");
        };
        assert_eq!(failure.retry_after, Some(wait));
    }

    #[test]
    fn what_is_no_domain() {
        check(200, "[]", "Malformed: the answer is JSON, but no object");
        check(200, "{}", "Malformed: the answer is no RDAP object");
        check(
            200,
            r#"{"objectClassName":"entity"}"#,
            "Malformed: the answer is about a thing of class entity",
        );
        check(
            200,
            &"[".repeat(1000),
            "Malformed: the answer is no JSON: recursion limit exceeded at line 1 column 128",
        );
        check(
            200,
            &" ".repeat(MAX_BYTES + 1),
            "TooLarge: the answer has more than 1048576 bytes",
        );
    }

    #[test]
    fn another_name_is_no_answer() {
        check(
            200,
            r#"{"objectClassName":"domain","ldhName":"other.example"}"#,
            "Malformed: the answer is about other.example",
        );
    }

    #[test]
    fn entities_in_entities_end() {
        let mut body = r#"{"roles":["technical"]}"#.to_owned();
        for _ in 0..20 {
            body = format!(r#"{{"roles":["technical"],"entities":[{body}]}}"#);
        }
        let body = format!(
            r#"{{"objectClassName":"domain","ldhName":"shop.example","entities":[{body}]}}"#
        );
        let Probed::Answered(domain) = read(200, None, body.as_bytes(), &asked()) else {
            panic!("it is a domain");
        };
        assert_eq!(domain.contacts.len(), MAX_DEPTH);
    }
}
