//! What the pairs of an answer say, gathered.

use std::collections::BTreeMap;

use model::dossier::{
    Contact, DomainStatus, Event, Registrar, Registration, RegistrationSource, Role,
};
use names::DomainName;

use super::lines::Item;
use super::phrases::{self, Word};
use super::words::{self, Field, Part, Section};
use crate::{dates, text};

/// How many name servers, states and contacts are taken, each.
const MAX_EACH: usize = 32;

/// What was gathered so far.
pub(super) struct Sheet<'a> {
    asked: &'a DomainName,
    registration: Registration,
    registrar: Registrar,
    /// Contacts by handle or by where they stand.
    contacts: BTreeMap<String, Contact>,
    /// The domain's word for a handle or a name, by role.
    roles: Vec<(Role, String)>,
    /// The answer names a domain.
    named: bool,
    /// The domain that it names, if that is not the one asked for.
    pub(super) other: Option<DomainName>,
    /// A state that is none: free, reserved, invalid.
    pub(super) verdict: Option<(Word, String)>,
    signed_by_key: bool,
}

impl<'a> Sheet<'a> {
    pub(super) fn new(asked: &'a DomainName) -> Self {
        Sheet {
            asked,
            registration: Registration::new(RegistrationSource::Whois),
            registrar: Registrar::default(),
            contacts: BTreeMap::new(),
            roles: Vec::new(),
            named: false,
            other: None,
            verdict: None,
            signed_by_key: false,
        }
    }

    pub(super) fn take(&mut self, items: &[Item]) {
        for block in items.chunk_by(|one, next| one.block == next.block) {
            match object(block) {
                Object::Domain => {
                    for item in block {
                        self.item(item);
                    }
                }
                Object::Contact(handle) => {
                    for item in block {
                        // .cz calls the handle so, others the name.
                        let part = match words::part(&item.key) {
                            Some(_) if item.value == handle => Some(Part::Handle),
                            part => part,
                        };
                        if let Some(part) = part {
                            self.part(handle, part, &item.value);
                        }
                    }
                }
                Object::NameServers => {
                    for item in block {
                        if words::field(&item.key) == Some(Field::NameServer) {
                            self.name_server(&item.value);
                        }
                    }
                }
                Object::Other => {}
            }
        }
    }

    fn item(&mut self, item: &Item) {
        let value = item.value.as_str();
        match item.section {
            Some((Section::Contact(role), number)) => {
                let at = format!("\0{number}");
                let part = match item.key.as_str() {
                    "" => Some(self.guess(&at, value)),
                    key => words::part(key),
                };
                if let Some(part) = part {
                    self.part(&at, part, value);
                    self.role(role, &at);
                    return;
                }
            }
            Some((Section::Address, _)) if item.key.is_empty() => {
                return self.registrant_address(value);
            }
            Some((Section::Registrar, _)) => {
                return self.registrar_line(&item.key, value);
            }
            Some((Section::NameServers, _))
                if matches!(
                    words::field(&item.key),
                    None | Some(Field::NameServer | Field::Name)
                ) =>
            {
                return self.name_server(value);
            }
            Some((Section::Name, _)) if item.key.is_empty() => return self.name(value),
            Some((Section::Status, _)) if item.key.is_empty() => return self.status(value),
            _ => {}
        }
        if let Some(field) = words::field(&item.key) {
            self.field(field, &item.key, value);
        } else if let Some((role, part)) = words::prefixed(&item.key) {
            let at = format!("\0{role:?}");
            self.part(&at, part, value);
            self.role(role, &at);
        }
    }

    fn field(&mut self, field: Field, key: &str, value: &str) {
        if value.is_empty() {
            return;
        }
        match field {
            Field::Name => self.name(value),
            Field::Created
            | Field::Changed
            | Field::Expires
            | Field::Released
            | Field::Transferred => {
                self.date(field, key, value);
            }
            Field::Status => self.status(value),
            Field::Hold if value.eq_ignore_ascii_case("yes") => {
                self.push_status(DomainStatus::ServerHold);
            }
            Field::Anonymous if value.eq_ignore_ascii_case("yes") => {
                self.registration.privacy = true;
            }
            Field::Hold | Field::Anonymous => {}
            Field::Registrar => set(&mut self.registrar.name, value),
            Field::RegistrarId => self.registrar.iana_id = value.parse().ok(),
            Field::AbuseEmail => self.registrar.abuse_email = text::tidy(value),
            Field::AbusePhone => self.registrar.abuse_phone = text::tidy(value),
            Field::NameServer => self.name_server(value),
            Field::Signed => self.registration.signed = signed(value),
            Field::Key => self.signed_by_key = true,
            Field::Contact(role) => self.role(role, value),
        }
    }

    /// The name that the answer is about. One that is written as no name is taken for the one asked for.
    fn name(&mut self, value: &str) {
        let word = value.split_whitespace().next().unwrap_or_default();
        let name = word.trim_end_matches('.').parse::<DomainName>().ok();
        if !self.named {
            self.other = name.filter(|name| name != self.asked);
        }
        self.named = true;
    }

    fn date(&mut self, field: Field, key: &str, value: &str) {
        // A mailbox may stand behind it, as .fr wrote.
        let words: Vec<&str> = value
            .split_whitespace()
            .take_while(|word| !word.contains('@'))
            .collect();
        let Some(at) = dates::read(&words.join(" ")) else {
            // `-` and sentences stand where nothing is known.
            if value.contains(|letter: char| letter.is_ascii_digit()) {
                self.note(&format!("{key} is no date: {value}"));
            }
            return;
        };
        let registration = &mut self.registration;
        match field {
            Field::Created => _ = registration.created.get_or_insert(at),
            Field::Changed => _ = registration.changed.get_or_insert(at),
            Field::Expires => _ = registration.expires.get_or_insert(at),
            _ if registration.events.len() < MAX_EACH => registration.events.push(Event {
                action: key.to_owned(),
                at,
            }),
            _ => {}
        }
    }

    fn status(&mut self, value: &str) {
        if let Some(word) = phrases::state(value) {
            self.verdict.get_or_insert((word, value.to_owned()));
            if word != Word::Reserved {
                return;
            }
        }
        // EPP's explain themselves behind a space; .ru and others set several on a line.
        let plain = value.split(['(', ';']).next().unwrap_or(value);
        let plain = plain.split("http").next().unwrap_or(plain);
        for word in plain.split([',', '/']).map(str::trim) {
            if !word.is_empty() {
                self.push_status(DomainStatus::of(&text::tidy(word).unwrap_or_default()));
            }
        }
    }

    fn push_status(&mut self, status: DomainStatus) {
        let statuses = &mut self.registration.statuses;
        if statuses.len() < MAX_EACH && !statuses.contains(&status) {
            statuses.push(status);
        }
    }

    fn registrar_line(&mut self, key: &str, value: &str) {
        match (key, words::part(key), words::field(key)) {
            (_, _, Some(Field::RegistrarId)) => self.registrar.iana_id = value.parse().ok(),
            (_, _, Some(Field::AbuseEmail)) => self.registrar.abuse_email = text::tidy(value),
            (_, _, Some(Field::AbusePhone)) => self.registrar.abuse_phone = text::tidy(value),
            // .it gives a short name behind the full one.
            ("" | "registrar", ..) | (_, Some(Part::Organisation | Part::Name), _) => {
                set(&mut self.registrar.name, value);
            }
            _ => {}
        }
    }

    fn name_server(&mut self, value: &str) {
        // An address or a state may stand behind it.
        let word = value
            .split([' ', '\t', ',', '[', '('])
            .next()
            .unwrap_or_default();
        let servers = &mut self.registration.name_servers;
        if let Ok(name) = word.trim_end_matches('.').parse::<DomainName>()
            && name.as_str().contains('.')
            && word.parse::<std::net::IpAddr>().is_err()
            && servers.len() < MAX_EACH
        {
            servers.push(name);
        }
    }

    /// Notes that the contact at `value`, or of that name, has a role.
    fn role(&mut self, role: Role, value: &str) {
        let known = self
            .roles
            .iter()
            .any(|(one, at)| *one == role && at == value);
        // `-` stands for nobody.
        if !known && value != "-" && !value.starts_with("http") && self.roles.len() < MAX_EACH {
            self.roles.push((role, value.to_owned()));
        }
    }

    fn part(&mut self, at: &str, part: Part, value: &str) {
        let Some(value) = text::tidy(value) else {
            return;
        };
        if text::is_kept_back(&value) {
            return self.kept_back(&format!("{part:?}").to_lowercase());
        }
        if self.contacts.len() == MAX_EACH && !self.contacts.contains_key(at) {
            return;
        }
        let contact = self.contacts.entry(at.to_owned()).or_default();
        match part {
            Part::Handle => _ = contact.handle.get_or_insert(value),
            Part::Name => _ = contact.name.get_or_insert(value),
            Part::Organisation => _ = contact.organisation.get_or_insert(value),
            Part::Email => contact.emails.push(value.to_lowercase()),
            Part::Phone => contact.phones.push(value),
            Part::Country => match text::country(&value) {
                Some(code) => contact.country = Some(code),
                None => contact.address.push(value),
            },
            Part::Address if contact.address.len() < MAX_EACH => contact.address.push(value),
            Part::Address => {}
        }
    }

    fn registrant_address(&mut self, line: &str) {
        let named = self.roles.iter().rev();
        let mut registrants = named.filter(|(role, _)| *role == Role::Registrant);
        if let Some((_, at)) = registrants.next() {
            let at = at.clone();
            self.part(&at, Part::Address, line);
        }
    }

    /// What a line without a key says of a contact: the first is the name, unless it is a handle.
    fn guess(&self, at: &str, value: &str) -> Part {
        let contact = self.contacts.get(at);
        if value.contains('@') {
            Part::Email
        } else if value.starts_with('+') {
            Part::Phone
        } else if contact.is_none() && is_handle(value) {
            Part::Handle
        } else if contact.is_none_or(|contact| contact.name.is_none()) {
            Part::Name
        } else {
            Part::Address
        }
    }

    fn kept_back(&mut self, field: &str) {
        let redacted = &mut self.registration.redacted;
        if !redacted.iter().any(|one| one == field) {
            redacted.push(field.to_owned());
        }
    }

    fn note(&mut self, note: &str) {
        let notes = &mut self.registration.notes;
        if notes.len() < MAX_EACH {
            notes.extend(text::tidy(note));
        }
    }

    /// Whether this says that somebody has the domain. A name alone does not: servers repeat the question.
    pub(super) fn is_registration(&self) -> bool {
        let registration = &self.registration;
        let facts = registration.created.is_some()
            || registration.expires.is_some()
            || !self.registrar.name.is_empty()
            || !registration.name_servers.is_empty()
            || !self.roles.is_empty();
        let states = self.named && !registration.statuses.is_empty();
        match self.verdict {
            // .dk and .pt have reserved names with a holder.
            Some((Word::Reserved, _)) => facts,
            Some(_) => false,
            None => facts || states,
        }
    }

    pub(super) fn finish(mut self) -> Registration {
        let roles = std::mem::take(&mut self.roles);
        for (role, at) in roles {
            if text::is_kept_back(&at) {
                self.kept_back(&format!("{role:?}").to_lowercase());
                continue;
            }
            let known = self.contacts.entry(at.clone());
            let contact = known.or_insert_with(|| contact_called(&at));
            if !contact.roles.contains(&role) {
                contact.roles.push(role);
            }
        }
        let mut registration = self.registration;
        if registration.signed.is_none() && self.signed_by_key {
            registration.signed = Some(true);
        }
        if !self.registrar.name.is_empty() {
            registration.registrar = Some(self.registrar);
        }
        registration.contacts = self.contacts.into_values().collect();
        for contact in &mut registration.contacts {
            contact.roles.sort_unstable();
            if contact.roles.is_empty() {
                contact.roles.push(Role::Other);
            }
            let names = [&contact.name, &contact.organisation];
            registration.privacy |= contact.roles.contains(&Role::Registrant)
                && names
                    .into_iter()
                    .flatten()
                    .any(|name| text::is_stand_in(name));
        }
        registration.statuses.sort_unstable();
        registration.name_servers.sort_unstable();
        registration.name_servers.dedup();
        registration
    }
}

/// What a run of lines is about.
enum Object<'a> {
    /// The domain, or pairs that speak for themselves.
    Domain,
    /// The contact with this handle.
    Contact(&'a str),
    /// A set of name servers.
    NameServers,
    /// Something else with dates and states of its own: a registrar, a set of keys.
    Other,
}

/// Registries that keep objects (RPSL, RFC 2622) set an empty line between them.
fn object(block: &[Item]) -> Object<'_> {
    let has = |key: &str| {
        block
            .iter()
            .find(|item| item.key == key && item.section.is_none())
    };
    let is_domain = block
        .iter()
        .any(|item| words::field(&item.key) == Some(Field::Name));
    if is_domain {
        return Object::Domain;
    }
    if let Some(handle) = has("nic hdl").or_else(|| has("nic hdl br")) {
        return Object::Contact(&handle.value);
    }
    match block.first() {
        Some(first) if first.section.is_some() => Object::Domain,
        Some(first) => match first.key.as_str() {
            "contact" => Object::Contact(&first.value),
            "nsset" | "ns list" => Object::NameServers,
            "keyset" => Object::Other,
            "registrar" if has("type").is_some() || has("phone").is_some() => Object::Other,
            _ => Object::Domain,
        },
        None => Object::Other,
    }
}

/// A contact of which only a handle or a name is said, or nothing: what stands in a section may all be kept back.
fn contact_called(at: &str) -> Contact {
    let called = text::tidy(at).filter(|_| !at.starts_with('\0'));
    let (handle, name) = match called {
        Some(handle) if is_handle(&handle) => (Some(handle), None),
        name => (None, name),
    };
    Contact {
        handle,
        name,
        ..Contact::default()
    }
}

/// Handles have a hyphen and a figure, and no blank.
fn is_handle(value: &str) -> bool {
    value.len() <= 24
        && !value.contains(' ')
        && value.contains('-')
        && value.contains(|letter: char| letter.is_ascii_digit())
}

fn signed(value: &str) -> Option<bool> {
    let value = value.to_ascii_lowercase();
    let word = value.split([' ', ',']).next().unwrap_or_default();
    match word {
        "signed" | "signeddelegation" | "yes" | "y" | "active" => Some(true),
        "unsigned" | "unsigneddelegation" | "no" | "n" | "inactive" => Some(false),
        _ => None,
    }
}

/// The first value that is one.
fn set(slot: &mut String, value: &str) {
    if slot.is_empty()
        && let Some(value) = text::tidy(value)
    {
        *slot = value;
    }
}
